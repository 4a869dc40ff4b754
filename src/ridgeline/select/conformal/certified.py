"""Which unlabeled examples does a candidate get right?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.conformal.optimized import Pruning, optimized_selection
from ridgeline.select.conformal.selection import Selection, conformal_selection
from ridgeline.select.scorers.checks import labels, probabilities, same_count


def examples_right(
    labelled: ArrayLike,
    true: ArrayLike,
    unlabeled: ArrayLike,
    *,
    candidate: int = 0,
    rate: float = 0.1,
    by: str = "own",
    pruning: Pruning = "homogeneous",
    seed: int = 0,
) -> Selection:
    """Select the unlabeled examples that one candidate gets right, but for a share of `rate` on average.

    The claim is that the candidate's most probable class is the label. Its score is the probability that the candidate gives
    this class (by "own"); or the best of what all candidates give it (by "all"), as `optimized_selection` chooses. Another
    candidate often knows better where this one errs.

    Args:
        labelled: probabilities of labelled examples that no candidate was trained or chosen on, drawn like the unlabeled
            ones, [candidates, labelled examples, classes].
        true: their labels, [labelled examples].
        unlabeled: probabilities, [candidates, unlabeled examples, classes].
        candidate: row of the candidate whose predictions are in question.
        rate: the false discovery rate not to exceed, in (0, 1).
        by: "own" or "all".
        pruning: as in `optimized_selection`; with "own" there is nothing to prune.
        seed: as there.

    Returns:
        The selection; its rows are unlabeled examples, and `chosen` names for each the candidate whose probability it is by.

    Raises:
        InputError: these are no probabilities, the arrays do not fit each other, there is no such candidate, or the rate is
            out of range.
    """
    p, asked = probabilities(labelled, "labelled"), probabilities(unlabeled, "unlabeled")
    same_count("candidates with labelled examples", len(p), "with unlabeled ones", len(asked))
    same_count("classes of labelled examples", p.shape[2], "of unlabeled ones", asked.shape[2])
    y = labels(true, p.shape[1], p.shape[2], "labelled")
    if not 0 <= candidate < len(p):
        raise InputError(
            f"There is no candidate {candidate} among {len(p)}; they count from 0.", "selection-candidate"
        )
    if by not in ("own", "all"):
        raise InputError(f"A claim is judged by 'own' or 'all' probabilities, not by {by!r}.", "selection-by")
    ours, theirs = p[candidate].argmax(axis=1), asked[candidate].argmax(axis=1)
    good = ours == y
    scores, new = _of_class(p, ours), _of_class(asked, theirs)
    if by == "all":
        return optimized_selection(scores, good, new, rate=rate, pruning=pruning, seed=seed)
    found = conformal_selection(scores[candidate], good, new[candidate], rate=rate)
    return Selection(found.rows, found.p_values, np.full(asked.shape[1], candidate, np.int64), rate)


def _of_class(p: NDArray[np.floating], classes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the probability that every candidate gives to one class an example, [candidates, examples]."""
    given: NDArray[np.float64] = np.take_along_axis(p, classes[None, :, None], axis=2)[:, :, 0].astype(
        np.float64
    )
    return given

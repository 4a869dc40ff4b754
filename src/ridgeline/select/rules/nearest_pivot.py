"""Choose by the dev set of the pivot whose language is nearest to the target."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.lms.languages import LanguageVectors, shipped_vectors, vectors_for
from ridgeline.select.rules.evidence import Evidence, Rule, Said
from ridgeline.select.scores import Scores


def nearest_pivot_dev(
    dev: Scores, target: str, pivots: tuple[str, ...], vectors: LanguageVectors
) -> tuple[str, NDArray[np.float64]]:
    """Score candidates by the dev set of the pivot whose vector has the largest cosine with the target's.

    Pivot-Dev of Chen & Ritter 2021, section 5.1, which takes the nearest by vectors of lang2vec.

    Args:
        dev: dev scores, [candidates, tasks].
        target: the task to choose for.
        pivots: tasks with labels, at least one.
        vectors: of target and pivots, centred.

    Returns:
        The pivot, the first of those that tie, and [candidates]; NaN where a candidate lacks the score.
    """
    nearest = vectors.nearest(target, pivots)
    return nearest, dev.column(nearest).copy()


def _score(evidence: Evidence) -> Said:
    target, seen = evidence.target, evidence.representations
    known = set(shipped_vectors().tasks)
    if target not in known or known.isdisjoint(evidence.pivots):
        known = set(seen or ())
    pivots = tuple(pivot for pivot in evidence.pivots if pivot in known)
    if not pivots:
        raise InputError(
            f"None of the pivots {', '.join(evidence.pivots) or '(there are none)'} has a language vector beside the target"
            f" {target!r}. Record representations of unlabeled examples with run.log_predictions(…, features=…), or name a"
            " pivot yourself with pivot:TASK.",
            "no-pivots",
        )
    vectors = vectors_for([*pivots, target], seen)
    nearest, scores = nearest_pivot_dev(evidence.dev, target, pivots, vectors)
    return Said(scores, f"the pivot nearest to {target} is {nearest}")


NEAREST_PIVOT = Rule(
    "nearest-pivot",
    "best on the dev set of the pivot nearest by language vectors",
    "Chen & Ritter 2021, section 5.1",
    _score,
)

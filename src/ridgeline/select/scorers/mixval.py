"""MixVal: does a mixture of two examples keep the class of the larger part?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.checks import at_least, predictions, same_count
from ridgeline.select.scorers.outputs import Outputs, Predict
from ridgeline.select.scorers.scorer import Scorer, given

SHARE = 0.55
"""The part of the first example in a mixture; the default of Hu et al. 2023 and of skada."""


def mixval(
    inputs: NDArray[Any], predict: Sequence[Predict], partners: ArrayLike | None = None, seed: int = 0
) -> NDArray[np.float64]:
    """Score by how often 0.55 x_i + 0.45 x_j is predicted as x_i is; higher is better.

    The share is taken over the pairs of one predicted class and over those of two apart, and the two are averaged;
    where there are no pairs of one sort, the other is the score. Hu et al. 2023, "Mixed samples as probes for
    unsupervised model selection in domain adaptation" (NeurIPS). Mixtures must make sense as inputs: of pixels and
    features they do, of token ids they do not.

    Args:
        inputs: of target examples, real numbers, [examples, …].
        predict: one function a candidate.
        partners: j of each i, the same for all candidates, [examples]; if None, a random permutation.
        seed: of that permutation.

    Returns:
        [candidates], from 0 to 1.

    Raises:
        InputError: there are fewer than two examples, partners that are no examples, or inputs that are no numbers.
    """
    x = np.asarray(inputs)
    if x.dtype.kind != "f":
        raise InputError(f"Inputs to mix are floats, but are of type {x.dtype}.", "inputs-not-floats")
    at_least(len(x), 2, "a mixture")
    j = np.random.default_rng(seed).permutation(len(x)) if partners is None else np.asarray(partners)
    if j.shape != (len(x),) or j.dtype.kind not in "iu" or j.min() < 0 or j.max() >= len(x):
        raise InputError(
            f"Each of the {len(x)} examples has one partner, a whole number 0 to {len(x) - 1}; given are"
            f" {j.size} of type {j.dtype}.",
            "mixture-partners",
        )
    mixtures = SHARE * x + (1 - SHARE) * x[j]
    scores = np.empty(len(predict))
    for candidate, classes_of in enumerate(predict):
        plain, mixed = (predictions(np.asarray(classes_of(seen))[None])[0] for seen in (x, mixtures))
        same_count("predictions", len(mixed), "inputs", len(x))
        kept, alike = plain == mixed, plain == plain[j]
        scores[candidate] = np.mean([kept[sort].mean() for sort in (alike, ~alike) if sort.any()])
    return scores


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return mixval(given(outputs.target_inputs), given(outputs.predict))


SCORER = Scorer(
    name="mixval",
    title="MixVal",
    paper="Hu et al. 2023, NeurIPS",
    needs=frozenset({"target_inputs", "predict"}),
    compute=_compute,
)

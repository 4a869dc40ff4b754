"""Transfer score: clustered features, sure and varied predictions, evenly spread classes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import features, probabilities, same_count
from ridgeline.select.scorers.hopkins import REPEATS, hopkins
from ridgeline.select.scorers.mutual_information import mutual_information
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given
from ridgeline.select.scorers.uniformity import uniformity


def transfer_score(
    target: ArrayLike,
    target_features: ArrayLike,
    class_weights: ArrayLike,
    seed: int = 0,
    repeats: int = REPEATS,
) -> NDArray[np.float64]:
    """Score by Hopkins + (H(mean_i p_i) − mean_i H(p_i)) / ln K − uniformity; higher is better.

    Yang et al. 2023 (arXiv:2305.18712).

    Departs:
        The authors' code takes the mutual information of each batch of 32 and averages, which depends on the batches,
        and adds 1e-5 inside the logarithm. Here it is that of all examples.

    Args:
        target: probabilities p, [candidates, examples, classes].
        target_features: [candidates, examples, dims].
        class_weights: the last layer's weights, [candidates, classes, dims].
        seed: of the draws of Hopkins' statistic.
        repeats: how many draws are averaged.

    Returns:
        [candidates], from −π² to 2; NaN where Hopkins' statistic is.

    Raises:
        InputError: the arrays do not fit each other, or one of the three parts refuses them.
    """
    p, z, w = probabilities(target), features(target_features), features(class_weights, "class weight")
    same_count("candidates with probabilities", len(p), "with features", len(z))
    same_count("candidates with probabilities", len(p), "with class weights", len(w))
    same_count("examples with probabilities", p.shape[1], "with features", z.shape[1])
    same_count("classes with weights", w.shape[1], "with probabilities", p.shape[2])
    same_count("dims of the class weights", w.shape[2], "of the features", z.shape[2])
    result: NDArray[np.float64] = (
        hopkins(z, seed, repeats) + mutual_information(p) / np.log(p.shape[2]) - uniformity(w)
    )
    return result


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return transfer_score(
        given(outputs.target_probabilities), given(outputs.target_features), given(outputs.class_weights)
    )


SCORER = Scorer(
    name="transfer-score",
    title="Transfer score",
    paper="Yang et al. 2023, arXiv:2305.18712",
    needs=frozenset({"target_probabilities", "target_features", "class_weights"}),
    compute=_compute,
)

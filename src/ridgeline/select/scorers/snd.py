"""Soft neighbourhood density: how many others each example's prediction is close to."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.select.scorers.checks import Floats, at_least, probabilities
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given

TEMPERATURE = 0.05
"""The value of Saito et al. 2021, in their equation 2."""
ONE_THREAD = 500_000
"""Multiplications of a matrix product that OpenBLAS still does on one thread (its limit for two is 524,288). Waking the
others costs more than so small a product: blocks of 256 took 5 to 25 times as long on a busy machine."""
LEAST_BLOCK, LARGEST_BLOCK = 64, 512
"""Examples on a side of a block of similarities, 1 MB of float32 at most, which stays in a core's second cache."""


def snd(target: ArrayLike, temperature: float = TEMPERATURE) -> NDArray[np.float64]:
    """Score by mean_i H(softmax_j≠i(z_i·z_j / T)) with z = p/‖p‖, in nats; higher is better.

    Saito et al. 2021 (arXiv:2108.10860), equation 2.
    It is largest when all predictions are alike: a model that gives one class to all scores best. The paper
    counts on a source accuracy that is looked at first.

    It takes examples² operations a candidate, in the precision of what is given: float32 is off by less than 1e-5.

    Args:
        target: probabilities p, [candidates, examples, classes].
        temperature: T, above 0.

    Returns:
        [candidates], from 0 to ln(examples − 1).

    Raises:
        InputError: these are no probabilities, or there are fewer than two examples.
    """
    p = probabilities(target)
    at_least(p.shape[1], 2, "a neighbourhood")
    return np.array([_density(one, temperature) for one in p])


def _density(p: Floats, temperature: float) -> float:
    """Return one candidate's score: ln Σ_j e^s_ij − Σ_j s_ij e^s_ij / Σ_j e^s_ij, averaged over i.

    Both sums over j are one product of e^s with [z, 1], as s_ij = z_i·z_j / T; and e^s is symmetric, so that each
    block above the diagonal serves the rows of both its sides. No examples² matrix is ever whole.
    """
    n, classes = p.shape
    z = p / np.linalg.norm(p, axis=1, keepdims=True)
    with_one = np.concatenate([z, np.ones((n, 1), p.dtype)], axis=1)
    less_one = np.concatenate([z, -np.ones((n, 1), p.dtype)], axis=1) / p.dtype.type(temperature)
    sums = np.zeros((n, classes + 1))
    block = _block(classes)
    for start in range(0, n, block):
        rows = slice(start, start + block)
        for other in range(start, n, block):
            columns = slice(other, other + block)
            e = less_one[rows] @ with_one[columns].T  # (z_i·z_j − 1) / T is at most 0: no overflow
            np.exp(e, out=e)
            if start == other:
                np.fill_diagonal(e, 0)
                sums[rows] += e @ with_one[columns]
            else:
                sums[rows] += e @ with_one[columns]
                sums[columns] += e.T @ with_one[rows]
    total = np.maximum(sums[:, classes], np.finfo(p.dtype).tiny)
    mean_similarity = np.einsum("ik,ik->i", sums[:, :classes], z) / total
    return float(np.mean(np.log(total) + (1 - mean_similarity) / temperature))


def _block(classes: int) -> int:
    """Return the largest block whose products stay on one thread; where that is tiny, one that is worth many."""
    side = int(np.sqrt(ONE_THREAD / (classes + 1)))
    return min(side, LARGEST_BLOCK) if side >= LEAST_BLOCK else LARGEST_BLOCK


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return snd(given(outputs.target_probabilities))


SCORER = Scorer(
    name="snd",
    title="Soft neighbourhood density",
    paper="Saito et al. 2021, arXiv:2108.10860",
    needs=frozenset({"target_probabilities"}),
    compute=_compute,
)

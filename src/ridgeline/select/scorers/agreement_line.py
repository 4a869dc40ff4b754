"""Agreement on the line: accuracies on the target from how agreement carries over from the source."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from ridgeline.select.scorers.agreement import agreements
from ridgeline.select.scorers.checks import labels, predictions, same_count
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer, given

LEAST_SPREAD = 1e-12
"""Variance of Φ⁻¹ of the agreement on the source below which all pairs agree alike; one example more is 1e-8 or more."""


def agreement_line(source: ArrayLike, source_labels: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """Estimate the target's accuracy by ALine-D; higher is better.

    With Φ⁻¹ of every share, a is the slope of the pairs' agreement on the target over that on the source. Then for
    each pair (i, j): ½(acc_T,i + acc_T,j) = agr_T,ij + a(½(acc_S,i + acc_S,j) − agr_S,ij), solved by least squares.
    Baek et al. 2022 (arXiv:2206.13089).
    ALine-S of the same paper is a rising function of the source's accuracy where a is above 0, and chooses as it does.

    Departs:
        Shares of 0 and 1, whose Φ⁻¹ is infinite, count as half an example from there.

    Args:
        source: predicted classes of held-out source examples, [candidates, source examples].
        source_labels: [source examples].
        target: predicted classes, [candidates, target examples].

    Returns:
        [candidates], from 0 to 1; NaN where fewer than three candidates leave their accuracies undetermined, or where
        all pairs agree equally often on the source, so that no line says how agreement carries over.

    Raises:
        InputError: these are no classes, or labels that do not fit.
    """
    on_source, on_target = predictions(source, "source"), predictions(target)
    same_count("candidates on the source", len(on_source), "on the target", len(on_target))
    y = labels(source_labels, on_source.shape[1])
    if len(on_source) < 3:
        return np.full(len(on_source), np.nan)
    accuracy = _probit((on_source == y).mean(axis=1), on_source.shape[1])
    agree_source = _probit(agreements(on_source), on_source.shape[1])
    agree_target = _probit(agreements(on_target), on_target.shape[1])
    slope = _slope(agree_source, agree_target)
    known = agree_target + slope * ((accuracy[:, None] + accuracy[None, :]) / 2 - agree_source)
    return _solve_pairs(known)


def _probit(shares: NDArray[np.float64], examples: int) -> NDArray[np.float64]:
    nearest = 0.5 / examples
    result: NDArray[np.float64] = ndtri(np.clip(shares, nearest, 1 - nearest))
    return result


def _slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    pairs = np.triu_indices(len(x), 1)
    x_off, y_off = x[pairs] - x[pairs].mean(), y[pairs] - y[pairs].mean()
    spread = float(x_off @ x_off)
    if spread <= LEAST_SPREAD * len(x_off):
        return float("nan")
    return float(x_off @ y_off) / spread


def _solve_pairs(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Φ of the x that is nearest to ½(x_i + x_j) = known_ij over all pairs.

    The normal equations are ((n − 2) I + 1·1ᵀ) x = 2r with r_i = Σ_{j≠i} known_ij, inverted in closed form.
    """
    n = len(known)
    right = 2 * (known.sum(axis=1) - np.diag(known))
    x = (right - right.sum() / (2 * n - 2)) / (n - 2)
    result: NDArray[np.float64] = ndtr(x)
    return result


def _compute(outputs: Outputs) -> NDArray[np.float64]:
    return agreement_line(outputs.source_classes(), given(outputs.source_labels), outputs.target_classes())


SCORER = Scorer(
    name="agreement-line",
    title="Agreement on the line (ALine-D)",
    paper="Baek et al. 2022, arXiv:2206.13089",
    needs=frozenset({"source_predictions", "source_labels", "target_predictions"}),
    compute=_compute,
    across=True,
)

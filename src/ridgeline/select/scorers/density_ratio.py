"""How much likelier the target is than the source, at source examples: by a classifier, or by kernel densities."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.select.scorers.checks import Floats

PENALTY = 1.0
"""Weight of ½‖w‖² beside the sum of log losses; the intercept is free."""
NEWTON_STEPS = 100
TOLERANCE = 1e-10
DAMPING = 1e-9
"""Curvature given to the free intercept where all probabilities are 0 or 1; it slows a step and moves no minimum."""
ROWS = 64
"""Examples whose distances to all others are held at once: 1.3 MB of float32 for 5,000, as much as a cache holds."""

LEAST_EFFECTIVE = 2.0
"""Kish's effective number of examples, (Σw)²/Σw², below which one example alone would decide."""
LEAST_COVERED = 0.1
"""Mean weight at source examples, which is the part of the target that lies where the source does (1 if all of it), below
which nine tenths of the target are nowhere near an example: equal weights would then pass for agreement of the domains."""


def classifier_log_ratios(source: Floats, target: Floats, at: Floats) -> NDArray[np.float64]:
    """Return ln p_T/p_S at `at`, by logistic regression of the domain: [examples].

    ln w = ln(N_S/N_T) + ln P(T|z)/P(S|z). Bickel et al. 2007, "Discriminative learning for differing training and
    test distributions"; You et al. 2019 use it for DEV.

    Args:
        source: features of source examples, [source examples, dims].
        target: [target examples, dims].
        at: where to tell the ratio, [examples, dims].
    """
    z = np.concatenate([source, target]).astype(np.float64)
    domain = np.repeat([0.0, 1.0], [len(source), len(target)])
    weights = logistic_regression(z, domain)
    ratios: NDArray[np.float64] = at @ weights[:-1] + weights[-1] + np.log(len(source) / len(target))
    return ratios


def overlap(log_weights: NDArray[np.float64]) -> bool:
    """Say whether source examples with these ln p_T/p_S, [examples], can speak for the target."""
    largest = log_weights.max()
    weights = np.exp(log_weights - largest)
    effective = weights.sum() ** 2 / (weights @ weights)
    return bool(effective >= LEAST_EFFECTIVE and largest + np.log(weights.mean()) >= np.log(LEAST_COVERED))


def logistic_regression(z: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights and, last, the intercept, that minimise Σ ln(1 + e^(−±zw)) + ½‖w‖²: [dims + 1].

    Newton's method, with steps halved until the loss falls; the loss is convex and has one minimum.
    """
    x = np.concatenate([z, np.ones((len(z), 1))], axis=1)
    penalty = np.full(x.shape[1], PENALTY)
    penalty[-1] = 0

    def loss(w: NDArray[np.float64]) -> float:
        logits = x @ w
        return float(np.logaddexp(0, logits).sum() - y @ logits + penalty @ (w * w) / 2)

    w = np.zeros(x.shape[1])
    now = loss(w)
    for _ in range(NEWTON_STEPS):
        p = 0.5 * (1 + np.tanh(x @ w / 2))
        gradient = x.T @ (p - y) + penalty * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(np.maximum(penalty, DAMPING))
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while (after := loss(w - size * step)) > now and size > TOLERANCE:
            size /= 2
        w = w - size * step
        if now - after <= TOLERANCE * max(1.0, abs(after)):
            break
        now = after
    return w


def kde_log_ratios(source: Floats, target: Floats, at: Floats, bandwidth: float = 1.0) -> NDArray[np.float64]:
    """Return ln p_T/p_S at `at`, both densities by Gaussian kernels: [examples].

    In more than a few dims the densities say little: distances are then all alike, or the nearest kernel is all.

    Args:
        source: features of source examples, [source examples, dims].
        target: [target examples, dims].
        at: where to tell the ratio, [examples, dims].
        bandwidth: standard deviation of a kernel in each dim, in the features' unit.
    """
    return _log_density(target, at, bandwidth) - _log_density(source, at, bandwidth)


def _log_density(x: Floats, at: Floats, bandwidth: float) -> NDArray[np.float64]:
    """Return the logarithm of the mean kernel, without the constant that both densities share.

    The exponents −‖x − a‖²/2 are one product of [x, ‖x‖²/2] with [a, −1], less ‖a‖²/2, in the precision of what is given.
    """
    centre = x.mean(axis=0)
    x, at = (x - centre) / x.dtype.type(bandwidth), (at - centre) / x.dtype.type(bandwidth)
    kernels = np.concatenate([x, np.einsum("nd,nd->n", x, x)[:, None] / 2], axis=1).T
    points = np.concatenate([at, np.full((len(at), 1), -1, at.dtype)], axis=1)
    density = np.empty(len(at))
    for start in range(0, len(at), ROWS):
        rows = slice(start, start + ROWS)
        exponents = points[rows] @ kernels
        largest = exponents.max(axis=1, keepdims=True)
        exponents -= largest
        np.exp(exponents, out=exponents)
        density[rows] = np.log(exponents.sum(axis=1, dtype=np.float64)) + largest[:, 0]
    lengths: NDArray[np.float64] = np.einsum("nd,nd->n", at, at, dtype=np.float64)
    result: NDArray[np.float64] = density - lengths / 2 - np.log(len(x))
    return result

"""Learned soup: find the weights of a mean by gradient descent on held-out data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.methods.arrays import Floats, along_models, stacked

Tensors = Mapping[str, Floats]
LossGradient = Callable[[Tensors], tuple[float, Tensors]]


@dataclass(frozen=True, slots=True)
class LearnedSoup:
    """Weights that were trained.

    Attributes:
        weights: group of tensors → [models]; not negative, adding up to 1.
        loss: with these.
        losses: of each step, the first with equal weights.
    """

    weights: dict[str, NDArray[np.float64]]
    loss: float
    losses: tuple[float, ...]


def learned_soup(
    models: Sequence[Tensors],
    loss_and_gradient: LossGradient,
    *,
    steps: int = 50,
    rate: float = 0.1,
    group: Callable[[str], str] = lambda _: "all",
) -> LearnedSoup:
    """Train the weights of a mean, softmax(α): Wortsman et al. 2022 (arXiv:2203.05482), section 2 and appendix I.

    Adam (Kingma & Ba 2015) on α, from equal weights; the weights with the least loss are returned.

    Args:
        models: name → [*shape], the same for all.
        loss_and_gradient: what a model loses on held-out data, and the derivative by each of its tensors; a temperature
            of the outputs, if one is wanted, is the caller's.
        steps: from 1.
        rate: of Adam, above 0.
        group: tensors of one group share their weights; by default all do. By layer: the layer of the name.

    Returns:
        The best weights that were seen.

    Raises:
        InputError: there is no model, or steps or rate are out of range.
    """
    if not models:
        raise InputError("A merge needs at least one model, and none is given.", "no-models-to-merge")
    if steps < 1 or not rate > 0:
        raise InputError(
            f"steps is {steps} and rate {rate:g}; they must be in [1, ∞) and (0, ∞).", "merge-parameter"
        )
    groups = sorted({group(name) for name in models[0]})
    logits = np.zeros((len(groups), len(models)))
    mean, square = np.zeros_like(logits), np.zeros_like(logits)
    best, losses = LearnedSoup({}, np.inf, ()), []
    for step in range(1, steps + 2):
        weights = dict(zip(groups, softmax(logits), strict=True))
        loss, gradient = loss_and_gradient(mixed(models, weights, group))
        losses.append(loss)
        if loss < best.loss:
            best = LearnedSoup(weights, loss, ())
        slope = _slope(models, gradient, weights, group)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        logits -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return LearnedSoup(best.weights, best.loss, tuple(losses))


def mixed(
    models: Sequence[Tensors], weights: Mapping[str, NDArray[np.float64]], group: Callable[[str], str]
) -> dict[str, Floats]:
    """Return the mean of models with the weights of each tensor's group, name → [*shape]."""
    soup = {}
    for name in models[0]:
        values = stacked([model[name] for model in models])
        soup[name] = (values * along_models(weights[group(name)], values)).sum(axis=0)
    return soup


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weights that add up to 1 along the last axis."""
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def _slope(
    models: Sequence[Tensors],
    gradient: Tensors,
    weights: Mapping[str, NDArray[np.float64]],
    group: Callable[[str], str],
) -> NDArray[np.float64]:
    """Return the derivative of the loss by α, [groups, models]: wᵢ·(gᵢ - Σ wⱼ·gⱼ) with gᵢ the part along modelᵢ."""
    along = {name: np.zeros(len(models)) for name in weights}
    for name, slope in gradient.items():
        along[group(name)] += [float((slope.astype(np.float64) * model[name]).sum()) for model in models]
    return np.stack([weights[name] * (along[name] - weights[name] @ along[name]) for name in sorted(weights)])

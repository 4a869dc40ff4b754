"""Graft: carry over only the few entries of a fine-tuned model that its task needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import Keep, task_vectors
from ridgeline.merge.method import Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Mask, changes_of
from ridgeline.merge.methods.checks import fraction
from ridgeline.merge.methods.streaming import Counts, ranges, total_size
from ridgeline.merge.methods.trim import largest

Tensors = Mapping[str, Floats]
LossGradient = Callable[[Tensors], tuple[float, Tensors]]


def graft(base: Floats, model: Floats, mask: Mask) -> Floats:
    """Return base + γ·(model - base): Panigrahi et al. 2023 (arXiv:2302.06600), equation 1.

    Args:
        base: [*shape].
        model: [*shape].
        mask: γ, what comes from the model, [*shape].

    Returns:
        [*shape].

    Raises:
        InputError: shapes differ.
    """
    start, change = changes_of([model], base)
    merged: Floats = start + np.where(mask, change[0], 0)
    return merged


def movement_masks(base: Tensors, model: Tensors, density: float) -> dict[str, Mask]:
    """Mark the int(density·n) entries of a whole model that moved most, and what ties with the last.

    Departs: the authors' code leaves ties out.

    Args:
        base: tensor name → [*shape].
        model: the same names and shapes.
        density: in [0, 1]; the paper takes 1e-4 to 1e-3.

    Returns:
        tensor name → [*shape].

    Raises:
        InputError: names or shapes differ, or the density is outside [0, 1].
    """
    fraction("density", density)
    _same_names(base, model)
    moved = {name: changes_of([model[name]], base[name])[1][0] for name in sorted(base)}
    flat = np.concatenate([change.ravel() for change in moved.values()])
    kept = largest(flat, int(density * flat.size))
    masks, start = {}, 0
    for name, change in moved.items():
        masks[name] = kept[start : start + change.size].reshape(change.shape)
        start += change.size
    return masks


@dataclass(frozen=True, slots=True)
class LearnedGraft:
    """A mask that was trained.

    Attributes:
        masks: tensor name → [*shape].
        loss: the task's loss with this mask.
        losses: the loss with the mask of each step, the first before any.
    """

    masks: dict[str, Mask]
    loss: float
    losses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GraftTraining:
    """How a mask is trained.

    Attributes:
        steps: of gradient descent, from 1.
        rate: the first step moves the score that it moves most by this much, so that the rate does not depend on the scale
            of weights and losses (the authors' is 1e6 to 1e7 for RoBERTa).
        bias: how far from undecided scores start; the authors' is 10. Entries flip once their score has passed it.
    """

    steps: int = 100
    rate: float = 1.0
    bias: float = 10.0


def learn_graft(
    base: Tensors,
    model: Tensors,
    loss_and_gradient: LossGradient,
    density: float,
    training: GraftTraining | None = None,
) -> LearnedGraft:
    """Train the mask by gradient descent on a task's loss: Panigrahi et al. 2023, section 2.2 and appendix A.

    The mask is γ = m + (1 - 2m)·σ(S - bias), with m the entries that moved most; S starts at 0. The gradient is taken
    where the mask is rounded, and the rounded mask with the least loss is returned.

    Args:
        base: tensor name → [*shape].
        model: the same names and shapes.
        loss_and_gradient: what a model loses on the task, and the derivative by each of its tensors.
        density: the share of entries that the first mask takes, in [0, 1].
        training: see `GraftTraining`.

    Returns:
        The best mask that was seen, the first included.

    Raises:
        InputError: names or shapes differ, or the density is outside [0, 1].
    """
    how = training or GraftTraining()
    first = movement_masks(base, model, density)
    changes = {name: changes_of([model[name]], base[name])[1][0] for name in first}
    scores = {name: np.zeros(mask.shape) for name, mask in first.items()}
    best, losses, rate = LearnedGraft(first, np.inf, ()), [], 0.0
    for step in range(how.steps + 1):
        masks = {name: mask ^ (scores[name] > how.bias) for name, mask in first.items()}
        loss, gradient = loss_and_gradient(
            {name: graft(base[name], model[name], mask) for name, mask in masks.items()}
        )
        losses.append(loss)
        if loss < best.loss:
            best = LearnedGraft(masks, loss, ())
        slopes = {
            name: _slope(gradient[name], changes[name], first[name], scores[name] - how.bias)
            for name in first
        }
        if step == 0:
            steepest = max(float(np.abs(slope).max(initial=0)) for slope in slopes.values())
            rate = how.rate / steepest if steepest > 0 else 0.0
        scores = {name: scores[name] - rate * slope for name, slope in slopes.items()}
    return LearnedGraft(best.masks, best.loss, tuple(losses))


def overlap(first: Mapping[str, Mask], second: Mapping[str, Mask]) -> float:
    """Return the share of the first mask's entries that the second has too, in [0, 1]; NaN if the first is empty."""
    size = sum(int(mask.sum()) for mask in first.values())
    both = sum(int((mask & second[name]).sum()) for name, mask in first.items())
    return both / size if size else float("nan")


def _slope(gradient: Floats, change: Floats, first: Mask, score: Floats) -> Floats:
    """Return the derivative of the loss by the scores; σ' without overflow."""
    steep = np.exp(-np.abs(score)) / np.square(1 + np.exp(-np.abs(score)))
    slope: Floats = np.where(first, -1.0, 1.0) * gradient * change * steep
    return slope


def _same_names(base: Tensors, model: Tensors) -> None:
    if set(base) != set(model):
        raise InputError(
            f"The model has other tensors than the base: {', '.join(sorted(set(base) ^ set(model))[:5])}.",
            "merge-tensors-differ",
        )


def _steps(target: Target) -> Steps:
    size = yield from total_size()
    last: Counts = (target.numbers("density") * size).astype(np.int64)
    kept = yield from ranges(target, np.stack([np.ones_like(last), last], axis=1), scope="checkpoint")
    return task_vectors(target, 1.0, keep=Keep(*kept))


GRAFT = Method(
    "graft",
    "Graft the entries that moved most",
    "Panigrahi et al., Task-specific skill localization in fine-tuned language models, ICML 2023, https://arxiv.org/abs/2302.06600",
    _steps,
    (
        Parameter(
            "density", per_model=True, low=0.0, high=1.0, about="share of the whole model that comes from it"
        ),
    ),
    base="required",
    models=(1, 1),
    across_tensors=True,
)

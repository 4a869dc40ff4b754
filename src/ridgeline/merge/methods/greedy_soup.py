"""Greedy soup: add models from the best down, and keep each that makes the mean better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.methods.arrays import Floats

Tensors = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Trial:
    """One model that was tried: its place in what was given, the score of the soup with it, and whether it stayed."""

    model: int
    score: float
    kept: bool


@dataclass(frozen=True, slots=True)
class GreedyChoice:
    """What a greedy soup is made of.

    Attributes:
        order: in which models were tried; those without a score are not among them.
        ingredients: what stayed, in that order.
        score: of the soup.
        trials: each model after the first.
    """

    order: tuple[int, ...]
    ingredients: tuple[int, ...]
    score: float
    trials: tuple[Trial, ...]


def greedy_order(scores: Sequence[float]) -> tuple[int, ...]:
    """Return the places of models from the best score down; of equal ones the later first; those with NaN are left out."""
    ascending = np.argsort(np.asarray(scores, np.float64), kind="stable")
    return tuple(int(place) for place in ascending[::-1] if not np.isnan(scores[place]))


def choose_greedily(scores: Sequence[float], evaluate: Callable[[tuple[int, ...]], float]) -> GreedyChoice:
    """Choose the ingredients of a soup: Wortsman et al. 2022 (arXiv:2203.05482), recipe 1, as the authors' code has it.

    Departs: the paper's recipe keeps a model that makes the soup as good as before; its code, and this, only one that
    makes it better.

    Args:
        scores: of each model on held-out data, higher is better; NaN: never tried.
        evaluate: the score of the mean of the models at these places, on the same data.

    Returns:
        The order, the ingredients, and the score of each soup that was tried.

    Raises:
        InputError: no model has a score.
    """
    order = greedy_order(scores)
    if not order:
        raise InputError(
            f"None of {len(scores)} models has a score to start a greedy soup from.", "no-scores"
        )
    kept: tuple[int, ...] = order[:1]
    best, trials = float(scores[order[0]]), []
    for model in order[1:]:
        score = float(evaluate((*kept, model)))
        better = score > best
        trials.append(Trial(model, score, better))
        if better:
            kept, best = (*kept, model), score
    return GreedyChoice(order, kept, best, tuple(trials))


def greedy_soup(
    load: Callable[[int], Tensors], scores: Sequence[float], evaluate: Callable[[Tensors], float]
) -> tuple[dict[str, Floats], GreedyChoice]:
    """Make a greedy soup; two models and the soup are in memory at a time.

    The mean is a running one, soup·n/(n + 1) + model/(n + 1), as in the authors' code.

    Args:
        load: the tensors of the model at a place.
        scores: see `choose_greedily`.
        evaluate: the score of a model on held-out data, higher is better.

    Returns:
        The soup, name → [*shape], and how it came to be.

    Raises:
        InputError: no model has a score.
    """
    order = greedy_order(scores)
    soup: dict[str, Floats] = dict(load(order[0])) if order else {}
    tried: dict[str, Floats] = {}
    members = order[:1]

    def score_with(places: tuple[int, ...]) -> float:
        nonlocal soup, tried, members
        if places[:-1] != members:  # the model that was tried last has stayed
            soup, members = tried, places[:-1]
        tried = _with_one_more(soup, load(places[-1]), len(members))
        return evaluate(tried)

    choice = choose_greedily(scores, score_with)
    return (soup if choice.ingredients == members else tried), choice


def _with_one_more(soup: Tensors, model: Tensors, count: int) -> dict[str, Floats]:
    return {
        name: value * value.dtype.type(count / (count + 1)) + model[name] * value.dtype.type(1 / (count + 1))
        for name, value in soup.items()
    }

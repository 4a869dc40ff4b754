"""What choosing a base by other tasks, or by a cheap probe, costs on each target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.regret import pick
from ridgeline.select.stats.best_of_n import expected_best
from ridgeline.select.stats.result import finite


@dataclass(frozen=True, slots=True)
class BaseChoice:
    """Regret on each target: its best score from any base minus that from the base chosen.

    Attributes:
        chosen: row of the base chosen for each target, [targets]; the first of those that tie.
        regret: [targets].
        random: expected regret of a base drawn at random, [targets].
        pretrained: regret of starting from the pretrained model, [targets]; NaN if none is named.
    """

    chosen: NDArray[np.int64]
    regret: NDArray[np.float64]
    random: NDArray[np.float64]
    pretrained: NDArray[np.float64]


def by_other_tasks(scores: ArrayLike, *, pretrained: int | None = None) -> BaseChoice:
    """Choose the base for each target by its mean score over all other targets.

    Leave one target out: what intertraining promises if a base is good for most targets alike (arXiv:2211.00107).

    Args:
        scores: of targets fine-tuned from bases, higher is better, [bases, targets]; at least two of each.
        pretrained: row of the model without intertraining; None: it is not among them.

    Raises:
        InputError: a score is NaN or infinite, there are too few, or there is no such row.
    """
    table = _check(scores, pretrained)
    others = (table.sum(axis=1, keepdims=True) - table) / (table.shape[1] - 1)
    return _judge(others, table, pretrained)


def by_probe(probe: ArrayLike, scores: ArrayLike, *, pretrained: int | None = None) -> BaseChoice:
    """Choose one base for all targets by a number that is cheap to get, such as a linear probe on MNLI.

    Args:
        probe: higher is better, [bases].
        scores: as in `by_other_tasks`.
        pretrained: as there.

    Raises:
        InputError: as there, or the probe has another number of bases.
    """
    table = _check(scores, pretrained)
    values = _check_probe(probe, len(table))
    return _judge(np.broadcast_to(values[:, None], table.shape), table, pretrained)


def shortlist_regret(
    probe: ArrayLike, scores: ArrayLike, k: int = 5
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the regret of fine-tuning from the k best by the probe and keeping what comes out best on the target.

    The procedure of Choshen et al. 2022 (arXiv:2211.00107), section 6, with k = 5.

    Args:
        probe: higher is better, [bases]; of those that tie at the edge of the shortlist the first are taken.
        scores: as in `by_other_tasks`.
        k: length of the shortlist.

    Returns:
        Its regret, and what k bases drawn at random are expected to cost, both [targets].

    Raises:
        InputError: as in `by_probe`, or the shortlist is empty or longer than there are bases.
    """
    table = _check(scores, None)
    values = _check_probe(probe, len(table))
    if not 1 <= k <= len(table):
        raise InputError(f"A shortlist has 1 to {len(table)} bases here, not {k}.", "base-shortlist")
    best = table.max(axis=0)
    listed = np.argsort(-values, kind="stable")[:k]
    random = np.array([expected_best(column)[k - 1] for column in table.T])
    return best - table[listed].max(axis=0), best - random


def regret_by_probes(scores: ArrayLike, *, draws: int = 50, seed: int = 0) -> NDArray[np.float64]:
    """Return the mean regret of choosing by the mean over p other tasks, for p from 1 to all others.

    Args:
        scores: as in `by_other_tasks`.
        draws: orders in which the other tasks are taken, at random; the mean is over these and the targets.
        seed: of the orders.

    Returns:
        [targets − 1]: how many tasks it takes to know a good base. The last value is that of `by_other_tasks`.

    Raises:
        InputError: as in `by_other_tasks`, or there is no draw.
    """
    table = _check(scores, None)
    if draws < 1:
        raise InputError(f"A curve needs at least one draw, not {draws}.", "base-draws")
    targets = table.shape[1]
    rng = np.random.default_rng(seed)
    best = table.max(axis=0)
    regret = np.zeros(targets - 1)
    for target in range(targets):
        others = np.delete(np.arange(targets), target)
        for _ in range(draws):
            sums = np.cumsum(table[:, rng.permutation(others)], axis=1)  # [bases, probes]
            tied = np.isclose(sums, sums.max(axis=0), rtol=1e-12, atol=0)
            regret += best[target] - (tied * table[:, target, None]).sum(axis=0) / tied.sum(axis=0)
    mean: NDArray[np.float64] = regret / (targets * draws)
    return mean


def _judge(by: NDArray[np.float64], table: NDArray[np.float64], pretrained: int | None) -> BaseChoice:
    picks = [pick(said, true) for said, true in zip(by.T, table.T, strict=True)]
    best = table.max(axis=0)
    return BaseChoice(
        chosen=np.array([one.candidate for one in picks], np.int64),
        regret=np.array([one.regret for one in picks]),
        random=best - table.mean(axis=0),
        pretrained=np.full(len(best), np.nan) if pretrained is None else best - table[pretrained],
    )


def _check(scores: ArrayLike, pretrained: int | None) -> NDArray[np.float64]:
    table = finite(scores, "The scores of targets", 2)
    if min(table.shape) < 2 or (pretrained is not None and not 0 <= pretrained < len(table)):
        raise InputError(
            f"At least two bases and two targets are needed, and the pretrained model is one of the rows; the scores have the"
            f" shape {table.shape}, and its row is {pretrained}.",
            "bases-shape",
        )
    return table


def _check_probe(probe: ArrayLike, bases: int) -> NDArray[np.float64]:
    values = finite(probe, "The probe", 1)
    if len(values) != bases:
        raise InputError(
            f"There are {bases} bases with scores, but {len(values)} with a probe; each needs one.",
            "bases-probe",
        )
    return values

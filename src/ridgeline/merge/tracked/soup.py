"""A greedy soup of tracked candidates."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.values import Json
from ridgeline.merge.methods.greedy_soup import GreedyChoice, choose_greedily, greedy_order
from ridgeline.merge.options import Options
from ridgeline.merge.tracked import PREFIX
from ridgeline.merge.tracked.carry_out import ready
from ridgeline.merge.tracked.evaluation import Evaluate, Metric, measured, score_of, sign_of
from ridgeline.merge.tracked.record import Destination, Made, record_merge
from ridgeline.query.repo import Repo
from ridgeline.query.series_set import series_matching

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may go into the soup; `score` is what was tracked, higher is better: a loss stands negated."""

    id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Soup:
    """A greedy soup.

    Attributes:
        folder: of the model.
        ingredients: in the order in which they went in.
        choice: each that was tried, with the score of the soup with it, higher is better.
        metrics: of the soup.
        run: the id of the run that it was recorded as; None if it was not.
    """

    folder: Path
    ingredients: tuple[Candidate, ...]
    choice: GreedyChoice
    metrics: tuple[Metric, ...]
    run: str | None


OnTrial = Callable[[Candidate, float, bool], object]
"""Called after each trial: the candidate, the score of the soup with it, and whether it stays."""


def find_candidates(repo: Repo, query: str, metric: str) -> tuple[Candidate, ...]:
    """Return the runs that have a metric, by its last value.

    Args:
        repo: where the runs are.
        query: which of them; blank: all that are not archived.
        metric: selector of one metric, such as `f1{lang=en,subset=dev}`.

    Raises:
        NotFoundError: no run has it.
        InputError: a run has several that fit.
    """
    snapshot = repo.snapshot()
    series = series_matching(snapshot, query, [metric])
    if not len(series):
        raise NotFoundError(f"No run among these has the metric {metric!r}.", "scores-not-found")
    if len(np.unique(series.rid)) < len(series):
        keys = [snapshot.metric_by_id[mid] for mid in np.unique(series.mid).tolist()]
        told = ", ".join(
            f"{key.name}{{{','.join(f'{k}={v}' for k, v in key.context.items())}}}" for key in keys[:_SHOWN]
        )
        raise InputError(
            f"{metric!r} leaves open which of {len(keys)} metrics to choose by: {told}"
            f"{', …' if len(keys) > _SHOWN else ''}. Name one of them.",
            "several-metrics",
        )
    rows, _ = snapshot.rows_of(series.rid)
    scores = sign_of(metric) * series.summaries.last
    return tuple(
        Candidate(str(snapshot.runs.id[row]), str(snapshot.runs.name[row]), float(score))
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
    )


def greedy_soup_of_runs(
    repo: Repo,
    candidates: Sequence[Candidate],
    evaluate: Evaluate,
    metric: str,
    out: Path,
    *,
    at_most: int | None = None,
    destination: Destination | None = None,
    on_trial: OnTrial | None = None,
) -> Soup:
    """Try candidates from the best down, and keep each that makes the mean of the weights better (Wortsman et al. 2022, recipe 1).

    Each trial is merged on the disk from all its ingredients, so that it is rounded once, and memory does not grow with the models.

    Args:
        repo: where the candidates are.
        candidates: with scores on the data that `evaluate` measures on.
        evaluate: see `Evaluate`.
        metric: which of what it measures is the score.
        out: a new folder for the soup.
        at_most: how many candidates are tried; None: all.
        destination: where the soup is recorded as a run; None: nowhere.
        on_trial: see `OnTrial`.

    Raises:
        InputError: no candidate has a score, or the evaluation fails.
        NotFoundError: a candidate has no model.
    """
    scores = [one.score for one in candidates]
    for place in greedy_order(scores)[at_most:] if at_most is not None else ():
        scores[place] = float("nan")  # never tried
    best: tuple[Metric, ...] = ()
    highest = max((one for one in scores if not np.isnan(one)), default=float("nan"))
    trial, kept = out.with_name(f".{out.name}-trial"), out.with_name(f".{out.name}-best")
    with TemporaryDirectory() as folder:
        links = Path(folder)

        def merge(places: Sequence[int], into: Path) -> Made:
            soup = ready(repo, _recipe([candidates[place] for place in places]), links)
            soup.merge(into, Options(overwrite=True))
            return soup.made

        def score(places: tuple[int, ...]) -> float:
            nonlocal best, highest
            merge(places, trial)
            metrics = measured(evaluate, trial)
            found = score_of(metrics, metric)
            better = found > highest
            if better:
                best, highest = metrics, found
                shutil.rmtree(kept, ignore_errors=True)
                trial.rename(kept)
            if on_trial:
                on_trial(candidates[places[-1]], found, better)
            return found

        try:
            choice = choose_greedily(scores, score)
            if best:
                kept.rename(out)
            else:
                merge(choice.ingredients, out)
                best = measured(evaluate, out)
        finally:
            shutil.rmtree(trial, ignore_errors=True)
            shutil.rmtree(kept, ignore_errors=True)
        ingredients = tuple(candidates[place] for place in choice.ingredients)
        run = None
        if destination is not None:
            made = ready(repo, _recipe(ingredients), links).made
            told: dict[str, Json] = {
                "tried": len(choice.trials) + 1,
                "ingredients": len(ingredients),
                "chosen_by": metric,
            }
            run = record_merge(
                out,
                replace(made, method="greedy_soup", params={**made.params, **told}),
                destination,
                best,
            )
    return Soup(out, ingredients, choice, best, run)


def _recipe(ingredients: Sequence[Candidate]) -> str:
    models = [{"model": f"{PREFIX}{one.id}"} for one in ingredients]
    return yaml.safe_dump({"models": models, "merge_method": "uniform"}, sort_keys=False)

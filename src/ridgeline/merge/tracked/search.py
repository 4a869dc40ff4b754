"""Search for the coefficients of a merge: each trial is merged, evaluated and recorded as a run."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import yaml

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.merge.options import Options
from ridgeline.merge.tracked.carry_out import ready
from ridgeline.merge.tracked.evaluation import Evaluate, Metric, measured, score_of
from ridgeline.merge.tracked.record import Destination, record_merge

if TYPE_CHECKING:
    from ridgeline.query.repo import Repo

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Trial:
    """One merge of a search.

    Attributes:
        number: from 1.
        values: what was set, by address in the recipe, such as `parameters.lambda` or `models[0].parameters.weight`.
        score: higher is better; a loss stands negated.
        metrics: all that was measured.
        folder: of the model; gone where it was not the best and nothing said to keep it.
        run: the id of its run; None if it was not recorded.
    """

    number: int
    values: Mapping[str, Json]
    score: float
    metrics: tuple[Metric, ...]
    folder: Path
    run: str | None


Propose = Callable[[Sequence[Trial]], Mapping[str, Json] | None]
"""What to try next, given what was tried; None ends the search."""


def grid(choices: Mapping[str, Sequence[Json]]) -> Propose:
    """Propose every combination, the last address varying fastest."""
    combinations = itertools.product(*choices.values())

    def propose(_: Sequence[Trial]) -> Mapping[str, Json] | None:
        values = next(combinations, None)
        return None if values is None else dict(zip(choices, values, strict=True))

    return propose


def at_random(
    choices: Mapping[str, Sequence[Json] | tuple[float, float]], trials: int, seed: int = 0
) -> Propose:
    """Propose draws: uniform between two ends, or one of a list; the same for the same seed."""
    rng = np.random.default_rng(seed)

    def draw(choice: Sequence[Json] | tuple[float, float]) -> Json:
        if isinstance(choice, tuple):
            low, high = choice
            return round(float(rng.uniform(low, high)), 6)
        return choice[int(rng.integers(len(choice)))]

    def propose(tried: Sequence[Trial]) -> Mapping[str, Json] | None:
        return None if len(tried) >= trials else {name: draw(choice) for name, choice in choices.items()}

    return propose


def search(  # noqa: PLR0913 - the recipe, what to try, how it is judged, and where all of it goes
    recipe: str,
    propose: Propose,
    evaluate: Evaluate,
    metric: str,
    out: Path,
    *,
    repo: "Repo | None" = None,
    near: Sequence[Path] = (),
    destination: Destination | None = None,
    keep: bool = False,
) -> Iterator[Trial]:
    """Merge, evaluate and record one proposal after another; the best model stays.

    Args:
        recipe: YAML; each trial sets some of its values.
        propose: see `Propose`; `grid` and `at_random` are two.
        evaluate: see `Evaluate`. Choose by data that the model is not judged by in the end.
        metric: which of what is measured is the score.
        out: folder for the models, `trial-001` and so on.
        repo: where runs are that the recipe names.
        near: folders that relative paths of the recipe may start from.
        destination: where trials are recorded as runs; None: nowhere.
        keep: keep the models of all trials.

    Yields:
        Each trial as soon as it is done.

    Raises:
        InputError: an address is not in the recipe, the recipe has mistakes, or an evaluation fails.
    """
    tried: list[Trial] = []
    best: Trial | None = None
    with TemporaryDirectory() as links:
        while (values := propose(tuple(tried))) is not None:
            number = len(tried) + 1
            folder = out / f"trial-{number:03d}"
            text = with_values(recipe, values)
            merge = ready(repo, text, Path(links), near=near)
            merge.merge(folder, Options(overwrite=True))
            metrics = measured(evaluate, folder)
            run = None
            if destination is not None:
                made = replace(merge.made, params={**merge.made.params, "trial": number, "set": dict(values)})
                name = destination.name or merge.made.method
                run = record_merge(folder, made, replace(destination, name=f"{name} {number}"), metrics)
            trial = Trial(number, values, score_of(metrics, metric), metrics, folder, run)
            tried.append(trial)
            worse = trial
            if best is None or trial.score > best.score:
                best, worse = trial, best or trial
            if worse is not best and not keep:
                shutil.rmtree(worse.folder)
            yield trial


def with_values(recipe: str, values: Mapping[str, Json]) -> str:
    """Return a recipe with other values at some addresses; what is not there yet is added to its table.

    Raises:
        InputError: the recipe is no YAML table, or an address leads through what is no table or list, or past its end.
    """
    try:
        document = yaml.safe_load(recipe)
    except yaml.YAMLError as error:
        raise InputError(f"The recipe is no YAML: {error}.", "merge-recipe") from error
    for address, value in values.items():
        steps = [int(place) if place else name for name, place in _STEP.findall(address)]
        if not steps:
            raise InputError(
                f"{address!r} is no address; one is 'parameters.lambda'.", "merge-search-address"
            )
        at = document
        try:
            for step in steps[:-1]:
                at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
            at[steps[-1]] = value
        except (TypeError, IndexError, KeyError, AttributeError) as error:
            raise InputError(
                f"The recipe has nothing at {address!r}. An address is made of keys and places, such as"
                " 'models[0].parameters.weight'.",
                "merge-search-address",
            ) from error
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def read_choices(texts: Sequence[str]) -> dict[str, Sequence[Json] | tuple[float, float]]:
    """Read `ADDRESS=0.2,0.4` (these), `ADDRESS=0:1:5` (five from 0 to 1) and `ADDRESS=0:1` (anything between).

    Raises:
        InputError: a text is none of these.
    """
    choices: dict[str, Sequence[Json] | tuple[float, float]] = {}
    for text in texts:
        try:
            address, said = text.split("=", 1)
            if ":" in said:
                low, high, *count = (float(part) for part in said.split(":"))
                choices[address] = (
                    np.linspace(low, high, int(count[0])).round(6).tolist() if count else (low, high)
                )
            else:
                choices[address] = [yaml.safe_load(part) for part in said.split(",")]
        except (ValueError, yaml.YAMLError) as error:
            raise InputError(
                f"{text!r} says not what to try. Write ADDRESS=0.2,0.4 for these values, ADDRESS=0:1:5 for five from 0 to 1,"
                " or ADDRESS=0:1 for anything between, drawn at random.",
                "merge-search-values",
            ) from error
    return choices

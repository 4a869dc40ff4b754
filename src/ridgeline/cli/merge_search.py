"""Search for the coefficients of a merge."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.merge_options import (
    EvaluateOption,
    ExperimentOption,
    MetricOption,
    NameOption,
    NewFolderOption,
    StoreOption,
)
from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import JsonOption, RepoOption
from ridgeline.cli.output import write_json
from ridgeline.core.errors import InputError
from ridgeline.merge.recipe.build import recipe_text
from ridgeline.merge.tracked import PREFIX
from ridgeline.merge.tracked.evaluation import SCORE, sign_of
from ridgeline.merge.tracked.evaluation import command as evaluation
from ridgeline.merge.tracked.record import Destination
from ridgeline.merge.tracked.search import Propose, Trial, at_random, grid, read_choices, search


def command(
    recipe: Annotated[Path, typer.Argument(help="YAML: models, method, parameters.", metavar="RECIPE")],
    evaluate: EvaluateOption,
    out: NewFolderOption,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            help="What to try: parameters.lambda=0.2,0.4 for these, =0:1:5 for five from 0 to 1, =0:1 for anything between."
            " May be repeated.",
            metavar="ADDRESS=VALUES",
        ),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option("--trials", help="Draw so many at random, instead of all combinations.", min=1),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws.")] = 0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the models of all trials, not the best alone.")
    ] = False,
    metric: MetricOption = SCORE,
    repo: RepoOption = None,
    experiment: ExperimentOption = None,
    name: NameOption = None,
    store: StoreOption = False,
    as_json: JsonOption = False,
) -> None:
    """Try coefficients of a merge, evaluate each, and record every trial as a run; the best model stays."""
    text = recipe_text(recipe)
    found = []
    for trial in search(
        text,
        _proposals(vary or [], trials, seed),
        evaluation(evaluate),
        metric,
        out,
        repo=open_repo(repo) if PREFIX in text else None,
        near=(recipe.parent,),
        destination=Destination(repo, experiment, name, store),
        keep=keep,
    ):
        found.append(trial)
        if not as_json:
            typer.echo(
                f"{trial.number:>4}  {metric} {_value(trial, metric):.6g}  {json.dumps(dict(trial.values))}"
            )
    best = max(found, key=lambda trial: trial.score)
    if as_json:
        write_json([_document(trial, metric) for trial in found])
    else:
        typer.echo(f"Best: trial {best.number}, in {best.folder}; run {best.run}.")


def _proposals(vary: list[str], trials: int | None, seed: int) -> Propose:
    choices = read_choices(vary)
    if not choices:
        raise InputError(
            "What to try? For instance: --vary parameters.lambda=0.2,0.4,0.6.", "merge-search-values"
        )
    if trials is not None:
        return at_random(choices, trials, seed)
    open_ended = [address for address, choice in choices.items() if isinstance(choice, tuple)]
    if open_ended:
        raise InputError(
            f"{', '.join(open_ended)} may be anything between two ends, and all of that cannot be tried. Say how many draws"
            " with --trials, or how many steps as in 0:1:5.",
            "merge-search-values",
        )
    return grid(choices)


def _value(trial: Trial, metric: str) -> float:
    """Return the score as it was measured."""
    return sign_of(metric) * trial.score


def _document(trial: Trial, metric: str) -> dict[str, object]:
    return {
        "trial": trial.number,
        "values": dict(trial.values),
        "metric": metric,
        "value": _value(trial, metric),
        "run": trial.run,
        "folder": str(trial.folder) if trial.folder.is_dir() else None,
    }

"""A greedy soup of tracked candidates."""

from typing import TYPE_CHECKING, Annotated

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
from ridgeline.cli.options import JsonOption, QueryArgument, RepoOption
from ridgeline.cli.output import write_json
from ridgeline.merge.tracked.evaluation import command as evaluation
from ridgeline.merge.tracked.evaluation import sign_of
from ridgeline.merge.tracked.record import Destination

if TYPE_CHECKING:
    from ridgeline.merge.tracked.soup import Candidate


def command(
    metric: MetricOption,
    evaluate: EvaluateOption,
    out: NewFolderOption,
    query: QueryArgument = "",
    at_most: Annotated[
        int | None, typer.Option("--at-most", help="Try only so many, the best ones.", min=1)
    ] = None,
    repo: RepoOption = None,
    experiment: ExperimentOption = None,
    name: NameOption = None,
    store: StoreOption = False,
    as_json: JsonOption = False,
) -> None:
    """Average candidates from the best down, keep each that makes the mean better, and record the soup as a run."""
    # Reading runs takes longer to load than a small merge, which `ridgeline merge` may be asked for as well.
    from ridgeline.merge.tracked.soup import find_candidates, greedy_soup_of_runs

    opened = open_repo(repo)
    sign = sign_of(metric)

    def tell(candidate: "Candidate", score: float, kept: bool) -> None:
        if not as_json:
            typer.echo(f"{'+' if kept else ' '} {candidate.name}: {metric} {sign * score:.6g} with it")

    soup = greedy_soup_of_runs(
        opened,
        find_candidates(opened, query, metric),
        evaluation(evaluate),
        metric,
        out,
        at_most=at_most,
        destination=Destination(repo, experiment, name, store),
        on_trial=tell,
    )
    if as_json:
        write_json(
            {
                "folder": str(soup.folder),
                "run": soup.run,
                "ingredients": [one.id for one in soup.ingredients],
                "metric": metric,
                "value": sign * soup.choice.score,
            }
        )
        return
    names = ", ".join(one.name for one in soup.ingredients)
    typer.echo(
        f"{len(soup.ingredients)} of {len(soup.choice.trials) + 1} models: {names}. {metric} {sign * soup.choice.score:.6g}."
    )
    typer.echo(f"In {soup.folder}; recorded as run {soup.run}.")

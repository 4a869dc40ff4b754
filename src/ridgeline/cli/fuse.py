"""Fuse what contributors fine-tune into a shared model, round after round."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from ridgeline.cli.merge_options import ExperimentOption, NameOption, NewFolderOption, StoreOption
from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import JsonOption, RepoOption
from ridgeline.cli.output import write_json
from ridgeline.core.errors import InputError
from ridgeline.merge.recipe.references import locate
from ridgeline.merge.tracked import PREFIX
from ridgeline.merge.tracked.evaluation import command as evaluation
from ridgeline.merge.tracked.fuse import Contributions, from_folder, from_runs, fuse
from ridgeline.merge.tracked.record import Destination
from ridgeline.merge.tracked.weights import models_of_runs


def command(
    base: Annotated[
        str, typer.Option("--base", help="Model that the first round starts from: a folder, or run:ID.")
    ],
    contributions: Annotated[
        str,
        typer.Option(
            "--contributions",
            help="Folder with round-001/NAME/ and so on; or a query: runs whose param fuse.round is the round.",
            metavar="DIR|QUERY",
        ),
    ],
    out: NewFolderOption,
    rounds: Annotated[int, typer.Option("--rounds", help="How many rounds.", min=1)] = 1,
    contributors: Annotated[
        int, typer.Option("--contributors", help="How many contributions a round waits for.", min=1)
    ] = 8,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", help="Tensors whose names start so keep the base's values. May be repeated."),
    ] = None,
    every: Annotated[
        float, typer.Option("--every", help="Seconds between looks for contributions.", min=0.1)
    ] = 10.0,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait for contributions that are missing.")
    ] = True,
    evaluate: Annotated[
        str | None,
        typer.Option("--evaluate", help="Command that evaluates each round's model in the folder {model}."),
    ] = None,
    repo: RepoOption = None,
    experiment: ExperimentOption = None,
    name: NameOption = None,
    store: StoreOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fuse fine-tuned models into the next base, round after round (ColD Fusion); each round is a run."""
    done = []
    with TemporaryDirectory() as folder:
        links = Path(folder)
        runs = models_of_runs(open_repo(repo), [base], links) if base.startswith(PREFIX) else {}
        for fused in fuse(
            locate(base, (links,)).folder,
            _contributions(contributions, repo, links),
            out,
            rounds=rounds,
            contributors=contributors,
            heads=head or [],
            evaluate=evaluation(evaluate) if evaluate else None,
            destination=Destination(repo, experiment, name, store),
            parent=runs.get(base, base),
            wait=(lambda: time.sleep(every)) if wait else None,
        ):
            done.append(fused)
            if as_json:
                continue
            typer.echo(
                f"Round {fused.number}: {fused.contributions} fused into {fused.folder}; run {fused.run}."
            )
            for who, why in fused.refused.items():
                typer.echo(f"  not {who}: {why}")
    if as_json:
        write_json(
            [
                {
                    "round": one.number,
                    "folder": str(one.folder),
                    "contributions": one.contributions,
                    "refused": one.refused,
                    "run": one.run,
                }
                for one in done
            ]
        )
    elif not done:
        typer.echo(f"All {rounds} rounds are done already, in {out}.")


def _contributions(given: str, repo: str | None, links: Path) -> Contributions:
    folder = Path(given).expanduser()
    if folder.is_dir():
        return from_folder(folder)
    if not any(sign in given for sign in "=<> ("):
        raise InputError(
            f"There is no folder {given!r} of contributions, and a query for runs it is not either. Make the folder; a"
            " contributor to the first round saves the model in round-001/NAME/.",
            "contributions-missing",
        )
    return from_runs(open_repo(repo), given, links)

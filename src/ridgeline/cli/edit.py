from typing import Annotated

import typer
from rich.console import Console

from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import RepoOption
from ridgeline.core.errors import InputError


def command(
    runs: Annotated[list[str], typer.Argument(help="Ids, beginnings of ids, or names.", metavar="RUN...")],
    repo: RepoOption = None,
    name: Annotated[str | None, typer.Option("--name", help="The new name.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="The new note, in place of the old.")] = None,
    experiment: Annotated[
        str | None, typer.Option("--experiment", help="The experiment that the runs belong to.")
    ] = None,
    add_tag: Annotated[
        list[str] | None, typer.Option("--add-tag", help="A tag more; may be given several times.")
    ] = None,
    remove_tag: Annotated[
        list[str] | None, typer.Option("--remove-tag", help="A tag less; may be given several times.")
    ] = None,
    archive: Annotated[
        bool | None,
        typer.Option(
            "--archive/--unarchive",
            help="Archived runs are left out of questions that do not have `run.archived` in them.",
        ),
    ] = None,
    delete: Annotated[
        bool | None,
        typer.Option(
            "--delete/--undelete",
            help="Hide runs; nothing is erased. A deleted run is named by its id; `ridgeline runs --deleted` lists them.",
        ),
    ] = None,
) -> None:
    """Rename, tag, annotate, archive or delete runs; each can be taken back."""
    if all(
        change is None or change == []
        for change in (name, note, experiment, add_tag, remove_tag, archive, delete)
    ):
        raise InputError(
            "Nothing is to be changed; give --name, --note, --add-tag, --archive, --delete or another.",
            "edit-nothing",
        )
    opened = open_repo(repo)
    hidden = set(opened.runs(deleted=True).ids)
    ids = [run if run in hidden else opened.run(run).id for run in runs]
    changed = opened.edit(
        ids,
        name=name,
        note=note,
        experiment=experiment,
        archived=archive,
        deleted=delete,
        add_tags=add_tag or (),
        remove_tags=remove_tag or (),
    )
    Console(stderr=True).print(f"{changed} run{'s' if changed != 1 else ''} changed.", highlight=False)

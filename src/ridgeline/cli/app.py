import typer

from ridgeline.cli import (
    bases,
    certify,
    demo,
    doctor,
    edit,
    export,
    fuse,
    merge,
    metrics,
    params,
    reindex,
    route,
    runs,
    select,
    show,
    sync,
    up,
)
from ridgeline.core.version import __version__

app = typer.Typer(
    name="ridgeline",
    help="Track, explore and choose among hundreds of models.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    demo,
    up,
    runs,
    metrics,
    params,
    select,
    route,
    certify,
    bases,
    fuse,
    show,
    export,
    edit,
    doctor,
    reindex,
):
    app.command(verb.__name__.rpartition(".")[2])(verb.command)
app.add_typer(sync.app, name="sync")
app.add_typer(merge.app, name="merge")


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and end."),
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)

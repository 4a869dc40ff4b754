from collections.abc import Sequence
from typing import Annotated

import typer

from ridgeline.cli.options import PortOption
from ridgeline.log.layout import Layout, resolve_repo
from ridgeline.server.serve import DEFAULT_PORT, serve


def command(
    repo: Annotated[
        list[str] | None,
        typer.Option(
            "--repo",
            help="Folder with the repo; default: $RIDGELINE_REPO, else the nearest .ridgeline upwards."
            " Several times: each gets a port of its own, and their pages lead to each other.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; the default is this machine only.")
    ] = "127.0.0.1",
    port: PortOption = DEFAULT_PORT,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host", help="Another name that browsers may call the server by, such as that of a proxy."
        ),
    ] = None,
    create: Annotated[
        bool,
        typer.Option(
            "--create", help="Make the repo where there is none yet, for clients of MLflow to log to."
        ),
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Serve the web UI, and MLflow's clients: `mlflow.set_tracking_uri` takes the address that it prints."""
    given: Sequence[str | None] = repo or (None,)
    roots = dict.fromkeys(resolve_repo(path, for_writing=create) for path in given)  # each once
    for root in roots if create else ():
        Layout(root).create()
    serve(
        list(roots),
        host=host,
        port=port,
        allowed_hosts=allow_host or (),
        open_browser=open_browser,
    )

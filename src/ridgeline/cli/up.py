from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.log.layout import resolve_repo
from ridgeline.server.serve import DEFAULT_PORT, serve


def command(
    repo: RepoOption = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; the default is this machine only.")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", help="Port; the next free one is taken when it is in use.", min=0, max=65535),
    ] = DEFAULT_PORT,
) -> None:
    """Serve the web UI."""
    serve(resolve_repo(repo, for_writing=False), host=host, port=port)

import os
from typing import Annotated

import typer

from ridgeline.cli.options import RepoOption
from ridgeline.cli.sync_passes import ContextOption, EveryOption, WatchOption, bring_over
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.address import open_store
from ridgeline.sync.mlflow.client import Login
from ridgeline.sync.mlflow.store import MlflowSource, Selection


def command(
    tracking_uri: Annotated[
        str,
        typer.Option(
            "--tracking-uri",
            help="Address of a tracking server, sqlite:///mlflow.db, or the folder mlruns.",
            envvar="MLFLOW_TRACKING_URI",
        ),
    ],
    repo: RepoOption = None,
    experiment: Annotated[
        str, typer.Option("--experiment", help="Name, or regular expression of whole names.")
    ] = "",
    context: ContextOption = None,
    artifacts: Annotated[
        bool, typer.Option("--artifacts", help="Copy artifacts into the repo, instead of links to them.")
    ] = False,
    exclude_artifacts: Annotated[
        list[str] | None,
        typer.Option("--exclude-artifacts", help="Globs of artifacts to leave out; '*' for all."),
    ] = None,
    token: Annotated[
        str, typer.Option("--token", help="Token of the server.", envvar="MLFLOW_TRACKING_TOKEN")
    ] = "",
    username: Annotated[
        str, typer.Option("--username", help="Name at the server.", envvar="MLFLOW_TRACKING_USERNAME")
    ] = "",
    password: Annotated[
        str, typer.Option("--password", help="Password at the server.", envvar="MLFLOW_TRACKING_PASSWORD")
    ] = "",
    watch: WatchOption = False,
    every: EveryOption = 10.0,
) -> None:
    """Take over runs of MLflow: params, metrics with their times, tags, notes, status, models, artifacts."""
    insecure = os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() == "true"
    login = Login(token, username, password, verify_tls=not insecure)
    patterns = ContextPatterns(context or ())
    selection = Selection(experiment, tuple(exclude_artifacts or ()), artifacts)
    bring_over(
        repo,
        lambda: MlflowSource(open_store(tracking_uri, login), patterns, selection),
        watch=watch,
        every=every,
    )

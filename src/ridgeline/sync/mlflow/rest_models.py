"""Models of a tracking server: versions in its registry, and those that MLflow 3 logs beside runs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ridgeline.core.errors import RidgelineError
from ridgeline.core.values import Json
from ridgeline.sync.mlflow.answers import text, tree, trees
from ridgeline.sync.mlflow.client import Answer, Client
from ridgeline.sync.mlflow.describe import Models
from ridgeline.sync.mlflow.rest_pages import pages, pages_of_get


class LoggedModel(NamedTuple):
    """A model that MLflow 3 logged beside a run."""

    id: str
    name: str


def logged_models(client: Client, experiment_ids: Sequence[str]) -> dict[str, list[LoggedModel]]:
    """Return models by the runs that logged them."""
    found: dict[str, list[LoggedModel]] = defaultdict(list)
    ids: list[Json] = [*experiment_ids]
    asked: Iterator[Answer] = (
        pages(client, "logged-models/search", "models", {"experiment_ids": ids}) if ids else iter(())
    )
    for model in _if_known(asked):
        info = tree(model, "info")
        found[text(info, "source_run_id")].append(LoggedModel(text(info, "model_id"), text(info, "name")))
    return {run_id: sorted(models, key=lambda one: (one.name, one.id)) for run_id, models in found.items()}


def models_of(client: Client, logged: Mapping[str, Sequence[LoggedModel]]) -> dict[str, Models]:
    """Return what the registry has of runs, with the models that they logged."""
    versions: dict[str, list[str]] = defaultdict(list)
    aliases: dict[str, list[str]] = defaultdict(list)
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for model in _if_known(pages_of_get(client, "registered-models/search", "registered_models")):
        for one in trees(model, "aliases"):
            named[text(model, "name"), text(one, "version")].append(text(one, "alias"))
    for one in _if_known(pages_of_get(client, "model-versions/search", "model_versions")):
        run_id, name, version = text(one, "run_id"), text(one, "name"), text(one, "version")
        stage = text(one, "current_stage")
        versions[run_id].append(f"{name}@{version}")
        said = [*named[name, version], *([stage] if stage not in ("", "None") else [])]
        aliases[run_id] += [f"{name}@{alias}" for alias in said]
    return {
        run_id: Models(
            sorted(versions[run_id]),
            sorted(aliases[run_id]),
            [model.name for model in logged.get(run_id, ())],
        )
        for run_id in {*versions, *logged}
        if run_id
    }


def _if_known(answers: Iterator[Answer]) -> Iterator[Answer]:
    """Yield answers; none of a question that the server, of an older MLflow or without a registry, does not know."""
    try:
        yield from answers
    except RidgelineError as error:
        if error.slug != "mlflow-no-answer":
            raise

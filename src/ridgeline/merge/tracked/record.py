"""A merged model as a run: one candidate more."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ridgeline.core.errors import NotFoundError
from ridgeline.core.values import Json
from ridgeline.merge.manifest import MANIFEST
from ridgeline.merge.tracked.evaluation import Metric
from ridgeline.record.run import Run

TAG = "merged"
_CARD = "README.md"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where merged models are recorded.

    Attributes:
        repo: folder of the repository; None: as for any run.
        experiment: None: the default one.
        name: of the run; None: what it was made by.
        store: store the weights in the repository, too; else they stay where they are.
    """

    repo: str | Path | None = None
    experiment: str | None = None
    name: str | None = None
    store: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """How a merged model came to be.

    Attributes:
        method: of the merge.
        parents: ids of runs, or names of models that are no runs.
        params: what else tells it from others, under `merge`.
        recipe: its text.
    """

    method: str
    parents: Sequence[str]
    params: Mapping[str, Json] = field(default_factory=dict)
    recipe: str = ""


def record_merge(folder: Path, made: Made, destination: Destination, metrics: Iterable[Metric] = ()) -> str:
    """Record a merged model.

    Its params are `merge.method`, `merge.folder` and what else tells it apart; `lineage.parents` has what it was made of.
    Manifest, model card and recipe are its artifacts.

    Args:
        folder: of the model.
        made: how it came to be.
        destination: where it is recorded.
        metrics: that were measured of it.

    Returns:
        The id of the run.
    """
    params: dict[str, Json] = {
        "merge": {"method": made.method, "folder": str(folder.resolve()), **made.params},
        "lineage": {"parents": list(made.parents)},
    }
    with Run(
        destination.experiment,
        name=destination.name or made.method,
        params=params,
        tags=[TAG],
        repo=destination.repo,
    ) as run:
        for metric in metrics:
            run.track(metric.value, name=metric.name, context=dict(metric.context) or None)
        for path in sorted(folder.iterdir()):
            if path.name in {MANIFEST, _CARD} or (destination.store and path.is_file()):
                run.log_artifact(path)
        return run.id


def find_merge(folder: Path, destination: Destination) -> str | None:
    """Return the id of the run that a merged model was recorded as, the newest; None where it was not."""
    from ridgeline.query.repo import Repo  # takes longer to load than a small merge

    try:
        repo = Repo(destination.repo)
    except NotFoundError:
        return None
    runs = repo.runs(
        f"run.merge.folder == {json.dumps(str(folder.resolve()))}", order_by="-run.created_at", limit=1
    )
    return next((run.id for run in runs), None)

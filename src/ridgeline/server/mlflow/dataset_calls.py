"""Calls about the data sets of experiments."""

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.experiments import parse_id
from ridgeline.server.mlflow.fields import Fields
from ridgeline.server.mlflow.service import Service

_MOST_EXPERIMENTS = 20
_MOST_SUMMARIES = 1000
_CONTEXT = "mlflow.data.context"


def search(service: Service, fields: Fields) -> dict[str, Json]:
    """Return the data sets that went into the runs of some experiments, each once with each use."""
    given = fields.texts("experiment_ids")
    if not given:
        raise MlflowError("SearchDatasets request must specify at least one experiment_id.")
    if len(given) > _MOST_EXPERIMENTS:
        raise MlflowError(
            f"SearchDatasets request cannot specify more than {_MOST_EXPERIMENTS} experiment_ids. Received {len(given)}"
            " experiment_ids."
        )
    known = service.experiments.all()
    ids = {known[one].name: one for one in (str(parse_id(text)) for text in given) if one in known}
    columns = service.views.columns()
    found: dict[tuple[str, ...], Json] = {}
    for row, experiment in enumerate(columns.experiment.tolist()):
        if experiment not in ids:
            continue
        for one in service.views.facts(columns, row).inputs:
            summary = _summary(Fields(one if isinstance(one, dict) else {}), ids[experiment])
            found.setdefault(
                (summary["experiment_id"], *(summary.get(key, "") for key in _KEYS)), dict(summary)
            )
    summaries = [found[key] for key in sorted(found)][:_MOST_SUMMARIES]
    return {"dataset_summaries": summaries} if summaries else {}


_KEYS = ("name", "digest", "context")


def _summary(dataset_input: Fields, experiment_id: str) -> dict[str, str]:
    dataset = dataset_input.message("dataset")
    used = [tag.text("value") for tag in dataset_input.items("tags") if tag.text("key") == _CONTEXT]
    summary = {"experiment_id": experiment_id, "name": dataset.text("name"), "digest": dataset.text("digest")}
    return summary | ({"context": used[0]} if used else {})

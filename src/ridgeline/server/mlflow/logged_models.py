"""Logged models: what MLflow 3 keeps of a model beside the run that made it."""

import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.journal import Journal

_KEY = "model."
_METRICS = "model_metrics."


@dataclass(frozen=True, slots=True)
class LoggedModel:
    """A model as MLflow has it; times in milliseconds since 1970."""

    model_id: str
    experiment_id: str
    name: str
    artifact_uri: str
    created_ms: int
    updated_ms: int
    status: str = "LOGGED_MODEL_PENDING"
    model_type: str = ""
    source_run_id: str = ""
    deleted: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def message(self, metrics: Sequence[Json]) -> dict[str, Json]:
        """Return it as MLflow writes it."""
        info: dict[str, Json] = {
            "model_id": self.model_id,
            "experiment_id": self.experiment_id,
            "name": self.name,
            "creation_timestamp_ms": self.created_ms,
            "last_updated_timestamp_ms": self.updated_ms,
            "artifact_uri": self.artifact_uri,
            "status": self.status,
            "model_type": self.model_type,
            "source_run_id": self.source_run_id,
        }
        if self.tags:
            info["tags"] = [{"key": key, "value": value} for key, value in sorted(self.tags.items())]
        data: dict[str, Json] = {
            "params": [{"key": key, "value": value} for key, value in sorted(self.params.items())],
            "metrics": list(metrics),
        }
        return {"info": info, "data": {key: value for key, value in data.items() if value}}


class LoggedModels:
    """All logged models of a repository."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()

    def all(self) -> list[LoggedModel]:
        """Return all, deleted ones too."""
        values = self._journal.values().items()
        return [_read(value) for key, value in values if key.startswith(_KEY) and isinstance(value, dict)]

    def get(self, model_id: str, *, allow_deleted: bool = True) -> LoggedModel:
        """Return a model.

        Raises:
            MlflowError: There is none of that id.
        """
        value = self._journal.value(_KEY + model_id)
        model = _read(value) if isinstance(value, dict) else None
        if model is None or (model.deleted and not allow_deleted):
            raise MlflowError(f"Logged model with ID '{model_id}' not found.", "RESOURCE_DOES_NOT_EXIST")
        return model

    def keep(self, model: LoggedModel) -> None:
        """Keep a model that is new or was changed.

        Raises:
            StorageError: The disk refuses.
        """
        value: Json = {**asdict(model), "params": dict(model.params), "tags": dict(model.tags)}
        self._journal.set(_KEY + model.model_id, value)

    def touch(self, model_id: str, now_ms: int, **changed: str | bool) -> LoggedModel:
        """Change some fields of a model and return it.

        Raises:
            MlflowError: There is none of that id.
        """
        with self._lock:
            model = replace(self.get(model_id), updated_ms=now_ms, **changed)  # type: ignore[arg-type]
            self.keep(model)
            return model

    def add(
        self, model_id: str, *, params: Mapping[str, str] | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        """Add params or tags to a model.

        Raises:
            MlflowError: There is none of that id.
        """
        with self._lock:
            model = self.get(model_id)
            self.keep(
                replace(model, params={**model.params, **(params or {})}, tags={**model.tags, **(tags or {})})
            )

    def remove_tag(self, model_id: str, key: str) -> None:
        """Take a tag off a model.

        Raises:
            MlflowError: There is no such model, or it has no such tag.
        """
        with self._lock:
            model = self.get(model_id)
            if key not in model.tags:
                raise MlflowError(
                    f"No tag with key {key!r} found for model with ID {model_id!r}.",
                    "RESOURCE_DOES_NOT_EXIST",
                )
            self.keep(replace(model, tags={name: value for name, value in model.tags.items() if name != key}))

    def metrics(self, model_id: str) -> list[Json]:
        """Return the metrics that were logged for a model."""
        value = self._journal.value(_METRICS + model_id)
        return value if isinstance(value, list) else []

    def add_metrics(self, metrics: Iterable[dict[str, Json]]) -> None:
        """Add metrics to the models that they name; one that is there is not added again.

        Raises:
            StorageError: The disk refuses.
        """
        by_model: dict[str, list[Json]] = {}
        for metric in metrics:
            by_model.setdefault(str(metric["model_id"]), []).append(metric)
        with self._lock:
            for model_id, new in by_model.items():
                held = self.metrics(model_id)
                more = [metric for metric in new if metric not in held]
                if more:
                    self._journal.set(_METRICS + model_id, [*held, *more])


def new_model_id() -> str:
    """Return an id as MLflow gives them."""
    return f"m-{uuid.uuid4().hex}"


def _read(value: Mapping[str, Json]) -> LoggedModel:
    created, updated = value.get("created_ms"), value.get("updated_ms")
    texts = {
        name: str(value.get(name) or "")
        for name in (
            "model_id",
            "experiment_id",
            "name",
            "artifact_uri",
            "status",
            "model_type",
            "source_run_id",
        )
    }
    return LoggedModel(
        **texts,
        created_ms=created if isinstance(created, int) else 0,
        updated_ms=updated if isinstance(updated, int) else 0,
        deleted=value.get("deleted") is True,
        params=_texts(value.get("params")),
        tags=_texts(value.get("tags")),
    )


def _texts(value: Json) -> dict[str, str]:
    return {key: str(text) for key, text in value.items()} if isinstance(value, dict) else {}

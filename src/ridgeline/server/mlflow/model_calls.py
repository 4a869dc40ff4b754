"""Calls about logged models."""

from collections.abc import Mapping, Sequence

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError, missing
from ridgeline.server.mlflow.experiments import parse_id
from ridgeline.server.mlflow.fields import Fields
from ridgeline.server.mlflow.filter_language import (
    LIST_OPERATORS,
    NUMERIC_OPERATORS,
    TEXT_OPERATORS,
    Comparison,
    Entity,
    holds,
    parse_filter,
)
from ridgeline.server.mlflow.logged_models import LoggedModel, new_model_id
from ridgeline.server.mlflow.pages import page
from ridgeline.server.mlflow.run_names import random_run_name
from ridgeline.server.mlflow.service import Service

_STATUS: Mapping[int, str] = {
    1: "LOGGED_MODEL_PENDING",
    2: "LOGGED_MODEL_READY",
    3: "LOGGED_MODEL_UPLOAD_FAILED",
}
_NOT_IN_NAMES = ("/", ":", ".", "%", '"', "'")
_ENTITIES: Mapping[str, Entity] = {
    "attributes": "attribute",
    "metrics": "metric",
    "params": "parameter",
    "tags": "tag",
}
_ALIASES: Mapping[str, str] = {
    "creation_time": "creation_timestamp",
    "creation_timestamp_ms": "creation_timestamp",
    "last_updated_time": "last_updated_timestamp",
    "last_updated_timestamp_ms": "last_updated_timestamp",
}
_NUMBERS = ("creation_timestamp", "last_updated_timestamp")
_TEXTS = ("name", "model_id", "model_type", "status", "source_run_id", "experiment_id")
_DEFAULT_RESULTS = 100


def create(service: Service, fields: Fields) -> dict[str, Json]:
    """Make a logged model."""
    experiment_id, name = fields.required("experiment_id"), fields.text("name")
    if any(char in name for char in _NOT_IN_NAMES):
        raise MlflowError(
            f"Invalid model name ({name!r}) provided. Model name must be a non-empty string and cannot contain the"
            f" following characters: {_NOT_IN_NAMES}"
        )
    experiment = service.experiments.get(experiment_id)
    experiment.check_active()
    model_id, now = new_model_id(), service.now_ms()
    model = LoggedModel(
        model_id=model_id,
        experiment_id=experiment.experiment_id,
        name=name or random_run_name(),
        artifact_uri=f"{experiment.artifact_location.rstrip('/')}/models/{model_id}/artifacts",
        created_ms=now,
        updated_ms=now,
        model_type=fields.text("model_type"),
        source_run_id=fields.text("source_run_id"),
        params=_pairs(fields, "params"),
        tags=_pairs(fields, "tags"),
    )
    service.models.keep(model)
    return {"model": model.message(())}


def _pairs(fields: Fields, name: str) -> dict[str, str]:
    return {one.required("key"): one.text("value") for one in fields.items(name)}


def _answer(service: Service, model: LoggedModel) -> dict[str, Json]:
    return {"model": model.message(service.models.metrics(model.model_id))}


def get(service: Service, fields: Fields) -> dict[str, Json]:
    """Return a logged model."""
    allow_deleted = fields.flag("allow_deleted")
    return _answer(service, service.models.get(fields.required("model_id"), allow_deleted=allow_deleted))


def finalize(service: Service, fields: Fields) -> dict[str, Json]:
    """Say whether a model is there whole."""
    model_id, status = fields.required("model_id"), fields.choice("status", _STATUS)
    if status is None:
        raise missing("status")
    return _answer(service, service.models.touch(model_id, service.now_ms(), status=status))


def delete(service: Service, fields: Fields) -> dict[str, Json]:
    """Delete a logged model."""
    service.models.touch(fields.required("model_id"), service.now_ms(), deleted=True)
    return {}


def set_tags(service: Service, fields: Fields) -> dict[str, Json]:
    """Set tags of a logged model."""
    service.models.add(fields.required("model_id"), tags=_pairs(fields, "tags"))
    return {}


def delete_tag(service: Service, fields: Fields) -> dict[str, Json]:
    """Delete a tag of a logged model."""
    service.models.remove_tag(fields.required("model_id"), fields.required("tag_key"))
    return {}


def log_params(service: Service, fields: Fields) -> dict[str, Json]:
    """Log params of a logged model."""
    service.models.add(fields.required("model_id"), params=_pairs(fields, "params"))
    return {}


def search(service: Service, fields: Fields) -> dict[str, Json]:
    """Return the logged models of some experiments that a filter selects, a page at a time."""
    ids = {str(parse_id(text)) for text in fields.texts("experiment_ids")}
    if not ids:
        raise missing("experiment_ids")
    datasets = fields.items("datasets")
    if any(not one.text("dataset_name") for one in datasets):
        raise MlflowError("`dataset_name` in the `datasets` clause must be specified.")
    comparisons = [_checked(one) for one in parse_filter(fields.text("filter"), _ENTITIES)]
    by_metric = any(one.entity == "metric" for one in comparisons)
    found: list[tuple[LoggedModel, list[Fields]]] = []
    for model in service.models.all():
        if model.experiment_id not in ids or model.deleted:
            continue
        metrics = [Fields(one) for one in service.models.metrics(model.model_id) if isinstance(one, dict)]
        on_data = [one for one in metrics if not datasets or any(_is_on(one, data) for data in datasets)]
        if datasets and not by_metric and not on_data:
            continue
        if all(_matches(model, on_data, one) for one in comparisons):
            found.append((model, metrics))
    ordered = _sorted(found, fields.items("order_by"))
    size = fields.integer("max_results") or _DEFAULT_RESULTS
    chosen, token = page(ordered, fields.text("page_token"), size)
    answer: dict[str, Json] = {}
    if chosen:
        answer["models"] = [model.message(service.models.metrics(model.model_id)) for model in chosen]
    return answer | ({"next_page_token": token} if token else {})


def _is_on(metric: Fields, dataset: Fields) -> bool:
    digest = dataset.text("dataset_digest")
    same = metric.text("dataset_name") == dataset.text("dataset_name")
    return same and (not digest or metric.text("dataset_digest") == digest)


def _checked(comparison: Comparison) -> Comparison:
    """Return a comparison that can be asked of logged models, its key by its first name.

    Raises:
        MlflowError: It cannot.
    """
    key = _ALIASES.get(comparison.key, comparison.key)
    if comparison.entity == "attribute" and key not in (*_NUMBERS, *_TEXTS):
        raise MlflowError(f"Invalid attribute key '{key}' specified. Valid keys are '{(*_TEXTS, *_NUMBERS)}'")
    is_number = comparison.entity == "metric" or (comparison.entity == "attribute" and key in _NUMBERS)
    valid = NUMERIC_OPERATORS if is_number else (*TEXT_OPERATORS, *LIST_OPERATORS)
    if comparison.operator not in valid:
        raise MlflowError(
            f"Invalid comparison operator for {comparison.entity}s.{key}: {comparison.operator!r}. Expected one of {valid}."
        )
    if is_number != isinstance(comparison.value, float):
        raise MlflowError(f"Invalid value for {comparison.entity}s.{key}: {comparison.value!r}.")
    return Comparison(comparison.entity, key, comparison.operator, comparison.value)


def _attribute(model: LoggedModel, key: str) -> str | float:
    match key:
        case "creation_timestamp":
            return model.created_ms
        case "last_updated_timestamp":
            return model.updated_ms
        case "status":
            return model.status.removeprefix("LOGGED_MODEL_")
        case "name":
            return model.name
        case "model_id":
            return model.model_id
        case "model_type":
            return model.model_type
        case "source_run_id":
            return model.source_run_id
        case _:
            return model.experiment_id


def _matches(model: LoggedModel, metrics: Sequence[Fields], comparison: Comparison) -> bool:
    match comparison.entity:
        case "metric":
            values = [one.required_number("value") for one in metrics if one.text("key") == comparison.key]
            return any(holds(comparison, value) for value in values)
        case "parameter":
            return holds(comparison, model.params.get(comparison.key))
        case "tag":
            return holds(comparison, model.tags.get(comparison.key))
        case _:
            return holds(comparison, _attribute(model, comparison.key))


def _sorted(found: list[tuple[LoggedModel, list[Fields]]], orders: Sequence[Fields]) -> list[LoggedModel]:
    """Return models in order; what has no value comes last. Without an order, and for ties: latest first, then by id."""
    found = sorted(found, key=lambda one: one[0].model_id)
    found.sort(key=lambda one: -one[0].created_ms)
    for order in reversed(orders):
        values = [(_order_value(model, metrics, order), (model, metrics)) for model, metrics in found]
        some = [(value, one) for value, one in values if value is not None]
        some.sort(key=lambda pair: pair[0], reverse=not order.flag("ascending", default=True))
        found = [one for _, one in some] + [one for value, one in values if value is None]
    return [model for model, _ in found]


def _order_value(model: LoggedModel, metrics: Sequence[Fields], order: Fields) -> str | float | None:
    name = order.required("field_name")
    entity, dot, key = name.partition(".")
    if not dot:
        attribute = _ALIASES.get(name, name)
        if attribute not in (*_NUMBERS, *_TEXTS):
            raise MlflowError(f"Invalid order by field name: {name}")
        return _attribute(model, attribute)
    if entity != "metrics":
        raise MlflowError(f"Invalid order by field name: {name}. Only metrics are supported.")
    chosen = [
        one
        for one in metrics
        if one.text("key") == key and (not order.text("dataset_name") or _is_on(one, order))
    ]
    latest = max(chosen, key=lambda one: (one.integer("timestamp"), one.integer("step")), default=None)
    return None if latest is None else latest.required_number("value")

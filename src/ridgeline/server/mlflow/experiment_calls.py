"""Calls about experiments."""

from collections.abc import Mapping
from dataclasses import replace

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.experiments import Experiment, parse_id
from ridgeline.server.mlflow.fields import Fields
from ridgeline.server.mlflow.filter_language import (
    LIST_OPERATORS,
    NULL_OPERATORS,
    NUMERIC_OPERATORS,
    TEXT_OPERATORS,
    Comparison,
    Entity,
    holds,
    parse_filter,
    parse_order,
)
from ridgeline.server.mlflow.limits import check_experiment_name, check_experiment_tag, check_max_results
from ridgeline.server.mlflow.pages import page
from ridgeline.server.mlflow.service import Service

VIEW_TYPES: Mapping[int, str] = {1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL"}
_ENTITIES: Mapping[str, Entity] = {"attribute": "attribute", "tag": "tag", "tags": "tag"}
_NUMBERS = ("creation_time", "last_update_time")
_KEYS = ("name", "experiment_id", *_NUMBERS)


def create(service: Service, fields: Fields) -> dict[str, Json]:
    """Make an experiment."""
    name = fields.required("name")
    tags = {tag.required("key"): tag.text("value") for tag in fields.items("tags")}
    made = service.experiments.create(name, fields.text("artifact_location"), tags)
    return {"experiment_id": made.experiment_id}


def get(service: Service, fields: Fields) -> dict[str, Json]:
    """Return an experiment by its id."""
    return {"experiment": service.experiments.get(fields.required("experiment_id")).message()}


def get_by_name(service: Service, fields: Fields) -> dict[str, Json]:
    """Return an experiment by its name."""
    name = fields.required("experiment_name")
    found = service.experiments.named(name)
    if found is None:
        raise MlflowError(f"Could not find experiment with name '{name}'", "RESOURCE_DOES_NOT_EXIST")
    return {"experiment": found.message()}


def delete(service: Service, fields: Fields) -> dict[str, Json]:
    """Delete an experiment and its runs; `restore` brings both back."""
    experiment = service.experiments.get(fields.required("experiment_id"))
    if experiment.deleted:
        raise _none(experiment)
    return _set_deleted(service, experiment, deleted=True)


def restore(service: Service, fields: Fields) -> dict[str, Json]:
    """Bring a deleted experiment back, and its runs."""
    experiment = service.experiments.get(fields.required("experiment_id"))
    if not experiment.deleted:
        raise _none(experiment)
    return _set_deleted(service, experiment, deleted=False)


def _none(experiment: Experiment) -> MlflowError:
    message = f"No Experiment with id={experiment.experiment_id} exists"
    return MlflowError(message, "RESOURCE_DOES_NOT_EXIST")


def _set_deleted(service: Service, experiment: Experiment, *, deleted: bool) -> dict[str, Json]:
    service.experiments.change(service.experiments.touched(replace(experiment, deleted=deleted)))
    columns = service.views.columns()
    (rows,) = ((columns.experiment == experiment.name) & (columns.deleted != deleted)).nonzero()
    for run_id in columns.id[rows].tolist():
        with service.live.hold(run_id) as run:
            run.change(replace(run.facts, deleted=deleted))
    return {}


def update(service: Service, fields: Fields) -> dict[str, Json]:
    """Rename an experiment: all its runs say the new name."""
    experiment_id, name = fields.required("experiment_id"), fields.required("new_name")
    check_experiment_name(name)
    experiment = service.experiments.get(experiment_id)
    if experiment.deleted:
        raise MlflowError("Cannot rename a non-active experiment.", "INVALID_STATE")
    service.experiments.change(service.experiments.touched(replace(experiment, name=name)))
    columns = service.views.columns()
    for run_id in columns.id[columns.experiment == experiment.name].tolist():
        with service.live.hold(run_id) as run:
            run.change(replace(run.facts, experiment=name))
    return {}


def set_tag(service: Service, fields: Fields) -> dict[str, Json]:
    """Set a tag of an experiment."""
    experiment_id, key = fields.required("experiment_id"), fields.required("key")
    value = fields.text("value")
    check_experiment_tag(key, value)
    experiment = service.experiments.get(experiment_id)
    experiment.check_active()
    service.experiments.change(replace(experiment, tags={**experiment.tags, key: value}))
    return {}


def delete_tag(service: Service, fields: Fields) -> dict[str, Json]:
    """Delete a tag of an experiment."""
    experiment_id, key = fields.required("experiment_id"), fields.required("key")
    experiment = service.experiments.get(experiment_id)
    experiment.check_active()
    if key not in experiment.tags:
        message = f"No tag with name: {key} in experiment with id {experiment_id}"
        raise MlflowError(message, "RESOURCE_DOES_NOT_EXIST")
    kept = {name: value for name, value in experiment.tags.items() if name != key}
    service.experiments.change(replace(experiment, tags=kept))
    return {}


def search(service: Service, fields: Fields) -> dict[str, Json]:
    """Return the experiments that a filter selects, a page at a time."""
    size = check_max_results(fields.integer("max_results"))
    view = fields.choice("view_type", VIEW_TYPES) or "ACTIVE_ONLY"
    comparisons = parse_filter(fields.text("filter"), _ENTITIES)
    for comparison in comparisons:
        _check(comparison)
    found = [
        experiment
        for experiment in service.experiments.all().values()
        if is_in_view(view, deleted=experiment.deleted)
        and all(_matches(experiment, comparison) for comparison in comparisons)
    ]
    orders = [parse_order(text, _ENTITIES) for text in fields.texts("order_by")]
    for entity, key, ascending in reversed(
        orders or [("attribute", "creation_time", False), ("attribute", "experiment_id", True)]
    ):
        if entity != "attribute" or key not in _KEYS:
            raise _bad_key(key)
        found.sort(key=lambda experiment, key=key: _attribute(experiment, key), reverse=not ascending)  # type: ignore[misc]
    chosen, token = page(found, fields.text("page_token"), size)
    answer: dict[str, Json] = {}
    if chosen:
        answer["experiments"] = [experiment.message() for experiment in chosen]
    return answer | ({"next_page_token": token} if token else {})


def is_in_view(view: str, *, deleted: bool) -> bool:
    """Say whether a view of active or deleted ones shows something."""
    return view == "ALL" or deleted == (view == "DELETED_ONLY")


def _bad_key(key: str) -> MlflowError:
    return MlflowError(f"Invalid attribute key '{key}' specified. Valid keys are '{set(_KEYS)}'")


def _attribute(experiment: Experiment, key: str) -> str | float:
    match key:
        case "creation_time":
            return experiment.created_ms
        case "last_update_time":
            return experiment.updated_ms
        case "experiment_id":
            return parse_id(experiment.experiment_id)
        case _:
            return experiment.name


def _check(comparison: Comparison) -> None:
    """Make sure that a comparison can be asked of experiments.

    Raises:
        MlflowError: It cannot.
    """
    key, operator, value = comparison.key, comparison.operator, comparison.value
    if comparison.entity == "tag":
        if operator not in (*TEXT_OPERATORS, *NULL_OPERATORS):
            raise MlflowError(f"Invalid comparator for tag: {operator}")
        if isinstance(value, float):
            raise MlflowError(f"Expected a quoted string value for tag (e.g. 'my-value'). Got value {value}")
        return
    if key not in _KEYS:
        raise _bad_key(key)
    if operator in NULL_OPERATORS:
        raise MlflowError(f"IS NULL / IS NOT NULL is only supported for tags, not for attribute '{key}'")
    if key in _NUMBERS:
        if operator not in NUMERIC_OPERATORS:
            raise MlflowError(f"Invalid comparator for numeric attribute: {operator}")
        if not isinstance(value, float):
            raise MlflowError(f"Expected numeric value type for numeric attribute: {key}. Found {value!r}")
    elif key == "experiment_id":
        if operator not in ("=", "!=", *LIST_OPERATORS):
            raise MlflowError(f"Invalid comparator for experiment_id: {operator}")
        for text in value if isinstance(value, tuple) else (value,):
            parse_id(str(text))
    elif operator not in TEXT_OPERATORS:
        raise MlflowError(f"Invalid comparator for string attribute: {operator}")
    elif not isinstance(value, str):
        raise MlflowError(f"Expected a quoted string value for attributes. Got value {value}")


def _matches(experiment: Experiment, comparison: Comparison) -> bool:
    if comparison.entity == "tag":
        return holds(comparison, experiment.tags.get(comparison.key))
    if comparison.key == "experiment_id":
        return holds(comparison, experiment.experiment_id)
    return holds(comparison, _attribute(experiment, comparison.key))

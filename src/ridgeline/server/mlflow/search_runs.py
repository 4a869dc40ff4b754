"""Runs that a filter of MLflow's selects, in the order that is asked for."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.experiment_calls import VIEW_TYPES, is_in_view
from ridgeline.server.mlflow.experiments import parse_id
from ridgeline.server.mlflow.facts import Facts
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
from ridgeline.server.mlflow.limits import check_max_results
from ridgeline.server.mlflow.pages import page
from ridgeline.server.mlflow.service import Service

_NUMBERS = ("start_time", "end_time")
_TEXTS = ("run_id", "run_name", "status", "user_id", "artifact_uri")
_ALIASES: Mapping[str, str] = {
    "created": "start_time",
    "Created": "start_time",
    "run name": "run_name",
    "Run name": "run_name",
    "Run Name": "run_name",
}
_DATASET_KEYS = ("name", "digest", "context")
_CONTEXT = "mlflow.data.context"
_DEFAULT_RESULTS = 1000


@dataclass(frozen=True, slots=True)
class _Order:
    entity: Entity
    key: str
    ascending: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A run that may be selected; `metrics` are the last values of those that the question names."""

    facts: Facts
    rid: int
    metrics: Mapping[str, float]

    def value(self, entity: Entity, key: str) -> str | float | None:
        """Return what the run has there; None: nothing."""
        match entity:
            case "metric":
                return self.metrics.get(key)
            case "parameter":
                return self.facts.params.get(key)
            case "tag":
                return self.facts.tags.get(key)
            case _:
                return _attribute(self.facts, key)


def _attribute(facts: Facts, key: str) -> str | float | None:
    match key:
        case "start_time":
            return facts.start_ms
        case "end_time":
            return facts.end_ms
        case "run_id":
            return facts.run_id
        case "run_name":
            return facts.name
        case "status":
            return facts.status
        case "user_id":
            return facts.user
        case _:
            return facts.artifact_uri


def search(service: Service, fields: Fields) -> dict[str, Json]:
    """Return the runs of some experiments that a filter selects, a page at a time."""
    size = check_max_results(fields.integer("max_results", _DEFAULT_RESULTS))
    view = fields.choice("run_view_type", VIEW_TYPES) or "ACTIVE_ONLY"
    comparisons = [_checked(comparison) for comparison in parse_filter(fields.text("filter"))]
    orders = _orders(fields.texts("order_by"))
    known = service.experiments.all()
    ids = {str(parse_id(text)) for text in fields.texts("experiment_ids")}
    experiments = {known[one].name: one for one in ids if one in known}
    asked: list[Comparison | _Order] = [*comparisons, *orders]
    named = {one.key for one in asked if one.entity == "metric"}
    candidates = _candidates(service, view, list(experiments), named)
    found = _sorted([one for one in candidates if all(_matches(one, part) for part in comparisons)], orders)
    chosen, token = page(found, fields.text("page_token"), size)
    metrics = service.views.latest([one.rid for one in chosen])
    answer: dict[str, Json] = {}
    if chosen:
        answer["runs"] = [
            service.views.message(one.facts, experiments[one.facts.experiment], metrics[one.rid])
            for one in chosen
        ]
    return answer | ({"next_page_token": token} if token else {})


def _candidates(
    service: Service, view: str, experiments: Sequence[str], named: Iterable[str]
) -> list[_Found]:
    """Return the runs of some experiments, with the last values of some metrics."""
    columns = service.views.columns()
    wanted = set(experiments)
    rows = [
        row
        for row, (experiment, deleted) in enumerate(
            zip(columns.experiment.tolist(), columns.deleted.tolist(), strict=True)
        )
        if experiment in wanted and is_in_view(view, deleted=deleted)
    ]
    rids = columns.rid[np.array(rows, np.int64)].tolist()
    metrics: dict[int, dict[str, float]] = {rid: {} for rid in rids}
    for key in named:
        for rid, latest in service.views.latest(rids, key).items():
            metrics[rid] |= {one.key: one.value for one in latest}
    return [
        _Found(service.views.facts(columns, row), rid, metrics[rid])
        for row, rid in zip(rows, rids, strict=True)
    ]


def _checked(comparison: Comparison) -> Comparison:
    """Return a comparison that can be asked of runs, its key by its first name.

    Raises:
        MlflowError: It cannot.
    """
    entity, operator, value = comparison.entity, comparison.operator, comparison.value
    key = _ALIASES.get(comparison.key, comparison.key) if entity == "attribute" else comparison.key
    if entity == "attribute" and key not in (*_NUMBERS, *_TEXTS):
        raise _bad_key(comparison.key)
    if entity == "dataset" and key not in _DATASET_KEYS:
        raise MlflowError(f"Invalid dataset key '{key}' specified. Valid keys are '{set(_DATASET_KEYS)}'")
    if operator in NULL_OPERATORS:
        if entity not in ("tag", "parameter"):
            raise MlflowError(
                f"IS NULL / IS NOT NULL is only supported for tags and params, not for '{entity}' '{key}'"
            )
        return comparison
    is_number = entity == "metric" or (entity == "attribute" and key in _NUMBERS)
    _check_value(entity, key, value, is_number=is_number)
    valid: tuple[str, ...] = NUMERIC_OPERATORS
    if not is_number:
        more = LIST_OPERATORS if entity in ("attribute", "dataset") else NULL_OPERATORS
        valid = (*TEXT_OPERATORS, *more)
    if operator not in valid:
        raise MlflowError(f"Invalid comparator '{operator}' not one of '{set(valid)}'")
    return Comparison(entity, key, operator, value)


def _check_value(entity: Entity, key: str, value: object, *, is_number: bool) -> None:
    if is_number:
        if not isinstance(value, float):
            what = "metric" if entity == "metric" else f"numeric attribute: {key}"
            raise MlflowError(f"Expected numeric value type for {what}. Found {value!r}")
    elif isinstance(value, tuple):
        if entity == "attribute" and key != "run_id":
            raise MlflowError(
                "Only ['run_id'] attributes support comparison with a list of quoted string values."
            )
        if entity in ("tag", "parameter"):
            raise MlflowError(
                f"Expected a quoted string value for {entity} (e.g. 'my-value'). Got value {value}"
            )
    elif not isinstance(value, str):
        texts = {"attribute": "attributes", "dataset": "dataset attributes"}.get(entity)
        raise MlflowError(
            f"Expected a quoted string value for {texts}. Got value {value}"
            if texts
            else f"Expected a quoted string value for {entity} (e.g. 'my-value'). Got value {value}"
        )


def _bad_key(key: str) -> MlflowError:
    known = {*_NUMBERS, *_TEXTS, *_ALIASES}
    return MlflowError(f"Invalid attribute key '{key}' specified. Valid keys are '{known}'")


def _matches(found: _Found, comparison: Comparison) -> bool:
    if comparison.entity == "dataset":
        return any(holds(comparison, value) for value in _dataset_values(found.facts.inputs, comparison.key))
    return holds(comparison, found.value(comparison.entity, comparison.key))


def _dataset_values(inputs: Iterable[Json], key: str) -> Iterable[str]:
    for one in map(Fields, (one for one in inputs if isinstance(one, dict))):
        if key == "context":
            yield from (tag.text("value") for tag in one.items("tags") if tag.text("key") == _CONTEXT)
        else:
            yield one.message("dataset").text(key)


def _orders(texts: Sequence[str]) -> list[_Order]:
    orders: list[_Order] = []
    for text in texts:
        entity, key, ascending = parse_order(text)
        if entity == "attribute":
            key = _ALIASES.get(key, key)
            if key not in (*_NUMBERS, *_TEXTS):
                raise _bad_key(key)
        if entity == "dataset":
            raise MlflowError(f"Invalid identifier type '{entity}'")
        if any((order.entity, order.key) == (entity, key) for order in orders):
            raise MlflowError(f"`order_by` contains duplicate fields: {list(texts)}", "INTERNAL_ERROR")
        orders.append(_Order(entity, key, ascending))
    return orders


def _sorted(found: list[_Found], orders: Sequence[_Order]) -> list[_Found]:
    """Return runs in order: what has no value comes last whichever way, NaN before it; ties by start, latest first, then id."""
    found = sorted(found, key=lambda one: one.facts.run_id)
    if not any((order.entity, order.key) == ("attribute", "start_time") for order in orders):
        found.sort(key=lambda one: -one.facts.start_ms)
    for order in reversed(orders):
        values = [(one.value(order.entity, order.key), one) for one in found]
        some = [(value, one) for value, one in values if value is not None and not _is_nan(value)]
        some.sort(key=lambda pair: pair[0], reverse=not order.ascending)
        nans = [one for value, one in values if value is not None and _is_nan(value)]
        found = [one for _, one in some] + nans + [one for value, one in values if value is None]
    return found


def _is_nan(value: str | float) -> bool:
    return isinstance(value, float) and math.isnan(value)

"""Calls that log metrics, params and tags in batches, and that read metrics back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError, missing
from ridgeline.server.mlflow.fields import Fields, invalid
from ridgeline.server.mlflow.limits import (
    MAX_KEY_CHARS,
    check_batch,
    check_key,
    check_length,
    check_param,
    check_tag,
)
from ridgeline.server.mlflow.pages import page
from ridgeline.server.mlflow.point_rows import Point
from ridgeline.server.mlflow.run_calls import run_id_of
from ridgeline.server.mlflow.run_views import Latest, number
from ridgeline.server.mlflow.service import Service, check_active

_MAX_INTERVAL_POINTS = 2500
_MAX_INTERVAL_RUNS = 100
_MAX_BULK_POINTS = 25_000


def log_metric(service: Service, fields: Fields) -> dict[str, Json]:
    """Log a value of a metric."""
    run_id = run_id_of(fields)
    key = fields.required("key")
    value = fields.required_number("value")
    point = _checked(Point(key, fields.integer("step"), fields.required_integer("timestamp"), value), "")
    model_metrics = _model_metrics(run_id, [fields], [point])
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        run.change(run.facts, [point])
    service.models.add_metrics(model_metrics)
    return {}


def log_batch(service: Service, fields: Fields) -> dict[str, Json]:
    """Log metrics, params and tags: all of them, or none."""
    run_id = run_id_of(fields)
    metrics = fields.raw_items("metrics")
    points = [_point(metric, at) for at, metric in enumerate(metrics)]
    params = [_pair(one) for one in fields.items("params")]
    params = [check_param(key, value, f"params[{at}].") for at, (key, value) in enumerate(params)]
    tags = [_pair(one) for one in fields.items("tags")]
    tags = [check_tag(key, value, f"tags[{at}].") for at, (key, value) in enumerate(tags)]
    check_batch(len(points), len(params), len(tags))
    doubled = sorted({key for key, _ in params if [one for one, _ in params].count(key) > 1})
    if doubled:
        raise MlflowError(
            f"Duplicate parameter keys have been submitted: {doubled}. Please ensure the request contains only one param"
            " value per param key."
        )
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        facts = run.facts
        new = _new_params(run_id, facts.params, params)
        if new:
            facts = replace(facts, params={**facts.params, **new})
        if tags:
            facts = facts.with_tags(dict(tags))
        run.change(facts, points)
    if any("model_id" in metric for metric in metrics):
        service.models.add_metrics(_model_metrics(run_id, fields.items("metrics"), points))
    return {}


def _pair(fields: Fields) -> tuple[str, str]:
    return fields.required("key"), fields.text("value")


def _new_params(run_id: str, held: Mapping[str, str], given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the params that are not there yet.

    Raises:
        MlflowError: Some are there with other values.
    """
    differing = [
        {"key": key, "old_value": held[key], "new_value": value}
        for key, value in given
        if key in held and held[key] != value
    ]
    if differing:
        raise MlflowError(
            f"Changing param values is not allowed. Params were already logged='{differing}' for run ID='{run_id}'."
        )
    return {key: value for key, value in given if key not in held}


def _point(metric: dict[str, Json], at: int) -> Point:
    """Return a metric of a batch; the usual one without the detour over Fields, of which a batch has a thousand."""
    key, value, time_ms, step = (
        metric.get("key"),
        metric.get("value"),
        metric.get("timestamp"),
        metric.get("step", 0),
    )
    if (
        type(key) is str
        and key
        and type(value) in (float, int)
        and type(time_ms) is int
        and type(step) is int
        and 0 <= time_ms < 1 << 62
        and -1 << 63 <= step < 1 << 63
    ):
        assert isinstance(value, float | int)
        return _checked(Point(key, step, time_ms, float(value)), f"metrics[{at}].")
    path = f"metrics[{at}]."
    fields = Fields(metric, path)
    for name in ("key", "value", "timestamp"):
        if name not in fields:
            raise missing(path + name)
    point = Point(
        fields.required("key"),
        fields.integer("step"),
        fields.required_integer("timestamp"),
        fields.required_number("value"),
    )
    return _checked(point, path)


def _checked(point: Point, path: str) -> Point:
    check_key(point.key, path + "name")
    if point.time_ms < 0:
        why = f"metric '{point.key}' (value={point.value}). Timestamp must be a nonnegative long (64-bit integer) "
        raise MlflowError(invalid(path + "timestamp", point.time_ms, why))
    check_length("Metric name", MAX_KEY_CHARS, point.key)
    return point


def _model_metrics(run_id: str, metrics: Sequence[Fields], points: Sequence[Point]) -> list[dict[str, Json]]:
    """Return the metrics that are of a logged model, as they are kept with it."""
    found: list[dict[str, Json]] = []
    for fields, point in zip(metrics, points, strict=True):
        if model_id := fields.text("model_id"):
            told: dict[str, Json] = {
                "key": point.key,
                "value": number(point.value),
                "timestamp": point.time_ms,
                "step": point.step,
                "dataset_name": fields.text_or_none("dataset_name"),
                "dataset_digest": fields.text_or_none("dataset_digest"),
                "model_id": model_id,
                "run_id": run_id,
            }
            found.append({key: value for key, value in told.items() if value is not None})
    return found


def history(service: Service, fields: Fields) -> dict[str, Json]:
    """Return all values of a metric of a run, a page at a time."""
    run_id, key = run_id_of(fields), fields.required("metric_key")
    size = fields.integer_or_none("max_results")
    if size is not None and size <= 0:
        raise MlflowError(
            f"Invalid value {size} for parameter 'max_results' supplied. It must be a positive integer."
        )
    chosen, token = page(service.views.history(run_id, key), fields.text("page_token"), size)
    answer: dict[str, Json] = {"metrics": [one.message() for one in chosen]} if chosen else {}
    return answer | ({"next_page_token": token} if token else {})


def history_bulk(service: Service, fields: Fields) -> dict[str, Json]:
    """Return the values of a metric of several runs, as many as fit into one answer."""
    run_ids, key = fields.texts("run_id"), fields.required("metric_key")
    if not run_ids:
        raise MlflowError("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(run_ids) > _MAX_INTERVAL_RUNS:
        raise MlflowError(
            f"GetMetricHistoryBulk request cannot specify more than {_MAX_INTERVAL_RUNS} run_ids. Received"
            f" {len(run_ids)} run_ids."
        )
    most = min(fields.integer("max_results", _MAX_BULK_POINTS), _MAX_BULK_POINTS)
    found: list[Json] = [
        {**one.message(), "run_id": run_id}
        for run_id in sorted(run_ids)
        for one in service.views.history(run_id, key)
    ]
    return {"metrics": found[:most]}


def history_interval(service: Service, fields: Fields) -> dict[str, Json]:
    """Return values of a metric of several runs between two steps, evenly chosen where they are many."""
    run_ids, key = fields.texts("run_ids"), fields.required("metric_key")
    if not run_ids:
        raise missing("run_ids")
    if len(run_ids) > _MAX_INTERVAL_RUNS:
        raise MlflowError(
            f"GetMetricHistoryBulkInterval request must specify at most {_MAX_INTERVAL_RUNS} run_ids. Received"
            f" {len(run_ids)} run_ids."
        )
    most = fields.integer("max_results", _MAX_INTERVAL_POINTS)
    if not 1 <= most <= _MAX_INTERVAL_POINTS:
        raise MlflowError(f"max_results must be between 1 and {_MAX_INTERVAL_POINTS}.")
    start, end = fields.integer_or_none("start_step"), fields.integer_or_none("end_step")
    if (start is None) != (end is None):
        raise MlflowError("If either start step or end step are specified, both must be specified.")
    if start is not None and end is not None and start > end:
        raise MlflowError(
            f"end_step must be greater than start_step. Found start_step={start} and end_step={end}."
        )
    metrics: list[Json] = []
    for run_id in run_ids:
        rows = [
            one
            for one in service.views.history(run_id, key)
            if start is None or end is None or start <= one.step <= end
        ]
        rows.sort(key=lambda one: (one.step, one.time_ms))
        metrics += [{**one.message(), "run_id": run_id} for one in evenly(rows, most)]
    return {"metrics": metrics} if metrics else {}


def evenly(rows: Sequence[Latest], most: int) -> list[Latest]:
    """Return the first of each of `most` parts of even length, as SQL's NTILE cuts them, and always the last row."""
    if len(rows) <= most:
        return list(rows)
    length, longer = divmod(len(rows), most)  # the first parts have one more
    starts = [part * length + min(part, longer) for part in range(most)]
    return [*(rows[start] for start in starts[:-1]), rows[-1]]

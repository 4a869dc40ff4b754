"""Calls about runs: made, changed, read, deleted."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import replace

from ridgeline.core.ids import check_run_id
from ridgeline.core.values import Json
from ridgeline.server.mlflow.dataset_inputs import kept_input, name_and_digest
from ridgeline.server.mlflow.errors import MlflowError, missing
from ridgeline.server.mlflow.facts import RUN_NAME, Facts
from ridgeline.server.mlflow.fields import Fields
from ridgeline.server.mlflow.limits import check_param, check_tag
from ridgeline.server.mlflow.run_names import random_run_name
from ridgeline.server.mlflow.run_views import info_message
from ridgeline.server.mlflow.service import Service, check_active

_STATUS: Mapping[int, str] = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_LOGGED_MODELS = "mlflow.log-model.history"


def run_id_of(fields: Fields) -> str:
    """Return the id of the run that a request is about; clients before 1.0 call it `run_uuid`.

    Raises:
        MlflowError: It is missing, or no run can have it.
    """
    run_id = fields.text("run_id") or fields.text("run_uuid")
    if not run_id:
        raise missing("run_id")
    try:
        return check_run_id(run_id)
    except ValueError:
        raise MlflowError(f"Run with id={run_id} not found", "RESOURCE_DOES_NOT_EXIST") from None


def create(service: Service, fields: Fields) -> dict[str, Json]:
    """Begin a run."""
    experiment = service.experiments.get(fields.text("experiment_id"))
    experiment.check_active()
    tags = {tag.required("key"): tag.text("value") for tag in fields.items("tags")}
    given, tagged = fields.text("run_name"), tags.get(RUN_NAME, "")
    if given and tagged and given != tagged:
        raise MlflowError(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values"
            f" (run_name='{given}', mlflow.runName='{tagged}')."
        )
    name = given or tagged or random_run_name()
    run_id = uuid.uuid4().hex
    facts = Facts(
        run_id=run_id,
        name=name,
        experiment=experiment.name,
        status="RUNNING",
        start_ms=fields.integer("start_time"),
        user=fields.text("user_id"),
        artifact_uri=f"{experiment.artifact_location.rstrip('/')}/{run_id}/artifacts",
        tags={**tags, RUN_NAME: name},
    )
    with service.live.hold(run_id, new=True) as run:
        run.begin(facts)
    return {"run": service.views.message(facts, experiment.experiment_id, ())}


def update(service: Service, fields: Fields) -> dict[str, Json]:
    """Change status, end or name of a run."""
    status = fields.choice("status", _STATUS)
    end_ms, name = fields.integer_or_none("end_time"), fields.text("run_name")
    with service.live.hold(run_id_of(fields)) as run:
        check_active(run.facts)
        facts = run.facts.named(name) if name else run.facts
        if status is not None:
            facts = replace(facts, status=status)
        if end_ms is not None:
            facts = replace(facts, end_ms=end_ms)
        if facts is not run.facts:
            run.change(facts)
    return {"run_info": info_message(facts, service.experiment_of(facts).experiment_id)}


def get(service: Service, fields: Fields) -> dict[str, Json]:
    """Return a run."""
    run_id = run_id_of(fields)
    columns = service.views.columns()
    row = service.views.row(columns, run_id)
    facts = service.views.facts(columns, row)
    rid = int(columns.rid[row])
    metrics = service.views.latest([rid])[rid]
    return {"run": service.views.message(facts, service.experiment_of(facts).experiment_id, metrics)}


def delete(service: Service, fields: Fields) -> dict[str, Json]:
    """Delete a run; `restore` brings it back."""
    return _set_deleted(service, fields, deleted=True)


def restore(service: Service, fields: Fields) -> dict[str, Json]:
    """Bring a deleted run back."""
    return _set_deleted(service, fields, deleted=False)


def _set_deleted(service: Service, fields: Fields, *, deleted: bool) -> dict[str, Json]:
    with service.live.hold(run_id_of(fields)) as run:
        if run.facts.deleted != deleted:
            run.change(replace(run.facts, deleted=deleted))
    return {}


def log_param(service: Service, fields: Fields) -> dict[str, Json]:
    """Log a param, once and for all."""
    run_id = run_id_of(fields)
    key, value = check_param(fields.required("key"), fields.text("value"))
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        held = run.facts.params.get(key)
        if held is not None and held != value:
            raise MlflowError(
                f"Changing param values is not allowed. Param with key='{key}' was already logged with value='{held}' for"
                f" run ID='{run_id}'. Attempted logging new value '{value}'."
            )
        if held is None:
            run.change(replace(run.facts, params={**run.facts.params, key: value}))
    return {}


def set_tag(service: Service, fields: Fields) -> dict[str, Json]:
    """Set a tag of a run."""
    run_id = run_id_of(fields)
    key, value = check_tag(fields.required("key"), fields.text("value"))
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        run.change(run.facts.with_tags({key: value}))
    return {}


def delete_tag(service: Service, fields: Fields) -> dict[str, Json]:
    """Delete a tag of a run."""
    run_id, key = run_id_of(fields), fields.required("key")
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        if key not in run.facts.tags:
            raise MlflowError(f"No tag with name: {key} in run with id {run_id}", "RESOURCE_DOES_NOT_EXIST")
        run.change(
            replace(run.facts, tags={name: value for name, value in run.facts.tags.items() if name != key})
        )
    return {}


def log_model(service: Service, fields: Fields) -> dict[str, Json]:
    """Add a model to the tag that lists the models of a run, as clients before MLflow 3 do."""
    run_id, text = run_id_of(fields), fields.required("model_json")
    try:
        model = json.loads(text)
    except ValueError:
        raise MlflowError(f"Malformed model info. \n {text} \n is not a valid JSON.") from None
    needed = {"artifact_path", "flavors", "utc_time_created", "run_id"}
    lacking = needed - set(model if isinstance(model, dict) else ())
    if lacking:
        raise MlflowError(f"Model json is missing mandatory fields: {lacking}")
    told = {
        key: model[key]
        for key in ("run_id", "utc_time_created", "artifact_path", "model_uuid")
        if key in model
    }
    told["flavors"] = {
        flavor: {key: value for key, value in config.items() if key != "config"}
        if isinstance(config, dict)
        else config
        for flavor, config in model["flavors"].items()
    }
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        known = json.loads(run.facts.tags.get(_LOGGED_MODELS, "[]"))
        key, value = check_tag(_LOGGED_MODELS, json.dumps([*known, told]))
        run.change(run.facts.with_tags({key: value}))
    return {}


def log_inputs(service: Service, fields: Fields) -> dict[str, Json]:
    """Add data sets and models that go into a run; a data set that is there stays as it is."""
    run_id = run_id_of(fields)
    given = [kept_input(one, service.blobs) for one in fields.items("datasets")]
    models: list[Json] = [{"model_id": one.required("model_id")} for one in fields.items("models")]
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        held = {name_and_digest(one): one for one in run.facts.inputs}
        for one in given:
            held.setdefault(name_and_digest(one), one)
        more = tuple(one for one in models if one not in run.facts.model_inputs)
        facts = replace(run.facts, inputs=tuple(held.values()), model_inputs=(*run.facts.model_inputs, *more))
        run.change(facts)
    return {}


def log_outputs(service: Service, fields: Fields) -> dict[str, Json]:
    """Add models that came out of a run."""
    run_id = run_id_of(fields)
    if "models" not in fields:
        raise missing("models")
    models: tuple[Json, ...] = tuple(
        {"model_id": one.required("model_id"), "step": one.integer("step")} for one in fields.items("models")
    )
    with service.live.hold(run_id) as run:
        check_active(run.facts)
        run.change(replace(run.facts, outputs=(*run.facts.outputs, *models)))
    return {}

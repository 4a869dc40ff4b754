import json

import pytest

START = 1_700_000_000_000


def test_a_run_as_mlflow_has_it(api):
    made = api.post(
        "runs/create",
        experiment_id="0",
        user_id="ada",
        start_time=START,
        run_name="hello",
        tags=[{"key": "team", "value": "nlp"}],
    )["run"]
    run_id = made["info"]["run_id"]
    assert made == {
        "info": {
            "run_id": run_id,
            "run_uuid": run_id,
            "run_name": "hello",
            "experiment_id": "0",
            "user_id": "ada",
            "status": "RUNNING",
            "start_time": START,
            "artifact_uri": f"mlflow-artifacts:/0/{run_id}/artifacts",
            "lifecycle_stage": "active",
        },
        "data": {"tags": [{"key": "mlflow.runName", "value": "hello"}, {"key": "team", "value": "nlp"}]},
        "inputs": {},
        "outputs": {},
    }
    assert api.get("runs/get", run_id=run_id)["run"] == made
    assert api.get("runs/get", run_uuid=run_id)["run"] == made


def test_a_run_as_the_ui_shows_it(api):
    """As `ridgeline sync mlflow` would have taken it over."""
    run_id = api.run(run_name="hello", user_id="ada")
    api.post("runs/log-parameter", run_id=run_id, key="optim.lr", value="0.10")
    api.post("runs/log-parameter", run_id=run_id, key="layers", value="[1, 2]")
    api.post("runs/set-tag", run_id=run_id, key="team", value="nlp")
    api.post("runs/set-tag", run_id=run_id, key="good", value="true")
    api.post("runs/set-tag", run_id=run_id, key="mlflow.note.content", value="a *note*")
    api.post("runs/set-tag", run_id=run_id, key="mlflow.parentRunId", value="abc")
    api.post("runs/set-tag", run_id=run_id, key="mlflow.source.name", value="train.py")
    seen = api.seen(run_id)
    assert (seen["name"], seen["experiment"], seen["status"]) == ("hello", "Default", "running")
    assert seen["params"] == {"optim": {"lr": 0.1}, "layers": [1, 2], "mlflow": {"parent": "abc"}}
    assert seen["tags"] == ["good", "team=nlp"]
    assert seen["note"] == "a *note*"
    assert seen["env"] == {"command": ["train.py"]}
    assert seen["created"] == START / 1000


def test_params_keep_their_exact_text(api, start):
    run_id = api.run()
    api.post("runs/log-parameter", run_id=run_id, key="lr", value="1e-04")
    api.post("runs/log-parameter", run_id=run_id, key="empty")
    api.post("runs/log-parameter", run_id=run_id, key="a.b", value="0x10")
    api.post("runs/log-parameter", run_id=run_id, key="a", value="True")
    told = {"lr": "1e-04", "empty": "", "a.b": "0x10", "a": "True"}
    assert api.data(run_id)[1] == told
    assert start().data(run_id)[1] == told


def test_a_param_is_logged_once(api):
    run_id = api.run()
    api.post("runs/log-parameter", run_id=run_id, key="lr", value="0.1")
    api.post("runs/log-parameter", run_id=run_id, key="lr", value="0.1")
    refused = api.post("runs/log-parameter", 400, run_id=run_id, key="lr", value="0.2")
    assert refused == {
        "error_code": "INVALID_PARAMETER_VALUE",
        "message": "Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run"
        f" ID='{run_id}'. Attempted logging new value '0.2'.",
        "sqlstate": "KAM00",
        "error_class": "INVALID_PARAMETER_VALUE",
    }
    assert api.seen(run_id)["params"] == {"lr": 0.1}


def test_names(api):
    given = api.post("runs/create", experiment_id="0")["run"]["info"]["run_name"]
    assert len(given.split("-")) == 3
    run_id = api.run(tags=[{"key": "mlflow.runName", "value": "tagged"}])
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["run_name"] == "tagged"
    api.post("runs/set-tag", run_id=run_id, key="mlflow.runName", value="renamed")
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["run_name"] == "renamed"
    assert api.seen(run_id)["name"] == "renamed"
    api.post("runs/update", run_id=run_id, run_name="again")
    assert api.data(run_id)[2] == {"mlflow.runName": "again"}
    refused = api.post(
        "runs/create", 400, run_name="a", tags=[{"key": "mlflow.runName", "value": "b"}], experiment_id="0"
    )
    assert api.error(refused)[0] == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    ("status", "shown"),
    [("FINISHED", "finished"), ("FAILED", "failed"), ("KILLED", "stopped"), (3, "finished")],
)
def test_a_run_ends(api, status, shown):
    run_id = api.run()
    assert api.seen(run_id)["status"] == "running"
    info = api.post("runs/update", run_id=run_id, status=status, end_time=START + 5000)["run_info"]
    assert (info["status"], info["end_time"]) == ("FINISHED" if status == 3 else status, START + 5000)
    seen = api.seen(run_id)
    assert (seen["status"], seen["ended"]) == (shown, START / 1000 + 5)  # it is copied: it began long ago
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["end_time"] == START + 5000


def test_a_run_that_has_ended_can_be_logged_to_and_goes_on(api):
    run_id = api.run()
    api.post("runs/update", run_id=run_id, status="FINISHED", end_time=START + 5000)
    api.post("runs/log-metric", run_id=run_id, key="late", value=1.5, timestamp=START, step=3)
    api.post("runs/set-tag", run_id=run_id, key="late", value="yes")
    seen = api.seen(run_id)
    assert (seen["status"], seen["tags"], seen["metrics"][0]["last"]) == ("finished", ["late=yes"], 1.5)
    api.post("runs/update", run_id=run_id, status="RUNNING")
    api.post("runs/log-metric", run_id=run_id, key="late", value=2.5, timestamp=START, step=4)
    seen = api.seen(run_id)
    assert (seen["status"], seen["metrics"][0]["last"], seen["metrics"][0]["n"]) == ("running", 2.5, 2)
    api.post("runs/update", run_id=run_id, status="FAILED")
    assert api.seen(run_id)["status"] == "failed"


def test_a_run_is_deleted_and_restored(api):
    run_id = api.run()
    api.post("runs/delete", run_id=run_id)
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["lifecycle_stage"] == "deleted"
    assert api.call("GET", f"/api/runs?q=run.id=='{run_id}'")["runs"] == []
    refused = api.post("runs/set-tag", 400, run_id=run_id, key="a", value="b")
    assert "must be in the 'active' state" in refused["message"]
    api.post("runs/restore", run_id=run_id)
    api.post("runs/set-tag", run_id=run_id, key="a", value="b")
    assert api.data(run_id)[2]["a"] == "b"


def test_tags_are_changed_and_deleted(api, start):
    run_id = api.run()
    for value in ("one", "two"):
        api.post("runs/set-tag", run_id=run_id, key="phase", value=value)
    assert api.seen(run_id)["tags"] == ["phase=two"]
    api.post("runs/delete-tag", run_id=run_id, key="phase")
    assert api.seen(run_id)["tags"] == []
    assert "phase" not in start().data(run_id)[2]
    refused = api.post("runs/delete-tag", 404, run_id=run_id, key="phase")
    assert api.error(refused) == (
        "RESOURCE_DOES_NOT_EXIST",
        f"No tag with name: phase in run with id {run_id}",
    )


def test_edits_of_the_ui_are_seen_by_mlflow(api):
    run_id = api.run(
        run_name="before", tags=[{"key": "team", "value": "nlp"}, {"key": "old", "value": "true"}]
    )
    edit = {
        "ids": [run_id],
        "name": "after",
        "note": "seen",
        "add_tags": ["lab", "x=1"],
        "remove_tags": ["old"],
    }
    api.call("PATCH", "/api/runs", json=edit)
    tags = api.data(run_id)[2]
    assert tags == {
        "mlflow.runName": "after",
        "mlflow.note.content": "seen",
        "team": "nlp",
        "lab": "true",
        "x": "1",
    }
    api.post("runs/set-tag", run_id=run_id, key="team", value="vision")
    assert sorted(api.seen(run_id)["tags"]) == ["lab", "team=vision", "x=1"]
    api.call("PATCH", "/api/runs", json={"ids": [run_id], "deleted": True})
    api.post("runs/set-tag", 400, run_id=run_id, key="team", value="x")


@pytest.mark.parametrize("run_id", ["nope", "../../etc", "a b", "x" * 300])
def test_a_run_that_is_not_there(api, run_id):
    asked = ("RESOURCE_DOES_NOT_EXIST", f"Run with id={run_id} not found")
    assert api.error(api.get("runs/get", 404, run_id=run_id)) == asked
    assert api.error(api.post("runs/set-tag", 404, run_id=run_id, key="a", value="b")) == asked
    assert api.error(api.post("runs/log-metric", 404, run_id=run_id, key="a", value=1, timestamp=1)) == asked


@pytest.mark.parametrize(
    ("call", "body", "missing"),
    [
        ("runs/log-parameter", {}, "run_id"),
        ("runs/log-parameter", {"run_id": "x"}, "key"),
        ("runs/log-metric", {"run_id": "x", "key": "a", "timestamp": 1}, "value"),
        ("runs/log-metric", {"run_id": "x", "key": "a", "value": 1}, "timestamp"),
        ("runs/delete-tag", {"run_id": "x"}, "key"),
        ("experiments/create", {}, "name"),
        ("runs/outputs", {"run_id": "x"}, "models"),
    ],
)
def test_what_is_missing_is_named(api, call, body, missing):
    code, message = api.error(api.post(call, 400, **body))
    assert code == "INVALID_PARAMETER_VALUE"
    assert message.startswith(f"Missing value for required parameter '{missing}'.")


@pytest.mark.parametrize("key", ["a*b", "../x", "/x", "a//b", ".", "x" * 251, "a\nb"])
def test_keys_that_cannot_be(api, key):
    run_id = api.run()
    assert (
        api.error(api.post("runs/log-parameter", 400, run_id=run_id, key=key, value="1"))[0]
        == "INVALID_PARAMETER_VALUE"
    )
    assert (
        api.error(api.post("runs/set-tag", 400, run_id=run_id, key=key, value="1"))[0]
        == "INVALID_PARAMETER_VALUE"
    )
    metric = {"key": key, "value": 1, "timestamp": 1}
    assert (
        api.error(api.post("runs/log-metric", 400, run_id=run_id, **metric))[0] == "INVALID_PARAMETER_VALUE"
    )
    assert (
        api.error(api.post("runs/log-batch", 400, run_id=run_id, metrics=[metric]))[0]
        == "INVALID_PARAMETER_VALUE"
    )


def test_inputs_and_outputs(api, start):
    run_id = api.run()
    dataset = {
        "name": "iris",
        "digest": "abc",
        "source_type": "local",
        "source": "{}",
        "profile": "p" * 200_000,
    }
    tags = [{"key": "mlflow.data.context", "value": "training"}]
    for _ in range(2):
        api.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": dataset, "tags": tags}])
    api.post("runs/log-inputs", run_id=run_id, models=[{"model_id": "m-1"}])
    api.post("runs/outputs", run_id=run_id, models=[{"model_id": "m-2", "step": 4}])
    told = start().get("runs/get", run_id=run_id)["run"]
    assert told["inputs"] == {
        "dataset_inputs": [{"dataset": dataset, "tags": tags}],
        "model_inputs": [{"model_id": "m-1"}],
    }
    assert told["outputs"] == {"model_outputs": [{"model_id": "m-2", "step": 4}]}
    assert api.seen(run_id)["params"]["mlflow"] == {"inputs": ["iris@abc"]}
    found = api.post("experiments/search-datasets", experiment_ids=["0"])["dataset_summaries"]
    assert found[-1:] == [{"experiment_id": "0", "name": "iris", "digest": "abc", "context": "training"}]


def test_a_large_profile_of_a_data_set(api, start):
    """Larger than a frame of the log can be."""
    run_id = api.run()
    dataset = {
        "name": "big",
        "digest": "abc",
        "source_type": "local",
        "source": "{}",
        "profile": "p" * 3_000_000,
    }
    api.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": dataset}])
    told = start().get("runs/get", run_id=run_id)["run"]["inputs"]["dataset_inputs"]
    assert told == [{"dataset": dataset}]


def test_the_models_of_clients_before_3(api):
    run_id = api.run()
    model = {
        "artifact_path": "m",
        "flavors": {"sklearn": {"v": "1", "config": "c"}},
        "utc_time_created": "t",
        "run_id": "r",
    }
    for _ in range(2):
        api.post("runs/log-model", run_id=run_id, model_json=json.dumps(model))
    history = json.loads(api.data(run_id)[2]["mlflow.log-model.history"])
    assert history == [model | {"flavors": {"sklearn": {"v": "1"}}}] * 2
    assert "Malformed" in api.post("runs/log-model", 400, run_id=run_id, model_json="{")["message"]
    assert "missing mandatory" in api.post("runs/log-model", 400, run_id=run_id, model_json="{}")["message"]

import pytest

NOW = 1_800_000_000_000


@pytest.fixture(scope="module")
def experiment(api):
    return api.post("experiments/create", name="models")["experiment_id"]


def test_a_logged_model(api, experiment, start):
    run_id = api.run(experiment)
    model = api.post(
        "logged-models",
        experiment_id=experiment,
        name="net",
        source_run_id=run_id,
        model_type="classifier",
        params=[{"key": "depth", "value": "3"}],
        tags=[{"key": "t", "value": "1"}],
    )["model"]
    model_id = model["info"]["model_id"]
    assert model["info"]["status"] == "LOGGED_MODEL_PENDING"
    assert model["info"]["artifact_uri"] == f"mlflow-artifacts:/{experiment}/models/{model_id}/artifacts"
    path = f"logged-models/{model_id}"
    api.post(f"{path}/params", params=[{"key": "width", "value": "4"}])
    api.patch(f"{path}/tags", tags=[{"key": "t", "value": "2"}, {"key": "a/b", "value": "3"}])
    api.call("DELETE", f"{path}/tags/a%2Fb")
    api.call("DELETE", f"{path}/tags/a%2Fb", 404)
    assert (
        api.patch(path, model_id=model_id, status="LOGGED_MODEL_READY")["model"]["info"]["status"]
        == "LOGGED_MODEL_READY"
    )
    metric = {
        "key": "acc",
        "value": 0.5,
        "timestamp": NOW,
        "step": 1,
        "model_id": model_id,
        "dataset_name": "iris",
    }
    api.post("runs/log-metric", run_id=run_id, **metric)
    api.post("runs/log-batch", run_id=run_id, metrics=[metric, metric | {"value": 0.75, "step": 2}])
    told = start().get(path)["model"]
    assert told["data"]["params"] == [{"key": "depth", "value": "3"}, {"key": "width", "value": "4"}]
    assert told["info"]["tags"] == [{"key": "t", "value": "2"}]
    assert [(one["value"], one["step"], one["run_id"]) for one in told["data"]["metrics"]] == [
        (0.5, 1, run_id),
        (0.75, 2, run_id),
    ]
    assert api.data(run_id)[0] == {"acc": 0.75}
    api.call("DELETE", path)
    assert api.get(path, 404)["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert api.get(path, allow_deleted="true")["model"]["info"]["name"] == "net"


def test_models_are_searched(api):
    experiment = api.post("experiments/create", name="searched models")["experiment_id"]
    run_id = api.run(experiment)
    for name, acc in (("a", 0.5), ("b", 0.9), ("c", None)):
        made = api.post(
            "logged-models", experiment_id=experiment, name=name, tags=[{"key": "k", "value": name}]
        )
        if acc is not None:
            metric = {
                "key": "acc",
                "value": acc,
                "timestamp": NOW,
                "model_id": made["model"]["info"]["model_id"],
            }
            api.post("runs/log-metric", run_id=run_id, **metric, dataset_name="iris", dataset_digest=name)

    def found(text="", status=200, **more):
        told = api.post("logged-models/search", status, experiment_ids=[experiment], filter=text, **more)
        return (
            [one["info"]["name"] for one in told.get("models", [])] if status == 200 else told["error_code"]
        )

    by_name = {"order_by": [{"field_name": "name", "ascending": True}]}
    assert found(**by_name) == ["a", "b", "c"]
    assert found("metrics.acc > 0.6") == ["b"]
    assert found("tags.k IN ('a', 'c') AND name != 'a'") == ["c"]
    assert found("attributes.status = 'PENDING'", **by_name) == ["a", "b", "c"]
    assert found(order_by=[{"field_name": "metrics.acc", "ascending": False}]) == ["b", "a", "c"]
    assert found(datasets=[{"dataset_name": "iris"}], **by_name) == ["a", "b"]
    assert found(datasets=[{"dataset_name": "iris", "dataset_digest": "b"}]) == ["b"]
    assert found("nope.x = 'y'", 400) == found("metrics.acc = 'x'", 400) == "INVALID_PARAMETER_VALUE"
    first = api.post("logged-models/search", experiment_ids=[experiment], max_results=2)
    assert len(first["models"]) == 2
    assert len(found(page_token=first["next_page_token"], max_results=2)) == 1
    assert api.post("logged-models/search", 400)["error_code"] == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("name", ["a/b", "a:b", "a.b", "a%b"])
def test_names_of_models_that_cannot_be(api, name):
    assert "Invalid model name" in api.post("logged-models", 400, experiment_id="0", name=name)["message"]

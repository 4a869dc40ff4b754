def create(api, name, **more):
    return api.post("experiments/create", name=name, **more)["experiment_id"]


def names(api, **asked):
    found = api.post("experiments/search", **{"max_results": 100, "order_by": ["name"]} | asked)
    return [one["name"] for one in found.get("experiments", [])]


def test_the_default_experiment_is_there(api):
    found = api.get("experiments/get", experiment_id="0")["experiment"]
    assert (found["name"], found["lifecycle_stage"]) == ("Default", "active")
    assert found["artifact_location"] == "mlflow-artifacts:/0"
    assert api.get("experiments/get-by-name", experiment_name="Default")["experiment"] == found


def test_an_experiment_outlives_the_server(api, start):
    made = create(api, "first", tags=[{"key": "a", "value": "b"}])
    api.post("experiments/set-experiment-tag", experiment_id=made, key="c", value="d")
    api.post("experiments/delete-experiment-tag", experiment_id=made, key="a")
    found = start().get("experiments/get", experiment_id=made)["experiment"]
    assert found == api.get("experiments/get", experiment_id=made)["experiment"]
    assert (found["name"], found["tags"]) == ("first", [{"key": "c", "value": "d"}])
    assert api.post("experiments/create", 400, name="first")["error_code"] == "RESOURCE_ALREADY_EXISTS"


def test_a_renamed_experiment_keeps_its_runs(api):
    made = create(api, "old name")
    run_id = api.run(made)
    api.post("experiments/update", experiment_id=made, new_name="new name")
    assert api.seen(run_id)["experiment"] == "new name"
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["experiment_id"] == made
    other = create(api, "old name")
    assert other != made
    assert api.post("experiments/update", 400, experiment_id=other, new_name="new name")["error_code"] == (
        "RESOURCE_ALREADY_EXISTS"
    )


def test_a_deleted_experiment_takes_its_runs_along(api, start):
    made = create(api, "gone")
    run_id = api.run(made)
    api.post("experiments/delete", experiment_id=made)
    api.post("experiments/delete", 404, experiment_id=made)
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["lifecycle_stage"] == "deleted"
    assert start().get("experiments/get", experiment_id=made)["experiment"]["lifecycle_stage"] == "deleted"
    api.post("runs/create", 400, experiment_id=made)
    assert names(api, filter="name = 'gone'") == []
    assert names(api, filter="name = 'gone'", view_type="DELETED_ONLY") == ["gone"]
    assert names(api, filter="name = 'gone'", view_type=3) == ["gone"]
    api.post("experiments/restore", experiment_id=made)
    api.post("experiments/restore", 404, experiment_id=made)
    assert api.get("runs/get", run_id=run_id)["run"]["info"]["lifecycle_stage"] == "active"


def test_experiments_of_runs_that_were_recorded_otherwise(api, root, start):
    import ridgeline

    ridgeline.Run(repo=root, experiment="native one", run_id="n1", capture=False).close()
    found = api.get("experiments/get-by-name", experiment_name="native one")["experiment"]
    assert start().get("experiments/get", experiment_id=found["experiment_id"])["experiment"] == found
    assert api.get("runs/get", run_id="n1")["run"]["info"]["experiment_id"] == found["experiment_id"]
    assert "native one" in names(api)
    api.post("experiments/set-experiment-tag", experiment_id=found["experiment_id"], key="a", value="b")
    assert names(api, filter="tags.a = 'b'") == ["native one"]


def test_two_servers_agree_on_ids(api, start):
    other = start()
    made = create(other, "made there")
    assert (
        api.get("experiments/get-by-name", experiment_name="made there")["experiment"]["experiment_id"]
        == made
    )


def test_experiments_that_are_not_there(api):
    assert (
        api.get("experiments/get", 404, experiment_id="4242")["message"]
        == "No Experiment with id=4242 exists"
    )
    assert api.get("experiments/get", 400, experiment_id="abc")["error_code"] == "INVALID_PARAMETER_VALUE"
    found = api.get("experiments/get-by-name", 404, experiment_name="nope")
    assert found["message"] == "Could not find experiment with name 'nope'"


def test_pages_and_filters(api):
    for name in ("p-1", "p-2", "p-3", "P-4"):
        create(api, name)
    first = api.get("experiments/search", max_results=2, filter="name LIKE 'p-%'", order_by=["name DESC"])
    assert [one["name"] for one in first["experiments"]] == ["p-3", "p-2"]
    asked = {"max_results": 2, "filter": "name LIKE 'p-%'", "order_by": ["name DESC"]}
    second = api.get("experiments/search", page_token=first["next_page_token"], **asked)
    assert [one["name"] for one in second["experiments"]] == ["p-1"]
    assert "next_page_token" not in second
    assert names(api, filter="name ILIKE 'P-%' AND name != 'p-1'") == ["P-4", "p-2", "p-3"]
    for bad in (
        "name = 5",
        "nope = 'x'",
        "name >",
        "name LIKE 'x' OR name = 'y'",
        "creation_time = 'x'",
        "name IS NULL",
    ):
        assert (
            api.post("experiments/search", 400, max_results=5, filter=bad)["error_code"]
            == "INVALID_PARAMETER_VALUE"
        )
    api.post("experiments/search", 400, max_results=0)

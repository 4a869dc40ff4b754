import pytest

NOW = 1_800_000_000_000


def metric(key, value, step=0, time=NOW):
    return {"key": key, "value": value, "step": step, "timestamp": time}


def history(api, run_id, key, **more):
    found = api.get("metrics/get-history", run_id=run_id, metric_key=key, **more).get("metrics", [])
    return [(one["step"], one["timestamp"], one["value"]) for one in found]


def test_values_come_back_as_they_were(api, start):
    run_id = api.run()
    logged = [(3, NOW, 0.1), (1, NOW + 1, 2.0), (2**62, NOW + 7, -1e300), (-5, 123, 1.0), (0, 0, 4.0)]
    for step, time, value in logged:
        api.post("runs/log-metric", run_id=run_id, **metric("m", value, step, time))
    by_time = sorted(logged, key=lambda point: point[1])
    assert history(api, run_id, "m") == by_time
    assert history(start(), run_id, "m") == by_time


@pytest.mark.parametrize("first", [NOW, 1_100_000_000_001, 2_200_000_000_000, 4_000_000_000_000])
def test_every_millisecond_comes_back(api, first):
    run_id = api.run()
    times = [first + at for at in range(1000)]
    api.post("runs/log-batch", run_id=run_id, metrics=[metric("m", 1.0, 0, time) for time in times])
    assert [time for _, time, _ in history(api, run_id, "m")] == times


def test_what_is_no_number(api):
    run_id = api.run()
    for step, value in enumerate(["NaN", "Infinity", "-Infinity", "1.5", 2]):
        api.post("runs/log-metric", run_id=run_id, **metric("m", value, step, NOW + step))
    assert [value for _, _, value in history(api, run_id, "m")] == ["NaN", "Infinity", "-Infinity", 1.5, 2.0]
    seen = api.seen(run_id)["metrics"][0]
    assert (seen["n_nan"], seen["n_inf"]) == (1, 2)
    refused = api.post("runs/log-metric", 400, run_id=run_id, **metric("m", "much"))
    assert refused["error_code"] == "INVALID_PARAMETER_VALUE"


def test_numbers_may_be_texts(api):
    """As Protocol Buffers write 64-bit integers in JSON."""
    run_id = api.run()
    api.post("runs/log-metric", run_id=run_id, key="m", value=1, step="7", timestamp=str(NOW))
    api.post("runs/log-batch", run_id=run_id, metrics=[metric("m", "2", "8", str(NOW + 1))])
    assert history(api, run_id, "m") == [(7, NOW, 1.0), (8, NOW + 1, 2.0)]


def test_the_same_point_twice_is_one(api):
    run_id = api.run()
    for _ in range(2):
        api.post(
            "runs/log-batch", run_id=run_id, metrics=[metric("m", 1.0), metric("m", 1.0), metric("m", "NaN")]
        )
    assert sorted(map(str, history(api, run_id, "m"))) == sorted(map(str, [(0, NOW, 1.0), (0, NOW, "NaN")]))


def test_the_latest_is_of_the_last_step(api):
    run_id = api.run()
    api.post("runs/log-batch", run_id=run_id, metrics=[metric("m", 5.0, 9), metric("m", 1.0, 2, NOW + 50)])
    (latest,) = api.get("runs/get", run_id=run_id)["run"]["data"]["metrics"]
    assert latest == {"key": "m", "value": 5.0, "step": 9, "timestamp": NOW}


def test_pages_of_a_history(api):
    run_id = api.run()
    api.post(
        "runs/log-batch", run_id=run_id, metrics=[metric("m", 1.0, step, NOW + step) for step in range(25)]
    )
    steps, token = [], None
    while True:
        asked = {"max_results": 10} | ({"page_token": token} if token else {})
        page = api.get("metrics/get-history", run_id=run_id, metric_key="m", **asked)
        steps.append([one["step"] for one in page["metrics"]])
        token = page.get("next_page_token")
        if token is None:
            break
    assert steps == [list(range(10)), list(range(10, 20)), list(range(20, 25))]
    api.get("metrics/get-history", 400, run_id=run_id, metric_key="m", max_results=0)
    api.get("metrics/get-history", 400, run_id=run_id, metric_key="m", page_token="nonsense")


def test_histories_of_several_runs(api):
    runs = [api.run() for _ in range(2)]
    for run_id in runs:
        api.post(
            "runs/log-batch",
            run_id=run_id,
            metrics=[metric("m", step, step, NOW + step) for step in range(100)],
        )
    told = api.get("metrics/get-history-bulk-interval", run_ids=runs, metric_key="m", max_results=5)[
        "metrics"
    ]
    assert [(one["run_id"], one["step"]) for one in told] == [
        (run, step) for run in runs for step in (0, 20, 40, 60, 99)
    ]
    cut = {"run_ids": runs[0], "metric_key": "m", "start_step": 10, "end_step": 12}
    told = api.get("metrics/get-history-bulk-interval", **cut)["metrics"]
    assert [one["step"] for one in told] == [10, 11, 12]
    api.get("metrics/get-history-bulk-interval", 400, **cut | {"end_step": 9})
    told = api.get("metrics/get-history-bulk", run_id=runs, metric_key="m", max_results=150)["metrics"]
    assert [one["run_id"] for one in told] == [min(runs)] * 100 + [max(runs)] * 50


def test_a_batch_is_written_whole_or_not_at_all(api):
    run_id = api.run()
    api.post("runs/log-parameter", run_id=run_id, key="lr", value="1")
    body = {"metrics": [metric("m", 1.0)], "tags": [{"key": "t", "value": "x"}]}
    api.post(
        "runs/log-batch",
        400,
        run_id=run_id,
        params=[{"key": "lr", "value": "2"}, {"key": "n", "value": "1"}],
        **body,
    )
    api.post("runs/log-batch", 400, run_id=run_id, params=[{"key": "a*", "value": "2"}], **body)
    assert api.data(run_id) == ({}, {"lr": "1"}, {"mlflow.runName": api.data(run_id)[2]["mlflow.runName"]})
    api.post("runs/log-batch", run_id=run_id, params=[{"key": "n", "value": "1"}], **body)
    metrics, params, tags = api.data(run_id)
    assert (metrics, params, tags["t"]) == ({"m": 1.0}, {"lr": "1", "n": "1"}, "x")


@pytest.mark.parametrize(
    "body",
    [
        {"metrics": [metric("m", 1.0, step) for step in range(1001)]},
        {"params": [{"key": f"p{at}", "value": "1"} for at in range(101)]},
        {"tags": [{"key": f"t{at}", "value": "1"} for at in range(101)]},
        {
            "metrics": [metric("m", 1.0, step) for step in range(950)],
            "tags": [{"key": f"t{at}"} for at in range(51)],
        },
        {"params": [{"key": "p", "value": "1"}, {"key": "p", "value": "1"}]},
        {"metrics": [{"key": "m", "value": 1.0}]},
        {"metrics": [{"value": 1.0, "timestamp": 1}]},
        {"metrics": [metric("m", None)]},
        {"metrics": [metric("m", 1.0, 0, -1)]},
        {"metrics": [metric("m", 1.0, 2**63)]},
        {"metrics": [metric("m", True)]},
        {"metrics": "m"},
        {"metrics": ["m"]},
    ],
    ids=range(13),
)
def test_batches_that_cannot_be(api, body):
    run_id = api.run()
    assert api.post("runs/log-batch", 400, run_id=run_id, **body)["error_code"] == "INVALID_PARAMETER_VALUE"
    assert api.seen(run_id)["metrics"] == []


def test_metrics_in_contexts_are_seen(api, root):
    """What was recorded otherwise: the context stands behind the name."""
    import ridgeline

    with ridgeline.Run(
        repo=root, run_id="native", params={"lr": 0.5, "opt": {"name": "adam"}}, capture=False
    ) as run:
        run.track(0.25, name="f1", step=3, context={"lang": "de"})
        run.tags.add("lab")
    metrics, params, tags = api.data("native")
    assert (metrics, params) == ({"f1/lang:de": 0.25}, {"lr": "0.5", "opt.name": "adam"})
    assert tags["lab"] == "true"
    assert history(api, "native", "f1/lang:de")[0][0] == 3
    assert api.get("runs/get", run_id="native")["run"]["info"]["status"] == "FINISHED"
    api.post("runs/set-tag", run_id="native", key="from", value="mlflow")
    api.post("runs/log-metric", run_id="native", **metric("more", 1.0))
    seen = api.seen("native")
    assert (seen["status"], seen["tags"], seen["params"]) == (
        "finished",
        ["from=mlflow", "lab"],
        {"lr": 0.5, "opt": {"name": "adam"}},
    )

import pytest

from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.filter_language import Comparison, holds, parse_filter, parse_order

NOW = 1_800_000_000_000


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("metrics.loss < 0.5", [("metric", "loss", "<", 0.5)]),
        ("metrics.loss<-1e-3", [("metric", "loss", "<", -0.001)]),
        ("params.`a b` LIKE '%x'", [("parameter", "a b", "LIKE", "%x")]),
        ('params."a b" = "x"', [("parameter", "a b", "=", "x")]),
        ("tags.mlflow.user = ''", [("tag", "mlflow.user", "=", "")]),
        ("tag.a is not null", [("tag", "a", "IS NOT NULL", None)]),
        (
            "param.a IS NULL and status = 'x'",
            [("parameter", "a", "IS NULL", None), ("attribute", "status", "=", "x")],
        ),
        ("run_id NOT IN ('a', 'b')", [("attribute", "run_id", "NOT IN", ("a", "b"))]),
        ("dataset.name in ('a')", [("dataset", "name", "IN", ("a",))]),
        ("start_time > 5 AND", [("attribute", "start_time", ">", 5.0)]),
        ("`run name` = 'x'", [("attribute", "run name", "=", "x")]),
    ],
)
def test_filters(text, wanted):
    assert parse_filter(text) == [Comparison(*one) for one in wanted]


@pytest.mark.parametrize(
    "text",
    ["= 'x'", "a", "a =", "a = b", "x.y = 'z'", "a = 'x' OR b = 'y'", "a IN ()", "a IN ('x'", "a IN ('x' 'y')", "a IN (1)",
     "a ~ 'x'", "a = 'x", "AND", "a NOT 'x'", "5 > a", "a = 'x' b = 'y'"],
)  # fmt: skip
def test_filters_that_cannot_be(text):
    with pytest.raises(MlflowError) as caught:
        parse_filter(text)
    assert caught.value.code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("a LIKE 'x%'", "xyz", True),
        ("a LIKE 'X%'", "xyz", False),
        ("a ILIKE 'X_Z'", "xyz", True),
        ("a LIKE 'a.c'", "abc", False),
        ("a LIKE '%'", "one\ntwo", True),
        ("a != 'x'", None, False),
        ("a IS NULL", None, True),
        ("a IS NOT NULL", "", True),
        ("a NOT IN ('x')", "y", True),
        ("a NOT IN ('x')", None, False),
        ("a = 1", float("nan"), False),
        ("a != 1", float("nan"), True),
    ],
)
def test_what_holds(text, value, wanted):
    (comparison,) = parse_filter(text)
    assert holds(comparison, value) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a", ("attribute", "a", True)),
        ("metrics.`x y` DESC", ("metric", "x y", False)),
        ("tag.a asc", ("tag", "a", True)),
    ],
)
def test_orders(text, wanted):
    assert parse_order(text) == wanted


@pytest.mark.parametrize("text", ["", "a SIDEWAYS", "a DESC b", "5", "x.y"])
def test_orders_that_cannot_be(text):
    with pytest.raises(MlflowError):
        parse_order(text)


@pytest.fixture(scope="module")
def found(api):
    """Ask for the names of runs."""
    experiment = api.post("experiments/create", name="searched")["experiment_id"]
    for at, (name, lr, f1) in enumerate(
        [("red", "0.1", 0.5), ("green", "0.2", "NaN"), ("Blue", "0.3", 0.9), ("bare", None, None)]
    ):
        run_id = api.run(experiment, run_name=name, start_time=NOW + at)
        if lr:
            api.post("runs/log-parameter", run_id=run_id, key="lr", value=lr)
            api.post("runs/log-metric", run_id=run_id, key="val f1", value=f1, timestamp=NOW)
    api.post("runs/update", run_id=run_id, status="FAILED", end_time=NOW + 9)

    def ask(text="", order=(), status=200, **more):
        told = api.post(
            "runs/search", status, experiment_ids=[experiment], filter=text, order_by=list(order), **more
        )
        if status != 200:
            return told["error_code"]
        return [run["info"]["run_name"] for run in told.get("runs", [])]

    return ask


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ["bare", "Blue", "green", "red"]),
        ("metrics.`val f1` >= 0.5", ["Blue", "red"]),
        ("metrics.`val f1` != 0.5", ["Blue", "green"]),
        ("params.lr LIKE '0._' AND run_name ILIKE '%e%'", ["Blue", "green", "red"]),
        ("params.lr IS NULL", ["bare"]),
        ("status = 'FAILED'", ["bare"]),
        (f"start_time <= {NOW + 1}", ["green", "red"]),
        (f"end_time = {NOW + 9}", ["bare"]),
        ("attributes.`Run name` != 'red'", ["bare", "Blue", "green"]),
        ("datasets.name = 'x'", []),
    ],
)
def test_runs_that_are_found(found, text, wanted):
    assert found(text) == wanted


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (["metrics.`val f1`"], ["red", "Blue", "green", "bare"]),
        (["metrics.`val f1` DESC"], ["Blue", "red", "green", "bare"]),
        (["params.lr DESC"], ["Blue", "green", "red", "bare"]),
        (["start_time"], ["red", "green", "Blue", "bare"]),
        (["run_name"], ["Blue", "bare", "green", "red"]),
        (["status", "run_name DESC"], ["bare", "red", "green", "Blue"]),
    ],
)
def test_the_order_of_runs(found, order, wanted):
    assert found("", order) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "params.lr = 0.1",
        "metrics.a > 'x'",
        "params.lr > '1'",
        "nope = 'x'",
        "status IN ('x')",
        "start_time IS NULL",
        "datasets.x = 'y'",
    ],
)
def test_searches_that_cannot_be(found, text):
    assert found(text, status=400) == "INVALID_PARAMETER_VALUE"


def test_pages_of_runs(api, found):
    experiment = api.get("experiments/get-by-name", experiment_name="searched")["experiment"]["experiment_id"]
    first = api.post("runs/search", experiment_ids=[experiment], max_results=3)
    assert len(first["runs"]) == 3
    assert found(page_token=first["next_page_token"], max_results=3) == ["red"]
    assert found(max_results=0, status=400) == "INVALID_PARAMETER_VALUE"
    assert found(max_results=50_001, status=400) == "INVALID_PARAMETER_VALUE"
    assert found("", ["run_name", "run_name DESC"], 500) == "INTERNAL_ERROR"
    assert api.post("runs/search", experiment_ids=[]) == {}

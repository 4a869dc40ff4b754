"""Every call of MLflow's client about tracking, in scenes: each asks a server, and returns what it was told.

A scene is a function of a client; what a call answers is added to `told` by name, and an error by its code and message.
"""

import contextlib
import json
import math
import tempfile
from importlib.util import find_spec
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import requests
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelParameter,
    Metric,
    Param,
    RunTag,
    ViewType,
)
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

START = 1_700_000_000_000


class Told:
    """What a server answered, call by call."""

    def __init__(self):
        self.answers = []

    def __call__(self, name, call, /, *args, **kwargs):
        try:
            answer = call(*args, **kwargs)
        except MlflowException as error:
            self.answers.append((name, ["error", error.error_code, error.message]))
            return None
        except (requests.RequestException, TypeError, OSError) as error:
            status = getattr(getattr(error, "response", None), "status_code", None)
            self.answers.append((name, ["error", type(error).__name__, status]))
            return None
        self.answers.append((name, plain(answer)))
        return answer


def plain(value):
    """Return an answer as JSON."""
    if isinstance(value, float):
        return repr(value)
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, pd.DataFrame):
        return {column: [plain(item) for item in value[column].tolist()] for column in sorted(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple | set):
        items = [plain(item) for item in value]
        # Of lists of tags, params and metrics the order says nothing.
        if items and all(isinstance(item, dict) and "key" in item for item in items):
            items.sort(key=json.dumps)
        return items
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if hasattr(value, "__iter__") and type(value).__module__.startswith("mlflow"):
        return {key: plain(item) for key, item in value}
    return str(value)


def experiments(client, told):
    first = told("create", client.create_experiment, "first", tags={"a": "b"})
    told("create again", client.create_experiment, "first")
    told("create without a name", client.create_experiment, "")
    told("create with a long name", client.create_experiment, "x" * 501)
    told("create with a bad tag", client.create_experiment, "bad", tags={"a*": "b"})
    told("get", client.get_experiment, first)
    told("get default", client.get_experiment, "0")
    told("get none", client.get_experiment, "424242")
    told("get text", client.get_experiment, "abc")
    told("by name", client.get_experiment_by_name, "first")
    told("by name, none", client.get_experiment_by_name, "nope")
    told("tag", client.set_experiment_tag, first, "c", "d")
    told("tag, long", client.set_experiment_tag, first, "c", "d" * 20_001)
    told("delete tag", client.delete_experiment_tag, first, "a")
    told("delete tag, none", client.delete_experiment_tag, first, "a")
    told("tagged", client.get_experiment, first)
    second = told("create with a place", client.create_experiment, "second", "mlflow-artifacts:/elsewhere")
    told("place", client.get_experiment, second)
    told("rename", client.rename_experiment, second, "third")
    told("rename to one there is", client.rename_experiment, second, "third")
    told("renamed", client.get_experiment_by_name, "third")
    run = told("run", client.create_run, second, START, run_name="in second")
    told("delete", client.delete_experiment, second)
    told("delete again", client.delete_experiment, second)
    told("deleted", client.get_experiment, second)
    told("its run", client.get_run, run.info.run_id)
    told("rename a deleted one", client.rename_experiment, second, "x")
    told("tag a deleted one", client.set_experiment_tag, second, "a", "b")
    told("run in a deleted one", client.create_run, second)
    told("create over a deleted one", client.create_experiment, "third")
    told("restore", client.restore_experiment, second)
    told("restore again", client.restore_experiment, second)
    told("restored run", client.get_run, run.info.run_id)


def search_experiments(client, told):
    ids = {}
    for name, tags in (("s-alpha", {"k": "1"}), ("s-beta", {"k": "2"}), ("S-Gamma", {}), ("s_x", {"o": "1"})):
        ids[name] = client.create_experiment(name, tags=tags)
    client.delete_experiment(ids["s-beta"])
    for text in (
        "name LIKE 's-%'",
        "name ILIKE 's-%'",
        "name LIKE 's_x'",
        "name = 's-alpha'",
        "name != 's-alpha' AND name ILIKE 's%'",
        "attribute.name = 's-alpha'",
        "tags.k = '1'",
        "tags.k != '1'",
        "tag.k LIKE '%'",
        "tags.k IS NULL AND name ILIKE 's%'",
        "tags.k IS NOT NULL",
        "creation_time > 0 AND name LIKE 's-%'",
        f"experiment_id IN ('{ids['s-alpha']}', '{ids['s_x']}')",
        f"experiment_id = '{ids['s-alpha']}'",
        "name > 'x'",
        "name = 5",
        "creation_time = 'x'",
        "nope = 'x'",
        "metrics.a > 1",
        "name LIKE 's-%' OR name = 'x'",
    ):
        told(text, client.search_experiments, filter_string=text, order_by=["name ASC"])
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        told(
            f"view {view}",
            client.search_experiments,
            view,
            filter_string="name LIKE 's-%'",
            order_by=["name"],
        )
    told("order", client.search_experiments, filter_string="name ILIKE 's%'", order_by=["name DESC"])
    told("order by nothing", client.search_experiments, order_by=["nope"])
    told("order badly", client.search_experiments, order_by=["name SIDEWAYS"])
    told("no results", client.search_experiments, max_results=0)
    pages = []
    token = None
    while True:
        page = client.search_experiments(
            ViewType.ALL, 2, filter_string="name ILIKE 's%'", order_by=["name ASC"], page_token=token
        )
        pages.append([one.name for one in page])
        token = page.token
        if not token:
            break
    told("pages", lambda: pages)
    told("bad token", client.search_experiments, page_token="nonsense")


def runs(client, told):
    run = told(
        "create", client.create_run, "0", START, {"mlflow.user": "ada", "team": "nlp"}, run_name="my run"
    )
    run_id = run.info.run_id
    told("get", client.get_run, run_id)
    told("get none", client.get_run, "f" * 32)
    told("name twice", client.create_run, "0", START, {"mlflow.runName": "a"}, run_name="b")
    told("name by tag", client.create_run, "0", START, {"mlflow.runName": "tagged"})
    told("in no experiment", client.create_run, "424242")
    told("param", client.log_param, run_id, "lr", 0.10)
    told("param again", client.log_param, run_id, "lr", 0.10)
    told("param changed", client.log_param, run_id, "lr", 0.2)
    told("param of all kinds", client.log_param, run_id, "kinds", {"a": [1, None, True]})
    told("param, long", client.log_param, run_id, "long", "x" * 7000)
    told("param, empty", client.log_param, run_id, "empty", "")
    told("param, bad", client.log_param, run_id, "a*b", 1)
    told("param, path", client.log_param, run_id, "../a", 1)
    told("param, long key", client.log_param, run_id, "k" * 251, 1)
    told("tag", client.set_tag, run_id, "phase", "one")
    told("tag again", client.set_tag, run_id, "phase", "two")
    told("tag, number", client.set_tag, run_id, "number", 3)
    told("tag, bad", client.set_tag, run_id, "a*b", 1)
    told("tag, long", client.set_tag, run_id, "long", "x" * 9000)
    told("tag name", client.set_tag, run_id, "mlflow.runName", "by tag")
    told("note", client.set_tag, run_id, "mlflow.note.content", "a *note*")
    told("delete tag", client.delete_tag, run_id, "phase")
    told("delete tag, none", client.delete_tag, run_id, "phase")
    told("tagged", client.get_run, run_id)
    told("rename", client.update_run, run_id, name="renamed")
    told("status", client.update_run, run_id, status="FAILED")
    told("updated", client.get_run, run_id)
    told("end", client.set_terminated, run_id, "FINISHED", START + 60_000)
    told("ended", client.get_run, run_id)
    told("log after the end", client.log_metric, run_id, "late", 1.0, START, 1)
    told("tag after the end", client.set_tag, run_id, "late", "yes")
    told("after the end", client.get_run, run_id)
    told("delete", client.delete_run, run_id)
    told("deleted", client.get_run, run_id)
    told("log to a deleted one", client.log_metric, run_id, "x", 1.0)
    told("batch to a deleted one", client.log_batch, run_id, [], [Param("x", "1")], [])
    told("update a deleted one", client.update_run, run_id, name="x")
    told("restore", client.restore_run, run_id)
    told("restored", client.get_run, run_id)
    child = client.create_run("0", START, {"mlflow.parentRunId": run_id}, run_name="child")
    told("parent", client.get_parent_run, child.info.run_id)
    told("no parent", client.get_parent_run, run_id)


def metrics(client, told):
    run_id = client.create_run("0", START, run_name="metrics").info.run_id
    told("metric", client.log_metric, run_id, "a", 1.5, START, 0)
    told("metric, later", client.log_metric, run_id, "a", 0.5, START + 5, 2)
    told("metric, earlier step", client.log_metric, run_id, "a", 9.5, START + 9, 1)
    told("metric twice", client.log_metric, run_id, "a", 0.5, START + 5, 2)
    told("metric, same step", client.log_metric, run_id, "a", 0.75, START + 6, 2)
    told("nan", client.log_metric, run_id, "nan", math.nan, START, 3)
    told("small time", client.log_metric, run_id, "early", 1.0, 123, -5)
    told("large step", client.log_metric, run_id, "far", 1.0, START, 2**62)
    told("text", client.log_metric, run_id, "text", "x", START)
    told("negative time", client.log_metric, run_id, "neg", 1.0, -1)
    told("bad name", client.log_metric, run_id, "a*", 1.0, START)
    told("name with signs", client.log_metric, run_id, "val/f1 (x)".replace("(x)", "de:1-2.3"), 1.0, START, 1)
    told("long name", client.log_metric, run_id, "k" * 251, 1.0, START)
    told("none", client.log_metric, run_id, None, 1.0, START)
    for key in ("a", "nan", "early", "far", "nope"):
        told(f"history of {key}", client.get_metric_history, run_id, key)
    told("history of no run", client.get_metric_history, "f" * 32, "a")
    told("run", client.get_run, run_id)
    told(
        "batch",
        client.log_batch,
        run_id,
        [Metric("loss", 1 / (1 + step), START + step, step) for step in range(500)],
        [Param("p1", "1"), Param("p2", "x" * 10)],
        [RunTag("t1", "1"), RunTag("t1", "2"), RunTag("mlflow.runName", "batched")],
    )
    told("after the batch", client.get_run, run_id)
    told("history", client.get_metric_history, run_id, "loss")
    told("paged", paged_history, client, run_id, "loss", 150)
    told("param changed", client.log_batch, run_id, [Metric("never", 1, START, 0)], [Param("p1", "2")], [])
    told("param twice", client.log_batch, run_id, params=[Param("q", "1"), Param("q", "1")])
    told("too many params", client.log_batch, run_id, params=[Param(f"r{i}", "1") for i in range(101)])
    told("too many tags", client.log_batch, run_id, tags=[RunTag(f"r{i}", "1") for i in range(101)])
    told("bad metric", client.log_batch, run_id, [Metric("ok", 1, START, 0), Metric("a*", 1, START, 0)])
    told("bad tag", client.log_batch, run_id, tags=[RunTag("ok", "1"), RunTag("a*", "1")])
    told("empty", client.log_batch, run_id)
    told("no run", client.log_batch, "f" * 32, [Metric("a", 1, START, 0)])
    told("in the end", client.get_run, run_id)


def paged_history(client, run_id, key, size):
    store = client._tracking_client.store
    pages, token = [], None
    while True:
        page = store.get_metric_history(run_id, key, max_results=size, page_token=token)
        pages.append([one.step for one in page])
        token = page.token
        if not token:
            return pages


def search(client, told):
    one = client.create_experiment("search-1")
    two = client.create_experiment("search-2")
    for at, (experiment, name, lr, f1) in enumerate(
        [
            (one, "red", 0.1, 0.5),
            (one, "green", 0.2, math.nan),
            (one, "Blue", 0.3, 0.9),
            (two, "grey", 0.1, 0.7),
            (one, "bare", None, None),
        ]
    ):
        run_id = client.create_run(
            experiment, START + at * 1000, {"colour": name, "odd tag": "1"}, run_name=name
        ).info.run_id
        if lr is not None:
            client.log_param(run_id, "lr", lr)
            client.log_param(run_id, "a b", "x_y")
            client.log_metric(run_id, "f1", f1, START, 1)
            client.log_metric(run_id, "val f1", f1, START, 1)
            client.log_metric(run_id, "loss-1", -f1, START, 1)
        if at == 2:
            client.set_terminated(run_id, "FAILED", START + 99_000)
        if at == 3:
            client.log_inputs(run_id, [dataset_input("iris", "d1", "train")])
    for text in (
        "",
        "metrics.f1 > 0.6",
        "metrics.f1 != 0.5",
        "metrics.f1 = 0.5",
        "metric.f1 <= 0.7 AND params.lr = '0.1'",
        "metrics.`val f1` >= 0.5",
        'metrics."val f1" >= 0.5',
        "metrics.`loss-1` < -0.6",
        "params.lr != '0.1'",
        "params.lr LIKE '0.%'",
        "params.`a b` = 'x_y'",
        "params.`a b` LIKE 'x%'",
        "params.lr IS NULL",
        "params.lr IS NOT NULL",
        "tags.colour LIKE 'gre%'",
        "tags.colour ILIKE 'bl_e'",
        "tags.colour LIKE 'bl_e'",
        "tags.nope = 'x'",
        "tags.nope IS NULL",
        "tags.`mlflow.runName` = 'red'",
        "attributes.status = 'FAILED'",
        "status != 'RUNNING'",
        "run_name = 'red'",
        "attributes.run_name ILIKE 'G%'",
        "attributes.`Run name` = 'red'",
        f"start_time > {START + 1500}",
        f"created <= {START + 1000}",
        f"end_time >= {START}",
        "artifact_uri LIKE '%artifacts'",
        "run_id IN ('a', 'b')",
        "run_id NOT IN ('a', 'b')",
        "datasets.name = 'iris'",
        "dataset.digest IN ('d1', 'd2')",
        "datasets.context = 'train'",
        "datasets.context != 'train'",
        "metrics.f1 > 0.1 and params.lr = '0.1'",
        "params.lr = 0.1",
        "metrics.f1 > 'x'",
        "metrics.f1 LIKE 'x'",
        "params.lr > '0.1'",
        "params.lr IN ('0.1')",
        "status IN ('FAILED')",
        "nope = 'x'",
        "foo.bar = 'x'",
        "metrics.f1 > 0.1 OR metrics.f1 < 5",
        "metrics.f1 >",
        "start_time = 'x'",
        "start_time IS NULL",
        "metrics.f1 IS NULL",
        "= 'x'",
    ):
        told(text, names, client, [one, two], text)
    for order in (
        ["metrics.f1"],
        ["metrics.f1 DESC"],
        ["params.lr DESC", "metrics.f1 ASC"],
        ["tags.colour"],
        ["run_name DESC"],
        ["start_time ASC"],
        ["attributes.end_time DESC"],
        ["metrics.`val f1` DESC"],
        ["status", "start_time DESC"],
        ["nope"],
        ["metrics.f1 SIDEWAYS"],
        ["metrics.f1", "metrics.f1 DESC"],
        ["datasets.name"],
    ):
        told(f"order {order}", names, client, [one, two], "", order)
    told("one experiment", names, client, [two], "")
    told("none", names, client, [], "")
    told("unknown", names, client, ["424242"], "")
    told("bad id", names, client, ["abc"], "")
    pages, token = [], None
    while True:
        page = client.search_runs([one, two], max_results=2, page_token=token)
        pages.append([run.info.run_name for run in page])
        token = page.token
        if not token:
            break
    told("pages", lambda: pages)
    told("bad token", client.search_runs, [one], page_token="nonsense")
    told("too many", client.search_runs, [one], max_results=50_001)
    told("none at all", client.search_runs, [one], max_results=0)
    told("whole", lambda: list(client.search_runs([one, two], order_by=["start_time"])))
    first = client.search_runs([one], "run_name = 'red'")[0].info.run_id
    client.delete_run(first)
    for view in (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY, ViewType.ALL):
        told(f"view {view}", names, client, [one], "", ["start_time"], view)


def names(client, experiments, text, order=None, view=ViewType.ACTIVE_ONLY):
    return [run.info.run_name for run in client.search_runs(experiments, text, view, order_by=order)]


def dataset_input(name, digest, context):
    dataset = Dataset(name, digest, "local", '{"uri": "x.csv"}', schema='{"a": 1}', profile='{"n": 3}')
    return DatasetInput(dataset, [InputTag("mlflow.data.context", context)])


def inputs(client, told):
    run_id = client.create_run("0", START, run_name="inputs").info.run_id
    told(
        "log",
        client.log_inputs,
        run_id,
        [dataset_input("iris", "d1", "train"), dataset_input("iris", "d2", "test")],
    )
    told("log again", client.log_inputs, run_id, [dataset_input("iris", "d1", "eval")])
    told("no name", client.log_inputs, run_id, [dataset_input(None, "d1", "eval")])
    told("long digest", client.log_inputs, run_id, [dataset_input("x", "d" * 37, "eval")])
    told("run", client.get_run, run_id)
    model = client.create_logged_model("0", "m1", run_id)
    told("models", client.log_inputs, run_id, models=[LoggedModelInput(model.model_id)])
    told("outputs", client.log_outputs, run_id, [LoggedModelOutput(model.model_id, 7)])
    told("with models", client.get_run, run_id)
    told("no run", client.log_inputs, "f" * 32, [dataset_input("iris", "d1", "train")])


def artifacts(client, told):
    run_id = client.create_run("0", START, run_name="artifacts").info.run_id
    told("nothing", client.list_artifacts, run_id)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sub" / "deep").mkdir(parents=True)
        (folder / "a.txt").write_text("hello")
        (folder / "sub" / "b ä%20.bin").write_bytes(bytes(range(256)))
        (folder / "sub" / "deep" / "empty").write_bytes(b"")
        told("file", client.log_artifact, run_id, str(folder / "a.txt"))
        told("file in a folder", client.log_artifact, run_id, str(folder / "a.txt"), "x/y")
        told("folder", client.log_artifacts, run_id, str(folder), "all")
        told("text", client.log_text, run_id, "some text", "texts/t.txt")
        told("dict", client.log_dict, run_id, {"a": [1]}, "d.json")
        told("table", client.log_table, run_id, {"a": [1, 2], "b": ["x", "y"]}, "table.json")
        told("table, more", client.log_table, run_id, {"a": [3], "b": ["z"]}, "table.json")
        told("image", client.log_image, run_id, np.zeros((4, 5, 3), np.uint8), "image.png")
        told("top", client.list_artifacts, run_id)
        for path in ("x", "x/y", "all", "all/sub", "texts/t.txt", "nope", "a.txt"):
            told(f"list {path}", client.list_artifacts, run_id, path)
        told("list outside", client.list_artifacts, run_id, "../..")
        back = folder / "back"
        back.mkdir()
        told("download", lambda: Path(client.download_artifacts(run_id, "a.txt", str(back))).read_bytes())
        told("download a folder", lambda: files_in(client.download_artifacts(run_id, "all", str(back))))
        told("load table", client.load_table, mlflow_experiment(client, run_id), "table.json", [run_id])
        told("download none", client.download_artifacts, run_id, "nope", str(back))
        told("tags", lambda: client.get_run(run_id).data.tags)


def mlflow_experiment(client, run_id):
    return client.get_run(run_id).info.experiment_id


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def logged_models(client, told):
    mlflow.set_tracking_uri(client.tracking_uri)
    experiment = client.create_experiment("models")
    run_id = client.create_run(experiment, START, run_name="models").info.run_id
    model = told(
        "create",
        client.create_logged_model,
        experiment,
        "net",
        run_id,
        {"t": "1"},
        {"depth": "3"},
        "classifier",
    )
    other = told("create a bare one", client.create_logged_model, experiment, "other")
    told("bad name", client.create_logged_model, experiment, "a/b")
    told("no experiment", client.create_logged_model, "424242", "x")
    told("get", client.get_logged_model, model.model_id)
    told("get none", client.get_logged_model, "m-nope")
    told("params", client.log_model_params, model.model_id, {"width": "4"})
    told("tags", client.set_logged_model_tags, model.model_id, {"t": "2", "u": "3"})
    told("delete tag", client.delete_logged_model_tag, model.model_id, "u")
    told("delete tag, none", client.delete_logged_model_tag, model.model_id, "u")
    told("finalize", client.finalize_logged_model, model.model_id, "READY")
    told(
        "metric",
        client.log_metric,
        run_id,
        "acc",
        0.5,
        START,
        1,
        model_id=model.model_id,
        dataset_name="iris",
        dataset_digest="d1",
    )
    told("metrics", client.log_batch, run_id, [Metric("acc", 0.75, START + 1, 2, model_id=model.model_id)])
    told("with all", client.get_logged_model, model.model_id)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "weights.bin"
        path.write_bytes(b"123")
        told("artifact", client.log_model_artifact, model.model_id, str(path))
        told("artifacts", client.log_model_artifacts, other.model_id, name)
        told("list", client.list_logged_model_artifacts, model.model_id)
        told("list the other's", client.list_logged_model_artifacts, other.model_id)
        told("the run's", client.list_artifacts, run_id)
        uri = f"models:/{other.model_id}"
        told(
            "download",
            lambda: files_in(mlflow.artifacts.download_artifacts(uri)),
        )
    for text in (
        None,
        "name = 'net'",
        "name LIKE 'o%'",
        "params.depth = '3'",
        "tags.t = '2'",
        "metrics.acc > 0.6",
        "metrics.acc < 0.1",
        "model_type = 'classifier'",
        "creation_timestamp > 0",
        "nope.x = '1'",
    ):
        told(
            f"search {text}",
            lambda text=text: sorted(one.name for one in client.search_logged_models([experiment], text)),
        )
    told(
        "on data",
        lambda: [
            one.name for one in client.search_logged_models([experiment], datasets=[{"dataset_name": "iris"}])
        ],
    )
    for order in (
        [{"field_name": "name", "ascending": True}],
        [{"field_name": "metrics.acc", "ascending": False}],
        [{"field_name": "nope"}],
    ):
        told(
            f"order {order}",
            lambda order=order: [
                one.name for one in client.search_logged_models([experiment], order_by=order)
            ],
        )
    told("delete", client.delete_logged_model, other.model_id)
    told("deleted", client.get_logged_model, other.model_id)
    told("left", lambda: [one.name for one in client.search_logged_models([experiment])])
    assert LoggedModelParameter


def fluent(client, told):
    mlflow.set_tracking_uri(client.tracking_uri)
    told("experiment", lambda: mlflow.set_experiment("fluent").name)
    with mlflow.start_run(run_name="outer", tags={"a": "1"}, description="words") as outer:
        mlflow.log_param("p", 1)
        mlflow.log_params({"q": 2.5, "r": None})
        mlflow.log_metric("m", 0.5, step=3, timestamp=START)
        mlflow.log_metrics({"n": 1, "o": 2.0}, step=4, timestamp=START)
        mlflow.set_tags({"b": 2, "mlflow.note.content": "other words"})
        mlflow.delete_tag("a")
        mlflow.log_text("x", "x.txt")
        mlflow.log_dict({"a": 1}, "a.yaml")
        mlflow.log_input(
            mlflow.data.from_pandas(pd.DataFrame({"a": [1, 2]}), name="frame"), context="training"
        )
        told("uri", mlflow.get_artifact_uri, "x.txt")
        told("active", lambda: mlflow.active_run().info.run_id == outer.info.run_id)
        with mlflow.start_run(run_name="inner", nested=True):
            mlflow.log_metric("m", 1.5, step=1, timestamp=START)
        mlflow.set_experiment_tag("e", "f")
    told("outer", lambda: mlflow.get_run(outer.info.run_id))
    told("status", lambda: mlflow.get_run(outer.info.run_id).info.status)
    with mlflow.start_run(run_id=outer.info.run_id):
        mlflow.log_metric("m", 0.75, step=5, timestamp=START)
        told("again", lambda: mlflow.get_run(outer.info.run_id).info.status)
    with contextlib.suppress(ZeroDivisionError), mlflow.start_run(run_name="failing"):
        mlflow.log_metric("m", 1 / 0)
    frame = mlflow.search_runs(experiment_names=["fluent"], order_by=["attributes.run_name"])
    told("columns", lambda: sorted(frame.columns))
    told(
        "frame",
        lambda: frame[[name for name in frame if name.startswith(("metrics", "params", "tags.b", "status"))]],
    )
    told("last", lambda: mlflow.last_active_run().info.run_name)
    told("by name", lambda: mlflow.get_experiment_by_name("fluent").tags)
    told("log async", lambda: [mlflow.flush_async_logging(), None][1])


def autologging(client, told):
    mlflow.set_tracking_uri(client.tracking_uri)
    experiment = mlflow.set_experiment("autologging").experiment_id
    mlflow.sklearn.autolog(silent=True)
    random = np.random.default_rng(0)
    features = pd.DataFrame(random.normal(size=(60, 3)), columns=["a", "b", "c"])
    labels = (features["a"] > 0).astype(int)
    try:
        with mlflow.start_run(run_name="fit") as run:
            model = LogisticRegression(C=0.5).fit(features, labels)
            model.score(features, labels)
        mlflow.sklearn.autolog(silent=True, log_models=False)
        with mlflow.start_run(run_name="search"):
            GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(features, labels)
    finally:
        mlflow.sklearn.autolog(disable=True)
    fitted = client.get_run(run.info.run_id)
    told("fitted", lambda: [fitted.data.params, fitted.data.metrics, fitted.info.status])
    told("inputs", lambda: fitted.inputs)
    told("tags", lambda: sorted(fitted.data.tags))
    told("files", tree, client, run.info.run_id)
    (output,) = fitted.outputs.model_outputs
    logged = client.get_logged_model(output.model_id)
    told("model", lambda: [logged.name, logged.status, logged.params, len(logged.metrics)])
    loaded = mlflow.sklearn.load_model(f"models:/{logged.model_id}")
    told("prediction", lambda: loaded.predict(features))
    runs = client.search_runs([experiment], order_by=["attributes.start_time", "params.C"])
    told("runs", lambda: sorted([sorted(one.data.params.items()), sorted(one.data.metrics)] for one in runs))
    told("children", lambda: sum("mlflow.parentRunId" in one.data.tags for one in runs))


def trainer(client, told):
    """A small Trainer, which logs through the MLflowCallback that transformers has."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    mlflow.set_tracking_uri(client.tracking_uri)
    experiment = mlflow.set_experiment("trainer").experiment_id
    torch.manual_seed(0)
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    model = BertForSequenceClassification(BertConfig(vocab_size=20, **sizes))
    rows = [{"input_ids": [at % 20, 1, 2], "labels": at % 2} for at in range(16)]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder,
            num_train_epochs=2,
            per_device_train_batch_size=4,
            logging_steps=2,
            eval_strategy="epoch",
            save_strategy="no",
            report_to=["mlflow"],
            run_name="small",
            use_cpu=True,
            seed=0,
        )
        Trainer(model, arguments, train_dataset=rows, eval_dataset=rows).train()
    mlflow.end_run()
    (run,) = client.search_runs([experiment])
    timed = ("runtime", "per_second", "flos", "dir", "id2label")
    told("params", lambda: {key: text for key, text in run.data.params.items() if not key.endswith(timed)})
    told(
        "metrics", lambda: {key: value for key, value in run.data.metrics.items() if not key.endswith(timed)}
    )
    told("names", lambda: sorted(run.data.metrics))
    for key in ("loss", "eval_loss", "learning_rate"):
        told(
            key,
            lambda key=key: [
                [one.step, one.value] for one in client.get_metric_history(run.info.run_id, key)
            ],
        )
    told("run", lambda: [run.info.run_name, run.info.status])


def tree(client, run_id, path=None):
    """Return all files of a run by name; the sizes of descriptions differ with the ids in them."""
    found = {}
    for one in client.list_artifacts(run_id, path):
        found |= tree(client, run_id, one.path) if one.is_dir else {one.path: one.file_size > 0}
    return found


SCENES = [
    experiments,
    search_experiments,
    runs,
    metrics,
    search,
    inputs,
    artifacts,
    logged_models,
    fluent,
    autologging,
    *([trainer] if find_spec("transformers") and find_spec("torch") else []),
]

import csv
import io
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from written import Series, write_run


def table_of(response):
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/vnd.apache.arrow.stream"
    reader = pa.ipc.open_stream(response.content)
    batches = list(reader)
    assert len(batches) == 1
    return pa.Table.from_batches(batches), json.loads(reader.schema.metadata[b"ridgeline"])


def test_list(client, golden):
    columns = ["run.hparams.lr", "run.head", 'run.metrics["f1", {"lang": "de"}].best']
    answer = client.get(
        "/api/runs",
        params={"q": "run.hparams.lr > 2e-5", "sort": "-run.hparams.lr, run.name", "columns": columns},
    )
    golden("runs", answer.json())


def test_newest_first_a_page_at_a_time(client):
    ids = [client.get("/api/runs", params={"limit": 2, "offset": start}).json() for start in (0, 2, 4, 6)]
    assert [[run["id"] for run in page["runs"]] for page in ids] == [
        ["run5", "run4"],
        ["run3", "run2"],
        ["run1", "run0"],
        [],
    ]
    assert {page["matched"] for page in ids} == {6}


def test_arrow(client, golden):
    params = {
        "columns": ["varying", "run.metrics['loss'].last", "run.name == 'name-run1'", "run.tags"],
        "sort": "run.name",
    }
    table, meta = table_of(client.get("/api/runs.arrow", params=params))
    golden("runs-arrow-meta", meta)
    assert table.column_names[:8] == [
        "id",
        "name",
        "experiment",
        "status",
        "created",
        "ended",
        "archived",
        "tags",
    ]
    for name in ("id", "name", "experiment", "status"):
        assert table.schema.field(name).type == pa.dictionary(pa.int32(), pa.string())
    assert table.schema.field("created").type == pa.float64()
    assert table.schema.field("tags").type == pa.string()
    assert table["id"].to_pylist() == [f"run{n}" for n in range(6)]
    assert table["run.hparams.lr"].to_pylist() == [1e-5, 1e-5, 3e-5, 3e-5, 1e-4, 1e-4]
    assert table["run.hparams.seed"].type == pa.float64()
    assert table["run.head"].to_pylist() == [None, "linear"] * 3
    assert table["run.name == 'name-run1'"].to_pylist() == [False, True, False, False, False, False]
    assert json.loads(table["run.tags"].to_pylist()[0]) == []


def test_varying_leaves_constants_out(client):
    assert table_of(client.get("/api/runs.arrow?columns=varying"))[0].column_names[8:] == [
        "run.head", "run.hparams.lr", "run.hparams.seed",
    ]  # fmt: skip
    assert "run.hparams.batch" in table_of(client.get("/api/runs.arrow?columns=params"))[0].column_names


def test_no_run_matches(client):
    table, meta = table_of(
        client.get("/api/runs.arrow", params={"q": "run.hparams.lr > 1", "columns": "varying"})
    )
    assert (table.num_rows, meta["matched"], meta["total"]) == (0, 0, 6)


def test_mixed_and_odd_values(tmp_path, serve):
    for number, value in enumerate([1, "x", True, None, math.nan, [1, 2], {}]):
        write_run(tmp_path, f"r{number}", {"p": value}, [], 1000.0 + number)
    client = serve(tmp_path / ".ridgeline").client
    table, meta = table_of(client.get("/api/runs.arrow?columns=run.p&sort=run.name"))
    assert meta["columns"] == [
        {"name": "run.p", "kind": "param", "type": "mixed", "varying": True, "goal": None}
    ]
    assert table["run.p"].to_pylist() == ["1", "x", "true", None, "NaN", "[1, 2]", "{}"]
    listed = client.get("/api/runs?columns=run.p&sort=run.name").json()["runs"]
    assert [run["values"][0] for run in listed] == [1, "x", True, None, "nan", [1, 2], {}]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_export(client, kind):
    answer = client.get(
        "/api/export", params={"format": kind, "q": "run.hparams.seed == 1", "sort": "run.name"}
    )
    assert answer.headers["content-disposition"] == f'attachment; filename="runs.{kind}"'
    if kind == "csv":
        head, first, *_ = answer.text.splitlines()
        assert head.startswith('"id","name","experiment"')
        assert first.startswith('"run1"')
    else:
        table = pq.read_table(io.BytesIO(answer.content))
        assert table["id"].to_pylist() == ["run1", "run3", "run5"]
        assert table["params.hparams.lr"].to_pylist() == [1e-5, 3e-5, 1e-4]


class TestEdits:
    @pytest.fixture
    def client(self, tmp_path, serve):
        for number in range(3):
            write_run(tmp_path, f"r{number}", {}, [Series("f1", [(0, 1.0)])], 1000.0 + number)
        return serve(tmp_path / ".ridgeline").client

    def patch(self, client, **edit):
        answer = client.patch("/api/runs", json=edit)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def test_name_note_tags_experiment(self, client):
        before = client.get("/api/project").json()["generation"]
        done = self.patch(
            client, ids=["r0", "r2"], name="new", note="a note", experiment="other", add_tags=["lab", "best"]
        )
        assert done["changed"] == 2
        assert done["generation"] != before
        run = client.get("/api/runs/r2").json()
        assert (run["name"], run["note"], run["experiment"], run["tags"]) == (
            "new",
            "a note",
            "other",
            ["best", "lab"],
        )
        self.patch(client, ids=["r2"], remove_tags=["lab"])
        assert client.get("/api/runs/r2").json()["tags"] == ["best"]

    def test_a_note_alone_changes_nothing_else(self, client):
        """Aim's description edit archives the run."""
        self.patch(client, ids=["r1"], note="only this")
        run = client.get("/api/runs/r1").json()
        assert (run["archived"], run["name"], run["note"]) == (False, "name-r1", "only this")

    def test_archive_and_delete_and_back(self, client):
        def ids(q=""):
            return {run["id"] for run in client.get("/api/runs", params={"q": q}).json()["runs"]}

        self.patch(client, ids=["r0"], archived=True)
        assert ids() == {"r1", "r2"}
        assert ids("run.archived") == {"r0"}
        self.patch(client, ids=["r1"], deleted=True)
        assert ids() == {"r2"}
        assert client.get("/api/runs/r1").status_code == 404
        self.patch(client, ids=["r0"], archived=False)
        self.patch(client, ids=["r1"], deleted=False)
        assert ids() == {"r0", "r1", "r2"}

    def test_an_unknown_run_changes_none(self, client):
        answer = client.patch("/api/runs", json={"ids": ["r0", "r9"], "name": "x"})
        assert (answer.status_code, answer.json()["slug"]) == (404, "run-not-found")
        assert client.get("/api/runs/r0").json()["name"] == "name-r0"

    @pytest.mark.parametrize(
        "body",
        [
            {}, {"ids": []}, {"ids": "r0"}, {"ids": ["../r0"]}, {"ids": ["r0"], "archived": "yes"}, {"ids": ["r0"], "nam": "x"},
            {"ids": ["r0"], "add_tags": [1]}, {"ids": ["r0"], "name": "x" * 20_000}, [], "x",
        ],
    )  # fmt: skip
    def test_a_wrong_body_is_refused(self, client, body):
        answer = client.patch("/api/runs", json=body)
        assert answer.status_code == 422
        assert answer.json()["slug"] == "bad-request"

    def test_a_blank_name_is_refused(self, client):
        answer = client.patch("/api/runs", json={"ids": ["r0"], "name": " "})
        assert (answer.status_code, answer.json()["slug"]) == (400, "bad-edit")


def test_deleted_runs_are_listed_apart_and_brought_back(serve, tmp_path):
    for number in range(3):
        write_run(tmp_path, f"run{number}", {"lr": number}, [Series("loss", [(0, number)])], 1000.0 + number)
    client = serve(tmp_path / ".ridgeline").client
    client.patch("/api/runs", json={"ids": ["run0", "run2"], "deleted": True})
    asked = {"deleted": 1, "columns": ["run.lr", "run.metrics['loss'].last"]}
    listed = client.get("/api/runs", params=asked).json()
    assert (listed["total"], [(run["id"], run["values"]) for run in listed["runs"]]) == (
        2,
        [("run2", [2, 2.0]), ("run0", [0, 0.0])],
    )
    table, meta = table_of(client.get("/api/runs.arrow", params=asked | {"q": "run.lr > 1"}))
    assert (table["id"].to_pylist(), meta["total"], meta["matched"]) == (["run2"], 2, 1)
    assert client.get("/api/runs").json()["total"] == 1
    lines = client.get("/api/lines.csv", params={"m": "loss", "deleted": 1}).text
    assert {row["run"] for row in csv.DictReader(io.StringIO(lines))} == {"run0", "run2"}
    client.patch("/api/runs", json={"ids": ["run0"], "deleted": False})
    assert client.get("/api/runs").json()["total"] == 2

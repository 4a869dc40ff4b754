"""runs, metrics, params, show, export: what they print, and what they say when asked wrongly."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest

import ridgeline

pytestmark = pytest.mark.usefixtures("repo")


def test_runs_for_people(ridgeline_command):
    code, out, _ = ridgeline_command(
        "runs", "--column", 'run.metrics["f1", {"lang": "de"}].last', "--sort", "-run.lr"
    )
    assert code == 0
    header, *rows = out.splitlines()
    assert header.split() == [
        "id",
        "name",
        "experiment",
        "status",
        "created",
        "duration",
        "tags",
        "f1",
        "lang=de",
        "last",
    ]
    assert [row.split()[1] for row in rows] == ["run-1", "run-0", "broken"]
    assert rows[0].split()[-1] == "0.52"
    assert "failed" in rows[2]


def test_runs_as_json(ridgeline_command):
    _, out, _ = ridgeline_command("runs", "run.lr > 0.005", "--json")
    (run,) = json.loads(out)
    assert (run["id"], run["status"], run["tags"], run["params.lr"]) == ("id1", "finished", ["lab"], 0.01)
    assert run["created"].endswith("+00:00")


def test_json_keeps_the_type_of_each_value(ridgeline_command):
    with ridgeline.Run(run_id="id3", params={"lr": "auto", "layers": [64, 32]}, capture=False):
        pass
    runs = {run["id"]: run for run in json.loads(ridgeline_command("runs", "--json")[1])}
    assert [runs[i]["params.lr"] for i in ("id0", "id3", "id2")] == [0.001, "auto", None]
    assert runs["id3"]["params.layers"] == [64, 32]
    lr = next(p for p in json.loads(ridgeline_command("params", "--json")[1]) if p["param"] == "run.lr")
    assert lr["values"] == [0.001, 0.01, "auto"]


def test_people_get_the_newest_and_programs_get_all(ridgeline_command):
    for number in range(20):
        ridgeline.Run(run_id=f"more{number}", capture=False).close()
    _, out, err = ridgeline_command("runs")
    assert [line.split()[0] for line in out.splitlines()[1:]] == [f"more{n}" for n in range(19, -1, -1)]
    assert "20 of 23; --limit 0 prints all." in err
    _, out, err = ridgeline_command("runs", "--json")
    assert (len(json.loads(out)), err) == (23, "")
    assert len(ridgeline_command("runs", "--limit", "0")[1].splitlines()) == 24
    _, _, err = ridgeline_command("metrics", "--points", "--limit", "3")
    assert "3 of 13;" in err


def test_runs_as_csv_and_limit(ridgeline_command):
    _, out, _ = ridgeline_command("runs", "--csv", "--limit", "2")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["name"] for row in rows] == ["broken", "run-1"]


def test_runs_as_parquet(ridgeline_command, repo):
    code, out, err = ridgeline_command("runs", "--parquet", "runs.parquet")
    assert (code, out) == (0, "")
    assert "3 rows in runs.parquet" in err
    assert pq.read_table(repo / "runs.parquet").num_rows == 3


@pytest.mark.parametrize(
    "arguments",
    [["runs", "--parquet", "none/runs.parquet"], ["export", "none/points.csv"], ["export", "taken.parquet"]],
)
def test_a_file_that_cannot_be_written(ridgeline_command, repo, arguments):
    (repo / "taken.parquet").mkdir()
    code, _, err = ridgeline_command(*arguments)
    assert (code, len(err.splitlines())) == (2, 1)
    assert f"The file {arguments[-1]!r} cannot be written" in err
    assert list(repo.glob(".*.part")) == []


def test_formats_exclude_each_other(ridgeline_command):
    code, _, err = ridgeline_command("runs", "--json", "--csv")
    assert code == 2
    assert "exclude each other" in err


def test_a_wrong_expression_has_a_caret_and_exit_code_2(ridgeline_command):
    code, out, err = ridgeline_command("runs", "run.lr >")
    assert (code, out) == (2, "")
    assert err.startswith("ridgeline: ")
    assert "^" in err
    code, _, err = ridgeline_command("runs", "rum.lr > 1")
    assert code == 2
    assert "Unknown name 'rum'" in err


def test_an_unknown_param_is_a_warning_with_the_nearest(ridgeline_command):
    code, _, err = ridgeline_command("runs", "run.sed == 0")
    assert code == 0
    assert "run.seed" in err


def test_metrics(ridgeline_command):
    _, out, _ = ridgeline_command("metrics", "-m", "f1", "--json")
    rows = json.loads(out)
    assert [(row["id"], row["run"], row["points"], row["last"]) for row in rows] == [
        ("id0", "run-0", 3, 0.502),
        ("id1", "run-1", 3, 0.52),
    ]
    assert rows[0]["context"] == {"lang": "de"}
    _, out, _ = ridgeline_command("metrics", "-m", "loss", "--points", "--json", "--limit", "0")
    assert [row["value"] for row in json.loads(out)] == [1.0, 0.75, 0.5, 1.0, 0.75, 0.5, None]


def test_params(ridgeline_command):
    _, out, _ = ridgeline_command("params", "--json")
    assert json.loads(out) == [
        {"param": "run.lr", "runs": 2, "distinct": 2, "values": [0.001, 0.01]},
        {"param": "run.seed", "runs": 2, "distinct": 1, "values": [0]},
    ]


def test_show_by_name_and_by_beginning_of_id(ridgeline_command):
    _, out, _ = ridgeline_command("show", "broken")
    assert "ZeroDivisionError" in out
    _, out, _ = ridgeline_command("show", "id1", "--json")
    document = json.loads(out)
    assert document["params"] == {"lr": 0.01, "seed": 0}
    assert {m["name"] for m in document["metrics"]} == {"f1", "loss"}
    assert document["duration"] > 0
    assert document["objects"] == []


def test_show_counts_texts_and_pictures(ridgeline_command):
    with ridgeline.Run(run_id="id3", capture=False) as run:
        for step in range(2):
            run.track(ridgeline.Text("hello"), name="sample", step=step, context={"lang": "de"})
    _, out, _ = ridgeline_command("show", "id3")
    assert out.splitlines()[-1].split()[:4] == ["sample", "lang=de", "2", "text/plain;"]
    (found,) = json.loads(ridgeline_command("show", "id3", "--json")[1])["objects"]
    assert (found["name"], found["context"], found["count"]) == ("sample", {"lang": "de"}, 2)


def test_show_of_a_run_that_is_not_there(ridgeline_command):
    code, _, err = ridgeline_command("show", "run-3")
    assert code == 2
    assert "Did you mean 'run-" in err


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_export_of_points(ridgeline_command, repo, suffix):
    code, _, err = ridgeline_command("export", f"points.{suffix}", 'metric.name == "f1"')
    assert code == 0
    assert f"6 points in points.{suffix}" in err
    if suffix == "parquet":
        table = pq.read_table(repo / "points.parquet")
        assert table.column_names == ["run", "name", "context", "step", "epoch", "time", "value"]
        assert table.column("value").to_pylist() == [0.5, 0.501, 0.502, 0.5, 0.51, 0.52]
    else:
        rows = list(csv.DictReader((repo / "points.csv").read_text().splitlines()))
        assert [float(row["value"]) for row in rows] == [0.5, 0.501, 0.502, 0.5, 0.51, 0.52]


def test_export_of_runs_as_csv_writes_tags_as_text(ridgeline_command, repo):
    code, _, err = ridgeline_command("export", "runs.csv", "--what", "runs")
    assert code == 0
    assert "3 runs in runs.csv" in err
    rows = list(csv.DictReader((repo / "runs.csv").read_text().splitlines()))
    assert [row["tags"] for row in rows] == ['["lab"]', '["lab"]', "[]"]
    assert [row["params.lr"] for row in rows] == ["0.001", "0.01", ""]


def test_export_of_nothing_is_an_empty_table(ridgeline_command, repo):
    code, _, _ = ridgeline_command("export", "none.parquet", 'metric.name == "f1" and run.lr > 5')
    assert code == 0
    assert pq.read_table(repo / "none.parquet").num_rows == 0


def test_export_to_an_unknown_format(ridgeline_command):
    code, _, err = ridgeline_command("export", "points.xlsx")
    assert code == 2
    assert ".parquet or .csv" in err


def test_no_repo_here(ridgeline_command, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir("/")
    code, _, err = ridgeline_command("runs")
    assert code == 2
    assert "repo-not-found" in err


def test_a_url_is_no_folder_yet(ridgeline_command):
    code, _, err = ridgeline_command("runs", "--repo", "http://tracker:7117")
    assert code == 2
    assert "remote-not-yet" in err


def test_nan_is_not_shown_as_missing(ridgeline_command):
    _, out, _ = ridgeline_command("metrics", 'run.name == "broken"', "--points")
    assert out.splitlines()[1].split()[-1] == "nan"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["frobnicate"], "No such command 'frobnicate'."),
        (["runs", "--limit", "x"], "--limit"),
        (["runs", "--nope"], "No such option: --nope."),
    ],
)
def test_misuse_is_one_line_and_ends_with_2(ridgeline_command, arguments, says):
    code, out, err = ridgeline_command(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_help_and_version(ridgeline_command):
    assert ridgeline_command("--help")[0] == 0
    assert ridgeline_command("--version")[1].strip() == "0.1.0"
    code, out, err = ridgeline_command()
    assert (code, err) == (2, "")
    assert "Commands" in out

"""Runs of MLflow, taken over from stores that MLflow made."""

import os
import sqlite3

import numpy as np
import pytest

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import InputError, StorageError
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.mlflow.address import open_store
from ridgeline.sync.mlflow.store import MlflowSource, Selection
from ridgeline.sync.passes import Passes
from ridgeline.sync.take_over import Moved

PATTERNS = ("f1_{lang}", "eval/{name}/{lang}")


@pytest.fixture(params=["mlflow.db", "mlruns"])
def store_path(request, stores):
    return stores / request.param


def passes(repo, path, *, patterns=PATTERNS, failed=None, **selection):
    return Passes(
        repo,
        MlflowSource(open_store(str(path)), ContextPatterns(patterns), Selection(**selection)),
        on_failure=lambda run, why: failed.append((run, why)) if failed is not None else pytest.fail(why),
    )


def run_named(repo, name):
    repo.refresh()
    (found,) = [run for run in repo.runs() if run.name == name]
    return repo.run(found.id)


def test_all_that_a_run_has_comes_over(repo, store_path):
    assert passes(repo, store_path).once() == Moved(runs=4, points=183)
    run = run_named(repo, "Größe 1")
    assert (run.experiment, run.status, run.note, set(run.tags)) == (
        "pos-1",
        "finished",
        "A *note*.",
        {"lab", "team=nlp"},
    )
    assert run.params == {"lr": 6e-05, "optim": {"name": "adam"}, "layers": [1, 2], "version": "01"}
    assert run.env["command"] == ["train.py"]
    assert run_named(repo, "killed").status == "stopped"


def test_metrics_keep_steps_times_contexts_and_what_is_no_number(repo, store_path):
    passes(repo, store_path).once()
    repo.refresh()
    frame = repo.metrics('run.name == "Größe 0"').to_pandas()
    loss = frame[frame.name == "loss"].sort_values("step")
    assert loss.step.tolist() == list(range(20))
    assert np.isnan(loss.value.iloc[3])
    assert loss.value.iloc[4] == 0.4
    assert loss.time.is_monotonic_increasing
    assert frame[frame.name == "big"].value.tolist() == [float("inf")]
    assert set(frame[frame.name == "f1"].context) == {'{"lang": "fr"}', '{"lang": "de"}'}


def test_a_second_pass_moves_nothing_neither_does_one_of_another_process(repo, store_path):
    first = passes(repo, store_path)
    assert first.once()
    assert not first.once()
    assert not passes(repo, store_path).once()
    with Repo(repo.root) as another:
        assert not passes(another, store_path).once()


def test_what_grows_is_followed_and_comes_over_once(repo, stores):
    path = stores / "mlflow.db"
    watching = passes(repo, path, patterns=())
    watching.once()
    run = run_named(repo, "Größe 2")
    with sqlite3.connect(path) as changed:
        changed.execute("UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE run_uuid = ?", (run.id,))
        row = changed.execute("SELECT MAX(timestamp) FROM metrics WHERE run_uuid = ?", (run.id,)).fetchone()
        new = [("loss", 0.01 * i, row[0] + 1000 * i, run.id, 20 + i, False) for i in range(1, 6)]
        changed.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)",
            new,
        )
        changed.execute("UPDATE latest_metrics SET step = 25 WHERE run_uuid = ? AND key = 'loss'", (run.id,))
        changed.execute("UPDATE runs SET name = 'renamed' WHERE run_uuid = ?", (run.id,))
        changed.execute("INSERT INTO tags (key, value, run_uuid) VALUES ('best', 'true', ?)", (run.id,))
    changed.close()
    assert watching.once() == Moved(points=5, edits=2)
    found = run_named(repo, "renamed")
    assert "best" in found.tags
    values = repo.metrics('run.name == "renamed" and metric.name == "loss"').to_pandas().sort_values("step")
    assert values.step.tolist() == list(range(20)) + list(range(21, 26))
    assert not watching.once()


def test_what_people_changed_here_stays(repo, store_path):
    passes(repo, store_path).once()
    run = run_named(repo, "Größe 0")
    repo.edit([run.id], name="mine", note="my own", add_tags=["chosen"])
    assert not passes(repo, store_path).once()
    found = run_named(repo, "mine")
    assert (found.note, "chosen" in found.tags) == ("my own", True)


def test_a_pass_that_was_killed_is_finished_by_the_next(repo, store_path):
    class KilledError(Exception):
        pass

    def stop(done, _of):
        if done == 2:
            raise KilledError

    first = passes(repo, store_path)
    first.on_run = stop
    with pytest.raises(KilledError):
        first.once()
    second = passes(repo, store_path).once()
    assert 0 < second.runs <= 2
    assert not passes(repo, store_path).once()


def test_experiments_and_artifacts_are_chosen(repo, stores):
    passes(repo, stores / "mlruns", experiment="pos-[1]").once()
    repo.refresh()
    assert {run.experiment for run in repo.runs()} == {"pos-1"}
    with pytest.raises(InputError, match="regular expression"):
        passes(repo, stores / "mlruns", experiment="(").once()


def test_artifacts_are_linked_where_they_lie(repo, stores):
    for meta in (stores / "mlruns").glob("*/*/meta.yaml"):
        text = meta.read_text()
        meta.write_text(text.replace("file:///nowhere", (stores / "mlruns").as_uri()))
    passes(repo, stores / "mlruns", exclude_artifacts=("*.bin",)).once()
    artifact = run_named(repo, "Größe 0").artifacts["notes/hello.txt"]
    assert artifact.uri.startswith("file://")
    assert (artifact.size_bytes, artifact.mime) == (5, "text/plain")


def test_a_run_that_cannot_be_read_does_not_stop_the_others(repo, stores):
    broken = sorted((stores / "mlruns").glob("*/*/meta.yaml"))[1]
    broken.write_text("run_name: [half")
    failed = []
    assert passes(repo, stores / "mlruns", failed=failed).once().runs == 3
    assert [run for run, _ in failed] == [broken.parent.name]
    assert "meta.yaml" in failed[0][1]


def test_a_line_that_is_half_written_is_left_for_later(repo, stores):
    path = next((stores / "mlruns").rglob("metrics/loss"))
    whole = path.read_text()
    path.write_text(whole[:-3])
    passes(repo, stores / "mlruns").once()
    path.write_text(whole)
    os.utime(path)
    assert passes(repo, stores / "mlruns").once() == Moved(points=1)


def test_artifacts_are_copied_where_asked(repo, stores):
    for meta in (stores / "mlruns").glob("*/*/meta.yaml"):
        meta.write_text(meta.read_text().replace("file:///nowhere", (stores / "mlruns").as_uri()))
    passes(repo, stores / "mlruns").once()
    passes(repo, stores / "mlruns", copy_artifacts=True).once()
    artifact = run_named(repo, "Größe 0").artifacts["notes/hello.txt"]
    assert BlobStore(repo.layout.blobs).read(artifact.blob) == b"hello"
    assert not passes(repo, stores / "mlruns", copy_artifacts=True).once()


def test_a_run_that_goes_on_is_running_while_it_is_watched(repo, stores):
    path = stores / "mlflow.db"
    change(path, "UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE name = 'Größe 1'")
    with LiveRuns() as live:
        watching = passes(repo, path)
        watching.live = live
        watching.once()
        assert run_named(repo, "Größe 1").status == "running"
        change(path, "UPDATE runs SET status = 'KILLED', end_time = start_time + 9000 WHERE name = 'Größe 1'")
        watching.once()
        assert run_named(repo, "Größe 1").status == "stopped"


def test_a_run_that_nobody_watches_any_more_is_lost_until_somebody_does(repo, stores):
    path = stores / "mlflow.db"
    change(path, "UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE name = 'Größe 1'")
    for _ in range(2):
        with LiveRuns() as live:
            watching = passes(repo, path)
            watching.live = live
            watching.once()
            assert run_named(repo, "Größe 1").status == "running"
        repo.refresh()
        assert run_named(repo, "Größe 1").status == "lost"


def test_a_database_of_a_schema_that_we_do_not_know(stores):
    change(stores / "mlflow.db", "ALTER TABLE runs RENAME COLUMN status TO state")
    with pytest.raises(StorageError, match=r"of schema [0-9a-f]{12}: no such column.*through its server"):
        open_store(str(stores / "mlflow.db"))


@pytest.mark.parametrize("uri", ["postgresql+psycopg2://ada:secret@host/db", "mysql://host/db"])
def test_a_database_elsewhere_is_read_through_its_server(uri):
    with pytest.raises(InputError, match="through its tracking server") as caught:
        open_store(uri)
    assert "secret" not in str(caught.value)


def change(path, query):
    with sqlite3.connect(path) as opened:
        opened.execute(query)
    opened.close()


@pytest.mark.parametrize("uri", ["sqlite:////nowhere/mlflow.db", "/nowhere", "databricks", "mysql://host/db"])
def test_what_is_no_store(uri):
    with pytest.raises(InputError):
        open_store(uri)


def test_what_is_no_database_of_mlflow(tmp_path):
    (tmp_path / "other.db").write_bytes(b"SQLite format 3\x00" + b"x" * 100)
    with pytest.raises(StorageError, match="MLflow"):
        open_store(str(tmp_path / "other.db"))

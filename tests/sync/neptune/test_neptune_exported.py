"""Files of the layout that neptune-exporter's README documents; its service is gone, so none can be made by it."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ridgeline.core.errors import InputError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.neptune.exported import NeptuneExport

WHEN = pa.timestamp("ms", "UTC")
SCHEMA = pa.schema(
    {
        "project_id": pa.string(), "run_id": pa.string(), "attribute_path": pa.string(), "attribute_type": pa.string(),
        "step": pa.decimal128(18, 6), "timestamp": WHEN, "int_value": pa.int64(), "float_value": pa.float64(),
        "string_value": pa.string(), "bool_value": pa.bool_(), "datetime_value": WHEN,
        "string_set_value": pa.list_(pa.string()), "file_value": pa.struct({"path": pa.string()}),
        "histogram_value": pa.struct(
            {"type": pa.string(), "edges": pa.list_(pa.float64()), "values": pa.list_(pa.float64())}
        ),
    }
)  # fmt: skip
START = datetime(2025, 11, 1, tzinfo=UTC)


def value(path, kind, given):
    return {"attribute_path": path, "attribute_type": kind, f"{kind}_value": given}


def point(path, kind, step, column, given):
    when = datetime.fromtimestamp(START.timestamp() + float(step), UTC)
    return {
        "attribute_path": path, "attribute_type": kind, "step": Decimal(str(step)), "timestamp": when, column: given,
    }  # fmt: skip


ATTRIBUTES = [
    value("sys/name", "string", "Größe"),
    value("sys/creation_time", "datetime", START),
    value("sys/owner", "string", "ada"),
    value("sys/description", "string", "A note."),
    value("sys/failed", "bool", True),
    value("sys/tags", "string_set", ["lab", "best"]),
    value("sys/id", "string", "POS-1"),
    value("config/lr", "float", 0.1),
    value("config/optim/name", "string", "adam"),
    value("config/layers", "int", 3),
    value("plots/curve", "file", None) | {"file_value": {"path": "org-pos/run-a/curve.png"}},
    *(point("train/loss", "float_series", step, "float_value", 2.0 / (step + 1)) for step in range(5)),
    *(point("train/acc", "float_series", step / 2, "float_value", 0.1 * step) for step in range(4)),
    point("monitoring/ab12cd34/cpu", "float_series", 0, "float_value", 50.0),
    point("monitoring/ab12cd34/stdout", "string_series", 0, "string_value", "printed line\n"),
    point("sample", "string_series", 1, "string_value", "hello"),
    point("weights", "histogram_series", 1, "histogram_value", {"type": "COUNTING", "edges": [0.0, 1.0, 2.0], "values": [3.0, 4.0]}),
    point("shown", "file_series", 1, "file_value", {"path": "org-pos/run-a/shown_1.png"}),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "data" / "org_pos_1a2b"
    data.mkdir(parents=True)
    for run in ("run-a", "run-b"):
        rows = [{"project_id": "org/pos", "run_id": run, **one} for one in ATTRIBUTES]
        # An export is cut into parts at any row.
        pq.write_table(pa.Table.from_pylist(rows[:14], SCHEMA), data / f"{run}_part_0.parquet")
        pq.write_table(pa.Table.from_pylist(rows[14:], SCHEMA), data / f"{run}_part_1.parquet")
    files = tmp_path / "files" / "org-pos" / "run-a"
    files.mkdir(parents=True)
    for name in ("curve.png", "shown_1.png"):
        (files / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path / "data"


def source(path, *patterns):
    return NeptuneExport(path, None, ContextPatterns(patterns))


def test_all_that_a_run_has_comes_over(repo, taken, folder):
    moved, told = taken(source(folder, "{subset}/{name}"))
    assert (moved.runs, moved.points, moved.objects, moved.lines, told) == (2, 20, 6, 2, [])
    run = repo.run("run-a.org.pos")
    assert (run.name, run.experiment, run.status, run.note) == ("Größe", "org/pos", "failed", "A note.")
    assert run.tags == ("best", "lab")
    assert run.created == START
    assert run.params == {
        "config": {"lr": 0.1, "optim": {"name": "adam"}, "layers": 3},
        "neptune": {"id": "run-a", "short_id": "POS-1"},
    }
    loss = run.points("loss", {"subset": "train"}).to_pandas()
    assert loss.step.tolist() == [0, 1, 2, 3, 4]
    assert (loss.time - START.timestamp()).tolist() == [0, 1, 2, 3, 4]
    acc = run.points("acc").to_pandas()
    assert acc.step.tolist() == [0, 0, 1, 1]
    assert acc.epoch.tolist() == [0, 0.5, 1, 1.5]
    (cpu,) = [metric for metric in run.metrics if metric.name == "system.cpu"]
    assert cpu.context == {"process": "ab12cd34"}


def test_objects_artifacts_and_console(repo, taken, folder):
    taken(source(folder))
    run = repo.run("run-a.org.pos")
    objects = {one.name: one for one in run.objects()}
    assert {name: one.kind for name, one in objects.items()} == {
        "sample": "text", "weights": "distribution", "shown": "image",
    }  # fmt: skip
    assert json.loads(objects["weights"].read()) == {"counts": [3, 4], "edges": [0, 1, 2]}
    assert set(run.artifacts) == {"plots/curve", "shown/step-1.png"}
    assert [(line.stream, line.text) for line in run.console()] == [("stdout", "printed line")]


def test_a_second_pass_moves_nothing(taken, folder):
    first = source(folder)
    assert taken(first)[0]
    assert not taken(first)[0]
    assert not taken(source(folder))[0]


def test_what_is_damaged_missing_or_of_another_version_is_told_of(taken, folder):
    parts = sorted(folder.rglob("*.parquet"))
    parts[2].write_bytes(parts[2].read_bytes()[:100])
    pq.write_table(pa.table({"run_id": ["x"]}), folder / "other.parquet")
    (folder.parent / "files" / "org-pos" / "run-a" / "curve.png").unlink()
    moved, told = taken(source(folder))
    why = dict(told)
    assert moved.runs == 2
    assert "curve.png" in why["run-a.org.pos"]
    assert "no column 'project_id'" in why["other"]
    assert "whole" in why["run-b_part_0"]


def test_what_is_no_export(tmp_path):
    with pytest.raises(InputError, match="neptune-exporter"):
        source(tmp_path)

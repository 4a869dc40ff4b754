import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.tables.mapping import Asked
from ridgeline.sync.tables.source import TableFile

WIDE = """run_id,step,time,split,loss,f1,lr,optimizer,comment
a,0,2025-01-01T00:00:00,train,2.0,,0.1,adam,
a,1,2025-01-01T00:00:10,train,nan,,0.1,adam,
a,0,2025-01-01T00:00:20,val,1.5,0.5,0.1,adam,
b,0,2025-01-01T00:00:00,train,3.0,,0.2,sgd,
b,5,2025-01-01T00:01:00,val,2.5,0.25,0.2,sgd,
"""
LONG = """run,metric,step,value,seed
a,loss,0,2.0,1
a,f1_fr,0,0.5,1
a,loss,1,1.0,1
b,loss,0,9.0,2
"""


def table(path, text=None, asked=None, *patterns, experiment=""):
    if text is not None:
        path.write_text(text)
    told = []
    source = TableFile(path, asked or Asked(), ContextPatterns(patterns), experiment, told.append)
    source.told = told
    return source


def named(repo, name):
    (found,) = [run for run in repo.runs() if run.name == name]
    return found


def test_a_wide_table_is_understood_by_its_names_and_values(repo, taken, tmp_path):
    source = table(tmp_path / "results.csv", WIDE)
    moved, told = taken(source)
    assert (moved.runs, moved.points, told) == (2, 7, [])
    assert str(source.told[0]) == (
        "run run_id; step step; time time; metrics loss, f1; params lr, optimizer; contexts split; left out comment"
    )
    run = named(repo, "a")
    assert (run.experiment, run.status, run.duration) == ("results", "finished", 20)
    assert run.params == {"lr": 0.1, "optimizer": "adam"}
    loss = run.points("loss", {"split": "train"}).to_pandas()
    assert loss.step.tolist() == [0, 1]
    np.testing.assert_array_equal(loss.value, [2.0, np.nan])
    assert loss.time.tolist() == [1735689600, 1735689610]


def test_a_long_table(repo, taken, tmp_path):
    moved, _ = taken(table(tmp_path / "long.csv", LONG, None, "f1_{lang}"))
    assert (moved.runs, moved.points) == (2, 4)
    run = named(repo, "a")
    assert run.params == {"seed": 1}
    assert run.points("f1", {"lang": "fr"}).to_pandas().value.tolist() == [0.5]
    assert run.points("loss").to_pandas().value.tolist() == [2.0, 1.0]


def test_what_is_said_of_columns_counts(repo, taken, tmp_path):
    asked = Asked(
        run="optimizer",
        step="step",
        experiment="split",
        metrics={"quality": "f1"},
        params=["comment"],
        contexts=["run_id"],
    )
    source = table(tmp_path / "results.csv", WIDE, asked)
    assert taken(source)[0].points == 2
    assert named(repo, "adam").points("quality", {"run_id": "a"}).to_pandas().value.tolist() == [0.5]
    assert source.told[0].params == {"comment": "comment"}


def test_a_row_a_run(repo, taken, tmp_path):
    text = "name,lr,epochs,val_accuracy,metrics.size,params.model.depth\nx,0.1,3,0.9,5,2\ny,0.2,3,0.8,6,4\n"
    moved, _ = taken(table(tmp_path / "summary.csv", text, experiment="sweep"))
    assert (moved.runs, moved.points) == (2, 4)
    run = named(repo, "y")
    assert run.params == {"lr": 0.2, "epochs": 3, "model": {"depth": 4}}
    assert run.experiment == "sweep"
    assert {metric.name: metric.last for metric in run.metrics} == {"val_accuracy": 0.8, "size": 6.0}


def test_a_file_without_runs_is_one_run_that_may_grow(repo, taken, tmp_path):
    source = table(tmp_path / "train_log.csv", "step,loss\n0,1.0\n1,0.5\n")
    assert taken(source)[0].points == 2
    assert not taken(source)[0]
    # Without times, what was there is known by step and value, although the file is of another time now.
    (tmp_path / "train_log.csv").write_text("step,loss\n0,1.0\n1,0.5\n2,0.25\n")
    assert taken(source)[0].points == 1
    assert not taken(table(tmp_path / "train_log.csv"))[0]
    assert named(repo, "train_log").n_points == 3


def test_parquet_with_dictionaries_dates_and_nulls(repo, taken, tmp_path):
    columns = {
        "run": pa.array(["a", "a", None]).dictionary_encode(),
        "step": pa.array([0, 1, 2], pa.int32()),
        "timestamp": pa.array([0, 1_700_000_000_000, 5], pa.timestamp("ms")),
        "loss": pa.array([1, None, 3], pa.float32()),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    assert taken(table(tmp_path / "t.parquet"))[0].points == 1
    assert named(repo, "a").points("loss").to_pandas().value.tolist() == [1.0]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_points_that_ridgeline_exported(repo, taken, tmp_path, suffix):
    columns = {
        "run": ["a", "a"], "name": ["f1", "f1"], "context": ['{"lang": "de", "n": 2}'] * 2, "step": [0, 1],
        "epoch": [None, 1.0], "time": [1.7e9, 1.7e9 + 1], "value": [0.5, 0.75],
    }  # fmt: skip
    exported = pa.table(columns)
    if suffix == ".csv":
        exported.to_pandas().to_csv(tmp_path / "points.csv", index=False)
    else:
        pq.write_table(exported, tmp_path / "points.parquet")
    assert taken(table(tmp_path / f"points{suffix}"))[0].points == 2
    (metric,) = named(repo, "a").metrics
    assert (metric.name, metric.context, metric.epoch_last) == ("f1", {"lang": "de", "n": 2}, 1.0)


def test_what_cannot_be_read(taken, tmp_path):
    with pytest.raises(InputError, match="Did you mean 'loss'"):
        taken(table(tmp_path / "a.csv", WIDE, Asked(metrics={"x": "lss"})))
    with pytest.raises(InputError, match="--name and --value"):
        taken(table(tmp_path / "a.csv", WIDE, Asked(name="split")))
    with pytest.raises(InputError, match="looks like a metric"):
        taken(table(tmp_path / "b.csv", "run,step\na,1\n"))
    with pytest.raises(InputError, match="something else than numbers"):
        taken(table(tmp_path / "c.csv", "run,step,loss\na,1,x\n", Asked(metrics={"loss": "loss"})))
    with pytest.raises(InputError, match="no file"):
        table(tmp_path / "none.csv")
    with pytest.raises(InputError, match="no table"):
        table(tmp_path / "none.xlsx")
    (tmp_path / "half.parquet").write_bytes(b"PAR1half")
    with pytest.raises(StorageError, match="whole"):
        taken(table(tmp_path / "half.parquet"))

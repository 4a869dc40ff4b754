import json

import pytest

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.wandb.exports import ExportedHistory

ROWS = [
    {"_step": 0, "_timestamp": 1.7e9, "loss": 2.0, "eval/f1": None, "epoch": 0.5, "name": "text"},
    {"_step": 5, "_timestamp": 1.7e9 + 10, "loss": float("nan"), "eval/f1": 0.5, "epoch": 1.0, "name": ""},
]


def exported(path, *patterns):
    return ExportedHistory(path, ContextPatterns(patterns), "pos")


def write(folder, kind):
    path = folder / f"run-a{kind}"
    if kind == ".csv":
        path.write_text(
            "_step,_timestamp,loss,eval/f1,epoch,name\n0,1.7e9,2.0,,0.5,text\n5,1700000010,nan,0.5,1.0,\n"
        )
    elif kind == ".jsonl":
        path.write_text("\n".join(json.dumps(row) for row in ROWS))
    else:
        path.write_text(json.dumps(ROWS))
    return path


@pytest.mark.parametrize("kind", [".csv", ".json", ".jsonl"])
def test_a_history_is_a_run(repo, taken, tmp_path, kind):
    moved, told = taken(exported(write(tmp_path, kind), "{subset}/{name}"))
    assert (moved.runs, moved.points, told) == (1, 5, [])
    run = repo.run("run-a")
    assert (run.experiment, run.status, run.duration) == ("pos", "finished", 10)
    assert run.points("loss").to_pandas().step.tolist() == [0, 5]
    assert run.points("f1", {"subset": "eval"}).to_pandas()[["step", "epoch", "value"]].values.tolist() == [
        [5, 1, 0.5]
    ]
    assert not taken(exported(write(tmp_path, kind), "{subset}/{name}"))[0]


def test_the_columns_of_pandas(repo, taken, tmp_path):
    path = tmp_path / "frame.json"
    path.write_text(json.dumps({"_step": {"0": 0, "1": 1}, "loss": {"0": 1.0, "1": 0.5}}))
    assert taken(exported(path))[0].points == 2


def test_a_chart_has_several_runs(repo, taken, tmp_path):
    path = tmp_path / "chart.csv"
    path.write_text(
        '"Step","a - loss","a - loss__MIN","a - loss__MAX","b - loss","a - _step"\n"0","2","1","3","","0"\n"1","1","1","1","0.5","1"\n'
    )
    moved, _ = taken(exported(path))
    assert (moved.runs, moved.points) == (2, 3)
    assert {run.name for run in repo.runs()} == {"a", "b"}


def test_what_is_no_history(taken, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="sync csv"):
        taken(exported(tmp_path / "other.csv"))
    (tmp_path / "half.json").write_text('[{"_step": 0, "lo')
    with pytest.raises(StorageError, match="no whole"):
        taken(exported(tmp_path / "half.json"))
    with pytest.raises(InputError, match="cannot be read"):
        taken(exported(tmp_path / "nowhere.csv"))

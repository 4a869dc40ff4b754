import numpy as np
import pytest

from ridgeline.query.repo import Repo
from written import Series, write_run


@pytest.fixture
def repo(tmp_path):
    for number, (lr, seed) in enumerate([(lr, seed) for lr in (1e-4, 1e-5) for seed in (0, 1)]):
        f1 = [
            Series("f1", [(s, s / 10 + seed + number) for s in range(5)], {"lang": lang})
            for lang in ("de", "fr")
        ]
        write_run(tmp_path, f"run{number}", {"lr": lr, "seed": seed}, f1, 1000.0 + number)
    with Repo(tmp_path) as opened:
        yield opened


def test_traces_are_the_points_that_were_tracked(repo):
    table = repo.lines('f1{"lang": "de"}', color="run.lr", chart=["metric.context.lang"])
    assert table.names == [
        "kind",
        "run",
        "status",
        "name",
        "context",
        "metric.context.lang",
        "run.lr",
        "x",
        "y",
    ]
    frame = table.to_pandas()
    assert len(table) == len(frame) == 20
    points = repo.metrics("metric.context.lang == 'de'").to_pandas()
    for run, of_run in frame.groupby("run"):
        tracked = points[points.run == run]
        assert of_run.x.tolist() == tracked.step.tolist()
        assert of_run.y.tolist() == tracked.value.tolist()
    assert frame[["run", "run.lr"]].drop_duplicates().values.tolist() == [
        ["run2", 1e-5], ["run3", 1e-5], ["run0", 1e-4], ["run1", 1e-4],
    ]  # fmt: skip


def test_folds_are_those_of_numpy(repo):
    table = repo.lines(
        "f1", color="run.lr", stroke="metric.context.lang", fold=True, line="mean", band="minmax"
    )
    assert table.names[5:] == ["run.lr", "metric.context.lang", "x", "y", "lo", "hi", "n"]
    frame = table.to_pandas()
    assert set(frame.kind) == {"fold"}
    assert frame.n.dtype == np.int64
    assert set(frame.run) == {None}
    for (lr, lang), group in frame.groupby(["run.lr", "metric.context.lang"]):
        query = f"run.lr == {lr} and metric.context.lang == {lang!r}"
        values = repo.metrics(query).to_numpy("value").reshape(2, 5)
        np.testing.assert_allclose(group.y, values.mean(axis=0))
        np.testing.assert_allclose(group.lo, values.min(axis=0))
        np.testing.assert_allclose(group.hi, values.max(axis=0))
        assert group.n.tolist() == [2] * 5


def test_folds_come_before_traces_and_what_has_no_value_is_null(repo):
    arrow = repo.lines("f1", fold=True, traces=True, smooth="mean:3", raw=True).to_arrow()
    folds = arrow.filter(np.array(arrow["kind"].to_pylist()) == "fold")
    traces = arrow.slice(len(folds))
    assert (len(folds), len(traces)) == (5, 40)
    assert folds["raw"].null_count == 5
    assert traces["raw"].null_count == folds["n"].null_count == 0
    assert traces["n"].null_count == traces["lo"].null_count == 40
    assert traces["raw"].to_pylist() != traces["y"].to_pylist()


def test_a_key_in_two_channels_is_one_column_and_tags_are_flags(repo):
    repo.edit("run0", add_tags=["lab"])
    table = repo.lines("f1", color=["run.lr", "tag:lab"], stroke="run.lr")
    assert table.names[5:] == ["run.lr", "tag:lab", "x", "y"]
    frame = table.to_pandas()
    assert set(frame.run[frame["tag:lab"]]) == {"run0"}


def test_nothing_drawn_is_an_empty_table(repo):
    table = repo.lines("nope", color="run.lr", fold=True)
    assert (len(table), len(table.to_pandas())) == (0, 0)
    assert [warning.slug for warning in table.warnings] == ["unknown-metric"]


def test_runs_without_a_place_are_counted(repo):
    assert repo.lines("f1").missing_runs == 0
    assert repo.lines('f1{"lang": "de"}', x='metric:f1{"lang": "fr"}').missing_runs == 0
    assert repo.lines("f1", "run.name == 'name-run0'", x="epoch").missing_runs == 1


def test_selectors_choose_points_too(repo):
    assert len(repo.metrics("run.seed == 0", only='f1{"lang": "d*"}')) == 10
    assert len(repo.metrics(only=["f1", "loss"])) == 40

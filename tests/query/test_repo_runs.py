import math
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest

import ridgeline
from ridgeline.core.errors import InputError, NotFoundError, QueryError
from ridgeline.query.repo import Repo
from ridgeline.query.series_set import Occasion
from written import Series, write_run


def names(table):
    return [run.name for run in table]


def test_what_is_recorded_is_seen_at_once(record, opened):
    run = record({"lr": 1}, open_run=True)
    repo = opened()
    run["lr"] = 2
    run.track(0.5, name="f1")
    assert len(repo.runs("run.lr == 2 and run.metrics['f1'].last == 0.5")) == 1
    assert repo.runs()[0].status == "running"
    run.track(0.7, name="f1")
    assert repo.metrics().to_numpy("value").tolist() == [0.5, 0.7]
    run.close()
    assert repo.runs()[0].status == "finished"


def test_a_generation_changes_with_answers_only(record, opened):
    record()
    repo = opened()
    before = repo.refresh()
    assert repo.refresh() == before
    assert repo.snapshot() is repo.snapshot()
    record()
    assert repo.refresh() != before


@pytest.mark.parametrize("ask", [Repo.runs, Repo.metrics])
def test_reading_many_logs_for_the_first_time_takes_nothing_from_the_time_of_a_question(
    record, tmp_path, ask
):
    """What a question may take is 10 s, and to take in 100,000 runs takes minutes."""
    order = []

    class Watched(Repo):
        def refresh(self):
            order.append("read")
            return super().refresh()

    class WatchedOccasion(Occasion):
        def begun(self):
            order.append("begun")
            return super().begun()

    record()
    with Watched(tmp_path) as repo:
        ask(repo, 'run.name == "x"', occasion=WatchedOccasion())
    assert order == ["read", "begun"]


def test_order_and_limit(record, opened):
    for name, lr in [("a", 0.3), ("b", None), ("c", 0.1), ("d", math.nan), ("e", 0.3), ("f", "auto")]:
        record({"lr": lr, "group": "xyx"[len(name) % 3]} if lr is not None else {"group": "x"}, name=name)
    repo = opened()
    assert names(repo.runs()) == list("abcdef")
    assert names(repo.runs("not isinstance(run.lr, str)", order_by="run.lr")) == list("caedb")
    assert names(repo.runs("not isinstance(run.lr, str)", order_by="-run.lr")) == list("aecdb")
    assert names(repo.runs(order_by="run.lr"))[-1] == "b"
    assert names(repo.runs(order_by="-run.lr"))[-1] == "b"
    assert names(repo.runs(order_by="-run.name")) == list("fedcba")
    assert names(repo.runs(order_by="run.nope")) == list("abcdef")
    table = repo.runs(order_by="-run.name", limit=2)
    assert (names(table), len(table), table.matched) == (["f", "e"], 2, 6)
    assert len(repo.runs(limit=0)) == 0
    for limit in (-1, 1.5, "3"):
        with pytest.raises(InputError, match="bad-limit"):
            repo.runs(limit=limit)
    with pytest.raises(InputError, match="query-type"):
        repo.runs(None)


def test_order_by_several_keys(record, opened):
    for name, group, x in [("a", "p", 1), ("b", "q", 1), ("c", "p", 2), ("d", "q", 2)]:
        record({"group": group, "x": x}, [("loss", {}, [x * 2.0])], name=name)
    repo = opened()
    assert names(repo.runs(order_by="run.group, -run.x")) == ["c", "a", "d", "b"]
    assert names(repo.runs(order_by=["-run.x", "run.group"])) == ["c", "d", "a", "b"]
    assert names(repo.runs(order_by="-run.metrics['loss'].last, -run.created_at")) == ["d", "c", "b", "a"]
    assert names(repo.runs(order_by="-(run.x * 10), run.name")) == ["c", "d", "a", "b"]
    with pytest.raises(QueryError, match="Say which"):
        repo.runs(order_by="metric.last")
    with pytest.raises(QueryError, match="is a series, not a number"):
        repo.runs(order_by="run.metrics['loss']")


def test_columns(record, opened):
    record(
        {"h": {"lr": 0.1, "opt": "adam"}},
        [("f1", {"lang": "de"}, [0.1, 0.9]), ("f1", {"lang": "fr"}, [0.2])],
        name="a",
        tags=["t", "s"],
    )
    record({"h": {"lr": 1}, "big": 2**70}, name="b")
    table = opened().runs(
        columns=[
            "run.metrics['f1'].best",
            "run.h.lr * 10",
            "run.h.opt or 'none'",
            "'t' in run.tags",
            "run.created_at",
        ]
    )
    frame = table.to_pandas()
    assert table.names[:10] == [
        "id",
        "name",
        "experiment",
        "status",
        "created",
        "ended",
        "duration",
        "tags",
        "note",
        "archived",
    ]
    assert table.names[10:13] == ["params.big", "params.h.lr", "params.h.opt"]
    assert frame["params.h.lr"].tolist() == [0.1, 1.0]
    assert frame["params.big"].tolist() == [None, 2**70]
    assert frame["run.metrics['f1'].best"].tolist()[0] == 0.9
    assert math.isnan(frame["run.metrics['f1'].best"].tolist()[1])
    assert frame["run.h.lr * 10"].tolist() == [1.0, 10.0]
    assert frame["run.h.opt or 'none'"].tolist() == ["adam", "none"]
    assert frame["'t' in run.tags"].tolist() == [True, False]
    assert frame["tags"].tolist() == [["s", "t"], []]
    assert str(frame["created"].dtype).startswith("datetime64[")
    assert [column.kind for column in table.columns[10:]] == [
        "mixed",
        "number",
        "string",
        "number",
        "number",
        "string",
        "bool",
        "time",
    ]


def test_three_forms_hold_the_same(record, opened):
    record({"lr": 0.5, "seed": 3, "flag": True, "name": "x", "mix": "a"}, name="ä")
    record({"lr": None, "mix": 2, "list": [1, [2]]})
    table = opened().runs()
    arrow, polars, pandas = table.to_arrow(), table.to_polars(), table.to_pandas()
    assert arrow.column_names == polars.columns == list(pandas.columns) == table.names
    assert isinstance(pandas, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert polars["params.lr"].to_list() == [0.5, None]
    assert polars["params.seed"].to_list() == [3, None]
    assert polars["params.flag"].to_list() == [True, None]
    assert polars["params.mix"].to_list() == ["a", "2"]
    assert polars["params.list"].to_list() == [None, "[1, [2]]"]
    assert pandas["params.mix"].tolist() == ["a", 2]
    assert pandas["params.list"].tolist()[1] == [1, [2]]
    assert polars["name"].to_list()[0] == "ä"
    assert arrow["created"].type.tz == "UTC"


def test_an_empty_repository_answers(opened, tmp_path):
    ridgeline.Run(repo=tmp_path, capture=False).close()
    repo = opened()
    repo.edit(repo.runs().ids, deleted=True)
    table = repo.runs("run.lr > 1", order_by="-run.lr", columns=["run.metrics['f1'].last"])
    assert len(table) == 0
    assert table.to_pandas().shape[0] == table.to_polars().shape[0] == table.to_arrow().num_rows == 0
    assert len(repo.metrics("metric.last > 1")) == 0
    assert repo.metrics().to_pandas().shape == (0, 7)
    assert "[0 rows]" in repr(table)


def test_representations_are_short_and_escaped(record, opened):
    for i in range(25):
        record({"html": "<b>&"}, name=f"run {i} " + "x" * 100)
    table = opened().runs("run.nope or True")
    assert "[25 rows, 5 not shown]" in repr(table)
    assert "Warning: No run has the param 'nope'" in repr(table)
    html = table._repr_html_()
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html
    assert max(map(len, repr(table).splitlines())) < 500


def test_no_repository(tmp_path, monkeypatch):
    with pytest.raises(NotFoundError, match="no repository"):
        Repo(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RIDGELINE_REPO", raising=False)
    with pytest.raises(NotFoundError, match=r"record a run first"):
        Repo()
    with pytest.raises(InputError, match="URL"):
        Repo("http://host")


def test_reading_writes_no_log(record, opened, tmp_path):
    record({"a": 1}, [("loss", {}, [1.0])])
    repo = opened()
    before = sorted((p, p.stat().st_size) for p in (tmp_path / ".ridgeline" / "runs").rglob("*"))
    repo.runs("run.a == 1")
    repo.metrics().to_pandas()
    repo.pickers()
    assert repo.runs()[0].metrics
    assert sorted((p, p.stat().st_size) for p in (tmp_path / ".ridgeline" / "runs").rglob("*")) == before


def test_reading_does_not_load_the_recorder(record, tmp_path):
    record({"a": 1})
    program = f"import sys; from ridgeline import Repo; Repo({str(tmp_path)!r}).runs('run.a'); print('ridgeline.record.run' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )


def test_deleted_runs_are_never_shown_and_come_back(record, opened):
    a, b = record({"only_a": 1}, [("loss_a", {}, [1.0])], name="a"), record(name="b")
    repo = opened()
    assert repo.edit([a], deleted=True) == 1
    assert repo.runs().ids == [b]
    assert repo.runs("run.archived or True").ids == [b]
    assert len(repo.metrics()) == 0
    assert [choice.path for choice in repo.params()] == []
    assert "only_a" in repo.runs("run.only_a == 1").warnings[0].message
    with pytest.raises(NotFoundError):
        repo.run(a)
    repo.edit(a, deleted=False)
    assert repo.runs().ids == [a, b]
    assert len(repo.metrics()) == 1


def test_times_of_runs(record, opened):
    before = datetime.now(UTC)
    run_id = record()
    run = opened().run(run_id)
    assert (
        before.timestamp() - 1
        <= run.created.timestamp()
        <= run.ended.timestamp()
        <= datetime.now(UTC).timestamp()
    )
    duration = opened().runs().to_numpy("duration")
    assert np.all((duration >= 0) & (duration < 60))


class TestAtStep:
    """`run.metrics["f1"].at(step)`: the value at a step, or at the last one before."""

    @pytest.fixture
    def repo(self, tmp_path):
        de, fr = {"lang": "de"}, {"lang": "fr"}
        write_run(tmp_path, "a", {}, [Series("f1", [(0, 0.1), (10, 0.2), (10, 0.3), (20, 0.4)], de)])
        write_run(tmp_path, "b", {}, [Series("f1", [(15, 0.9)], de), Series("f1", [(5, 0.5), (30, 0.6)], fr)])
        write_run(
            tmp_path, "c", {}, [Series("loss", [(-5, 2.0), (0, 1.0)], de), Series("loss", [(0, 3.0)], fr)]
        )
        with Repo(tmp_path) as repo:
            yield repo

    @pytest.mark.parametrize(
        ("expression", "expected"),
        [
            ('run.metrics["f1", {"lang": "de"}].at(0)', [0.1, None, None]),
            ('run.metrics["f1", {"lang": "de"}].at(9)', [0.1, None, None]),
            ('run.metrics["f1", {"lang": "de"}].at(10)', [0.3, None, None]),
            ('run.metrics["f1", {"lang": "de"}].at(1000)', [0.4, 0.9, None]),
            ('run.metrics["f1"].at(14)', [0.3, 0.5, None]),
            ('run.metrics["f1"].at(15)', [0.3, 0.9, None]),  # the best of both contexts
            ('run.metrics["loss"].at(0)', [None, None, 1.0]),
            ('run.metrics["loss"].at(-1)', [None, None, 2.0]),
            ('mean(run.metrics["loss"].at(0))', [None, None, 2.0]),
            ('run.metrics["f1"].at(20) - run.metrics["f1"].at(0)', [pytest.approx(0.3), None, None]),
        ],
    )
    def test_columns(self, repo, expression, expected):
        assert repo.runs(columns=[expression], order_by="run.id").column(expression).to_list() == expected

    def test_filter_and_order(self, repo):
        assert [run.id for run in repo.runs('run.metrics["f1"].at(20) > 0.4')] == ["b"]
        ordered = repo.runs(order_by='-run.metrics["f1"].at(5), run.id')
        assert [run.id for run in ordered] == ["b", "a", "c"]

    def test_deleted_runs_have_none(self, repo):
        repo.edit("a", deleted=True)
        assert repo.runs(columns=['run.metrics["f1"].at(0)']).column('run.metrics["f1"].at(0)').to_list() == [
            None,
            None,
        ]

    @pytest.mark.parametrize(
        ("expression", "slug"),
        [
            ('run.metrics["f1"].at', "unknown-attribute"),
            ('run.metrics["f1"].at()', "wrong-arguments"),
            ('run.metrics["f1"].at(1.5)', "wrong-arguments"),
            ('run.metrics["f1"].at(True)', "wrong-arguments"),
            ('run.metrics["f1"].at(10**30)', "wrong-arguments"),
            ('run.metrics["f1"].at(run.x)', "wrong-arguments"),
            ('run.metrics["f1"].at(step=1)', "wrong-arguments"),
            ('run.metrics["f1"].last.at(1)', "unknown-method"),
            ("run.x.at(1)", "unknown-method"),
            ("metric.at(1)", "root-alone"),
        ],
    )
    def test_mistakes(self, repo, expression, slug):
        with pytest.raises(QueryError) as caught:
            repo.runs(f"{expression} > 0")
        assert caught.value.slug == slug

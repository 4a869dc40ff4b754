"""What goes wrong in Aim 3.29 and must not here. Its sampling and aggregation are tried beside the lines."""

import subprocess
import sys
import threading

import pytest

import ridgeline
from ridgeline.core.errors import QueryError
from ridgeline.query.repo import Repo


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """The four runs on which Aim's answers were taken down."""
    folder = tmp_path_factory.mktemp("four")
    for i in range(4):
        hparams = {"lr": (i + 1) / 10, "bs": None if i in (0, 2) else 16, "keys": 5}
        run = ridgeline.Run("exp", f"run {i}", {"hparams": hparams}, [f"t{i}"], repo=folder, capture=False)
        if i in (2, 3):
            run["top"] = i
        for subset in ("train", "val"):
            run.track(2.5 * i + (3 if subset == "val" else 0), name="loss", context={"subset": subset})
        run.close()
    with Repo(folder) as repo:
        yield repo


def test_reading_needs_no_server_and_no_reindexing(record, tmp_path):
    record({"hparams": {"lr": 0.2}}, [("loss", {}, [1.0])], name="one")
    program = f"from ridgeline import Repo; r = Repo({str(tmp_path)!r}); print(len(r.runs('run.hparams.lr > 0.15')), len(r.metrics()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


def test_membership_in_run_ends(four):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(len(four.runs("'hparams' in run"))), daemon=True)
    thread.start()
    thread.join(timeout=20)
    assert answers == [4]
    assert len(four.runs("'nope' in run")) == 0
    assert len(four.runs("1 in run.tags")) == 0


def test_a_negated_mix_of_runs_and_metrics_loses_nothing(four):
    assert len(four.metrics("not (run.top == 2 and metric.context.subset == 'val')").series) == 7
    assert len(four.metrics("(run.top == 2 and metric.context.subset == 'val') == False").series) == 7
    assert len(four.metrics("not (run.top == 2 or metric.context.subset == 'val')").series) == 3


def test_comprehensions_over_metrics_work(four):
    assert len(four.metrics("any(metric.name == n for n in ['loss'])").series) == 8
    assert len(four.runs("any(metric.name == n for n in ['loss'])")) == 4


@pytest.mark.parametrize(
    "text",
    ["foo > 1", "metric.nam == 'loss'", "re.mtch('r', run.name)", "run.name.lowr() == ''", "run.name = 'a'"],
)
def test_nothing_unknown_is_a_silent_no_match(four, text):
    with pytest.raises(QueryError, match=r"\^"):
        four.runs(text)


# (query, runs that match here, what Aim finds)
SEMANTICS = [
    ("run.top == None", 2, 2),
    ("run.hparams.nope == None", 4, 0),
    ("run.nope == None", 4, 4),
    ("run.top != 2", 3, 3),
    ("run.hparams.nope != 5", 4, 4),
    ("not run.top", 2, 2),
    ("run.hparams.bs == None", 2, 2),
    ("run.hparams.bs is None", 2, 0),
    ("run.nope > 1", 0, 0),
    ("run.nope < 1", 0, 0),
    ("run['hparams','lr'] > .15", 3, 3),
    ("run.metrics['loss'].last > 3", 3, 0),
    ("run.metrics['loss',{'subset':'val'}].max > 9", 1, 1),
    ("run.metrics['loss'] == None", 0, 4),
    ("run.metrics['nope'] == None", 4, 4),
    ("'t1' in run.tags", 1, 1),
    ("any(t=='t1' for t in run.tags)", 1, 1),
    ("max(run.hparams.lr,0.2) > .25", 2, 2),
    ("run.get('zz',3)==3", 4, 0),
    ("run.hparams.keys == 5", 4, 0),
    ("run.hparams['keys'] == 5", 4, 4),
    ("metric.name=='loss'", 4, 0),
    ("re.match('run [01]', run.name)", 2, 0),
    ("run.experiment.name == 'exp'", 4, 0),
    ("run.hparams.nope.startswith('x')", 0, 0),
    ("run.top + 1 > 0", 2, 2),
]


@pytest.mark.parametrize(("text", "expected", "aims"), SEMANTICS)
def test_semantics(four, text, expected, aims):
    assert len(four.runs(text)) == expected
    assert 0 <= aims <= 4  # kept beside ours, to be read


def test_the_default_filter_goes_by_the_expression_not_by_the_text(record, opened):
    run_id = record(name="a")
    record(name="b")
    repo = opened()
    repo.edit(run_id, archived=True)
    assert len(repo.runs("'run.archived' != run.name")) == 1
    assert len(repo.runs("run.archived or run.name == 'b'")) == 2
    assert len(repo.runs("run.archived != True")) == 1
    assert len(repo.runs("not run.archived")) == 1
    assert len(repo.runs("")) == 1


def test_an_edit_of_one_thing_leaves_the_others(record, opened):
    run_id = record(name="a")
    repo = opened()
    repo.edit(run_id, note="words")
    assert repo.run(run_id).archived is False
    assert len(repo.runs()) == 1

import numpy as np
import pytest

import ridgeline
from ridgeline.compat import aim
from ridgeline.core.errors import InputError, NotFoundError


@pytest.fixture
def run(tmp_path):
    with aim.Run(repo=tmp_path, system_tracking_interval=None, capture_terminal_logs=False) as run:
        yield run


def view(run):
    return ridgeline.Repo(run.repo).run(run.id)


def test_params_take_whatever_there_is(run):
    run[...] = {"seed": 1, "hparams": {"lr": 0.1}}
    run.set("hparams.loss", abs, strict=False)
    assert (run["hparams.lr"], run.get("nothing", 3)) == (0.1, 3)
    assert view(run).params == {"seed": 1, "hparams": {"lr": 0.1, "loss": "builtins.abs"}}


def test_parts_have_aims_names(run):
    run.description = "words"
    run.add_tag("a")
    run.add_tag("b")
    assert run.remove_tag("a")
    assert not run.remove_tag("c")
    run.archived = True
    assert (run.hash, run.active, run.archived) == (run.id, True, True)
    assert run.created_at.timestamp() == pytest.approx(run.creation_time)
    assert (view(run).note, view(run).tags) == ("words", ("b",))
    run.report_progress(expect_next_in=5)
    run.report_successful_finish()
    assert not run.active


def test_a_run_goes_on_by_its_hash(run):
    run.track(1.0, "loss", 0)
    run.close()
    with aim.Run(run.hash, repo=run.repo, system_tracking_interval=None) as again:
        again.track(2.0, "loss")
    assert view(run).points("loss").to_pandas()["step"].tolist() == [0, 1]


def test_objects(run):
    run.track(aim.Distribution([1, 2, 3], bin_count=2), "d", 0)
    run.track(aim.Distribution.from_histogram([1, 2], (0, 1)), "d", 1)
    run.track(aim.Distribution.from_samples([1.0, 2.0]), "d", 2)
    run.track(aim.Image(np.zeros((2, 2, 3)), caption="black", quality=50), "i", 0)
    run.track(aim.Audio(np.zeros(10), rate=8000, caption="still"), "a", 0)
    run.track(aim.Text("words"), "t", 0, context={"subset": "val"})
    kinds = [(item.name, item.kind) for item in view(run).objects()]
    assert kinds == [("a", "audio"), *[("d", "distribution")] * 3, ("i", "image"), ("t", "text")]


def test_files_of_a_folder(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("a")
    run.log_artifact(tmp_path / "out" / "a.txt", name="b.txt", block=True)
    run.log_artifacts(str(tmp_path / "out"), name="all")
    assert sorted(view(run).artifacts) == ["all/a.txt", "b.txt"]
    with pytest.raises(NotFoundError):
        run.log_artifacts(tmp_path / "nothing")


def test_a_series_is_found_by_its_whole_context(run):
    run.track(1.0, "loss", 0, context={"subset": "val"})
    run.track(2.0, "loss", 0, context={"subset": "val", "lang": "de"})
    run["hparams"] = {"lr": 0.1}
    found = aim.Repo.from_path(run.repo).get_run(run.hash)
    series = found.get_metric("loss", {"subset": "val"})
    assert series.values.sparse_list() == ([0], [1.0])
    assert (series.values.last(), len(series.values)) == (1.0, 1)
    assert series.dataframe()["value"].tolist() == [1.0]
    assert found.get_metric("loss", {}) is None
    assert (found["hparams.lr"], found[...]["hparams"], found.get("x", 1)) == (0.1, {"lr": 0.1}, 1)


def test_queries(run):
    run["hparams"] = {"lr": 0.1}
    run.track(1.0, "loss", 0, context={"subset": "val"})
    run.track(1.0, "acc", 0)
    repo = aim.Repo(run.repo)
    assert [metric.name for metric in repo.query_metrics("metric.name == 'loss'")] == ["loss"]
    assert len(list(repo.query_metrics("run.hparams.lr > 1").iter_runs())) == 0
    (collection,) = repo.query_runs("run.hparams.lr < 1").iter_runs()
    assert collection.run.hash == run.hash
    assert [metric.name for metric in collection] == ["acc", "loss"]
    assert repo.list_all_runs() == [run.hash]
    assert repo.get_run("nothing") is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda run: run.set_artifacts_uri("s3://x"), "log_artifact"),
        (lambda run: run.metrics(), "ridgeline.Repo"),
        (lambda run: aim.Run(run.hash, repo=run.repo, read_only=True), "ridgeline.Repo"),
    ],
)
def test_what_is_not_done_names_the_way(run, call, words):
    with pytest.raises(InputError, match="is not done here") as error:
        call(run)
    assert words in str(error.value)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match="no 'Session'"):
        _ = aim.Session

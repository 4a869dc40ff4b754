import argparse
from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.figure import Figure

from ridgeline import Repo
from ridgeline.compat import wandb
from ridgeline.compat.notice import CompatWarning
from ridgeline.core.errors import InputError, NotFoundError


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RIDGELINE_REPO", str(tmp_path))
    yield
    wandb.finish()


def runs():
    return list(Repo().runs(order_by="run.created"))


def points(view, name):
    frame = view.points(name).to_pandas()
    return [*zip(frame["step"], frame["value"], strict=True)]


def test_a_row_may_be_logged_in_parts():
    wandb.init()
    wandb.log({"loss": 1.0}, commit=False)
    wandb.log({"acc": 0.5})
    wandb.log({"loss": 2.0}, step=5)
    wandb.log({"acc": 0.75}, step=5)
    wandb.log({"acc": 1.0}, step=6)
    wandb.finish()
    (view,) = runs()
    assert view.experiment == "uncategorized"
    assert points(view, "loss") == [(0, 1.0), (5, 2.0)]
    assert points(view, "acc") == [(0, 0.5), (5, 0.75), (6, 1.0)]


def test_a_step_that_goes_back_is_left_out_with_a_warning():
    run = wandb.init()
    run.log({"loss": 1.0}, step=7)
    with pytest.warns(CompatWarning, match="step=3"):
        run.log({"loss": 2.0}, step=3)
    run.finish()
    assert points(runs()[0], "loss") == [(7, 1.0)]


@dataclass
class Settings:
    lr: float = 0.1
    depth: int = 2


@pytest.mark.parametrize("config", [{"lr": 0.1, "depth": 2}, argparse.Namespace(lr=0.1, depth=2), Settings()])
def test_a_config_is_a_dict_or_has_attributes(config):
    run = wandb.init(config=config)
    assert (wandb.config.lr, wandb.config["depth"], dict(run.config)) == (0.1, 2, {"lr": 0.1, "depth": 2})
    run.finish()
    assert runs()[0].params == {"lr": 0.1, "depth": 2}


def test_a_config_is_read_from_yaml_and_changed(tmp_path):
    (tmp_path / "config.yaml").write_text("lr:\n  desc: rate\n  value: 0.1\ndepth: 2\n")
    run = wandb.init(config=str(tmp_path / "config.yaml"))
    run.config.update({"lr": 0.2}, allow_val_change=True)
    run.config.setdefaults({"lr": 0.3, "width": 4})
    run.config.model = {"name": "mlp", "loss": abs}
    with pytest.raises(AttributeError, match="it has lr, depth, width, model"):
        _ = run.config.heads
    run.finish()
    assert runs()[0].params == {
        "lr": 0.2, "depth": 2, "width": 4, "model": {"name": "mlp", "loss": "builtins.abs"},
    }  # fmt: skip


def test_a_run_is_resumed_with_its_config_and_later_steps():
    wandb.init(id="abc", project="p", config={"lr": 0.1})
    wandb.log({"loss": 1.0})
    wandb.log({"loss": 2.0})
    wandb.finish()
    run = wandb.init(id="abc", resume="must")
    assert (run.step, run.config.lr) == (2, 0.1)
    run.log({"loss": 3.0})
    run.finish()
    (view,) = runs()
    assert points(view, "loss") == [(0, 1.0), (1, 2.0), (2, 3.0)]


def test_resume_says_what_must_be_there():
    with pytest.raises(NotFoundError, match="no run 'abc'"):
        wandb.init(id="abc", resume="must")
    wandb.init(id="abc")
    with pytest.raises(InputError, match="there already"):
        wandb.init(id="abc", resume="never")
    with pytest.raises(InputError, match="resume= is"):
        wandb.init(resume="maybe")


def test_switched_off_it_records_nothing(monkeypatch):
    monkeypatch.setenv("WANDB_MODE", "disabled")
    with wandb.init(config={"lr": 0.1}) as run:
        run.log({"loss": 1.0})
        run.tags = ("a",)
        run.summary["best"] = 1
        run.alert("done")
        assert (run.id, run.config.lr, run.summary["loss"]) == ("disabled", 0.1, 1.0)
    with pytest.raises(NotFoundError):
        Repo()


def test_environment_variables_count(monkeypatch):
    for name, value in (
        ("PROJECT", "p"),
        ("NAME", "n"),
        ("TAGS", "a,b"),
        ("RUN_ID", "abc"),
        ("RUN_GROUP", "g"),
    ):
        monkeypatch.setenv(f"WANDB_{name}", value)
    wandb.init().finish()
    (view,) = runs()
    assert (view.experiment, view.name, view.tags, view.id) == ("p", "n", ("a", "b"), "abc")
    assert view["wandb.group"] == "g"


def test_the_summary_keeps_what_define_metric_says():
    run = wandb.init()
    run.define_metric("*")
    run.define_metric("acc", summary="max,min")
    for value in (0.1, 0.9, 0.5):
        run.log({"acc": value, "loss": value})
    assert run.summary["acc"] == {"min": 0.1, "max": 0.9}
    assert (run.summary["acc.max"], run.summary.loss) == (0.9, 0.5)
    with pytest.raises(InputError, match="best"):
        run.define_metric("f1", summary="mean")


def test_a_step_metric_is_the_x():
    run = wandb.init()
    run.define_metric("batch")
    run.define_metric("train/*", step_metric="batch")
    run.define_metric("val/*", step_metric="val/epoch")
    run.log({"train/loss": 1.0, "batch": 64})
    run.log({"val/f1": 0.5, "val/epoch": 0.25})
    run.log({"train/loss": 0.5})
    run.finish()
    (view,) = runs()
    assert points(view, "train/loss") == [(64, 1.0), (64, 0.5)]
    assert view.points("val/f1").to_pandas()["epoch"].tolist() == [0.25]


def test_media_of_all_kinds():
    run = wandb.init()
    rng = np.random.default_rng(0)
    figure = Figure()
    figure.subplots().plot([1, 2])
    run.log({
        "image": wandb.Image(rng.random((4, 4, 3)), caption="noise"),
        "bytes": wandb.Image(rng.random((4, 4)) * 255),
        "images": [wandb.Image(np.zeros((2, 2))), wandb.Image(np.ones((2, 2)))],
        "audio": wandb.Audio([0.0, 0.5], sample_rate=8000),
        "counted": wandb.Histogram(np_histogram=np.histogram([1, 2, 2], bins=2)),
        "array": rng.random(100),
        "figure": figure,
        "words": "the cat sat",
        "list": [1, 2],
        "nothing": None,
        "one": np.ones(1),
    })  # fmt: skip
    run.finish()
    (view,) = runs()
    kinds = {item.name: item.kind for item in view.objects()}
    assert kinds == {
        "image": "image", "bytes": "image", "images": "image", "audio": "audio", "counted": "distribution",
        "array": "distribution", "figure": "figure", "words": "text", "list": "text",
    }  # fmt: skip
    assert len(view.objects("images")) == 2
    assert points(view, "one") == [(0, 1.0)]


def test_a_table_grows_until_it_is_logged():
    table = wandb.Table(columns=["a"], data=[[1], [2]])
    table.add_data(3)
    table.add_column("b", np.array([4, 5, 6]))
    assert table.get_column("b") == [4, 5, 6]
    run = wandb.init()
    run.log({"table": table})
    run.finish()
    assert runs()[0].objects("table")[0].read() == b'{"columns":["a","b"],"rows":[[1,4],[2,5],[3,6]]}'


def test_artifacts_of_folders_and_written_files(tmp_path):
    (tmp_path / "data" / "sub").mkdir(parents=True)
    (tmp_path / "data" / "sub" / "rows.csv").write_text("a")
    run = wandb.init()
    artifact = wandb.Artifact("set", type="dataset")
    artifact.add_dir("data", name="raw")
    with artifact.new_file("about.json") as file:
        file.write("{}")
    run.log_artifact(artifact).wait()
    run.log_artifact("data", name="whole", type="dataset")
    assert run.save("data/*/*.csv", base_path="data") == ["data/sub/rows.csv"]
    run.finish()
    assert sorted(runs()[0].artifacts) == [
        "set/about.json",
        "set/raw/sub/rows.csv",
        "sub/rows.csv",
        "whole/sub/rows.csv",
    ]
    with wandb.init() as user:
        assert (tmp_path / user.use_artifact("set").download("here") / "about.json").read_text() == "{}"
        with pytest.raises(NotFoundError, match="Did you mean 'whole'"):
            user.use_artifact("whol:latest")


def test_the_exit_code_and_the_block_say_how_it_ended():
    wandb.init().finish(exit_code=1)
    with pytest.raises(ZeroDivisionError), wandb.init():
        raise ZeroDivisionError
    assert [view.status for view in runs()] == ["failed", "failed"]


def test_a_second_init_ends_the_first():
    wandb.init()
    wandb.log({"loss": 1.0})
    second = wandb.init()
    assert wandb.run is second
    wandb.finish()
    assert wandb.run is None
    assert [view.status for view in runs()] == ["finished", "finished"]


def test_name_notes_and_tags_are_set_later():
    run = wandb.init(tags=["a"])
    run.name, run.notes = "best", "words"
    run.tags += ("b",)
    run.finish()
    (view,) = runs()
    assert (view.name, view.note, view.tags) == ("best", "words", ("a", "b"))


def test_watch_says_once_that_it_records_nothing():
    wandb.init()
    with pytest.warns(CompatWarning, match="records nothing"):
        wandb.watch(object(), log="all")
    wandb.watch(object())
    wandb.unwatch()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: wandb.sweep({"method": "grid"}), "ridgeline.integrations.optuna"),
        (lambda: wandb.agent("id", function=print), "first-sweep.md"),
        (wandb.Api, "ridgeline.Repo"),
        (lambda: wandb.Video("a.mp4"), "log_artifact"),
        (lambda: wandb.plot.confusion_matrix(y_true=[0], preds=[0]), "figure"),
        (lambda: wandb.init(sync_tensorboard=True), "ridgeline.compat.tensorboard"),
        (lambda: wandb.init(fork_from="abc?_step=1"), "resume='must'"),
        (lambda: wandb.Image(np.zeros((2, 2)), boxes={"a": 1}), "matplotlib"),
        (lambda: wandb.Artifact("a", "b").add_reference("s3://x"), "param"),
    ],
)
def test_what_is_not_done_names_the_way(call, words):
    with pytest.raises(InputError, match="is not done here") as error:
        call()
    assert words in str(error.value)


def test_without_a_run_it_says_to_init():
    for use in (lambda: wandb.log({"a": 1}), lambda: wandb.config, lambda: wandb.summary["a"]):
        with pytest.raises(InputError, match="call wandb"):
            use()
    with pytest.raises(AttributeError, match="no 'controller'"):
        _ = wandb.controller

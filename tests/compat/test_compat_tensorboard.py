import json

import numpy as np
import pytest
from matplotlib import pyplot as plt

from ridgeline import Repo, Run
from ridgeline.compat.notice import CompatWarning
from ridgeline.compat.tensorboard import SummaryWriter
from ridgeline.core.errors import InputError


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RIDGELINE_REPO", str(tmp_path))


def only_run():
    (view,) = Repo().runs()
    return view


def test_what_is_added_after_close_goes_into_the_same_run():
    writer = SummaryWriter("runs/a")
    writer.add_scalar("loss", 1.0, 0)
    writer.close()
    assert only_run().status == "finished"
    writer.add_scalar("loss", 0.5, 1)
    writer.close()
    assert [metric.n for metric in only_run().metrics] == [2]


def test_a_run_of_the_programs_is_left_open(tmp_path):
    with Run(capture=False) as run:
        with SummaryWriter(run=run) as writer:
            writer.add_scalar("loss", np.array([1.0]), np.int64(3))
        assert run.status == "running"
    assert only_run().points("loss").to_pandas()["step"].tolist() == [3]


def test_a_block_that_raises_is_a_failed_run():
    with pytest.raises(ZeroDivisionError), SummaryWriter(comment="-lr0.1"):
        raise ZeroDivisionError
    view = only_run()
    assert (view.status, view.name) == ("failed", "-lr0.1")


def test_histograms_with_bins_of_ones_own():
    with SummaryWriter() as writer:
        writer.add_histogram("a", np.arange(10), 0, bins=5)
        writer.add_histogram("b", np.arange(10), 0, bins=[0, 5, 10])
        writer.add_histogram_raw("c", 0, 9, 10, 45, 285, [4.5, 1e9], [5, 5], 0)
    found = {item.name: json.loads(item.read()) for item in only_run().objects()}
    assert found["a"]["counts"] == [2, 2, 2, 2, 2]
    assert found["b"] == {"counts": [5, 5], "edges": [0, 5, 10]}
    assert found["c"] == {"counts": [5, 5], "edges": [0, 4.5, 9]}


def test_figures_are_closed():
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    with SummaryWriter() as writer:
        writer.add_figure("chart", figure, 0)
    assert not plt.fignum_exists(figure.number)
    assert only_run().objects("chart")[0].kind == "figure"


def test_images_of_any_layout():
    with SummaryWriter() as writer:
        writer.add_image("hwc", np.zeros((2, 3, 3), dtype=np.uint8), 0, dataformats="HWC")
        writer.add_image("chw", np.zeros((3, 2, 3), dtype=np.uint8), 0)
        writer.add_images("nhwc", np.zeros((2, 2, 3, 3), dtype=np.uint8), 0, dataformats="NHWC")
        writer.add_images("n1hw", np.zeros((2, 1, 2, 3), dtype=np.uint8), 0)
    sizes = {
        (item.name, item.entry.meta["width"], item.entry.meta["height"]) for item in only_run().objects()
    }
    assert sizes == {("hwc", 3, 2), ("chw", 3, 2), ("nhwc", 3, 2), ("n1hw", 3, 2)}


def test_the_graph_is_left_out_with_a_word():
    with SummaryWriter() as writer:
        with pytest.warns(CompatWarning, match="add_graph records nothing"):
            writer.add_graph("model", None)
        writer.add_graph("model", None)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda writer: writer.add_video("v", None, 0), "log_artifact"),
        (lambda writer: writer.add_embedding(None), "Figure"),
        (lambda writer: writer.add_pr_curve("pr", [1], [1]), "Figure"),
        (lambda writer: writer.add_mesh("m", None), "log_artifact"),
        (lambda writer: writer.add_scalar("loss", 1.0, 0, walltime=1.0), "ridgeline sync tensorboard"),
    ],
)
def test_what_is_not_done_names_the_way(call, words):
    with SummaryWriter() as writer, pytest.raises(InputError, match="is not done here") as error:
        call(writer)
    assert words in str(error.value)


def test_purging_steps_is_refused():
    with pytest.raises(InputError, match="run_id"):
        SummaryWriter(purge_step=5)

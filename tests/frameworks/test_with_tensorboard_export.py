"""Event files that `ridgeline export` writes, read by TensorBoard itself."""

import numpy as np
from needed import need

need("tensorboard")

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata as hparams
from tensorboard.util import tensor_util

from ridgeline.query.repo import Repo
from ridgeline.record.objects import Distribution, Image, Text
from ridgeline.record.run import Run
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.tensorboard import TensorBoardFolder


def test_tensorboard_reads_what_was_tracked(tmp_path):
    with Run("pos", "a", params={"lr": 0.1, "name": "x"}, repo=tmp_path, run_id="a", capture=False) as run:
        for step in range(300):
            run.track(1 / (step + 1), name="loss", step=step * 1000)
        run.track(float("nan"), name="f1", step=-1, context={"lang": "de"})
        run.track(Image(np.zeros((2, 3), np.uint8)), name="shown", step=4)
        run.track(Distribution(np.arange(10.0), bins=5), name="weights", step=4)
        run.track(Text("hello"), name="said", step=4)
    with Repo(tmp_path) as repo:
        assert TensorBoardFolder(tmp_path / "logs").write(held_run(repo, repo.run("a"))) == []
    read = EventAccumulator(
        str(tmp_path / "logs" / "pos" / "a-a"), size_guidance={"scalars": 0, "tensors": 0}
    )
    read.Reload()
    loss = read.Scalars("loss")
    assert [event.step for event in loss] == list(range(0, 300_000, 1000))
    np.testing.assert_allclose([event.value for event in loss], 1 / np.arange(1, 301), rtol=1e-6)
    (f1,) = read.Scalars("f1/lang:de")
    assert (f1.step, np.isnan(f1.value)) == (-1, True)
    (said,) = read.Tensors("said")
    assert tensor_util.make_ndarray(said.tensor_proto).item() == b"hello"
    (weights,) = read.Tensors("weights")
    assert tensor_util.make_ndarray(weights.tensor_proto)[:, 2].tolist() == [2, 2, 2, 2, 2]
    (shown,) = read.Tensors("shown")
    assert tensor_util.make_ndarray(shown.tensor_proto)[:2].tolist() == [b"3", b"2"]
    start = read.SummaryMetadata(hparams.SESSION_START_INFO_TAG)
    params = hparams.parse_session_start_info_plugin_data(start.plugin_data.content).hparams
    assert (params["lr"].number_value, params["name"].string_value) == (0.1, "x")
    end = read.SummaryMetadata(hparams.SESSION_END_INFO_TAG)
    assert hparams.parse_session_end_info_plugin_data(end.plugin_data.content).status == 1

"""Make event files by TensorBoard's own writers: make_tensorboard.py LOGDIR. Run by a Python that has tensorboard and tensorboardX.

`old` is of tensorboardX, which writes as torch.utils.tensorboard does; `new/…` of tensorboard's writer, with the tensors that
TensorFlow 2 and JAX write.
"""

import json
import sys
from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.audio import metadata as audio
from tensorboard.plugins.histogram.summary_v2 import histogram_pb
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.hparams import metadata as hparams
from tensorboard.plugins.hparams.summary_v2 import hparams_pb
from tensorboard.plugins.image import metadata as image
from tensorboard.plugins.pr_curve import metadata as pr_curve
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util.tensor_util import make_tensor_proto
from tensorboardX import SummaryWriter

START = 1_700_000_000.25
logdir = Path(sys.argv[1])
samples = np.random.default_rng(0).normal(size=500)


def picture(level):
    return np.full((4, 5, 3), level, np.uint8)


def old():
    with SummaryWriter(str(logdir / "old")) as writer:
        for step in range(30):
            time = START + step
            writer.add_scalar("loss/train", 1 / (step + 1), step, walltime=time)
            writer.add_scalar("f1_fr", float("nan") if step == 3 else 0.01 * step, step * 1000, walltime=time)
        writer.add_scalar("negative", 1.5, -7, walltime=START)
        writer.add_histogram("weights", samples, 5, walltime=START)
        writer.add_histogram("equal", np.zeros(10), 5, walltime=START)
        writer.add_image("picture", picture(200), 3, walltime=START, dataformats="HWC")
        writer.add_audio("sound", np.sin(np.arange(800) / 10)[:, None], 2, sample_rate=8000, walltime=START)
        writer.add_text("note", "hello *there*", 1, walltime=START)
        writer.add_hparams(
            {"lr": 0.1, "layers": 3, "optim.name": "adam", "amp": True}, {"acc": 0.9}, name="trial"
        )


def event(step, summary, time=None):
    return Event(wall_time=START + step if time is None else time, step=step, summary=summary)


def tensor(tag, values, metadata):
    value = Summary.Value(tag=tag, tensor=values)
    if metadata is not None:
        value.metadata.CopyFrom(metadata)
    return Summary(value=[value])


def new():
    writer = EventFileWriter(str(logdir / "new" / "train"))
    for step in range(20):
        writer.add_event(event(step, scalar_pb("loss", 2.0 / (step + 1))))
    for step in range(3):  # its metadata only with the first
        writer.add_event(event(step, histogram_pb("weights", samples + step)))
        picture_of_two = make_tensor_proto([b"5", b"4", png(10 * step), png(10 * step + 5)])
        metadata = image.create_summary_metadata("", "", converted_to_tensor=True) if step == 0 else None
        writer.add_event(event(step, tensor("pictures", picture_of_two, metadata)))
    writer.add_event(event(4, text_pb("words", np.array(["one", "two"]))))
    sound = audio.create_summary_metadata("", "", audio.Encoding.Value("WAV"), converted_to_tensor=True)
    writer.add_event(event(4, tensor("sounds", make_tensor_proto([[wav(), b"label"]]), sound)))
    writer.add_event(event(5, tensor("matrix", make_tensor_proto(np.array([[1.0, 2.0], [3.0, 4.0]])), None)))
    writer.add_event(event(5, tensor("exact", make_tensor_proto(np.array(1e-300)), None)))
    curve = pr_curve.create_summary_metadata("", "", 3)
    writer.add_event(event(5, tensor("curve", make_tensor_proto(np.zeros((6, 3), np.float32)), curve)))
    both = Summary(value=[Summary.Value(tag="a", simple_value=1.0), Summary.Value(tag="b", simple_value=2.0)])
    writer.add_event(event(6, both))
    params = {"lr": 3e-4, "depth": 12, "name": "x", "bias": True}
    writer.add_event(event(0, hparams_pb(params, trial_id="g", start_time_secs=START - 5)))
    end = plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_FAILURE, end_time_secs=START + 99)
    ended = hparams.create_summary_metadata(plugin_data_pb2.HParamsPluginData(session_end_info=end))
    value = Summary.Value(tag=hparams.SESSION_END_INFO_TAG, metadata=ended, tensor=hparams.NULL_TENSOR)
    writer.add_event(event(0, Summary(value=[value])))
    writer.close()


def png(level):
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture(level)).save(out, "PNG")
    return out.getvalue()


def wav():
    import io
    import wave

    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.arange(100, dtype="<i2").tobytes())
    return out.getvalue()


def said():
    """Return what TensorBoard's own reader says of the scalars: tag, step, time and value, by run."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    told = {}
    for run in sorted({path.parent for path in logdir.rglob("*tfevents*")}):
        read = EventAccumulator(str(run), size_guidance={"scalars": 0, "tensors": 0})
        read.Reload()
        told[run.relative_to(logdir).as_posix()] = {
            tag: [[point.step, point.wall_time, repr(point.value)] for point in read.Scalars(tag)]
            for tag in read.Tags()["scalars"]
        }
    return told


old()
new()
(logdir / "scalars.json").write_text(json.dumps(said(), indent=1) + "\n")

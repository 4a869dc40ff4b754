"""What is written is read by TensorBoard itself in tests/frameworks."""

import dataclasses
import json
import struct

import numpy as np
import pytest

from ridgeline.core.errors import StorageError
from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.tensorboard import TensorBoardFolder
from ridgeline.sync.passes import Passes
from ridgeline.sync.protobuf import double, fields, message, signed, text
from ridgeline.sync.tensorboard.source import TensorboardSource


def written(folder, run):
    assert TensorBoardFolder(folder).write(run) == []
    (path,) = folder.rglob("events.out.tfevents.*")
    return path


def events(path):
    """Return (step, time, value) of each summary: the slow, obvious version."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        event = dict(fields(data[at + 12 : at + 12 + size]))
        at += 16 + size
        if 5 in event:
            (value,) = [dict(message(inner)) for number, inner in message(event[5]) if number == 1]
            found.append((signed(event.get(2, 0)), double(event[1]), value))
    return found


def scalars(path, tag):
    of = [
        (step, time, value[2]) for step, time, value in events(path) if text(value[1]) == tag and 2 in value
    ]
    return [(step, time, struct.unpack("<f", value)[0]) for step, time, value in of]


def test_scalars_keep_steps_and_times(recorded, tmp_path):
    run = recorded[0]
    path = written(tmp_path / "logs", run)
    assert path.parent == tmp_path / "logs" / "pos_x" / "Größe_ 0-run0"
    (series,) = [one for one in run.series if one.name == "loss"]
    found = scalars(path, "loss")
    assert [step for step, _, _ in found] == series.step.tolist()
    assert [time for _, time, _ in found] == series.time.tolist()
    np.testing.assert_array_equal([value for _, _, value in found], series.value.astype(np.float32))
    assert len(scalars(path, "f1/lang:de")) == 40
    assert scalars(path, "big")[0][::2] == (-5, float("inf"))


def test_objects_note_and_params_have_their_plugins(recorded, tmp_path):
    path = written(tmp_path, recorded[1])
    plugins = {
        text(value[1]): text(dict(message(dict(message(value[9]))[1]))[1])
        for _, _, value in events(path)
        if 9 in value
    }
    assert plugins == {
        "_hparams_/session_start_info": "hparams", "_hparams_/session_end_info": "hparams", "note": "text",
        "shown": "images", "heard": "audio", "weights": "histograms", "said": "text", "scores": "text",
    }  # fmt: skip


def test_a_run_that_is_written_again_replaces_itself(recorded, tmp_path):
    path = written(tmp_path, recorded[0])
    first = path.read_bytes()
    assert written(tmp_path, recorded[0]).read_bytes() == first
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_has_no_place_is_told_of(recorded, tmp_path):
    figure = dataclasses.replace(
        recorded[0].objects[0],
        kind="figure",
        mime="application/vnd.plotly.v1+json",
        data=json.dumps({}).encode(),
    )
    left = TensorBoardFolder(tmp_path).write(dataclasses.replace(recorded[0], objects=(figure,)))
    assert left == [f"{figure.name} at step 2: a figure of the type application/vnd.plotly.v1+json"]


def test_an_object_whose_file_is_gone_leaves_no_half_file(recorded, tmp_path):
    gone = dataclasses.replace(recorded[0].objects[0], data=tmp_path / "gone.png")
    with pytest.raises(StorageError, match=r"gone\.png"):
        TensorBoardFolder(tmp_path / "logs").write(dataclasses.replace(recorded[0], objects=(gone,)))
    assert list((tmp_path / "logs").rglob("*tfevents*")) == []


def test_what_is_written_comes_back_by_our_own_reader(recorded, tmp_path):
    for run in recorded:
        assert TensorBoardFolder(tmp_path / "logs").write(run) == []
    root = tmp_path / "back" / ".ridgeline"
    Layout(root).create()
    with Repo(root) as other:
        source = TensorboardSource(tmp_path / "logs", ContextPatterns(["{name}/lang:{lang}"]), live=False)
        Passes(other, source, on_failure=lambda _run, why: pytest.fail(why)).once()
        other.refresh()
        assert {run.status for run in other.runs()} == {"finished", "failed"}
        for run in recorded:
            (found,) = [held_run(other, one) for one in other.runs() if one.name.endswith(run.id)]
            assert (found.params["lr"], found.params["version"]) == (run.params["lr"], "01")
            theirs = {(one.name, str(one.context)): one for one in found.series}
            for ours in run.series:
                came = theirs[ours.name, str(ours.context)]
                np.testing.assert_array_equal(came.step, ours.step)
                np.testing.assert_array_equal(came.time, ours.time)
                np.testing.assert_array_equal(came.value, ours.value.astype(np.float32))
            kinds = {one.name: one.kind for one in found.objects}
            assert kinds == {
                "heard": "audio", "note": "text", "said": "text", "scores": "text", "shown": "image",
                "weights": "distribution",
            }  # fmt: skip

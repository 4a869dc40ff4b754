"""`run.log_predictions`: what comes in, what is refused, and what the log holds."""

import json
import subprocess
import sys
import warnings
from array import array

import numpy as np
import pandas as pd
import pytest

import ridgeline
from ridgeline.core.errors import InputError
from ridgeline.core.safetensors import decode_safetensors
from ridgeline.record.boundary import RecordingWarning
from ridgeline.record.objects.predictions import MIME, SUM_TOLERANCE, Predictions
from ridgeline.select.scorers import checks

P = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])


def held(made):
    """Return the arrays of an encoded object as lists, with their types, and its meta."""
    mime, data, meta = made.encode()
    assert mime == MIME
    tensors, metadata = decode_safetensors(data)
    assert metadata == {"format": "ridgeline.predictions", "version": "1"}
    types = {"F": "f", "I": "i", "U": "u"}
    arrays = {
        name: np.frombuffer(one.data, f"<{types[one.dtype[0]]}{int(one.dtype[1:]) // 8}").reshape(one.shape)
        for name, one in tensors.items()
    }
    return arrays, meta


class TestArrays:
    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
    def test_floats_are_kept_as_given(self, dtype):
        arrays, _ = held(Predictions(P.astype(dtype)))
        assert arrays["probabilities"].dtype == dtype
        assert arrays["probabilities"].tolist() == P.tolist()

    def test_any_memory_layout(self):
        wide = np.zeros((2, 6))
        wide[:, ::2] = P
        for same in (np.asfortranarray(P), wide[:, ::2], P[::-1][::-1]):
            assert held(Predictions(same))[0]["probabilities"].tolist() == P.tolist()

    def test_lists_buffers_and_rows_of_arrays(self):
        assert held(Predictions(P.tolist()))[0]["probabilities"].dtype == np.float64
        assert held(Predictions(list(P)))[0]["probabilities"].tolist() == P.tolist()
        arrays, _ = held(Predictions(predictions=array("b", [1, 0]), mean_features=array("f", [0.5, 2])))
        assert arrays["predictions"].dtype == np.int8
        assert arrays["mean_features"].tolist() == [0.5, 2]

    def test_what_has_no_buffer_and_turns_into_an_array(self):
        """As JAX's arrays and the columns of pandas do."""
        frame = pd.DataFrame({"a": [0.5, 0.25], "b": [0.5, 0.75]})
        assert held(Predictions(frame))[0]["probabilities"].tolist() == [[0.5, 0.5], [0.25, 0.75]]
        arrays, _ = held(Predictions(P, labels=pd.Series([2, 1]), ids=pd.Series(["x", "y"])))
        assert arrays["labels"].tolist() == [2, 1]
        assert json.loads(arrays["ids_json"].tobytes()) == ["x", "y"]

    def test_whole_numbers_and_bools(self):
        arrays, _ = held(Predictions(P, labels=np.array([2, 1], np.uint8), predictions=[0, 1]))
        assert (arrays["labels"].dtype, arrays["predictions"].dtype) == (np.uint8, np.int64)
        assert held(Predictions(predictions=np.array([True, False])))[0]["predictions"].tolist() == [1, 0]

    def test_ids_are_words_or_numbers(self):
        assert held(Predictions(P, ids=np.array([7, 3], np.int32)))[0]["ids"].dtype == np.int32
        words = held(Predictions(P, ids=["ä", "b"]))[0]["ids_json"]
        assert json.loads(words.tobytes()) == ["ä", "b"]
        assert json.loads(held(Predictions(P, ids=np.array(["x", "y"])))[0]["ids_json"].tobytes()) == [
            "x",
            "y",
        ]

    def test_a_copy_is_kept(self):
        mine = P.copy()
        made = Predictions(mine)
        mine[:] = 0
        assert held(made)[0]["probabilities"].tolist() == P.tolist()


def test_what_there_is_to_see_of_it():
    _, meta = held(Predictions(P, labels=[0, 2], features=np.ones((2, 5), np.float32)))
    assert meta == {
        "n_examples": 2,
        "holds": ["probabilities", "features", "labels"],
        "n_classes": 3,
        "mean_confidence": 0.625,
        "n_dims": 5,
        "accuracy": 0.5,
    }
    assert held(Predictions(mean_features=[1.0, 2.0]))[1] == {
        "n_examples": None,
        "holds": ["mean_features"],
        "n_dims": 2,
    }
    assert held(Predictions(P, predictions=[1, 2], labels=[1, 1]))[1]["accuracy"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "slug", "words"),
    [
        ({}, "predictions-nothing", "these are none"),
        ({"labels": [0, 1]}, "predictions-nothing", "these are labels"),
        ({"probabilities": [0.5, 0.5]}, "predictions-array", "a list that is none"),
        ({"probabilities": P[0]}, "predictions-array", r"examples × classes.*shape \(3,\)"),
        ({"probabilities": P[:0]}, "predictions-array", r"shape \(0, 3\)"),
        ({"probabilities": []}, "predictions-array", "empty"),
        ({"probabilities": [[0.5, 0.5], [1.0]]}, "predictions-array", "rows have 1 to 2 numbers"),
        ({"probabilities": "half"}, "predictions-array", "a str that is none"),
        ({"probabilities": [["half", "half"]]}, "predictions-array", "could not convert"),
        ({"probabilities": np.array([[1, 0]])}, "predictions-array", "items are int64"),
        ({"probabilities": P.astype(">f4")}, "predictions-array", "items are >f4"),
        ({"probabilities": P.astype(complex)}, "predictions-array", "items are complex128"),
        ({"probabilities": [[1.0], [1.0]]}, "one-class", "those of both"),
        ({"probabilities": P * 1.01}, "not-probabilities", r"example 0 sum to 1.01.*not logits"),
        ({"probabilities": [[1.5, -0.5]]}, "not-probabilities", "least is -0.5"),
        ({"probabilities": P, "labels": [0, 3]}, "label-out-of-range", "0 to 2, and these are 0 to 3"),
        ({"probabilities": P, "labels": [0, -1]}, "label-out-of-range", "these are -1 to 0"),
        ({"predictions": [0, -1]}, "label-out-of-range", "numbers 0 or more"),
        ({"probabilities": P, "labels": [0.0, 1.5]}, "predictions-array", "no whole numbers"),
        (
            {"probabilities": P, "labels": np.array([0.0, 1.0])},
            "predictions-array",
            "whole numbers as examples",
        ),
        ({"probabilities": P, "labels": [[0], [1]]}, "predictions-array", "items are lists"),
        ({"probabilities": P, "labels": [0, 1, 2]}, "predictions-shape", "probabilities 2, labels 3"),
        ({"probabilities": P, "features": np.ones((3, 4))}, "predictions-shape", "features 3"),
        ({"probabilities": P, "ids": ["a"]}, "predictions-shape", "ids 1"),
        ({"probabilities": P, "ids": ["a", "a"]}, "predictions-ids", "some twice"),
        ({"probabilities": P, "ids": ["a", 1]}, "predictions-ids", "not 'a', 1"),
        ({"probabilities": P, "ids": [0.5, 1.5]}, "predictions-ids", "not 0.5"),
        ({"probabilities": P, "ids": "ab"}, "predictions-ids", "not 'ab'"),
        ({"probabilities": P, "ids": 5}, "predictions-ids", "not 5"),
    ],
)
def test_mistakes_are_told_at_the_call(arguments, slug, words):
    with pytest.raises(InputError, match=rf"{words}.*\[{slug}\]"):
        Predictions(**arguments)


def test_probabilities_may_miss_one_by_what_sixteen_bits_round():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(1000), 50).astype(np.float16)
    assert Predictions(p).finite
    assert SUM_TOLERANCE == checks.SUM_TOLERANCE  # what is recorded can be scored
    edge = [[0.5, 0.5 + 0.99 * SUM_TOLERANCE]]
    assert Predictions(edge).finite
    with pytest.raises(InputError, match="not-probabilities"):
        Predictions([[0.5, 0.5 + 1.01 * SUM_TOLERANCE]])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_model_warns_and_goes_on(tmp_path, read, bad):
    p = P.copy()
    p[1, 1] = bad
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", RecordingWarning)
        with ridgeline.Run(repo=tmp_path, capture=False) as run:
            run.log_predictions(p)
            run.log_predictions(P, features=[[bad], [1.0]])
    assert "predictions-not-finite" in str(found[0].message)
    recorded = read(run)
    assert recorded.objects == []
    assert recorded.state.warnings["predictions-not-finite"].count == 2


def test_small_ones_stand_in_the_log_and_large_ones_in_the_blobs(tmp_path, read):
    rng = np.random.default_rng(0)
    large = rng.dirichlet(np.ones(10), 5000).astype(np.float32)
    with ridgeline.Run(repo=tmp_path, capture=False) as run:
        run.log_predictions(P, context={"lang": "de"}, step=20, epoch=2)
        run.log_predictions(large, context={"lang": "nl"}, step=20)
        run.log_predictions(P, context={"lang": "de"})
    recorded = read(run)
    assert {name: kinds for (name, _), kinds in recorded.kinds.items()} == {"predictions": ["predictions"]}
    headers = [(name, one.step, one.epoch, one.blob is None) for name, one, _ in recorded.objects]
    assert headers == [
        ("predictions", 20, 2, True),
        ("predictions", 20, None, False),
        ("predictions", 21, None, True),
    ]
    blob = recorded.objects[1][1].blob
    data = (tmp_path / ".ridgeline" / "blobs" / blob[:2] / blob).read_bytes()
    assert bytes(decode_safetensors(data)[0]["probabilities"].data) == large.tobytes()


def test_a_burst_that_is_more_than_the_queue_holds_waits_for_the_disk(tmp_path, read):
    with ridgeline.Run(repo=tmp_path, capture=False) as run:
        run._recording.buffer.objects._limit_bytes = 100_000
        for step in range(20):
            run.log_predictions(mean_features=np.full(10_000, step, np.float64), step=step)
    recorded = read(run)
    assert [one.step for _, one, _ in recorded.objects] == list(range(20))
    assert recorded.state.warnings == {}


def test_a_closed_run_refuses(tmp_path):
    run = ridgeline.Run(repo=tmp_path, capture=False)
    run.close()
    with pytest.raises(InputError, match="run-closed"):
        run.log_predictions(P)


WITHOUT_NUMPY = """
import json, sys
from ridgeline import Run
from ridgeline.core.errors import InputError
from ridgeline.record.objects.predictions import Predictions
made = Predictions([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]], labels=[0, 2], ids=["a", "b"])
told = []
for arguments in ({"probabilities": [[0.5, 0.6]]}, {"probabilities": [[1.5, -0.5]]}):
    try:
        Predictions(**arguments)
    except InputError as error:
        told.append(error.slug)
finite = [Predictions([[0.5, float("nan")]]).finite, Predictions(mean_features=[float("inf")]).finite]
assert "numpy" not in sys.modules
print(json.dumps([made.encode().meta, told, finite, made.encode().data.hex()]))
"""


def test_without_numpy_it_is_the_same():
    said = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True, check=True)
    meta, told, finite, data = json.loads(said.stdout)
    here = Predictions(P, labels=[0, 2], ids=["a", "b"]).encode()
    assert (meta, bytes.fromhex(data)) == (here.meta, here.data)
    assert told == ["not-probabilities"] * 2
    assert finite == [False, False]


KILLED = """
import os, signal, numpy as np, ridgeline
run = ridgeline.Run(repo={repo!r}, run_id="r", capture=False)
p = np.full((40_000, 2), 0.5, np.float32)
run.log_predictions(p, labels=np.zeros(40_000, np.uint8), step=1)
run.log_predictions(p[:5], step=2)
run.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_flushed_survives_a_kill(tmp_path, read_id):
    subprocess.run([sys.executable, "-c", KILLED.format(repo=str(tmp_path))], check=False)
    recorded = read_id(tmp_path / ".ridgeline", "r")
    assert recorded.status == "lost"
    assert [(one.step, one.meta["n_examples"]) for _, one, _ in recorded.objects] == [(1, 40_000), (2, 5)]
    blob = recorded.objects[0][1].blob
    data = (tmp_path / ".ridgeline" / "blobs" / blob[:2] / blob).read_bytes()
    assert decode_safetensors(data)[0]["labels"].shape == (40_000,)

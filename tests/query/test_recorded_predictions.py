"""Predictions read back from a repository."""

import numpy as np
import pytest

import ridgeline
from ridgeline.core.errors import InputError, NotFoundError, StorageError
from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.query.predictions import decode_predictions
from ridgeline.query.repo import Repo

P = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]], np.float16)
Z = np.arange(8, dtype=np.float32).reshape(2, 4)
TEST = {"lang": "de", "subset": "test"}


@pytest.fixture
def view(tmp_path):
    with ridgeline.Run(repo=tmp_path, run_id="r", capture=False) as run:
        run.log_predictions(P, labels=[0, 2], ids=["ä", "b"], features=Z, context=TEST, step=1)
        run.log_predictions(P[::-1], context=TEST, step=2)
        run.log_predictions(mean_features=[1.0, 2.0], context={"lang": "nl", "subset": "test"}, step=2)
    return Repo(tmp_path).run("r")


def test_by_context_and_step(view):
    found = view.predictions(TEST, step=1)
    assert found.probabilities.dtype == np.float16
    assert found.probabilities.tolist() == P.tolist()
    assert (found.labels.tolist(), found.ids.tolist()) == ([0, 2], ["ä", "b"])
    assert (found.classes().tolist(), found.n_examples) == ([0, 1], 2)
    assert found.mean().tolist() == Z.mean(axis=0).tolist()
    newest = view.predictions({"lang": "de"})
    assert (newest.classes().tolist(), newest.labels, newest.mean()) == ([1, 0], None, None)
    mean = view.predictions({"lang": "nl"})
    assert (mean.mean().tolist(), mean.classes(), mean.n_examples) == ([1, 2], None, None)


def test_what_is_not_there_is_told(view):
    with pytest.raises(NotFoundError, match=r"at step 7; it has them at 1, 2\. \[predictions-not-found\]"):
        view.predictions(TEST, step=7)
    with pytest.raises(NotFoundError, match="metric-not-found"):
        view.predictions({"lang": "fr"})
    with pytest.raises(InputError, match=r"in 2 contexts .*'nl'.*\[predictions-contexts\]"):
        view.predictions()


def test_they_are_objects_like_others(view):
    assert [(item.kind, item.entry.step) for item in view.objects("predictions", {"lang": "de"})] == [
        ("predictions", 1),
        ("predictions", 2),
    ]
    assert view.objects("predictions")[0].entry.meta["accuracy"] == 0.5


META = {"format": "ridgeline.predictions", "version": "1"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"nothing", "safetensors-malformed"),
        (encode_safetensors({}, {}), "say to be nothing"),
        (encode_safetensors({}, {**META, "version": "9"}), "version 9"),
        (encode_safetensors({"labels": Tensor("U8", (1, 1), b"a")}, META), r"shape \(1, 1\)"),
        (encode_safetensors({"labels": Tensor("BOOL", (1,), b"a")}, META), "type BOOL"),
        (encode_safetensors({"ids_json": Tensor("U8", (1,), b"[")}, META), "no JSON"),
        (encode_safetensors({"ids_json": Tensor("U8", (3,), b"[1]")}, META), "no list of words"),
    ],
)
def test_damage_is_told(data, message):
    with pytest.raises(StorageError, match=message):
        decode_predictions(data)


def test_a_later_version_may_add_arrays():
    data = encode_safetensors({"labels": Tensor("U8", (1,), b"\x02"), "more": Tensor("U8", (1,), b"a")}, META)
    assert decode_predictions(data).labels.tolist() == [2]

"""LMS trained by PyTorch is LMS trained by NumPy."""

import numpy as np
import pytest
from needed import need

need("torch")

import torch

from ridgeline.core.errors import InputError
from ridgeline.select.lms.learn import learn_to_select
from ridgeline.select.lms.plan import Plan
from ridgeline.select.lms.torch_train import trainer
from ridgeline.select.lms.train import Lesson, train
from ridgeline.select.scores import Scores


def lesson(dropout=0.0, dtype=np.float64):
    rng = np.random.default_rng(0)
    dev = rng.integers(0, 5, (3, 4, 10)).astype(float)
    dev[0, 1, :3] = np.nan
    dev[2, 2] = np.nan
    return Lesson(
        representations=rng.normal(size=(3, 4, 10, 6)).astype(dtype),
        languages=rng.normal(size=(3, 4, 5)).astype(dtype),
        dev=dev,
        asked=rng.normal(size=(1, 2, 7, 6)).astype(dtype),
        asked_languages=rng.normal(size=(1, 2, 5)).astype(dtype),
        learning_rates=np.array([0.001, 0.01, 0.03]),
        epochs=(1, 5, 60),
        hidden=8,
        dropout=dropout,
        seed=4,
    )


def test_scores_and_losses_are_those_of_numpy():
    ours, theirs = train(lesson()), trainer("cpu")(lesson())
    np.testing.assert_allclose(theirs.scores, ours.scores, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(theirs.losses, ours.losses, rtol=1e-8)
    assert (np.diff(ours.losses) < 0).all()  # the faster it learns, the further it is


def test_single_precision_is_near():
    ours, theirs = train(lesson(dtype=np.float32)), trainer("cpu")(lesson(dtype=np.float32))
    np.testing.assert_allclose(theirs.losses, ours.losses, rtol=1e-3)


def test_dropout_is_seeded_and_leaves_the_callers_generator_alone():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first, again = trainer("cpu")(lesson(0.3)), trainer("cpu")(lesson(0.3))
    assert torch.equal(torch.rand(3), expected)
    np.testing.assert_array_equal(first.scores, again.scores)
    assert np.abs(first.scores - trainer("cpu")(lesson()).scores).max() > 0.01


def test_it_chooses_as_numpy_does():
    rng = np.random.default_rng(0)
    trait = rng.normal(size=(40, 2))
    asked = rng.normal(size=(8, 2))
    tasks = [f"t{at}" for at in range(8)]
    dev = Scores.of([f"m{at}" for at in range(40)], tasks, trait @ asked.T)
    turned = trait @ rng.normal(size=(2, 6))
    seen = {task: turned + shift for task, shift in zip(tasks, asked @ rng.normal(size=(2, 6)), strict=True)}
    said = {
        backend: learn_to_select(
            dev,
            "t0",
            seen,
            plan=Plan(learning_rates=(0.01,), epochs=(40,), dropout=0.0, members=2, backend=backend),
        )
        for backend in ("numpy", "torch")
    }
    assert not said["torch"].abstains
    assert np.corrcoef(said["torch"].scores, said["numpy"].scores)[0, 1] > 0.999


def test_a_device_that_is_not_there_is_said():
    with pytest.raises(InputError, match="'nowhere'") as caught:
        trainer("nowhere")
    assert caught.value.slug == "torch-device"

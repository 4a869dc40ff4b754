"""Predictions as PyTorch and TensorFlow give them, and as the library of safetensors reads them back."""

import numpy as np
import pytest
from needed import need

need("torch", "safetensors")

import torch
from safetensors import numpy as safetensors

import ridgeline
from ridgeline.core.errors import InputError
from ridgeline.record.objects.predictions import Predictions


def held(made):
    return safetensors.load(made.encode().data)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_tensors_keep_their_type(dtype):
    p = torch.softmax(torch.randn(20, 4), dim=1).to(getattr(torch, dtype))
    found = held(Predictions(p, labels=torch.arange(20) % 4, ids=torch.arange(20)))
    assert found["probabilities"].dtype == dtype
    assert found["probabilities"].tolist() == p.tolist()
    assert found["labels"].dtype == np.int64
    assert found["ids"].tolist() == list(range(20))


def test_what_training_hands_over():
    """Logits that want a gradient, of bfloat16, a view with strides."""
    logits = torch.randn(8, 6, requires_grad=True)
    p = torch.softmax(logits, dim=1)
    assert held(Predictions(p))["probabilities"] == pytest.approx(p.detach().numpy())
    half = torch.tensor([[0.5, 0.5], [0.25, 0.75]], dtype=torch.bfloat16)
    assert held(Predictions(half))["probabilities"].dtype == np.float32
    wide = torch.stack([p.detach(), p.detach()], dim=2)[:, :, 0]
    assert not wide.is_contiguous()
    assert held(Predictions(wide))["probabilities"] == pytest.approx(p.detach().numpy())
    assert held(Predictions(predictions=torch.tensor([True, False])))["predictions"].tolist() == [1, 0]
    assert held(Predictions(list(p)))["probabilities"] == pytest.approx(p.detach().numpy())


def test_mistakes_are_told_as_of_arrays():
    with pytest.raises(InputError, match="not-probabilities"):
        Predictions(torch.randn(4, 3))
    with pytest.raises(InputError, match=r"shape \(3,\)"):
        Predictions(torch.ones(3))
    assert not Predictions(torch.full((2, 2), float("nan"))).finite


def test_a_tensor_may_be_changed_at_once(tmp_path):
    p = torch.full((5, 2), 0.5)
    with ridgeline.Run(repo=tmp_path, run_id="r", capture=False) as run:
        run.log_predictions(p, context={"subset": "dev"})
        p.fill_(7)
    assert ridgeline.Repo(tmp_path).run("r").predictions().probabilities.tolist() == [[0.5, 0.5]] * 5


def test_tensorflow():
    need("tensorflow")
    import tensorflow as tf

    p = tf.nn.softmax(tf.random.normal((6, 3)))
    assert held(Predictions(p))["probabilities"] == pytest.approx(p.numpy())

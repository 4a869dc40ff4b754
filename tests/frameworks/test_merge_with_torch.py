"""Merging on a device of torch gives the bytes that the processor's kernels give; here the device is torch's own CPU."""

import pytest
from needed import need

from merge_files import family
from ridgeline.core.errors import InputError
from ridgeline.merge import Options, merge

need("torch", "safetensors")

import torch
from safetensors.torch import load_file

SHAPES = {"a.weight": (130, 170), "b.weight": (3, 20_000), "c.bias": (170,), "scale": ()}
METHODS = {
    "linear": {"weight": [0.5, 0.3, 0.2]},
    "task_arithmetic": {"weight": [1.0, 0.5, -0.25], "lambda": 0.7},
    "ties": {"density": [0.2, 0.5, 0.7]},
    "ties_paper": {"density": 0.2},
    "dare_linear": {"density": 0.3},
    "dare_ties": {"density": 0.3},
    "breadcrumbs_ties": {"density": 0.8, "gamma": 0.05},
    "model_stock": {},
}


@pytest.mark.parametrize("dtype", ["BF16", "F16", "F32", "F64"])
@pytest.mark.parametrize("method", list(METHODS))
def test_a_device_gives_the_same_bytes(tmp_path, method, dtype):
    base, *models = family(tmp_path, SHAPES, dtype=dtype)
    for name, options in (
        ("host", Options(backend="numpy")),
        ("device", Options(device="cpu", backend="numpy")),
    ):
        merge(models, tmp_path / name, method=method, base=base, parameters=METHODS[method], options=options)
    assert (tmp_path / "host" / "model.safetensors").read_bytes() == (
        tmp_path / "device" / "model.safetensors"
    ).read_bytes()


def test_a_device_that_is_not_there(tmp_path):
    _, *models = family(tmp_path, {"w": (2, 2)})
    with pytest.raises(InputError, match="Leave it out"):
        merge(models, tmp_path / "out", options=Options(device="cuda:99"))


def test_what_is_written_is_what_safetensors_and_torch_read(tmp_path):
    base, *models = family(tmp_path, SHAPES, dtype="BF16")
    merge(models, tmp_path / "out", method="ties", base=base, parameters={"density": 0.3})
    found = load_file(tmp_path / "out" / "model.safetensors")
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == SHAPES
    assert all(tensor.dtype == torch.bfloat16 for tensor in found.values())
    two = [load_file(model / "model.safetensors")["a.weight"].double() for model in models[:2]]
    merge(models[:2], tmp_path / "mean")
    merged = load_file(tmp_path / "mean" / "model.safetensors")["a.weight"]
    assert torch.equal(merged, torch.stack(two).mean(0).to(torch.bfloat16))

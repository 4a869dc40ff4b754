"""LoRA adapters out: what a fine-tune changed in its base, as products of two thin matrices, in a PEFT folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.merge.checkpoint.floats import as_floats
from ridgeline.merge.checkpoint.json_files import read_object
from ridgeline.merge.checkpoint.lora import CONFIG, PREFIX, WEIGHTS
from ridgeline.merge.tensors.checkpoint import Checkpoint, open_checkpoint
from ridgeline.merge.tensors.inputs import TensorInput

_EXACT_BELOW = 256  # the smaller side up to which the whole decomposition is the quicker one
_OVERSAMPLED, _POWERS = 16, 4
_TRANSPOSED = {"gpt2", "gpt_bigcode", "openai-gpt"}  # their linear layers keep weights as [inputs, outputs]
Floats32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an adapter holds.

    Attributes:
        folder: where it lies.
        errors: module → the share of the change that it leaves out, in [0, 1]: the length of the rest by that of the whole.
        left: names of tensors that changed and that it has not: vectors, embeddings, heads.
    """

    folder: Path
    errors: dict[str, float]
    left: tuple[str, ...]


def in_layers(name: str) -> bool:
    """Tell whether a tensor belongs to a numbered layer, by its name."""
    return any(part.isdecimal() for part in name.split("."))


def extract_lora(
    base: str | Path,
    model: str | Path,
    out: str | Path,
    *,
    rank: int = 16,
    modules: Callable[[str], bool] = in_layers,
) -> Extracted:
    """Write the best approximation of rank r of model - base (Eckart & Young 1936) as a LoRA adapter.

    Its factors are B = U·√S and A = √S·Vᵀ of the r largest singular values. Of large matrices these come from a random
    projection with power iterations (Halko, Martinsson & Tropp 2011, algorithm 4.4), from a fixed seed. One matrix is in
    memory at a time.

    Args:
        base: folder or file of the model that the adapter is for.
        model: folder or file of the fine-tune.
        out: folder to write, which must not have an adapter.
        rank: r, from 1; less where a matrix is smaller.
        modules: which weights of two axes go in, by name; by default those of numbered layers.

    Raises:
        NotFoundError: there is no such model.
        InputError: tensors differ in shape, none changed, the rank is below 1, or there is an adapter already.
        StorageError: it cannot be written.
    """
    if rank < 1:
        raise InputError(f"rank is {rank}, and must be in [1, ∞).", "merge-parameter")
    folder = Path(out)
    if (folder / WEIGHTS).exists():
        raise InputError(f"'{folder}' has an adapter already. Name another folder.", "merge-output-exists")
    start, tuned = open_checkpoint(base), open_checkpoint(model)
    transposed = _is_transposed(start)
    factors: dict[str, tuple[Floats32, Floats32]] = {}
    errors: dict[str, float] = {}
    left = []
    for name, tensor in start.tensors.items():
        change = _change(name, tensor, tuned, model)
        if change is None:
            continue
        if len(tensor.shape) != 2 or not name.endswith(".weight") or not modules(name):
            left.append(name)
            continue
        module = name.removesuffix(".weight")
        factors[module], errors[module] = low_rank(change.T if transposed else change, rank)
    if not factors:
        raise InputError(
            f"No weight of '{model}' that would go into an adapter differs from '{base}'.",
            "merge-nothing-changed",
        )
    _write(folder, base, factors, transposed=transposed)
    return Extracted(folder, errors, tuple(left))


def low_rank(change: Floats32, rank: int) -> tuple[tuple[Floats32, Floats32], float]:
    """Return A, [r, inputs], and B, [outputs, r], with B·A nearest to a change, [outputs, inputs], and what is left out."""
    rank = min(rank, *change.shape)
    whole = change.astype(np.float64)
    if min(change.shape) <= _EXACT_BELOW:
        left, values, right = np.linalg.svd(whole, full_matrices=False)
    else:
        basis = _range_of(whole, rank + _OVERSAMPLED)
        inner, values, right = np.linalg.svd(basis.T @ whole, full_matrices=False)
        left = basis @ inner
    root = np.sqrt(values[:rank])
    first, second = root[:, None] * right[:rank], left[:, :rank] * root
    size = float(np.linalg.norm(whole))
    rest = float(np.linalg.norm(whole - second @ first)) / size if size else 0.0
    return (first.astype(np.float32), second.astype(np.float32)), rest


def _range_of(matrix: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Return an orthonormal basis of nearly all that a matrix reaches, [outputs, columns]."""
    generator = np.random.Generator(np.random.Philox(0))
    basis, _ = np.linalg.qr(
        matrix @ generator.standard_normal((matrix.shape[1], min(columns, *matrix.shape)))
    )
    for _ in range(_POWERS):
        basis, _ = np.linalg.qr(matrix.T @ basis)
        basis, _ = np.linalg.qr(matrix @ basis)
    return basis


def _change(name: str, tensor: TensorInput, tuned: Checkpoint, model: str | Path) -> Floats32 | None:
    """Return what a tensor changed by; None: it did not, or holds no floats."""
    other = tuned.tensors.get(name)
    if other is None or tensor.dtype.kind != "float":
        return None
    if other.shape != tensor.shape:
        raise InputError(
            f"{name!r} is {list(tensor.shape)} in the base and {list(other.shape)} in '{model}'. An adapter changes no"
            " shapes; name the base that the model was trained from.",
            "merge-shapes-differ",
        )
    size = int(np.prod(tensor.shape, dtype=np.int64))
    change: Floats32 = as_floats(other.read(0, size), other.dtype) - as_floats(
        tensor.read(0, size), tensor.dtype
    )
    return change.reshape(tensor.shape) if change.any() else None


def _is_transposed(base: Checkpoint) -> bool:
    folder = base.path if base.path.is_dir() else base.path.parent
    return read_object(folder / "config.json").get("model_type") in _TRANSPOSED


def _write(
    folder: Path, base: str | Path, factors: dict[str, tuple[Floats32, Floats32]], *, transposed: bool
) -> None:
    tensors, ranks = {}, {module: len(first) for module, (first, _) in factors.items()}
    for module, (first, second) in factors.items():
        for part, values in (("lora_A", first), ("lora_B", second)):
            data = np.ascontiguousarray(values, "<f4").tobytes()
            tensors[f"{PREFIX}{module}.{part}.weight"] = Tensor("F32", values.shape, data)
    rank = max(ranks.values())
    smaller = {module: count for module, count in ranks.items() if count < rank}
    config = {
        "peft_type": "LORA",
        "base_model_name_or_path": str(base),
        "r": rank,
        "lora_alpha": rank,
        "rank_pattern": smaller,
        "alpha_pattern": smaller,
        "target_modules": sorted(factors),
        "fan_in_fan_out": transposed,
        "lora_dropout": 0.0,
        "bias": "none",
        "use_rslora": False,
        "inference_mode": True,
        "task_type": None,
        "modules_to_save": None,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / WEIGHTS).write_bytes(encode_safetensors(tensors, {"format": "pt"}))
        (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise StorageError(
            f"The adapter cannot be written into '{folder}': {error.strerror}.", "merge-write-failed"
        ) from error

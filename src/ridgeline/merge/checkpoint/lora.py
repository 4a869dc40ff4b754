"""LoRA adapters in: a model whose tensors are base + scale·B·A, worked out where they are read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.merge.checkpoint.floats import as_floats
from ridgeline.merge.tensors.checkpoint import Checkpoint, open_checkpoint
from ridgeline.merge.tensors.dtypes import DTYPES, DType
from ridgeline.merge.tensors.inputs import TensorInput

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PREFIX = "base_model.model."
Kind = Literal["linear", "transposed", "embedding"]


@dataclass(frozen=True, slots=True)
class Low:
    """What an adapter adds to one weight: scale · second · first.

    Attributes:
        first: A, [rank, inputs].
        second: B, [outputs, rank].
        scale: a factor.
        kind: `linear` for weights of [outputs, inputs], `transposed` for [inputs, outputs]; an `embedding` is one too.
    """

    first: NDArray[np.float32]
    second: NDArray[np.float32]
    scale: float
    kind: Kind

    @property
    def shape(self) -> tuple[int, int]:
        """Return the shape of the weight that it fits."""
        shape = (self.second.shape[0], self.first.shape[1])
        return shape if self.kind == "linear" else (shape[1], shape[0])

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return rows of what is added, [stop - start, columns]."""
        if self.kind == "linear":
            change = self.second[start:stop] @ self.first
        else:
            change = (self.second @ self.first[:, start:stop]).T
        scaled: NDArray[np.float32] = change * np.float32(self.scale)
        return scaled


@dataclass(frozen=True, slots=True)
class WithLora:
    """A tensor of a model with an adapter, in float32; never whole in memory."""

    of: TensorInput
    low: Low

    @property
    def name(self) -> str:
        return f"{self.of.name}+lora"

    @property
    def dtype(self) -> DType:
        return DTYPES["F32"]

    @property
    def written_dtype(self) -> DType:
        """Return the type that the model stores, which the output has if the recipe says nothing."""
        return self.of.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.of.shape

    @property
    def stored_bytes(self) -> int:
        return self.of.stored_bytes

    def read(self, start: int, stop: int) -> NDArray[Any]:
        columns = self.of.shape[1]
        first, last = start // columns, -(-stop // columns)
        change = self.low.rows(first, last).ravel()[start - first * columns :][: stop - start]
        whole: NDArray[Any] = as_floats(self.of.read(start, stop), self.of.dtype) + change
        return whole

    def release(self, start: int, stop: int) -> None:
        self.of.release(start, stop)


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter as PEFT writes it.

    Attributes:
        folder: where it lies.
        low: module → what is added to its weight.
        replaced: tensor name → the whole tensor that takes the place of the model's.
    """

    folder: Path
    low: Mapping[str, Low]
    replaced: Mapping[str, TensorInput]


def read_adapter(folder: Path) -> Adapter:
    """Read a PEFT folder.

    Raises:
        NotFoundError: it lacks `adapter_config.json` or `adapter_model.safetensors`.
        InputError: the adapter is of a kind that does not merge here: DoRA, biases, or no LoRA.
    """
    if not (folder / CONFIG).is_file() or not (folder / WEIGHTS).is_file():
        raise NotFoundError(
            f"'{folder}' is no LoRA adapter: it needs {CONFIG} and {WEIGHTS}. Save it with PEFT, as safetensors.",
            "merge-adapter-not-found",
        )
    config = _config(folder / CONFIG)
    tensors = open_checkpoint(folder / WEIGHTS).tensors
    low: dict[str, Low] = {}
    replaced: dict[str, TensorInput] = {}
    for name, tensor in tensors.items():
        plain = name.removeprefix(PREFIX)
        if ".lora_A" in plain or ".lora_embedding_A" in plain:
            module = plain.partition(".lora_")[0]
            low[module] = _low(module, name, tensors, config, folder)
        elif ".lora_B" in plain or ".lora_embedding_B" in plain:
            continue
        elif "lora_" in plain:
            raise InputError(
                f"The adapter '{folder}' has {name!r}, which is no plain LoRA; {_MERGE_FIRST}",
                "merge-adapter-kind",
            )
        else:
            replaced[plain.replace(".modules_to_save.default", "").replace(".modules_to_save", "")] = tensor
    return Adapter(folder, low, replaced)


def with_adapter(model: Checkpoint, adapter: Adapter) -> Checkpoint:
    """Return the model with the adapter merged in, tensor by tensor as it is read.

    Raises:
        InputError: the adapter has modules that the model has not, or of another shape.
    """
    tensors, problems = dict(model.tensors), []
    for module, low in adapter.low.items():
        name = f"{module}.weight"
        known = name if name in tensors else _below(name, tensors)
        if known is None:
            problems.append(f"the model has no tensor {name!r}")
        elif tensors[known].shape != low.shape:
            problems.append(f"{known!r} is {list(tensors[known].shape)}, the adapter's is {list(low.shape)}")
        else:
            tensors[known] = WithLora(tensors[known], low)
    for name, tensor in adapter.replaced.items():
        tensors[_below(name, tensors) or name if name not in tensors else name] = tensor
    if problems:
        raise InputError(
            f"The adapter '{adapter.folder}' does not fit the model '{model.path}': {'; '.join(problems[:5])}"
            f"{f' … and {len(problems) - 5} more' if len(problems) > 5 else ''}. Name the model that it was trained on.",
            "merge-adapter-misfit",
        )
    return Checkpoint(model.path, model.files, tensors)


_MERGE_FIRST = "merge it into its model with PEFT (merge_and_unload) and name the result."


def _below(name: str, tensors: Mapping[str, TensorInput]) -> str | None:
    """Return the one tensor of this name below or above a prefix: heads wrap models, and adapters see either."""
    found = [known for known in tensors if known.endswith(f".{name}") or name.endswith(f".{known}")]
    return found[0] if len(found) == 1 else None


def _config(path: Path) -> Mapping[str, Any]:
    try:
        config = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"'{path}' is no JSON ({error}).", "merge-adapter-kind") from error
    kind = config.get("peft_type") if isinstance(config, dict) else None
    wrong = [
        key for key in ("use_dora", "use_qalora", "lora_bias") if isinstance(config, dict) and config.get(key)
    ]
    if kind != "LORA" or wrong or config.get("bias", "none") != "none":
        said = (
            f"has {wrong[0]} on" if wrong else f"is of type {kind!r}" if kind != "LORA" else "trains biases"
        )
        raise InputError(f"The adapter '{path.parent}' {said}; {_MERGE_FIRST}", "merge-adapter-kind")
    checked: Mapping[str, Any] = config
    return checked


def _low(
    module: str, name: str, tensors: Mapping[str, TensorInput], config: Mapping[str, Any], folder: Path
) -> Low:
    other = name.replace(".lora_A", ".lora_B").replace(".lora_embedding_A", ".lora_embedding_B")
    if other not in tensors:
        raise InputError(
            f"The adapter '{folder}' has {name!r} and lacks {other!r}. Save it again.", "merge-adapter-kind"
        )
    first, second = (_whole(tensors[one]) for one in (name, other))
    embedding = ".lora_embedding_A" in name
    if first.ndim != 2 or second.ndim != 2 or first.shape[0] != second.shape[1]:
        raise InputError(
            f"The adapter '{folder}' has factors of the shapes {list(first.shape)} and {list(second.shape)} for"
            f" {module!r}; {_MERGE_FIRST}",
            "merge-adapter-kind",
        )
    rank = first.shape[0]
    alpha = _of_pattern(module, config.get("alpha_pattern"), config.get("lora_alpha", rank))
    scale = alpha / (math.sqrt(rank) if config.get("use_rslora") else rank)
    kind: Kind = "embedding" if embedding else "transposed" if config.get("fan_in_fan_out") else "linear"
    return Low(first, second, scale, kind)


def _of_pattern(module: str, patterns: object, default: object) -> float:
    found = default
    if isinstance(patterns, Mapping):
        found = next(
            (value for key, value in patterns.items() if module == key or module.endswith(f".{key}")), default
        )
    return float(found) if isinstance(found, int | float) else float("nan")


def _whole(tensor: TensorInput) -> NDArray[np.float32]:
    size = int(np.prod(tensor.shape, dtype=np.int64))
    return as_floats(tensor.read(0, size), tensor.dtype).reshape(tensor.shape)

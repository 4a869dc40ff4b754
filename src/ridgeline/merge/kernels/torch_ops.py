"""The kernels on a device of torch, one array operation after the other as NumPy's: the same bits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.numpy_ops import EXPONENTS
from ridgeline.merge.kernels.ops import Bits, Floats, TaskVectors
from ridgeline.merge.random import GAMMA, MIX_1, MIX_2, WORDS
from ridgeline.merge.tensors.dtypes import DType

_FLOATS = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
_INTEGERS = {8: torch.int64, 4: torch.int32, 2: torch.int16}
_LEAST_WEIGHT = 1e-8


class TorchOps:
    """Chunks go to the device as they are stored and come back as they are written; in between all stays there."""

    name = "torch"

    def __init__(self, device: str) -> None:
        try:
            self._device = torch.device(device)
            torch.empty(1, device=self._device)
        except (RuntimeError, AssertionError) as error:
            first = str(error).partition("\n")[0]
            raise InputError(
                f"torch has no device {device!r} here ({first}). Leave it out.", "merge-backend"
            ) from error

    def load(self, parts: Sequence[tuple[NDArray[Any], DType]], dtype: type[np.floating[Any]]) -> Any:
        kind = torch.float64 if dtype is np.float64 else torch.float32
        rows = [self._sent(raw, stored).to(kind) for raw, stored in parts]
        return torch.stack(rows)

    def _sent(self, raw: NDArray[Any], stored: DType) -> Any:
        items = torch.from_numpy(raw.view(f"<i{stored.item_bytes}").copy())
        return items.to(self._device).view(_FLOATS[stored.name])

    def store(self, values: Any, dtype: DType) -> tuple[NDArray[Any], int]:
        raw = values.to(_FLOATS[dtype.name]).view(_INTEGERS[dtype.item_bytes]).cpu().numpy().view(dtype.raw)
        if dtype.name == "BF16":
            lost = torch.isnan(values)
            if lost.any():  # the NaN that the processor's kernels write
                bits = values.float().view(torch.int32)[lost].cpu().numpy().view(np.uint32)
                raw[lost.cpu().numpy()] = (bits >> np.uint32(16)).astype(np.uint16) | np.uint16(0x40)
        bits = raw.view(f"<u{dtype.item_bytes}")
        exponent = EXPONENTS[dtype.name]
        return raw, int(np.count_nonzero((bits & bits.dtype.type(exponent)) == exponent))

    def weighted_sum(self, models: Any, base: Any, weights: Floats, base_weight: float) -> Any:
        factors = torch.from_numpy(weights).to(self._device)
        total = models[0] * factors[0] if base is None else base * base_weight
        for m in range(base is None, len(models)):
            total = total + models[m] * factors[m]
        return total

    def task_vectors(self, models: Any, base: Any, how: TaskVectors, start: int) -> Any:
        parts = [self._part(models[m], base, how, m, start) for m in range(len(models))]
        total = torch.zeros_like(base)
        for part in parts:
            total = total + part
        total = total / how.divisor if how.combine == "sum" else _elected(parts, total, how)
        return total * how.scale + base

    def _part(self, model: Any, base: Any, how: TaskVectors, m: int, start: int) -> Any:
        difference = model - base
        bits = _magnitude_bits(difference)
        top = int(np.iinfo(np.int64).max)
        keep = (bits >= int(min(how.low[m], top))) & (bits <= int(min(how.high[m], top)))
        if how.below[m] < WORDS:
            keep &= self._random_words(int(how.keys[m]), start, len(bits)) < int(how.below[m])
        part = (difference * float(how.scales[m])) * float(how.weights[m])
        return torch.where(keep, part, torch.zeros_like(part))

    def _random_words(self, key: int, start: int, count: int) -> Any:
        """Return the numbers of `random_words` as int64; integers of torch are signed, and wrap as unsigned ones do."""
        first, last = start // 2, (start + count + 1) // 2
        word = torch.arange(first + 1, last + 1, device=self._device) * _signed(GAMMA) + _signed(key)
        word = (word ^ _shifted(word, 30)) * _signed(MIX_1)
        word = (word ^ _shifted(word, 27)) * _signed(MIX_2)
        word = word ^ _shifted(word, 31)
        halves = torch.stack([word & 0xFFFFFFFF, _shifted(word, 32)], dim=1).reshape(-1)
        return halves[start % 2 : start % 2 + count]

    def count_digits(
        self, models: Any, base: Any, total: NDArray[np.int64], shift: int, prefixes: Bits | None
    ) -> None:
        for m in range(len(models)):
            bits = _magnitude_bits(models[m] if base is None else models[m] - base)
            if prefixes is None:
                total[m] += torch.bincount(bits >> shift, minlength=total.shape[1]).cpu().numpy()
                continue
            above = bits >> (shift + 16)
            for r, prefix in enumerate(prefixes[m]):
                digits = (bits[above == int(prefix)] >> shift) & 0xFFFF
                total[m, r] += torch.bincount(digits, minlength=total.shape[2]).cpu().numpy()

    def add_products(self, vectors: Any, total: NDArray[np.float64]) -> None:
        raise NotImplementedError(
            "sums of floats are made on the processor, in an order that is the same everywhere"
        )


def _signed(word: int) -> int:
    return word - (1 << 64) if word >= 1 << 63 else word


def _shifted(word: Any, by: int) -> Any:
    """Shift right without the sign."""
    return (word >> by) & ((1 << (64 - by)) - 1)


def _magnitude_bits(values: Any) -> Any:
    if values.dtype == torch.float64:
        return values.contiguous().view(torch.int64) & 0x7FFF_FFFF_FFFF_FFFF
    return (values.contiguous().view(torch.int32) & 0x7FFF_FFFF).long()


def _elected(parts: Sequence[Any], total: Any, how: TaskVectors) -> Any:
    positive = total > 0 if how.zero_sign < 1 else total >= 0
    negative = total < 0 if how.zero_sign > -1 else total <= 0
    merged, weight = torch.zeros_like(total), torch.zeros_like(total)
    for m, part in enumerate(parts):
        agrees = (positive & (part > 0)) | (negative & (part < 0)) | torch.isnan(part)
        if how.combine == "max":
            merged = torch.where(agrees & ~(part.abs() <= merged.abs()), part, merged)
            continue
        merged = merged + torch.where(agrees, part, torch.zeros_like(part))
        weight = weight + agrees * float(how.weights[m])
    if how.combine == "mean":
        least = float(np.float32(_LEAST_WEIGHT)) if total.dtype == torch.float32 else _LEAST_WEIGHT
        merged = merged / torch.where(weight.abs() < least, torch.ones_like(weight), weight)
    return merged

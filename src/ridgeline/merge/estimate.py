"""What a merge will cost: a sample of its largest tensor is merged, and the rest taken to be like it."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.blocks import chunk_elements
from ridgeline.merge.kernels.backends import device_ops, host_ops
from ridgeline.merge.kernels.ops import Ops
from ridgeline.merge.method import Pass, Unit
from ridgeline.merge.options import Options
from ridgeline.merge.plan import Plan
from ridgeline.merge.spec import TensorSpec
from ridgeline.merge.tensor_run import TensorRun
from ridgeline.merge.tensors.dtypes import DType
from ridgeline.merge.tensors.inputs import TensorInput, elements
from ridgeline.merge.totals import Totals

_SAMPLE_CHUNKS = 4
_RUNTIME_BYTES = {"numpy": 30_000_000, "auto": 75_000_000, "numba": 75_000_000, "torch": 400_000_000}
"""Private memory of a process that has merged nothing yet."""
_CHUNKS_HELD = 3
"""A thread holds its inputs, what a kernel works out of them, and the result."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Times are those of a disk that keeps up; private memory is what is not the page cache."""

    seconds: float
    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class _Head:
    """The first rows of a tensor."""

    whole: TensorInput
    shape: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.whole.name

    @property
    def dtype(self) -> DType:
        return self.whole.dtype

    @property
    def stored_bytes(self) -> int:
        return elements(self.shape) * self.dtype.item_bytes

    def read(self, start: int, stop: int) -> NDArray[Any]:
        return self.whole.read(start, stop)

    def release(self, start: int, stop: int) -> None:
        self.whole.release(start, stop)


def estimate(plan: Plan, options: Options | None = None) -> Estimate:
    """Merge a sample twice, once to compile and warm up, and say what the whole will take."""
    options = options or Options()
    host = host_ops(options.backend, plan.elements)
    ops = device_ops(options.device) if options.device else host
    merged = [tensor for tensor in plan.spec.tensors if tensor.method is not None and elements(tensor.shape)]
    threads, each, memory = options.thread_count, 0.0, 0
    if merged:
        largest = max(merged, key=lambda tensor: elements(tensor.shape))
        sample = _head_of(largest)
        _run(sample, plan, host, ops)
        before = time.perf_counter()
        units = _run(sample, plan, host, ops)
        each = (time.perf_counter() - before) / elements(sample.shape)
        memory = threads * _thread_bytes(largest, units)
    cpu = each * sum(elements(tensor.shape) for tensor in merged)
    return Estimate(cpu / threads, cpu, _RUNTIME_BYTES[ops.name] + memory)


def _head_of(tensor: TensorSpec) -> TensorSpec:
    columns = tensor.shape[-1] if tensor.shape else 1
    wanted = _SAMPLE_CHUNKS * chunk_elements(len(tensor.inputs) + 1)
    rows = min(max(wanted // max(columns, 1), 1), elements(tensor.shape) // max(columns, 1))
    shape = (rows, columns)
    return replace(
        tensor,
        inputs=tuple(_Head(one, shape) for one in tensor.inputs),
        base=_Head(tensor.base, shape) if tensor.base else None,
    )


def _run(tensor: TensorSpec, plan: Plan, host: Ops, ops: Ops) -> set[Unit]:
    """Merge a tensor without writing it, and return the units of its passes and kernel."""
    run = TensorRun(tensor, plan.layout.places[tensor.name], plan.spec.seed, (host, ops), Totals(), {})
    units: set[Unit] = set()
    items = run.advance(None)
    while isinstance(run.request, Pass):
        units.add(run.request.unit)
        total = np.add.reduce([run.count(item) for item in items])
        items = run.advance(total)
    units.add(run.request.unit if run.request else "element")
    for item in items:
        for _ in run.results(item):
            pass
    return units


def _thread_bytes(tensor: TensorSpec, units: set[Unit]) -> int:
    tensors = len(tensor.inputs) + (tensor.base is not None)
    columns = tensor.shape[-1] if tensor.shape else 1
    held = max(chunk_elements(tensors), columns if "row" in units else 0)
    if "tensor" in units:
        held = elements(tensor.shape)
    return _CHUNKS_HELD * tensors * held * (8 if tensor.dtype.name == "F64" else 4)

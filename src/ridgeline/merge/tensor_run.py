"""One tensor on its way through the engine: its method's passes, one after the other, and then its kernel."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.merge.blocks import Cut, cut
from ridgeline.merge.digest import BlockHasher
from ridgeline.merge.journal import Written
from ridgeline.merge.kernels.ops import Ops
from ridgeline.merge.method import Chunk, Kernel, Pass, Steps
from ridgeline.merge.plan import target_of
from ridgeline.merge.spec import TensorSpec
from ridgeline.merge.tensors.inputs import as_bytes
from ridgeline.merge.tensors.shards import Place, ShardFiles
from ridgeline.merge.totals import Totals

Item = tuple[int, int]
"""First and one past the last block of a piece of work."""
_COPY_BYTES = 1 << 20


class TensorRun:
    """What is left to do of a tensor. The scheduler alone changes it; `work` may run in several threads."""

    def __init__(
        self,
        spec: TensorSpec,
        place: Place,
        seed: int,
        ops: tuple[Ops, Ops],
        totals: Totals,
        written: dict[int, Written],
    ) -> None:
        self.spec = spec
        self.place = place
        self.cut: Cut = cut(spec.shape)
        self.written = written
        self._parts = (*spec.inputs, *([spec.base] if spec.base else []))
        self._host, self._ops = ops
        self._steps: Steps | None = None
        if spec.method is not None:
            self._steps = spec.method.steps(target_of(spec, seed))
        self.request: Pass | Kernel | None = None
        self._totals = totals
        self._total: NDArray[Any] | None = None
        self._early: dict[int, NDArray[Any]] = {}
        self._next = 0
        self._left = 0

    @property
    def complete(self) -> bool:
        """Say whether all blocks are written."""
        return len(self.written) == self.cut.blocks

    def advance(self, total: NDArray[Any] | None) -> list[Item]:
        """Go on with the total of the last pass, None at the start, and return the work that follows."""
        if self._steps is not None:
            counted = self.request if total is not None else None
            try:
                self.request = next(self._steps) if total is None else self._steps.send(total)
            except StopIteration as stopped:
                self._steps, self.request = None, stopped.value
            if isinstance(counted, Pass) and counted.scope == "tensor" and total is not None:
                self._totals.give(counted, total)
        items = self.cut.items(self.request.unit if self.request else "element")
        if isinstance(self.request, Pass):
            self._total, self._next = None, 0
        else:
            items = [item for item in items if not all(block in self.written for block in range(*item))]
        self._left = len(items)
        return items

    def take_total(self, item: Item, part: NDArray[Any]) -> NDArray[Any] | None:
        """Add what a piece of work counted, in the order of blocks, and return the total once all is there."""
        request = self.request
        assert isinstance(request, Pass)
        if self._total is None and request.dtype is np.int64:
            self._total = part
        elif request.dtype is np.int64:  # the order does not matter
            self._total += part
            self._totals.give(request, part)
        else:
            self._early[item[0]] = part
            while self._next in self._early:
                first = self._early.pop(self._next)
                self._total = first if self._total is None else self._total + first
                self._next += 1
        self._left -= 1
        if self._left:
            return None
        total, self._total = self._total, None
        return total

    def give_back(self, total: NDArray[Any]) -> None:
        """Say that a total of the pass that runs is not looked at any more."""
        assert isinstance(self.request, Pass)
        self._totals.give(self.request, total)

    def take_written(self, item: Item, written: Sequence[Written]) -> None:
        """Note that blocks are written."""
        self.written.update(zip(range(*item), written, strict=True))
        self._left -= 1

    @property
    def empty_total(self) -> NDArray[Any] | None:
        """Return the total of a pass over a tensor without elements, None for any other."""
        return (
            self._totals.take(self.request) if isinstance(self.request, Pass) and not self.cut.size else None
        )

    def count(self, item: Item) -> NDArray[Any]:
        """Run a pass over a piece of work."""
        request = self.request
        assert isinstance(request, Pass)
        total = self._totals.take(request)
        for _, chunk in self._chunks(item, request):
            request.add(chunk, total)
        if (
            request.scope == "checkpoint"
        ):  # else the same is read again soon, and mapping it anew costs as much as counting
            self._release(item)
        return total

    def merge(self, item: Item, files: ShardFiles) -> list[Written]:
        """Run the kernel over a piece of work and write its blocks."""
        hasher = BlockHasher(self.cut, item[0], self.place.dtype.item_bytes)
        nonfinite = [0] * (item[1] - item[0])
        for start, items, count in self.results(item):
            files.write(self.place, start, items)
            hasher.update(as_bytes(items))
            nonfinite[start // self.cut.block - item[0]] += count
        self._release(item)
        return [Written(digest, count) for digest, count in zip(hasher.digests, nonfinite, strict=True)]

    def results(self, item: Item) -> Iterator[tuple[int, NDArray[Any], int]]:
        """Yield place of the first element, raw items, and how many of them are not finite, for each chunk of a piece of work."""
        return self._copied(item) if self.request is None else self._merged(item)

    def _merged(self, item: Item) -> Iterator[tuple[int, NDArray[Any], int]]:
        request = self.request
        assert isinstance(request, Kernel)
        for start, chunk in self._chunks(item, request):
            raw, nonfinite = chunk.ops.store(request.run(chunk), self.place.dtype)
            yield start, raw, nonfinite

    def _copied(self, item: Item) -> Iterator[tuple[int, NDArray[Any], int]]:
        start, stop = self.cut.span(item[0])
        length = _COPY_BYTES // self.place.dtype.item_bytes
        for at in range(start, stop, length):
            yield at, np.ascontiguousarray(self.spec.inputs[0].read(at, min(at + length, stop))), 0

    def _chunks(self, item: Item, request: Pass | Kernel) -> Iterator[tuple[int, Chunk]]:
        ops = self._ops if request.portable else self._host
        wide = np.float64 if self.spec.dtype.name == "F64" else np.float32
        models = len(self.spec.inputs)
        for start, stop in self.cut.chunks(item, request.unit, len(self._parts)):
            floats = ops.load([(part.read(start, stop), part.dtype) for part in self._parts], wide)
            base = floats[models] if self.spec.base is not None else None
            yield start, Chunk(floats[:models], base, start, self.cut.columns, ops)

    def _release(self, item: Item) -> None:
        start, stop = self.cut.span(item[0])[0], self.cut.span(item[1] - 1)[1]
        for part in self._parts:
            part.release(start, stop)

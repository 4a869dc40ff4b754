"""How a tensor is cut: into blocks, which are units of work and of hashing, and these into chunks, which are held as floats.

Both depend on shapes and on the number of models alone, so that whatever is summed by chunks has the same bits everywhere.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ridgeline.merge.method import Unit

BLOCK = 1 << 23
"""Elements of a block: 16 MiB of bfloat16. Whole rows, where they fit."""
_CHUNK_ITEMS, _LEAST_CHUNK, _MOST_CHUNK = 1 << 21, 1 << 12, 1 << 19


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the blocks of a tensor begin."""

    size: int
    columns: int
    block: int

    @property
    def blocks(self) -> int:
        """Return the number of blocks; 0 for a tensor without elements."""
        return -(-self.size // self.block)

    def span(self, at: int) -> tuple[int, int]:
        """Return first and one past the last element of a block."""
        return at * self.block, min((at + 1) * self.block, self.size)

    def items(self, unit: Unit) -> list[tuple[int, int]]:
        """Return first and one past the last block of each piece of work: a block, or all where a row does not fit in one."""
        if unit == "tensor" or (unit == "row" and self.columns > BLOCK):
            return [(0, self.blocks)] if self.size else []
        return [(at, at + 1) for at in range(self.blocks)]

    def chunks(self, item: tuple[int, int], unit: Unit, tensors: int) -> Iterator[tuple[int, int]]:
        """Yield first and one past the last element of each chunk of a piece of work on so many input tensors."""
        start, stop = self.span(item[0])[0], self.span(item[1] - 1)[1]
        length = chunk_elements(tensors)
        if unit == "row":
            length = max(length // self.columns, 1) * self.columns
        elif unit == "tensor":
            length = max(self.size, 1)
        for at in range(start, stop, length):
            yield at, min(at + length, stop)


def cut(shape: Sequence[int]) -> Cut:
    """Return how a tensor of this shape is cut."""
    columns = max(shape[-1], 1) if shape else 1
    block = BLOCK if columns > BLOCK else BLOCK // columns * columns
    return Cut(math.prod(shape), columns, block)


def chunk_elements(tensors: int) -> int:
    """Return the elements of a chunk where so many tensors go in: all of them as float32 take about 8 MiB.

    A quarter of that would fit a cache, and loses more to Python between the chunks than it gains.
    """
    return min(max(1 << ((_CHUNK_ITEMS // tensors).bit_length() - 1), _LEAST_CHUNK), _MOST_CHUNK)

"""Hashes of tensors that can be made block by block, in any order."""

import hashlib
from collections.abc import Sequence

from ridgeline.merge.blocks import Cut

RULE = (
    "SHA-256 of the tensor's bytes; of a tensor of several blocks, SHA-256 of the SHA-256s of its blocks, in order."
    " A block is as many whole rows as have at most 8,388,608 elements, or that many elements where a row has more."
)


def tensor_digest(blocks: Sequence[bytes]) -> str:
    """Return the digest of a tensor, in hexadecimal, from those of its blocks."""
    if not blocks:
        return hashlib.sha256(b"").hexdigest()
    return blocks[0].hex() if len(blocks) == 1 else hashlib.sha256(b"".join(blocks)).hexdigest()


class BlockHasher:
    """Hash the bytes of neighbouring blocks as they come."""

    def __init__(self, cut: Cut, first_block: int, item_bytes: int) -> None:
        self._cut = cut
        self._block = first_block
        self._item_bytes = item_bytes
        self._left = self._block_bytes()
        self._hash = hashlib.sha256()
        self.digests: list[bytes] = []

    def _block_bytes(self) -> int:
        start, stop = self._cut.span(self._block)
        return (stop - start) * self._item_bytes

    def update(self, data: memoryview) -> None:
        """Take the next bytes."""
        while len(data) >= self._left > 0:
            self._hash.update(data[: self._left])
            data = data[self._left :]
            self.digests.append(self._hash.digest())
            self._hash = hashlib.sha256()
            self._block += 1
            self._left = self._block_bytes() if self._block < self._cut.blocks else 0
        if data:
            self._hash.update(data)
            self._left -= len(data)

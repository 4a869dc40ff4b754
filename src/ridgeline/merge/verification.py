"""Look whether a merged model is still what was written."""

from dataclasses import dataclass
from pathlib import Path

from ridgeline.merge.blocks import cut
from ridgeline.merge.digest import BlockHasher, tensor_digest
from ridgeline.merge.manifest import read_manifest
from ridgeline.merge.tensors.checkpoint import open_checkpoint
from ridgeline.merge.tensors.inputs import TensorInput, as_bytes

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: names of tensors that differ from the manifest, are missing, or are not in it."""

    tensors: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Say whether every tensor is as it was written."""
        return not (self.changed or self.missing or self.unknown)


def verify(folder: str | Path) -> Verified:
    """Compare every tensor of a merged model with the hash in its manifest.

    Raises:
        NotFoundError: the folder has no manifest or no model.
        InputError: the manifest or a header is damaged.
        StorageError: a file is torn.
    """
    root = Path(folder)
    expected = read_manifest(root)
    tensors = open_checkpoint(root).tensors
    return Verified(
        tensors=len(expected),
        changed=tuple(
            name
            for name in sorted(expected)
            if name in tensors and stored_digest(tensors[name]) != expected[name]
        ),
        missing=tuple(sorted(set(expected) - set(tensors))),
        unknown=tuple(sorted(set(tensors) - set(expected))),
    )


def stored_digest(tensor: TensorInput) -> str:
    """Return the digest of a tensor as it lies on the disk."""
    blocks = cut(tensor.shape)
    hasher = BlockHasher(blocks, 0, tensor.dtype.item_bytes)
    step = _READ_BYTES // tensor.dtype.item_bytes
    for at in range(0, blocks.size, step):
        stop = min(at + step, blocks.size)
        hasher.update(as_bytes(tensor.read(at, stop)))
        tensor.release(at, stop)
    return tensor_digest(hasher.digests)

"""Open a model as it lies on the disk: one safetensors file, or shards with an index."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import InputError, NotFoundError, StorageError
from ridgeline.merge.tensors.header import Header, read_header
from ridgeline.merge.tensors.inputs import MappedFile, Stored, TensorInput

SINGLE, INDEX, SUFFIX = "model.safetensors", "model.safetensors.index.json", ".safetensors"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model's tensors by name. Nothing but headers was read."""

    path: Path
    """The folder, or the one file."""
    files: tuple[Path, ...]
    tensors: Mapping[str, TensorInput]

    @property
    def size_bytes(self) -> int:
        """Return the bytes of all tensors."""
        return sum(tensor.stored_bytes for tensor in self.tensors.values())

    @property
    def identity(self) -> tuple[tuple[str, int, int], ...]:
        """Return name, size and time of last change (ns) of each file: what tells whether the model is still the same."""
        return tuple((path.name, (stat := path.stat()).st_size, stat.st_mtime_ns) for path in self.files)


def open_checkpoint(path: str | Path) -> Checkpoint:
    """Open a folder with a model, or a safetensors file.

    Raises:
        NotFoundError: there is no such folder or file, no safetensors file in it, or a shard that the index names is missing.
        InputError: a header or the index is not what the format says.
        StorageError: a file cannot be read, or is torn.
    """
    root = Path(path)
    if root.is_file():
        return _of_files(root, {root: None})
    if not root.is_dir():
        raise NotFoundError(
            f"No model at '{root}': there is no such folder or file. A model of the Hugging Face Hub is fetched first:"
            f" hf download {root} --local-dir FOLDER.",
            "merge-model-not-found",
        )
    index = root / INDEX
    if index.is_file():
        return _of_files(root, _shards(root, index))
    if (root / SINGLE).is_file():
        return _of_files(root, {root / SINGLE: None})
    found = sorted(root.glob(f"*{SUFFIX}"))
    if len(found) == 1:
        return _of_files(root, {found[0]: None})
    raise NotFoundError(_no_model(root, found), "merge-model-not-found")


def _no_model(root: Path, found: list[Path]) -> str:
    if found:
        names = ", ".join(file.name for file in found[:_SHOWN])
        return f"'{root}' has {len(found)} safetensors files ({names}) and no {INDEX}. Add the index, or name one file."
    if list(root.glob("*.bin")) or list(root.glob("*.pt")):
        return (
            f"'{root}' has weights as pickled Python, and those are not opened: reading them runs what is in them."
            " Save the model with safetensors (save_pretrained does)."
        )
    return f"No safetensors file in '{root}'. Name the folder that has {SINGLE} or {INDEX}."


def _shards(root: Path, index: Path) -> dict[Path, set[str] | None]:
    """Return the files that an index names, and which tensors it places in each."""
    try:
        weight_map = json.loads(index.read_bytes())["weight_map"]
        pairs = list(weight_map.items())
    except OSError as error:
        raise StorageError(
            f"The file '{index}' cannot be read: {error.strerror}.", "merge-file-unreadable"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"'{index}' is no index of shards: it is a JSON object whose weight_map maps tensors to files.",
            "merge-index-invalid",
        ) from error
    shards: dict[Path, set[str] | None] = {}
    for tensor, name in pairs:
        if not isinstance(name, str) or Path(name).name != name or not name.endswith(SUFFIX):
            raise InputError(
                f"'{index}' places {tensor!r} in {name!r}; shards are safetensors files beside the index.",
                "merge-index-invalid",
            )
        names = shards.setdefault(root / name, set())
        assert names is not None
        names.add(tensor)
    missing = [file.name for file in shards if not file.is_file()]
    if missing:
        raise NotFoundError(
            f"'{root}' lacks {len(missing)} of {len(shards)} shards: {', '.join(missing[:_SHOWN])}. Fetch them again.",
            "merge-shard-missing",
        )
    return shards


def _of_files(path: Path, files: Mapping[Path, set[str] | None]) -> Checkpoint:
    tensors: dict[str, Stored] = {}
    for file, wanted in sorted(files.items()):
        header = read_header(file)
        names = set(header.entries) if wanted is None else wanted
        if lost := sorted(names - set(header.entries)):
            raise InputError(
                f"The index of '{path}' places {lost[0]!r} in {file.name}, which does not have it"
                f" ({len(lost)} of {len(names)} tensors are missing there). Fetch index and shards from the same version.",
                "merge-index-invalid",
            )
        tensors |= _stored(file, header, names)
    return Checkpoint(path, tuple(sorted(files)), dict(sorted(tensors.items())))


def _stored(path: Path, header: Header, names: set[str]) -> dict[str, Stored]:
    if not header.entries:
        return {}
    file = MappedFile(path, header.size_bytes)
    return {
        name: Stored(name, entry.dtype, entry.shape, file, entry.start, entry.end)
        for name, entry in header.entries.items()
        if name in names
    }

"""A model card: what was merged, how, and the hashes of all inputs."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.version import __version__

_CHUNK_BYTES = 1 << 22
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEPT_OF_HUB = "models--"  # how the Hub's cache calls the folder of a model


@dataclass(frozen=True, slots=True)
class Input:
    """A model that went in: what the recipe calls it, and its files."""

    reference: str
    files: tuple[Path, ...]


def file_hashes(files: Iterable[Path], workers: int = 2) -> dict[Path, str]:
    """Return the SHA-256 of files in hex; of the Hub's cache it is the name of the file that a link points to."""
    wanted = list(dict.fromkeys(files))
    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(wanted, pool.map(_hash, wanted), strict=True))


def _hash(path: Path) -> str:
    blob = path.resolve().name
    if path.is_symlink() and _SHA256.fullmatch(blob):
        return blob
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def model_card(
    title: str, method: str, paper: str, inputs: Sequence[Input], hashes: dict[Path, str], recipe: str
) -> str:
    """Return README.md with the metadata that the Hub reads.

    Args:
        title: of the model.
        method: what the method is, in words.
        paper: where it is from, or an empty text.
        inputs: the base first, if there is one.
        hashes: file → SHA-256; without one of a file, its column stays empty.
        recipe: YAML.
    """
    of_hub = [one.reference for one in inputs if any(_is_of_hub(path) for path in one.files)]
    names = dict.fromkeys(name.partition("+")[0].partition("@")[0] for name in of_hub)
    listed = "".join(f"- {name}\n" for name in names)
    head = f"base_model:\n{listed}" if listed else ""
    rows = "".join(
        f"| {one.reference} | {path.name} | {hashes.get(path, '')} |\n"
        for one in inputs
        for path in one.files
    )
    source = f"\n{paper}\n" if paper else ""
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", recipe)), default=0) + 1)
    return (
        f"---\n{head}library_name: transformers\ntags:\n- merge\n- ridgeline\n---\n\n# {title}\n\n"
        f"Merged with Ridgeline {__version__} by {method}.\n{source}\n"
        f"## Models\n\n| model | file | SHA-256 |\n|---|---|---|\n{rows}\n"
        f"## Recipe\n\n{fence}yaml\n{recipe.rstrip()}\n{fence}\n"
    )


def _is_of_hub(path: Path) -> bool:
    return any(part.startswith(_KEPT_OF_HUB) for part in path.parts)

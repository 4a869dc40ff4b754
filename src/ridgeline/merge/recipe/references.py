"""Find the models that a recipe names: `path`, `path@revision`, `path+lora`, on this machine alone."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Located:
    """Where a model lies.

    Attributes:
        reference: as the recipe has it.
        folder: a folder, or one safetensors file.
        lora: the folder of the adapter that is merged into it, or None.
    """

    reference: str
    folder: Path
    lora: Path | None = None


def locate(reference: str, near: Sequence[Path] = ()) -> Located:
    """Find a model, and its adapter if it names one.

    Folders are looked for from the working directory, then from the folders of `near`; then snapshots in the cache of the
    Hugging Face Hub. Nothing is fetched.

    Args:
        reference: `path` or `owner/name`, with `@revision` for the Hub, with `+adapter` after it.
        near: other folders that relative paths may start from, such as that of the recipe.

    Raises:
        NotFoundError: it is not on this machine; the message says how to get it.
    """
    whole = _folder(reference, near)
    if whole is not None:
        return Located(reference, whole)
    model, plus, lora = reference.partition("+")
    return Located(reference, _find(model, near), _find(lora, near) if plus else None)


def _find(name: str, near: Sequence[Path]) -> Path:
    found = _folder(name, near)
    if found is not None:
        return found
    repo, _, revision = name.partition("@")
    cache = hub_cache()
    snapshot = _snapshot(cache, repo, revision or "main")
    if snapshot is not None:
        return snapshot
    raise NotFoundError(_not_here(name, repo, revision, cache), "merge-model-not-found")


def _folder(name: str, near: Sequence[Path]) -> Path | None:
    if not name:
        return None
    start = Path(name).expanduser()
    return next((path for path in (start, *(folder / start for folder in near)) if path.exists()), None)


def hub_cache() -> Path:
    """Return the folder where Hugging Face's tools keep what they fetched."""
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    if home := os.environ.get("HF_HOME"):
        return Path(home) / "hub"
    return Path.home() / ".cache" / "huggingface" / "hub"


def _snapshot(cache: Path, repo: str, revision: str) -> Path | None:
    """Return the folder of a revision: a branch, a tag, or a commit, which may be shortened."""
    if not _is_repo(repo) or ".." in revision:
        return None
    kept = cache / f"models--{repo.replace('/', '--')}"
    reference = kept / "refs" / revision
    commit = reference.read_text("utf-8").strip() if reference.is_file() else revision
    snapshots = sorted((kept / "snapshots").glob(f"{commit}*")) if commit.isalnum() else []
    return snapshots[0] if len(snapshots) == 1 else None


def _is_repo(name: str) -> bool:
    parts = name.split("/")
    return 1 <= len(parts) <= 2 and all(
        part and part[0].isalnum() and all(sign.isalnum() or sign in "._-" for sign in part) for part in parts
    )


def _not_here(name: str, repo: str, revision: str, cache: Path) -> str:
    if not _is_repo(repo):
        return f"No model {name!r}: there is no such folder or file."
    version = f" --revision {revision}" if revision else ""
    return (
        f"No model {name!r}: there is no such folder, and it is not in the cache of the Hugging Face Hub ({cache})."
        f" Nothing is fetched while merging; get it with 'hf download {repo}{version}'."
    )

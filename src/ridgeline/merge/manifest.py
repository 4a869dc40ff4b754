"""What stands beside a merged model: how it was made, of what, and the hash of every tensor."""

import json
from collections.abc import Mapping
from pathlib import Path

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.version import __version__
from ridgeline.merge.digest import RULE, tensor_digest
from ridgeline.merge.journal import Done
from ridgeline.merge.plan import Plan, settings_document

MANIFEST = "ridgeline-merge.json"
_FORMAT = 1


def manifest_document(plan: Plan, done: Done) -> dict[str, object]:
    """Describe a finished merge as JSON has it."""
    return {
        "format": _FORMAT,
        "ridgeline": __version__,
        "recipe": plan.spec.recipe,
        "seed": plan.spec.seed,
        "digest": RULE,
        "sources": {
            name: {
                "path": str(source.path),
                "files": [{"name": file, "bytes": size} for file, size, _ in source.identity],
            }
            for name, source in plan.spec.sources.items()
        },
        "tensors": {
            tensor.name: {
                "sha256": tensor_digest(
                    [done[tensor.name][at].digest for at in sorted(done.get(tensor.name, {}))]
                ),
                "method": tensor.method.name if tensor.method else "copy",
                "inputs": [part.name for part in tensor.inputs],
                "settings": settings_document(tensor.settings),
            }
            for tensor in plan.spec.tensors
        },
    }


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the digest of each tensor of a merged model.

    Raises:
        NotFoundError: the folder has no manifest.
        InputError: the manifest cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFoundError(
            f"'{folder}' has no {MANIFEST}, so there is nothing to compare with. Only finished merges of Ridgeline have one.",
            "merge-manifest-not-found",
        )
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"'{path}' is damaged ({error}). Merge again.", "merge-manifest-invalid") from error
    tensors = document.get("tensors") if isinstance(document, dict) else None
    if not isinstance(tensors, Mapping) or not all(_is_digest(one) for one in tensors.values()):
        raise InputError(f"'{path}' has no hashes of tensors. Merge again.", "merge-manifest-invalid")
    return {name: one["sha256"] for name, one in tensors.items()}


def _is_digest(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("sha256"), str)

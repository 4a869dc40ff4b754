"""JSON files of a model's folder."""

import json
from pathlib import Path

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json

MAX_BYTES = 200_000_000  # the largest tokenizer.json in use has about 40 MB


def read_object(path: Path) -> dict[str, Json]:
    """Return the object of a JSON file; an empty one where there is no file.

    Raises:
        InputError: the file is no JSON object, or larger than 200 MB.
    """
    if not path.is_file():
        return {}
    if path.stat().st_size > MAX_BYTES:
        raise InputError(
            f"'{path}' has {path.stat().st_size:,} bytes; {MAX_BYTES:,} are read.", "merge-json-invalid"
        )
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"'{path}' is no JSON ({error}). Fetch it again.", "merge-json-invalid") from error
    if not isinstance(found, dict):
        raise InputError(f"'{path}' is no JSON object. Fetch it again.", "merge-json-invalid")
    return found


def json_text(value: Json) -> bytes:
    """Return JSON as Hugging Face's tools write it."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()

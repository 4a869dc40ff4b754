"""Data sets that went into a run, as MLflow writes them, and as they are kept: long texts of theirs are blobs."""

from collections.abc import Iterable

from ridgeline.blobs.store import BlobStore
from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError, missing
from ridgeline.server.mlflow.fields import Fields, invalid
from ridgeline.server.mlflow.limits import check_length

_NEEDED = {"name": 500, "digest": 36, "source_type": 500, "source": 65_535}
_MORE = {"schema": 1_048_575, "profile": 16_777_215}
_MAX_TAG_KEY_CHARS, _MAX_TAG_CHARS = 255, 500
# A frame of the log has a megabyte.
_LONG_CHARS = 16_000


def kept_input(fields: Fields, blobs: BlobStore) -> Json:
    """Return a data set of a request as it is kept.

    Raises:
        MlflowError: It cannot be.
        StorageError: The disk refuses.
    """
    if "dataset" not in fields:
        raise missing("dataset")
    dataset = fields.message("dataset")
    texts: dict[str, str] = {}
    for name, limit in (_NEEDED | _MORE).items():
        value = dataset.text_or_none(name)
        if value is not None:
            check_length(name, limit, value)
            texts[name] = value
        elif name in _NEEDED:
            raise MlflowError(f"Dataset {name} cannot be None")
    tags: list[Json] = []
    for tag in fields.items("tags"):
        key, value = tag.required("key"), tag.text("value")
        check_length("key", _MAX_TAG_KEY_CHARS, key)
        check_length("value", _MAX_TAG_CHARS, value)
        tags.append({"key": key, "value": value})
    kept: dict[str, Json] = {
        name: text if len(text) <= _LONG_CHARS else {"blob": blobs.put_bytes(text.encode())}
        for name, text in texts.items()
    }
    return {"tags": tags, "dataset": kept} if tags else {"dataset": kept}


def told_inputs(inputs: Iterable[Json], blobs: BlobStore) -> list[Json]:
    """Return data sets that are kept as MLflow writes them.

    Raises:
        RidgelineError: A blob is not there any more.
    """
    return [_told(one, blobs) for one in inputs if isinstance(one, dict)]


def _told(kept: dict[str, Json], blobs: BlobStore) -> Json:
    dataset = kept.get("dataset")
    texts: dict[str, Json] = {
        name: blobs.read(str(value.get("blob"))).decode() if isinstance(value, dict) else value
        for name, value in (dataset.items() if isinstance(dataset, dict) else ())
    }
    return {**kept, "dataset": texts}


def name_and_digest(kept: Json) -> tuple[str, str]:
    """Return what tells a data set from the others of its run."""
    dataset = kept.get("dataset") if isinstance(kept, dict) else None
    if not isinstance(dataset, dict):
        raise MlflowError(invalid("datasets", kept))
    return str(dataset.get("name")), str(dataset.get("digest"))

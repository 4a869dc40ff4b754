"""Pages of long answers; a token says where the next one begins, as MLflow's do."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import TypeVar

from ridgeline.server.mlflow.errors import MlflowError

Item = TypeVar("Item")


def page(items: Sequence[Item], token: str, size: int | None) -> tuple[Sequence[Item], str | None]:
    """Return the page that a token leads to, the first for none, and the token of the next; None when it is the last.

    Raises:
        MlflowError: The token is none.
    """
    start = offset(token)
    if size is None or start + size >= len(items):
        return items[start:], None
    return items[start : start + size], base64.b64encode(
        json.dumps({"offset": start + size}).encode()
    ).decode()


def offset(token: str) -> int:
    """Return where a page begins.

    Raises:
        MlflowError: The token is none.
    """
    if not token:
        return 0
    try:
        found = json.loads(base64.b64decode(token, validate=True))
        start = int(found["offset"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise MlflowError(f"Invalid page token {token[:100]!r}. Give the one of the answer before.") from None
    return max(start, 0)

"""Recorded files as answers that a browser can show without running what is in them."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse

# A page could run scripts in HTML, SVG or PDF as if they were ours; these can not carry any.
_SHOWN = frozenset(
    {
        "application/json",
        "audio/flac",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/x-wav",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
    }
)
_ANY = "application/octet-stream"
_YEAR_SECS = 365 * 24 * 3600


def content_response(request: Request, read: Callable[[], bytes], mime: str, name: str, tag: str) -> Response:
    """Return bytes that never change under their address, or 304 to who has them: `tag` stands for them."""
    kind, headers = _described(mime, name, tag)
    if _known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(read(), media_type=kind, headers=headers)


def file_response(request: Request, path: Path, mime: str, name: str, tag: str) -> Response:
    """Return a file that never changes under its address, or 304 to who has it; ranges are answered."""
    kind, headers = _described(mime, name, tag)
    if _known(request, tag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=kind, headers=headers)


def _known(request: Request, tag: str) -> bool:
    return f'"{tag}"' in request.headers.get("if-none-match", "")


def _described(mime: str, name: str, tag: str) -> tuple[str, dict[str, str]]:
    plain = mime.partition(";")[0].strip().lower()
    kind = plain if re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,80}", plain) else _ANY
    disposition = "inline" if kind in _SHOWN else "attachment"
    return kind, {
        "etag": f'"{tag}"',
        "cache-control": f"private, max-age={_YEAR_SECS}, immutable",
        "content-disposition": f"{disposition}; filename*=utf-8''{quote(name or 'file', safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
    }

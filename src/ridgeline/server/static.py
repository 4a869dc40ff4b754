"""The built UI: files as they are, and its first page for every address of its own."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)
FOLDER = Path(__file__).parent / "static"
_DOCS = Path(__file__).parent / "api_docs"
# Not from the system's registry, which may call JavaScript text/plain, and then no browser runs it.
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
# As the bundler writes imports of other chunks.
_IMPORT = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")
_PACKED = frozenset({".png", ".woff2", ".ico"})
_MISSING = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Ridgeline</title>
<style>body { font: 15px/1.5 system-ui; max-width: 40em; margin: 4em auto; padding: 0 1em }</style>
<h1>The user interface is not built</h1>
<p>This copy of Ridgeline runs from its source, without the files of the interface.</p>
<p>Build them with <code>make ui</code> in the source folder, then load this page again.</p>
<p>The <a href="/api/docs">HTTP interface</a> works as it is.</p>
</html>"""


@router.get("/api/docs")
def docs() -> Response:
    """Show the operations of the HTTP interface."""
    return HTMLResponse((_DOCS / "index.html").read_bytes(), headers={"cache-control": "no-cache"})


@router.get("/api/docs/{name}")
def docs_file(name: str) -> Response:
    """Return what the page of the operations is made of."""
    if name not in ("script.js", "style.css"):
        raise HTTPException(404, "Not Found")
    path = _DOCS / name
    return Response(
        path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix], headers={"cache-control": "no-cache"}
    )


@router.get("/{path:path}")
def ui(request: Request, path: str) -> Response:
    """Return a file of the UI, or its first page, which knows what to show for an address."""
    if path == "api" or path.startswith("api/"):
        raise HTTPException(404, "Not Found")
    file = _file(path)
    if file is None and path.startswith("assets/"):
        raise HTTPException(404, "Not Found")  # a page of an older build asks for what is gone
    file = file or _file("index.html")
    if file is None:
        return HTMLResponse(_MISSING, headers={"cache-control": "no-store"})
    stat = file.stat()
    etag = f'W/"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    # Files under assets/ have the hash of their content in their names.
    hashed = file.parent.name == "assets"
    headers = {"cache-control": "public, max-age=31536000, immutable" if hashed else "no-cache", "etag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    squeeze = file.suffix not in _PACKED and "gzip" in request.headers.get("accept-encoding", "")
    headers["vary"] = "accept-encoding"
    if squeeze:
        headers["content-encoding"] = "gzip"
    if file.name == "index.html" and (chunks := _chunks_of(path.partition("/")[0], etag)):
        # A browser would learn of the page's code only from the code that starts the UI.
        headers["link"] = ", ".join(f"</assets/{name}>; rel=modulepreload" for name in chunks)
    body = _body(file, etag, squeeze=squeeze)
    return Response(
        body, media_type=_MEDIA_TYPES.get(file.suffix, "application/octet-stream"), headers=headers
    )


def _file(path: str) -> Path | None:
    """Return a file of the UI; nothing outside its folder is one, nor what a link leads to there."""
    if not path or "\0" in path or "\\" in path:
        return None
    try:
        file = (FOLDER / path).resolve()
        inside = file.is_relative_to(FOLDER.resolve()) and file.is_file()
    except (OSError, ValueError):  # a name that is too long, or that the system does not take
        return None
    return file if inside else None


@lru_cache(maxsize=64)
def _chunks_of(page: str, _version: str) -> tuple[str, ...]:
    """Return the files of code of a page, named by the first part of its address, with what they import."""
    assets = FOLDER / "assets"
    found: dict[str, None] = {}
    waiting = (
        [path.name for path in assets.glob(f"{(page or 'home').title()}Page-*.js")]
        if page.isalpha() or not page
        else []
    )
    while waiting:
        name = waiting.pop()
        if name not in found and (assets / name).is_file():
            found[name] = None
            waiting += _IMPORT.findall((assets / name).read_text("utf-8"))
    return tuple(found)


@lru_cache(maxsize=64)
def _body(file: Path, _version: str, *, squeeze: bool) -> bytes:
    data = file.read_bytes()
    return gzip.compress(data, compresslevel=6, mtime=0) if squeeze else data

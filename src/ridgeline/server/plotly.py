"""Plotly figures, drawn by the plotly.js of the `plotly` package that is installed beside us, in a frame of its own.

A figure is data that somebody recorded, and plotly.js is a large program that makes functions at run time, so neither gets to
our pages: the frame is sandboxed (an origin that is nobody's: no cookies, no storage, no API) and its policy lets it load
nothing but plotly.js and two small files from here. The figure is handed in as a message.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from ridgeline.server.answers import JSON, to_json

router = APIRouter(prefix="/api/plotly", include_in_schema=False)

_FRAME = Path(__file__).parent / "plotly_frame"
_FILES = {"frame.js": "text/javascript", "frame.css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src data: blob:;"
    " font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"
)
# The frame has no origin, so that these files, which are no secret, must be given to any.
_FOR_THE_FRAME = {"cross-origin-resource-policy": "cross-origin", "cache-control": "no-cache"}


@cache
def plotly_script() -> Path | None:
    """Return plotly.js of the installed package, without importing that; None when there is none."""
    found = find_spec("plotly")
    for folder in found.submodule_search_locations or () if found else ():
        script = Path(folder) / "package_data" / "plotly.min.js"
        if script.is_file():
            return script
    return None


@router.get("")
def is_installed() -> Response:
    """Tell whether plotly figures can be drawn."""
    return Response(to_json({"installed": plotly_script() is not None}), media_type=JSON)


@router.get("/frame")
def frame() -> Response:
    """Return the page that draws a figure."""
    headers = {
        "content-security-policy": _POLICY,
        "x-frame-options": "SAMEORIGIN",
        "cache-control": "no-cache",
    }
    return Response((_FRAME / "index.html").read_bytes(), media_type="text/html", headers=headers)


@router.get("/plotly.min.js")
def script(request: Request) -> Response:
    """Return plotly.js as the installed package has it."""
    path = plotly_script()
    if path is None:
        raise HTTPException(404, "The package plotly is not installed here: `pip install plotly`.")
    stat = path.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {**_FOR_THE_FRAME, "etag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type="text/javascript", headers=headers)


@router.get("/{name}")
def frame_file(name: str) -> Response:
    """Return what the frame's page is made of."""
    if name not in _FILES:
        raise HTTPException(404, "Not Found")
    return Response((_FRAME / name).read_bytes(), media_type=_FILES[name], headers=_FOR_THE_FRAME)

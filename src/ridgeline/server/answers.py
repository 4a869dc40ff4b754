"""Answers that stay true until the repository changes: rendered once, remembered, and confirmed by ETag."""

import gzip
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Response

from ridgeline.query.repo import Repo
from ridgeline.query.snapshot import Snapshot

ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"
# Durations of open runs and now() in a query move on while nothing is recorded: no answer is older than this.
_FRESH_SECS = 30
_REMEMBERED_BYTES = 64 << 20
# Below, compressing costs more than a packet saves.
_SMALL_BYTES = 16 << 10

Render: TypeAlias = Callable[[Snapshot], bytes]


@dataclass(frozen=True, slots=True)
class _Rendered:
    body: bytes
    is_gzip: bool


class Answers:
    """Renders answers to GET requests about a repository. Safe to use from several threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._opening = threading.Lock()
        self._repo: Repo | None = None
        self._lock = threading.Lock()
        self._remembered: OrderedDict[tuple[str, ...], _Rendered] = OrderedDict()
        self._size_bytes = 0
        self._start = secrets.token_hex(4)  # generations of another process mean nothing here

    @property
    def repo(self) -> Repo:
        """Return the repository, opened on first use: to open an index does not delay the first page, nor to build it."""
        with self._opening:
            if self._repo is None:
                self._repo = Repo(self._root, in_background=True)
            return self._repo

    def close(self) -> None:
        """Close the repository."""
        with self._opening:
            if self._repo is not None:
                self._repo.close()
                self._repo = None

    def answer(
        self, request: Request, render: Render, media_type: str = JSON, *, deleted: bool = False
    ) -> Response:
        """Return the answer to a request: 304 when the asker has it, else what is remembered or rendered now.

        Args:
            request: What is asked.
            render: Makes the answer of a snapshot.
            media_type: What the answer is.
            deleted: The snapshot is that of the deleted runs.
        """
        snapshot = self.repo.snapshot(deleted=deleted)
        backlog = self.repo.backlog
        progress = "" if backlog is None else f"-{backlog.indexed}"
        moment = f"{self._start}-{snapshot.generation}{progress}-{int(time.time() // _FRESH_SECS)}"
        squeeze = _wants_gzip(request, media_type)
        url = f"{request.url.path}?{request.url.query}"
        headers = {"cache-control": "no-cache", "etag": f'W/"{moment}"', "vary": "accept-encoding"}
        if f'"{moment}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        key = (moment, url, "gzip" if squeeze else "")
        rendered = self._recall(key)
        if rendered is None:
            rendered = _rendered(render(snapshot), squeeze=squeeze)
            self._remember(key, rendered)
        if rendered.is_gzip:
            headers["content-encoding"] = "gzip"
        return Response(rendered.body, media_type=media_type, headers=headers)

    def _recall(self, key: tuple[str, ...]) -> _Rendered | None:
        with self._lock:
            rendered = self._remembered.get(key)
            if rendered is not None:
                self._remembered.move_to_end(key)
            return rendered

    def _remember(self, key: tuple[str, ...], rendered: _Rendered) -> None:
        with self._lock:
            if key in self._remembered or len(rendered.body) > _REMEMBERED_BYTES // 4:
                return
            self._remembered[key] = rendered
            self._size_bytes += len(rendered.body)
            while self._size_bytes > _REMEMBERED_BYTES:
                _, oldest = self._remembered.popitem(last=False)
                self._size_bytes -= len(oldest.body)


def _rendered(body: bytes, *, squeeze: bool) -> _Rendered:
    if squeeze and len(body) >= _SMALL_BYTES:
        return _Rendered(gzip.compress(body, compresslevel=1, mtime=0), is_gzip=True)
    return _Rendered(body, is_gzip=False)


def _wants_gzip(request: Request, media_type: str) -> bool:
    """Tell whether to compress. Floats shrink by half at 50 MB/s: worth it on a network, not between programs on one machine."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return False
    near = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    return media_type != ARROW or not near


def to_json(value: object) -> bytes:
    """Return strict JSON; the value has no NaN in it."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def _answers_of(request: Request) -> Answers:
    answers: Answers = request.app.state.answers
    return answers


AnswersOf: TypeAlias = Annotated[Answers, Depends(_answers_of)]

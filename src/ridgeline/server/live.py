"""Tell pages that something changed, as server-sent events.

One task looks at the repository while some page listens; each page gets an event when the generation has changed, and once
when it begins to listen.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from ridgeline.core.errors import RidgelineError
from ridgeline.server.answers import Answers
from ridgeline.server.pickers import indexing
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.wire import Indexing

router = APIRouter(prefix="/api", tags=["live"])
_LOG = logging.getLogger("ridgeline.server")
_POLL_SECS = 0.3
_HEARTBEAT_SECS = 15.0


@dataclass(frozen=True, slots=True)
class Change:
    """The state of a repository that pages are told."""

    generation: int
    runs: int
    running: int
    indexing: Indexing | None


class Live:
    """Watches a repository for all pages that listen. Belongs to one event loop."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._listeners = 0
        self._listened = asyncio.Event()
        self._news = asyncio.Event()  # replaced with each change
        self._latest: Change | None = None
        self._trouble = ""

    async def watch(self) -> None:
        """Look again and again while somebody listens; ends with its task."""
        thread = anyio.CapacityLimiter(1)  # of its own: slow queries do not keep changes from being seen
        while True:
            await self._listened.wait()
            seen = self._latest
            try:
                seen = await anyio.to_thread.run_sync(self._look, limiter=thread)
            except (RidgelineError, OSError) as error:  # a disk that is away comes back
                if str(error) != self._trouble:  # said once, not three times a second
                    _LOG.warning("Looking for changes failed: %s", error)
                self._trouble = str(error)
            if seen != self._latest:
                self._latest = seen
                self._wake()
            await asyncio.sleep(_POLL_SECS)

    def _look(self) -> Change:
        repo = self._answers.repo
        snapshot = repo.snapshot()
        shown = snapshot.listed
        running = int((snapshot.runs.status[shown] == "running").sum())
        return Change(snapshot.generation, int(shown.sum()), running, indexing(repo))

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def events(self) -> AsyncIterator[str]:
        """Yield an event for each change, and a comment now and then that keeps the connection open."""
        self._listeners += 1
        self._listened.set()
        told: Change | None = None
        try:
            while not self._closed:
                news = self._news
                if self._latest is not None and self._latest != told:
                    told = self._latest
                    yield f"event: change\ndata: {json.dumps(asdict(told))}\n\n"
                    continue
                try:
                    await asyncio.wait_for(news.wait(), _HEARTBEAT_SECS)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._listeners -= 1
            if self._listeners == 0:
                self._listened.clear()

    def close(self) -> None:
        """End all streams, so that a server that shuts down does not wait for them. May be called from anywhere."""

        def end() -> None:
            self._closed = True
            self._wake()

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(end)


@router.get(
    "/live",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **PROBLEMS},
)
async def live(request: Request) -> StreamingResponse:
    """Stream events: `change` with generation, runs, running and indexing, now and whenever an answer may have changed."""
    watcher: Live = request.app.state.live
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(watcher.events(), media_type="text/event-stream", headers=headers)

"""The web application over one repository."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import anyio.to_thread
import pyarrow as pa
from fastapi import FastAPI

from ridgeline.core.version import __version__
from ridgeline.log.layout import Layout
from ridgeline.server import (
    activity,
    blobs,
    export,
    lines,
    live,
    markdown,
    objects,
    pickers,
    plotly,
    reports,
    run_page,
    runs,
    select,
    static,
    views,
)
from ridgeline.server.answers import Answers
from ridgeline.server.head import HeadAsGet
from ridgeline.server.live import Live
from ridgeline.server.mlflow import routes as mlflow
from ridgeline.server.mlflow.service import Service
from ridgeline.server.problems import install
from ridgeline.server.security import OWN_PAGES, AllowedHosts, Guard
from ridgeline.server.wire import Neighbour

# The order counts: the last one answers for every address that is left.
_PARTS = (
    pickers,
    runs,
    export,
    run_page,
    objects,
    lines,
    live,
    blobs,
    plotly,
    markdown,
    views,
    reports,
    activity,
    select,
    mlflow,
    static,
)
# Queries are bound by the processor; more of them at once only take longer each.
_THREADS = 8


def _warm_up() -> None:
    """Load what the first answer would wait for: with its first array pyarrow imports pandas, where that is installed."""
    pa.array([0])


def create_app(
    root: Path,
    *,
    host: str = "127.0.0.1",
    allowed_hosts: Iterable[str] = (),
    neighbours: Sequence[Neighbour] = (),
    framed_by: Iterable[str] = OWN_PAGES,
) -> FastAPI:
    """Return the application.

    Args:
        root: The folder of the repository, as `resolve_repo` gives it.
        host: The address that the server listens on.
        allowed_hosts: More names that requests may call it by, such as that of a proxy; `*` for any.
        neighbours: Other repositories that its pages lead to.
        framed_by: Whose pages may hold ours in frames, beside ours: sources as a content security policy writes them.
    """
    answers = Answers(root)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        app.state.live = Live(answers)
        watching = asyncio.create_task(app.state.live.watch())
        warming = asyncio.create_task(anyio.to_thread.run_sync(_warm_up))
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            await warming
            await anyio.to_thread.run_sync(app.state.mlflow.close)
            await anyio.to_thread.run_sync(answers.close)

    app = FastAPI(
        title="Ridgeline",
        version=__version__,
        description="Runs, their params and metrics, and lines to draw. Times are seconds since 1970, UTC.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.answers = answers
    app.state.mlflow = Service(answers, Layout(root))
    app.state.neighbours = list(neighbours)
    install(app)
    for part in _PARTS:
        app.include_router(part.router)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Guard, hosts=AllowedHosts(host, allowed_hosts), framed_by=framed_by)
    return app

"""Run the server until it is told to stop."""

import contextlib
import errno
import ipaddress
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ridgeline.core.errors import InputError
from ridgeline.server.app import create_app
from ridgeline.server.live import Live

# Not the usual port of Jupyter, TensorBoard, MLflow, Streamlit, Gradio, Aim, or of a web framework.
DEFAULT_PORT = 7117
_TRIED_PORTS = 100
_GRACE_SECS = 3
# An address may hold 200 columns of 1,000 characters, and as many metrics; uvicorn takes 64 KiB by itself.
MAX_HEAD_BYTES = 512 << 10


class Server(uvicorn.Server):
    """A server that ends its live streams first, since it waits for open answers."""

    def __init__(self, app: FastAPI, on_start: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                h11_max_incomplete_event_size=MAX_HEAD_BYTES,
                timeout_graceful_shutdown=_GRACE_SECS,
            )
        )
        self._app = app
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop on a signal."""
        self._end_streams()
        super().handle_exit(sig, frame)

    def stop(self) -> None:
        """Stop; may be called from any thread."""
        self._end_streams()
        self.should_exit = True

    def _end_streams(self) -> None:
        live: Live | None = getattr(self._app.state, "live", None)
        if live is not None:  # a signal may come before the application has begun
            live.close()


def serve(
    root: Path,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    *,
    open_browser: bool = False,
    allowed_hosts: Iterable[str] = (),
    on_start: Callable[[str], object] | None = None,
) -> None:
    """Serve a repository until the process gets SIGINT or SIGTERM, and print the address.

    Args:
        root: The folder of the repository, as `resolve_repo` gives it.
        host: The address to listen on.
        port: The port; when it is taken the next free one is used. 0: any.
        open_browser: Show the page.
        allowed_hosts: More names that requests may call the server by, such as that of a proxy.
        on_start: Called with the address once the server answers.

    Raises:
        InputError: The address is not one of this machine, or no port is free.
    """
    listening = listen(host, port)
    url = address(listening)

    def announce() -> None:
        sys.stdout.write(f"Ridgeline shows {root} at {url} (Ctrl+C ends it)\n")
        if not _is_loopback(listening):
            sys.stdout.write("Whoever reaches this address can read and edit the runs: there is no login.\n")
        sys.stdout.flush()
        if on_start is not None:
            on_start(url)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    # uvicorn stops in good order on SIGINT, and then raises it.
    with listening, contextlib.suppress(KeyboardInterrupt):
        Server(create_app(root, host=host, allowed_hosts=allowed_hosts), announce).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the port, or on the next one that is free.

    Raises:
        InputError: The address is not one of this machine, or no port is free.
    """
    last = min(port + _TRIED_PORTS, 65_536) if port else 1
    for candidate in range(port, last):
        try:
            return _bind(host, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                message = f"The server cannot listen on {host!r} ({error.strerror or error}). Give an address of this machine."
                raise InputError(message, "bad-host") from error
    raise InputError(
        f"No port from {port} to {last - 1} is free on {host}. Choose another one.", "no-free-port"
    )


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, where = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def address(listening: socket.socket) -> str:
    """Return the URL at which a browser on this machine finds the server."""
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_loopback(listening: socket.socket) -> bool:
    return ipaddress.ip_address(listening.getsockname()[0]).is_loopback

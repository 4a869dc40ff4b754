"""Run the server until it is told to stop."""

import contextlib
import errno
import ipaddress
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from ridgeline.core.errors import InputError
from ridgeline.server.app import create_app
from ridgeline.server.live import Live
from ridgeline.server.pickers import project_name
from ridgeline.server.wire import Neighbour

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
    roots: Sequence[Path],
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    *,
    open_browser: bool = False,
    allowed_hosts: Iterable[str] = (),
    on_start: Callable[[str], object] | None = None,
) -> None:
    """Serve repositories until the process gets SIGINT or SIGTERM, and print the addresses.

    Each has a port of its own, so that a browser keeps them apart; their pages lead to each other.

    Args:
        roots: The folders of the repositories, as `resolve_repo` gives them; at least one.
        host: The address to listen on.
        port: The port of the first; when it is taken the next free one is used. 0: any.
        open_browser: Show the page of the first.
        allowed_hosts: More names that requests may call the server by, such as that of a proxy.
        on_start: Called with the address of the first once it answers.

    Raises:
        InputError: The address is not one of this machine, or no port is free.
    """
    with contextlib.ExitStack() as opened:
        listening = [opened.enter_context(listen(host, port)) for _ in roots]
        urls = [address(found) for found in listening]

        def announce() -> None:
            for root, url in zip(roots, urls, strict=True):
                sys.stdout.write(f"Ridgeline shows {root} at {url} (Ctrl+C ends it)\n")
            if not _is_loopback(listening[0]):
                sys.stdout.write(
                    "Whoever reaches this address can read and edit the runs: there is no login.\n"
                )
            sys.stdout.flush()
            if on_start is not None:
                on_start(urls[0])
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(urls[0],), daemon=True).start()

        apps = [
            create_app(root, host=host, allowed_hosts=allowed_hosts, neighbours=_neighbours(roots, urls, at))
            for at, root in enumerate(roots)
        ]
        for app, found in zip(apps[1:], listening[1:], strict=True):
            opened.enter_context(_in_background(app, found))
        # uvicorn stops in good order on SIGINT, and then raises it.
        with contextlib.suppress(KeyboardInterrupt):
            Server(apps[0], announce).run(sockets=[listening[0]])


def _neighbours(roots: Sequence[Path], urls: Sequence[str], at: int) -> list[Neighbour]:
    return [
        {"name": name, "url": url}
        for nth, (name, url) in enumerate(zip(_names(roots), urls, strict=True))
        if nth != at
    ]


def _names(roots: Sequence[Path]) -> list[str]:
    """Return what the repositories are called; those that share a name, by where they lie."""
    names = [project_name(root) for root in roots]
    return [str(root) if names.count(name) > 1 else name for root, name in zip(roots, names, strict=True)]


@contextlib.contextmanager
def _in_background(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    """Serve in a thread, to which no signal comes: it ends with the block."""
    server = Server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="ridgeline-server")
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()


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

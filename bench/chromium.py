"""A headless Chromium whose CPU time is counted over all its processes, and a server of canned answers for it.

CPU time is the sum of `/proc/*/task/*/schedstat` over the browser and all its children, so that waiting for a core does
not count. Linux only.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parents[1] / "src" / "ridgeline" / "server" / "static"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NANOSECONDS_PER_MS = 1e6


class Meter:
    """CPU time of a page and of the browser behind it."""

    def __init__(self, page: Page, root: int) -> None:
        self.page, self.root = page, root

    def cpu_ms(self) -> float:
        """CPU time that all threads of the browser have used so far."""
        total = 0
        for pid in descendants(self.root):
            for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                total += int((_read(schedstat) or b"0").split()[0])
        return total / NANOSECONDS_PER_MS

    def rest(self, pause_ms: int = 300) -> None:
        """Wait until two frames and a pause have passed."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        self.page.wait_for_timeout(pause_ms)


@contextmanager
def chromium(executable: str) -> Iterator[Meter]:
    """Start a browser with one page of 1440 × 900."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        yield Meter(page, _browser_process())
        browser.close()


@contextmanager
def serve(answers: Mapping[str, tuple[bytes, str]], static: Path = STATIC) -> Iterator[str]:
    """Serve the UI built into `static`, and `answers` (path to body and MIME type) as the API; yields the address."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, directory=str(static), **kwargs)

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path in answers:
                body, mime = answers[path]
                self.send_response(200)
                self.send_header("content-type", mime)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # a page that was left does not wait for its answer
                    self.wfile.write(body)
            elif path.startswith("/api/"):
                self.send_error(404)
            else:
                if not (static / path.lstrip("/")).is_file():
                    self.path = "/index.html"
                super().do_GET()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def descendants(root: int) -> set[int]:
    """Process ids of `root` and all that it started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = _read(stat).rpartition(b")")[2].split()
        if fields:
            parents[int(stat.parent.name)] = int(fields[1])
    found = {root}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def _browser_process() -> int:
    for pid in sorted(descendants(os.getpid())):
        line = _read(Path(f"/proc/{pid}/cmdline"))
        if b"--remote-debugging-pipe" in line and b"--type=" not in line:
            return pid
    raise SystemExit("No process of Chromium found below this one.")


def _read(path: Path) -> bytes:
    """Content of a file of /proc, empty when its process has gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""

"""CPU time of the Params page in headless Chromium: first draw, brush and hover over 5,000 runs and 8 axes.

CPU time is summed over all threads of all Chromium processes (`/proc/*/task/*/schedstat`), so that waiting for a core
does not count. Each figure is the median of its repetitions; the page is the built one, the API is a stand-in that
serves synthetic runs. "First draw" opens the page inside the running program: fetch, decode, draw and table. "Page
load" starts the program too, and "nothing" is what the measurement itself costs.

    python bench/ui_parallel.py [--runs 5000] [--chromium /usr/bin/chromium] [--curved]
"""

import argparse
import json
import os
import statistics
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pyarrow as pa
from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parents[1] / "src" / "ridgeline" / "server" / "static"
LANGS = ("de", "es", "nl", "zh", "en")
BARS_MS = {"first draw": 400, "brush": 100, "hover": 20}
NANOSECONDS_PER_MS = 1e6
# To a page that draws nothing, and back, without loading the program again.
LEAVE = "history.pushState(null, '', '/nowhere'); dispatchEvent(new PopStateEvent('popstate'))"
RETURN = "history.back()"


def columns(n: int) -> dict[str, np.ndarray]:
    """Eight axes: three params, five scores that hang together."""
    rng = np.random.default_rng(0)
    skill = rng.beta(5, 2, n)
    scores = {
        f'run.metrics["f1", {{"lang": "{lang}"}}].last': np.clip(
            0.3 + 0.5 * skill + rng.normal(0, 0.05, n), 0, 1
        )
        for lang in LANGS
    }
    return {
        "run.lr": 10 ** rng.uniform(-5, -2, n),
        "run.dropout": rng.uniform(0, 0.5, n),
        "run.epochs": rng.choice([5.0, 20.0, 40.0], n),
        **scores,
    }


def runs_arrow(n: int) -> bytes:
    """The answer of /api/runs.arrow."""
    data = columns(n)
    ids = [f"{i:016x}" for i in range(n)]
    word = lambda value: pa.array([value] * n).dictionary_encode()  # noqa: E731
    table = pa.table(
        {
            "id": pa.array(ids).dictionary_encode(),
            "name": pa.array([f"run-{i:04d}" for i in range(n)]).dictionary_encode(),
            "experiment": word("bench"),
            "status": word("finished"),
            "created": np.zeros(n),
            "ended": np.zeros(n),
            "archived": pa.array([False] * n),
            "tags": word("[]"),
            **data,
        },
    )
    meta = {
        "total": n,
        "matched": n,
        "generation": 1,
        "ms": 0,
        "columns": [{"name": name, "kind": "metric", "type": "number", "varying": True} for name in data],
    }
    table = table.replace_schema_metadata({"ridgeline": json.dumps(meta)}).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


class Server(SimpleHTTPRequestHandler):
    """Static files of the built UI, and just enough API for the Params page."""

    runs = b""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, directory=str(STATIC), **kwargs)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/api/runs.arrow":
            self.answer(self.runs, "application/vnd.apache.arrow.stream")
        elif path == "/api/pickers":
            metric = {"name": "f1", "kind": "float", "runs": 1, "contexts": [], "goal": "max"}
            self.answer(
                json.dumps({"experiments": [], "tags": [], "params": [], "metrics": [metric]}).encode(),
                "application/json",
            )
        elif path.startswith("/api/"):
            self.send_error(404)
        else:
            if not (STATIC / path.lstrip("/")).is_file():
                self.path = "/index.html"
            super().do_GET()

    def answer(self, body: bytes, mime: str) -> None:
        self.send_response(200)
        self.send_header("content-type", mime)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def descendants(root: int) -> set[int]:
    """Process ids of `root` and all that it started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = {root}
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def cpu_ms(root: int) -> float:
    """CPU time that all threads below `root` have used so far."""
    total = 0
    for pid in descendants(root):
        for schedstat in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(schedstat.read_text().split()[0])
            except OSError:
                continue
    return total / NANOSECONDS_PER_MS


def settle(page: Page) -> None:
    """Waits until the plot has nothing left to draw and two frames have passed."""
    page.wait_for_function("window.__chart && !window.__chart.debug().pending")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    time.sleep(0.3)


class Meter:
    def __init__(self, page: Page, root: int) -> None:
        self.page, self.root = page, root

    def cost(self, act) -> float:
        """CPU of `act` and of what follows from it."""
        before = cpu_ms(self.root)
        act()
        settle(self.page)
        return cpu_ms(self.root) - before


def measure(page: Page, root: int, url: str, repeats: int) -> dict[str, list[float]]:
    meter = Meter(page, root)
    figures: dict[str, list[float]] = {name: [] for name in (*BARS_MS, "page load", "nothing")}
    page.goto(url)
    settle(page)
    for _ in range(repeats):
        page.evaluate(LEAVE)
        page.wait_for_function("!document.querySelector('canvas')")
        figures["first draw"].append(meter.cost(lambda: page.evaluate(RETURN)))
        page.goto("about:blank")
        figures["page load"].append(meter.cost(lambda: page.goto(url)))
    for _ in range(repeats):
        figures["nothing"].append(meter.cost(lambda: None))
    debug = page.evaluate("window.__chart.debug()")
    box = page.locator("[role=img]").bounding_box()
    axis = box["x"] + debug["axes"][-2]["x"]
    top, bottom = box["y"] + debug["top"], box["y"] + debug["bottom"]
    page.mouse.move(axis, top + 1)
    page.mouse.down()
    for i in range(2 * repeats):
        y = top + (0.5 + 0.02 * i) * (bottom - top)
        figures["brush"].append(meter.cost(lambda y=y: page.mouse.move(axis, y)))
    page.mouse.up()
    page.keyboard.press("Escape")
    settle(page)
    for i in range(4 * repeats):
        y = top + (0.2 + 0.02 * i) * (bottom - top)
        figures["hover"].append(meter.cost(lambda y=y: page.mouse.move(axis - 60, y)))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--curved", action="store_true")
    options = parser.parse_args()
    Server.runs = runs_arrow(options.runs)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    query = "&".join(f"a={name}" for name in columns(1))
    assert parse_qs(query)["a"]
    url = f"http://127.0.0.1:{server.server_port}/params?{query}{'&curve=1' if options.curved else ''}"
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=[*arguments, "--disable-sync"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        root = next(
            pid
            for pid in sorted(descendants(os.getpid()))
            if b"--remote-debugging-pipe" in (line := read(Path(f"/proc/{pid}/cmdline")))
            and b"--type=" not in line
        )
        figures = measure(page, root, url, options.repeats)
        browser.close()
    server.shutdown()
    print(f"{options.runs} runs, 8 axes, 1440x900; CPU ms, median (range)")
    for name, values in figures.items():
        median = statistics.median(values)
        bar = BARS_MS.get(name)
        verdict = "" if bar is None else f"bar {bar}  {'ok' if median <= bar else 'over'}"
        print(f"{name:12} {median:6.0f}  ({min(values):.0f} to {max(values):.0f})  {verdict}")


def read(path: Path) -> bytes:
    """Content of a file of /proc, empty when its process has gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    main()

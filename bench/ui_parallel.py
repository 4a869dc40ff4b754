"""CPU time of the Params page in headless Chromium: first draw, brush and hover over 5,000 runs and 8 axes.

The page is the built one, the API is a stand-in that serves synthetic runs. Each figure is the median of its
repetitions, and each counts all that follows until the page is at rest. "First draw" opens the page inside the running
program: fetch, decode, draw and table. "Page load" starts the program too, and "nothing" is what the measurement
itself costs. A brush that is dragged grows and shrinks by a fiftieth of the axis a move, with more than half of the
runs inside; its end writes the address.

    python bench/ui_parallel.py [--runs 5000] [--chromium /usr/bin/chromium] [--curved] [--static ui/dist]
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from chromium import STATIC, Meter, chromium, serve
from figures import report
from playwright.sync_api import Page

LANGS = ("de", "es", "nl", "zh", "en")
BARS_MS = {"first draw": 400, "brush grows": 100, "brush shrinks": 100, "brush ends": 100, "hover": 30}
METRIC = {"name": "f1", "kind": "float", "runs": 1, "contexts": [], "goal": "max"}
PICKERS = {"experiments": [], "tags": [], "params": [], "metrics": [METRIC]}
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


def settle(page: Page) -> None:
    """Waits until the plot has nothing left to draw and two frames have passed."""
    page.wait_for_function("window.__chart && !window.__chart.debug().pending")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    time.sleep(0.3)


def cost(meter: Meter, act: Callable[[], object]) -> float:
    """CPU of `act` and of what follows from it."""
    before = meter.cpu_ms()
    act()
    settle(meter.page)
    return meter.cpu_ms() - before


def measure(meter: Meter, url: str, repeats: int) -> dict[str, list[float]]:
    page = meter.page
    figures: dict[str, list[float]] = {name: [] for name in (*BARS_MS, "page load", "nothing")}
    page.goto(url)
    settle(page)
    for _ in range(repeats):
        page.evaluate(LEAVE)
        page.wait_for_function("!document.querySelector('canvas')")
        figures["first draw"].append(cost(meter, lambda: page.evaluate(RETURN)))
        page.goto("about:blank")
        figures["page load"].append(cost(meter, lambda: page.goto(url)))
    for _ in range(repeats):
        figures["nothing"].append(cost(meter, lambda: None))
    debug = page.evaluate("window.__chart.debug()")
    box = page.locator("[data-chart]").first.bounding_box()
    axis = box["x"] + debug["axes"][-2]["x"]
    top, bottom = box["y"] + debug["top"], box["y"] + debug["bottom"]

    def move(share: float) -> None:
        page.mouse.move(axis, top + share * (bottom - top))

    for _ in range(repeats):
        move(0.01)
        page.mouse.down()
        move(0.5)
        settle(page)
        figures["brush grows"].append(cost(meter, lambda: move(0.52)))
        figures["brush shrinks"].append(cost(meter, lambda: move(0.5)))
        move(0.52)
        settle(page)
        figures["brush ends"].append(cost(meter, page.mouse.up))
        page.keyboard.press("Escape")
        settle(page)
    for i in range(4 * repeats):
        y = top + (0.2 + 0.02 * i) * (bottom - top)
        figures["hover"].append(cost(meter, lambda y=y: page.mouse.move(axis - 60, y)))
    return figures


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    found.add_argument("--runs", type=int, default=5000)
    found.add_argument("--repeats", type=int, default=5)
    found.add_argument("--chromium", default="/usr/bin/chromium")
    found.add_argument("--static", type=Path, default=STATIC, help="folder of a built UI")
    found.add_argument("--curved", action="store_true")
    return found


def run(options: argparse.Namespace) -> dict[str, list[float]]:
    answers = {
        "/api/runs.arrow": (runs_arrow(options.runs), "application/vnd.apache.arrow.stream"),
        "/api/pickers": (json.dumps(PICKERS).encode(), "application/json"),
    }
    query = urlencode({"a": list(columns(1)), "curve": int(options.curved)}, doseq=True)
    with serve(answers, options.static) as url, chromium(options.chromium) as meter:
        return measure(meter, f"{url}/params?{query}", options.repeats)


def main() -> None:
    options = parser().parse_args()
    figures = run(options)
    print(f"{options.runs} runs, 8 axes, 1440x900; CPU ms, median (range)")
    report(figures, BARS_MS)


if __name__ == "__main__":
    main()

"""CPU time of the Metrics page in headless Chromium: first draw, zoom and hover over 1,000 series of 500 points.

The page is the built one; the API is a stand-in that serves synthetic lines, since the work of the server is measured
elsewhere. "load" is a whole load of the page with the lines; "first draw" is the step from the page without a metric to
the lines on screen, with fetch, decoding and the table; "nothing" is what the measurement itself costs.

    python bench/ui_lines.py [--series 1000] [--points 500] [--chromium /usr/bin/chromium]
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from chromium import STATIC, Meter, chromium, serve
from figures import report

BARS_MS = {"first draw": 300, "zoom": 120, "hover": 30}
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
ARROW = "application/vnd.apache.arrow.stream"
PLOT = "document.querySelector('[data-chart]')"
VIEW = "/metrics?m=loss&c=run.hparams.lr"


def lines_arrow(series: int, points: int) -> bytes:
    """The answer of /api/lines.arrow: noisy decays, coloured by learning rate."""
    rng = np.random.default_rng(0)
    x = np.arange(points) * 10.0
    decay = 2 * np.exp(-x[None] / 800 * rng.uniform(0.3, 3, (series, 1)))
    y = (decay + 0.2 + np.cumsum(rng.normal(0, 0.004, (series, points)), axis=1)).astype(np.float32)
    small = lambda values: pa.array(values, pa.int32())  # noqa: E731
    zero = small([0] * series)
    none = pa.array([None] * series, pa.list_(pa.float32()))
    columns = {
        "kind": ["trace"] * series,
        "run": [f"{i:016x}" for i in range(series)],
        "name": ["loss"] * series,
        "context": ["{}"] * series,
        "chart": zero,
        "color": small(np.arange(series) % len(RATES)),
        "stroke": zero,
        "n_runs": small([1] * series),
        "x": pa.array([x] * series, pa.list_(pa.float64())),
        "y": pa.array(list(y), pa.list_(pa.float32())),
        "raw": none,
        "lo": none,
        "hi": none,
        "n": pa.array([None] * series, pa.list_(pa.int32())),
        "n_nan": zero,
        "n_inf": zero,
        "nonfinite_x": pa.array([[]] * series, pa.list_(pa.float64())),
        "nonfinite_y": pa.array([[]] * series, pa.list_(pa.float32())),
        "n_points": small([points] * series),
        "status": ["finished"] * series,
    }
    meta = {
        "charts": [{"label": "loss", "key": {"metric.name": "loss"}, "value": None}],
        "colors": [{"label": str(rate), "key": {"run.hparams.lr": rate}, "value": rate} for rate in RATES],
        "strokes": [],
        "color_scale": "sequential",
        "color_log": True,
        "color_key": "run.hparams.lr",
        "x": {"kind": "step", "label": "step"},
        "lines": series,
        "series": series,
        "runs": series,
        "points_total": series * points,
        "points_sent": series * points,
        "exact": True,
        "ms": 0,
        "generation": 1,
    }
    return arrow_bytes(pa.table(columns), meta)


def runs_arrow(runs: int) -> bytes:
    """The answer of /api/runs.arrow: names and the learning rate."""
    word = lambda values: pa.array(values).dictionary_encode()  # noqa: E731
    columns = {
        "id": word([f"{i:016x}" for i in range(runs)]),
        "name": word([f"run-{i:04d}" for i in range(runs)]),
        "experiment": word(["bench"] * runs),
        "status": word(["finished"] * runs),
        "created": np.zeros(runs),
        "ended": np.zeros(runs),
        "archived": pa.array([False] * runs),
        "tags": word(["[]"] * runs),
        "run.hparams.lr": np.resize(RATES, runs),
    }
    varying = [{"name": "run.hparams.lr", "kind": "param", "type": "number", "varying": True}]
    meta = {"total": runs, "matched": runs, "generation": 1, "ms": 0, "columns": varying}
    return arrow_bytes(pa.table(columns), meta)


def arrow_bytes(table: pa.Table, meta: dict[str, object]) -> bytes:
    sink = pa.BufferOutputStream()
    table = table.replace_schema_metadata({"ridgeline": json.dumps(meta)})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def pickers_json() -> bytes:
    param = {"path": "hparams.lr", "runs": 1, "kinds": ["float"], "distinct": len(RATES), "values": RATES}
    metric = {
        "name": "loss",
        "kind": "float",
        "runs": 1,
        "contexts": [{"context": {}, "runs": 1}],
        "goal": "min",
    }
    return json.dumps({"experiments": [], "tags": [], "params": [param], "metrics": [metric]}).encode()


def drawn(meter: Meter, more_than: int = 0) -> None:
    """Wait until the lines were drawn more often than so many times, and nothing moves any more."""
    meter.page.wait_for_function(f"{PLOT}?.__chart?.debug().draws.lines > {more_than}")
    meter.rest()


def measure(meter: Meter, address: str, repeats: int) -> dict[str, list[float]]:
    page = meter.page
    figures: dict[str, list[float]] = {
        name: [] for name in ("load", "first draw", "zoom", "hover", "nothing")
    }

    def cost(name: str, act: Callable[[], object]) -> None:
        before = meter.cpu_ms()
        act()
        figures[name].append(meter.cpu_ms() - before)

    def go(path: str) -> None:
        page.evaluate(f"history.pushState(null, '', {path!r}); dispatchEvent(new PopStateEvent('popstate'))")

    page.goto(address + VIEW)
    drawn(meter)
    for _ in range(repeats):
        page.goto("about:blank")
        cost("load", lambda: (page.goto(address + VIEW), drawn(meter)))
    for _ in range(repeats):
        go("/metrics")
        page.wait_for_function(f"{PLOT} === null")
        meter.rest()
        cost("first draw", lambda: (go(VIEW), drawn(meter)))
    for _ in range(repeats):
        cost("nothing", meter.rest)
    box = page.locator("[data-chart]").bounding_box()
    for i in range(4 * repeats):
        share = 0.2 + 0.6 * i / (4 * repeats)
        point = (box["x"] + share * box["width"], box["y"] + 0.7 * box["height"])
        cost("hover", lambda point=point: (page.mouse.move(*point), meter.rest()))
    for i in range(repeats):
        draws = page.evaluate(f"{PLOT}.__chart.debug().draws.lines")
        cost("zoom", lambda i=i, draws=draws: (go(f"{VIEW}&ymax={1 + i / 10}"), drawn(meter, draws)))
    return figures


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    found.add_argument("--series", type=int, default=1000)
    found.add_argument("--points", type=int, default=500)
    found.add_argument("--repeats", type=int, default=5)
    found.add_argument("--chromium", default="/usr/bin/chromium")
    found.add_argument("--static", type=Path, default=STATIC, help="folder of a built UI")
    return found


def run(options: argparse.Namespace) -> dict[str, list[float]]:
    answers = {
        "/api/lines.arrow": (lines_arrow(options.series, options.points), ARROW),
        "/api/runs.arrow": (runs_arrow(options.series), ARROW),
        "/api/pickers": (pickers_json(), "application/json"),
    }
    with serve(answers, options.static) as address, chromium(options.chromium) as meter:
        return measure(meter, address, options.repeats)


def main() -> None:
    options = parser().parse_args()
    figures = run(options)
    print(f"{options.series} series of {options.points} points, 1440x900; CPU ms, median (range)")
    report(figures, BARS_MS)


if __name__ == "__main__":
    main()

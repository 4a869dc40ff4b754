"""Time of the Runs page in headless Chromium: sort, search, group and scroll over 100,000 rows of 20 columns.

The page is the built one; the API is a stand-in that serves synthetic runs, since the work of the server is measured
elsewhere. "script" is the CPU time of the page's code until it has handled the change and made the new rows; "CPU" is
what all threads of the browser used for it, painting and compositing included; "nothing" is what the measurement costs.

    python bench/ui_table.py [--rows 100000] [--chromium /usr/bin/chromium]
"""

import argparse
import json
import statistics
from pathlib import Path

import numpy as np
import pyarrow as pa
from chromium import STATIC, Meter, chromium, serve
from figures import verdict
from ui_lines import ARROW, arrow_bytes

# Of "find" the search over the columns counts: making the rows anew, as a jump by scrolling does, is taken off.
SCRIPT_BARS_MS = {"sort": 60, "find": 10}
WORDS = 8
NUMBERS = 11


def word_paths() -> list[str]:
    return [f"run.hparams.word{i}" for i in range(WORDS)]


def metric_columns() -> list[str]:
    return [f'run.metrics["metric{i}"].last' for i in range(NUMBERS)]


def runs_arrow(rows: int) -> bytes:
    """The answer of /api/runs.arrow: names, eight params of words, eleven metrics."""
    rng = np.random.default_rng(0)
    word = lambda values: pa.array(values).dictionary_encode()  # noqa: E731
    columns = {
        "id": word([f"{i:016x}" for i in range(rows)]),
        "name": word([f"run-{i:06d}" for i in rng.permutation(rows)]),
        "experiment": word(["bench"] * rows),
        "status": word(["finished"] * rows),
        "created": np.arange(rows, dtype=float),
        "ended": np.arange(rows, dtype=float) + 60,
        "archived": pa.array([False] * rows),
        "tags": word(["[]"] * rows),
    }
    for i, path in enumerate(word_paths()):
        columns[path] = word([f"choice-{k}" for k in rng.integers(0, 3 + 4 * i, rows)])
    for i, column in enumerate(metric_columns()):
        columns[column] = rng.normal(0.1 * i, 1, rows)
    described = [{"name": path, "kind": "param", "type": "string", "varying": True} for path in word_paths()]
    described += [
        {"name": name, "kind": "metric", "type": "number", "varying": True} for name in metric_columns()
    ]
    meta = {"total": rows, "matched": rows, "generation": 1, "ms": 0, "columns": described}
    return arrow_bytes(pa.table(columns), meta)


def pickers_json(rows: int) -> bytes:
    params = [
        {"path": path[4:], "expression": path, "runs": rows, "kinds": ["str"], "distinct": 3, "values": []}
        for path in word_paths()
    ]
    metrics = [
        {
            "name": f"metric{i}",
            "kind": "float",
            "runs": rows,
            "contexts": [{"context": {}, "runs": rows}],
            "goal": "max",
        }
        for i in range(NUMBERS)
    ]
    return json.dumps({"experiments": [], "tags": [], "params": params, "metrics": metrics}).encode()


def address(**state: str) -> str:
    columns = "&".join(f"add=last(metric{i})" for i in range(NUMBERS))
    return f"/runs?{columns}" + "".join(f"&{key}={value}" for key, value in state.items())


def measure(meter: Meter, server: str, repeats: int) -> dict[str, list[tuple[float, float]]]:
    """Script and CPU ms of each act."""
    page = meter.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    figures: dict[str, list[tuple[float, float]]] = {}

    def script_ms() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration")

    def cost(name: str, act: str) -> None:
        before, script = meter.cpu_ms(), script_ms()
        page.evaluate(act)
        meter.rest()
        figures.setdefault(name, []).append((script_ms() - script, meter.cpu_ms() - before))

    def go(path: str) -> str:
        return f"history.pushState(null, '', {path!r}); dispatchEvent(new PopStateEvent('popstate'))"

    page.goto(server + address())
    page.wait_for_selector("[data-at='0']")
    meter.rest()
    page.evaluate(go(address(find="choice-1")))  # lower case is made once
    for i in range(repeats):
        for name, state in {
            "sort": {"sort": f"-last(metric{i % NUMBERS})"},
            "sort by two": {"sort": f"run.hparams.word{i % WORDS}&sort=last(metric{i % NUMBERS})"},
            "find": {"find": f"run-{i}"},
            "group": {"group": f"run.hparams.word{i % WORDS}"},
        }.items():
            page.evaluate(go(address()))
            meter.rest()
            cost(name, go(address(**state)))
    page.evaluate(go(address()))
    grid = "document.querySelector('[role=grid]')"
    for i in range(repeats):
        cost("scroll", f"{grid}.scrollTop = {28 * (1 + i) * 10_000}")
        cost("nothing", "")
    return figures


def counted_ms(figures: dict[str, list[tuple[float, float]]]) -> dict[str, float]:
    """Script ms of what has a bar."""
    script = {name: statistics.median(ms for ms, _ in pairs) for name, pairs in figures.items()}
    return {name: script[name] - (script["scroll"] if name == "find" else 0) for name in SCRIPT_BARS_MS}


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    found.add_argument("--rows", type=int, default=100_000)
    found.add_argument("--repeats", type=int, default=5)
    found.add_argument("--chromium", default="/usr/bin/chromium")
    found.add_argument("--static", type=Path, default=STATIC, help="folder of a built UI")
    return found


def run(options: argparse.Namespace) -> dict[str, list[tuple[float, float]]]:
    answers = {
        "/api/runs.arrow": (runs_arrow(options.rows), ARROW),
        "/api/pickers": (pickers_json(options.rows), "application/json"),
    }
    with serve(answers, options.static) as server, chromium(options.chromium) as meter:
        return measure(meter, server, options.repeats)


def main() -> None:
    options = parser().parse_args()
    figures = run(options)
    print(f"{options.rows} rows of {1 + WORDS + NUMBERS} columns, 1440x900; ms, median (range)")
    counted = counted_ms(figures)
    for name, pairs in figures.items():
        script, cpu = (statistics.median(values) for values in zip(*pairs, strict=True))
        low, high = min(pairs)[0], max(pairs)[0]
        told = (
            f"{counted[name]:.1f}, {verdict(counted[name], SCRIPT_BARS_MS[name])}" if name in counted else ""
        )
        print(f"{name:12} script {script:6.1f}  ({low:.1f} to {high:.1f})  CPU {cpu:5.0f}  {told}")


if __name__ == "__main__":
    main()

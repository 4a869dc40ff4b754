"""Open the same view in Ridgeline's and in Aim's page: 240 runs, a chart for each of five languages, coloured by lr.

Wall time from the navigation to the last of the 1,200 lines, in headless Chromium, on servers that run already; best of
several. The second view, all seeds of a learning rate as a median with a band, is Ridgeline's alone to draw in one step.

usage: saved_view.py [--repeat 5] [--chromium /usr/bin/chromium] [--without-aim]
"""

import argparse
import base64
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from compare import python_of

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from chromium import ARGUMENTS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

BAR_S, BAR_RATIO = 1.0, 10
CHARTS, LINES = 5, 1200
VIEW = {"m": "f1", "c": "run.hparams.lr", "ch": "metric.context.lang"}
# Charts say themselves what they have drawn; of Aim's, the paths in the page are counted.
OURS = """() => {
  const charts = [...document.querySelectorAll('[data-chart]')].map((host) => host.__chart?.debug())
  return charts.length === %d && charts.every((chart) => chart?.draws.lines > 0)
    && charts.reduce((sum, chart) => sum + chart.lines.length, 0) >= %d
}"""
AIM = "() => document.querySelectorAll('svg path.Line').length >= %d"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def running(command: list[str], url: str, **options):
    """A server that answers at `url`, stopped at the end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(url, timeout=2).read()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def aim_state(state: dict) -> str:
    """A part of a page's state, as Aim 3.29 writes it into its address."""
    text = base64.b64encode(quote(json.dumps(state), safe="~()*!.'-_;,/?:@&=+$#").encode()).decode()
    return "O-" + text.rstrip("=").replace("+", "-").replace("/", "_")


def aim_address(base: str) -> str:
    select = {
        "options": [],
        "query": "",
        "advancedMode": True,
        "advancedQuery": "metric.name == 'f1'",
    }
    grouping = {
        "color": ["run.params.hparams.hparams.lr"],
        "stroke": [],
        "chart": ["context.lang"],
        "reverseMode": {"color": False, "stroke": False, "chart": False},
        "isApplied": {"color": True, "stroke": True, "chart": True},
        "persistence": {"color": False, "stroke": False},
        "seed": {"color": 10, "stroke": 10},
        "paletteIndex": 0,
    }
    state = {"select": aim_state(select), "grouping": aim_state(grouping)}
    return f"{base}/metrics?{urlencode(state)}"


def best_wall_s(executable: str, url: str, complete: str, repeat: int) -> float:
    """Best time from navigation to the complete picture, a browser of its own each time."""
    walls = []
    with sync_playwright() as playwright:
        for _ in range(repeat):
            browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
            page = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True).new_page()
            page.goto("about:blank")
            start = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.wait_for_function(complete, timeout=180_000, polling=20)
            walls.append(time.perf_counter() - start)
            browser.close()
    return min(walls)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--without-aim", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ours, folded = measure_ours(f"{folder}/ridgeline", options)
        print(f"{'240 runs × 5 languages, s':34}{'ours':>8}{'bar':>8}{'Aim':>8}{'×':>7}{'bar':>6}")
        aim = None if options.without_aim else measure_aim(f"{folder}/aim", options)
        beside = f"{aim:8.2f}{aim / ours:7.1f}{BAR_RATIO:6}" if aim else ""
        print(f"{'every run, a chart a language':34}{ours:8.2f}{BAR_S:8.2f}{beside}")
        print(f"{'the same, seeds folded to medians':34}{folded:8.2f}{BAR_S:8.2f}")


def both(options: argparse.Namespace) -> tuple[float, float | None]:
    """Seconds to the complete picture of every run: ours, and Aim's unless it is left out."""
    with tempfile.TemporaryDirectory() as folder:
        ours, _ = measure_ours(f"{folder}/ridgeline", options)
        return ours, None if options.without_aim else measure_aim(f"{folder}/aim", options)


def measure_ours(folder: str, options: argparse.Namespace) -> tuple[float, float]:
    subprocess.run([sys.executable, HERE / "record_study.py", "ridgeline", folder], check=True)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", folder, "--port", str(port)]
    with running(command, f"{base}/api/project"):
        plain = best_wall_s(
            options.chromium, f"{base}/metrics?{urlencode(VIEW)}", OURS % (CHARTS, LINES), options.repeat
        )
        folded_url = f"{base}/metrics?{urlencode(VIEW | {'fold': 1})}"
        folded = best_wall_s(options.chromium, folded_url, OURS % (CHARTS, 25), options.repeat)
    return plain, folded


def measure_aim(folder: str, options: argparse.Namespace) -> float:
    python = python_of("aim")
    subprocess.run([python, HERE / "record_study.py", "aim", folder], check=True, stderr=subprocess.DEVNULL)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    aim = Path(python).with_name("aim")
    repo = re.sub(r"/\.aim$", "", str(next(Path(folder).rglob(".aim"))))
    command = [str(aim), "up", "--repo", repo, "--host", "127.0.0.1", "--port", str(port)]
    with running(command, f"{base}/api/projects/"):
        return best_wall_s(options.chromium, aim_address(base), AIM % LINES, options.repeat)


if __name__ == "__main__":
    main()

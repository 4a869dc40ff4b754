"""Every figure of the pages beside its bar: drawing, zooming and pointing, a saved view beside Aim's, and their size.

Takes about five minutes, half of it for Aim, which is installed into ~/.cache/ridgeline-bench once. CPU figures are
medians; a figure is met when it is at most 1.00 of its bar. The scripts that this runs say more on their own.

python bench/ui.py [--repeats 5] [--chromium /usr/bin/chromium] [--without-aim]
"""

import argparse
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import bundle
import ui_lines
import ui_parallel
import ui_table

sys.path.insert(0, str(Path(__file__).parent / "peers"))
import saved_view

Row = tuple[str, float, float, float]  # what, value, bar, part of the bar


def page_rows(options: argparse.Namespace) -> Iterator[Row]:
    given = ["--repeats", str(options.repeats), "--chromium", options.chromium]
    for script, title in ((ui_lines, "Metrics, 1,000 × 500"), (ui_parallel, "Params, 5,000 × 8")):
        figures = script.run(script.parser().parse_args(given))
        for name, bar in script.BARS_MS.items():
            yield _most(f"{title}: {name}, CPU ms", statistics.median(figures[name]), bar)
    counted = ui_table.counted_ms(ui_table.run(ui_table.parser().parse_args(given)))
    for name, bar in ui_table.SCRIPT_BARS_MS.items():
        yield _most(f"Runs, 100,000 × 20: {name}, script ms", counted[name], bar)


def view_rows(options: argparse.Namespace) -> Iterator[Row]:
    ours, aim = saved_view.both(options)
    yield _most("saved view, 240 runs × 5 languages: wall s", ours, saved_view.BAR_S)
    if aim:
        ratio = aim / ours
        yield (
            f"Aim's page takes × as long ({aim:.1f} s)",
            ratio,
            saved_view.BAR_RATIO,
            saved_view.BAR_RATIO / ratio,
        )


def size_rows() -> Iterator[Row]:
    sizes = {page: bundle.gzipped_kb(files) for page, files in bundle.pages().items()}
    largest = max(sizes, key=sizes.__getitem__)
    yield _most(f"JavaScript of {largest}, the largest: KB gzipped", sizes[largest], bundle.BAR_KB)


def _most(what: str, value: float, bar: float) -> Row:
    return what, value, bar, value / bar


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--without-aim", action="store_true")
    options = parser.parse_args()
    options.repeat = options.repeats
    print(f"{'load ' + str(round(os.getloadavg()[0], 1)):54}{'measured':>9}{'bar':>7}{'of it':>7}")
    for rows in (size_rows(), page_rows(options), view_rows(options)):
        for what, value, bar, part in rows:
            print(f"{what:54}{value:9.4g}{bar:7g}{part:7.2f}{'  OVER' if part > 1 else ''}", flush=True)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

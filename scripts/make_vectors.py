"""Write tests/golden/vectors: an Arrow file of runs, and what plain Python computes from it, for the tests of the UI.

With --check: compare, and fail when the files are not what this script writes. No NumPy or SciPy: each number comes
from its definition, with the standard library's exact sums.
"""

import argparse
import json
import math
import random
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "golden" / "vectors"
RUNS = 60
LR, MODEL, SEED = "run.hparams.lr", "run.hparams.model", "run.seed"
F1, LOSS = 'run.metrics["f1", {"lang": "de"}].last', 'run.metrics["loss"].last'
NUMBERS = (LR, SEED, F1, LOSS)
PLACES = 64  # of a LOESS curve
BINS = 7

Value = float | str | None
Columns = dict[str, list[Value]]


def columns() -> Columns:
    """Sixty runs: ties, missing values, NaN and infinities among them."""
    chance = random.Random(3)
    found: Columns = {name: [] for name in (LR, MODEL, SEED, F1, LOSS)}
    for run in range(RUNS):
        lr = chance.choice([1e-4, 3e-4, 1e-3, 1e-3, 1e-2])
        f1 = round(0.5 + 0.1 * math.log10(lr * 1e5) + chance.gauss(0, 0.05), 2)  # rounded: ties
        found[LR].append(None if run % 19 == 7 else lr)
        found[MODEL].append(None if run % 23 == 5 else chance.choice(["bert-base", "xlm-r", "größer"]))
        found[SEED].append(float(run % 3))
        found[F1].append({11: None, 31: math.nan, 47: math.inf}.get(run, f1))
        found[LOSS].append(-math.inf if run == 20 else 2 - 1.7 * f1 + chance.gauss(0, 0.1))
    return found


def arrow_table(data: Columns) -> pa.Table:
    """The columns as the server sends them."""
    word = lambda values: pa.array(values, pa.string()).dictionary_encode()  # noqa: E731
    same = lambda value: word([value] * RUNS)  # noqa: E731
    fixed = {
        "id": word([f"{run:016x}" for run in range(RUNS)]),
        "name": word([f"run-{run:02d}" for run in range(RUNS)]),
        "experiment": same("vectors"),
        "status": same("finished"),
        "created": pa.array([float(run) for run in range(RUNS)]),
        "ended": pa.array([float(run + 60) for run in range(RUNS)]),
        "archived": pa.array([False] * RUNS),
        "tags": same("[]"),
    }
    own = {n: pa.array(v, pa.float64()) if n in NUMBERS else word(v) for n, v in data.items()}
    described = [{"name": n, "type": "number" if n in NUMBERS else "string"} for n in data]
    meta = {"total": RUNS, "matched": RUNS, "generation": 1, "ms": 0, "columns": described}
    return pa.table(fixed | own).replace_schema_metadata({"ridgeline": json.dumps(meta)})


def finite(values: Sequence[Value]) -> list[float]:
    return [value for value in values if isinstance(value, float) and math.isfinite(value)]


def in_order(values: Sequence[Value], *, descending: bool) -> list[int]:
    """Rows by value, equal ones in their order, those without a number or a word last."""
    missing = [row for row, value in enumerate(values) if value is None or value != value]  # noqa: PLR0124
    there = [row for row in range(len(values)) if row not in missing]
    sign = -1 if descending else 1
    return sorted(there, key=lambda row: sign * values[row]) + missing  # type: ignore[operator]


def groups(data: Columns, keys: Sequence[str]) -> list[list[int]]:
    """Rows that agree in all keys, in the order of their first row. NaN is no value here."""
    found: dict[tuple[Value, ...], list[int]] = {}
    for row in range(RUNS):
        found.setdefault(tuple(data[key][row] for key in keys), []).append(row)
    return list(found.values())


def stats(values: Sequence[Value]) -> dict[str, float | int | None] | None:
    """What a group of rows shows of a metric."""
    own = finite(values)
    if not own:
        return None
    return {
        "n": len(own),
        "mean": statistics.mean(own),
        "std": statistics.stdev(own) if len(own) > 1 else None,
        "median": statistics.median(own),
        "min": min(own),
        "max": max(own),
    }


def ranks(values: Sequence[Value]) -> list[float | None]:
    """Ranks from 1, ties averaged, by counting."""
    own = finite(values)
    return [
        sum(other < value for other in own) + (own.count(value) + 1) / 2 if finite([value]) else None
        for value in values
    ]


def places(values: Sequence[Value], better: Callable[[float, float], bool]) -> list[int]:
    """1 for the best; 0 for what is no number."""
    own = finite(values)
    return [1 + sum(better(other, value) for other in own) if finite([value]) else 0 for value in values]


def both(a: Sequence[Value], b: Sequence[Value]) -> tuple[list[float], list[float]]:
    rows = [row for row in range(len(a)) if finite([a[row]]) and finite([b[row]])]
    return [a[row] for row in rows], [b[row] for row in rows]  # type: ignore[misc]


def spearman(a: Sequence[Value], b: Sequence[Value]) -> float:
    left, right = both(a, b)
    return statistics.correlation(ranks(left), ranks(right))  # type: ignore[arg-type]


def correlation_ratio(words: Sequence[Value], values: Sequence[Value]) -> float:
    """Root of the share of the variance of the ranks that lies between the words."""
    rows = [row for row in range(len(words)) if words[row] is not None and finite([values[row]])]
    ranked = ranks([values[row] for row in rows])
    by_word: dict[Value, list[float]] = {}
    for row, rank in zip(rows, ranked, strict=True):
        by_word.setdefault(words[row], []).append(rank or 0)
    mean = statistics.mean(rank or 0 for rank in ranked)
    between = math.fsum(len(own) * (statistics.mean(own) - mean) ** 2 for own in by_word.values())
    return math.sqrt(between / math.fsum(((rank or 0) - mean) ** 2 for rank in ranked))


def fold(values: Sequence[Value]) -> list[float | None]:
    """Lowest, median and highest of a group; nothing where no value is finite."""
    own = finite(values)
    return [min(own), statistics.median(own), max(own)] if own else [None, None, None]


def most_frequent(values: Sequence[Value]) -> Value:
    """Of several equally frequent the first."""
    return Counter(values).most_common(1)[0][0]


def line(x: Sequence[float], y: Sequence[float]) -> dict[str, float]:
    slope, intercept = statistics.linear_regression(x, y)
    return {"slope": slope, "intercept": intercept, "r2": statistics.correlation(x, y) ** 2}


def loess(x: Sequence[float], y: Sequence[float], bandwidth: float) -> list[float]:
    """Local lines through the nearest points with tricube weights, at places from the lowest to the highest x."""
    low, high = min(x), max(x)
    near = max(3, min(len(x), math.floor(bandwidth * len(x) + 0.5)))
    found = []
    for step in range(PLACES):
        place = low + (high - low) * step / (PLACES - 1)
        chosen = sorted(zip(x, y, strict=True), key=lambda point: abs(point[0] - place))[:near]
        reach = max(abs(px - place) for px, _ in chosen) * (1 + 1e-9)
        weights = [(1 - (abs(px - place) / reach) ** 3) ** 3 for px, _ in chosen]
        found.append(_weighted_line(weights, chosen, place))
    return found


def _weighted_line(weights: Sequence[float], points: Sequence[tuple[float, float]], place: float) -> float:
    """Value at a place, by the normal equations."""
    total = math.fsum(weights)
    mx = math.fsum(w * px for w, (px, _) in zip(weights, points, strict=True)) / total
    my = math.fsum(w * py for w, (_, py) in zip(weights, points, strict=True)) / total
    sxx = math.fsum(w * (px - mx) ** 2 for w, (px, _) in zip(weights, points, strict=True))
    sxy = math.fsum(w * (px - mx) * (py - my) for w, (px, py) in zip(weights, points, strict=True))
    return my + sxy / sxx * (place - mx)


def rebinned(counts: Sequence[int], edges: Sequence[float], low: float, high: float) -> list[float]:
    """Share of the samples in each of BINS equal bins; a bin that is cut gives in proportion."""
    ends = [low + (high - low) * i / BINS for i in range(BINS + 1)]
    own = list(zip(counts, pairwise(edges), strict=True))
    return [
        math.fsum(n * max(0, min(b, end) - max(a, start)) / (b - a) for n, (a, b) in own) / sum(counts)
        for start, end in pairwise(ends)
    ]


def histogram(values: Sequence[float]) -> list[int]:
    """Counts of places from 0 to 1 in BINS bins; 1 belongs to the last."""
    return [sum(min(BINS - 1, math.floor(v * BINS)) == bin_ for v in values) for bin_ in range(BINS)]


def vectors(data: Columns) -> dict[str, object]:
    by_seed = groups(data, [LR, MODEL])
    x, y = both(data[F1], data[LOSS])
    uneven = sorted(set(x))  # a cloud without ties in x: which of several equally near points counts is open
    level = [statistics.mean(b for a, b in zip(x, y, strict=True) if a == one) for one in uneven]
    counts, edges = [4, 0, 7, 2, 11], [-1.0, -0.5, 0.25, 0.3, 2.0, 3.5]
    shares = [i / 16 for i in range(17)]
    return {
        "sorted": {n: {str(d).lower(): in_order(data[n], descending=d) for d in (False, True)} for n in NUMBERS},
        "groups": [
            {"rows": rows, "stats": {n: stats([data[n][row] for row in rows]) for n in (F1, LOSS)}}
            for rows in by_seed
        ],
        "folds": {
            F1: [fold([data[F1][row] for row in rows]) for rows in by_seed],
            LOSS: [fold([data[LOSS][row] for row in rows]) for rows in by_seed],
            MODEL: [most_frequent([data[MODEL][row] for row in rows]) for rows in groups(data, [LR])],
        },
        "ranks": {n: ranks(data[n]) for n in (F1, LOSS)},
        "places": {
            "max": places(data[F1], lambda a, b: a > b),
            "min": places(data[F1], lambda a, b: a < b),
        },
        "spearman": {n: spearman(data[n], data[F1]) for n in (LR, LOSS)},
        "correlation_ratio": correlation_ratio(data[MODEL], data[F1]),
        "extent": {n: [min(finite(data[n])), max(finite(data[n]))] for n in (F1, LOSS)},
        "line": line(x, y),
        "loess": {"x": uneven, "y": level, "bandwidth": 0.4, "fit": loess(uneven, level, 0.4)},
        "histogram": {"values": shares, "counts": histogram(shares)},
        "distribution": {
            "counts": counts, "edges": edges, "low": -1.0, "high": 3.5, "shares": rebinned(counts, edges, -1.0, 3.5),
            "mean": math.fsum(n * (a + b) / 2 for n, (a, b) in zip(counts, pairwise(edges), strict=True)) / sum(counts),
        },
    }  # fmt: skip


def written(data: Columns) -> str:
    """The vectors as JSON, to twelve digits: the last ones are the mathematical library's own."""

    def rounded(value: object) -> object:
        if isinstance(value, float):
            return float(f"{value:.12g}")
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        return [rounded(item) for item in value] if isinstance(value, list) else value

    return json.dumps(rounded(vectors(data)), ensure_ascii=False, allow_nan=False) + "\n"


def main() -> int:
    """Write or compare the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    data = columns()
    table, text = arrow_table(data), written(data)
    runs, numbers = FOLDER / "runs.arrow", FOLDER / "vectors.json"
    if not check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        numbers.write_text(text, "utf-8")
        with pa.OSFile(str(runs), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return 0
    with pa.OSFile(str(runs)) as source, pa.ipc.open_stream(source) as reader:
        kept = reader.read_all()
    # NaN is not equal to itself: the texts of the columns are compared.
    same = kept.schema.equals(table.schema, check_metadata=True) and str(kept.to_pydict()) == str(
        table.to_pydict()
    )
    if same and numbers.read_text("utf-8") == text:
        return 0
    print(
        "tests/golden/vectors are not what scripts/make_vectors.py writes; run it and commit.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())

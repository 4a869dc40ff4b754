"""Scorers of 1,000 candidates × 5,000 target examples × 10 classes, and skada's scorers of a few of the same candidates.

python bench/select_scorers.py [--candidates N] [--without-peer]

skada is installed into ~/.cache/ridgeline-bench once. Its scorers take an estimator, so candidates are scikit-learn
pipelines with given weights: their predictions are a product of 5,000 × 8 with 8 × 10, and cost next to nothing.
CPU seconds over the cores are held against the bar and wall seconds stand beside, since a busy machine stretches these.
BLAS keeps to one thread in both: ours scores a block of candidates on each core.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import numpy as np

CANDIDATES, EXAMPLES, CLASSES, DIMS, LABELLED = 1000, 5000, 10, 8, 100
DISTINCT = 100  # candidates that are made; more come round again, so that memory holds one block
PEER_CANDIDATES = 3
WALL_BAR_SECS, RATIO_BAR = 60, 20
SKADA = "skada==0.6.0"
CACHE = Path(os.environ.get("RIDGELINE_BENCH_VENVS", "~/.cache/ridgeline-bench")).expanduser()
PEERS = {  # our scorer: skada's; DEV is left out of the values, as skada's is not importance weighted
    "entropy": "PredictionEntropyScorer",
    "snd": "SoftNeighborhoodDensity",
    "mano": "MaNoScorer",
    "importance-kde": "ImportanceWeightedScorer",
    "dev": "DeepEmbeddedValidation",
}


def softmax(logits):
    logits -= logits.max(axis=-1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=-1, keepdims=True)
    return logits


def make(candidates, dtype):
    """A shifted target, and linear candidates from poor to good."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(CLASSES, DIMS))
    y_source, y_target = rng.integers(0, CLASSES, (2, EXAMPLES))
    x_source = centres[y_source] + rng.normal(size=(EXAMPLES, DIMS))
    x_target = centres[y_target] + rng.normal(size=(EXAMPLES, DIMS)) + 0.3
    noise = np.linspace(0.1, 2, candidates)[:, None, None]
    weights = centres + noise * rng.normal(size=(candidates, CLASSES, DIMS))
    bias = -(weights**2).sum(axis=2) / 2
    p_source, p_target = (
        np.stack([softmax(x @ w.T + b).astype(dtype) for w, b in zip(weights, bias, strict=True)])
        for x in (x_source, x_target)
    )
    return x_source, y_source, x_target, y_target, weights, bias, p_source, p_target


def outputs_of(made, dtype, features):
    from ridgeline.select.scorers.outputs import Outputs

    x_source, y_source, x_target, y_target, weights, _, p_source, p_target = made
    count = len(weights)
    given = {"target_probabilities": p_target, "source_probabilities": p_source, "source_labels": y_source}
    if features:
        given |= {
            "target_features": np.repeat(x_target[None].astype(dtype), count, axis=0),
            "source_features": np.repeat(x_source[None].astype(dtype), count, axis=0),
            "class_weights": weights.astype(dtype),
            "labelled_rows": np.arange(LABELLED),
            "labels": y_target[:LABELLED],
        }
    return Outputs(**given)


def timed(call):
    wall, cpu = time.perf_counter(), time.process_time()
    value = call()
    return value, time.perf_counter() - wall, time.process_time() - cpu


def measure_ours(candidates):
    from figures import verdict

    from ridgeline.select.scorers.registry import SCORERS, usable
    from ridgeline.select.scorers.table import score

    made = make(min(DISTINCT, candidates), np.float32)
    times = candidates // len(made[-1])
    cores, count = os.cpu_count(), times * len(made[-1])
    bar = WALL_BAR_SECS * count / CANDIDATES
    print(f"{count} candidates × {EXAMPLES} × {CLASSES} float32, {cores} cores")
    for title, features in (("from probabilities and source labels", False), ("… and 8 features", True)):
        outputs = outputs_of(made, np.float32, features)
        names = [name for name in usable(outputs) if name != "importance-kde"]
        _, wall, cpu = timed(lambda outputs=outputs, names=names: score([outputs] * times, names))
        free = cpu / cores  # what the wall clock shows where nothing else runs
        print(f"\n{title}: {len(names)} scorers, {', '.join(names)}")
        print(f"  CPU over cores {free:.1f} s ({verdict(free, bar)}), wall {wall:.1f} s")
    few = outputs_of(make(4, np.float32), np.float32, features=True)
    print("\nCPU of one candidate, ms")
    for name in usable(few):
        cpu = min(timed(lambda name=name: SCORERS[name].score(few))[2] for _ in range(3))
        print(f"  {name:20} {cpu / 4 * 1e3:8.2f}")


def measure_skada(folder):
    """Run by the Python that has skada."""
    import warnings

    from skada import make_da_pipeline, metrics
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")
    x_source, y_source, x_target, _, weights, bias, _, _ = make(PEER_CANDIDATES, np.float64)
    x = np.concatenate([x_source, x_target])
    y = np.concatenate([y_source, np.full(EXAMPLES, -1)])  # skada's mark of a hidden class
    domain = np.repeat([1, -2], EXAMPLES)
    pipeline = make_da_pipeline(LogisticRegression(max_iter=1).set_score_request(sample_weight=True))
    pipeline.fit(x, y, sample_domain=domain)
    model = pipeline[-1].base_estimator_
    found = {}
    for ours, name in PEERS.items():
        scorer = getattr(metrics, name)(**({"random_state": 0} if ours == "dev" else {}))
        values, seconds = [], 0.0
        for w, b in zip(weights, bias, strict=True):
            model.coef_, model.intercept_ = w, b
            value, _, cpu = timed(lambda s=scorer: s(pipeline, x, y, sample_domain=domain))
            values.append(float(value))
            seconds += cpu
        found[ours] = {"values": values, "cpu_s": seconds / PEER_CANDIDATES}
    (Path(folder) / "skada.json").write_text(json.dumps(found))


def measure_peer():
    from ridgeline.select.scorers.registry import SCORERS

    home = CACHE / "skada"
    if not (home / "bin" / "python").exists():
        print(f"installing {SKADA} into {home}", file=sys.stderr)
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "python", "-m", "pip", "install", "-q", SKADA], check=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([home / "bin" / "python", __file__, "--skada", folder], check=True)
        theirs = json.loads((Path(folder) / "skada.json").read_text())
    exact = outputs_of(make(PEER_CANDIDATES, np.float64), np.float64, features=True)
    narrow = outputs_of(make(PEER_CANDIDATES, np.float32), np.float32, features=True)
    print(f"\nCPU of one candidate, ms; {PEER_CANDIDATES} candidates, values in float64")
    totals = np.zeros(2)
    for name, of_skada in theirs.items():
        value = SCORERS[name].score(exact) / (CLASSES if name == "entropy" else 1)
        gap = np.abs(value / np.array(of_skada["values"]) - 1).max()
        cpu = min(timed(lambda name=name: SCORERS[name].score(narrow))[2] for _ in range(3)) / PEER_CANDIDATES
        totals += of_skada["cpu_s"], cpu
        said = (
            "skada's is another value, see docs/explain/scorers.md"
            if name == "dev"
            else f"differ by {gap:.0e}"
        )
        print(
            f"  {name:15} skada {of_skada['cpu_s'] * 1e3:8.1f}  ours {cpu * 1e3:8.2f}"
            f"  {of_skada['cpu_s'] / cpu:6.1f} ×   {said}"
        )
    ratio = totals[0] / totals[1]
    cores = os.cpu_count()
    print(
        f"  together        {ratio:.0f} × in CPU time, {ratio * cores:.0f} × in wall time on {cores} cores that are free"
        f" (bar {RATIO_BAR})"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--candidates", type=int, default=CANDIDATES)
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--skada", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.skada:
        measure_skada(options.skada)
        return
    measure_ours(options.candidates)
    if not options.without_peer:
        measure_peer()


if __name__ == "__main__":
    main()

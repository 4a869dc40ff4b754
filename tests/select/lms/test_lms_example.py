"""examples/select_demo_languages.py runs: on a few recorded models, and on a part of the demo's."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ridgeline

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "select_demo_languages.py"
LANGUAGES = ("en", "de", "es", "nl", "fr")


def tables(repo, *options):
    """What it prints: for each of two tables, rule to mean regret and what is saved over English dev."""
    done = subprocess.run(
        [sys.executable, EXAMPLE, repo, *options], check=True, capture_output=True, text=True
    )
    found = []
    for line in done.stdout.splitlines():
        if line.startswith("rule "):
            found.append({})
        elif row := re.match(r"(\S.*?) +(-?[\d.]+)  +[\d.]+ to +[\d.]+ +(-?[\d.]+) +-?[\d.]+ to", line):
            found[-1][row[1]] = (float(row[2]), float(row[3]))
    return found


@pytest.fixture
def sweep(tmp_path):
    """Ten models: the better in English, the worse elsewhere."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 40)
    for at in range(10):
        with ridgeline.Run("emoji", name=f"m{at}", repo=tmp_path, capture=False) as run:
            for lang in LANGUAGES:
                skill = at / 10 if lang == "en" else 1 - at / 10
                for subset in ("dev", "test"):
                    context = {"lang": lang, "subset": subset}
                    p = 0.2 + 0.4 * skill * np.eye(3)[labels] + 0.1 * rng.random((40, 3))
                    p /= p.sum(axis=1, keepdims=True)
                    run.track(skill, name="accuracy", context=context)
                    features = rng.normal(size=4) + skill
                    run.log_predictions(p, labels=labels, mean_features=features, context=context)
    return tmp_path


def test_it_compares_rules_over_the_languages(sweep):
    with_labels, among_new = tables(sweep, "--targets", "de,nl", "--splits", "2")
    assert with_labels["source-dev"] == (90, 0)  # the best in English is the worst elsewhere
    for rule in ("mean-pivots", "nearest-pivot", "central-pivot", "target-dev"):
        assert with_labels[rule] == (0, 90)
    assert {"lms", "lms, never silent", "entropy", "atc", "agreement"} <= set(with_labels)
    assert with_labels["at random"][0] == 45
    assert among_new["(mean-pivots)"][0] == 0
    assert among_new["source-dev"][0] > among_new["at random"][0]
    assert {"lms", "lms, never silent", "entropy"} <= set(among_new)


@pytest.mark.slow
def test_it_runs_on_the_demos_models(tmp_path):
    program = [sys.executable, "-c", "from ridgeline.cli import main; main()"]
    subprocess.run([*program, "demo", "--runs", "16", "--no-serve", "--repo", tmp_path], check=True)
    with_labels, among_new = tables(tmp_path, "--targets", "sv", "--splits", "1")
    for rules in (with_labels, among_new):
        assert rules["at random"][0] > max(rules["lms"][0], rules["source-dev"][0])

"""The 32 queries of Aim's documentation, UI and tests, on a repository that has something to find."""

from datetime import UTC, datetime

import numpy as np
import pytest

import ridgeline
from ridgeline.query.repo import Repo
from ridgeline.query.series_set import Occasion

# A run is named by a letter; the first column says which runs match in Runs, the second how many series in Metrics.
EXAMPLES = {
    "run.learning_rate > 0.0001 and run.batch_size > 32": ("b", 3),
    "run.learning_rate in [0.0001, 0.005]": ("ab", 6),
    "run.hparams.learning_rate == 32": ("c", 2),
    'run["hparams", "learning_rate"] == 32': ("c", 2),
    'run["hparams"]["lr"] == 0.01': ("ac", 5),
    'run["hparams"].lr == 0.01': ("ac", 5),
    "run.hparams.batch_size == None and run.hparams.lr == 0.01": ("a", 3),
    "run.hparams.lr < 0.01 and run.run_index >= 5": ("b", 3),
    "run.metrics['accuracy'].last > 0.25": ("ab", 6),
    "run.metrics['accuracy', {'subset': 'train'}].last < 25": ("ab", 6),
    "run.duration < 10": ("abc", 8),
    'run.created_at.strftime("%d/%m/%Y") == TODAY': ("abc", 8),
    "run.created_at.month == MONTH and run.created_at.year == YEAR": ("abc", 8),
    "run.finalized_at > datetime(2022, 2, 2)": ("ab", 6),
    'run.name == "Run # 2"': ("b", 3),
    "run.archived == True": ("d", 1),
    "run.hash in [HASH_OF_B]": ("b", 3),
    '"tag" in run.tags': ("ac", 5),
    'run.active == False and (metric.name == "loss")': ("ab", 4),
    'metric.name == "loss"': ("abc", 6),
    'metric.name == "loss" and metric.context.subset == "train"': ("abc", 3),
    'metric.name == "loss" and run.learning_rate >= 0.001': ("b", 2),
    'metric.name == "loss" and metric.last >= 15': ("b", 2),
    'metric.context["is_training"] == False': ("c", 1),
    'metric.context.is_training == False and metric.name == "loss"': ("c", 1),
    "run.hparams.batch_size == None and metric.context.is_training == True": ("", 0),
    'run.hparams.benchmark == "glue" and run.hparams.dataset == "cola" and metric.context.subset != "train"': (
        "c",
        1,
    ),
    "metric.name.startswith('__system__') == True": ("", 0),
    'images.name == "generated" and run.learning_rate >= 0.001': ("b", None),
    'images.name == "generated" and images.context.ema == 0': ("b", None),
    "run.created_at > datetime.now() - timedelta(days=1)": ("abc", 8),
    'run.experiment.startswith("AE_")': ("bc", 5),
}


@pytest.fixture(scope="module")
def aim(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aim")
    a = ridgeline.Run(
        "pos",
        "Run # 1",
        {"learning_rate": 0.0001, "batch_size": 64, "hparams": {"lr": 0.01}, "run_index": 4},
        ["tag"],
        repo=folder,
        capture=False,
    )
    b = ridgeline.Run(
        "AE_1",
        "Run # 2",
        {"learning_rate": 0.005, "batch_size": 64, "hparams": {"lr": 0.001, "batch_size": 8}, "run_index": 5},
        repo=folder,
        capture=False,
    )
    c = ridgeline.Run(
        "AE_2",
        "Run # 3",
        {
            "hparams": {
                "lr": 0.01,
                "learning_rate": 32,
                "batch_size": 16,
                "benchmark": "glue",
                "dataset": "cola",
            }
        },
        ["tag", "x"],
        repo=folder,
        capture=False,
    )
    d = ridgeline.Run("pos", "Run # 4", {}, repo=folder, capture=False)
    d.track(1.0, name="loss")
    for run, loss in ((a, 1.0), (b, 20.0)):
        run.track(loss, name="loss", context={"subset": "train"})
        run.track(loss, name="loss", context={"subset": "val"})
        run.track(0.5, name="accuracy", context={"subset": "train"})
    c.track(0.2, name="loss", context={"subset": "train"})
    c.track(0.2, name="loss", context={"is_training": False})
    b.track(ridgeline.Image(np.zeros((2, 2, 3), dtype=np.uint8)), name="generated", context={"ema": 0})
    for run in (a, b, d):
        run.close()
    with Repo(folder) as repo:
        repo.edit(d.id, archived=True)
        yield repo, b.id
    c.close()


def filled(text, hash_of_b):
    now = datetime.now(UTC)
    for name, value in {
        "TODAY": now.strftime("%d/%m/%Y"),
        "MONTH": now.month,
        "YEAR": now.year,
        "HASH_OF_B": hash_of_b,
    }.items():
        text = text.replace(name, repr(value))
    return text


def test_there_are_32():
    assert len(EXAMPLES) == 32


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(aim, example):
    repo, hash_of_b = aim
    letters, n_series = EXAMPLES[example]
    text = filled(example, hash_of_b)
    occasion = Occasion(zone=UTC)
    found = repo.runs(text, occasion=occasion)
    assert "".join("abcd"[int(run.name[-1]) - 1] for run in found) == letters
    if n_series is not None:
        assert len(repo.metrics(text, occasion=occasion).series) == n_series


def test_an_example_that_finds_nothing_says_why(aim):
    repo, _ = aim
    assert (
        "No context has the key 'is_trained'"
        in repo.runs("metric.context.is_trained == 1").warnings[0].message
    )
    assert (
        repo.runs('metric.name == "accurac"').warnings[0].message
        == "No run has a metric 'accurac'. Did you mean 'accuracy'?"
    )

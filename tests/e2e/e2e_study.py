"""A small repo that is the same to the last bit wherever and whenever it is written."""

import math
from datetime import UTC, datetime

from written import Series, write_run

# What the pages take for now when they show it.
NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
LANGS = ("de", "en", "es")
RATES = (0.0001, 0.0003, 0.001, 0.003)
SEEDS = (1, 2, 3)
STEPS = range(0, 400, 10)
LAST = "calm-heron-12"


def write_study(folder):
    """Twelve runs, four learning rates with three seeds each, an hour apart and the last a day before NOW."""
    names = ("amber-fox", "brisk-otter", "calm-heron")
    number = 0
    for rate in RATES:
        for seed in SEEDS:
            number += 1
            params = {
                "hparams": {
                    "lr": rate,
                    "batch": 16 if number % 2 else 32,
                    "dropout": round(0.05 * (number % 5), 2),
                },
                "model": "tagger-small" if seed < 3 else "tagger-with-a-much-longer-name-than-the-column",
                "seed": seed,
            }
            created = NOW.timestamp() - 86_400 - 3600 * (12 - number)
            name = f"{names[seed - 1]}-{number}"
            write_run(
                folder, f"5f3a{number:012x}", params, _series(rate, seed), created, 60.0 * (10 + number), name
            )


def _series(rate, seed):
    speed = 0.004 + 0.012 * RATES.index(rate)
    epoch = lambda step: step // 100 + 1  # noqa: E731
    found = [
        Series(
            "loss",
            [(s, 2.3 * math.exp(-speed * s) + 0.3 + _wave(s, seed, 0.03)) for s in STEPS],
            {"subset": "train"},
            epoch,
        )
    ]
    for place, lang in enumerate(LANGS):
        top = 0.9 - 0.08 * place - 0.03 * abs(RATES.index(rate) - 2)
        points = [(s, top * (1 - math.exp(-speed * s)) + _wave(s, seed + place, 0.01)) for s in STEPS]
        found.append(Series("f1", points, {"lang": lang, "subset": "dev"}, epoch))
    return found


def _wave(step, seed, height):
    """What looks like noise and is none."""
    return height * math.sin(0.7 * step + 2.1 * seed) * math.cos(0.31 * step * seed)

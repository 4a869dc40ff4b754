"""The same runs for every tracker, from seeds. The standard library alone: a tracker's environment may lack the rest."""

import math
import random

RUNS, SERIES, STEPS = 200, 20, 200
LANGUAGES = ["en", "de", "fr", "zh", "sw", "hi"]
OTHERS = ["lr", "grad_norm", "throughput", "gpu_mem", "bleu", "chrf", "step_time", "entropy"]


def series():
    """Twenty series: `loss` in twelve contexts, and eight metrics in one each."""
    contexts = [{"subset": subset, "lang": lang} for lang in LANGUAGES for subset in ("train", "val")]
    return [("loss", context) for context in contexts] + [(name, {"subset": "train"}) for name in OTHERS]


def params(run):
    rng = random.Random(run)
    return {
        "seed": run,
        "optimizer": {
            "name": rng.choice(["adamw", "sgd", "lion"]),
            "lr": 10 ** rng.uniform(-5, -1),
            "beta1": 0.9,
        },
        "model": {
            "arch": "transformer",
            "layers": rng.choice([6, 12, 24]),
            "dim": rng.choice([512, 1024]),
            "dropout": 0.1,
        },
        "data": {"name": "multi6", "batch_size": rng.choice([32, 64, 128]), "seq_len": 2048, "shuffle": True},
        "train": {"steps": 10000, "precision": "bf16", "clip": 1.0, "compile": True},
    }


def values(run, steps=STEPS):
    """A list of SERIES noisy decaying curves a step."""
    rng = random.Random(run * 7919 + 13)
    noise = [rng.gauss(0, 0.05) for _ in range(997)]
    scale = [rng.uniform(0.5, 3.0) for _ in range(SERIES)]
    tau = max(10.0, steps / 4)
    return [
        [scale[j] * math.exp(-s / tau) + 0.3 + noise[(s * 31 + j * 17) % 997] for j in range(SERIES)]
        for s in range(steps)
    ]


def flat(name, context):
    """One name for trackers that have no contexts."""
    return name + "/" + ".".join(context.values())

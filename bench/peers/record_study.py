"""Record the study that bench/peers/saved_view.py opens: 240 runs, F1 in five languages over 60 epochs.

usage: record_study.py ridgeline|aim FOLDER      run by the Python that has the tracker
"""

import sys

import numpy as np
from trackers import TRACKERS

LANGS = ("de", "en", "es", "nl", "zh")
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
EPOCHS = 60


def main():
    tracker = TRACKERS[sys.argv[1]](sys.argv[2])
    rng = np.random.default_rng(0)
    for number in range(240):
        rate, seed = RATES[number % len(RATES)], number // len(RATES)
        tracker.open_run(f"run-{number:03}", {"hparams": {"lr": rate, "seed": seed}})
        gain = rng.uniform(0.5, 0.9) * (1 - np.exp(-np.arange(1, EPOCHS + 1) * rate * 200))
        for at, lang in enumerate(LANGS):
            for epoch, value in enumerate(gain * (1 - 0.05 * at) + rng.normal(0, 0.01, EPOCHS)):
                tracker.track(float(value), "f1", epoch, {"lang": lang})
        tracker.close()
    tracker.index()


if __name__ == "__main__":
    main()

"""LMS on 240 candidates × 15 languages: hyper-parameters by leave-one-pivot-out, then the ensemble.

python bench/select_lms.py [--dims N] [--paper]

Candidates have traits that languages ask for, so there is something to learn. Representations are as wide as mBERT's (768), 14
languages are pivots and one is the target. With --paper also the paper's own size, one network of 768-512-512, for as many
epochs as the longest of the usual plan: what it costs to be that wide.
CPU seconds over the cores are held against the bar and wall seconds stand beside, since a busy machine stretches these.
"""

import argparse
import os
import time

import numpy as np

CANDIDATES, LANGUAGES, TRAITS = 240, 15, 4
BAR_SECS = 60


def make(dims):
    """Dev scores, representations by language, and the target's true quality."""
    from ridgeline.select.scores import Scores

    rng = np.random.default_rng(0)
    traits = rng.normal(size=(CANDIDATES, TRAITS))
    asked = rng.normal(size=(LANGUAGES, TRAITS)) + 1
    quality = traits @ asked.T
    turn, shift = rng.normal(size=(TRAITS, dims)), rng.normal(size=(TRAITS, dims))
    tasks = [f"l{at}" for at in range(LANGUAGES)]
    seen = {
        task: traits @ turn + vector @ shift + 0.3 * rng.normal(size=(CANDIDATES, dims))
        for task, vector in zip(tasks, asked, strict=True)
    }
    dev = quality + 0.3 * rng.normal(size=quality.shape)
    return Scores.of([f"m{at}" for at in range(CANDIDATES)], tasks, dev), seen, quality[:, 0]


def timed(call):
    wall, cpu = time.perf_counter(), time.process_time()
    value = call()
    return value, time.perf_counter() - wall, time.process_time() - cpu


def report(title, wall, cpu, bar=None):
    from figures import verdict

    free = cpu / os.cpu_count()  # what the wall clock shows where nothing else runs
    said = f" ({verdict(free, bar)})" if bar else ""
    print(f"{title:58} CPU over cores {free:5.2f} s{said}, wall {wall:5.2f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dims", type=int, default=768)
    parser.add_argument("--paper", action="store_true")
    options = parser.parse_args()
    from ridgeline.select.lms import Plan, learn_to_select
    from ridgeline.select.regret import pick

    dev, seen, truth = make(options.dims)
    plan = Plan()
    print(
        f"{CANDIDATES} candidates × {LANGUAGES} languages × {options.dims} dims, {os.cpu_count()} cores;"
        f" {len(plan.settings)} settings × {LANGUAGES - 1} pivots left out, {plan.members} networks at the end"
    )
    learn_to_select(dev, "l0", seen, plan=Plan(epochs=(1,)))  # imports and threads
    found, wall, cpu = timed(lambda: learn_to_select(dev, "l0", seen))
    report("the whole: settings, regret of each rule, ensemble", wall, cpu, BAR_SECS)
    once = Plan(learning_rates=(0.01,), epochs=(plan.epochs[-1],), rehearsal_members=1)
    _, wall, cpu = timed(lambda: learn_to_select(dev, "l0", seen, plan=once))
    report("one setting", wall, cpu)
    regrets = (pick(scores, truth).regret for scores in (found.learned, dev.values[:, 1:].mean(axis=1)))
    print("regret of LMS and of the mean of pivots: {:.3f}, {:.3f}".format(*regrets), found.abstains)
    if options.paper:
        wide = Plan(
            learning_rates=(0.001,), epochs=(20,), hidden=512, dims=768, rehearsal_members=1, members=1
        )
        _, wall, cpu = timed(lambda: learn_to_select(dev, "l0", seen, plan=wide))
        report("hidden layers of 512, 20 epochs, one network a pivot", wall, cpu)


if __name__ == "__main__":
    main()

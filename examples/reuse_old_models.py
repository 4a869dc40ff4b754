"""Choose among old models as data drifts and comes back: regret over time of several ways to choose, on the Metrics page.

A model is trained each month. Three kinds of month take turns, and a model knows the kind that it was trained on.

    python examples/reuse_old_models.py && ridgeline up
"""

import numpy as np

import ridgeline
from ridgeline.select.reuse.history import History, Period
from ridgeline.select.reuse.mechanisms import MECHANISMS
from ridgeline.select.reuse.replay import replay

rng = np.random.default_rng(0)
months, examples = 36, 200
kind = np.repeat(rng.integers(0, 3, months // 2), 2)  # a kind lasts two months or more
knows = kind[:, None] == kind  # [models, months]
periods = []
for month in range(months):
    features = 2 * np.eye(3)[kind[month]] + rng.normal(size=(examples, 3))
    right = rng.random((months, examples)) < np.where(knows[:, month], 0.9, 0.7)[:, None]
    periods.append(Period.of(right, features))

found = replay(History.of(periods), list(MECHANISMS))
for mechanism, regrets in zip(found.mechanisms, found.regret, strict=True):
    with ridgeline.Run("old models", name=mechanism.name, params={"mechanism": mechanism.title}) as run:
        for month, regret, total in zip(found.periods, regrets, np.cumsum(regrets), strict=True):
            run.track(regret, name="regret", step=int(month))
            run.track(total, name="regret so far", step=int(month))
    print(f"{mechanism.name:17} mean regret {regrets.mean():6.3f}   {mechanism.title}")
print(f"{'random':17} mean regret {(found.oracle - found.random).mean():6.3f}")

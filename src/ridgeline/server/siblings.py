"""How a run stands among the runs of its experiment."""

import numpy as np

from ridgeline.core.goal import lower_is_better
from ridgeline.core.values import join_path, strict_json
from ridgeline.index.base import MetricKey
from ridgeline.query.columns import varying_params
from ridgeline.query.language.axis import Ints
from ridgeline.query.run_view import RunView
from ridgeline.query.snapshot import Snapshot
from ridgeline.query.source import number_of
from ridgeline.server.json_values import json_number
from ridgeline.server.wire import Rank, Siblings


def siblings(snapshot: Snapshot, view: RunView) -> Siblings:
    """Return the number of runs (this one among them), the params of the run that differ, and its rank in each metric."""
    runs = snapshot.runs
    same = (runs.experiment == view.experiment) & (~runs.archived | (runs.rid == view.rid))
    rows = np.flatnonzero(same)
    own = int(np.flatnonzero(runs.rid == view.rid)[0])
    varying = [path for path in varying_params(snapshot, rows) if _has(snapshot, path, own)]
    keys = [
        key
        for key in snapshot.index.metrics(view.rid)
        if key.numeric and not key.name.startswith("system.")  # the load of a machine has no goal
    ]
    return {
        "n": len(rows),
        "params": [join_path(path) for path in varying],
        "ranks": [
            rank for key in keys if (rank := _rank(snapshot, key, runs.rid[rows], view.rid)) is not None
        ],
    }


def _has(snapshot: Snapshot, path: tuple[str, ...], row: int) -> bool:
    leaf = snapshot.param_leaf(path)
    return leaf is not None and bool(leaf[1][row])


def _rank(snapshot: Snapshot, key: MetricKey, rids: Ints, rid: int) -> Rank | None:
    """Return the place of the run by its best value, 1 for the best; equal values share the better place."""
    summaries = snapshot.index.summaries([key.mid], rids)
    lower = lower_is_better(key.name)
    best, _ = number_of(summaries, "best", np.full(len(summaries), lower))
    own = np.flatnonzero(summaries.rid == rid)
    if not len(own) or np.isnan(best[own[0]]):
        return None
    mine = best[own[0]]
    better = best < mine if lower else best > mine
    return {
        "name": key.name,
        "context": strict_json(key.context),
        "best": json_number(float(mine)),
        "last": json_number(float(summaries.last[own[0]])),
        "rank": int(better.sum()) + 1,
        "of": int((~np.isnan(best)).sum()),
    }

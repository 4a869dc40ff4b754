"""How a run stands among the runs of its experiment."""

import numpy as np

from ridgeline.core.goal import is_schedule, lower_is_better
from ridgeline.core.values import join_path, strict_json
from ridgeline.index.base import MetricKey
from ridgeline.query.columns import varying_params
from ridgeline.query.language.axis import Ints
from ridgeline.query.run_view import RunView
from ridgeline.query.snapshot import Path, Snapshot
from ridgeline.query.source import number_of
from ridgeline.server.json_values import json_number
from ridgeline.server.wire import Neighbouring, Rank, SiblingParam, Siblings

# As many values of a param as one reads at a glance.
_COMMON_VALUES = 6


def siblings(snapshot: Snapshot, view: RunView) -> Siblings:
    """Return how many runs there are (this one among them), its neighbours, params that differ, and its ranks."""
    runs = snapshot.runs
    same = (runs.experiment == view.experiment) & (~runs.archived | (runs.rid == view.rid))
    rows = np.flatnonzero(same)
    own = int(np.flatnonzero(runs.rid == view.rid)[0])
    varying = [path for path in varying_params(snapshot, rows) if _has(snapshot, path, own)]
    keys = [
        key
        for key in snapshot.index.metrics(view.rid)
        # The load of a machine and a learning rate have no goal.
        if key.numeric and not key.name.startswith("system.") and not is_schedule(key.name)
    ]
    ordered = rows[np.lexsort((runs.id[rows].astype(str), runs.created[rows]))]
    place = int(np.flatnonzero(ordered == own)[0])
    return {
        "n": len(rows),
        "place": place + 1,
        "previous": _named(snapshot, int(ordered[place - 1])) if place else None,
        "next": _named(snapshot, int(ordered[place + 1])) if place + 1 < len(ordered) else None,
        "params": [_param(snapshot, path, rows, own) for path in varying],
        "ranks": [
            rank for key in keys if (rank := _rank(snapshot, key, runs.rid[rows], view.rid)) is not None
        ],
    }


def _named(snapshot: Snapshot, row: int) -> Neighbouring:
    return {"id": str(snapshot.runs.id[row]), "name": str(snapshot.runs.name[row])}


def _param(snapshot: Snapshot, path: Path, rows: Ints, own: int) -> SiblingParam:
    """Return how the values of a param are spread over the runs, the most frequent first; ties in the order of the column."""
    column = snapshot.index.param(snapshot.param_paths[path].path)
    places, found = snapshot.rows_of(column.rid)
    among = found & np.isin(places, rows)
    counts = np.bincount(column.codes[among], minlength=len(column.distinct))
    mine = int(column.codes[found & (places == own)][0])
    order = np.argsort(-counts, kind="stable")
    return {
        "path": join_path(path),
        "same": int(counts[mine]),
        "missing": len(rows) - int(among.sum()),
        "distinct": int((counts > 0).sum()),
        "common": [
            {"value": strict_json(column.distinct[code]), "runs": int(counts[code])}
            for code in order[:_COMMON_VALUES].tolist()
            if counts[code]
        ],
    }


def _has(snapshot: Snapshot, path: tuple[str, ...], row: int) -> bool:
    leaf = snapshot.param_leaf(path)
    return leaf is not None and bool(leaf[1][row])


def _rank(snapshot: Snapshot, key: MetricKey, rids: Ints, rid: int) -> Rank | None:
    """Return the place of the run by its best value, 1 for the best; equal values share the better place.

    None where the run has no value, or all runs have the same, as they have of what a schedule sets.
    """
    summaries = snapshot.index.summaries([key.mid], rids)
    lower = lower_is_better(key.name)
    best, _ = number_of(summaries, "best", np.full(len(summaries), lower))
    own = np.flatnonzero(summaries.rid == rid)
    if not len(own) or np.isnan(best[own[0]]):
        return None
    mine, known = best[own[0]], best[~np.isnan(best)]
    if len(known) > 1 and (known == mine).all():
        return None
    better = best < mine if lower else best > mine
    return {
        "name": key.name,
        "context": strict_json(key.context),
        "best": json_number(float(mine)),
        "last": json_number(float(summaries.last[own[0]])),
        "rank": int(better.sum()) + 1,
        "of": len(known),
    }

"""Series of texts, images, …: which there are, and how many objects each has."""

from collections.abc import Sequence

import numpy as np

from ridgeline.index.base import Index, Ints, MetricKey, SummaryColumns

_INTS = ("mid", "rid", "n", "n_nan", "n_inf", "step_first", "step_last", "step_min", "step_max")


def object_summaries(index: Index, rids: Ints, keys: Sequence[MetricKey]) -> SummaryColumns:
    """Return a row for each series of objects, sorted by (mid, rid); what only numbers have is NaN."""
    wanted = {key.mid for key in keys}
    left = sum(key.n_runs for key in keys)
    pairs: list[tuple[int, int]] = []
    for rid in rids.tolist():
        if left <= 0:
            break
        found = [key.mid for key in index.metrics(rid) if key.mid in wanted]
        pairs += [(mid, rid) for mid in found]
        left -= len(found)
    rows = [(mid, rid, *_steps(index, rid, mid)) for mid, rid in sorted(pairs)]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    columns = {name: np.zeros(len(table), dtype=np.int64) for name in _INTS}
    for i, name in enumerate(("mid", "rid", "n", "step_first", "step_last")):
        columns[name] = table[:, i]
    nan = np.full(len(table), np.nan)
    return SummaryColumns(*(columns.get(name, nan) for name in SummaryColumns.__slots__))


def _steps(index: Index, rid: int, mid: int) -> tuple[int, int, int]:
    objects = index.objects(rid, mid)
    return (len(objects), objects[0].step, objects[-1].step) if objects else (0, 0, 0)

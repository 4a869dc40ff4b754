"""Series of texts, images, …: which there are, and how many objects each has."""

from collections.abc import Sequence

import numpy as np

from ridgeline.index.base import Index, Ints, MetricKey, SummaryColumns

_COUNTED = ("mid", "rid", "n", "step_first", "step_last")
_ABSENT_INTS = ("n_nan", "n_inf", "step_min", "step_max")


def object_summaries(index: Index, rids: Ints, keys: Sequence[MetricKey]) -> SummaryColumns:
    """Return a row for each series of objects, sorted by (mid, rid); what only numbers have is NaN.

    Args:
        index: Where they stand.
        rids: The runs whose series count, sorted.
        keys: The metrics.
    """
    counts = index.object_counts([key.mid for key in keys])
    rows = np.flatnonzero(np.isin(counts.rid, rids))
    columns = {name: getattr(counts, name)[rows] for name in _COUNTED}
    columns |= {name: np.zeros(len(rows), dtype=np.int64) for name in _ABSENT_INTS}
    nan = np.full(len(rows), np.nan)
    return SummaryColumns(*(columns.get(name, nan) for name in SummaryColumns.__slots__))

"""Which steps and indices are shown, against a slow obvious version."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.index.base import ObjectEntry
from ridgeline.query.object_choice import as_entries, chosen
from ridgeline.query.object_request import ObjectsRequest, Spread

STEPS = st.lists(st.integers(-5, 30), min_size=1, max_size=12)
SERIES = st.lists(STEPS, min_size=1, max_size=4)


def entries_of(series, *, n_listed=1):
    return as_entries(
        [
            ObjectEntry(
                rid,
                1,
                step,
                None,
                0.0,
                "text/plain",
                {"index": index} if n_listed > 1 else {},
                None,
                1,
                "s",
                0,
            )
            for rid, steps in enumerate(series)
            for step in sorted(steps)
            for index in range(n_listed)
        ]
    )


def shown(entries, **request):
    rows = chosen(entries, ObjectsRequest("text", **request)).tolist()
    return [(int(entries.series[row]), int(entries.step[row]), int(entries.index[row])) for row in rows]


@given(SERIES, st.integers(-6, 31))
def test_the_newest_step_of_each_series_up_to_one(series, at):
    expected = []
    for number, steps in enumerate(series):
        known = [step for step in sorted(steps) if step <= at]
        expected += [(number, step, 0) for step in known if step == max(known)]
    assert shown(entries_of(series), at=at) == expected
    assert shown(entries_of(series), at="last") == shown(entries_of(series), at=99)


@given(SERIES, st.integers(-6, 31), st.integers(-6, 31), st.integers(1, 5))
def test_a_range_thinned_out_keeps_its_ends(series, low, high, most):
    entries = entries_of(series)
    got = shown(entries, steps=Spread(low, high, most))
    for number, steps in enumerate(series):
        within = sorted({step for step in steps if low <= step <= high})
        kept = sorted({step for of, step, _ in got if of == number})
        assert set(kept) <= set(within)
        assert len(kept) == min(most, len(within))
        if kept:
            assert kept[-1] == within[-1]
        if len(kept) > 1:
            assert kept[0] == within[0]


def test_indices_are_spread_over_all_series_alike():
    entries = entries_of([[0], [0, 1]], n_listed=5)
    assert shown(entries, indices=Spread(1, None, 2)) == [
        (number, step, index) for number, step in ((0, 0), (1, 0), (1, 1)) for index in (1, 4)
    ]


def test_nothing_is_chosen_from_nothing():
    none = as_entries([])
    for request in ({"at": "last"}, {"at": 3}, {"steps": Spread(0, 1, 2)}, {"indices": Spread(most=3)}):
        assert shown(none, **request) == []
    assert none.taken(np.empty(0, dtype=np.int64)).entries == []

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.index.block import Block, in_order

row = st.tuples(
    st.sampled_from([3, 7, 1 << 19]), st.integers(0, 2), st.integers(0, 4), st.sampled_from([0.0, 0.5])
)
RANKS = {0: 2, 1: 0, 2: 1}  # segments sort otherwise than they are numbered


def block(rows):
    mid, segno, step, time = zip(*rows, strict=True)
    position = np.arange(len(rows), dtype=np.float64)
    return Block(np.array(mid), np.array(segno), np.array(step), position, np.array(time), position)


@given(st.lists(row, min_size=1, max_size=60))
def test_points_are_sorted_by_series_step_time_segment_and_position(rows):
    ordered, offsets = in_order(block(rows), RANKS)
    expected = sorted(
        range(len(rows)), key=lambda i: (rows[i][0], rows[i][2], rows[i][3], RANKS[rows[i][1]], i)
    )
    assert ordered.value.tolist() == expected
    assert ordered.segno.tolist() == [rows[i][1] for i in expected]
    mids = sorted({mid for mid, *_ in rows})
    assert ordered.mid[offsets[:-1]].tolist() == mids
    assert np.diff(offsets).tolist() == [sum(mid == of[0] for of in rows) for mid in mids]


@given(st.lists(row, min_size=1, max_size=20))
def test_rows_of_a_tail_come_back(rows):
    there = block(rows)
    back = Block.from_rows(there.to_rows())
    for name in Block.__slots__:
        assert (
            getattr(back, name).tobytes() == getattr(there, name).astype(getattr(back, name).dtype).tobytes()
        )

from hypothesis import given
from hypothesis import strategies as st

from ridgeline.index.keys import MAX_PARTS, MAX_SEQ, key_of, mid_of, rid_of, seq_of, with_mid

mids = st.integers(1, (1 << 20) - 1)
MAX_RID = (1 << 25) - 1
rids = st.integers(0, MAX_RID)
seqs = st.integers(0, MAX_SEQ)


@given(mids, rids, seqs, st.integers(0, MAX_PARTS - 1))
def test_a_key_says_what_it_was_made_of_whatever_the_part(mid, rid, seq, part):
    key = key_of(mid, rid, seq) + part
    assert (mid_of(key), rid_of(key), seq_of(key)) == (mid, rid, seq)
    assert 0 < key < 1 << 63


@given(mids, mids, rids, seqs)
def test_the_key_of_another_metric_keeps_run_and_seq(mid, other, rid, seq):
    assert with_mid(key_of(mid, rid, seq), other) == key_of(other, rid, seq)


@given(mids, st.integers(0, MAX_RID - 1), seqs)
def test_all_parts_of_all_chunks_of_a_run_stand_before_the_next_run(mid, rid, seq):
    assert key_of(mid, rid, seq) + MAX_PARTS - 1 < key_of(mid, rid + 1)
    assert key_of(mid, rid, MAX_SEQ) + MAX_PARTS == key_of(mid, rid + 1)

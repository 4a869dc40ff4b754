import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.sync.protobuf import put_bytes, put_double, put_float, put_integer, put_text
from ridgeline.sync.tensorboard.events import EventReader
from ridgeline.sync.tensorboard.records import Records


def event(step, *values, time=1.0):
    summary = b"".join(put_bytes(1, value) for value in values)
    return put_double(1, time) + (put_integer(2, step) if step else b"") + put_bytes(5, summary)


def scalar(tag, value):
    return put_text(1, tag) + put_float(2, value)


def read(payloads, reader=None):
    lengths = np.array([len(one) for one in payloads], np.int64)
    starts = np.cumsum(lengths) - lengths
    return (reader or EventReader()).read(b"".join(payloads) + bytes(4), Records(starts, lengths, 0, 0))


def points(batch):
    found = {}
    for tag, parts in batch.points.items():
        rows = [
            row
            for part in parts
            for row in zip(part.step.tolist(), part.time.tolist(), part.value.tolist(), strict=True)
        ]
        found[tag] = sorted(rows, key=repr)
    return found


STEPS = st.one_of(st.integers(0, 300), st.integers(-(1 << 63), (1 << 63) - 1))
TAGS = st.sampled_from(["a", "b", "loss", "ssol", "group/metric", "x" * 200])
FLOATS = st.floats(width=32)


@given(st.lists(st.tuples(TAGS, STEPS, FLOATS, st.floats(1, 2e9)), max_size=60))
def test_scalars_side_by_side_are_what_they_are_one_by_one(rows):
    found = points(read([event(step, scalar(tag, value), time=time) for tag, step, value, time in rows]))
    expected = {}
    for tag, step, value, time in rows:
        expected.setdefault(tag, []).append((step, time, value))
    assert repr(found) == repr({tag: sorted(expected[tag], key=repr) for tag in found})
    assert set(found) == set(expected)


def test_a_scalar_of_another_tag_with_the_same_length_is_not_mistaken():
    found = points(
        read([event(step, scalar(tag, step)) for step in range(1, 500) for tag in ("ab", "ba", "bb")])
    )
    assert {tag: len(rows) for tag, rows in found.items()} == {"ab": 499, "ba": 499, "bb": 499}
    assert all(step == value for rows in found.values() for step, _, value in rows)


def test_several_values_in_one_event():
    found = points(read([event(step, scalar("a", step), scalar("b", -step)) for step in range(1, 400)]))
    assert len(found["a"]) == len(found["b"]) == 399
    assert all(value == -step for step, _, value in found["b"])


def test_an_event_that_cannot_be_read_is_counted_and_the_others_are_read():
    broken = event(3, put_text(1, "t") + put_bytes(8, b"\xff\xff\xff"))
    batch = read([event(1, scalar("a", 1)), broken, b"\x09\x00", event(2, scalar("a", 2))])
    assert batch.n_unread == 2
    assert [step for step, _, _ in points(batch)["a"]] == [1, 2]


def test_what_was_learned_of_tags_holds_for_later_files():
    text = put_bytes(9, put_bytes(1, put_text(1, "text")))
    words = put_bytes(8, put_integer(1, 7) + put_bytes(8, b"hello"))
    reader = EventReader()
    read([event(1, put_text(1, "t") + words + text)], reader)
    (later,) = read([event(2, put_text(1, "t") + words)], reader).objects
    assert (later.step, later.found.kind, later.found.encoded.data) == (2, "text", b"hello")


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_any_bytes_are_read_without_an_error(payloads):
    read([struct.pack("<Bd", 9, 1.0) + one for one in payloads] + payloads)

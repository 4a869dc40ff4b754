import math
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError, StorageError
from ridgeline.log.events import (
    ArtifactEvent,
    DelEvent,
    EndEvent,
    EnvEvent,
    PropEvent,
    ReportEvent,
    RunEvent,
    SeriesEvent,
    SetEvent,
    TagEvent,
    ViewEvent,
    WarnEvent,
    decode_event,
    decode_events,
    encode_event,
    parse_event,
)
from ridgeline.log.frame import DEFLATE, MAX_PAYLOAD_BYTES

TIMES = st.floats(0, 4e9)
# Lone surrogates too: they stand for bytes of a file name that are not UTF-8.
TEXT = st.text(st.characters(), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | st.just("$float"), inner, max_size=3),
    max_leaves=8,
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
MAYBE = st.none() | TEXT
EVENTS = st.one_of(
    st.builds(RunEvent, TIMES, TEXT, MAYBE, MAYBE, TIMES, TEXT, st.integers(0, 2**22), TEXT, TEXT),
    st.builds(SetEvent, TIMES, TEXTS, VALUES),
    st.builds(DelEvent, TIMES, TEXTS),
    st.builds(PropEvent, TIMES, st.sampled_from(["name", "experiment", "note"]), MAYBE),
    st.builds(PropEvent, TIMES, st.sampled_from(["archived", "deleted"]), st.booleans()),
    st.builds(TagEvent, TIMES, TEXTS, TEXTS),
    st.builds(
        SeriesEvent,
        TIMES,
        st.integers(0, 2**32 - 1),
        TEXT,
        st.dictionaries(TEXT, VALUES, max_size=2),
        st.sampled_from(["float", "text"]),
    ),
    st.builds(ArtifactEvent, TIMES, TEXT, MAYBE, MAYBE, st.none() | st.integers(0, 2**62), MAYBE),
    st.builds(EnvEvent, TIMES, TEXT, VALUES),
    st.builds(WarnEvent, TIMES, TEXT, TEXT, st.integers(1, 10**9)),
    st.builds(EndEvent, TIMES, st.sampled_from(["finished", "failed", "stopped"]), MAYBE),
    st.builds(ViewEvent, TIMES, TEXT, TEXT, TEXT, TEXT, st.booleans()),
    st.builds(ReportEvent, TIMES, TEXT, TEXT, TEXT, st.booleans()),
)


@given(EVENTS)
def test_an_event_comes_back_as_it_was_on_one_line(event):
    line = encode_event(event)
    assert line.index(b"\n") == len(line) - 1
    assert repr(decode_event(line)) == repr(event)  # repr: NaN is NaN, 1 is not True


@given(st.lists(EVENTS, max_size=5))
def test_a_payload_of_lines(events):
    payload = b"".join(map(encode_event, events))
    assert repr(decode_events(0, payload)) == repr(events)
    assert repr(decode_events(DEFLATE, memoryview(compress(payload)))) == repr(events)


def test_text_is_written_as_utf_8_and_floats_as_the_format_says():
    line = encode_event(SetEvent(1.5, ("hp", "é"), [math.nan, -math.inf, 1.0, 1, "✓"]))
    expected = (
        '{"op":"set","t":1.5,"path":["hp","é"],"value":[{"$float":"nan"},{"$float":"-inf"},1.0,1,"✓"]}\n'
    )
    assert line == expected.encode()


def test_one_strange_text_does_not_spoil_the_event():
    event = EnvEvent(1.0, "command", ["python", "b\udce9.py", "é"])
    assert decode_event(encode_event(event)) == event


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, 10**5000, b"bytes"], ids=["object", "set", "huge", "bytes"]
)
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(InputError, match="cannot be written as JSON") as caught:
        encode_event(SetEvent(1.0, ("x",), value))
    assert caught.value.slug == "value-not-json"


def test_values_nested_without_end_are_refused():
    loop = []
    loop.append(loop)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (loop, deep):
        with pytest.raises(InputError, match="cannot be written as JSON"):
            encode_event(SetEvent(1.0, ("x",), value))


def test_an_event_beyond_a_frame_is_refused():
    with pytest.raises(InputError, match="does not fit a frame") as caught:
        encode_event(SetEvent(1.0, ("x",), "y" * MAX_PAYLOAD_BYTES))
    assert caught.value.slug == "event-too-large"


@pytest.mark.parametrize(
    "line", [b'{"op":"teleport","t":1.0}', b'{"op":"prop","t":1.0,"name":"icon","value":"x"}']
)
def test_what_a_later_version_writes_is_ignored(line):
    assert parse_event(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"{}",
        b'{"op":1,"t":1.0}',
        b'{"op":"del","path":["x"]}',
        b'{"op":"del","t":true,"path":["x"]}',
        b'{"op":"del","t":NaN,"path":["x"]}',
        b'{"op":"del","t":{"$float":"inf"},"path":["x"]}',
        b'{"op":"del","t":1.0,"path":["x",1]}',
        b'{"op":"del","t":1.0,"path":"x"}',
        b'{"op":"set","t":1.0,"path":["x"]}',
        b'{"op":"prop","t":1.0,"name":"archived","value":1}',
        b'{"op":"prop","t":1.0,"name":"note","value":1}',
        b'{"op":"series","t":1.0,"sid":4294967296,"name":"x","context":{},"kind":"float"}',
        b'{"op":"series","t":1.0,"sid":1,"name":"x","context":{},"kind":"smell"}',
        b'{"op":"series","t":1.0,"sid":1,"name":"x","context":[],"kind":"float"}',
        b'{"op":"end","t":1.0,"status":"exploded"}',
        b'{"op":"warn","t":1.0,"slug":"s","message":"m","count":true}',
        b"[" * 100_000,
        b'{"op":"set","t":1.0,"path":["x"],"value":' + b"9" * 5000 + b"}",
        b'{"op":"artifact","t":1.0,"name":"m","size_bytes":9223372036854775808}',
        b'{"op":"env","t":1e999,"key":"x","value":1}',
        b'{"op":"env","t":' + b"9" * 400 + b',"key":"x","value":1}',
    ],
)
def test_a_malformed_line_is_told_by_one_reader_and_left_out_by_the_other(line):
    with pytest.raises(StorageError) as caught:
        parse_event(line)
    assert caught.value.slug == "event-malformed"
    assert decode_event(line) is None


@given(st.binary(max_size=60) | VALUES.map(lambda value: repr(value).encode("utf-8", "replace")))
def test_no_line_is_an_error(line):
    decode_event(line)

import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError, StorageError
from ridgeline.log.frame import DEFLATE
from ridgeline.log.objects import MAX_INLINE_BYTES, ObjectHeader, decode_object, encode_object

HEADERS = st.builds(
    ObjectHeader,
    sid=st.integers(0, 2**32 - 1),
    step=st.integers(-(2**63), 2**63 - 1),
    epoch=st.none() | st.floats(),
    time=st.floats(0, 4e9),
    mime=st.text(max_size=5),
    meta=st.dictionaries(st.text(max_size=3), st.floats() | st.text(max_size=3) | st.lists(st.integers(), max_size=2), max_size=2),
    blob=st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
    size_bytes=st.integers(0, 2**40),
)  # fmt: skip


@given(HEADERS, st.binary(max_size=50))
def test_an_object_comes_back_as_it_was(header, data):
    payload = encode_object(header, data)
    assert repr(decode_object(0, payload)) == repr((header, data))
    assert repr(decode_object(DEFLATE, memoryview(zlib.compress(payload)))) == repr((header, data))


GOOD = {
    "sid": 1,
    "step": 2,
    "epoch": None,
    "time": 3,
    "mime": "a/b",
    "meta": {},
    "blob": None,
    "size_bytes": 0,
}


def payload_of(tree):
    head = json.dumps(tree).encode()
    return struct.pack("<I", len(head)) + head


def test_a_key_of_a_later_version_is_ignored():
    assert decode_object(0, payload_of({**GOOD, "colour": 1}))[0] == ObjectHeader(
        1, 2, None, 3.0, "a/b", {}, None, 0
    )


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\0\0",
        struct.pack("<I", 0),
        struct.pack("<I", 5) + b"{}",
        struct.pack("<I", 2**32 - 1) + b"{}",
        struct.pack("<I", 2) + b"\xff{",
        payload_of([]),
        *(payload_of({key: value for key, value in GOOD.items() if key != left_out}) for left_out in GOOD),
        *(
            payload_of({**GOOD, key: bad})
            for key in GOOD
            for bad in ([], "x")
            if type(GOOD[key]) is not type(bad) and key != "blob"
        ),
        payload_of({**GOOD, "sid": -1}),
        payload_of({**GOOD, "step": 2**63}),
        payload_of({**GOOD, "time": 10**400}),
        payload_of({**GOOD, "blob": 5}),
    ],
)
def test_what_is_no_object_is_refused(payload):
    with pytest.raises(StorageError) as caught:
        decode_object(0, payload)
    assert caught.value.slug == "frame-malformed"


def test_a_large_object_belongs_into_the_blobs():
    header = ObjectHeader(1, 2, None, 3.0, "a/b", {}, None, MAX_INLINE_BYTES)
    encode_object(header, bytes(MAX_INLINE_BYTES))
    with pytest.raises(InputError, match="Put it into the blobs"):
        encode_object(header, bytes(MAX_INLINE_BYTES + 1))


def test_meta_that_json_cannot_hold_is_refused():
    with pytest.raises(InputError, match="cannot be written as JSON"):
        encode_object(ObjectHeader(1, 2, None, 3.0, "a/b", {"x": object()}, None, 0))

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError, StorageError
from ridgeline.log.frame import (
    DEFLATE,
    EPOCH,
    HEADER_BYTES,
    MAGIC,
    MAX_FRAME_BYTES,
    MAX_INFLATED_BYTES,
    MAX_PAYLOAD_BYTES,
    SHUFFLED,
    ZSTD,
    encode_frame,
    inflate,
)
from ridgeline.log.scan import scan

PAYLOADS = st.binary(max_size=200) | st.lists(
    st.sampled_from([b"R", b"L", b"G", b"1", b"\0", b"RLG", b"RLG1"])
).map(b"".join)


@given(
    frame_type=st.integers(0, 255),
    flags=st.integers(0, 15),
    number=st.integers(0, 2**32 - 1),
    payload=PAYLOADS,
)
def test_a_frame_comes_back_as_it_was(frame_type, flags, number, payload):
    (frame,) = scan(encode_frame(frame_type, flags, number, payload), next_number=number).frames
    assert (frame.type, frame.flags, frame.number, bytes(frame.payload)) == (
        frame_type,
        flags,
        number,
        payload,
    )


@given(PAYLOADS)
def test_the_magic_stands_only_at_the_start_of_a_frame(payload):
    assert MAGIC not in encode_frame(3, 0, 0, payload)[HEADER_BYTES:]


def test_a_frame_without_the_magic_is_its_payload_and_20_bytes():
    assert encode_frame(1, 0, 0, b"RLG but not more")[HEADER_BYTES:] == b"RLG but not more"


def test_the_largest_frame_is_one_mebibyte():
    assert len(encode_frame(3, 0, 0, bytes(MAX_PAYLOAD_BYTES))) == MAX_FRAME_BYTES == 1 << 20
    with pytest.raises(InputError, match="at most 1048556 bytes") as caught:
        encode_frame(3, 0, 0, bytes(MAX_PAYLOAD_BYTES + 1))
    assert caught.value.slug == "frame-too-large"


def test_a_payload_that_grows_too_large_by_escaping_is_refused():
    with pytest.raises(InputError):
        encode_frame(3, 0, 0, b"RLG1" * (MAX_PAYLOAD_BYTES // 4))


@pytest.mark.parametrize("flags", [0, SHUFFLED, EPOCH, SHUFFLED | EPOCH])
def test_inflate_leaves_what_is_not_deflated(flags):
    assert inflate(flags, b"plain") == b"plain"
    assert inflate(flags | DEFLATE, zlib.compress(b"plain")) == b"plain"


@pytest.mark.parametrize(
    ("flags", "payload"),
    [
        (ZSTD, b""),
        (0x20, b""),
        (0x80, b""),
        (DEFLATE, b""),
        (DEFLATE, b"not deflated"),
        (DEFLATE, zlib.compress(b"cut")[:-1]),
        (DEFLATE, zlib.compress(b"more") + b"x"),
        (DEFLATE, zlib.compress(bytes(MAX_INFLATED_BYTES + 1))),
        (DEFLATE, zlib.compress(bytes(MAX_INFLATED_BYTES * 100))),
    ],
)
def test_inflate_refuses(flags, payload):
    with pytest.raises(StorageError, match="frame cannot be read") as caught:
        inflate(flags, payload)
    assert caught.value.slug == "frame-malformed"


def test_inflate_takes_as_much_as_the_limit():
    assert len(inflate(DEFLATE, zlib.compress(bytes(MAX_INFLATED_BYTES)))) == MAX_INFLATED_BYTES

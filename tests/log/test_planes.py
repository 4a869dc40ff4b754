"""What is deflated comes back, and noise in it costs neither bytes nor a second look."""

import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.log.planes import deflate

N = 4096
NOISE = random.Random(1).randbytes(N)
CURVE = bytes(i // 16 % 251 for i in range(N))


def stored_bytes(stream):
    """The length of the first stored block of a zlib stream that begins with one."""
    kind, size, check = struct.unpack_from("<BHH", stream, 2)
    assert kind == 0
    assert size ^ check == 0xFFFF
    return size


@given(st.lists(st.sampled_from([bytes(N), NOISE, NOISE[::-1], CURVE]), min_size=1, max_size=6))
def test_any_planes_come_back_as_one_zlib_stream(planes):
    assert zlib.decompress(deflate(planes, range(len(planes)))) == b"".join(planes)


@pytest.mark.parametrize("n", [1, 1023, 1024, 16384])
def test_planes_of_any_length_come_back(n):
    noise = random.Random(n).randbytes(n)
    planes = [bytes(n), noise, bytes(range(256)) * (n // 256) + bytes(n % 256), noise[::-1]]
    assert zlib.decompress(deflate(planes, range(1, 4))) == b"".join(planes)


def test_noise_is_stored_as_it_is():
    stream = deflate([NOISE, CURVE], range(2))
    assert stored_bytes(stream) == N
    assert NOISE in stream


def test_only_the_planes_that_were_named_are_looked_at():
    assert deflate([CURVE, NOISE], range(1)) == zlib.compress(CURVE + NOISE, 1)


def test_a_counter_has_many_bytes_and_is_no_noise():
    counter = bytes(i % 256 for i in range(N))
    stream = deflate([counter, NOISE], range(2))
    assert len(stream) < N + 600


def test_what_deflate_can_shorten_is_no_longer_than_by_zlib_alone():
    planes = [CURVE, bytes(N), CURVE[::-1]]
    assert deflate(planes, range(3)) == zlib.compress(b"".join(planes), 1)


def test_noise_beside_other_planes_saves_bytes():
    planes = [CURVE, NOISE, bytes(N), NOISE[::-1], CURVE]
    assert len(deflate(planes, range(5))) <= len(zlib.compress(b"".join(planes), 1)) + 32

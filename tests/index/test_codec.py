import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ridgeline.index import codec
from ridgeline.index.file import DamagedError

CODECS = [codec.PLAIN, codec.PCODEC, codec.DEFLATE]
any_float = st.floats(width=64, allow_nan=True, allow_infinity=True)
any_int = st.integers(-(1 << 63), (1 << 63) - 1)


def there_and_back(how, column):
    out = np.empty_like(column)
    codec.decode_into(how, codec.encode(how, column), out)
    return out


@pytest.mark.parametrize("how", CODECS)
@given(arrays.arrays(np.float64, st.integers(1, 60), elements=any_float))
def test_floats_come_back_bit_for_bit(how, column):
    assert there_and_back(how, column).tobytes() == column.tobytes()


@pytest.mark.parametrize("how", CODECS)
@given(arrays.arrays(np.int64, st.integers(1, 60), elements=any_int))
def test_integers_come_back(how, column):
    assert there_and_back(how, column).tobytes() == column.tobytes()


@given(arrays.arrays(np.float64, st.integers(1, 60), elements=any_float))
def test_times_come_back_bit_for_bit(times):
    unit, coded = codec.times_to_integers(times)
    back = coded if unit == codec.SECONDS else codec.integers_to_times(unit, coded)
    assert back.tobytes() == times.tobytes()


@pytest.mark.parametrize(
    ("times", "unit"),
    [
        ([1_790_000_000.123, 1_790_000_000.5], codec.MICROSECONDS),
        ([1_790_000_000.123456, 1_790_000_001.000001], codec.MICROSECONDS),
        (np.ldexp([(1_790_000_000 << 22) + 1.0, (1_790_000_000 << 22) + 12345.0], -22), codec.CLOCK_TICKS),
        ([1_790_000_000.5, 1_790_000_000.5 + 1 / 1024], codec.WRITER_TICKS),
        ([1e-9, 1.0], codec.SECONDS),
        ([-0.0, 1.0], codec.SECONDS),
        ([np.nan, 1.0], codec.SECONDS),
        ([np.inf, 1.0], codec.SECONDS),
    ],
)
def test_the_unit_of_times_is_the_coarsest_that_is_exact(times, unit):
    assert codec.times_to_integers(np.array(times))[0] == unit


@given(
    arrays.arrays(
        np.float32, st.integers(12, 60), elements=st.floats(width=32, allow_nan=True, allow_infinity=True)
    )
)
def test_values_that_are_float32_are_packed_as_such(column):
    values = column.astype(np.float64)
    assert codec.codec_for_values(values) == codec.PCODEC_FLOAT32
    assert there_and_back(codec.PCODEC_FLOAT32, values).tobytes() == values.tobytes()
    single = np.empty(len(values), np.float32)
    codec.decode_into(codec.PCODEC_FLOAT32, codec.encode(codec.PCODEC_FLOAT32, values), single)
    assert single.astype(np.float64).tobytes() == values.tobytes()


@pytest.mark.parametrize("odd", [0.1, 1e308, 1 + 2**-40, np.uint64(0x7FF0000000000001).view(np.float64)])
def test_one_value_that_is_no_float32_keeps_all_in_float64(odd):
    values = np.arange(20.0)
    values[7] = odd
    assert codec.codec_for_values(values) == codec.PCODEC
    assert there_and_back(codec.codec_for_values(values), values).tobytes() == values.tobytes()


@given(arrays.arrays(np.float64, st.integers(12, 60), elements=any_float))
def test_any_values_come_back_by_the_codec_that_is_chosen_for_them(values):
    assert there_and_back(codec.codec_for_values(values), values).tobytes() == values.tobytes()


def test_curves_take_less_than_half_their_size():
    rng = np.random.default_rng(0)
    curve = (np.exp(-np.arange(1000) / 300) + rng.normal(0, 0.02, 1000)).astype(np.float32).astype(np.float64)
    assert len(codec.encode(codec.codec_for(1000), curve)) < 4 * 1000


@pytest.mark.parametrize("how", CODECS)
def test_damaged_bytes_are_told_from_good_ones(how):
    packed = codec.encode(how, np.arange(100.0))
    for bad in (b"", packed[:-1], packed[: len(packed) // 2]):
        with pytest.raises(DamagedError):
            codec.decode_into(how, bad, np.empty(100))
    with pytest.raises(DamagedError):
        codec.decode_into(how, packed, np.empty(101))


def test_an_unknown_codec_is_damage():
    with pytest.raises(DamagedError, match="unknown codec 9"):
        codec.decode_into(9, b"", np.empty(1))

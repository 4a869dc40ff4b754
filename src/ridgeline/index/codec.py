"""How the columns of a chunk become bytes and come back, bit for bit.

Codec 1, pcodec, takes 2.4 bytes and 6 ns a value to decode where codec 2, byte shuffle and deflate from the standard library
and NumPy, takes 4.2 bytes and 25 ns. Codec 0 is the plain array: below MIN_CODED points every header costs more than
it saves. Codec 3 is pcodec of float32, for values that are, as those of a training mostly are: its headers are half as long,
and it is fast enough to try both with and without differences, which takes 3 to 10 % less than what pcodec guesses.
The index can be rebuilt, so a chunk names its codec and an index may hold all of them.
"""

import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ridgeline.index.base import Floats, Ints
from ridgeline.index.file import DamagedError
from ridgeline.log.points import TICKS_A_SEC

try:
    from pcodec import ChunkConfig, DeltaSpec
    from pcodec.standalone import simple_compress, simple_decompress_into
except ImportError:  # pragma: no cover - a platform without a wheel of pcodec
    HAS_PCODEC = False
else:
    HAS_PCODEC = True
    # Level 8 saves 2 % and takes 40 % longer; naming the delta of integers halves the time of encoding.
    _FLOATS: Final = ChunkConfig(compression_level=4)
    _DIFFERENCES: Final = ChunkConfig(compression_level=4, delta_spec=DeltaSpec.try_consecutive(1))
    _AS_THEY_ARE: Final = ChunkConfig(compression_level=4, delta_spec=DeltaSpec.no_op())

PLAIN: Final = 0
PCODEC: Final = 1
DEFLATE: Final = 2
PCODEC_FLOAT32: Final = 3
MIN_CODED: Final = 12
_PACKED: Final = frozenset({PCODEC, PCODEC_FLOAT32})

# Units in which times are whole numbers. Our writer rounds to 2**-10 s; a clock read in ms or µs is a decimal; time.time()
# itself has 2**-22 s between two floats from 2004 to 2038. As integers they take 0.9 (ms) to 2.4 bytes, as floats 1.0 to 5.7.
SECONDS: Final = 0  # as they are
MICROSECONDS: Final = 1
CLOCK_TICKS: Final = 2
WRITER_TICKS: Final = 3
_PER_SEC: Final = {WRITER_TICKS: float(TICKS_A_SEC), MICROSECONDS: 1e6, CLOCK_TICKS: float(1 << 22)}
_MAX_EXACT = float(1 << 53)


def codec_for(n: int) -> int:
    """Return the codec for a chunk of n points."""
    if n < MIN_CODED:
        return PLAIN
    return PCODEC if HAS_PCODEC else DEFLATE


def codec_for_values(values: Floats) -> int:
    """Return the codec for the values of a chunk."""
    codec = codec_for(len(values))
    return PCODEC_FLOAT32 if codec == PCODEC and _are_float32(values) else codec


def _are_float32(values: Floats) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):  # too large for it; a signalling NaN
        again = values.astype(np.float32).astype(np.float64)
    return again.tobytes() == values.tobytes()


def encode(codec: int, column: Floats | Ints) -> bytes:
    """Return a column of float64 or int64 as bytes."""
    if codec == PLAIN:
        return column.tobytes()
    if codec == PCODEC:
        config = _DIFFERENCES if column.dtype == np.int64 else _FLOATS
        packed: bytes = simple_compress(np.ascontiguousarray(column), config)
        return packed
    if codec == PCODEC_FLOAT32:
        single = column.astype(np.float32)
        tried: list[bytes] = [simple_compress(single, config) for config in (_DIFFERENCES, _AS_THEY_ARE)]
        return min(tried, key=len)
    words = np.diff(column, prepend=np.int64(0)) if column.dtype == np.int64 else column
    return zlib.compress(np.ascontiguousarray(words).view(np.uint8).reshape(-1, 8).T.tobytes(), 1)


def decode_into(codec: int, packed: bytes, out: "NDArray[np.float32] | Floats | Ints") -> None:
    """Fill `out`, which has the dtype and length of the column that was encoded; float32 does for PCODEC_FLOAT32.

    Raises:
        DamagedError: The bytes are no such column.
    """
    if codec == PCODEC_FLOAT32 and out.dtype != np.float32:
        single = np.empty(len(out), np.float32)
        _unpack_into(packed, single)
        out[:] = single
    elif codec in _PACKED:
        _unpack_into(packed, out)
    elif codec in {PLAIN, DEFLATE}:
        try:
            out[:] = np.frombuffer(packed, out.dtype) if codec == PLAIN else _inflate(packed, out.dtype)
        except (ValueError, zlib.error) as error:
            raise DamagedError(f"a chunk cannot be read: {error}") from error
    else:
        raise DamagedError(f"a chunk has the unknown codec {codec}")


def _unpack_into(packed: bytes, out: "NDArray[np.float32] | Floats | Ints") -> None:
    try:
        progress = simple_decompress_into(packed, out)
    except (RuntimeError, TypeError) as error:  # TypeError: the bytes claim another dtype
        raise DamagedError(f"pcodec cannot read a chunk: {error}") from error
    if progress.n_processed != len(out) or not progress.finished:
        raise DamagedError("a chunk has another length than its row says")


def _inflate(packed: bytes, dtype: "np.dtype[Any]") -> NDArray[Any]:
    shuffled = np.frombuffer(zlib.decompress(packed), np.uint8)
    words = np.ascontiguousarray(shuffled.reshape(8, -1).T).view(dtype).ravel()
    return np.cumsum(words) if dtype == np.int64 else words


def times_to_integers(times: Floats) -> tuple[int, Floats | Ints]:
    """Return the unit in which times are whole numbers, and the times in it; bit for bit, else in SECONDS."""
    if not np.all(np.abs(times) < _MAX_EXACT / max(_PER_SEC.values())):  # NaN and ±Inf too
        return SECONDS, times
    for unit, per_sec in _PER_SEC.items():
        whole = np.rint(times * per_sec).astype(np.int64)
        if np.array_equal(integers_to_times(unit, whole).view(np.int64), times.view(np.int64)):
            return unit, whole
    return SECONDS, times


def integers_to_times(unit: int, whole: Ints, out: Floats | None = None) -> Floats:
    """Return times in seconds, in `out` if given, from whole numbers of another unit."""
    return np.divide(whole, _PER_SEC[unit], out=out)

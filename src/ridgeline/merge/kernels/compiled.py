"""Loops for Numba. Importing this needs it; the first call of each compiles, and later processes take that from a cache.

No fast-math: it would change bits. Models are the outer and elements the inner loop, over runs of elements that stay in the
first-level cache, so that the compiler makes vectors of them.
"""

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from ridgeline.merge.random import GAMMA, MIX_1, MIX_2, WORDS

RUN, GROUP = 2048, 32
_GAMMA, _MIX_1, _MIX_2 = np.uint64(GAMMA), np.uint64(MIX_1), np.uint64(MIX_2)
_WORDS = np.uint64(WORDS)
_SUM, _TOTAL, _MEAN, _MAX = 0, 1, 2, 3
_compile = numba.njit(nogil=True, cache=True, error_model="numpy")


@intrinsic
def _magnitude_bits(_typing, value):
    """Return the bits of |value| as an integer of its width."""
    width = value.bitwidth
    unsigned = numba.uint32 if width == 32 else numba.uint64

    def build(_context, builder, _signature, arguments):
        kind = ir.IntType(width)
        return builder.and_(builder.bitcast(arguments[0], kind), ir.Constant(kind, (1 << (width - 1)) - 1))

    return unsigned(value), build


@_compile
def widen_bfloat16(raw, bits):
    for i in range(raw.size):
        bits[i] = np.uint32(raw[i]) << np.uint32(16)


@_compile
def store_bfloat16(bits, raw):
    nonfinite = 0
    for i in range(bits.size):
        one = bits[i]
        high = np.uint32(one >> np.uint32(16))
        rounded = np.uint32(np.uint32(one + np.uint32(0x7FFF)) + np.uint32(high & np.uint32(1))) >> np.uint32(
            16
        )
        is_nan = np.uint32(one & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)
        chosen = np.uint16(high | np.uint32(0x40)) if is_nan else np.uint16(rounded)
        raw[i] = chosen
        nonfinite += (chosen & np.uint16(0x7F80)) == np.uint16(0x7F80)
    return nonfinite


@_compile
def weighted_sum(models, weights, first, factor, out):
    for start in range(0, first.size, RUN):
        run, initial = out[start : start + RUN], first[start : start + RUN]
        for i in range(run.size):
            run[i] = initial[i] * factor
        for m in range(models.shape[0]):
            model, weight = models[m, start : start + RUN], weights[m]
            for i in range(run.size):
                run[i] += model[i] * weight


@_compile
def _random_words(key, start, words):
    """Fill words with numbers of a stream from the one that holds element `start` on, two elements each."""
    first = np.uint64(start >> 1) + np.uint64(1)
    for i in range(words.size):
        word = (first + np.uint64(i)) * _GAMMA + key
        word = (word ^ (word >> np.uint64(30))) * _MIX_1
        word = (word ^ (word >> np.uint64(27))) * _MIX_2
        words[i] = word ^ (word >> np.uint64(31))


@_compile
def _parts(models, base, start, place, how, parts, words):
    """Write what each model adds: scaled, weighted, and 0 where it does not stay; `place` is that of base[0] in the tensor."""
    weights, scales, low, high, keys, below = how
    zero = base.dtype.type(0)
    halves = words.view(np.uint32)[place & 1 :]
    for m in range(models.shape[0]):
        model, part = models[m, start : start + RUN], parts[m]
        weight, scale, least, most = weights[m], scales[m], low[m], high[m]
        for i in range(base.size):
            difference = model[i] - base[i]
            bits = _magnitude_bits(difference)
            part[i] = (difference * scale) * weight if (bits >= least) & (bits <= most) else zero
        if below[m] < _WORDS:
            bound = np.uint32(below[m])
            _random_words(keys[m], place, words)
            for i in range(base.size):
                part[i] = part[i] if halves[i] < bound else zero


@_compile
def task_vectors(arrays, how, numbers, choices):
    """Do what `TaskVectors` says: arrays are models, base and out; how its arrays; numbers scale, divisor and least weight."""
    models, base, out = arrays
    scale, divisor, least = numbers
    combine, zero_sign, offset = choices
    kind = base.dtype.type
    parts = np.empty((models.shape[0], RUN), base.dtype)
    sign, weight = np.empty(RUN, base.dtype), np.empty(RUN, base.dtype)
    words = np.empty(RUN // 2 + 1, np.uint64)
    for start in range(0, base.size, RUN):
        initial, total = base[start : start + RUN], out[start : start + RUN]
        _parts(models, initial, start, offset + start, how, parts, words)
        total[:] = kind(0)
        for m in range(parts.shape[0]):
            part = parts[m]
            for i in range(total.size):
                total[i] += part[i]
        if combine == _SUM:
            for i in range(total.size):
                total[i] = total[i] / divisor
        else:
            _elect(total, zero_sign, sign)
            if combine == _MAX:
                _largest_agreeing(parts, sign, total)
            else:
                _sum_agreeing(parts, sign, how[0], total, weight)
        if combine == _MEAN:
            for i in range(total.size):
                total[i] = total[i] / (kind(1) if abs(weight[i]) < least else weight[i])
        for i in range(total.size):
            total[i] = total[i] * scale + initial[i]


@_compile
def _elect(total, zero_sign, sign):
    """Write 1 or -1, and 0 where no sign is elected."""
    kind = total.dtype.type
    of_zero = kind(zero_sign)
    for i in range(total.size):
        one = total[i]
        sign[i] = kind(1) if one > 0 else (kind(-1) if one < 0 else (of_zero if one == 0 else kind(0)))


@_compile
def _sum_agreeing(parts, sign, weights, total, weight):
    """Write the sum of the parts that agree with the sign, and that of their weights."""
    kind = total.dtype.type
    total[:] = kind(0)
    weight[:] = kind(0)
    for m in range(parts.shape[0]):
        part, factor = parts[m], weights[m]
        for i in range(total.size):
            one = part[i]
            agrees = (one * sign[i] > 0) | (one != one)  # noqa: PLR0124 # NaN agrees, so that it is seen
            total[i] += one if agrees else kind(0)
            weight[i] += factor if agrees else kind(0)


@_compile
def _largest_agreeing(parts, sign, total):
    kind = total.dtype.type
    total[:] = kind(0)
    for m in range(parts.shape[0]):
        part = parts[m]
        for i in range(total.size):
            one = part[i]
            agrees = (one * sign[i] > 0) | (one != one)  # noqa: PLR0124 # NaN agrees, so that it is seen
            total[i] = one if agrees & (not abs(one) <= abs(total[i])) else total[i]


@_compile
def _bits_of(model, base, bits):
    if base.size == model.size:
        for i in range(model.size):
            bits[i] = _magnitude_bits(model[i] - base[i])
    else:
        for i in range(model.size):
            bits[i] = _magnitude_bits(model[i])


@_compile
def count_top(models, base, total, shift, bits):
    """Count the digit at `shift` of all magnitudes; a base of another size is none. `bits` is room for a run."""
    for start in range(0, models.shape[1], bits.size):
        for m in range(models.shape[0]):
            run, counts = models[m, start : start + bits.size], total[m]
            _bits_of(run, base[start : start + bits.size], bits)
            for i in range(run.size):
                counts[bits[i] >> shift] += 1


@_compile
def count_within(models, base, total, shift, prefixes, bits):
    """Count the 16 bits at `shift` of the magnitudes whose bits above are a prefix."""
    matches = np.empty(bits.size + 1, bits.dtype)
    for start in range(0, models.shape[1], bits.size):
        for m in range(models.shape[0]):
            run = models[m, start : start + bits.size]
            _bits_of(run, base[start : start + bits.size], bits)
            for r in range(prefixes.shape[1]):
                _count_matches(bits[: run.size], shift, prefixes[m, r], total[m, r], matches)


@_compile
def _count_matches(bits, shift, prefix, counts, matches):
    """Gather what matches, group by group, then count it; `matches` is room for it and one more.

    Few match: most groups are passed over by comparisons that the compiler makes vectors of.
    """
    found = 0
    for start in range(0, bits.size, GROUP):
        group = bits[start : start + GROUP]
        hits = 0
        for i in range(group.size):
            hits += ((group[i] >> shift) >> 16) == prefix
        if hits:
            for i in range(group.size):
                matches[found] = group[i] >> shift
                found += (matches[found] >> 16) == prefix
    for i in range(found):
        counts[matches[i] & 0xFFFF] += 1


@_compile
def product(first, second, lanes):
    """Return a dot product as NumPyOps sums it: in as many lanes, each in order, and these in order."""
    width = lanes.size
    lanes[:] = 0.0
    whole = first.size // width * width
    for start in range(0, whole, width):
        for lane in range(width):
            lanes[lane] += np.float64(first[start + lane]) * np.float64(second[start + lane])
    for at in range(whole, first.size):
        lanes[at - whole] += np.float64(first[at]) * np.float64(second[at])
    total = lanes[0]
    for lane in range(1, width):
        total += lanes[lane]
    return total

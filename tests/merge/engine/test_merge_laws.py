"""Laws that whole merges obey, whatever the models: by Hypothesis, through files."""

import itertools
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from merge_files import read_model, write_model
from ridgeline.merge import Options, merge
from ridgeline.merge.kernels.numba_ops import NumbaOps
from ridgeline.merge.kernels.numpy_ops import NumPyOps, magnitude_bits
from ridgeline.merge.kernels.ops import TaskVectors
from ridgeline.merge.method import Chunk, Settings, Target
from ridgeline.merge.passes import magnitudes
from ridgeline.merge.passes.magnitudes import magnitudes_at
from ridgeline.merge.random import WORDS, keep_below, random_words
from ridgeline.merge.tensors.dtypes import DTYPES

# Half of a number below 1e-38 has fewer digits, so that two halves need not make it whole again.
FLOATS = st.floats(-100, 100, width=32).map(lambda x: x if abs(x) > 1e-30 else 0.0)
ANY_FLOATS = st.floats(width=32)
ROWS = hnp.arrays(np.float32, st.tuples(st.just(4), st.integers(1, 40)), elements=FLOATS)
FAMILY = ["task_arithmetic", "ties", "dare_linear", "dare_ties", "breadcrumbs", "breadcrumbs_ties"]


def merge_rows(rows, method, base=None, **parameters):
    """Merge vectors through files, and return the vector that comes out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [write_model(folder / str(at), {"w": ("F32", row)}) for at, row in enumerate(rows)]
        start = write_model(folder / "base", {"w": ("F32", base)}) if base is not None else None
        options = Options(threads=1, backend="numpy")
        merge(paths, folder / "out", method=method, base=start, parameters=parameters, options=options)
        return read_model(folder / "out")["w"][1].copy()


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_equal_models_give_the_model(rows):
    same = [rows[0]] * 2
    assert np.array_equal(merge_rows(same, "linear"), rows[0])
    np.testing.assert_allclose(merge_rows(same, "ties", rows[1]), rows[0], rtol=1e-6, atol=2e-5)


@settings(max_examples=10, deadline=None)
@given(ROWS)
def test_a_mean_does_not_depend_on_the_order_of_models(rows):
    found = [
        merge_rows(rows[list(order)], "linear")
        for order in itertools.islice(itertools.permutations(range(4)), 5)
    ]
    for one in found[1:]:
        np.testing.assert_allclose(one, found[0], rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("method", FAMILY)
def test_scale_zero_gives_the_base(method):
    rows = np.random.default_rng(0).normal(size=(4, 300)).astype(np.float32)
    assert np.array_equal(merge_rows(rows[:3], method, rows[3], **{"lambda": 0.0}), rows[3])


@settings(max_examples=15, deadline=None)
@given(ROWS, st.floats(0, 2, width=16))
def test_task_arithmetic_is_linear_in_the_scale(rows, scale):
    whole = merge_rows(rows[:3], "task_arithmetic", rows[3]).astype(np.float64) - rows[3]
    part = merge_rows(rows[:3], "task_arithmetic", rows[3], **{"lambda": scale}).astype(np.float64) - rows[3]
    np.testing.assert_allclose(part, scale * whole, rtol=1e-4, atol=1e-3)


@given(hnp.arrays(np.float32, st.integers(1, 60), elements=ANY_FLOATS))
def test_bfloat16_is_rounded_to_the_nearest_and_ties_to_even(values):
    raw, nonfinite = NumPyOps().store(values, DTYPES["BF16"])
    back = (raw.astype(np.uint32) << 16).view(np.float32)
    finite = np.isfinite(values)
    assert np.array_equal(np.isnan(back), np.isnan(values))
    below = (values.view(np.uint32) & 0xFFFF0000).view(np.float32)[finite].astype(np.float64)
    with np.errstate(over="ignore"):
        above = (
            ((values.view(np.uint32) & 0xFFFF0000) + np.uint32(0x10000))
            .view(np.float32)[finite]
            .astype(np.float64)
        )
    exact, got = values[finite].astype(np.float64), back[finite].astype(np.float64)
    above = np.where(np.isfinite(above), above, np.copysign(2.0**128, exact))
    got = np.where(np.isfinite(got), got, np.copysign(2.0**128, exact))
    gap = np.minimum(np.abs(exact - below), np.abs(above - exact))
    assert np.array_equal(np.abs(exact - got), gap)
    tied = np.abs(exact - below) == np.abs(above - exact)
    assert not (raw[finite][tied] & 1).any()
    assert nonfinite == np.count_nonzero(~np.isfinite(back))


@given(
    hnp.arrays(np.float32, st.tuples(st.just(3), st.integers(1, 50)), elements=ANY_FLOATS),
    st.sampled_from(["sum", "mean", "total", "max"]),
    st.sampled_from([-1, 0, 1]),
    st.floats(0, 1),
    st.integers(0, 1000),
)
def test_numba_and_numpy_give_the_same_bits_for_any_floats(rows, combine, zero_sign, probability, start):
    how = TaskVectors(
        weights=np.array([1.0, -0.5], np.float32),
        scales=np.array([1.0, 3.0], np.float32),
        low=magnitude_bits(np.array([0.0, 0.5], np.float32)),
        high=np.array([np.iinfo(np.uint32).max, magnitude_bits(np.array([9.0], np.float32))[0]], np.uint32),
        keys=np.array([3, 2**63 + 5], np.uint64),
        below=np.array([WORDS, keep_below(probability)], np.uint64),
        combine=combine,
        scale=0.7,
        divisor=1.5,
        zero_sign=zero_sign,
    )
    with np.errstate(all="ignore"):
        plain = NumPyOps().task_vectors(rows[:2], rows[2], how, start)
    compiled = NumbaOps().task_vectors(rows[:2], rows[2], how, start)
    assert np.array_equal(np.isnan(plain), np.isnan(compiled))
    whole = ~np.isnan(plain)
    assert plain[whole].tobytes() == compiled[whole].tobytes()


@given(
    hnp.arrays(np.float32, st.tuples(st.just(3), st.integers(1, 50)), elements=ANY_FLOATS),
    st.integers(-2, 60),
    st.booleans(),
)
def test_the_magnitude_at_a_rank_is_that_of_a_sort(rows, rank, counted):
    target = Target("w", rows[0].shape, 2, True, Settings(), ())
    few = magnitudes._FEW
    magnitudes._FEW = -1 if counted else few
    try:
        steps = magnitudes_at(target, [[rank], [rank]])
        found = run_passes(steps, Chunk(rows[:2], rows[2], 0, rows.shape[1], NumPyOps()))
    finally:
        magnitudes._FEW = few
    with np.errstate(all="ignore"):
        ordered = np.sort(magnitude_bits(rows[:2] - rows[2]), axis=1)[:, ::-1]
    at = min(max(rank, 1), rows.shape[1]) - 1
    assert found[:, 0].tolist() == ordered[:, at].tolist()


def run_passes(steps, chunk):
    request = next(steps)
    while True:
        total = np.zeros(request.shape, request.dtype)
        with np.errstate(all="ignore"):
            request.add(chunk, total)
        try:
            request = steps.send(total)
        except StopIteration as stopped:
            return stopped.value


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.integers(0, 30), st.integers(0, 30))
def test_random_words_do_not_depend_on_the_chunk(key, start, first, second):
    whole = random_words(key, start, first + second)
    parts = np.concatenate([random_words(key, start, first), random_words(key, start + first, second)])
    assert np.array_equal(whole, parts)


def test_random_words_are_uniform_and_streams_differ():
    words = random_words(7, 0, 1 << 20)
    share = np.bincount(words >> 24, minlength=256) / words.size
    assert np.abs(share - 1 / 256).max() < 5 * np.sqrt(1 / 256 / words.size)
    assert abs(np.corrcoef(words[:-1], words[1:])[0, 1]) < 0.005
    assert abs(np.corrcoef(words, random_words(8, 0, 1 << 20))[0, 1]) < 0.005
    assert np.mean(words < keep_below(0.1)) == pytest.approx(0.1, abs=0.002)

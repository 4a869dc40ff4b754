"""Chunks that take several rows of the table, and others than before when they are written anew."""

import random
import sqlite3

import pytest

from ridgeline.index import open_index
from ridgeline.index.location import FILE_NAME
from ridgeline.log.layout import Layout
from ridgeline.testing.index_answers import answers
from ridgeline.testing.index_model import expected
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.25


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    return layout


def parts(layout):
    """Return of each row of the table whether it begins a chunk."""
    connection = sqlite3.connect(layout.root / FILE_NAME)
    try:
        return [n is not None for (n,) in connection.execute("select n from chunk order by id")]
    finally:
        connection.close()


def agrees(layout, index):
    index.refresh()
    assert answers(index) == expected(layout.root)


def noise(rng, steps):
    return [(1, (step, rng.random(), T0 + step)) for step in steps]


def test_a_chunk_of_noise_takes_eight_parts_and_one_that_becomes_smooth_fewer(layout):
    index = open_index(layout.root)
    with TestSegment(layout, "a", segment_id(1)) as log:
        log.head(T0)
        sid = log.series(T0, "loss")
        log.points(noise(random.Random(0), range(4096, 8192)))
        log.end(T0 + 9000)
    agrees(layout, index)
    assert parts(layout) == [True] + 7 * [False]
    with TestSegment(layout, "a", segment_id(2)) as log:
        log.series(T0, "loss")
        log.points([(sid, (step, 0.5, T0 + step)) for step in range(4096)])
        log.end(T0 + 9001)
    agrees(layout, index)
    assert parts(layout) == [True, True] + 7 * [False]
    index.close()


def test_a_last_chunk_that_grows_takes_more_parts(layout):
    index = open_index(layout.root)
    rng = random.Random(1)
    for number, steps in enumerate((range(5), range(5, 300), range(300, 5000))):
        with TestSegment(layout, "a", segment_id(number)) as log:
            log.head(T0)
            log.series(T0, "loss")
            log.points(noise(rng, steps))
            log.end(T0 + 9000)
        agrees(layout, index)
    assert parts(layout) == [True, *7 * [False], True, *4 * [False]]
    index.close()


def test_a_run_that_is_gone_leaves_no_part(layout):
    index = open_index(layout.root)
    with TestSegment(layout, "a", segment_id(1)) as log:
        log.head(T0)
        log.series(T0, "loss")
        log.points(noise(random.Random(0), range(4096)))
        log.end(T0 + 9000)
    agrees(layout, index)
    log.path.unlink()
    log.path.parent.rmdir()
    agrees(layout, index)
    assert parts(layout) == []
    index.close()

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.index import event_text
from ridgeline.index.file import DamagedError
from ridgeline.log.events import EndEvent, RunEvent, SetEvent, encode_event


@given(st.binary(max_size=5000))
def test_lines_come_back(lines):
    assert event_text.inflate(event_text.deflate(lines)) == lines


def test_the_events_of_a_small_run_take_two_thirds_of_what_deflate_alone_takes():
    lines = b"".join(
        map(
            encode_event,
            [
                RunEvent(
                    1790000000.0, "f00d", None, "sweep", 1790000000.0, "node7", 4711, "ada", "0.1.0", None
                ),
                SetEvent(
                    1790000000.0, ("hparams",), {"lr": 0.00075038, "optim": {"name": "adam", "seed": 3}}
                ),
                EndEvent(1790000039.3, "finished", None),
            ],
        )
    )
    assert len(event_text.deflate(lines)) < 0.67 * len(zlib.compress(lines, 1))


def test_damaged_lines_are_told_from_good_ones():
    packed = event_text.deflate(b"x" * 1000)
    for bad in (b"", packed[:-5], zlib.compress(b"x" * 1000)[:-4], b"junk" + packed):
        with pytest.raises(DamagedError):
            event_text.inflate(bad)

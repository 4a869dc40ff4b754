import re
import time

import pytest

from ridgeline.core.errors import InputError
from ridgeline.core.ids import check_run_id, default_run_name, new_run_id, new_segment_id


class FixedClock:
    def __init__(self, nanoseconds):
        self.nanoseconds = nanoseconds

    def time(self):
        return self.nanoseconds / 1e9

    def time_ns(self):
        return self.nanoseconds

    def monotonic(self):
        return self.time()


def test_a_new_run_id_is_16_hex_digits_and_allowed():
    ids = {new_run_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("[0-9a-f]{16}", check_run_id(run_id)) for run_id in ids)


@pytest.mark.parametrize("run_id", ["a", "resnet-7", "A.b_c-9", "x" * 128])
def test_ids_that_can_be(run_id):
    assert check_run_id(run_id) is run_id


@pytest.mark.parametrize(
    "run_id", ["", ".", "..", "-a", "_a", ".hidden", "a/b", "a~b", "a b", "é", "a\n", "x" * 129, "a\0"]
)
def test_ids_that_cannot_be(run_id):
    with pytest.raises(InputError, match="cannot have the id") as caught:
        check_run_id(run_id)
    assert caught.value.slug == "run-id-invalid"


def test_segment_ids_sort_by_time_as_text():
    early, late = new_segment_id(FixedClock(9)), new_segment_id(FixedClock(10**18))
    assert early < late
    assert re.fullmatch("0000000000000009-[0-9a-f]{8}", early)
    assert len(late) == len(early) == 25


def test_segment_ids_take_the_time_of_this_machine():
    before, seg, after = time.time_ns(), new_segment_id(), time.time_ns()
    assert before <= int(seg[:16], 16) <= after


def test_segment_ids_of_one_instant_differ():
    assert len({new_segment_id(FixedClock(5)) for _ in range(1000)}) == 1000


def test_default_name_is_the_start_of_the_id():
    assert default_run_name("0123456789abcdef") == "run-012345"

import time

from ridgeline.core.clock import SYSTEM_CLOCK


def test_the_system_clock_tells_seconds_and_nanoseconds_of_one_time():
    before = time.time()
    assert before <= SYSTEM_CLOCK.time() <= SYSTEM_CLOCK.time_ns() / 1e9 + 1e-3 <= time.time() + 2e-3


def test_the_monotonic_clock_does_not_run_backwards():
    times = [SYSTEM_CLOCK.monotonic() for _ in range(100)]
    assert times == sorted(times)

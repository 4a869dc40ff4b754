"""A run that is closed while it is tracked into: each call is in the log, or it raises."""

import sys
import threading
from collections import Counter

import pytest

import ridgeline
from ridgeline.core.errors import InputError
from ridgeline.log.events import EndEvent, EnvEvent, SetEvent
from ridgeline.record.buffer import Buffer, Queue, TrackedPoint
from ridgeline.record.run import Run

N_ROUNDS = 150


class ClosingStep:
    """A step that closes the run when it is read: at the worst moment of the call, each time."""

    def __init__(self, run):
        self._run = run

    def __index__(self):
        self._run.close()
        return 7


@pytest.fixture
def closing(tmp_path):
    run = Run(repo=tmp_path, capture=False)
    run.track({"a": 0.0, "b": 0.0}, step=0)
    run.track(0.0, "m", step=0, epoch=0)
    run.track(0.0, "m", step=0)
    return run


@pytest.mark.parametrize(
    ("value", "more"),
    [
        (1.0, {"name": "m"}),
        (1.0, {"name": "m", "epoch": 1}),
        (1.0, {"name": "new"}),
        ({"a": 1.0, "b": 1.0}, {}),
        ({"a": 1.0, "new": 1.0}, {}),
        ({"a": 1.0, "b": 1}, {}),
        (ridgeline.Text("x"), {"name": "words"}),
    ],
)
def test_a_call_that_the_end_overtakes_raises_and_leaves_nothing(closing, read, value, more):
    with pytest.raises(InputError, match="run-closed"):
        closing.track(value, step=ClosingStep(closing), **more)
    found = read(closing)
    assert {step for points in found.points.values() for step, _, _ in points} == {0}
    assert found.objects == []
    assert isinstance(found.events[-1], EndEvent)


def test_a_param_that_the_end_overtakes_raises(closing, monkeypatch):
    checked = closing._recording.check_open
    calls = []

    def check_and_close():
        checked()
        if not calls:
            calls.append(None)
            closing.close()

    monkeypatch.setattr(closing._recording, "check_open", check_and_close)
    with pytest.raises(InputError, match="run-closed"):
        closing["lr"] = 0.1


def test_a_capture_that_is_late_is_left_out_without_a_word(closing, read):
    closing.close()
    closing._recording.add_environment("gpus", [])
    closing._recording.add_measurement("system.cpu", 1.0, {})
    found = read(closing)
    assert not any(isinstance(event, EnvEvent) for event in found.events)
    assert found.state.warnings == {}


@pytest.fixture
def _eager_threads():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def until_closed(acts, close):
    """Let a thread an act repeat it until the run is closed, and return how often each of them was let through."""
    taken = Counter()
    started = threading.Barrier(len(acts) + 1)

    def repeat(name, act):
        started.wait()
        try:
            while True:
                act(taken[name])
                taken[name] += 1
        except InputError:
            return

    threads = [threading.Thread(target=repeat, args=item) for item in acts.items()]
    for thread in threads:
        thread.start()
    started.wait()
    close()
    for thread in threads:
        thread.join()
    return taken


@pytest.mark.usefixtures("_eager_threads")
def test_threads_that_track_while_the_run_is_closed_lose_nothing_in_silence(tmp_path, read):
    """Before runs were sealed, one point in 75,000 was neither in the log nor refused."""
    for _ in range(N_ROUNDS):
        run = Run(repo=tmp_path, capture=False)
        acts = {
            "alone": lambda n, run=run: run.track(float(n), "alone"),
            "dict": lambda n, run=run: run.track({"dict": float(n), "other": 0.0}, step=n),
            # always the long way
            "long": lambda n, run=run: run.track(float(n), "long", step=n, context={"n": n % 7, "x": 0.5}),
        }
        taken = until_closed(acts, run.close)
        found = Counter(name for (name, _), points in read(run).points.items() for _ in points)
        assert {name: found[name] for name in acts} == {name: taken[name] for name in acts}
        assert found["other"] == taken["dict"]


@pytest.mark.usefixtures("_eager_threads")
def test_objects_and_params_too(tmp_path, read):
    for _ in range(N_ROUNDS):
        run = Run(repo=tmp_path, capture=False)
        acts = {
            "words": lambda _, run=run: run.track(ridgeline.Text("x"), "words"),
            "params": lambda n, run=run: run.__setitem__("n", n),
        }
        taken = until_closed(acts, run.close)
        found = read(run)
        assert len(found.objects) == taken["words"]
        assert sum(isinstance(event, SetEvent) for event in found.events) == taken["params"]


class TestSealedBuffer:
    def test_what_came_before_stays_and_what_comes_after_is_refused(self):
        buffer = Buffer()
        point = TrackedPoint(1, 0, None, 1.0)
        buffer.add_row(point, 0.5)
        buffer.seal()
        with pytest.raises(BufferError):
            buffer.add_row(point, 1.5)
        with pytest.raises(BufferError):
            buffer.add_row(point._replace(epoch=1.0), 1.5)
        assert len(buffer.rows) == 1
        first = buffer.rows.peek(1 << 20)
        buffer.rows.discard(len(first))
        assert len(first) == 28
        assert (len(buffer.rows), bytes(buffer.rows.peek(1 << 20))) == (0, b"")

    def test_the_child_of_a_fork_may_go_on(self):
        buffer = Buffer()
        point = TrackedPoint(1, 0, None, 1.0)
        buffer.add_row(point, 0.5)
        buffer.seal()
        buffer.forked()
        assert buffer.add_row(point, 1.5)
        assert len(buffer.rows) == 1

    def test_a_sealed_queue_takes_its_last_item_alone(self):
        queue = Queue()
        assert queue.put("a", 1)
        queue.seal()
        assert not queue.put("b", 1)
        queue.put_last("c")
        assert queue.peek() == ["a", "c"]
        queue.discard(2)
        assert len(queue) == 0

    def test_a_queue_keeps_order_and_bounds_what_waits(self):
        queue = Queue(limit_bytes=10)
        assert all(queue.put(n, 5) for n in range(2))
        assert not queue.put(2, 5)
        assert queue.peek(1) == [0]
        assert not queue.put(3, 5)  # peeked at, not yet in the log
        queue.discard(1)
        assert queue.put(4, 5)
        assert queue.peek() == [1, 4]

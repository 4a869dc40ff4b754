"""The buffer between the training and the writer, without the GIL: there it has a lock."""

import threading

from ridgeline.record import buffer
from ridgeline.record.buffer import Buffer, TrackedPoint


def test_a_forks_child_does_not_wait_for_a_thread_that_it_has_not(monkeypatch):
    monkeypatch.setattr(buffer, "GIL_ENABLED", False)
    shared = Buffer()
    held, release = threading.Event(), threading.Event()

    def track():
        with shared.lock:
            held.set()
            release.wait()

    thread = threading.Thread(target=track)
    thread.start()
    held.wait()
    shared.forked()  # as the child does, where that thread is gone and the lock still taken
    child = threading.Thread(target=lambda: shared.add_row(TrackedPoint(1, 0, None, 1.0), 0.5), daemon=True)
    child.start()
    child.join(5)
    assert not child.is_alive()
    assert len(shared.rows.peek(1 << 20)) == 28
    release.set()
    thread.join()

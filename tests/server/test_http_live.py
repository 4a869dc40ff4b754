import json
import threading
import time

import pytest

import ridgeline
from written import write_run


class Listener:
    """Reads a stream of events in a thread."""

    def __init__(self, client) -> None:
        self.events: list[dict] = []
        self.ended = threading.Event()
        self._more = threading.Condition()
        self._client = client
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self._client.stream("GET", "/api/live", timeout=30) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            event = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    assert event == "change"
                    with self._more:
                        self.events.append(json.loads(line.removeprefix("data: ")))
                        self._more.notify_all()
        self.ended.set()

    def wait_for(self, condition) -> dict:
        with self._more:
            assert self._more.wait_for(lambda: any(map(condition, self.events)), timeout=10), self.events
            return next(event for event in self.events if condition(event))


@pytest.fixture
def served(tmp_path, serve):
    write_run(tmp_path, "a", {}, [])
    return serve(tmp_path / ".ridgeline")


def test_the_state_comes_first_and_then_each_change(served, tmp_path):
    listener = Listener(served.client)
    first = listener.wait_for(lambda event: event["runs"] == 1)
    assert first["generation"] == served.client.get("/api/project").json()["generation"]
    began = time.monotonic()
    write_run(tmp_path, "b", {}, [])
    change = listener.wait_for(lambda event: event["runs"] == 2)
    assert time.monotonic() - began < 2  # a second, and what a loaded machine adds
    assert change["generation"] != first["generation"]


def test_a_run_that_records_is_counted_as_running(served, tmp_path):
    listener = Listener(served.client)
    with ridgeline.Run(repo=tmp_path, capture=False):
        listener.wait_for(lambda event: event["running"] == 1)
    listener.wait_for(lambda event: event["runs"] == 2 and event["running"] == 0)


def test_several_pages_listen(served, tmp_path):
    listeners = [Listener(served.client) for _ in range(5)]
    for listener in listeners:
        listener.wait_for(lambda event: event["runs"] == 1)
    write_run(tmp_path, "b", {}, [])
    for listener in listeners:
        listener.wait_for(lambda event: event["runs"] == 2)


def test_a_page_that_begins_late_is_told_the_state(served):
    Listener(served.client).wait_for(lambda event: event["runs"] == 1)
    Listener(served.client).wait_for(lambda event: event["runs"] == 1)


def test_a_server_that_stops_ends_the_streams(tmp_path, serve):
    write_run(tmp_path, "a", {}, [])
    served = serve(tmp_path / ".ridgeline")
    listener = Listener(served.client)
    listener.wait_for(lambda event: event["runs"] == 1)
    served.server.stop()
    assert listener.ended.wait(5)

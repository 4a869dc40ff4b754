"""A repository of many runs whose index is not there yet: pages answer at once, and say how far it is."""

import shutil
import threading
import time

import pytest
from test_http_live import Listener

from ridgeline.index.sqlite import SqliteIndex
from ridgeline.log.layout import Layout
from ridgeline.query.catch_up import CatchUp
from ridgeline.query.repo import Repo
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0
# A fast machine takes in 2,000 in half a second.
N_RUNS = 4000


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Runs with a point each. Written by hand where it counts: a segment is not synced."""
    layout = Layout(tmp_path_factory.mktemp("many") / ".ridgeline")
    layout.create()
    with TestSegment(layout, "run0", segment_id(0)) as log:
        log.head(T0, experiment="sweep")
        log.points([(log.series(T0, "loss"), (0, 0.5, T0))])
        log.end(T0 + 1)
    data = log.path.read_bytes()
    for number in range(1, N_RUNS):
        path = layout.segment(f"run{number}", segment_id(number))
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return layout.root


@pytest.fixture
def unindexed(many, tmp_path):
    """A copy without an index."""
    return shutil.copytree(many, tmp_path / ".ridgeline", ignore=shutil.ignore_patterns("index*"))


def test_pages_answer_within_a_second_while_the_first_index_is_built(unindexed, serve):
    began = time.monotonic()
    client = serve(unindexed).client
    listener = Listener(client)
    seen = []
    while True:
        asked = time.monotonic()
        project = client.get("/api/project").json()
        assert client.get("/api/runs?limit=10").json()["total"] <= N_RUNS
        # The first one waits for the index a little; a second, and what a loaded machine adds.
        assert time.monotonic() - asked < 3
        seen.append(project["indexing"])
        if project["indexing"] is None:
            break
        assert project["runs"] <= project["indexing"]["indexed"] <= project["indexing"]["total"] == N_RUNS
        assert time.monotonic() - began < 60
    assert len(seen) > 1
    indexed = [progress["indexed"] for progress in seen[:-1]]
    assert indexed == sorted(indexed)
    assert client.get("/api/project").json()["runs"] == N_RUNS
    told = listener.wait_for(lambda event: event["indexing"] is None)
    assert told["runs"] == N_RUNS
    assert any(event["indexing"] and event["indexing"]["total"] == N_RUNS for event in listener.events)


def test_an_export_waits_for_all(unindexed, serve):
    client = serve(unindexed).client
    assert client.get("/api/project").json()["indexing"] is not None
    assert len(client.get("/api/export?columns=run.id").text.splitlines()) == N_RUNS + 1


def test_a_server_that_stops_in_between_goes_on_the_next_time(unindexed, serve):
    first = serve(unindexed)
    listener = Listener(first.client)
    listener.wait_for(lambda event: event["indexing"] and event["indexing"]["indexed"])
    first.server.stop()
    first.thread.join(20)
    with Repo(unindexed) as repo:
        assert 0 < repo.index.n_runs() < N_RUNS
        assert len(repo.runs()) == N_RUNS
    again = serve(unindexed).client.get("/api/project").json()
    assert (again["runs"], again["indexing"]) == (N_RUNS, None)


def test_few_runs_are_waited_for(tmp_path, serve, monkeypatch):
    """However slow the machine is: a page of six runs that shows two of them helps nobody."""
    go_on = threading.Event()
    refresh = SqliteIndex.refresh

    def slow(self, **options):
        assert go_on.wait(10)
        return refresh(self, **options)

    monkeypatch.setattr(SqliteIndex, "refresh", slow)
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    with TestSegment(layout, "a", segment_id(0)) as log:
        log.head(T0)
    threading.Timer(1.5, go_on.set).start()
    assert serve(layout.root).client.get("/api/project").json()["runs"] == 1


def test_what_is_recorded_meanwhile_comes_before_what_waits(unindexed, monkeypatch):
    monkeypatch.setattr("ridgeline.index.writer.BATCH_SECS", 0.05)
    index = SqliteIndex(unindexed)
    index.refresh(limit_secs=0.0)
    assert index.behind
    with TestSegment(Layout(unindexed), "new", segment_id(N_RUNS)) as log:
        log.head(T0 + 9)
    index.refresh(limit_secs=0.0)
    assert index.behind
    assert "new" in index.runs().id.tolist()
    index.close()


def test_an_index_that_cannot_be_built_in_the_background_says_so_to_who_asks(unindexed, monkeypatch):
    def refuse(self, **_options):
        raise PermissionError(13, "not yours")

    monkeypatch.setattr(SqliteIndex, "refresh", refuse)
    with Repo(unindexed, in_background=True) as repo, pytest.raises(PermissionError):
        repo.runs()


def test_closing_does_not_wait_for_the_end(unindexed):
    index = SqliteIndex(unindexed)
    catch_up = CatchUp(index, Layout(unindexed))
    catch_up.close()
    assert index.n_runs() < N_RUNS
    index.close()

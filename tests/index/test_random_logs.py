"""Whatever is written and in whatever order it is looked at, the index says what the logs say."""

import math
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.core.clock import SYSTEM_CLOCK
from ridgeline.index import chunks, open_index, reindex, segment_log, tails
from ridgeline.index.ingest import Intake
from ridgeline.log.layout import Layout
from ridgeline.log.marker import marker_of_this_process, remove_marker, write_marker
from ridgeline.testing.index_answers import answers
from ridgeline.testing.index_model import expected
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0
RUNS = st.sampled_from(["a", "b"])
SEGMENTS = st.integers(0, 2)
values = st.sampled_from([0.0, 1.0, -2.5, 0.1, math.nan, math.inf, -math.inf])
# The last two may lie in, or beyond, the sessions of other segments.
times = st.sampled_from([0.0, 0.25, 0.5, 0.75, 2.0, 5.0]).map(lambda secs: T0 + secs)
points = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-2, 12), values, times, st.none() | st.sampled_from([0.5, 2.0])),
    min_size=1,
    max_size=40,
)
ops = st.one_of(
    st.tuples(st.just("points"), RUNS, SEGMENTS, points),
    st.tuples(st.just("points"), RUNS, SEGMENTS, points),
    st.tuples(
        st.just("set"), RUNS, SEGMENTS, st.sampled_from([1, 1.0, "x", {"y": None}, {"y": True, "z": [1]}])
    ),
    st.tuples(st.just("tag"), RUNS, SEGMENTS, st.sampled_from(["lab", "best"])),
    st.tuples(st.just("deleted"), RUNS, SEGMENTS, st.booleans()),
    st.tuples(st.just("text"), RUNS, SEGMENTS, st.integers(0, 2)),
    st.tuples(st.just("console"), RUNS, SEGMENTS, st.sampled_from(["a\nb\n", "c", "\n"])),
    st.tuples(st.just("end"), RUNS, SEGMENTS, st.just(None)),
    st.tuples(st.just("live"), RUNS, SEGMENTS, st.booleans()),
    st.tuples(st.just("tear"), RUNS, SEGMENTS, st.integers(1, 30)),
    st.tuples(st.just("remove"), RUNS, st.just(0), st.just(None)),
    st.tuples(st.just("look"), RUNS, st.just(0), st.integers(0, 1)),
    st.tuples(st.just("look"), RUNS, st.just(0), st.integers(0, 1)),
    st.tuples(st.just("fold"), RUNS, st.just(0), st.just(None)),
)


class Repo:
    """Runs being written and two indexes that look at them now and then."""

    def __init__(self, root: Path) -> None:
        self.layout = Layout(root)
        self.layout.create()
        self.indexes = [open_index(root), open_index(root)]
        self.writers: dict[tuple[str, int], TestSegment] = {}
        self.number = 0
        self.time = T0

    def log(self, run_id, segment):
        if (run_id, segment) not in self.writers:
            self.number += 1
            # A low segment number sorts first, however late it is opened.
            log = TestSegment(self.layout, run_id, segment_id(1000 * segment + self.number))
            log.head(self.tick())
            self.writers[run_id, segment] = log
        return self.writers[run_id, segment]

    def tick(self):
        self.time += 0.125
        return self.time

    def do(self, op, run_id, segment, what):
        getattr(self, op)(run_id, segment, what)

    def points(self, run_id, segment, what):
        log = self.log(run_id, segment)
        sids = [log.series(self.tick(), "loss", {"i": i}) for i in range(2)]
        log.points(
            (sids[i], (step, value, time) if epoch is None else (step, value, time, epoch))
            for i, step, value, time, epoch in what
        )

    def set(self, run_id, segment, what):
        self.log(run_id, segment).set(self.tick(), ["h"], what)

    def tag(self, run_id, segment, what):
        self.log(run_id, segment).tag(self.tick(), [what])

    def deleted(self, run_id, segment, what):
        self.log(run_id, segment).prop(self.tick(), "deleted", what)

    def text(self, run_id, segment, what):
        log = self.log(run_id, segment)
        log.text(log.series(self.tick(), "sample", kind="text"), what, T0, f"text {what}")

    def console(self, run_id, segment, what):
        self.log(run_id, segment).console(self.tick(), what)

    def end(self, run_id, segment, _):
        self.log(run_id, segment).end(self.tick())
        self.writers.pop((run_id, segment)).close()

    def live(self, run_id, segment, what):
        marker = self.layout.live_marker(run_id, self.log(run_id, segment).seg)
        if what:
            write_marker(marker, marker_of_this_process())
        else:
            remove_marker(marker)

    def tear(self, run_id, segment, what):
        """Leave half a frame, as a crash does; the writer does not go on."""
        log = self.log(run_id, segment)
        log.tag(self.tick(), ["torn"])
        data = log.path.read_bytes()
        self.writers.pop((run_id, segment)).close()
        log.path.write_bytes(data[:-what])

    def remove(self, run_id, segment, _):
        for key in [key for key in self.writers if key[0] == run_id]:
            self.writers.pop(key).close()
        shutil.rmtree(self.layout.run_folder(run_id), ignore_errors=True)

    def look(self, run_id, segment, what):
        self.indexes[what].refresh()
        assert answers(self.indexes[what]) == expected(self.layout.root)

    def fold(self, run_id, segment, _):
        """Put all tails into chunks, as time would."""
        with self.indexes[0]._file.locked():
            connection = self.indexes[0]._connection
            intake = Intake(connection, self.layout, SYSTEM_CLOCK)
            for size in tails.sizes(connection):
                intake.fold_tail(size.rid)
            connection.execute("update meta set value = value + 1 where key in ('written', 'chunks')")
            connection.execute(
                "update meta set value = (select value from meta where key = 'written') where key = 'chunks'"
            )


@pytest.fixture(autouse=True, scope="module")
def small_parts():
    """Chunks of 5 points, and logs read 300 bytes at a time, so that a short script meets their borders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_POINTS", 5)
        patch.setattr(segment_log, "_READ_BYTES", 300)
        yield


@settings(max_examples=60, deadline=None)
@given(st.lists(ops, max_size=30))
def test_the_index_says_what_the_logs_say(script):
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(Path(folder) / ".ridgeline")
        for op in script:
            repo.do(*op)
        said = expected(repo.layout.root)
        for index in repo.indexes:
            index.refresh()
            assert answers(index) == said
        reindex(repo.layout.root)
        for index in repo.indexes:
            index.refresh()
            assert answers(index) == said
            index.close()
        for log in repo.writers.values():
            log.close()

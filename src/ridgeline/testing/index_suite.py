"""The conformance suite of an index: a back end passes when every test of a subclass does.

A subclass in a test file says how the index is opened: `class TestMyIndex(IndexSuite)` with a method `open(self, root)`.
"""

import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ridgeline.core.errors import NotFoundError
from ridgeline.core.values import Json
from ridgeline.index.base import Index, RunColumns
from ridgeline.log.events import AliveEvent, SeriesKind
from ridgeline.log.layout import Layout
from ridgeline.log.marker import marker_of_this_process, remove_marker, write_marker
from ridgeline.testing.index_answers import answers
from ridgeline.testing.index_model import expected
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.25


class IndexSuite:
    """What any index must do, on logs that the tests write."""

    def open(self, root: Path) -> Index:
        """Return an index of the repo at `root`. Several may be open at once, and one may be opened after another."""
        raise NotImplementedError

    @pytest.fixture
    def layout(self, tmp_path: Path) -> Layout:
        layout = Layout(tmp_path / ".ridgeline")
        layout.create()
        return layout

    @pytest.fixture
    def index(self, layout: Layout) -> Iterator[Index]:
        index = self.open(layout.root)
        yield index
        index.close()

    def agrees(self, layout: Layout, index: Index) -> None:
        """Refresh an index and compare its every answer with what the logs say."""
        index.refresh()
        assert answers(index) == expected(layout.root)

    def test_an_empty_repo_has_empty_answers(self, layout: Layout, index: Index) -> None:
        self.agrees(layout, index)
        assert len(index.runs()) == 0
        assert len(index.summaries([1])) == 0
        assert len(index.points(1)) == 0
        assert index.points(1).offsets.tolist() == [0]
        assert len(index.param("lr")) == 0
        with pytest.raises(NotFoundError):
            index.state(1)

    def test_a_run_is_what_its_events_say(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0, name="first", experiment="pos")
            log.tag(T0 + 1, ["lab", "best"])
            log.prop(T0 + 2, "note", "a note")
            log.end(T0 + 3)
        self.agrees(layout, index)
        runs = index.runs()
        assert (runs.id[0], runs.name[0], runs.experiment[0], runs.note[0]) == ("a", "first", "pos", "a note")
        assert (runs.status[0], runs.tags[0]) == ("finished", ("best", "lab"))
        assert (runs.created[0], runs.ended[0]) == (T0, T0 + 3)

    def test_a_rank_that_is_killed_after_another_ended_leaves_the_run_lost(
        self, layout: Layout, index: Index
    ) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            log.end(T0 + 60)
        killed = TestSegment(layout, "a", segment_id(2))
        killed.head(T0 + 1)
        killed.tag(T0 + 90, ["edited by this rank"])
        self.agrees(layout, index)
        assert index.runs().status.tolist() == ["lost"]
        killed.end(T0 + 95, "failed")
        killed.close()
        self.agrees(layout, index)
        assert (index.runs().status[0], index.runs().ended[0]) == ("failed", T0 + 95)
        with TestSegment(layout, "a", segment_id(3)) as log:
            log.tag(T0 + 99, ["an edit, which is no session"])
        self.agrees(layout, index)
        assert index.runs().status.tolist() == ["failed"]
        with TestSegment(layout, "a", segment_id(4)) as log:
            log.head(T0 + 200)
            log.end(T0 + 300)
        self.agrees(layout, index)
        assert (index.runs().status[0], index.runs().ended[0]) == ("finished", T0 + 300)

    def test_points_alone_show_that_sessions_ran_together(self, layout: Layout, index: Index) -> None:
        silent = TestSegment(layout, "a", segment_id(1))
        silent.head(T0)
        sid = silent.series(T0, "loss")
        with TestSegment(layout, "a", segment_id(2)) as log:
            log.head(T0 + 5)
            log.end(T0 + 60)
        self.agrees(layout, index)
        assert index.runs().status.tolist() == ["finished"]
        silent.points([(sid, (0, 1.0, T0 + 4.5))])
        self.agrees(layout, index)
        assert index.runs().status.tolist() == ["finished"]
        silent.points([(sid, (1, 1.0, T0 + 7.0))])
        silent.close()
        self.agrees(layout, index)
        assert index.runs().status.tolist() == ["lost"]
        assert [session.updated for session in index.state(1).sessions] == [T0 + 7.0, T0 + 60]

    def test_a_silent_rank_is_known_by_its_signs_of_life(self, layout: Layout, index: Index) -> None:
        silent = TestSegment(layout, "a", segment_id(1))
        silent.head(T0)
        with TestSegment(layout, "a", segment_id(2)) as log:
            log.head(T0 + 5)
            log.end(T0 + 60)
        silent.events([AliveEvent(T0 + 30)])
        silent.close()
        self.agrees(layout, index)
        assert index.runs().status.tolist() == ["lost"]

    def test_params_keep_their_types(self, layout: Layout, index: Index) -> None:
        values: list[Json] = [None, True, 1, 1.0, 0.1, "1", [1, "a"], {}, 1 << 80, math.inf, math.nan]
        for number, value in enumerate(values):
            with TestSegment(layout, f"run{number}", segment_id(number)) as log:
                log.head(T0)
                log.set(T0, ["h", "x.y"], value)
        self.agrees(layout, index)
        (path,) = index.param_paths()
        assert path.path == "h.x\\.y"
        assert path.kinds == ("null", "bool", "int", "float", "str", "list", "dict")
        column, runs = index.param(path.path), index.runs()
        found = dict(zip(runs.id.tolist(), column.values.tolist(), strict=True))
        assert [repr(found[f"run{number}"]) for number in range(len(values))] == [
            repr(value) for value in values
        ]

    def test_params_change_and_go(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            log.set(T0, ["h"], {"lr": 0.1, "optim": {"name": "adam"}})
            self.agrees(layout, index)
            log.set(T0 + 1, ["h"], {"lr": "small"})
            self.agrees(layout, index)
        assert [path.path for path in index.param_paths()] == ["h.lr"]

    def test_points_come_back_bit_for_bit(self, layout: Layout, index: Index) -> None:
        values = [0.1, -0.0, 5e-324, 1e308, math.inf, -math.inf, math.nan, 1 / 3]
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            sid = log.series(T0, "loss", {"subset": "train"})
            log.points([(sid, (step, value, T0 + step / 7)) for step, value in enumerate(values)])
            log.end(T0 + 9)
        self.agrees(layout, index)
        (key,) = index.metrics()
        assert (key.name, key.context, key.kind, key.n_runs) == ("loss", {"subset": "train"}, "float", 1)
        points = index.points(key.mid)
        assert points.value.tobytes() == np.array(values).tobytes()
        assert points.time.tolist() == [T0 + step / 7 for step in range(len(values))]
        assert points.epoch is None

    def test_points_are_sorted_whatever_order_they_arrive_in(self, layout: Layout, index: Index) -> None:
        early, late = (TestSegment(layout, "a", segment_id(number)) for number in (1, 2))
        late.head(T0 + 100)
        sid = late.series(T0 + 100, "loss")
        late.points([(sid, (step, 200.0 + step, T0 + 100)) for step in (5, 6, 5)])
        self.agrees(layout, index)
        early.head(T0)
        sid = early.series(T0, "loss")
        # The same step and time as in the other segment, which was taken in before.
        early.points([(sid, (step, 100.0 + step, T0 + 100, 0.5)) for step in (5, 4, 6)])
        self.agrees(layout, index)
        for log in (early, late):
            log.end(T0 + 200)
            log.close()
        self.agrees(layout, index)
        points = index.points(index.metrics()[0].mid)
        assert points.step.tolist() == [4, 5, 5, 5, 6, 6]
        assert points.value.tolist() == [104.0, 105.0, 205.0, 205.0, 106.0, 206.0]
        assert points.epoch is not None
        assert [bool(math.isnan(epoch)) for epoch in points.epoch] == [False, False, True, True, False, True]

    def test_a_long_series_grows_at_its_end_and_in_its_middle(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            sid = log.series(T0, "loss")
            log.points([(sid, (step, float(step % 97), T0 + step)) for step in range(0, 30_000, 3)])
            self.agrees(layout, index)
            log.points([(sid, (step, float(step % 89), T0 + step)) for step in range(30_000, 34_000)])
            self.agrees(layout, index)
            log.points([(sid, (step, 0.5, T0 + step)) for step in range(14_000, 14_900, 7)])
            log.end(T0 + 40_000)
        self.agrees(layout, index)

    def test_summaries_ignore_nan_and_count_it(self, layout: Layout, index: Index) -> None:
        nan = math.nan
        series = {
            "mixed": [nan, 3.0, 1.0, 1.0, nan],
            "nothing": [nan, nan],
            "inf": [math.inf, 2.0, -math.inf],
        }
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            for name, values in series.items():
                sid = log.series(T0, name)
                log.points([(sid, (step, value, T0 + step)) for step, value in enumerate(values, 10)])
            log.end(T0 + 9)
        self.agrees(layout, index)
        keys = {key.name: key.mid for key in index.metrics()}
        found = index.summaries([keys["mixed"]])
        assert (found.n[0], found.n_nan[0], found.min[0], found.max[0]) == (5, 2, 1.0, 3.0)
        assert (found.step_min[0], found.step_max[0], found.sum[0]) == (12, 11, 5.0)
        assert math.isnan(index.summaries([keys["nothing"]]).min[0])
        assert index.summaries([keys["inf"]]).n_inf[0] == 2

    def test_some_runs_can_be_asked_for(self, layout: Layout, index: Index) -> None:
        for number in range(12):
            with TestSegment(layout, f"run{number:02}", segment_id(number)) as log:
                log.head(T0)
                sid = log.series(T0, "loss")
                log.points([(sid, (step, number + step / 10, T0 + step)) for step in range(number + 1)])
                log.end(T0 + 99)
        index.refresh()
        mid = index.metrics()[0].mid
        every, runs = index.points(mid), index.runs()
        for wanted in ([], [3], [11, 2, 2], [0, 5, 11], list(range(12))):
            rids = _rids(runs, [f"run{number:02}" for number in wanted])
            some = index.points(mid, rids)
            assert some.rids.tolist() == sorted(set(rids.tolist()))
            for i, rid in enumerate(some.rids):
                at = int(np.searchsorted(every.rids, rid))
                got = some.value[some.offsets[i] : some.offsets[i + 1]]
                assert got.tolist() == every.value[every.offsets[at] : every.offsets[at + 1]].tolist()
            assert index.summaries([mid], rids).rid.tolist() == some.rids.tolist()

    def test_points_are_of_the_moment_they_were_asked_for(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            marker = layout.live_marker("a", log.seg)
            write_marker(marker, marker_of_this_process())
            log.head(T0)
            sid = log.series(T0, "loss")
            every = list(range(0, 100, 2))
            log.points([(sid, (step, float(step), T0 + step, step / 10)) for step in every])
            index.refresh()
            before = index.points(index.metrics()[0].mid)
            assert before.value.tolist() == every
            # Between those that are there, and after them.
            log.points(
                [(sid, (step, float(step), T0 + step, step / 10)) for step in (*range(1, 100, 2), 200)]
            )
            log.end(T0 + 300)
            remove_marker(marker)
        self.agrees(layout, index)
        assert (before.step.tolist(), before.time.tolist()) == (every, [T0 + step for step in every])
        assert before.epoch is not None
        assert before.epoch.tolist() == [step / 10 for step in every]
        assert before.offsets.tolist() == [0, len(every)]

    def test_a_live_run_is_seen_at_once(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            marker = layout.live_marker("a", log.seg)
            write_marker(marker, marker_of_this_process())
            log.head(T0)
            sid = log.series(T0, "loss")
            for look in range(5):
                log.points([(sid, (10 * look + step, float(step), T0 + step)) for step in range(10)])
                self.agrees(layout, index)
                assert index.runs().status[0] == "running"
                assert index.runs().n_points[0] == 10 * (look + 1)
            remove_marker(marker)
            self.agrees(layout, index)
            assert index.runs().status[0] == "lost"

    def test_the_generation_changes_when_an_answer_does(self, layout: Layout, index: Index) -> None:
        log = TestSegment(layout, "a", segment_id(1))
        log.head(T0)
        seen = [index.refresh()]
        assert index.refresh() == seen[0]
        log.prop(T0, "note", "x")
        seen.append(index.refresh())
        assert index.refresh() == seen[1]
        marker = layout.live_marker("a", log.seg)
        write_marker(marker, marker_of_this_process())
        seen.append(index.refresh())
        remove_marker(marker)
        seen.append(index.refresh())
        log.close()
        shutil.rmtree(layout.run_folder("a"))
        seen.append(index.refresh())
        assert len(set(seen)) == len(seen)

    def test_two_indexes_of_one_repo_see_the_same(self, layout: Layout, index: Index) -> None:
        other = self.open(layout.root)
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            sid = log.series(T0, "loss")
            for step in range(6):
                log.points([(sid, (step, 1.0, T0 + step))])
                self.agrees(layout, (index, other)[step % 2])
        self.agrees(layout, index)
        self.agrees(layout, other)
        other.close()

    def test_an_edit_of_an_old_run_is_seen_at_once(self, layout: Layout, index: Index) -> None:
        for run_id in ("a", "b"):
            with TestSegment(layout, run_id, segment_id(1)) as log:
                log.head(T0)
                log.end(T0 + 1)
            long_ago = T0 - 1e6
            for path in (layout.run_folder(run_id), layout.run_folder(run_id).parent, layout.runs):
                os.utime(path, (long_ago, long_ago))
        self.agrees(layout, index)
        for number, archived in enumerate((True, False, True), 2):
            with TestSegment(layout, "b", segment_id(number)) as edit:
                edit.prop(T0 + number, "archived", archived)
            self.agrees(layout, index)
        assert index.runs().archived.tolist() == [False, True]

    def test_a_deleted_run_is_hidden_and_comes_back(self, layout: Layout, index: Index) -> None:
        for run_id in ("a", "b"):
            with TestSegment(layout, run_id, segment_id(1)) as log:
                log.head(T0)
                log.set(T0, ["only", run_id], 1)
                sid = log.series(T0, f"metric-{run_id}")
                log.points([(sid, (0, 1.0, T0))])
                log.end(T0 + 1)
        for number, deleted in ((2, True), (3, False)):
            with TestSegment(layout, "a", segment_id(number)) as edit:
                edit.prop(T0 + number, "deleted", deleted)
            self.agrees(layout, index)
            assert index.runs().id.tolist() == (["b"] if deleted else ["a", "b"])
            assert [key.name for key in index.metrics()] == (
                ["metric-b"] if deleted else ["metric-a", "metric-b"]
            )
            assert [path.path for path in index.param_paths()] == (
                ["only.b"] if deleted else ["only.a", "only.b"]
            )

    def test_a_run_whose_folder_is_gone_is_gone(self, layout: Layout, index: Index) -> None:
        for run_id in ("a", "b"):
            with TestSegment(layout, run_id, segment_id(1)) as log:
                log.head(T0)
                log.set(T0, ["lr"], 0.1)
                sid = log.series(T0, "loss")
                log.points([(sid, (step, 1.0, T0)) for step in range(50)])
                log.text(log.series(T0, "sample", kind="text"), 1, T0, "hello")
                log.console(T0, "line\n")
                log.end(T0 + 1)
        self.agrees(layout, index)
        shutil.rmtree(layout.run_folder("a"))
        self.agrees(layout, index)
        assert index.runs().id.tolist() == ["b"]

    def test_a_torn_tail_is_taken_in_when_it_is_whole(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            sid = log.series(T0, "loss")
            log.points([(sid, (step, 1.0, T0 + step)) for step in range(5)])
            log.end(T0 + 9)
        data = log.path.read_bytes()
        for n_bytes in range(0, len(data), 7):
            log.path.write_bytes(data[:n_bytes])
            self.agrees(layout, index)
        log.path.write_bytes(data)
        self.agrees(layout, index)

    def test_damage_costs_only_what_is_damaged(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            sid = log.series(T0, "loss")
            for step in range(5):
                log.points([(sid, (step, float(step), T0 + step))])
            log.end(T0 + 9)
        data = bytearray(log.path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        log.path.write_bytes(data)
        self.agrees(layout, index)
        runs = index.runs()
        assert runs.status[0] == "finished"
        (segment,) = index.segments(int(runs.rid[0]))
        assert (segment.n_gaps, segment.read_bytes) == (1, len(data))

    def test_objects_and_console_are_read_from_the_log(self, layout: Layout, index: Index) -> None:
        first, second = (TestSegment(layout, "a", segment_id(number)) for number in (1, 2))
        for log, offset in ((second, 1.0), (first, 0.0)):
            log.head(T0)
            sid = log.series(T0, "sample", {"lang": "fr"}, "text")
            for step in (2, 1):
                log.text(sid, step, T0 + step, f"text {log.seg} {step}")
            log.console(T0 + offset, "one\ntwo\n")
            log.console(T0 + offset + 5, "three\n\nfive without end", "stderr")
            log.close()
        self.agrees(layout, index)
        rid = int(index.runs().rid[0])
        (key,) = index.metrics(rid)
        assert (key.kind, key.numeric) == ("text", False)
        assert [entry.step for entry in index.objects([key.mid], np.array([rid]))] == [1, 1, 2, 2]
        counts = index.object_counts([key.mid])
        assert [column.tolist() for column in (counts.mid, counts.rid, counts.n)] == [[key.mid], [rid], [4]]
        assert (counts.step_first.tolist(), counts.step_last.tolist()) == ([1], [2])
        (*_, last) = index.objects([key.mid], np.array([rid]))
        assert index.object_at(rid, last.segment, last.offset) == last
        assert index.object_at(rid, last.segment, last.offset + 1) is None
        assert index.object_at(rid + 1, last.segment, last.offset) is None
        every = index.console(rid)
        assert [line.n for line in every] == list(range(10))
        assert index.console(rid, after=3, limit=4) == every[3:7]
        assert index.console(rid, after=99) == []

    def test_one_name_as_number_and_as_text_is_two_metrics(self, layout: Layout, index: Index) -> None:
        kinds: tuple[SeriesKind, ...] = ("int", "bool", "float", "text")
        for number, kind in enumerate(kinds):
            with TestSegment(layout, f"run{number}", segment_id(number)) as log:
                log.head(T0)
                log.series(T0, "x", {}, kind)
        self.agrees(layout, index)
        assert [(key.kind, key.n_runs) for key in index.metrics()] == [("float", 3), ("text", 1)]

    def test_what_was_indexed_is_there_after_opening_again(self, layout: Layout, index: Index) -> None:
        with TestSegment(layout, "a", segment_id(1)) as log:
            log.head(T0)
            sid = log.series(T0, "loss")
            log.points([(sid, (step, 1.0, T0 + step)) for step in range(5)])
            index.refresh()
            before = answers(index)
            index.close()
            again = self.open(layout.root)
            assert answers(again) == before
            log.points([(sid, (step, 1.0, T0 + step)) for step in range(5, 9)])
        self.agrees(layout, again)
        again.close()


def _rids(runs: RunColumns, ids: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    rid = dict(zip(runs.id.tolist(), runs.rid.tolist(), strict=True))
    return np.array([rid[run_id] for run_id in ids], np.int64)

"""100,000 runs: what a look costs must not depend on how many runs are done."""

import json
import os
import time

import pytest

from ridgeline.index import open_index
from ridgeline.log.frame import FrameType, encode_frame
from ridgeline.log.layout import Layout
from ridgeline.log.points import ROW
from ridgeline.testing.segments import TestSegment, segment_id

T0 = 1_790_000_000.0
N_RUNS = 100_000


def write_run(layout, number):
    """Write what SegmentWriter would, without waiting for the disk 100,000 times."""
    run_id, t = f"run{number:06}", T0 + number
    events = [
        {
            "op": "run",
            "t": t,
            "id": run_id,
            "name": None,
            "experiment": "sweep",
            "created": t,
            "host": "h",
            "pid": 1,
        }
        | {"user": "u", "sdk": "test"},
        {"op": "set", "t": t, "path": ["lr"], "value": (number % 100) / 1000},
        {
            "op": "set",
            "t": t,
            "path": ["optim"],
            "value": {"name": ("adam", "sgd")[number % 2], "seed": number},
        },
        {"op": "series", "t": t, "sid": 1, "name": "f1", "context": {}, "kind": "float"},
    ]
    frames = [
        (FrameType.EVENTS, "".join(json.dumps(event) + "\n" for event in events).encode()),
        (FrameType.POINTS, b"".join(ROW.pack(1, step, number + step / 4, t + step) for step in range(3))),
        (
            FrameType.EVENTS,
            json.dumps({"op": "end", "t": t + 9, "status": "finished", "error": None}).encode(),
        ),
    ]
    path = layout.segment(run_id, segment_id(number))
    path.parent.mkdir(parents=True)
    path.write_bytes(
        b"".join(encode_frame(kind, 0, at, payload) for at, (kind, payload) in enumerate(frames))
    )


@pytest.mark.slow
def test_a_hundred_thousand_runs(tmp_path):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    for number in range(N_RUNS):
        write_run(layout, number)
    long_ago = T0 - 1e6
    for path in (*layout.runs.iterdir(), layout.runs):
        os.utime(path, (long_ago, long_ago))

    def timed(what, act, at_most_secs):
        begun = time.perf_counter()
        found = act()
        took = time.perf_counter() - begun
        print(f"{what}: {1000 * took:.1f} ms")
        assert took < at_most_secs, what
        return found

    index = open_index(layout.root)
    timed("taken in", index.refresh, 600)
    # Bars ten times what two busy cores take: they tell a look at all runs from a look at some.
    timed("nothing new", index.refresh, 0.2)
    index.close()
    index = open_index(layout.root)
    timed("first look of another process", index.refresh, 0.5)
    runs = timed("runs", index.runs, 5)
    assert len(runs) == N_RUNS
    assert runs.id.tolist() == [f"run{number:06}" for number in range(N_RUNS)]
    timed("runs again", index.runs, 0.2)
    lr = timed("a param", lambda: index.param("lr"), 2)
    assert (len(lr), len(lr.distinct)) == (N_RUNS, 100)
    assert lr.values[:3].tolist() == [0.0, 0.001, 0.002]
    timed("a param again", lambda: index.param("lr"), 0.05)
    (key,) = index.metrics()
    summaries = timed("summaries", lambda: index.summaries([key.mid]), 2)
    assert summaries.last.tolist() == [number + 0.5 for number in range(N_RUNS)]
    points = timed("points of all runs", lambda: index.points(key.mid), 5)
    assert len(points) == 3 * N_RUNS

    with TestSegment(layout, "run004711", segment_id(N_RUNS)) as edit:
        edit.prop(T0 + N_RUNS, "note", "edited")
    timed("an edit", index.refresh, 0.5)
    runs = timed("runs after it", index.runs, 0.5)
    assert runs.note[4711] == "edited"
    index.close()

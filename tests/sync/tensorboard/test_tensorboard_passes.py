"""Runs of TensorBoard, taken over from event files that tensorboard 2.21.0 and tensorboardX made, by make_tensorboard.py."""

import json
import os

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.live import LiveRuns
from ridgeline.sync.passes import Passes
from ridgeline.sync.take_over import Moved
from ridgeline.sync.tensorboard.source import FRESH_SECS, TensorboardSource

ALL = Moved(runs=3, points=85, objects=18)


class Later:
    """A clock that stands so long after the files were written."""

    def __init__(self, path, secs):
        self.now = path.stat().st_mtime + secs

    def time(self):
        return self.now


@pytest.fixture
def logdir(made):
    return made("tensorboard-2.21.0.tar.xz")


def passes(repo, logdir, *, patterns=(), failed=None, live=None, **options):
    source = TensorboardSource(logdir, ContextPatterns(patterns), live=live is not None, **options)
    return Passes(
        repo,
        source,
        live,
        on_failure=lambda run, why: pytest.fail(why) if failed is None else failed.append(why),
    )


def run_named(repo, name):
    repo.refresh()
    (found,) = [run for run in repo.runs() if run.name == name]
    return repo.run(found.id)


def points(repo, name):
    repo.refresh()
    frame = repo.metrics(f'run.name == "{name}"').to_pandas()
    return {
        tag: [[row.step, row.time, repr(row.value)] for row in rows.itertuples()]
        for tag, rows in frame.sort_values("step", kind="stable").groupby("name")
    }


def objects(repo, name, kind):
    rid = repo.index.runs().rid[repo.index.runs().name == name]
    mids = {key.mid: key.name for key in repo.index.metrics(int(rid[0])) if key.kind == kind}
    return [
        (mids[one.mid], one.step, one.mime, one.meta, repo.index.object_bytes(one))
        for one in repo.index.objects([*mids], rid)
    ]


def event_file(folder):
    (found,) = folder.glob("*tfevents*")
    return found


def test_scalars_are_what_tensorboard_itself_reads(repo, logdir):
    assert passes(repo, logdir).once() == ALL
    for run, tags in json.loads((logdir / "scalars.json").read_text()).items():
        ours = points(repo, run)
        for tag, expected in tags.items():
            got = sorted(ours[tag])
            assert [(step, value) for step, _, value in got] == [
                (step, value) for step, _, value in sorted(expected)
            ]
            np.testing.assert_allclose(
                [time for _, time, _ in got], [time for _, time, _ in sorted(expected)], atol=1e-3
            )
    # those that TensorBoard's reader calls tensors
    tensors = points(repo, "new/train")
    assert [value for _, _, value in tensors["loss"]] == [
        repr(float(np.float32(2 / (step + 1)))) for step in range(20)
    ]
    assert (tensors["exact"][0][2], tensors["a"][0][2], tensors["b"][0][2]) == ("1e-300", "1.0", "2.0")


def test_folders_are_runs_with_params_times_and_status(repo, logdir):
    passes(repo, logdir).once()
    trial, new = run_named(repo, "old/trial"), run_named(repo, "new/train")
    assert trial.params == {"lr": 0.1, "layers": 3, "optim": {"name": "adam"}, "amp": True}
    assert (trial.status, trial.experiment) == ("finished", logdir.name)
    assert new.params == {"lr": 3e-4, "depth": 12, "name": "x", "bias": True, "tensorboard": {"group": "g"}}
    assert (new.status, new.created.timestamp()) == ("failed", 1_700_000_000.25 - 5)
    assert (new.ended - new.created).total_seconds() == 104


def test_pictures_sounds_texts_and_tables(repo, logdir):
    passes(repo, logdir).once()
    repo.refresh()
    (old,) = objects(repo, "old", "image")
    assert (old[:4], old[4][:4]) == (("picture", 3, "image/png", {"width": 5, "height": 4}), b"\x89PNG")
    listed = [(step, meta["index"]) for _, step, _, meta, _ in objects(repo, "new/train", "image")]
    assert listed == [(step, index) for step in range(3) for index in range(2)]
    sounds = [*objects(repo, "old", "audio"), *objects(repo, "new/train", "audio")]
    assert [(tag, step, mime, data[:4]) for tag, step, mime, _, data in sounds] == [
        ("sound", 2, "audio/wav", b"RIFF"),
        ("sounds", 4, "audio/wav", b"RIFF"),
    ]
    assert [data for *_, data in objects(repo, "new/train", "text")] == [b"one", b"two"]
    assert [data for *_, data in objects(repo, "old", "text")] == [b"hello *there*"]
    ((*_, table),) = objects(repo, "new/train", "table")
    assert json.loads(table)["rows"] == [[1.0, 2.0], [3.0, 4.0]]


def test_histograms_count_what_was_logged(repo, logdir):
    passes(repo, logdir).once()
    repo.refresh()
    samples = np.random.default_rng(0).normal(size=500)
    for run, step in (("old", 5), ("new/train", 0)):
        data = next(
            data for tag, at, *_, data in objects(repo, run, "distribution") if (tag, at) == ("weights", step)
        )
        tree = json.loads(data)
        expected, _ = np.histogram(samples, tree["edges"])
        assert sum(tree["counts"]) == 500
        assert np.abs(np.array(tree["counts"]) - expected).max() <= 1  # a sample on an edge
    equal = next(data for tag, *_, data in objects(repo, "old", "distribution") if tag == "equal")
    assert json.loads(equal) == {"counts": [10], "edges": [-0.5, 0.5]}


def test_tags_become_names_and_contexts(repo, logdir):
    passes(repo, logdir, patterns=("f1_{lang}", "{name}/{subset}")).once()
    repo.refresh()
    frame = repo.metrics('run.name == "old"').to_pandas()
    assert set(frame[frame.name == "f1"].context) == {'{"lang": "fr"}'}
    assert set(frame[frame.name == "loss"].context) == {'{"subset": "train"}'}


def test_a_second_pass_writes_nothing_neither_does_one_of_another_process(repo, logdir):
    first = passes(repo, logdir)
    first.once()
    before = sorted(path for path in repo.root.rglob("*.rlog"))
    assert not first.once()
    assert not passes(repo, logdir).once()
    with Repo(repo.root) as another:
        assert not passes(another, logdir).once()
    assert sorted(path for path in repo.root.rglob("*.rlog")) == before


def test_a_file_that_grows_is_read_on_from_where_it_ended(repo, logdir):
    path = event_file(logdir / "old")
    whole = path.read_bytes()
    watching = passes(repo, logdir)
    n_points = 0
    for cut in (100, 1500, 1501, 3000, len(whole)):
        path.write_bytes(whole[:cut])
        n_points += watching.once().points
    assert n_points == ALL.points
    assert not passes(repo, logdir).once().points


@pytest.mark.parametrize("part_bytes", [200, 3000])
def test_large_files_come_in_parts(repo, logdir, part_bytes):
    moved = passes(repo, logdir, part_bytes=part_bytes).once()
    assert (moved.runs, moved.points, moved.objects) == (3, 85, 18)
    assert not passes(repo, logdir).once().points
    assert run_named(repo, "new/train").status == "failed"


def test_a_torn_end_is_told_of_and_what_is_whole_is_there(repo, logdir):
    path = event_file(logdir / "old")
    whole = path.read_bytes()
    path.write_bytes(whole[:2000])
    failed = []
    watching = passes(repo, logdir, failed=failed, clock=Later(path, 3600))
    assert 0 < watching.once().points < ALL.points
    assert len(failed) == 1
    assert "ends in the middle of a record" in failed[0]
    watching.once()
    assert len(failed) == 1  # told once
    path.write_bytes(whole)
    os.utime(path)
    watching.once()
    assert not passes(repo, logdir).once().points
    assert len(points(repo, "old")["f1_fr"]) == 30


def test_an_end_that_is_being_written_is_waited_for_in_silence(repo, logdir):
    path = event_file(logdir / "old")
    path.write_bytes(path.read_bytes()[:2000])
    assert passes(repo, logdir, clock=Later(path, 5)).once().points


def test_damage_in_the_middle_costs_the_record_and_is_told_of(repo, logdir):
    path = event_file(logdir / "new" / "train")
    data = bytearray(path.read_bytes())
    at = data.index(b"loss") + 1
    data[at] ^= 0xFF
    path.write_bytes(data)
    failed = []
    assert passes(repo, logdir, failed=failed).once().points == ALL.points - 1
    assert "damaged in 1 places" in failed[0]


def test_a_run_that_is_written_to_is_running_and_then_is_not(repo, logdir):
    path = event_file(logdir / "old")
    clock = Later(path, 5)
    with LiveRuns() as live:
        watching = passes(repo, logdir, live=live, clock=clock)
        watching.once()
        assert run_named(repo, "old").status == "running"
        assert run_named(repo, "new/train").status == "failed"
        clock.now += 2 * FRESH_SECS
        watching.once()
        assert run_named(repo, "old").status == "finished"


def test_what_is_no_logdir(tmp_path):
    (tmp_path / "empty").mkdir()
    for path, why in ((tmp_path / "none", "no folder"), (tmp_path / "empty", "no event file")):
        with pytest.raises(InputError, match=why):
            TensorboardSource(path, ContextPatterns(()), live=False)


def test_a_link_into_itself_ends(repo, logdir):
    (logdir / "old" / "again").symlink_to(logdir, target_is_directory=True)
    assert passes(repo, logdir).once().runs == 3

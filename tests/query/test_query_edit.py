import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.log.layout import Layout
from ridgeline.query.edit import Edit, write_edit


def test_each_thing_alone_and_all_at_once(record, opened):
    run_id = record(name="a", experiment="e", tags=["x"])
    repo = opened()
    assert repo.edit(run_id, name="b") == 1
    assert repo.edit([run_id], note="n", experiment="f", add_tags=["y"], remove_tags=["x"]) == 1
    run = repo.run(run_id)
    assert (run.name, run.note, run.experiment, run.tags, run.archived) == ("b", "n", "f", ("y",), False)
    repo.edit(run_id, archived=True)
    assert repo.run(run_id).archived
    repo.edit(run_id, archived=False, note="")
    assert not repo.run(run_id).archived
    assert repo.run(run_id).note == ""


def test_nothing_to_change_writes_nothing(record, opened):
    run_id = record()
    repo = opened()
    generation = repo.refresh()
    assert repo.edit([run_id]) == 0
    assert repo.edit([], name="x") == 0
    assert repo.refresh() == generation


def test_the_logs_of_others_stay_as_they_are(record, opened, tmp_path):
    run_id = record({"a": 1})
    layout = Layout(tmp_path / ".ridgeline")
    (before,) = [(found.path, found.path.read_bytes()) for found in layout.segments_of(run_id)]
    opened().edit(run_id, name="new")
    segments = list(layout.segments_of(run_id))
    assert len(segments) == 2
    assert before[0].read_bytes() == before[1]


def test_a_running_run_is_edited_and_goes_on(record, opened):
    run = record(open_run=True)
    repo = opened()
    run.flush()
    repo.edit(run.id, add_tags=["seen"])
    run.track(1.0, name="loss")
    assert repo.run(run.id).tags == ("seen",)
    assert repo.run(run.id).status == "running"
    run.close()
    assert repo.run(run.id).tags == ("seen",)
    assert len(repo.metrics()) == 1


def test_an_unknown_id_changes_none(record, opened):
    run_id = record(name="a")
    repo = opened()
    with pytest.raises(NotFoundError, match="nope"):
        repo.edit([run_id, "nope"], name="b")
    assert repo.run(run_id).name == "a"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": " "},
        {"name": 5},
        {"experiment": ""},
        {"note": 3},
        {"add_tags": [""]},
        {"add_tags": [3]},
        {"add_tags": "lab"},
        {"archived": "yes"},
        {"name": "x" * 200_000},
    ],
)
def test_wrong_values_are_refused(record, opened, change):
    run_id = record(name="a")
    repo = opened()
    with pytest.raises(InputError) as caught:
        repo.edit(run_id, **change)
    assert caught.value.slug == "bad-edit"
    assert repo.run(run_id).name == "a"


def test_the_last_word_counts(record, opened, tmp_path):
    run_id = record(name="a")

    class Hours:
        def __init__(self, hour):
            self.hour = hour

        def time(self):
            return 4e9 + self.hour * 3600.0

        def time_ns(self):
            return int(self.time() * 1e9)

    layout = Layout(tmp_path / ".ridgeline")
    write_edit(layout, [run_id], Edit(name="late"), Hours(2))
    write_edit(layout, [run_id], Edit(name="early", note="kept"), Hours(1))
    run = opened().run(run_id)
    assert (run.name, run.note) == ("late", "kept")


def test_deleted_runs_are_asked_apart(record, opened):
    ids = [record({"lr": lr}, [("f1", None, [lr])], name=name) for name, lr in (("a", 1), ("b", 2), ("c", 3))]
    repo = opened()
    repo.edit(ids[:2], deleted=True, archived=True)
    bin_ = repo.runs("run.lr > 1", columns=["run.metrics['f1'].last"], deleted=True)
    assert [run.name for run in bin_] == ["b"]
    assert bin_.to_numpy("run.metrics['f1'].last").tolist() == [2]
    assert len(repo.runs(deleted=True)) == 2  # archived ones too: a bin shows all that is in it
    assert [run.name for run in repo.runs("run.archived or True")] == ["c"]
    repo.edit(ids[:2], deleted=False, archived=False)
    assert len(repo.runs(deleted=True)) == 0
    assert len(repo.runs()) == 3

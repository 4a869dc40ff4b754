import numpy as np
import pytest
from tracked_models import read, track_model, write_model

from ridgeline import Repo, Run
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.merge.tracked.fuse import from_folder, from_runs, fuse
from ridgeline.merge.tracked.record import Destination


def contribute(folder, number, name, weights):
    place = folder / f"round-{number:03d}" / name
    place.mkdir(parents=True)
    write_model(place / "model.safetensors", weights)


@pytest.fixture
def base(tmp_path):
    (tmp_path / "base").mkdir()
    write_model(tmp_path / "base" / "model.safetensors", [0, 0, 0, 0])
    (tmp_path / "base" / "config.json").write_text('{"model_type": "bert"}')
    return tmp_path / "base"


def test_each_round_is_the_mean_of_its_contributions_and_the_base_of_the_next(base, tmp_path):
    for number, (first, second) in enumerate([(1, 3), (5, 7)], 1):
        contribute(tmp_path / "in", number, "alice", [first] * 4)
        contribute(tmp_path / "in", number, "bob", [second] * 4)
    found = list(
        fuse(
            base, from_folder(tmp_path / "in"), tmp_path / "out", rounds=2, contributors=2,
            destination=Destination(tmp_path, "shared"), parent="org/base", evaluate=lambda folder: float(read(folder)[0]),
        )
    )  # fmt: skip
    assert [read(one.folder)[0] for one in found] == [2, 6]
    assert (found[1].folder / "config.json").read_text() == '{\n  "model_type": "bert"\n}\n'
    first, second = (Repo(tmp_path).run(one.run) for one in found)
    assert first["lineage.parents"] == ["org/base", "round-001/alice", "round-001/bob"]
    assert second["lineage.parents"] == [first.id, "round-002/alice", "round-002/bob"]
    assert (second["merge.round"], second.metrics[0].last) == (2, 6)


def test_a_round_that_is_done_is_not_fused_again(base, tmp_path):
    contribute(tmp_path / "in", 1, "alice", [1] * 4)
    rounds = {"contributors": 1, "destination": Destination(tmp_path, "shared")}
    (first,) = fuse(base, from_folder(tmp_path / "in"), tmp_path / "out", rounds=1, **rounds)
    contribute(tmp_path / "in", 2, "alice", [2] * 4)
    (second,) = fuse(base, from_folder(tmp_path / "in"), tmp_path / "out", rounds=2, **rounds)
    assert second.number == 2
    assert Repo(tmp_path).run(second.run)["lineage.parents"][0] == first.run


def test_what_does_not_fit_is_refused_and_the_round_goes_on(base, tmp_path):
    contribute(tmp_path / "in", 1, "fits", [1, 2, 3, 4])
    contribute(tmp_path / "in", 1, "longer", [1] * 5)
    contribute(tmp_path / "in", 1, "diverged", [1, float("nan"), 1, 1])
    (found,) = fuse(base, from_folder(tmp_path / "in"), tmp_path / "out", rounds=1, contributors=3)
    assert found.refused == {
        "round-001/longer": "the tensor 'w' has shape (5,), not (4,)",
        "round-001/diverged": "the tensor 'w' has NaN or infinity",
    }
    assert read(found.folder).tolist() == [1, 2, 3, 4]


def test_heads_stay_and_what_the_base_has_not_is_left_out(tmp_path):
    def write(path, **tensors):
        path.mkdir(parents=True)
        arrays = {name: np.full(2, value, np.float32) for name, value in tensors.items()}
        encoded = {name: Tensor("F32", (2,), array.tobytes()) for name, array in arrays.items()}
        (path / "model.safetensors").write_bytes(encode_safetensors(encoded, {}))

    write(tmp_path / "base", body=0, **{"head.weight": 9})
    write(tmp_path / "in" / "round-001" / "alice", body=4, **{"head.weight": 1, "other": 5})
    (found,) = fuse(
        tmp_path / "base",
        from_folder(tmp_path / "in"),
        tmp_path / "out",
        rounds=1,
        contributors=1,
        heads=["head."],
    )
    data = (found.folder / "model.safetensors").read_bytes()
    assert np.frombuffer(data[-16:], np.float32).tolist() in ([4, 4, 9, 9], [9, 9, 4, 4])
    assert b"other" not in data


def test_a_round_waits_for_its_contributions_and_takes_none_that_is_still_copied(base, tmp_path):
    contribute(tmp_path / "in", 1, "alice", [1] * 4)
    torn = tmp_path / "in" / "round-001" / "bob" / "model.safetensors"
    torn.parent.mkdir()
    whole = (tmp_path / "in" / "round-001" / "alice" / "model.safetensors").read_bytes()
    torn.write_bytes(whole[:-4])
    contributions = from_folder(tmp_path / "in")
    with pytest.raises(NotFoundError, match=r"Round 1 has 1 of 2 contributions: round-001/alice"):
        list(fuse(base, contributions, tmp_path / "out", rounds=1, contributors=2))
    waits = []

    def wait():
        waits.append(1)
        torn.write_bytes(whole)

    (found,) = fuse(base, contributions, tmp_path / "out", rounds=1, contributors=2, wait=wait)
    assert (found.contributions, len(waits)) == (2, 1)


def test_runs_contribute(base, tmp_path):
    for name, value, number in (("a", 1, 1), ("b", 3, 1), ("c", 9, 2)):
        track_model(tmp_path, name, [value] * 4)
        with Run(repo=tmp_path, run_id=name, capture=False) as run:
            run["fuse.round"] = number
    contributions = from_runs(Repo(tmp_path), "run.experiment == 'tuning'", tmp_path / "links")
    (found,) = fuse(
        base, contributions, tmp_path / "out", rounds=1, contributors=2, destination=Destination(tmp_path)
    )
    assert read(found.folder)[0] == 2
    assert Repo(tmp_path).run(found.run)["lineage.parents"] == [str(base), "a", "b"]


def test_nothing_that_fits(base, tmp_path):
    contribute(tmp_path / "in", 1, "longer", [1] * 5)
    with pytest.raises(
        InputError, match=r"None of 1 contributions can be fused. round-001/longer: the tensor 'w'"
    ):
        list(fuse(base, from_folder(tmp_path / "in"), tmp_path / "out", rounds=1, contributors=1))

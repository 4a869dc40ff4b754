"""Merges that are killed, run out of room, or find other files than before: they go on, or say why not."""

import json
import os
import resource
import signal
import subprocess
import sys

import numpy as np
import pytest

from merge_files import family, items, read_model, write_model
from ridgeline.core.errors import InputError, RidgelineError, StorageError
from ridgeline.merge import Options, merge, verify
from ridgeline.merge.api import make_spec
from ridgeline.merge.journal import JOURNAL, read_journal
from ridgeline.merge.plan import make_plan
from ridgeline.merge.run import run_plan

SHAPES = {f"layer.{at}.weight": (200, 100 + at) for at in range(12)}
PARAMETERS = {"density": 0.3}

# Merges, and kills itself without a word once so many tensors are written.
KILLED = """
import os, signal, sys
from ridgeline.merge import Options, merge
out, base, *models = sys.argv[2:]
whole = int(sys.argv[1])
def progress(done, of):
    if done * 12 >= whole * of:
        os.kill(os.getpid(), signal.SIGKILL)
merge(models, out, method="dare_ties", base=base, parameters={"density": 0.3}, options=Options(backend="numpy", on_progress=progress))
"""


def merged(paths, out, **options):
    base, *models = paths
    return merge(
        models, out, method="dare_ties", base=base, parameters=PARAMETERS, options=Options(**options)
    )


def kill(paths, out, tensors):
    done = subprocess.run([sys.executable, "-c", KILLED, str(tensors), out, *paths], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.fixture
def paths(tmp_path):
    return family(tmp_path / "models", SHAPES, dtype="BF16")


@pytest.fixture
def expected(tmp_path, paths):
    merged(paths, tmp_path / "expected")
    return (tmp_path / "expected" / "model.safetensors").read_bytes()


@pytest.mark.parametrize("tensors", [1, 5, 12])
def test_a_killed_merge_goes_on_with_what_is_missing(tmp_path, paths, expected, tensors):
    out = tmp_path / "out"
    kill(paths, out, tensors)
    assert not (out / "ridgeline-merge.json").exists()
    with pytest.raises(RidgelineError):  # nobody takes what is there for a model
        make_spec([out])
    found = merged(paths, out)
    assert found.resumed_bytes >= tensors * 40_000
    assert (out / "model.safetensors").read_bytes() == expected
    assert verify(out).sound
    assert not (out / JOURNAL).exists()


def test_what_was_damaged_since_is_merged_again(tmp_path, paths, expected):
    out = tmp_path / "out"
    kill(paths, out, 12)
    file = out / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-7] ^= 1
    file.write_bytes(data)
    found = merged(paths, out)
    assert 0 < found.resumed_bytes < found.size_bytes
    assert file.read_bytes() == expected


def test_a_torn_line_of_the_journal_is_forgiven(tmp_path, paths, expected):
    out = tmp_path / "out"
    kill(paths, out, 5)
    journal = out / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-9])
    assert 0 < merged(paths, out).resumed_bytes < len(expected)
    assert (out / "model.safetensors").read_bytes() == expected


def test_passes_over_all_tensors_are_made_again_where_some_are_written(tmp_path, paths):
    base, *models = paths
    plan = make_plan(make_spec(models, method="ties_paper", base=base, parameters={"density": 0.2}))
    run_plan(plan, tmp_path / "expected")

    def stop(done, of):
        if done * 2 > of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_plan(plan, tmp_path / "out", Options(on_progress=stop))
    found = run_plan(plan, tmp_path / "out")
    assert 0 < found.resumed_bytes < found.size_bytes
    assert read_bytes(tmp_path / "out") == read_bytes(tmp_path / "expected")


def read_bytes(folder):
    return (folder / "model.safetensors").read_bytes()


def test_another_merge_does_not_go_on_with_it(tmp_path, paths):
    base, *models = paths
    out = tmp_path / "out"
    kill(paths, out, 5)
    with pytest.raises(InputError, match="has a model already"):
        merge(models, out, method="ties", base=base, parameters=PARAMETERS)


def test_a_changed_input_starts_from_the_beginning(tmp_path, paths):
    out = tmp_path / "out"
    kill(paths, out, 12)
    os.utime(paths[1] / "model.safetensors", ns=(1, 1))
    with pytest.raises(InputError, match="has a model already"):
        merged(paths, out)
    assert merged(paths, out, overwrite=True).resumed_bytes == 0


def test_an_input_that_is_cut_says_so(tmp_path, paths):
    file = paths[2] / "model.safetensors"
    os.truncate(file, 5000)
    with pytest.raises(StorageError, match="torn"):
        merged(paths, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_journal_of_nonsense(tmp_path):
    lines = [{"plan": "x"}, {"tensor": "a", "block": 0, "sha256": "00", "nonfinite": 0}, {"other": 1}, [1]]
    (tmp_path / JOURNAL).write_text("\n".join(json.dumps(line) for line in lines) + "\nnot json\n{")
    assert read_journal(tmp_path, "x") == {"a": {0: (b"\0", 0)}}
    assert read_journal(tmp_path, "y") is None


@pytest.fixture
def small_files():
    """Let this process write files of so many bytes only, as a full disk does."""
    limit, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def set_limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))

    yield set_limit
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_is_told_before_the_work_and_the_merge_goes_on_later(
    tmp_path, paths, expected, small_files
):
    small_files(100_000)
    with pytest.raises(StorageError, match="start the same merge again"):
        merged(paths, tmp_path / "out")
    small_files(resource.RLIM_INFINITY)
    merged(paths, tmp_path / "out")
    assert read_bytes(tmp_path / "out") == expected


def test_a_disk_that_is_too_small_says_how_much_is_needed(tmp_path, paths, monkeypatch):
    monkeypatch.setattr(
        "shutil.disk_usage", lambda _: os.terminal_size((0, 0)) and type("Usage", (), {"free": 1000})()
    )
    with pytest.raises(StorageError, match="has room for 1,000"):
        merged(paths, tmp_path / "out")


def test_a_folder_that_cannot_be_written(tmp_path, paths):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="Give another one"):
        merged(paths, tmp_path / "file" / "out")


def test_nan_stops_all_threads_and_leaves_no_model(tmp_path):
    tensors = {name: ("F32", items("F32", np.ones((50, 50)))) for name in SHAPES}
    tensors["layer.3.weight"][1][4, 4] = np.nan
    models = [write_model(tmp_path / str(at), tensors) for at in range(2)]
    with pytest.raises(InputError, match=r"'layer.3.weight' are NaN or"):
        merge(models, tmp_path / "out", options=Options(threads=4))
    with pytest.raises(RidgelineError):
        make_spec([tmp_path / "out"])
    merge(models, tmp_path / "out", options=Options(nonfinite="keep"))
    assert np.isnan(read_model(tmp_path / "out")["layer.3.weight"][1][4, 4])

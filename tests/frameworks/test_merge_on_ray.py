"""A merge on the workers of a real Ray writes what a merge on this machine writes, also when workers are killed on the way."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from needed import need

from merge_files import family, items, write_model
from ridgeline.core.errors import InputError, StorageError
from ridgeline.merge import Options, merge, verify
from ridgeline.merge.api import make_spec
from ridgeline.merge.journal import JOURNAL
from ridgeline.merge.method import Kernel
from ridgeline.merge.plan import make_plan
from ridgeline.merge.run import run_plan

need("ray")

import numpy as np
import ray

SHAPES = {"a.weight": (130, 170), "b.weight": (3, 20_000), "c.bias": (170,), "scale": (), "none": (0, 4)}
LARGE = {"large": (2, 9_000, 1_000), "small": (40,)}  # three blocks and one
METHODS = {
    "linear": {"weight": [0.5, 0.3]},
    "ties": {"density": [0.2, 0.5]},
    "ties_paper": {"density": 0.2},  # passes over the whole checkpoint
    "dare_ties": {"density": 0.3},
    "model_stock": {},  # sums of floats, whose order matters
}


@pytest.fixture(scope="module")
def cluster():
    """A Ray that the process is connected to already."""
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return family(tmp_path_factory.mktemp("large"), LARGE, dtype="BF16", models=2)


def data(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("method", list(METHODS))
def test_the_same_bytes(cluster, tmp_path, large, method):
    kinds = {"large": large, "small": family(tmp_path / "models", SHAPES, models=2)}
    if method == "model_stock":
        kinds.pop("small")  # opposite scalars are what it has no answer for
    for kind, (base, *models) in kinds.items():
        for name, options in (("here", Options()), ("ray", Options(ray="local"))):
            out = tmp_path / kind / name
            merge(models, out, method=method, base=base, parameters=METHODS[method], options=options)
        assert data(tmp_path / kind / "here") == data(tmp_path / kind / "ray")
    assert ray.is_initialized(), "whoever was connected before stays so"


def test_several_files(cluster, tmp_path):
    base, *models = family(tmp_path / "models", SHAPES, shards=3)
    spec = make_spec(models, method="dare_linear", base=base, parameters={"density": 0.5})
    plan = make_plan(spec, shard_bytes=100_000)
    assert len(plan.layout.sizes) > 2
    run_plan(plan, tmp_path / "here")
    run_plan(plan, tmp_path / "ray", Options(ray="local"))
    assert data(tmp_path / "here") == data(tmp_path / "ray")


def killing(method, marker):
    """Return a method like another whose first kernel writes a chunk and is killed on the next one."""

    def steps(target):
        kernel = yield from method.steps(target)
        chunks = []

        def run(chunk):
            chunks.append(chunk.start)
            if len(chunks) == 2 and not marker.exists():
                marker.write_text(str(os.getpid()))
                os.kill(os.getpid(), signal.SIGKILL)
            return kernel.run(chunk)

        return Kernel(run, kernel.unit, kernel.portable)

    return replace(method, steps=steps)


@pytest.mark.parametrize("method", ["dare_ties", "ties_paper"])
def test_a_worker_that_is_killed(cluster, tmp_path, large, method):
    base, *models = large
    spec = make_spec(models, method=method, base=base, parameters=METHODS[method])
    run_plan(make_plan(spec), tmp_path / "here")
    marker = tmp_path / "killed"
    tensors = tuple(replace(one, method=killing(one.method, marker)) for one in spec.tensors)
    run_plan(make_plan(replace(spec, tensors=tensors)), tmp_path / "ray", Options(ray="local"))
    assert int(marker.read_text()) != os.getpid()
    assert data(tmp_path / "here") == data(tmp_path / "ray")
    assert verify(tmp_path / "ray").sound


class StopError(Exception):
    pass


def stop_at(share):
    def tell(done, whole):
        if done >= share * whole:
            raise StopError

    return tell


@pytest.mark.parametrize(("first", "then"), [("local", None), (None, "local"), ("local", "local")])
def test_an_interrupted_merge_goes_on(cluster, tmp_path, large, first, then):
    base, *models = large
    how = {"method": "ties", "base": base, "parameters": {"density": 0.3}}
    merge(models, tmp_path / "whole", **how)
    with pytest.raises(StopError):
        merge(
            models, tmp_path / "out", **how, options=Options(ray=first, threads=1, on_progress=stop_at(0.3))
        )
    assert (tmp_path / "out" / JOURNAL).exists()
    merged = merge(models, tmp_path / "out", **how, options=Options(ray=then))
    assert 0 < merged.resumed_bytes < merged.size_bytes
    assert data(tmp_path / "whole") == data(tmp_path / "out")


def test_what_is_wrong_on_a_worker_is_told(cluster, tmp_path):
    models = family(tmp_path / "models", {"w": (30, 40)}, models=1)
    plan = make_plan(make_spec(models))
    (models[0] / "model.safetensors").unlink()
    with pytest.raises(StorageError, match="same path"):
        run_plan(plan, tmp_path / "out", Options(ray="local"))


def test_values_that_are_not_finite(cluster, tmp_path):
    values = np.ones((4, 5))
    values[1, 2] = np.nan
    model = write_model(tmp_path / "model", {"w": ("F32", items("F32", values))})
    with pytest.raises(InputError, match="'w' are NaN"):
        merge([model, model], tmp_path / "out", options=Options(ray="local"))


def test_a_device_and_ray(tmp_path):
    _, *models = family(tmp_path, {"w": (2, 2)})
    with pytest.raises(InputError, match="not on both"):
        merge(models, tmp_path / "out", options=Options(ray="local", device="cuda"))
    assert not (tmp_path / "out").exists()


COMMAND = Path(sys.executable).with_name("ridgeline")
RECIPE = (
    "models: [{model: ft0}, {model: ft1}]\nmerge_method: ties\nbase_model: base\nparameters: {density: 0.4}\n"
)


def same_tensors(folder):
    for name in ("model.safetensors", "ridgeline-merge.json"):  # the card has the folder's name
        assert (folder / "here" / name).read_bytes() == (folder / "there" / name).read_bytes()


def command(*arguments):
    return subprocess.run(
        [COMMAND, "merge", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def recipe(tmp_path):
    family(tmp_path, SHAPES, models=2)
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return tmp_path / "recipe.yaml"


def test_the_command_starts_a_ray_says_one_line_and_stops_it(tmp_path, recipe):
    here = command(recipe, "--out", tmp_path / "here")
    there = command(recipe, "--out", tmp_path / "there", "--ray")
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout.replace("there", "here") == here.stdout
    same_tensors(tmp_path)


def workers():
    listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if line.endswith("ray::work")]


def test_the_command_says_no_more_when_a_worker_is_killed(tmp_path):
    family(tmp_path, {f"{at}.weight": (1500, 1500) for at in range(12)}, models=2)
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    here = command(tmp_path / "recipe.yaml", "--out", tmp_path / "here")
    others = set(workers())
    arguments = ["merge", tmp_path / "recipe.yaml", "--out", tmp_path / "there", "--ray"]
    started = subprocess.Popen(
        [COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not (found := set(workers()) - others):
        assert started.poll() is None, "it was over before a worker was seen"
    os.kill(found.pop(), signal.SIGKILL)
    told, errors = started.communicate(timeout=100)
    assert (started.returncode, errors) == (0, "")
    assert told.replace("there", "here") == here.stdout
    same_tensors(tmp_path)


def test_the_command_uses_a_ray_that_runs(cluster, tmp_path, recipe):
    command(recipe, "--out", tmp_path / "here")
    address = ray.get_runtime_context().gcs_address
    there = command("--ray", address, recipe, "--out", tmp_path / "there")
    assert (there.returncode, there.stderr) == (0, "")
    same_tensors(tmp_path)
    assert ray.cluster_resources()["CPU"] == 2, "and does not stop it"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:9", "No Ray answers at '127.0.0.1:9'"),
        ("ray://127.0.0.1:9", "No Ray answers at 'ray://127.0.0.1:9'"),
        ("nowhere", "'nowhere' is no address of Ray"),
    ],
)
def test_an_address_where_no_ray_is(tmp_path, recipe, address, said):
    done = command("--ray", address, recipe, "--out", tmp_path / "out")
    assert done.returncode != 0
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()

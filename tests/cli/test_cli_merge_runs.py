"""Merging runs from the command line."""

import json
import sys

import numpy as np
import pytest

from ridgeline import Repo, Run
from ridgeline.core.safetensors import Tensor, encode_safetensors

EVALUATE = """
import sys
from pathlib import Path
import struct
data = (Path(sys.argv[1]) / "model.safetensors").read_bytes()[-8:]
print(-sum(abs(x - 1) for x in struct.unpack("<2f", data)))
"""


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Runs with models of two weights; those of a and b average to the goal, 1 and 1."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RIDGELINE_REPO", raising=False)
    for name, weights in {"a": [0, 0], "b": [2, 2.5], "c": [7, 7]}.items():
        array = np.array(weights, np.float32)
        tmp_path.joinpath("model.safetensors").write_bytes(
            encode_safetensors({"w": Tensor("F32", array.shape, array.tobytes())}, {})
        )
        with Run("tune", name=name, run_id=name, capture=False) as run:
            run.track(-float(np.abs(array - 1).sum()), name="score")
            run.log_artifact("model.safetensors")
    tmp_path.joinpath("evaluate.py").write_text(EVALUATE)
    tmp_path.joinpath("recipe.yaml").write_text(
        "models:\n  - model: run:a\n    parameters: {weight: 1}\n  - model: run:b\n    parameters: {weight: 1}\n"
        "merge_method: linear\n"
    )
    return tmp_path


@pytest.fixture
def evaluation():
    return f"{sys.executable} evaluate.py {{model}}"


def test_a_merge_of_runs_is_a_run(models, ridgeline_command):
    code, out, _ = ridgeline_command(
        "merge", "recipe.yaml", "--out", "merged", "--track", "--experiment", "soups"
    )
    assert code == 0
    (run,) = Repo().runs("run.experiment == 'soups'")
    assert f"Recorded as run {run.id}." in out
    assert (run["merge.method"], run["lineage.parents"], run.tags) == ("linear", ["a", "b"], ("merged",))
    assert "ridgeline-merge.json" in run.artifacts
    # What was merged can be merged again.
    models.joinpath("again.yaml").write_text(
        f"models:\n  - model: run:{run.id}\n  - model: run:c\nmerge_method: uniform\n"
    )
    assert ridgeline_command("merge", "again.yaml", "--out", "twice")[0] == 0


def test_a_run_that_is_not_there_is_told(models, ridgeline_command):
    models.joinpath("recipe.yaml").write_text("models:\n  - model: run:zz\nmerge_method: uniform\n")
    code, _, err = ridgeline_command("merge", "recipe.yaml", "--out", "merged")
    assert code != 0
    assert "zz" in err
    assert "[run-not-found]" in err


def test_a_greedy_soup(models, ridgeline_command, evaluation):
    code, out, _ = ridgeline_command(
        "merge", "soup", "--metric", "score", "--evaluate", evaluation, "--out", "soup"
    )
    assert code == 0
    assert "+ b: score -0.25 with it" in out
    assert "2 of 3 models: a, b. score -0.25." in out
    (run,) = Repo().runs("run.merge.method == 'greedy_soup'")
    assert run["lineage.parents"] == ["a", "b"]


@pytest.mark.parametrize("call", [("merge", "search", "recipe.yaml"), ("merge", "recipe.yaml", "--search")])
def test_a_search(models, ridgeline_command, evaluation, call):
    vary = "models[1].parameters.weight=0.5,1,2"
    code, out, _ = ridgeline_command(
        *call, "--vary", vary, "--evaluate", evaluation, "--out", "found", "--json"
    )
    assert code == 0
    trials = json.loads(out)
    assert [trial["values"]["models[1].parameters.weight"] for trial in trials] == [0.5, 1, 2]
    assert [trial["folder"] is not None for trial in trials] == [False, True, False]
    assert len(list(Repo().runs("run.merge.trial > 0"))) == 3


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ((), "What to try"),
        (("--vary", "parameters.lambda=0:1"), "--trials"),
        (("--vary", "lambda"), "says not what"),
    ],
)
def test_a_search_that_does_not_end_or_begin(models, ridgeline_command, evaluation, vary, message):
    code, _, err = ridgeline_command(
        "merge", "search", "recipe.yaml", *vary, "--evaluate", evaluation, "--out", "found"
    )
    assert code != 0
    assert message in err


def test_no_verb_is_told_what_there_is(models, ridgeline_command):
    code, out, err = ridgeline_command("merge")
    assert (code, err) == (2, "")
    assert "soup" in out

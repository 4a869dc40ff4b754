"""`ridgeline bases` on tracked scores: a run a base, a context a task."""

import json

import numpy as np
import pytest

import ridgeline


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    """Fourteen bases whose gain is base + task, one of which has its columns out of order, and one a score missing."""
    folder = tmp_path_factory.mktemp("bases")
    rng = np.random.default_rng(0)
    tasks = np.array([40.0, 60, 80, 55, 70])
    for at in range(16):
        quality = 0.0 if at == 0 else 2 - 0.1 * at
        scores = tasks + quality + (0 if at == 0 else 1) * np.arange(5) / 2 + 0.03 * rng.normal(size=5)
        if at == 7:
            scores = scores[[2, 0, 1, 3, 4]]
        with ridgeline.Run("base", name=f"base-{at}", run_id=f"b{at:02}", repo=folder, capture=False) as run:
            for task, score in enumerate(scores):
                if (at, task) != (9, 3):
                    run.track(score, name="accuracy", context={"task": f"t{task}", "subset": "test"})
    return str(folder)


def test_bases_are_ranked_by_their_gain(bases, ridgeline_command):
    arguments = ("bases", "--scores", "accuracy{subset=test}", "--pretrained", "base-0", "--repo", bases)
    rows = json.loads(ridgeline_command(*arguments, "--json")[1])
    assert [row["base"] for row in rows] == [f"base-{at}" for at in range(1, 16) if at != 7]
    assert rows[0]["gain"] == pytest.approx(2.9, abs=0.1)
    assert rows[0]["least"] < rows[0]["gain"]
    assert {row["base"]: row["tasks"] for row in rows}["base-9"] == 4
    printed = " ".join(ridgeline_command(*arguments)[1].split())
    assert "Gains are base + task to R² 1.00" in printed
    assert "Left out, since their scores look as if they stood in the wrong columns: base-7." in printed
    assert "(14 models with all scores)" in printed
    assert "Choosing for each task by the mean of the others costs 0" in printed


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        ((), "no-target"),
        (("--scores", "accuracy{subset=test}"), "bases-pretrained"),
        (("--scores", "accuracy{subset=test}", "--pretrained", "base-99"), "bases-pretrained"),
        (("--scores", "accuracy{subset=test}", "--pretrained", "base-7"), "bases-pretrained"),
        (("--scores", "f1{subset=test}", "--pretrained", "base-0"), "scores-not-found"),
    ],
)
def test_wrong_questions_say_what_is_the_case(bases, ridgeline_command, arguments, slug):
    code, _, error = ridgeline_command("bases", *arguments, "--repo", bases)
    assert code != 0
    assert f"[{slug}]" in error

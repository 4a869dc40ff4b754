"""LMS and the nearest pivot as rules: asked by name, with a note, without learning the same twice."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "lms"))
from lms_world import SOURCE, TARGET, world

from ridgeline import select
from ridgeline.core.errors import InputError
from ridgeline.select.lms.learn import learn_to_select
from ridgeline.select.rehearsal import rehearse
from ridgeline.select.rules import RULES, Evidence
from ridgeline.select.rules.lms import judge
from ridgeline.select.scores import Scores


def evidence_of(made, **given):
    return Evidence.of(made.dev, TARGET, SOURCE, made.pivots, **given)


@pytest.fixture(scope="module")
def made():
    return world()


@pytest.fixture(scope="module")
def evidence(made):
    return evidence_of(made, representations=made.representations)


def test_it_is_asked_by_name_beside_other_rules(made):
    verdicts = select.rank(
        made.dev,
        TARGET,
        source=SOURCE,
        pivots=made.pivots,
        rules=["source-dev", "lms"],
        test=made.test,
        representations=made.representations,
    )
    assert [verdict.rule.name for verdict in verdicts] == ["source-dev", "lms"]
    assert verdicts[1].note
    assert not verdicts[0].note


def test_it_says_what_learn_to_select_says(made, evidence):
    said = RULES["lms"].ask(evidence)
    direct = learn_to_select(made.dev, TARGET, made.representations, source=SOURCE, pivots=made.pivots)
    np.testing.assert_array_equal(said.scores, direct.scores)


def test_the_same_evidence_is_learned_once(made, evidence):
    assert judge(evidence) is judge(evidence_of(made, representations=dict(made.representations)))
    moved = made.representations | {TARGET: made.representations[TARGET] + 1}
    assert judge(evidence_of(made, representations=moved)) is not judge(evidence)
    said = RULES["lms"].ask(evidence).scores
    said[:] = 0  # what one caller does with it is not what the next one gets
    assert RULES["lms"].ask(evidence).scores.any()


def test_a_note_says_that_it_abstains_and_why():
    lost = world(learnable=False, seed=1)
    said = RULES["lms"].ask(evidence_of(lost, representations=lost.representations))
    assert said.note.startswith("LMS abstains: with each of 10 pivots as the target its mean regret is ")
    assert said.note.endswith("-dev.") or said.note.endswith("mean-pivots.")


def test_it_rehearses_by_what_it_has_tried(evidence):
    found = rehearse(evidence, ["source-dev", "mean-pivots", "lms"])
    assert [rule.name for rule in found.rules] == ["source-dev", "mean-pivots", "lms"]
    trial = judge(evidence).trial
    for at, cost in enumerate(found.regrets[:, 2]):
        assert cost in {*trial.by_setting[:, at], *(plain[at] for plain in trial.plain.values())}
    np.testing.assert_allclose(found.regrets[:, 0], trial.plain["source-dev"])
    np.testing.assert_allclose(found.regrets[:, 1], trial.plain["mean-pivots"])


def test_without_representations_it_is_refused_and_left_out_of_a_rehearsal(made):
    bare = evidence_of(made)
    with pytest.raises(InputError) as caught:
        RULES["lms"].ask(bare)
    assert caught.value.slug == "no-representations"
    assert [rule.name for rule in rehearse(bare, ["source-dev", "lms"]).rules] == ["source-dev"]


def languages(tasks, target):
    values = np.arange(3 * len(tasks), dtype=float).reshape(3, -1)
    return Evidence.of(Scores.of("abc", tasks, values), target, "en")


def test_the_nearest_pivot_is_that_of_the_language_vectors():
    said = RULES["nearest-pivot"].ask(languages(("en", "de", "pt", "xx"), "es"))
    assert said.note == "the pivot nearest to es is pt"
    assert said.scores.tolist() == [2, 6, 10]


def test_the_nearest_pivot_of_tasks_that_are_no_languages_is_learned(made):
    said = RULES["nearest-pivot"].ask(evidence_of(made, representations=made.representations))
    means = np.stack([made.representations[task].mean(axis=0) for task in (*made.pivots, TARGET)])
    means -= means.mean(axis=0)
    cosines = means[:-1] @ means[-1] / np.linalg.norm(means[:-1], axis=1)
    assert said.note.endswith(f"is {made.pivots[int(cosines.argmax())]}")


def test_without_vectors_no_pivot_is_nearest(made):
    with pytest.raises(InputError, match="None of the pivots p0, p1") as caught:
        RULES["nearest-pivot"].ask(evidence_of(made))
    assert caught.value.slug == "no-pivots"
    with pytest.raises(InputError, match="there are none"):
        RULES["nearest-pivot"].ask(languages(("en",), "es"))

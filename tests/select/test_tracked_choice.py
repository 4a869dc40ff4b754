"""A choice among tracked candidates: which rules are asked, and what their intervals come from."""

import numpy as np
import pytest

import ridgeline
from ridgeline import select
from ridgeline.core.errors import InputError
from ridgeline.select.tracked_choice import USUAL_SCORERS
from ridgeline.select.tracked_reader import Hint

N = 40
RIGHT = np.linspace(0.2, 0.9, 6)


def record(folder, *, metric="accuracy", predictions=True, lacks=(), steps=(1,)):
    """Six candidates, with accuracy or something else that was worked out from the same predictions."""
    rng = np.random.default_rng(3)
    for at, right in enumerate(RIGHT):
        with ridgeline.Run("pos", name=f"c{at}", repo=folder, capture=False) as run:
            for lang in ("en", "de", "nl"):
                for subset in ("dev", "test"):
                    for step in steps:
                        labels = np.arange(N) % 3
                        classes = np.where(rng.random(N) < right, labels, (labels + 1) % 3)
                        p = np.full((N, 3), 0.15)
                        p[np.arange(N), classes] = 0.7
                        context = {"lang": lang, "subset": subset}
                        share = float((classes == labels).mean())
                        value = {"accuracy": share, "error": 1 - share, "f1": share**2}[metric]
                        run.track(value, name=metric, context=context, step=step)
                        if predictions and at not in lacks:
                            run.log_predictions(p, labels=labels, context=context, step=step)
    return ridgeline.Repo(folder).snapshot()


def choice(snapshot, metric="accuracy", checkpoints=False, **options):
    scores = select.read_scores(snapshot, f"{metric}{{lang=de,subset=test}}", checkpoints=checkpoints)
    return select.TrackedChoice(snapshot, scores, "de", "en", **options)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return record(tmp_path_factory.mktemp("choice"))


def test_the_usual_rules_are_scorers_too_where_something_was_recorded(snapshot, tmp_path):
    rules = ("source-dev", "mean-pivots", "central-pivot", "target-dev")
    assert choice(snapshot).usual() == (*rules, *USUAL_SCORERS)
    assert choice(record(tmp_path, predictions=False)).usual() == rules


def test_those_that_can_say_something_and_why_others_cannot(snapshot):
    able, refused = choice(snapshot).able(
        ["source-dev", "atc", "labelled", "rankme", "best", "pivot:fr", "atc"]
    )
    assert [rule.name for rule in able] == ["source-dev", "atc"]
    assert {name: error.slug for name, error in refused.items()} == {
        "labelled": "outputs-missing",
        "rankme": "outputs-missing",
        "best": "rule-not-found",
        "pivot:fr": "task-not-found",
    }
    able, _ = choice(snapshot, hint=Hint(10)).able(["labelled"])
    assert [rule.name for rule in able] == ["labelled"]


def test_a_rule_that_was_asked_is_not_asked_again(snapshot):
    made = choice(snapshot)
    asked = []

    def score(evidence):
        asked.append(evidence.target)
        return evidence.dev.column("en")

    rule = made.asked(select.rules.Rule("counting", "", "", score))
    made.judge([rule], reveal=True)
    select.rehearse(made.evidence, [rule])
    assert asked == ["de", "nl"]


def test_the_target_is_no_pivot_also_where_it_is_named(snapshot):
    assert choice(snapshot, asked_pivots=("nl", "de")).evidence.pivots == ("nl",)


def test_examples_are_resampled_where_they_were_recorded(snapshot):
    made = choice(snapshot)
    rules = made.rules(["source-dev", "entropy"])
    found = {over: made.judge(rules, reveal=True, resample=over) for over in (None, "candidates", "examples")}
    assert [one.resampled for one in found.values()] == ["both", "candidates", "examples"]
    assert {one.note for one in found.values()} == {""}
    direct = select.rank(
        made.scores.dev, "de", source="en", rules=["source-dev"], test=made.scores.test.column("de"),
        examples=made.outputs.correct("de"), resample="both",
    )  # fmt: skip
    assert made.judge(rules[:1], reveal=True).verdicts[0].outcome == direct[0].outcome


def test_nothing_is_read_of_a_hidden_test_set(snapshot, monkeypatch):
    monkeypatch.setattr(select.TrackedChoice, "test_examples", None)
    found = choice(snapshot).judge(choice(snapshot).rules(["source-dev"]), reveal=False)
    assert (found.resampled, found.note, found.verdicts[0].outcome) == (None, "", None)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"predictions": False}, "no predictions of it with labels were recorded"),
        ({"lacks": (2,)}, "of 1 of 6 candidates no predictions"),
        ({"metric": "f1"}, "f1 is not the mean over the recorded examples"),
    ],
)
def test_where_the_noise_of_the_test_set_is_not_known_that_is_said(tmp_path, options, words):
    made = choice(record(tmp_path, **options), options.get("metric", "accuracy"))
    found = made.judge(made.rules(["source-dev"]), reveal=True)
    assert found.resampled == "candidates"
    assert words in found.note
    with pytest.raises(InputError, match=rf"{words}.*\[no-examples\]"):
        made.judge(made.rules(["source-dev"]), reveal=True, resample="both")


def test_an_error_rate_is_a_mean_over_examples_too(tmp_path):
    made = choice(record(tmp_path, metric="error"), "error")
    examples, note = made.test_examples()
    assert note == ""
    assert examples.mean(axis=1) == pytest.approx(made.scores.test.column("de"))
    assert set(np.unique(examples)) == {-1, 0}


def test_checkpoints_are_drawn_run_by_run(tmp_path):
    made = choice(record(tmp_path, steps=(1, 2, 3)), checkpoints=True)
    (verdict,) = made.judge(made.rules(["source-dev"]), reveal=True, resample="candidates").verdicts
    (direct,) = select.rank(
        made.scores.dev, "de", source="en", rules=["source-dev"], test=made.scores.test.column("de"),
        groups=np.repeat(np.arange(6), 3),
    )  # fmt: skip
    assert len(verdict.scores) == 18
    assert verdict.outcome == direct.outcome
    assert made.judge(made.rules(["atc"]), reveal=True).resampled == "both"

"""`ridgeline select` on a small sweep: what it prints, and what it says of wrong questions."""

import csv
import io
import json

import pytest

import ridgeline


@pytest.fixture
def sweep(tmp_path):
    """Ten runs of which those that do best in English do worst in German."""
    for at in range(10):
        with ridgeline.Run("pos", name=f"model-{at}", repo=tmp_path, capture=False) as run:
            for subset in ("dev", "test"):
                for lang, value in (("en", at), ("nl", 9 - at), ("de", 9 - at)):
                    run.track(value / 10, name="f1", context={"lang": lang, "subset": subset})
    return tmp_path


def test_says_what_each_rule_picks_and_what_it_costs(sweep, ridgeline_command):
    rows = json.loads(
        ridgeline_command(
            "select", "--repo", str(sweep), "--target", "f1{lang=de,subset=test}", "--source", "en", "--json"
        )[1]
    )
    found = {row["rule"]: row for row in rows}
    assert list(found) == ["source-dev", "mean-pivots", "central-pivot", "target-dev"]
    assert (found["source-dev"]["pick"], found["source-dev"]["regret"]) == ("model-9", 0.9)
    assert (found["mean-pivots"]["pick"], found["mean-pivots"]["score"]) == ("model-0", 0.9)
    assert found["mean-pivots"]["kendall"] == pytest.approx(1)


def test_hidden_scores_stay_hidden(sweep, ridgeline_command):
    printed = ridgeline_command(
        "select",
        "--repo",
        sweep,
        "--target",
        "f1{lang=de,subset=test}",
        "--rule",
        "pivot:nl",
        "--hidden",
        "--csv",
    )[1]
    (row,) = csv.DictReader(io.StringIO(printed))
    assert row["pick"] == "model-0"
    assert "regret" not in row


def test_all_targets_in_turn(sweep, ridgeline_command):
    printed = ridgeline_command(
        "select",
        "--repo",
        str(sweep),
        "--target",
        "f1{subset=test}",
        "--source",
        "en",
        "--rule",
        "source-dev",
    )[1]
    assert "source-dev: mean regret 0.9000 over 2 targets." in printed


def test_people_are_told_what_cannot_be_told(sweep, ridgeline_command):
    printed = ridgeline_command(
        "select",
        "--repo",
        sweep,
        "--target",
        "f1{lang=de,subset=test}",
        "--rule",
        "pivot:nl,mean-pivots,target-dev",
        "--source",
        "en",
    )[1]
    assert "cannot be told apart from pivot:nl" in " ".join(printed.split())


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        ([], "no-target"),
        (["--target", "f1{lang=de,subset=test}"], "no-source"),
        (["--target", "f1{lang=xx,subset=test}"], "scores-not-found"),
        (["--target", "f1{lang=de,subset=test}", "--rule", "best"], "rule-not-found"),
    ],
)
def test_wrong_questions_are_told(sweep, ridgeline_command, arguments, slug):
    code, _, told = ridgeline_command("select", "--repo", str(sweep), *arguments)
    assert f"[{slug}]" in told
    assert code == 2


@pytest.fixture
def recorded(tmp_path):
    """Four runs with accuracy and predictions at two steps; the surest is the best."""
    labels = [0, 1, 2, 0, 1, 2, 0, 1]
    for at in range(4):
        with ridgeline.Run("pos", name=f"model-{at}", repo=tmp_path, capture=False) as run:
            for step in (1, 2):
                right = at + 2 * step
                p = [
                    [
                        0.9 if one == (label if place < right else (label + 1) % 3) else 0.05
                        for one in range(3)
                    ]
                    for place, label in enumerate(labels)
                ]
                for lang in ("en", "de"):
                    for subset in ("dev", "test"):
                        context = {"lang": lang, "subset": subset}
                        run.track(right / 8, name="accuracy", context=context, step=step)
                        run.log_predictions(p, labels=labels, context=context, step=step)
    return tmp_path


ASKED = ("--target", "accuracy{lang=de,subset=test}", "--source", "en")


def test_scorers_are_asked_where_predictions_were_recorded(recorded, ridgeline_command):
    printed = ridgeline_command("select", "--repo", recorded, *ASKED, "--json")[1]
    names = [row["rule"] for row in json.loads(printed)]
    # No pivots: English is the source and German the target.
    assert names == [
        "source-dev",
        "target-dev",
        "entropy",
        "mutual-information",
        "mano",
        "atc",
        "doc",
        "agreement",
    ]
    words = " ".join(ridgeline_command("select", "--repo", recorded, *ASKED)[1].split())
    assert "resampled sweeps and test sets" in words
    alone = ridgeline_command("select", "--repo", recorded, *ASKED, "--resample", "candidates")[1]
    assert "resampled sweeps, in which" in " ".join(alone.split())


def test_a_scorer_says_what_it_lacks(recorded, ridgeline_command):
    for rule, words in (("labelled", "Say how many labelled examples"), ("rankme", "features on the target")):
        code, _, told = ridgeline_command("select", "--repo", recorded, *ASKED, "--rule", rule)
        assert code == 2
        assert words in " ".join(told.split())
    rows = json.loads(
        ridgeline_command(
            "select", "--repo", recorded, *ASKED, "--rule", "labelled", "--labelled", "8", "--json"
        )[1]
    )
    assert rows[0]["pick"] == "model-3"


def test_checkpoints_are_candidates(recorded, ridgeline_command):
    printed = ridgeline_command(
        "select", "--repo", recorded, *ASKED, "--rule", "source-dev", "--checkpoints", "--json"
    )[1]
    (row,) = json.loads(printed)
    assert (row["pick"], row["score"], row["regret"]) == ("model-3@2", 0.875, 0)
    assert row["id"].endswith("@2")
    words = ridgeline_command("select", "--repo", recorded, *ASKED, "--checkpoints")[1]
    assert "8 checkpoints." in words


def test_what_is_wrong_with_the_scores_is_noted(sweep, ridgeline_command):
    with ridgeline.Run("pos", name="other", repo=sweep, capture=False) as run:
        run.track(0.5, name="f1", context={"lang": "en", "subset": "dev"})
    words = " ".join(
        ridgeline_command("select", "--repo", sweep, "--target", "f1{lang=de,subset=test}", "--source", "en")[
            1
        ].split()
    )
    assert "Note: 2 of 33 scores are missing: of 1 of 11 candidates" in words
    assert "Note: The noise of the test set is not in the intervals: no predictions" in words

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

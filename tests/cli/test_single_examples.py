"""`ridgeline route` and `ridgeline certify` on recorded predictions."""

import json

import numpy as np
import pytest

import ridgeline

DEV, TEST = {"lang": "de", "subset": "dev"}, {"lang": "de", "subset": "test"}


def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def specialists(tmp_path_factory):
    """Two runs, each of which knows one kind of example; the larger one says what kind it is."""
    folder = tmp_path_factory.mktemp("specialists")
    rng = np.random.default_rng(0)
    n = 400
    kind, y = rng.integers(0, 2, 2 * n), rng.integers(0, 3, 2 * n)
    features = 3 * np.eye(2)[kind] + rng.normal(size=(2 * n, 2))
    for run_id, size in ((0, 1.0), (1, 4.0)):
        strength = np.where(kind == run_id, 4.0, 0.3)
        p = softmax(strength[:, None] * np.eye(3)[y] + rng.normal(size=(2 * n, 3)))
        with ridgeline.Run(
            "moe",
            name=f"expert-{run_id}",
            run_id=f"id{run_id}",
            params={"size": size},
            repo=folder,
            capture=False,
        ) as run:
            order = rng.permutation(n) if run_id else np.arange(n)
            run.log_predictions(
                p[:n][order], labels=y[:n][order], ids=order, features=features[:n][order], context=DEV
            )
            run.log_predictions(p[n:], labels=y[n:], ids=np.arange(n) + 1000, context=TEST)
    with ridgeline.Run("other", name="no-labels", run_id="id2", repo=folder, capture=False) as run:
        run.log_predictions(p[:n], context={"lang": "fr"})
    right = (p[n:].argmax(axis=1) == y[n:]).mean()
    return folder, y[n:], right


def call(ridgeline_command, folder, *arguments):
    code, printed, error = ridgeline_command(*arguments, "--repo", str(folder))
    return code, printed, error


def rows_of(ridgeline_command, folder, *arguments):
    code, printed, error = call(ridgeline_command, folder, *arguments, "--json")
    assert code == 0, error
    return json.loads(printed)


def test_examples_are_routed_to_the_run_that_knows_their_kind(specialists, ridgeline_command):
    found = {
        row["what"]: row
        for row in rows_of(ridgeline_command, specialists[0], "route", "--on", "lang=de,subset=dev")
    }
    assert found["routed"]["loss"] < 0.2 < found["best for all"]["loss"]
    assert found["oracle"]["loss"] <= found["routed"]["loss"]
    assert found["expert-0"]["share"] + found["expert-1"]["share"] == pytest.approx(1)
    assert 0.3 < found["expert-0"]["share"] < 0.7
    assert found["routed"]["cost"] == 0


def test_cost_is_an_expression_and_takes_over_with_its_weight(specialists, ridgeline_command):
    arguments = (
        "route",
        "--on",
        "{lang=de,subset=dev}",
        "--cost",
        "run.size",
        "--by",
        "knn",
        "--loss",
        "log",
    )
    free = {row["what"]: row for row in rows_of(ridgeline_command, specialists[0], *arguments)}
    dear = {
        row["what"]: row for row in rows_of(ridgeline_command, specialists[0], *arguments, "--weight", "9")
    }
    assert 1 < free["routed"]["cost"] < 4
    assert dear["routed"]["cost"] == dear["expert-0"]["cost"] == 1
    assert dear["expert-0"]["share"] == 1


def test_the_front_runs_from_quality_to_cost(specialists, ridgeline_command):
    front = rows_of(
        ridgeline_command, specialists[0], "route", "--on", "subset=dev", "--cost", "run.size", "--front"
    )
    assert front[0]["weight"] == 0
    assert front[-1]["cost"] == 1
    assert front[0]["loss"] < front[-1]["loss"]
    assert any(point["best"] for point in front)
    assert not all(point["best"] for point in front)


def test_people_are_told_what_it_is_worth(specialists, ridgeline_command):
    printed = " ".join(
        call(ridgeline_command, specialists[0], "route", "--on", "lang=de,subset=dev")[1].split()
    )
    assert "400 examples, 2 runs, features of expert-0." in printed
    assert "Routing lowers loss + weight × cost by 0.2" in printed


@pytest.mark.parametrize("by", ["own", "all"])
def test_examples_that_a_run_gets_right_are_named_by_their_ids(specialists, ridgeline_command, by):
    folder, y, accuracy = specialists
    rows = rows_of(
        ridgeline_command, folder, "certify", "--run", "expert-1", "--labelled", "lang=de,subset=dev",
        "--unlabeled", "lang=de,subset=test", "--rate", "0.1", "--by", by,
    )  # fmt: skip
    wrong = np.mean([y[row["example"] - 1000] != row["class"] for row in rows])
    assert len(rows) > 100
    assert wrong < 0.15 < 1 - accuracy
    assert {row["by"] for row in rows} <= {"expert-0", "expert-1"}
    if by == "own":
        assert {row["by"] for row in rows} == {"expert-1"}


def test_people_are_told_what_the_rate_means(specialists, ridgeline_command):
    printed = call(
        ridgeline_command, specialists[0], "certify", 'run.name == "expert-1"', "--labelled", "lang=de,subset=dev",
        "--unlabeled", "lang=de,subset=test",
    )[1]  # fmt: skip
    words = " ".join(printed.split())
    assert "of 400 examples that expert-1 gets right" in words
    assert "at most 10 %" in words


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        (("route",), "predictions-contexts"),
        (("route", "--on", "lang=nl"), "predictions-not-found"),
        (("route", "--on", "lang=fr"), "outputs-missing"),
        (("route", "--on", "lang=de,subset=test"), "outputs-missing"),
        (("route", "--on", "lang=de,subset=dev", "--cost", "run.name"), "routing-costs"),
        (("route", "--on", "lang=de,subset=dev", "--cost", "run.nothing"), "routing-costs"),
        (("route", "--on", "lang=de,subset=dev", "--features", "expert-9"), "run-not-found"),
        (("certify", "--labelled", "subset=dev", "--unlabeled", "subset=test"), "selection-candidate"),
        (("certify", "--labelled", "subset=dev", "--unlabeled", "subset=dev"), "selection-contexts"),
        (("certify", "--labelled", "subset=dev", "--unlabeled", "subset=test", "--run", "id1", "--rate", "2"), "selection-rate"),
        (("certify", "--labelled", "subset=dev", "--unlabeled", "lang=fr", "--run", "id1"), "selection-candidate"),
        (("certify", "--labelled", "lang=fr", "--unlabeled", "subset=dev", "--run", "id2"), "selection-candidate"),
    ],
)  # fmt: skip
def test_wrong_questions_say_what_is_the_case(specialists, ridgeline_command, arguments, slug):
    code, _, error = call(ridgeline_command, specialists[0], *arguments)
    assert code != 0
    assert f"[{slug}]" in error

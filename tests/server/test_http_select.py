"""`/api/select`: what rules pick, and test scores only when they are asked for."""

import pytest

import ridgeline

TARGET = "f1{lang=de,subset=test}"


@pytest.fixture(scope="module")
def served(serve_module, tmp_path_factory):
    """Ten runs of which those that do best in English do worst in German."""
    folder = tmp_path_factory.mktemp("select")
    for at in range(10):
        with ridgeline.Run("pos", name=f"model-{at}", repo=folder, capture=False) as run:
            for subset in ("dev", "test"):
                for lang, value in (("en", at), ("nl", 9 - at), ("de", 9 - at)):
                    run.track(value / 10, name="f1", context={"lang": lang, "subset": subset})
                run.track(at / 10, name="loss", context={"lang": "de", "subset": subset})
    return serve_module(folder / ".ridgeline").client


def ask(served, **params):
    return served.get("/api/select", params={"target": TARGET, **params})


def test_each_rule_picks_and_the_test_scores_stay_hidden(served):
    found = ask(served, source="en").json()
    picks = {rule["name"]: [found["names"][row] for row in rule["chosen"]] for rule in found["rules"]}
    assert picks == {
        "source-dev": ["model-9"],
        "mean-pivots": ["model-0"],
        "central-pivot": ["model-0"],
        "target-dev": ["model-0"],
    }
    assert found["test"] is None
    assert all(rule["outcome"] is rule["behind"] is None for rule in found["rules"])
    assert (found["task"], found["source"], found["pivots"], found["goal"]) == ("de", "en", ["nl"], "max")


def test_revealed_picks_are_judged(served):
    found = ask(served, source="en", reveal=True).json()
    source = next(rule for rule in found["rules"] if rule["name"] == "source-dev")
    assert (source["outcome"]["score"], source["outcome"]["regret"], source["outcome"]["rank"]) == (
        0,
        0.9,
        10,
    )
    assert source["behind"][0] > 0
    assert found["test"] == [(9 - at) / 10 for at in range(10)]


def test_a_rule_that_cannot_say_does_not_keep_others_from_it(served):
    found = ask(served, rule=["source-dev", "mean-pivots", "best"]).json()
    assert [rule["name"] for rule in found["rules"]] == ["mean-pivots"]
    assert {one["name"]: one["slug"] for one in found["refused"]} == {
        "source-dev": "no-source",
        "best": "rule-not-found",
    }


def test_rules_are_rehearsed_on_pivots(served):
    found = ask(
        served, target="f1{lang=en,subset=test}", source="", rule=["mean-pivots", "central-pivot"]
    ).json()
    assert found["rehearsal"]["tasks"] == found["pivots"] == ["nl", "de"]
    assert found["rehearsal"]["mean_regrets"] == [0, 0]
    assert found["rehearsal"]["average_ranks"] == [1.5, 1.5]
    assert ask(served, rule=["target-dev"]).json()["rehearsal"] is None


def test_several_targets_one_at_a_time(served):
    found = ask(served, target="f1{subset=test}", source="en").json()
    assert sorted(found["targets"]) == ["de", "en", "nl"]
    assert found["task"] != "en"
    assert ask(served, target="f1{subset=test}", task="nl").json()["task"] == "nl"


def test_what_is_better_lower_is_shown_as_it_was_tracked(served):
    found = ask(served, target="loss{lang=de,subset=test}", rule="target-dev", reveal=True).json()
    (rule,) = found["rules"]
    assert (found["goal"], rule["chosen"], rule["outcome"]["score"]) == ("min", [0], 0)
    assert rule["scores"] == found["test"] == [at / 10 for at in range(10)]


@pytest.mark.parametrize(
    ("params", "status", "slug"),
    [
        ({"target": "f1{lang=xx,subset=test}"}, 404, "scores-not-found"),
        ({"target": "f1{lang=de,subset=dev}"}, 400, "no-dev-scores"),
        ({"target": 'f1{"lang"}'}, 400, "bad-selector"),
        ({"task": "fr"}, 404, "task-not-found"),
        ({"source": "fr"}, 404, "task-not-found"),
        ({"q": "run."}, 400, None),
        ({"value": "worst"}, 422, None),
    ],
)
def test_wrong_questions_are_told(served, params, status, slug):
    answer = ask(served, **params)
    assert answer.status_code == status
    assert slug is None or answer.json()["slug"] == slug


@pytest.fixture(scope="module")
def recorded(serve_module, tmp_path_factory):
    """Four runs with accuracy and predictions at two steps; the surest is the best."""
    folder = tmp_path_factory.mktemp("recorded")
    labels = [0, 1, 2, 0, 1, 2, 0, 1]
    for at in range(4):
        with ridgeline.Run("pos", name=f"model-{at}", repo=folder, capture=False) as run:
            for step in (1, 2):
                right = at + 2 * step
                p = [
                    [
                        0.9 if one == (label if place < right else (label + 1) % 3) else 0.05
                        for one in range(3)
                    ]
                    for place, label in enumerate(labels)
                ]
                for lang in ("en", "de", "nl"):
                    for subset in ("dev", "test"):
                        context = {"lang": lang, "subset": subset}
                        run.track(right / 8, name="accuracy", context=context, step=step)
                        run.log_predictions(p, labels=labels, context=context, step=step)
    return serve_module(folder / ".ridgeline").client


class TestScorers:
    def ask(self, recorded, **params):
        target = {"target": "accuracy{lang=de,subset=test}", "source": "en"}
        return recorded.get("/api/select", params={**target, **params})

    def test_they_are_asked_beside_the_rules(self, recorded):
        found = self.ask(recorded, reveal=True).json()
        names = [rule["name"] for rule in found["rules"]]
        assert names[:4] == ["source-dev", "mean-pivots", "central-pivot", "target-dev"]
        assert names[4:] == ["entropy", "mutual-information", "mano", "atc", "doc", "agreement"]
        assert (found["resampled"], found["refused"]) == ("both", [])
        assert "atc" in found["rehearsal"]["rules"]
        assert all(rule["note"] == "" for rule in found["rules"])

    def test_what_they_lack_is_told(self, recorded):
        found = self.ask(recorded, rule=["rankme", "labelled", "source-dev"]).json()
        assert [rule["name"] for rule in found["rules"]] == ["source-dev"]
        assert {one["name"]: one["slug"] for one in found["refused"]} == {
            "rankme": "outputs-missing",
            "labelled": "outputs-missing",
        }
        found = self.ask(recorded, rule="labelled", labelled=8).json()
        assert [found["names"][row] for row in found["rules"][0]["chosen"]] == ["model-3"]

    def test_checkpoints(self, recorded):
        found = self.ask(recorded, checkpoints=True, rule="source-dev").json()
        assert found["steps"] == [1, 2] * 4
        assert found["names"][:2] == ["model-0@1", "model-0@2"]
        assert [found["names"][row] for row in found["rules"][0]["chosen"]] == ["model-3@2"]
        assert self.ask(recorded).json()["steps"] is None

    def test_what_intervals_come_from(self, recorded):
        found = self.ask(recorded, reveal=True, resample="candidates").json()
        assert found["resampled"] == "candidates"
        assert self.ask(recorded).json()["resampled"] is None
        assert self.ask(recorded, resample="seeds").status_code == 422


def test_intervals_cannot_come_from_what_was_not_recorded(served):
    answer = ask(served, source="en", reveal=True, resample="both")
    assert (answer.status_code, answer.json()["slug"]) == (400, "no-examples")
    notes = ask(served, source="en", reveal=True).json()["notes"]
    assert any("no predictions of it with labels" in note for note in notes)

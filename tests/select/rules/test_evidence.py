import numpy as np
import pytest

from ridgeline import select
from ridgeline.core.errors import InputError
from ridgeline.select.rules import Evidence, Rule, Said
from ridgeline.select.scorers.as_rules import as_rules
from ridgeline.select.scorers.outputs import Outputs

DEV = select.Scores.of(["a", "b"], ["en", "nl", "fr"], [[0.9, 0.1, 0.2], [0.8, 0.5, 0.3]])


def outputs(candidates):
    return Outputs(target_probabilities=np.full((candidates, 3, 2), 0.5, np.float32))


def test_nothing_but_scores_is_known_unless_it_is_given():
    evidence = Evidence.of(DEV, "de", "en")
    assert (evidence.outputs, evidence.representations) == (None, None)


def test_rules_see_outputs_and_representations():
    means = {"de": np.array([[1.0, 2.0], [3.0, 1.0]])}

    def score(evidence):
        assert evidence.outputs.candidates == 2
        return evidence.representations["de"][:, 1]

    rule = Rule("second-dim", "", "", score)
    (verdict,) = select.rank(DEV, "de", rules=[rule], outputs=outputs(2), representations=means)
    assert (verdict.chosen, verdict.note) == ((0,), "")


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"outputs": outputs(3)}, "outputs of 3 candidates, but 2"),
        ({"representations": {"de": np.zeros((1, 4))}}, "representations of 'de' of 1 candidates, but 2"),
        ({"representations": {"de": np.zeros(2)}}, r"shape \(2,\); \[candidates, dims\]"),
    ],
)
def test_what_is_of_other_candidates_is_refused(known, message):
    with pytest.raises(InputError, match=rf"{message}.*\[scores-shape\]"):
        select.rank(DEV, "de", source="en", **known)


def test_a_rule_may_add_a_note():
    rule = Rule("shy", "", "", lambda evidence: Said(evidence.dev.column("en"), "abstains: too few pivots"))
    hidden, judged = (
        select.rank(DEV, "de", rules=[rule, "mean-pivots"], test=test, n_resamples=20)[0]
        for test in (None, [0.1, 0.2])
    )
    assert hidden.note == judged.note == "abstains: too few pivots"
    assert judged.outcome.pick.regret == pytest.approx(0.1)


def test_a_rehearsal_shows_representations_but_not_the_real_targets_outputs():
    seen = []

    def score(evidence):
        seen.append((evidence.target, evidence.outputs, sorted(evidence.representations)))
        return Said(evidence.dev.column("en"), "noted")

    evidence = Evidence.of(DEV, "de", "en", outputs=outputs(2), representations={"nl": np.zeros((2, 3))})
    found = select.rehearse(evidence, [Rule("seer", "", "", score)])
    assert seen == [("nl", None, ["nl"]), ("fr", None, ["nl"])]
    assert found.regrets[:, 0] == pytest.approx([0.4, 0.1])


def test_scores_of_one_target_are_not_taken_for_anothers():
    (rule,) = as_rules({"snd": np.array([0.1, 0.2])}, "de")
    assert select.rank(DEV, "de", rules=[rule])[0].chosen == (1,)
    with pytest.raises(InputError, match=r"of 'de', which tells nothing of 'nl'"):
        rule.ask(Evidence.of(DEV, "nl", "en"))

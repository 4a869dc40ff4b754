import numpy as np
import pytest
from scorer_outputs import everything

from ridgeline.core.errors import InputError
from ridgeline.select.ranking import rank
from ridgeline.select.scorers.as_rules import as_rules
from ridgeline.select.scorers.table import score
from ridgeline.select.scores import Scores

TEST = np.array([0.2, 0.7, 0.9, 0.1])


def dev(candidates):
    names = [f"c{i}" for i in range(candidates)]
    return Scores.of(names, ["en"], np.linspace(0, 1, candidates)[:, None])


def test_scorers_are_judged_beside_the_rules():
    scores = score(everything(), ["snd", "labelled"])
    verdicts = rank(
        dev(4), "de", source="en", rules=["source-dev", *as_rules(scores)], test=TEST, n_resamples=50
    )
    assert [verdict.rule.name for verdict in verdicts] == ["source-dev", "snd", "labelled"]
    by_snd = verdicts[1]
    assert by_snd.chosen == (int(scores["snd"].argmax()),)
    assert by_snd.outcome.pick.regret == pytest.approx(0.9 - TEST[by_snd.chosen[0]])


def test_scores_of_other_candidates_are_refused():
    with pytest.raises(InputError, match=r"scores of 4 candidates, but there are 3 .*\[scores-shape\]"):
        rank(dev(3), "de", rules=as_rules(score(everything(), ["snd"])))

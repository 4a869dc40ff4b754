import numpy as np
import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.select.rehearsal import rehearse
from ridgeline.select.rules import Evidence
from ridgeline.select.scores import Scores

TASKS = ("en", "nl", "fr", "es", "de")


@pytest.fixture
def dev():
    """Five tasks that agree, but for the source."""
    rng = np.random.default_rng(2)
    truth = rng.normal(size=60)
    values = np.stack(
        [rng.normal(size=60), *(truth + rng.normal(scale=0.1, size=60) for _ in TASKS[1:])], axis=1
    )
    return Scores.of([str(at) for at in range(60)], TASKS, values)


def test_each_pivot_plays_the_target_once(dev):
    found = rehearse(Evidence.of(dev, "de", "en"), ["source-dev", "mean-pivots"])
    assert found.tasks == ("nl", "fr", "es")
    picked = dev.values[dev.column("en").argmax(), 1:4]
    assert found.regrets[:, 0] == pytest.approx(dev.values[:, 1:4].max(axis=0) - picked)
    assert (found.regrets[:, 1] < found.regrets[:, 0]).all()
    assert found.ranking.average_ranks.tolist() == [2, 1]


def test_the_target_is_never_seen(dev):
    hidden = Scores.of(dev.candidates, dev.tasks, np.where(np.array(TASKS) == "de", np.nan, dev.values))
    rules = ["source-dev", "mean-pivots", "central-pivot"]
    first, second = (rehearse(Evidence.of(scores, "de", "en"), rules).regrets for scores in (dev, hidden))
    assert (first == second).all()


def test_the_one_who_plays_is_no_pivot_of_its_own(dev):
    """Trusting `nl` cannot be rehearsed on `nl`; nor can labels of the target be."""
    found = rehearse(Evidence.of(dev, "de", "en"), ["pivot:nl", "mean-pivots", "target-dev"])
    assert [rule.name for rule in found.rules] == ["mean-pivots"]
    assert found.ranking is None


@pytest.mark.parametrize(
    ("rules", "pivots", "error"),
    [
        (["source-dev"], (), InputError),
        (["target-dev"], ("nl", "fr"), InputError),
        (["best"], ("nl", "fr"), NotFoundError),
    ],
)
def test_what_cannot_be_rehearsed_is_said(dev, rules, pivots, error):
    with pytest.raises(error):
        rehearse(Evidence.of(dev, "de", "en", pivots), rules)

"""Choose by a scorer: by what the candidates say of the target's examples, without their labels."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules.evidence import Evidence, Rule
from ridgeline.select.scorers.scorer import Scorer


def scorer_rule(scorer: Scorer) -> Rule:
    """Return the rule that trusts a scorer, which judges the outputs of the evidence."""

    def score(evidence: Evidence) -> NDArray[np.float64]:
        if evidence.outputs is None:
            raise InputError(
                f"The scorer {scorer.name} needs {', '.join(sorted(scorer.needs))} of the candidates. Give outputs=…, or"
                " record them by run.log_predictions(…).",
                "outputs-missing",
            )
        return scorer.score(evidence.outputs)

    return Rule(scorer.name, scorer.title, scorer.paper, score)

"""Choose by the dev set of the task that the candidates were trained on."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules.evidence import Evidence, Rule
from ridgeline.select.scores import Scores


def source_dev(dev: Scores, source: str) -> NDArray[np.float64]:
    """Score candidates by the dev set of the task they were trained on.

    The usual choice in zero-shot transfer, and often a poor one: Chen & Ritter 2021 (arXiv:2010.06127), section 1.

    Args:
        dev: dev scores, [candidates, tasks].
        source: the task that the candidates were trained on.

    Returns:
        [candidates]; NaN where a candidate lacks the score.
    """
    return dev.column(source).copy()


def _score(evidence: Evidence) -> NDArray[np.float64]:
    if evidence.source is None:
        raise InputError(
            "The rule source-dev needs the task that the candidates were trained on; name it as the source.",
            "no-source",
        )
    return source_dev(evidence.dev, evidence.source)


SOURCE_DEV = Rule("source-dev", "best on the source's dev set", "Chen & Ritter 2021, section 1", _score)

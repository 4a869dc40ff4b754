"""Choose by the target's own dev set: what labels would buy, to compare with."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.rules.evidence import Evidence, Rule


def _score(evidence: Evidence) -> NDArray[np.float64]:
    if evidence.target not in evidence.dev.tasks:
        raise InputError(
            f"The rule target-dev needs dev scores of the target {evidence.target!r}, and there are none. Leave the rule out.",
            "no-target-dev",
        )
    return evidence.dev.column(evidence.target).copy()


TARGET_DEV = Rule(
    "target-dev", "best on the target's dev set, if it had labels", "Chen & Ritter 2021, section 5.1", _score
)

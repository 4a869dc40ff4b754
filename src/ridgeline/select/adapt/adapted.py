"""Outputs of candidates as they would be after test-time adaptation, for any scorer to judge."""

from dataclasses import replace

from ridgeline.core.errors import InputError
from ridgeline.select.adapt.affinity import Affinity
from ridgeline.select.adapt.lame import lame
from ridgeline.select.scorers.outputs import Outputs


def adapted(
    outputs: Outputs,
    *,
    kind: Affinity = "knn",
    neighbours: int = 5,
    strength: float = 1.0,
    batch: int | None = None,
) -> Outputs:
    """Put adapted probabilities in the place of those that were recorded: "which candidate is best once LAME is on?".

    Source probabilities are adapted too, by the source's features, since the scorers compare them with the target's. Where there
    are no source features they are left out, and with them the scorers that need them. Recorded predictions make room for those
    that follow from the adapted probabilities.

    Args:
        outputs: of candidates, with target probabilities and features.
        kind: as in `lame`.
        neighbours: as there.
        strength: as there.
        batch: as there; the examples of both domains in the order in which they are recorded.

    Raises:
        InputError: there are no target probabilities or features, or `lame` refuses them.
    """
    if outputs.target_probabilities is None or outputs.target_features is None:
        raise InputError(
            "Test-time adaptation needs the target's probabilities and features, and that was not recorded.",
            "outputs-missing",
        )
    target = lame(
        outputs.target_probabilities,
        outputs.target_features,
        kind=kind,
        neighbours=neighbours,
        strength=strength,
        batch=batch,
    )
    source = None
    if outputs.source_probabilities is not None and outputs.source_features is not None:
        source = lame(
            outputs.source_probabilities,
            outputs.source_features,
            kind=kind,
            neighbours=neighbours,
            strength=strength,
            batch=batch,
        )
    return replace(
        outputs,
        target_probabilities=target,
        target_predictions=None,
        source_probabilities=source,
        source_predictions=None,
    )

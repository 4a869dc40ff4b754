"""All scorers by name."""

from ridgeline.select.scorers import (
    agreement,
    agreement_line,
    atc,
    dev,
    doc,
    entropy,
    h_score,
    hopkins,
    importance,
    labelled,
    leep,
    logme,
    mano,
    mixval,
    mutual_information,
    nce,
    rankme,
    reverse_validation,
    snd,
    transfer_score,
)
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.scorer import Scorer

SCORERS: dict[str, Scorer] = {
    scorer.name: scorer
    for scorer in (
        entropy.SCORER,
        mutual_information.SCORER,
        snd.SCORER,
        mano.SCORER,
        atc.SCORER,
        atc.ENTROPY_SCORER,
        doc.SCORER,
        agreement.SCORER,
        agreement_line.SCORER,
        transfer_score.SCORER,
        hopkins.SCORER,
        rankme.SCORER,
        labelled.SCORER,
        importance.SCORER,
        importance.KDE_SCORER,
        dev.SCORER,
        mixval.SCORER,
        reverse_validation.SCORER,
        logme.SCORER,
        leep.SCORER,
        nce.SCORER,
        h_score.SCORER,
    )
}


def usable(outputs: Outputs) -> tuple[str, ...]:
    """Return the names of the scorers for which enough was recorded, in the order of `SCORERS`."""
    return tuple(name for name, scorer in SCORERS.items() if not scorer.missing(outputs))

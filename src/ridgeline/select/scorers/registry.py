"""All scorers by name."""

from dataclasses import replace

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.select.adapt.adapted import adapted
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


_LAME = "lame:"


def is_scorer(name: str) -> bool:
    """Say whether a name is that of a scorer, as it is or after adaptation where that changes what it judges."""
    if name.startswith(_LAME):
        scorer = SCORERS.get(name.removeprefix(_LAME))
        return scorer is not None and _adaptable(scorer)
    return name in SCORERS


def find_scorer(name: str) -> Scorer:
    """Return a scorer by its name; `lame:entropy` is entropy of predictions as test-time adaptation (LAME) would make them.

    Raises:
        NotFoundError: there is none of this name.
        InputError: it judges no probabilities, or compares candidates with each other, so that there is nothing to adapt.
    """
    if name.startswith(_LAME):
        return _after_adaptation(find_scorer(name.removeprefix(_LAME)))
    if name not in SCORERS:
        raise NotFoundError(
            f"No scorer {name!r} among {', '.join(SCORERS)}, and {_LAME}SCORER.{did_you_mean(name, SCORERS)}",
            "scorer-not-found",
        )
    return SCORERS[name]


def _adaptable(scorer: Scorer) -> bool:
    judged = {"target_probabilities", "target_predictions"}
    return bool(judged & scorer.needs) and not scorer.across and not scorer.name.startswith(_LAME)


def _after_adaptation(scorer: Scorer) -> Scorer:
    if not _adaptable(scorer):
        fits = ", ".join(one.name for one in SCORERS.values() if _adaptable(one))
        raise InputError(
            f"LAME adapts predictions of the target, and {scorer.name} does not judge these one candidate at a time, or twice. It"
            f" goes with {fits}.",
            "scorer-adapted",
        )
    # Predicted classes follow from adapted probabilities.
    needs = {need.replace("predictions", "probabilities") for need in scorer.needs} | {"target_features"}
    if "source_probabilities" in needs:
        needs.add("source_features")
    return replace(
        scorer,
        name=f"{_LAME}{scorer.name}",
        title=f"{scorer.title}, after LAME",
        paper=f"{scorer.paper}; LAME: Boudiaf et al. 2022, arXiv:2201.05718",
        needs=frozenset(needs),
        compute=lambda outputs: scorer.compute(adapted(outputs)),
    )


def usable(outputs: Outputs) -> tuple[str, ...]:
    """Return the names of the scorers for which enough was recorded, in the order of `SCORERS`."""
    return tuple(name for name, scorer in SCORERS.items() if not scorer.missing(outputs))

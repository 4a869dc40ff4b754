"""Choose by Learned Model Selection: a small network that has learned from the pivots."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.lms.learn import PLAN, Judgement, learn_to_select
from ridgeline.select.rules.evidence import Evidence, Rule, Said

KEPT_JUDGEMENTS = 64
"""Of 240 candidates, 10 KB each."""

_kept: OrderedDict[bytes, Judgement] = OrderedDict()
_lock = Lock()


def judge(evidence: Evidence) -> Judgement:
    """Return what LMS says; the same evidence again is not learned again.

    Raises:
        InputError: no representations of the target are recorded, or there is nothing to choose by where it abstains.
    """
    seen = evidence.representations or {}
    tasks = [task for task in (*evidence.pivots, evidence.target) if task in seen]
    representations = {task: seen[task] for task in tasks}
    key = _key(evidence, representations)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = learn_to_select(
        evidence.dev,
        evidence.target,
        representations,
        source=evidence.source,
        pivots=evidence.pivots,
    )
    found.scores.flags.writeable = False
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT_JUDGEMENTS:
            _kept.popitem(last=False)
    return found


def note(judgement: Judgement) -> str:
    """Say in a sentence what the judgement rests on, or why there is none."""
    if judgement.abstains:
        return f"LMS abstains: {judgement.abstains}. These are the scores of {judgement.instead}."
    assert judgement.setting is not None
    assert judgement.trial is not None
    rate, epochs = judgement.setting
    trial = judgement.trial
    return (
        f"With each of {len(trial.pivots)} pivots as the target its mean regret is {trial.learned.mean():.4g}, against"
        f" {trial.plain[trial.best_plain].mean():.4g} of {trial.best_plain}. {judgement.votes:.0%} of its networks pick the"
        f" same candidate (learning rate {rate:g}, {epochs} epochs)."
    )


def _key(evidence: Evidence, representations: dict[str, NDArray[np.float64]]) -> bytes:
    dev = evidence.dev
    shown = (*evidence.pivots, *(() if evidence.source is None else (evidence.source,)))
    digest = sha256(repr((evidence.target, evidence.source, evidence.pivots, dev.values.shape)).encode())
    for task in shown:
        digest.update(dev.column(task).tobytes())
    for task, values in representations.items():
        digest.update(repr((task, values.shape)).encode())
        digest.update(values.astype(np.float64).tobytes())
    return digest.digest()


def _score(evidence: Evidence) -> Said:
    found = judge(evidence)
    return Said(found.scores.copy(), note(found))


def _rehearse(evidence: Evidence) -> NDArray[np.float64]:
    """Return what leave-one-pivot-out has found anyway: asking for each pivot would cost as many times as much."""
    trial = judge(evidence).trial
    if trial is None or trial.pivots != evidence.pivots:
        raise InputError(
            "LMS has not been tried with each pivot as the target: some have no representations, or they are too few.",
            "no-representations",
        )
    return trial.rehearsed(PLAN.confidence)


LMS = Rule(
    "lms",
    "best by what a network has learned from the pivots",
    "Chen & Ritter 2021, section 3",
    _score,
    _rehearse,
)

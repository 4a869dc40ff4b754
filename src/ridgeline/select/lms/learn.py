"""Learned Model Selection: learn from pivots which representation goes with which language, and say when that is no use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.lms.languages import LanguageVectors, vectors_for
from ridgeline.select.lms.leave_one_out import DECIMALS, Train, Trial, leave_one_out, standard
from ridgeline.select.lms.plan import MIN_PIVOTS, Material, Plan
from ridgeline.select.lms.prepare import language_inputs, recorded, stacked, standardised
from ridgeline.select.lms.train import train
from ridgeline.select.scores import Scores


@dataclass(frozen=True, slots=True)
class Judgement:
    """What LMS says of candidates for a target.

    Attributes:
        scores: what to choose by, [candidates], higher is better: those of LMS, or of `instead` if it abstains. NaN: it
            cannot say.
        abstains: why, as a sentence; "" if it does not.
        instead: name of the plain rule that stands in for it, "" if none does.
        learned: the ensemble's score, [candidates]: mean over members of their standardised scores; NaN for candidates
            without a representation of the target. None if there was too little to learn from.
        spread: standard deviation of that over the members.
        votes: part of the members whose own pick is the ensemble's.
        setting: learning rate and epochs.
        trial: what leave-one-pivot-out found. None if there was too little to learn from.
    """

    scores: NDArray[np.float64]
    abstains: str = ""
    instead: str = ""
    learned: NDArray[np.float64] | None = None
    spread: NDArray[np.float64] | None = None
    votes: float = float("nan")
    setting: tuple[float, int] | None = None
    trial: Trial | None = None


PLAN = Plan()


def learn_to_select(
    dev: Scores,
    target: str,
    representations: Mapping[str, NDArray[np.float64]],
    *,
    source: str | None = None,
    pivots: Sequence[str] | None = None,
    languages: LanguageVectors | None = None,
    plan: Plan = PLAN,
) -> Judgement:
    """Score candidates for a target without labels: Chen & Ritter 2021 (arXiv:2010.06127), section 3.

    s(m, l) = f(r)ᵀ B g(v), with r the model's mean feature over unlabeled text of the language and v the language's
    vector, is trained on the pivots such that of each two candidates the better one by dev score scores higher. The
    target's dev scores are not read, even if they are there.

    Departs:
        Learning rate and epochs are chosen by leave-one-pivot-out, where the authors' code has a learning rate for each
        target. Members of an ensemble learn from candidates drawn anew, instead of one split. All pairs of a task come
        from one forward pass. Each tower has a dropout of its own. Representations are centred a task and reduced to
        principal axes, so the networks are smaller. And LMS abstains: its regret with each pivot as the target must be
        less than that of the better plain rule, source dev or mean of pivots, by a one-sided paired t-test.

    A candidate that no pivot has a dev score of is new: the mean of pivots cannot judge it, LMS can. Where there are new
    ones, leave-one-pivot-out lets each member choose among candidates that it has not learned from, and the rule to beat
    is source dev.

    Args:
        dev: dev scores, [candidates, tasks]; higher is better. NaN: not evaluated.
        target: the task to choose for.
        representations: by task, [candidates, dims]; a row with a NaN: not recorded. Candidates must come from one
            pre-trained model, or their features do not compare.
        source: the task that the candidates were trained on; None: nobody says.
        pivots: tasks with labels that may be seen; None: all but source and target. Those without representations are
            left out.
        languages: vectors of target and pivots; None: those that ship if they have all, else learned from the
            representations.
        plan: settings.

    Raises:
        NotFoundError: source or a pivot is no column, or `languages` lack one.
        InputError: there are no representations of the target, their shapes do not fit, or the target is a pivot; or
            there is neither a source nor a pivot to choose by instead.
    """
    if pivots is None:
        pivots = [task for task in dev.tasks if task not in (source, target)]
    _check(dev, target, pivots, representations)
    plain = _plain_rules(dev, source)
    if not plain(pivots):
        raise InputError(
            "LMS learns from pivots, tasks with labels beside source and target, and chooses by the source where it"
            " abstains; there is neither.",
            "no-pivots",
        )
    material = _material(dev, target, pivots, representations, languages, plan)
    if isinstance(material, str):
        return _abstain(plain(pivots), material)
    trained = _trainer(plan)
    held_out = [plain([one for one in pivots if one != pivot]) for pivot in material.pivots]
    rivals = [name for name in held_out[0] if name == "source-dev" or not material.has_new] or list(
        held_out[0]
    )
    trial = leave_one_out(
        material, plan, trained, {name: np.stack([said[name] for said in held_out]) for name in rivals}
    )
    learned = _ensemble(material, plan, trained, trial.setting)
    together = learned.mean(axis=0).round(DECIMALS)
    gain, needed = trial.gain(plan.confidence)
    instead = "" if gain > needed else trial.best_plain
    return Judgement(
        scores=plain(pivots)[instead] if instead else together,
        abstains=_why(trial, gain, needed) if instead else "",
        instead=instead,
        learned=together,
        spread=learned.std(axis=0),
        votes=_votes(learned),
        setting=trial.setting,
        trial=trial,
    )


def _check(
    dev: Scores, target: str, pivots: Sequence[str], representations: Mapping[str, NDArray[np.float64]]
) -> None:
    if target in pivots:
        raise InputError(
            f"The target {target!r} is among the pivots {', '.join(pivots)}. A pivot is a task with labels other than"
            " the target; leave it out.",
            "target-as-pivot",
        )
    for pivot in pivots:
        dev.column(pivot)
    if target not in representations or not recorded(representations[target]).any():
        of = ", ".join(representations) or "no task"
        raise InputError(
            f"LMS needs each candidate's representation of unlabeled text of the target {target!r}, and there are only"
            f" some of {of}. Record them with run.log_predictions(…, features=…).",
            "no-representations",
        )


def _plain_rules(
    dev: Scores, source: str | None
) -> Callable[[Sequence[str]], dict[str, NDArray[np.float64]]]:
    """Return a function of pivots to what the rules say that LMS has to beat; those that have nothing to say are left out."""

    def said(pivots: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        rules = {"mean-pivots": dev.mean(pivots)} if pivots else {}
        if source is not None:
            rules["source-dev"] = dev.column(source)
        return {name: scores for name, scores in rules.items() if not np.isnan(scores).all()}

    return said


def _material(
    dev: Scores,
    target: str,
    pivots: Sequence[str],
    representations: Mapping[str, NDArray[np.float64]],
    languages: LanguageVectors | None,
    plan: Plan,
) -> Material | str:
    """Return what can be learned from, or why nothing can."""
    shared = [pivot for pivot in pivots if pivot in representations]
    values = stacked(representations, [*shared, target], len(dev.candidates))
    known = recorded(values)
    truth = (
        np.where(known[:-1], dev.columns(shared).T, np.nan) if shared else np.empty((0, len(dev.candidates)))
    )
    usable = np.flatnonzero((~np.isnan(truth)).sum(axis=1) > 1)
    if len(dev.candidates) < 2:
        return "there is one candidate, and nothing to choose"
    if len(usable) < MIN_PIVOTS:
        return (
            f"{len(usable)} of {len(pivots)} pivots have dev scores and representations of two candidates or more, and"
            f" leaving one out needs {MIN_PIVOTS}"
        )
    names = tuple(shared[at] for at in usable)
    tasks = [*usable, len(shared)]
    vectors = vectors_for([*names, target], representations) if languages is None else languages
    return Material(
        pivots=names,
        inputs=standardised(values[tasks], plan.dims),
        known=known[tasks],
        languages=language_inputs(vectors, [*names, target]),
        dev=truth[usable],
    )


def _abstain(plain: Mapping[str, NDArray[np.float64]], reason: str) -> Judgement:
    instead, scores = next(iter(plain.items()))
    return Judgement(scores, reason, instead)


def _ensemble(
    material: Material, plan: Plan, trained: Train, setting: tuple[float, int]
) -> NDArray[np.float64]:
    """Return what each member says of the target, standardised, [members, candidates]."""
    target = len(material.pivots)
    lesson = material.lesson(plan, material.splits(plan, plan.members), target, setting[:1])
    scores = trained(lesson).scores[plan.epochs.index(setting[1]), :, 0]
    return standard(scores, material.known[target])


def _votes(members: NDArray[np.float64]) -> float:
    return float((np.nanargmax(members, axis=1) == np.nanargmax(members.mean(axis=0))).mean())


def _why(trial: Trial, gain: float, needed: float) -> str:
    with_plain = f"{trial.plain[trial.best_plain].mean():.4g} of {trial.best_plain}"
    found = f"with each of {len(trial.pivots)} pivots as the target its mean regret is {trial.learned.mean():.4g}, against {with_plain}"
    if gain <= 0:
        return f"{found}: it knows no better"
    return f"{found}; the {gain:.2g} that it saves would have to be more than {needed:.2g}"


def _trainer(plan: Plan) -> Train:
    """Return what trains.

    Raises:
        InputError: PyTorch is asked for and not installed.
    """
    if plan.backend == "numpy":
        return train
    if find_spec("torch") is None:
        raise InputError(
            "LMS is to be trained by PyTorch, which is not installed. Run: pip install 'ridgeline[torch]'. NumPy's path needs"
            " nothing.",
            "package-missing",
        )
    found: Train = import_module("ridgeline.select.lms.torch_train").trainer(plan.device)
    return found

"""A choice among tracked candidates for one target: which rules can say something, what they pick, how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.query.snapshot import Snapshot
from ridgeline.select.ranking import Verdict, rank
from ridgeline.select.rules import USUAL_RULES, Evidence, Rule, Said, find_rule
from ridgeline.select.scorers.registry import is_scorer
from ridgeline.select.sweeps import Resample
from ridgeline.select.tracked import TrackedScores
from ridgeline.select.tracked_outputs import TrackedOutputs
from ridgeline.select.tracked_reader import Hint
from ridgeline.select.tracked_representations import Representations

USUAL_SCORERS = ("entropy", "mutual-information", "mano", "atc", "doc", "agreement")
"""Those asked when nobody says which: quick ones, whose cost grows with the examples and not with their square."""
_SAME = 1e-5
"""How far the mean over recorded examples may be from the test score that was tracked, as in `ranking`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What rules pick, and what is to be known of it.

    Attributes:
        verdicts: one a rule, in their order.
        resampled: what the intervals come from; None while the target is hidden.
        note: why they do not have the noise of the test set in them; "" if they have, or nobody asked.
    """

    verdicts: tuple[Verdict, ...]
    resampled: Resample | None
    note: str


@dataclass(frozen=True)
class TrackedChoice:
    """A choice for one target.

    Attributes:
        snapshot: where the runs are.
        scores: the candidates.
        task: the target.
        source: the task that the candidates were trained on; None: nobody says.
        asked_pivots: tasks with labels that may be seen; None: all but source and target. The target is no pivot.
        hint: which labels of the target may be seen.
    """

    snapshot: Snapshot
    scores: TrackedScores
    task: str
    source: str | None = None
    asked_pivots: tuple[str, ...] | None = None
    hint: Hint = Hint()  # noqa: RUF009 - frozen

    @cached_property
    def outputs(self) -> TrackedOutputs:
        """What was recorded of the candidates."""
        return TrackedOutputs(self.snapshot, self.scores, self.task, self.source, self.hint)

    @cached_property
    def evidence(self) -> Evidence:
        """What the rules may see.

        Raises:
            NotFoundError: there is no such source or pivot.
        """
        pivots = self.asked_pivots
        if pivots is not None:
            pivots = tuple(pivot for pivot in pivots if pivot != self.task)
        return Evidence.of(
            self.scores.dev, self.task, self.source, pivots, representations=Representations(self.outputs)
        )

    def usual(self) -> tuple[str, ...]:
        """Return the names of the rules to compare when nobody says which: scorers where they have what they need."""
        usable = set(self.outputs.usable())
        return (*USUAL_RULES, *(name for name in USUAL_SCORERS if name in usable))

    def rules(self, names: Sequence[str]) -> tuple[Rule, ...]:
        """Return rules by their names; scorers judge what was recorded.

        Raises:
            NotFoundError: there is no such rule.
        """
        plain = {name: find_rule(name) for name in names}  # tells of the first that is none
        scored: Mapping[str, Rule] = {
            rule.name: rule for rule in self.outputs.rules([name for name in names if is_scorer(name)])
        }
        return tuple(scored.get(name, plain[name]) for name in names)

    def able(self, names: Sequence[str]) -> tuple[list[Rule], dict[str, InputError]]:
        """Return the rules that have what they need, as of `asked`, and by name why others have not, or are none."""
        scored = {rule.name: rule for rule in self.outputs.rules([name for name in names if is_scorer(name)])}
        able: list[Rule] = []
        refused: dict[str, InputError] = {}
        for name in dict.fromkeys(names):
            try:
                able.append(self.asked(scored.get(name) or find_rule(name)))
            except InputError as error:
                refused[name] = error
        return able, refused

    def asked(self, rule: Rule) -> Rule:
        """Ask a rule now, and return one that says the same again without working it out again.

        Raises:
            InputError: it lacks what it needs, or has a score for no candidate.
        """
        said = rule.ask(self.evidence)
        if np.isnan(said.scores).all():
            raise InputError(f"No candidate has a score by the rule {rule.name}.", "no-candidates")
        return Rule(rule.name, rule.title, rule.paper, partial(_again, rule, self.task, said), rule.rehearse)

    def judge(self, rules: Sequence[Rule], *, reveal: bool, resample: Resample | None = None) -> Judged:
        """Let rules choose, and judge the choices where the target may be revealed.

        Args:
            rules: at least one.
            reveal: whether the test scores may be looked at.
            resample: what the intervals come from; None: candidates and examples where the predictions of the test set
                were recorded, else candidates.

        Raises:
            InputError: as of `rank`, and where examples are asked for whose predictions were not recorded.
        """
        examples, note = self.test_examples() if reveal and resample != "candidates" else (None, "")
        if resample in ("examples", "both") and examples is None:
            raise InputError(f"{note} Resample candidates instead.", "no-examples")
        over: Resample = resample or ("candidates" if examples is None else "both")
        verdicts = rank(
            self.scores.dev,
            self.task,
            rules=rules,
            source=self.source,
            pivots=self.evidence.pivots,
            test=self.scores.test.column(self.task) if reveal else None,
            representations=self.evidence.representations,
            examples=examples,
            resample=over,
            # Checkpoints of one run are no independent tries: a sweep draws runs.
            groups=None if self.scores.steps is None else self.scores.rids,
        )
        return Judged(verdicts, over if reveal else None, note)

    def test_examples(self) -> tuple[NDArray[np.float64] | None, str]:
        """Return scores of single test examples whose mean is the test score, [candidates, examples]; None with the reason."""
        try:
            correct = self.outputs.correct(self.task)
        except InputError as error:
            return None, f"The noise of the test set is not in the intervals: {error.message}"
        if correct is None:
            return None, (
                "The noise of the test set is not in the intervals: no predictions of it with labels were recorded"
                " (run.log_predictions)."
            )
        # Of an error rate, which stands negated, a right answer costs nothing and a wrong one 1.
        single = correct if self.scores.sign > 0 else correct - 1
        test = self.scores.test.column(self.task)
        lacks = int((np.isnan(single).any(axis=1) & ~np.isnan(test)).sum())
        if lacks:
            return None, (
                f"The noise of the test set is not in the intervals: of {lacks} of {len(test)} candidates no predictions of it"
                " were recorded."
            )
        off = np.abs(single.mean(axis=1) - test)
        if np.isnan(off).all() or np.nanmax(off) > _SAME:
            return None, (
                f"The noise of the test set is not in the intervals: {self.scores.metric} is not the mean over the recorded"
                " examples, as accuracy is."
            )
        return single, ""


def _again(rule: Rule, task: str, said: Said, evidence: Evidence) -> Said:
    return said if evidence.target == task else rule.ask(evidence)

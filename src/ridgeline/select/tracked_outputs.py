"""Scorers on what runs have recorded: read a block of candidates at a time, scored once."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.query.snapshot import Snapshot
from ridgeline.select.rules import Evidence, Rule, Said
from ridgeline.select.scorers.registry import SCORERS, find_scorer
from ridgeline.select.scorers.scorer import Scorer
from ridgeline.select.scorers.table import score
from ridgeline.select.tracked import TrackedScores
from ridgeline.select.tracked_lack import lack
from ridgeline.select.tracked_predictions import RecordedSet, find_predictions, line_up
from ridgeline.select.tracked_reader import Hint, Labels, fields_of, read_blocks

REHEARSED_BYTES = 64 << 20
"""Of predictions of one pivot that a rehearsal may read; more would make whoever looks at it wait."""
_KEPT_SCORES = 512
_KEPT_MATRICES = 8
_LABELED = frozenset({"train", "training", "test"})
_kept: OrderedDict[tuple[object, ...], Said] = OrderedDict()
_kept_correct: OrderedDict[tuple[object, ...], NDArray[np.float32]] = OrderedDict()
_kept_lock = Lock()


@dataclass(frozen=True, slots=True)
class TrackedOutputs:
    """What was recorded of candidates by `Run.log_predictions`, read when a scorer asks.

    The target's examples are those of its dev set or other unlabeled part, and of its test set only where nothing else was
    recorded; their labels are not read, but for those of `hint`.

    Attributes:
        snapshot: where it is.
        scores: the candidates.
        target: the task to choose for; in a rehearsal others play it.
        source: the task that the candidates were trained on.
        hint: which labels of the target may be seen.
    """

    snapshot: Snapshot
    scores: TrackedScores
    target: str
    source: str | None = None
    hint: Hint = field(default_factory=Hint)
    _sets: dict[str, RecordedSet] = field(default_factory=dict, repr=False)
    _fields: dict[str, list[frozenset[str]]] = field(default_factory=dict, repr=False)

    def rules(self, names: Sequence[str]) -> tuple[Rule, ...]:
        """Return scorers as rules. A rule raises InputError when what its scorer needs was not recorded.

        Raises:
            NotFoundError: there is no such scorer.
        """
        return tuple(
            Rule(name, scorer.title, scorer.paper, partial(self._say, name, tuple(names)))
            for name in names
            for scorer in [find_scorer(name)]
        )

    def usable(self) -> tuple[str, ...]:
        """Return the names of the scorers for which enough was recorded of at least one candidate."""
        return tuple(name for name, scorer in SCORERS.items() if len(self._rows(scorer, self.target)))

    def correct(self, task: str) -> NDArray[np.float64] | None:
        """Return whether candidates are right on each example of the target's test set, [candidates, examples].

        A row of NaN where that was not recorded; None where it was of no candidate.

        Raises:
            InputError: examples cannot be put in line, or differ in labels.
        """
        context = self.scores.test_contexts[self.scores.test.tasks.index(task)]
        recorded = find_predictions(self.snapshot, context, self.scores.rids, self.scores.steps)
        rows = [
            row
            for row in range(len(recorded.entries))
            if "labels" in recorded.holds(row) and recorded.holds(row) & {"probabilities", "predictions"}
        ]
        if not rows:
            return None
        key = recorded.key
        with _kept_lock:
            known = _kept_correct.get(key)
        if known is None:
            known = _right(recorded, rows)
            with _kept_lock:
                _kept_correct[key] = known
                while len(_kept_correct) > _KEPT_MATRICES:
                    _kept_correct.popitem(last=False)
        return known.astype(np.float64)

    def _say(self, name: str, together: tuple[str, ...], evidence: Evidence) -> Said:
        task, scorer = evidence.target, find_scorer(name)
        if not len(self._rows(scorer, task)):
            raise lack(scorer, task, source=self.source is not None, labelled=bool(self.hint.labelled))
        if task != self.target and self.recorded(task).size_bytes > REHEARSED_BYTES:
            raise InputError(
                f"There is too much recorded of {task!r} to rehearse scorers on it.", "outputs-large"
            )
        key = self._key(name, task)
        with _kept_lock:
            known = _kept.get(key)
        return known or self._score(name, together, task)

    def _score(self, name: str, together: tuple[str, ...], task: str) -> Said:
        """Score by one scorer, and by those that others will ask for: what is read is read once."""
        rows = self._rows(find_scorer(name), task)
        alike = [other for other in together if np.array_equal(self._rows(find_scorer(other), task), rows)]
        try:
            found = self._table(alike, task, rows)
        except InputError:
            if len(alike) == 1:
                raise
            found = self._table([name], task, rows)  # another's mistake is not this one's
        with _kept_lock:
            for other, said in found.items():
                _kept[self._key(other, task)] = said
            while len(_kept) > _KEPT_SCORES:
                _kept.popitem(last=False)
        return found[name]

    def _table(self, names: Sequence[str], task: str, rows: NDArray[np.int64]) -> dict[str, Said]:
        needs = frozenset[str]().union(*(find_scorer(name).needs for name in names))
        target, source = line_up(self.recorded(task), rows.tolist()), None
        inside = target.rows
        recorded = self._source()
        if recorded is not None and any(need.startswith("source") for need in needs):
            source = line_up(recorded, rows.tolist())
            inside = np.intersect1d(inside, source.rows)
        found = score(read_blocks(target, source, inside, needs, self.hint), names)
        n = len(self.scores.rids)
        notes = [line.note for line in (target, source) if line and line.note]
        if len(rows) < n:
            notes.insert(0, f"{n - len(rows)} of {n} candidates have no such predictions.")
        return {name: Said(_spread(values, inside, n), " ".join(notes)) for name, values in found.items()}

    def _rows(self, scorer: Scorer, task: str) -> NDArray[np.int64]:
        """Return the candidates of which all was recorded that a scorer needs, [rows]."""
        if task not in self._fields:
            target, source = self.recorded(task), self._source()
            # Labels of the test set stay hidden, also where nothing but it was recorded.
            hint = Hint() if target.context in self.scores.test_contexts else self.hint
            self._fields[task] = [
                fields_of(target.holds(row), source.holds(row) if source else frozenset(), hint)
                for row in range(len(self.scores.rids))
            ]
        return np.array(
            [row for row, fields in enumerate(self._fields[task]) if scorer.needs <= fields], np.int64
        )

    def recorded(self, task: str) -> RecordedSet:
        """Return the predictions of a task's examples: of its dev set, another part of it, or at last its test set."""
        if task not in self._sets:
            there = [key.context for key in self.snapshot.metrics if key.kind == "predictions"]
            sets = [
                find_predictions(self.snapshot, one, self.scores.rids, self.scores.steps)
                for one in _unlabeled(task, self.scores, there)
            ]
            nothing = RecordedSet({}, (None,) * len(self.scores.rids), self.snapshot.index)
            self._sets[task] = next((one for one in sets if any(one.entries)), nothing)
        return self._sets[task]

    def _source(self) -> RecordedSet | None:
        return None if self.source is None else self.recorded(self.source)

    def _key(self, name: str, task: str) -> tuple[object, ...]:
        source = self._source()
        return name, self.recorded(task).key, source and source.key, self.hint


def _unlabeled(
    task: str, scores: TrackedScores, there: Sequence[Mapping[str, Json]]
) -> list[Mapping[str, Json]]:
    """Return contexts of a task's examples, best first: its dev set, other parts but train, at last its test set."""
    dev = [scores.dev_contexts[scores.dev.tasks.index(task)]] if task in scores.dev.tasks else []
    test = [scores.test_contexts[scores.test.tasks.index(task)]] if task in scores.test.tasks else []
    known = (dev + test)[:1]
    others = [
        context
        for context in there
        if context not in dev + test
        and known
        and _rest(context, scores.split) == _rest(known[0], scores.split)
        and context.keys() == known[0].keys()
        and not {context[key] for key in scores.split} & _LABELED
    ]
    return [*dev, *others, *test]


def _rest(context: Mapping[str, Json], split: frozenset[str]) -> dict[str, Json]:
    return {key: value for key, value in context.items() if key not in split}


def _spread(values: NDArray[np.float64], rows: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Return values of some candidates as values of all, NaN for the rest."""
    found = np.full(n, np.nan)
    found[rows] = values
    return found


def _right(recorded: RecordedSet, rows: Sequence[int]) -> NDArray[np.float32]:
    """Return 1 where a candidate is right and 0 where it is wrong, [candidates, examples]; NaN rows for the others."""
    line, labels = line_up(recorded, rows), Labels()
    right: dict[int, NDArray[np.bool_]] = {}
    for row in line.rows.tolist():
        found = line.read(row)
        classes = found.classes()
        assert classes is not None  # its meta says so
        right[row] = np.equal(classes, labels.agreed([found]))
    correct = np.full((len(recorded.entries), len(next(iter(right.values())))), np.nan, np.float32)
    for row, one in right.items():
        correct[row] = one
    return correct

"""What is wrong with a table of scores, or makes choosing from it less sure than it looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ridgeline.select.checks_columns import columns_out_of_order
from ridgeline.select.scores import Scores

Kind = Literal["missing", "duplicate", "tie", "constant", "order"]
TIED_SHARE = 0.02
"""Part of the candidates that may share the best score of a task before that is said; two may always."""
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know of a table of scores before choosing from it.

    Attributes:
        kind: what it is.
        message: for people, with the names of candidates and tasks.
        candidates: rows that it is about, ascending.
        tasks: columns that it is about, ascending.
    """

    kind: Kind
    message: str
    candidates: tuple[int, ...]
    tasks: tuple[int, ...]


def check_scores(scores: Scores, names: Sequence[str] | None = None) -> tuple[Finding, ...]:
    """Find missing cells, duplicates, ties for the best, constant columns, and columns in the wrong order.

    Args:
        scores: candidates × tasks.
        names: what the messages call the candidates, in their order; None: as the scores do.

    Returns:
        Findings, in this order; none where there is nothing to say. Nothing is changed or left out.
    """
    called = scores.candidates if names is None else names
    return (
        *_missing(scores),
        *_duplicates(scores, called),
        *_constant(scores),
        *_ties(scores, called),
        *_order(scores, called),
    )


def _missing(scores: Scores) -> Iterator[Finding]:
    lacks = np.isnan(scores.values)
    if not lacks.any():
        return
    rows, columns = np.flatnonzero(lacks.any(axis=1)), np.flatnonzero(lacks.any(axis=0))
    empty = int(lacks.all(axis=1).sum())
    message = (
        f"{int(lacks.sum())} of {lacks.size} scores are missing: of {len(rows)} of {len(lacks)} candidates,"
        f" most of them on {scores.tasks[int(lacks.sum(axis=0).argmax())]!r}."
        f" {f'{empty} have none at all. ' if empty else ''}Rules leave out whom they cannot judge."
    )
    yield Finding("missing", message, _whole(rows), _whole(columns))


def _duplicates(scores: Scores, names: Sequence[str]) -> Iterator[Finding]:
    """Find candidates with the same scores throughout, in two tasks or more: in one alone that is a tie."""
    whole = np.flatnonzero(~np.isnan(scores.values).any(axis=1))
    if len(scores.tasks) < 2 or len(whole) < 2:
        return
    _, group, counts = np.unique(scores.values[whole], axis=0, return_inverse=True, return_counts=True)
    for one in np.flatnonzero(counts > 1):
        rows = whole[group.ravel() == one]
        message = (
            f"{_named(names, rows)} have the same scores on all {len(scores.tasks)} tasks: perhaps one model,"
            " recorded several times."
        )
        yield Finding("duplicate", message, _whole(rows), tuple(range(len(scores.tasks))))


def _constant(scores: Scores) -> Iterator[Finding]:
    for column, values in enumerate(scores.values.T):
        known = values[~np.isnan(values)]
        if len(known) > 1 and (known == known[0]).all():
            message = f"All {len(known)} candidates have {known[0]:g} on {scores.tasks[column]!r}: it tells nothing apart."
            yield Finding("constant", message, _whole(np.flatnonzero(~np.isnan(values))), (column,))


def _ties(scores: Scores, names: Sequence[str]) -> Iterator[Finding]:
    for column, values in enumerate(scores.values.T):
        known = values[~np.isnan(values)]
        if len(known) < 2 or (known == known[0]).all():
            continue
        best = np.flatnonzero(values == known.max())
        if len(best) > max(2, TIED_SHARE * len(known)):
            message = (
                f"{len(best)} of {len(known)} candidates tie for the best on {scores.tasks[column]!r}:"
                f" {_named(names, best)}. A rule that goes by it takes their mean."
            )
            yield Finding("tie", message, _whole(best), (column,))


def _order(scores: Scores, names: Sequence[str]) -> Iterator[Finding]:
    found = columns_out_of_order(scores)
    if not found:
        return
    rows = np.array([one.candidate for one in found])
    worst = max(found, key=lambda one: one.gain)
    example = ", ".join(
        f"{scores.tasks[task]!r} like {scores.tasks[other]!r}"
        for task, other in zip(worst.tasks[:2], worst.belongs[:2], strict=True)
    )
    message = (
        f"The scores of {len(rows)} of {len(scores.candidates)} candidates look as if their columns stood in another order"
        f" ({_named(names, rows)}); of {names[worst.candidate]!r} {example}."
    )
    yield Finding(
        "order", message, _whole(rows), tuple(sorted({task for one in found for task in one.tasks}))
    )


def _named(names: Sequence[str], rows: NDArray[np.int64]) -> str:
    listed = ", ".join(names[row] for row in rows[:_MOST_NAMES].tolist())
    return f"{listed} and {len(rows) - _MOST_NAMES} more" if len(rows) > _MOST_NAMES else listed


def _whole(rows: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(rows.tolist())

"""Elect one sign for each entry of trimmed task vectors, and merge those that agree: the steps of TIES."""

from typing import Literal

import numpy as np

from ridgeline.core.errors import InputError, did_you_mean
from ridgeline.merge.methods.arrays import Floats, divided

Election = Literal["mass", "normfrac", "normmass"]
Disjoint = Literal["mean", "sum", "max"]
ELECTIONS = ("mass", "normfrac", "normmass")
DISJOINT = ("mean", "sum", "max")


def elected_signs(changes: Floats, how: Election = "mass") -> Floats:
    """Return -1, 0 or 1 for each entry: TIES, section 3, and the variants of its authors' code.

    Args:
        changes: trimmed task vectors, [models, entries]: of the whole model, since the majority is over all entries.
        how: `mass`, the sign of the sum; `normfrac`, the sign of the entry that is largest by its task vector's
            length; `normmass`, the sign of the sum of squares, signed and by squared length.

    Returns:
        [entries]; an entry that is undecided takes the majority's sign, which is 0 if that is undecided too.

    Raises:
        InputError: there is no such election.
    """
    if how == "mass":
        votes = changes.sum(axis=0)
    elif how in ELECTIONS:
        lengths = np.sqrt((changes * changes).sum(axis=1, keepdims=True))
        parts = divided(changes, lengths)
        if how == "normfrac":
            votes = np.take_along_axis(parts, np.abs(parts).argmax(axis=0)[None], axis=0)[0]
        else:
            votes = (np.sign(parts) * parts * parts).sum(axis=0)
    else:
        raise InputError(
            f"No election {how!r} among {', '.join(ELECTIONS)}.{did_you_mean(how, ELECTIONS)}",
            "merge-parameter",
        )
    signs: Floats = np.sign(votes)
    return np.where(signs == 0, np.sign(signs.sum()), signs)


def disjoint_merge(changes: Floats, signs: Floats, how: Disjoint = "mean") -> Floats:
    """Merge for each entry the task vectors that have the elected sign; 0 where none has.

    Args:
        changes: [models, *shape].
        signs: -1, 0 or 1, [*shape].
        how: their mean, their sum, or the one of largest magnitude.

    Returns:
        [*shape].

    Raises:
        InputError: there is no such way.
    """
    agree = changes * signs > 0
    kept = changes * agree
    if how == "mean":
        return divided(kept.sum(axis=0), agree.sum(axis=0).astype(changes.dtype))
    if how == "sum":
        total: Floats = kept.sum(axis=0)
        return total
    if how == "max":
        top: Floats = np.abs(kept).max(axis=0) * signs
        return top
    raise InputError(
        f"No merge {how!r} among {', '.join(DISJOINT)}.{did_you_mean(how, DISJOINT)}", "merge-parameter"
    )

"""Vectors of languages, learned from unlabeled text: where a multilingual encoder puts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean

_NEGLIGIBLE = 1e-9
"""Part of the largest singular value below which an axis is rounding."""


@dataclass(frozen=True, slots=True)
class LanguageVectors:
    """One vector a language, or other task, centred over those that they were learned from.

    Attributes:
        tasks: names, unique.
        values: [tasks, dims]; only directions and distances mean something.
    """

    tasks: tuple[str, ...]
    values: NDArray[np.float64]

    def of(self, tasks: Sequence[str]) -> NDArray[np.float64]:
        """Return the vectors of some tasks, [len(tasks), dims].

        Raises:
            NotFoundError: one has none.
        """
        for task in tasks:
            if task not in self.tasks:
                raise NotFoundError(
                    f"There is no language vector of {task!r}, only of {', '.join(self.tasks)}."
                    f"{did_you_mean(task, self.tasks)} Learn one from unlabeled text with learn_language_vectors.",
                    "language-not-found",
                )
        return self.values[[self.tasks.index(task) for task in tasks]]

    def nearest(self, task: str, among: Sequence[str]) -> str:
        """Return the one of some tasks, at least one, whose vector has the largest cosine with that of `task`.

        The first of those that tie.

        Raises:
            NotFoundError: one of them has no vector.
        """
        others = self.of(among)
        length = np.maximum(np.linalg.norm(others, axis=1), np.finfo(np.float64).tiny)
        return among[int((others @ self.of([task])[0] / length).argmax())]


def learn_language_vectors(features: Mapping[str, ArrayLike], *, dims: int | None = None) -> LanguageVectors:
    """Learn a vector a language: the mean feature of its text minus the mean over all languages.

    What a multilingual encoder leaves in its features of what language a text is in. Text with the same content in all
    languages is best, since else what it is about is in the mean as well. The same features may come from any one model:
    the base model of the candidates is the obvious one.

    Args:
        features: of unlabeled text by language, [texts, features], as many texts as there are; at least two languages.
        dims: how many principal axes of the means to keep; None: all, at most one fewer than languages.

    Returns:
        Vectors on the principal axes of the means, so distances and angles are those of the centred means themselves
        if all axes are kept.

    Raises:
        InputError: there are fewer than two languages, no text of one, numbers of features that differ or that are not
            finite, or all means are the same.
    """
    means = {task: _mean(task, np.asarray(values, dtype=np.float64)) for task, values in features.items()}
    widths = sorted({len(mean) for mean in means.values()})
    if len(means) < 2 or len(widths) > 1:
        raise InputError(
            "Language vectors need features of the same width in at least two languages; given are"
            f" {len(means)} languages with widths {', '.join(map(str, widths)) or 'none'}.",
            "language-features",
        )
    return LanguageVectors(tuple(means), principal_coordinates(np.stack(list(means.values())), dims))


def principal_coordinates(rows: NDArray[np.float64], dims: int | None = None) -> NDArray[np.float64]:
    """Return centred rows on their principal axes, [rows, dims]; the sign of an axis makes its largest value positive.

    Raises:
        InputError: all rows are the same.
    """
    centred = rows - rows.mean(axis=0)
    left, spread, _ = np.linalg.svd(centred, full_matrices=False)
    kept = int((spread > _NEGLIGIBLE * max(np.abs(rows).max(), spread[0])).sum())
    if not kept:
        raise InputError(
            f"The means of all {len(rows)} languages are the same, so no vectors can be told apart.",
            "language-features",
        )
    axes = left[:, :kept] * spread[:kept]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(kept)])
    coordinates: NDArray[np.float64] = axes[:, :dims]
    return coordinates


@cache
def shipped_vectors() -> LanguageVectors:
    """Return the vectors of the demo's 18 languages, by ISO 639-1 codes.

    Centred means of a multilingual sentence encoder's features of the same 744 short texts in each language;
    scripts/make_language_vectors.py makes them of the demo's data.
    """
    text = (files("ridgeline.select.lms") / "data" / "languages.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()]
    return LanguageVectors(
        tuple(row[0] for row in rows), np.array([row[1:] for row in rows], dtype=np.float64)
    )


def vectors_for(
    tasks: Sequence[str], representations: Mapping[str, NDArray[np.float64]] | None
) -> LanguageVectors:
    """Return vectors of these tasks: those that ship if they have all, else learned from the candidates themselves.

    Args:
        tasks: at least two.
        representations: by task, mean features of candidates over unlabeled examples, [candidates, dims]; candidates
            with a NaN in one of the tasks do not count.

    Raises:
        InputError: the shipped ones lack a task, and there are no representations of it by the same candidates.
    """
    shipped = shipped_vectors()
    if set(tasks) <= set(shipped.tasks):
        return shipped
    lacking = ", ".join(task for task in tasks if task not in shipped.tasks)
    if representations is None or not set(tasks) <= set(representations):
        raise InputError(
            f"There are no language vectors of {lacking}, and no representations of all tasks to learn them from. Record"
            " them with run.log_predictions(…, features=…) on unlabeled examples of each task.",
            "no-representations",
        )
    stacked = np.stack([representations[task] for task in tasks])
    whole = np.isfinite(stacked).all(axis=(0, 2))
    if not whole.any():
        raise InputError(
            f"There are no language vectors of {lacking}, and none of the {stacked.shape[1]} candidates has"
            " representations of all tasks to learn them from.",
            "no-representations",
        )
    return learn_language_vectors(dict(zip(tasks, stacked[:, whole], strict=True)))


def _mean(task: str, features: NDArray[np.float64]) -> NDArray[np.float64]:
    if features.ndim != 2 or not features.size or not np.isfinite(features).all():
        raise InputError(
            f"The features of {task!r} have the shape {features.shape}; finite numbers [texts, features], at least one"
            " of each, are needed.",
            "language-features",
        )
    mean: NDArray[np.float64] = features.mean(axis=0)
    return mean

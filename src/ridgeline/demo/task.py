"""The demo's task: put an emoji, described in one of 18 languages, into one of 8 groups.

The features are sentence vectors of a pre-trained multilingual encoder; scripts/make_demo_data.py makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SOURCE = "en"
N_TRAIN, N_DEV, N_TEST = 900, 250, 494
SUBSETS = ("dev", "test")
FEATURE_SCALE = 8.0  # the encoder's vectors have length 1; this brings a component's spread near 1


@dataclass(frozen=True, slots=True)
class Task:
    """The data of the sweep, ready for matrix products.

    Attributes:
        languages: the source language first.
        class_names: one per class.
        train_x, train_y: English training items, [900, 128] and [900].
        eval_x: every language's dev and then test items, [languages × 744, 128].
        eval_y: their classes, [744]; the same items in every language.
    """

    languages: tuple[str, ...]
    class_names: tuple[str, ...]
    train_x: Floats
    train_y: NDArray[np.int64]
    eval_x: Floats
    eval_y: NDArray[np.int64]

    @property
    def n_classes(self) -> int:
        return len(self.class_names)


@dataclass(frozen=True, slots=True)
class Score:
    """How a model does on one subset of one language; both figures are in [0, 1]."""

    language: str
    subset: str
    accuracy: float
    f1: float


def load_task() -> Task:
    """Read the task from the package's own data."""
    with (files("ridgeline.demo") / "data" / "emoji.npz").open("rb") as file:
        data = np.load(file)
        languages = (SOURCE, *sorted(set(data.files) - {"classes", "class_names", "step", SOURCE}))
        scale = data["step"] * np.float32(FEATURE_SCALE)
        features = {lang: data[lang].astype(np.float32) * scale for lang in languages}
        classes = data["classes"].astype(np.int64)
        class_names = tuple(str(name) for name in data["class_names"])
    source = features[SOURCE]
    return Task(
        languages=languages,
        class_names=class_names,
        train_x=source[:N_TRAIN],
        train_y=classes[:N_TRAIN],
        eval_x=np.concatenate([source[N_TRAIN:], *(features[lang] for lang in languages[1:])]),
        eval_y=classes[N_TRAIN:],
    )


def confusions(task: Task, predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count predictions for `task.eval_x` by [language, subset, true class, predicted class].

    Args:
        task: the task.
        predicted: class of every row of `task.eval_x`, [languages × 744].
    """
    n, k, per_language = len(task.languages), task.n_classes, N_DEV + N_TEST
    cell = np.arange(n)[:, None] * len(SUBSETS) + (np.arange(per_language) >= N_DEV)
    flat = (cell * k + task.eval_y) * k + predicted.reshape(n, per_language)
    counts: NDArray[np.int64] = np.bincount(flat.ravel(), minlength=n * len(SUBSETS) * k * k)
    return counts.reshape(n, len(SUBSETS), k, k)


def score(task: Task, counts: NDArray[np.int64]) -> list[Score]:
    """Score what `confusions` has counted per language and subset.

    Returns:
        Accuracy and macro F1, each language's dev before its test. A class without items and predictions counts
        as F1 = 0, as in scikit-learn's `zero_division=0`.
    """
    confusion = counts.reshape(-1, task.n_classes, task.n_classes)
    hits = np.diagonal(confusion, axis1=1, axis2=2)
    sizes = confusion.sum(1) + confusion.sum(2)
    f1 = np.divide(2 * hits, sizes, out=np.zeros(hits.shape), where=sizes > 0).mean(1)
    accuracy = hits.sum(1) / confusion.sum((1, 2))
    names: Sequence[tuple[str, str]] = [(lang, subset) for lang in task.languages for subset in SUBSETS]
    return [
        Score(lang, subset, float(a), float(f))
        for (lang, subset), a, f in zip(names, accuracy, f1, strict=True)
    ]

"""What a candidate looks like beside its scores, at a few epochs: whom it takes for whom, and how its weights lie."""

import numpy as np
from numpy.typing import NDArray

from ridgeline.demo.model import Epoch
from ridgeline.demo.task import SUBSETS, Task
from ridgeline.record.objects import Distribution, Image, Table, Text
from ridgeline.record.run import Run

# The source, two that the encoder knows well, and two that it was not trained on.
PICTURED = ("en", "de", "zh", "sv", "hi")
TABLED = ("en", "sv")
_MOST_CONFUSIONS = 5
_PIXELS_PER_CELL = 8


def sampled_epochs(n_epochs: int) -> frozenset[int]:
    """Return the epochs at which samples are kept: the first, a quarter, half and all of the way."""
    return frozenset({1, -(-n_epochs // 4), -(-n_epochs // 2), n_epochs})


def track_samples(run: Run, task: Task, epoch: Epoch, confusions: NDArray[np.int64]) -> None:
    """Track confusions on dev as pictures, tables and words, and the distribution of the weights.

    Args:
        run: where to.
        task: the task.
        epoch: the state after one pass.
        confusions: counts by [language, subset, true class, predicted class].
    """
    dev = dict(zip(task.languages, confusions[:, SUBSETS.index("dev")], strict=True))
    at = {"step": epoch.step, "epoch": epoch.number}
    for language in PICTURED:
        context = {"lang": language, "subset": "dev"}
        caption = "rows true, columns predicted"
        run.track(Image(_picture(dev[language]), caption), name="confusion", context=context, **at)
        if language in TABLED:
            run.track(Table(_rows(task, dev[language])), name="confusion table", context=context, **at)
            run.track(Text(_words(task, dev[language])), name="mistakes", context=context, **at)
    for layer in ("hidden", "head"):
        weights = epoch.weights[f"{layer}.weight"]
        run.track(Distribution(weights, bins=40), name="weights", context={"layer": layer}, **at)


def _picture(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each true class by predicted class as a grey picture."""
    shares = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    return np.kron(shares, np.ones((_PIXELS_PER_CELL, _PIXELS_PER_CELL)))


def _rows(task: Task, confusion: NDArray[np.int64]) -> list[dict[str, str | int | float]]:
    hits = confusion.diagonal()
    totals = confusion.sum(1)
    return [
        {
            "true class": name,
            "recall": round(int(hits[i]) / max(int(totals[i]), 1), 4),
            **dict(zip(task.class_names, confusion[i].tolist(), strict=True)),
        }
        for i, name in enumerate(task.class_names)
    ]


def _words(task: Task, confusion: NDArray[np.int64]) -> str:
    """Return the most frequent mistakes as Markdown."""
    right, total = int(confusion.trace()), int(confusion.sum())
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:_MOST_CONFUSIONS]
    cells = [np.unravel_index(at, wrong.shape) for at in order if wrong.flat[at]]
    lines = [
        f"- {wrong[cell]} of {confusion[cell[0]].sum()} *{task.class_names[cell[0]]}* were taken for"
        f" *{task.class_names[cell[1]]}*"
        for cell in cells
    ]
    return f"**{right} of {total}** are right. The most frequent mistakes:\n\n" + "\n".join(lines) + "\n"

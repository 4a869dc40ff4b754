"""What a candidate says of each text when its training has ended, so that it can be chosen without the target's labels."""

import numpy as np

from ridgeline.demo.task import N_DEV, SUBSETS, Floats, Task
from ridgeline.record.run import Run


def log_predictions(
    run: Run, task: Task, hidden: Floats, logits: Floats, *, step: int | None = None, epoch: int | None = None
) -> None:
    """Record predictions for all languages: of dev texts probabilities and mean features, of test texts the classes.

    Classes are enough to tell how much noise a test set has, and scorers look at dev texts: 29 MB in 240 candidates, where all
    probabilities and features would be 500.

    Args:
        run: where to.
        task: the task.
        hidden: features of every row of `task.eval_x`, [languages × 744, hidden].
        logits: the same of the classes, [languages × 744, classes].
        step: of the optimizer, at the end of the training; None for a model that was not trained.
        epoch: the same in passes.
    """
    odds = np.exp(logits - logits.max(1, keepdims=True))
    shape = (len(task.languages), len(task.eval_y), -1)
    p = (odds / odds.sum(1, keepdims=True)).astype(np.float16).reshape(shape)
    means = hidden.reshape(shape)[:, :N_DEV].mean(1)
    classes = logits.argmax(1).astype(np.uint8).reshape(shape[:2])
    labels = task.eval_y.astype(np.uint8)
    for i, language in enumerate(task.languages):
        dev, test = ({"lang": language, "subset": subset} for subset in SUBSETS)
        run.log_predictions(
            p[i, :N_DEV], labels=labels[:N_DEV], mean_features=means[i], context=dev, step=step, epoch=epoch
        )
        run.log_predictions(
            predictions=classes[i, N_DEV:], labels=labels[N_DEV:], context=test, step=step, epoch=epoch
        )

"""Why a scorer cannot say anything of what runs have recorded."""

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.scorer import Scorer

_WORDS = {
    "target_probabilities": "probabilities on the target",
    "target_predictions": "predictions on the target",
    "target_features": "features on the target",
    "source_probabilities": "probabilities on the source's dev set",
    "source_predictions": "predictions on the source's dev set",
    "source_features": "features on the source's dev set",
    "source_labels": "labels of the source's dev set",
    "labelled_rows": "some labelled examples of the target",
    "labels": "labels of these",
}
# What a repository cannot hold.
NEVER = ("train_features", "class_weights", "target_inputs", "source_inputs", "predict", "fit")


def lack(scorer: Scorer, task: str, *, source: bool, labelled: bool) -> InputError:
    """Return the error that says what a scorer needs, and what to do.

    Args:
        scorer: which one.
        task: the target.
        source: whether the task that the candidates were trained on is named.
        labelled: whether some labels of the target may be seen.
    """
    never = sorted(scorer.needs & set(NEVER))
    if never:
        return InputError(
            f"The scorer {scorer.name} needs {', '.join(never)}, which no run records: call it on arrays,"
            " ridgeline.select.scorers.",
            "outputs-missing",
        )
    words = ", ".join(_WORDS[need] for need in sorted(scorer.needs))
    hints = []
    if not source and any(need.startswith("source") for need in scorer.needs):
        hints.append(" Name the source.")
    if not labelled and "labels" in scorer.needs:
        hints.append(" Say how many labelled examples may be seen.")
    return InputError(
        f"The scorer {scorer.name} needs {words}, and of no candidate are all there for the target {task!r}."
        f"{''.join(hints)} Record them by run.log_predictions(…).",
        "outputs-missing",
    )

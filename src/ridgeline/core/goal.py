"""Which direction of a metric is better, if any, read off its name."""

import re

# Words after which less is better. A metric is named by people, so this is a default that a view or rule can override.
_LOWER = frozenset(
    [
        "loss",
        "losses",
        "logloss",
        "err",
        "error",
        "errors",
        "mse",
        "rmse",
        "msle",
        "rmsle",
        "mae",
        "mape",
        "smape",
        "perplexity",
        "ppl",
        "nll",
        "wer",
        "cer",
        "ter",
        "eer",
        "fid",
        "bpb",
        "bpc",
        "brier",
        "ece",
        "latency",
        "regret",
        "divergence",
    ]
)
_NEGATIONS = frozenset({"neg", "negative"})
# What is set rather than reached: of these no value is better than another. The UI's pages have the same list.
_SCHEDULE = re.compile(
    r"(^|[/.])(lr|learning[-_ ]?rate|epoch|step|momentum|weight[-_ ]?decay|grad(ient)?[-_ ]?norm)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def lower_is_better(name: str) -> bool:
    """Say whether a smaller value of the metric `name` is better.

    Whole words decide, in snake_case, kebab-case, dotted or camelCase: `val/loss`, `trainLoss` and `WER` are lower,
    `lossless` is not. scikit-learn's `neg_` turns a word round (`neg_log_loss` is higher) and makes a likelihood a cost.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    lower = not _LOWER.isdisjoint(words)
    if _NEGATIONS.isdisjoint(words):
        return lower
    return not lower and "likelihood" in words


def is_schedule(name: str) -> bool:
    """Say whether a metric tells what was set, such as a learning rate, rather than what was reached."""
    return _SCHEDULE.search(name) is not None

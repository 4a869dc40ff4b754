"""Which data a metric is of, as the names that frameworks give tell."""

import re

# As the frameworks' own examples write it: train_loss, val/loss, validation_0-rmse, test_acc.
_SUBSET = re.compile(
    r"(?P<subset>train|training|eval|evaluation|val|valid|validation|dev|test)(?P<number>\d*)[_/\-. ](?P<name>.+)",
    re.IGNORECASE,
)


def split_subset(name: str, default: str | None = None) -> tuple[str, dict[str, str]]:
    """Return the name and the context of a metric: `eval_f1` is `f1` in {"subset": "eval"}.

    Args:
        name: as the framework has it.
        default: the subset of a name that tells none; None gives it no context.
    """
    match = _SUBSET.fullmatch(name)
    if match is None:
        return name, {} if default is None else {"subset": default}
    return match["name"], {"subset": match["subset"].lower() + match["number"]}


def by_subset(
    values: dict[str, object], default: str | None = None
) -> list[tuple[dict[str, str], dict[str, object]]]:
    """Return the values by their context, each under its name in there, in the order in which they come."""
    found: dict[tuple[tuple[str, str], ...], dict[str, object]] = {}
    for name, value in values.items():
        short, context = split_subset(name, default)
        found.setdefault(tuple(context.items()), {})[short] = value
    return [(dict(context), group) for context, group in found.items()]

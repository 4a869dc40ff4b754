"""What `wandb.define_metric` says of metrics: what their x is, and what of them the summary keeps."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ridgeline.compat.notice import refuse

_SUMMARIES = frozenset({"min", "max", "last"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for the metrics of a name or glob."""

    pattern: str
    step_metric: str | None
    summary: frozenset[str]

    def holds_for(self, name: str) -> bool:
        return fnmatchcase(name, self.pattern)


def make_rule(name: str, step_metric: Any, summary: str | None) -> Rule:
    """Return the rule of a call.

    Raises:
        InputError: the summary asks for what the shim does not keep.
    """
    kinds = frozenset(kind for kind in (summary or "").replace("none", "").split(",") if kind)
    if kinds - _SUMMARIES:
        refuse(
            f"wandb.define_metric(summary={summary!r})",
            'Every page and query knows the best, mean and more of a metric: run.metrics["f1"].best.',
        )
    known = getattr(step_metric, "name", step_metric)
    return Rule(name, None if known is None else str(known), kinds)


@dataclass(slots=True)
class Rules:
    """All rules of a run; the latest that holds for a name counts, one of just this name before those of globs."""

    rules: list[Rule]

    def of(self, name: str) -> Rule | None:
        found = [rule for rule in reversed(self.rules) if rule.holds_for(name)]
        return next((rule for rule in found if rule.pattern == name), found[0] if found else None)

"""Keys to group series by, as they are written.

run.hparams.lr          a param, or what every run has: run.experiment, run.status, run.name, run.note, run.tags …
metric.name             the name of the metric
metric.context.lang     a key of its context
tag:lab                 whether the run has a tag
<expression>            any expression over the run: run.hparams.lr > 1e-3, run.metrics["f1"].max > 0.7,
run.created_at.date(); with `expr:` in front where a minus would come first
*                       all that varies among the series: params, metric.name, keys of the context
*-<key>, -<key>         all of that but one
"""

import json
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ridgeline.core.errors import InputError, QueryError
from ridgeline.query.expression import Expression, parse_value

_CONTEXT, _TAG, _EXPRESSION = "metric.context.", "tag:", "expr:"


@dataclass(frozen=True, slots=True)
class MetricKeyPart:
    """The name of the metric, or the value at a key of its context."""

    text: str
    context_key: str | None  # None: the name


@dataclass(frozen=True, slots=True)
class RunValue:
    """What an expression comes to for the run; of a tag, whether the run has it."""

    text: str
    expression: Expression
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class AllVarying:
    """Whatever varies, without one key if there is one."""

    text: str
    without: "MetricKeyPart | RunValue | None" = None


Key: TypeAlias = MetricKeyPart | RunValue | AllVarying
NAME: Literal["metric.name"] = "metric.name"


def parse_key(text: str) -> Key:
    """Parse a key.

    Raises:
        QueryError: It is an expression that is wrong, or asks about something that is not one value a run.
        InputError: It is of no form that there is.
    """
    stripped = text.strip()
    if stripped == "*":
        return AllVarying(text)
    if stripped.startswith(("*-", "-")):
        name = stripped.removeprefix("*").removeprefix("-").strip()
        return AllVarying(text, _parse_one(name, name))
    return _parse_one(text, stripped)


def context_key(name: str) -> MetricKeyPart:
    """Return the key for a key of the context."""
    return MetricKeyPart(_CONTEXT + name, name)


def _parse_one(text: str, name: str) -> MetricKeyPart | RunValue:
    if name == NAME:
        return MetricKeyPart(text, None)
    if name.startswith(_CONTEXT) and len(name) > len(_CONTEXT):
        return MetricKeyPart(text, name.removeprefix(_CONTEXT))
    if name.startswith(_TAG):
        tag = name.removeprefix(_TAG).strip()
        if not tag:
            raise InputError("A tag is missing behind `tag:`. Write tag:lab.", "bad-key")
        return RunValue(text, parse_value(f"{json.dumps(tag)} in run.tags"), tag)
    written = name.removeprefix(_EXPRESSION)
    if not written.strip():
        raise InputError(f"A key is missing in {text!r}. Write run.hparams.lr or metric.name.", "bad-key")
    expression = parse_value(written)
    root = expression.checked.root
    if root is not None:
        start = max(expression.text.find(root), 0)
        message = (
            f"`{root}` is one of many series of a run. Group by metric.name, metric.context.<key>,"
            ' or by a number of the run: run.metrics["f1", {"lang": "de"}].max.'
        )
        raise QueryError(message, "series-not-chosen", expression.text, (start, start + len(root)))
    return RunValue(text, expression)

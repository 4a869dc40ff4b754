"""Evaluate a merged model: by a function, or by a command that prints what it measured."""

import json
import math
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ridgeline.core.errors import InputError
from ridgeline.core.goal import lower_is_better

PLACE = "{model}"
SCORE = "score"
_TAIL_LINES = 10


@dataclass(frozen=True, slots=True)
class Metric:
    """One number that was measured of a model."""

    name: str
    value: float
    context: Mapping[str, str | int | float] = field(default_factory=dict)


Evaluate: TypeAlias = Callable[[Path], float | Mapping[str, float] | Sequence[Metric]]
"""The folder of a model to a score, to metrics by name, or to metrics with their contexts."""


def measured(evaluate: Evaluate, folder: Path) -> tuple[Metric, ...]:
    """Evaluate a model.

    Raises:
        InputError: the result is none of what an evaluation may return, or a command failed.
    """
    found = evaluate(folder)
    if isinstance(found, Mapping):
        return tuple(Metric(name, _number(value)) for name, value in found.items())
    if isinstance(found, Sequence) and all(isinstance(one, Metric) for one in found):
        return tuple(found)
    return (Metric(SCORE, _number(found)),)


def score_of(metrics: Sequence[Metric], wanted: str) -> float:
    """Return the one metric that a selector such as `f1{lang=en}` names, higher is better: a loss stands negated.

    Raises:
        InputError: none fits, or several do.
    """
    from ridgeline.query.selectors import parse_selector  # takes longer to load than a small merge

    selector = parse_selector(wanted)
    fitting = [one for one in metrics if one.name == selector.name and selector.fits(dict(one.context))]
    if len(fitting) != 1:
        known = ", ".join(f"{one.name}{dict(one.context) or ''}" for one in metrics) or "nothing"
        count = "No metric" if not fitting else f"{len(fitting)} metrics"
        raise InputError(
            f"{count} of the evaluation fit {wanted!r}; it measured {known}.", "evaluation-score"
        )
    return sign_of(wanted) * fitting[0].value


def sign_of(wanted: str) -> int:
    """Return what turns a metric that a selector names into a score: -1 for a loss, else 1."""
    return -1 if lower_is_better(wanted.partition("{")[0]) else 1


def command(line: str) -> Evaluate:
    """Return an evaluation that runs a command; `{model}` in it is the folder of the model.

    Its last line says what it measured: a number, a JSON object of metrics by name, or a JSON list of objects with name,
    value and, if there is one, context.

    Raises:
        InputError: the command has no `{model}`. The evaluation raises it where the command fails, or prints something else.
    """
    parts = shlex.split(line)
    if not any(PLACE in part for part in parts):
        raise InputError(
            f"The command {line!r} has no {PLACE}, so that it cannot know which model to evaluate; for instance:"
            f" 'python evaluate.py {PLACE}'.",
            "evaluation-command",
        )

    def evaluate(folder: Path) -> Sequence[Metric]:
        arguments = [part.replace(PLACE, str(folder)) for part in parts]
        try:
            done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        except OSError as error:
            raise InputError(
                f"The command {line!r} cannot be run: {error.strerror}.", "evaluation-command"
            ) from error
        if done.returncode:
            tail = "\n".join(done.stderr.splitlines()[-_TAIL_LINES:])
            raise InputError(
                f"The command {line!r} ended with {done.returncode} for the model in '{folder}'.\n{tail}",
                "evaluation-failed",
            )
        return _read(done.stdout, line)

    return evaluate


def _read(output: str, line: str) -> tuple[Metric, ...]:
    last = next((one for one in reversed(output.splitlines()) if one.strip()), "")
    try:
        found = json.loads(last)
        if isinstance(found, dict):
            return tuple(Metric(name, _number(value)) for name, value in found.items())
        if isinstance(found, list):
            return tuple(
                Metric(str(one["name"]), _number(one["value"]), dict(one.get("context", {}))) for one in found
            )
        return (Metric(SCORE, _number(found)),)
    except (ValueError, KeyError, TypeError, InputError) as error:
        raise InputError(
            f"The last line that {line!r} printed is {last[:200]!r}; it should be a number, a JSON object of metrics by"
            " name, or a JSON list of objects with name, value and context.",
            "evaluation-output",
        ) from error


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, float | int):
        try:
            return float(value)  # type: ignore[arg-type]  # a NumPy or torch scalar
        except (TypeError, ValueError) as error:
            raise InputError(
                f"An evaluation returns a number, and this is {value!r}.", "evaluation-output"
            ) from error
    return math.nan if value is None else float(value)

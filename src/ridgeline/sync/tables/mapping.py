"""Which column of a table is what: as somebody says, and else as its name and values suggest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ridgeline.core.errors import InputError, did_you_mean

_RUNS = ("run", "run_id", "run_name", "id", "trial", "trial_id", "model", "name")
_STEPS = ("step", "_step", "global_step", "iteration", "iter")
_TIMES = ("time", "timestamp", "_timestamp", "wall_time", "datetime", "date")
_EXPERIMENTS = ("experiment", "experiment_name", "project")
_NAMES = ("metric", "metric_name", "variable", "key", "name", "tag")
_VALUES = ("value", "val")
_CONTEXT = "context"
_PARAM_PREFIXES = ("params.", "param.", "config.", "hparams.")
_METRIC_PREFIXES = ("metrics.", "metric.")
_METRIC_WORDS = frozenset(
    [
        "loss",
        "acc",
        "accuracy",
        "f1",
        "precision",
        "recall",
        "auc",
        "auroc",
        "error",
        "err",
        "mse",
        "rmse",
        "mae",
        "r2",
        "bleu",
        "rouge",
        "wer",
        "cer",
        "map",
        "ndcg",
        "perplexity",
        "ppl",
        "score",
        "reward",
        "return",
        "nll",
    ]
)
# A column of text that changes within a run tells series apart, such as `split`; one of more values is free text.
_MOST_CONTEXTS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody said about columns; empty where they leave it to us."""

    run: str = ""
    step: str = ""
    time: str = ""
    epoch: str = ""
    experiment: str = ""
    name: str = ""  # of a long table: the column with the names of metrics
    value: str = ""
    metrics: Mapping[str, str] = field(default_factory=dict)  # name of the metric → column
    params: Sequence[str] = ()
    contexts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column is; None where there is none of a kind."""

    run: str | None
    step: str | None
    time: str | None
    epoch: str | None
    experiment: str | None
    name: str | None
    value: str | None
    metrics: Mapping[str, str]  # column → name; of a long table none
    params: Mapping[str, str]  # column → path
    contexts: tuple[str, ...]
    json_context: str | None  # a column with contexts as JSON, as `ridgeline export` writes it
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a line."""
        parts = [
            f"{what} {column}"
            for what, column in (
                ("run", self.run), ("experiment", self.experiment), ("step", self.step), ("time", self.time),
                ("epoch", self.epoch), ("metric names", self.name), ("values", self.value),
            )
            if column
        ]  # fmt: skip
        lists = (
            ("metrics", list(self.metrics)),
            ("params", list(self.params)),
            ("contexts", [*self.contexts, *([self.json_context] if self.json_context else [])]),
            ("left out", self.left_out),
        )
        parts += [f"{what} {', '.join(columns)}" for what, columns in lists if columns]
        return "; ".join(parts)


def columns_of(table: pa.Table, asked: Asked) -> Columns:
    """Return what each column of a table is.

    Raises:
        InputError: A column that was named is not there, or there is nothing to take over.
    """
    _check(table, asked)
    free = [
        name
        for name in table.column_names
        if name not in {*asked.metrics.values(), *asked.params, *asked.contexts}
    ]
    name, value = _long(table, asked, free)
    taken = {name, value}
    step = asked.step or _first(_STEPS, free, taken)
    run = asked.run or _first(_RUNS, free, taken | {step})
    epoch = asked.epoch or _first(("epoch",), free, taken)
    if step is None and epoch is not None and _is_whole(table, epoch):
        step, epoch = epoch, None
    time = asked.time or _first(_TIMES, free, taken)
    experiment = asked.experiment or _first(_EXPERIMENTS, free, taken | {run})
    json_context = _CONTEXT if _CONTEXT in free and _is_json(table, _CONTEXT) else None
    rest = [
        column
        for column in free
        if column not in {name, value, step, run, epoch, time, experiment, json_context}
    ]
    kinds = {column: _kind(table, column, run, has_steps=step is not None) for column in rest}
    metrics = {column: name_of for name_of, column in asked.metrics.items()}
    params = {column: column for column in asked.params}
    if not asked.metrics and name is None:
        metrics |= {
            column: _without(column, _METRIC_PREFIXES) for column in rest if kinds[column] == "metric"
        }
    if not asked.params:
        params |= {
            column: _without(column, _PARAM_PREFIXES[:3]) for column in rest if kinds[column] == "param"
        }
    contexts = tuple(asked.contexts) or tuple(column for column in rest if kinds[column] == "context")
    used = {*metrics, *params, *contexts}
    if name is None and not metrics and not params:
        message = f"Nothing in the columns {', '.join(table.column_names)} looks like a metric or param. Say --metric NAME=COLUMN or --param COLUMN."
        raise InputError(message, "table-columns-unknown")
    left = tuple(column for column in rest if column not in used)
    return Columns(
        run, step, time, epoch, experiment, name, value, metrics, params, contexts, json_context, left
    )


def _check(table: pa.Table, asked: Asked) -> None:
    single = (asked.run, asked.step, asked.time, asked.epoch, asked.experiment, asked.name, asked.value)
    named = [*single, *asked.metrics.values(), *asked.params, *asked.contexts]
    for column in named:
        if column and column not in table.column_names:
            hint = did_you_mean(column, table.column_names)
            message = f"There is no column {column!r}.{hint} There are: {', '.join(table.column_names)}."
            raise InputError(message, "table-no-column")
    if bool(asked.name) != bool(asked.value):
        message = "A long table has two columns, one with the names of metrics and one with their values: give --name and --value."
        raise InputError(message, "table-long")


def _long(table: pa.Table, asked: Asked, free: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the columns with names and values of a long table; none of a wide one."""
    if asked.name:
        return asked.name, asked.value
    if asked.metrics:
        return None, None
    value = _first(_VALUES, free, set())
    name = _first(_NAMES, [one for one in free if _is_text(table, one)], {value})
    return (name, value) if name and value and _is_number(table, value) else (None, None)


def _first(known: Sequence[str], columns: Sequence[str], taken: set[str | None]) -> str | None:
    lower = {column.lower(): column for column in reversed(columns) if column not in taken}
    return next((lower[name] for name in known if name in lower), None)


def _kind(table: pa.Table, column: str, run: str | None, *, has_steps: bool) -> str:
    """Return metric, param, context or nothing: by the prefix, else by type and by whether it changes within a run."""
    if column.startswith(_PARAM_PREFIXES):
        return "param"
    if column.startswith(_METRIC_PREFIXES):
        return "metric" if _is_number(table, column) else ""
    if not (
        _is_number(table, column)
        or _is_text(table, column)
        or pa.types.is_boolean(table.schema.field(column).type)
    ):
        return ""
    if not has_steps:
        return "metric" if _is_number(table, column) and _sounds_measured(column) else "param"
    if _is_number(table, column):
        return "metric" if _sounds_measured(column) or not _is_constant(table, column, run) else "param"
    if _is_constant(table, column, run):
        return "param"
    return "context" if pc.count_distinct(table[column]).as_py() <= _MOST_CONTEXTS else ""


def _sounds_measured(column: str) -> bool:
    words = "".join(char if char.isalnum() else " " for char in column.lower()).split()
    return not _METRIC_WORDS.isdisjoint(words)


def _is_constant(table: pa.Table, column: str, run: str | None) -> bool:
    """Say whether a column has one value in each run; where no run has several rows, nothing can be said."""
    if run is None:
        return len(table) > 1 and pc.count_distinct(table[column]).as_py() <= 1
    n_pairs = len(table.select([run, column]).group_by([run, column]).aggregate([]))
    n_runs = pc.count_distinct(table[run], mode="all").as_py()
    return n_pairs == n_runs < len(table)


def _is_number(table: pa.Table, column: str) -> bool:
    kind = table.schema.field(column).type
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _is_whole(table: pa.Table, column: str) -> bool:
    return pa.types.is_integer(table.schema.field(column).type)


def _is_text(table: pa.Table, column: str) -> bool:
    kind = table.schema.field(column).type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_json(table: pa.Table, column: str) -> bool:
    values = table[column].slice(0, 1).to_pylist() if _is_text(table, column) else []
    return bool(values) and str(values[0]).startswith("{")


def _without(column: str, prefixes: Sequence[str]) -> str:
    return next((column.removeprefix(one) for one in prefixes if column.startswith(one)), column)

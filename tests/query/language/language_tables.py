"""A source of columns over plain Python dicts, to try the language without an index."""

from dataclasses import dataclass, field

import numpy as np

from ridgeline.core.errors import QueryError
from ridgeline.query.language.axis import Axis
from ridgeline.query.language.check import check
from ridgeline.query.language.evaluate import evaluate, evaluate_truth
from ridgeline.query.language.parse import parse
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Coded, Numbers, Ragged, Scalar, column_of, decode, spread

ZONE_FREE_FIELDS = {"archived": False, "experiment": "default", "tags": (), "note": "", "status": "finished"}


def freeze(value):
    if isinstance(value, list):
        return tuple(map(freeze, value))
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value


def leaves(tree, prefix=()):
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*prefix, key))
        else:
            yield (*prefix, key), value


@dataclass
class Row:
    """A run: its params, its fields, and its metrics as {(name, ((key, value), …)): {number: value}}."""

    params: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    metrics: dict = field(default_factory=dict)


class TableSource:
    def __init__(self, rows):
        self.rows = rows
        self.runs = Axis(len(rows))
        self.flat = [dict(leaves(row.params)) for row in rows]
        self.keys = sorted({key for row in rows for key in row.metrics}, key=repr)
        self.metrics = Axis(len(self.keys))
        self.pairs = [
            (r, k) for k, key in enumerate(self.keys) for r, row in enumerate(rows) if key in row.metrics
        ]
        run_rows = np.array([r for r, _ in self.pairs], dtype=np.int64)
        key_rows = np.array([k for _, k in self.pairs], dtype=np.int64)
        self.series = Axis(len(self.pairs), {self.runs: run_rows, self.metrics: key_rows})

    def run_field(self, name):
        return column_of(
            self.runs, [freeze(r.fields.get(name, ZONE_FREE_FIELDS.get(name))) for r in self.rows]
        )

    def param(self, path):
        if not any(path in flat for flat in self.flat):
            return None
        return column_of(self.runs, [freeze(flat.get(path)) for flat in self.flat])

    def param_present(self, path):
        found = np.array([any(leaf[: len(path)] == path for leaf in flat) for flat in self.flat], dtype=bool)
        return found if found.any() else None

    def params_below(self, path):
        below = {leaf for flat in self.flat for leaf in flat if leaf[: len(path)] == path and leaf != path}
        return sorted(below)

    def metric_field(self, name):
        values = {"name": lambda key: key[0], "context": lambda key: dict(key[1]), "kind": lambda _: "float"}
        return column_of(self.metrics, [values[name](key) for key in self.keys])

    def series_field(self, name):
        return column_of(self.series, [self.rows[r].metrics[self.keys[k]].get(name) for r, k in self.pairs])

    def run_metric(self, name, context, field):
        wanted = [key for key in self.keys if key[0] == name and context.items() <= dict(key[1]).items()]
        if not wanted:
            return None
        found = [
            (r, row.metrics[key].get(field or "n", 1))
            for r, row in enumerate(self.rows)
            for key in wanted
            if key in row.metrics
        ]
        owner = np.array([r for r, _ in found], dtype=np.int64)
        inner = Axis(len(found), {self.runs: owner})
        data = np.array([value for _, value in found], dtype=np.float64)
        valid = np.isin(np.arange(len(self.rows)), owner)
        how = field if field in ("min", "max") else "sum" if field in ("n", None) else "max"
        return Ragged(Numbers(inner, data), inner, self.runs, valid, how)

    def metric_names(self):
        return sorted({name for name, _ in self.keys})


@dataclass
class Answer:
    values: list
    warnings: list


def as_list(column, axis, zone=None):
    if isinstance(column, Scalar):
        return [column.value] * axis.size
    column = decode(spread(column, axis), zone)
    assert isinstance(column, Coded)
    return [None if code < 0 else column.values[code] for code in column.codes]


def ask(text, source, **scope):
    """Return the value of an expression for each run."""
    made = Scope(text, source, source.runs, **scope)
    column = evaluate(made, check(parse(text)).node)
    return Answer(as_list(column, source.runs, made.zone), [notice.message for notice in made.warnings])


def outcome(text, source):
    """Return the answer to an expression, or the error that it is."""
    try:
        return ask(text, source)
    except QueryError as error:
        return error


def values(text, *params, **scope):
    """Return the value of an expression for runs with these params."""
    return ask(text, TableSource([Row(p) for p in params]), **scope).values


def value(text, **scope):
    """Return the value of an expression that depends on no run."""
    return values(text, {}, **scope)[0]


def matching(text, source, axis=None, **scope):
    """Return which rows an expression selects."""
    axis = axis or source.runs
    made = Scope(text, source, axis, **scope)
    return np.flatnonzero(evaluate_truth(made, check(parse(text)).node, axis)).tolist()

"""Params and metrics of runs, addressed by path and by name; a word to the asker where nothing is there."""

from difflib import get_close_matches

import numpy as np

from ridgeline.query.language.choice import choose
from ridgeline.query.language.names import RUN_ALIASES, RUN_FIELDS, param_entry
from ridgeline.query.language.nodes import Constant, Node, Param, RunMetric
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import (
    Column,
    Numbers,
    Ragged,
    Scalar,
    Value,
    column_of,
    decode,
    present,
)

_MAX_SUGGESTIONS_FROM = 2_000  # paths that are looked through for a near one


def param_column(scope: Scope, node: Param) -> Column:
    """Return the values at a path: a leaf, or a dict of all that is below."""
    path = _resolved(scope, node)
    if path is None:
        _warn_unknown(scope, node)
        return Scalar(None)
    leaf = scope.source.param(path) if path else None
    below = scope.source.params_below(path)
    if not below:
        return Scalar(None) if leaf is None else leaf
    tree = _tree(scope, node, path, below)
    if leaf is None:
        return tree
    runs = scope.source.runs
    return choose(scope, Numbers(runs, present(leaf, runs)), leaf, tree)


def has_param(scope: Scope, node: Param) -> Column:
    """Return which runs have something at a path, a recorded None included."""
    path = _resolved(scope, node)
    if path is None:
        _warn_unknown(scope, node)
        return Scalar(False)
    found = scope.source.param_present(path)
    return Scalar(False) if found is None else Numbers(scope.source.runs, found)


def key_in_params(scope: Scope, key: Node, tree: Param) -> Column | None:
    """Return where `"lr" in run.hparams`; None when the right side may be a list or text, or the left is no text."""
    if not isinstance(key, Constant) or not isinstance(key.value, str):
        return None
    if tree.path and scope.source.param(tree.path) is not None:
        return None
    return has_param(scope, Param((key.span[0], tree.span[1]), (*tree.path, key.value), tree.explicit))


def _resolved(scope: Scope, node: Param) -> tuple[str, ...] | None:
    """Return the path that a node means; None when no run has anything there."""
    paths = [node.path, ("params", *node.path)] if node.explicit else [node.path]
    for path in paths:
        if not path or scope.source.param(path) is not None or scope.source.params_below(path):
            return path
    return None


def _tree(scope: Scope, node: Param, path: tuple[str, ...], below: list[tuple[str, ...]]) -> Column:
    """Return what is below a path as a dict a run; null for runs that have nothing there."""
    runs = scope.source.runs
    scope.check_cells(runs.size * len(below), node)
    trees: list[dict[str, Value] | None] = [None] * runs.size
    for leaf in below:
        scope.tick(node)
        column = scope.source.param(leaf)
        found = scope.source.param_present(leaf)
        if column is None or found is None or isinstance(column, Scalar):
            continue
        coded = decode(column, scope.zone)
        table: list[Value] = [*coded.values, None]  # the last serves code -1
        keys = leaf[len(path) :]
        for row in np.flatnonzero(found).tolist():
            tree = trees[row]
            if tree is None:
                tree = trees[row] = {}
            _put(tree, keys, table[coded.codes[row]])
    return column_of(runs, trees)


def _put(tree: dict[str, Value], keys: tuple[str, ...], value: Value) -> None:
    for key in keys[:-1]:
        child = tree.get(key)
        if not isinstance(child, dict):
            child = tree[key] = {}
        tree = child
    tree[keys[-1]] = value


def _warn_unknown(scope: Scope, node: Param) -> None:
    message = f"No run has the param '{'.'.join(node.path)}': it is null everywhere."
    scope.warn(node.span, message + nearest_param(scope, node.path), "unknown-param")


def nearest_param(scope: Scope, path: tuple[str, ...]) -> str:
    """Return ` Did you mean run.x?` for the nearest param or field of a run, or nothing."""
    leaves = scope.source.params_below(())[:_MAX_SUGGESTIONS_FROM]
    # A shared beginning makes nothing near: the last keys are the same, or else alike.
    same = [leaf for leaf in leaves if leaf[-1] == path[-1]]
    ends = get_close_matches(path[-1], {leaf[-1] for leaf in leaves})
    entries = {".".join(leaf): param_entry(leaf) for leaf in same or leaves if leaf[-1] in ends}
    first = next(iter(entries.values()), None)
    if len(path) == 1 and not same:
        entries |= {name: f"run.{name}" for name in (*RUN_FIELDS, *RUN_ALIASES, "metrics")}
    near = [entries[address] for address in get_close_matches(".".join(path), entries, n=1)]
    found = near[0] if near else first
    return f" Did you mean {found}?" if found else ""


def run_metric(scope: Scope, node: RunMetric) -> Column | Ragged:
    """Return a number for each matching series of each run; the count of series when no field is asked for."""
    context = dict(node.context)
    if node.step is None:
        found = scope.source.run_metric(node.name, context, node.field)
    else:
        found = scope.source.run_metric_at(node.name, context, node.step)
    if found is not None:
        return found
    names = scope.source.metric_names()
    if node.name in names:
        message = f"No run has the metric {node.name!r} in a context with {dict(node.context)}."
    else:
        near = get_close_matches(node.name, names, n=1)
        message = f"No run has a metric {node.name!r}: it is null everywhere."
        message += f" Did you mean {near[0]!r}?" if near else ""
    scope.warn(node.span, message, "unknown-metric")
    return Scalar(None)

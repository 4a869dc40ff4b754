"""Check what is reached by dots and brackets: fields and params of runs, fields and contexts of series, parts of values."""

import ast
from typing import cast

from ridgeline.core.errors import did_you_mean
from ridgeline.core.values import split_path
from ridgeline.query.language import nodes
from ridgeline.query.language.context import Context
from ridgeline.query.language.methods import METHOD_NAMES, PART_NAMES
from ridgeline.query.language.names import (
    METRIC_FIELDS,
    OBJECT_FIELDS,
    RUN_ALIASES,
    RUN_FIELDS,
    SEQUENCE_KINDS,
    SERIES_FIELDS,
)
from ridgeline.query.language.nodes import Node, SeriesRoot
from ridgeline.query.language.signatures import CONSTANTS, MODULES
from ridgeline.query.language.values import Value


def check_attribute(context: Context, node: ast.Attribute) -> Node:
    """Check `x.name`."""
    base, name, span = node.value, node.attr, context.span(node)
    if isinstance(base, ast.Name) and base.id not in context.variables:
        if base.id == "run":
            return _run_attribute(context, node)
        if base.id in SEQUENCE_KINDS:
            return _series_attribute(context, node, cast("SeriesRoot", base.id))
        if base.id in MODULES:
            return _module_attribute(context, node, base.id)
    operand = _base(context, base)
    match operand:
        case nodes.Param(path=path, explicit=explicit):
            return nodes.Param(span, (*path, name), explicit)
        case nodes.SeriesContext(root=root, path=()):
            return nodes.SeriesContext(span, root, (name,))
        case nodes.RunMetric(field=None):
            return _metric_field(context, node, operand)
        case nodes.RunField(name="experiment") if name == "name":
            return operand
        case nodes.Variable() | nodes.Item() | nodes.Method() | nodes.Call() | nodes.SeriesContext():
            if not name.startswith("_"):
                return nodes.Part(span, operand, name)
        case _ if name in PART_NAMES:
            return nodes.Part(span, operand, name)
    return _refuse_part(context, node, name)


def _refuse_part(context: Context, node: ast.Attribute, name: str) -> Node:
    words = context.words(node.value)
    if name in METHOD_NAMES:
        context.refuse(node, f"`{name}` is a method: write {words}.{name}(…).", "method-not-called")
    hint = did_you_mean(name, [*METHOD_NAMES, *PART_NAMES])
    return context.refuse(node, f"`{words}` has no part {name!r}.{hint}", "unknown-attribute")


def _base(context: Context, node: ast.expr) -> Node:
    """Check what stands before a dot or bracket: `run.metrics["f1"]` may be bare there."""
    return context.any_node(node)


def _run_attribute(context: Context, node: ast.Attribute) -> Node:
    name, span = node.attr, context.span(node)
    name = RUN_ALIASES.get(name, name)
    if name in RUN_FIELDS:
        return nodes.RunField(span, name)
    if name == "params":
        return nodes.Param(span, (), explicit=True)
    if name == "metrics":
        message = 'Say which metric: run.metrics["f1"].last, or run.metrics["f1", {"lang": "de"}].last.'
        context.refuse(node, message, "metric-name-missing")
    return nodes.Param(span, (name,))


def _series_attribute(context: Context, node: ast.Attribute, root: SeriesRoot) -> Node:
    context.use_root(node, root)
    name, span = node.attr, context.span(node)
    if name == "context":
        return nodes.SeriesContext(span, root, ())
    numbers = SERIES_FIELDS if root == "metric" else OBJECT_FIELDS
    if name in METRIC_FIELDS or name in numbers:
        return nodes.SeriesField(span, root, name)
    known = [*METRIC_FIELDS, "context", *numbers]
    message = f"`{root}` has no {name!r}.{did_you_mean(name, known)} It has {', '.join(known)}."
    return context.refuse(node, message, "unknown-attribute")


def _module_attribute(context: Context, node: ast.Attribute, module: str) -> Node:
    name = f"{module}.{node.attr}"
    if name in CONSTANTS:
        return nodes.Constant(context.span(node), CONSTANTS[name])
    return context.refuse(node, f"`{name}` is not a value. Call it: {name}(…).", "function-not-called")


def _metric_field(context: Context, node: ast.Attribute, operand: nodes.RunMetric) -> Node:
    if node.attr in SERIES_FIELDS:
        return nodes.RunMetric(context.span(node), operand.name, operand.context, node.attr)
    hint = " Write at(100)." if node.attr == "at" else did_you_mean(node.attr, SERIES_FIELDS)
    message = f"A metric has no {node.attr!r}.{hint} It has {', '.join(SERIES_FIELDS)} and at(step)."
    return context.refuse(node, message, "unknown-attribute")


def check_subscript(context: Context, node: ast.Subscript) -> Node:
    """Check `x[key]`."""
    base, key, span = node.value, node.slice, context.span(node)
    if isinstance(base, ast.Name) and base.id == "run" and "run" not in context.variables:
        path = _keys(context, key)
        if path is None:
            message = 'Inside run[…] stands a text or several: run["hparams", "lr"] or run["hparams.lr"].'
            context.refuse(key, message, "bad-param-key")
        return nodes.Param(span, path)
    if _is_run_metrics(context, base):
        return _check_metric(context, node)
    if isinstance(base, ast.Name) and base.id in SEQUENCE_KINDS and base.id not in context.variables:
        context.refuse(node, f'Write {base.id}.name == "…" to choose one.', "bad-sequence-key")
    operand = _base(context, base)
    path = _keys(context, key)
    if path is not None and isinstance(operand, nodes.Param):
        return nodes.Param(span, (*operand.path, *path), operand.explicit)
    if isinstance(operand, nodes.RunMetric) and operand.field is None:
        context.refuse(node, "A metric has no items. Ask for .last, .best, .max, .min …", "series-not-number")
    text = context.constant_text(key)
    if text is not None and isinstance(operand, nodes.SeriesContext) and not operand.path:
        return nodes.SeriesContext(span, operand.root, (text,))
    if isinstance(key, ast.Slice):
        return nodes.Slice(
            span, operand, *(_bound(context, part) for part in (key.lower, key.upper, key.step))
        )
    return nodes.Item(span, operand, context.operand(key))


def _keys(context: Context, key: ast.expr) -> tuple[str, ...] | None:
    """Return the path that a key of `run` is: a text is split at its dots, texts in a tuple are not."""
    text = context.constant_text(key)
    if text is not None:
        return tuple(split_path(text))
    if isinstance(key, ast.Tuple) and key.elts:
        texts = [context.constant_text(part) for part in key.elts]
        if None not in texts:
            return tuple(part for part in texts if part is not None)
    return None


def is_run(context: Context, node: ast.expr) -> bool:
    """Tell whether an expression is the bare `run`."""
    return isinstance(node, ast.Name) and node.id == "run" and "run" not in context.variables


def _is_run_metrics(context: Context, node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "metrics" and is_run(context, node.value)


def check_membership(
    context: Context, item: ast.expr, container: ast.expr, span: tuple[int, int]
) -> Node | None:
    """Check `"hparams" in run` and `"f1" in run.metrics`; None for any other container."""
    if not is_run(context, container) and not _is_run_metrics(context, container):
        return None
    text = context.constant_text(item)
    if text is None:
        words = context.words(container)
        context.refuse(item, f'Before `in {words}` stands a text: "name" in {words}.', "bad-param-key")
    if is_run(context, container):
        return nodes.Has(span, nodes.Param(span, tuple(split_path(text)), explicit=True))
    return nodes.Has(span, nodes.RunMetric(span, text, (), None))


def _check_metric(context: Context, node: ast.Subscript) -> Node:
    key = node.slice
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    name = context.constant_text(parts[0]) if parts else None
    if name is None or len(parts) > 2:
        message = 'Write run.metrics["f1"], or run.metrics["f1", {"lang": "de"}] with keys of the context.'
        context.refuse(key, message, "bad-metric-key")
    wanted: Value = {}
    if len(parts) == 2:
        checked = context.operand(parts[1])
        wanted = checked.value if isinstance(checked, nodes.Constant) else None
        if not isinstance(wanted, dict):
            context.refuse(parts[1], 'A context is a dict of constants: {"lang": "de"}.', "bad-metric-key")
    return nodes.RunMetric(
        context.span(node), name, tuple(wanted.items()) if isinstance(wanted, dict) else (), None
    )


def _bound(context: Context, node: ast.expr | None) -> int | None:
    if node is None:
        return None
    checked = context.operand(node)
    if isinstance(checked, nodes.Constant) and type(checked.value) is int:
        return checked.value
    return context.refuse(node, "The bounds of a slice are whole numbers.", "bad-slice")

"""Check calls: functions of the allow-list, methods of values, patterns."""

import ast

from ridgeline.core.errors import did_you_mean
from ridgeline.core.values import split_path
from ridgeline.query.language import nodes
from ridgeline.query.language.check_paths import is_run
from ridgeline.query.language.context import Context
from ridgeline.query.language.methods import METHOD_NAMES
from ridgeline.query.language.names import ROOTS, SERIES_FIELDS
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.regex import FLAGS, checked_pattern
from ridgeline.query.language.signatures import MODULES, SIGNATURES, TYPES, Signature

_PATTERN_FUNCTIONS = ("match", "search", "fullmatch")
# As written after `import datetime` and after `from datetime import datetime`.
_LONG_NAMES = {"datetime.datetime": "datetime", "datetime.timedelta": "timedelta", "datetime.date": "date"}
_DATETIME_METHODS = ("now", "utcnow", "today", "fromisoformat", "fromtimestamp", "strptime")
_MOST_STEPS = 1 << 63


def check_call(context: Context, node: ast.Call) -> Node:
    """Check `f(…)`, `x.method(…)`, `re.match(…)`."""
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            context.refuse(argument, "Arguments are written out; `*` is not used here.", "not-allowed")
    name = _function_name(context, node.func)
    if name is None:
        return _check_method(context, node)
    if name.startswith("re."):
        return _check_pattern_call(context, node, name.removeprefix("re."))
    if name not in SIGNATURES:
        context.refuse(node.func, _unknown_function(name), "unknown-function")
    _check_arguments(context, node, name, SIGNATURES[name])
    if name == "has":
        return nodes.Has(context.span(node), context.any_node(node.args[0]))
    if name == "isinstance":
        return nodes.Call(
            context.span(node), name, (context.operand(node.args[0]), _types(context, node.args[1])), ()
        )
    arguments = tuple(context.operand(argument) for argument in node.args)
    keywords = tuple((keyword.arg or "", context.operand(keyword.value)) for keyword in node.keywords)
    return nodes.Call(context.span(node), name, arguments, keywords)


def _unknown_function(name: str) -> str:
    known = [*SIGNATURES, "re.match", "re.search", "re.fullmatch"]
    if name in ("hasattr", "exists", "defined"):
        return f"`{name}` is not used here. Write has(run.hparams.lr)."
    return f"There is no function {name!r} here.{did_you_mean(name, known)}"


def _function_name(context: Context, function: ast.expr) -> str | None:
    """Return the dotted name of a function; None for a method of a value."""
    if isinstance(function, ast.Name):
        if function.id in context.variables or function.id in ROOTS:
            context.refuse(function, f"`{function.id}` is not a function.", "not-a-function")
        return function.id
    parts: list[str] = []
    part = function
    while isinstance(part, ast.Attribute):
        parts.append(part.attr)
        part = part.value
    if not isinstance(part, ast.Name) or part.id not in MODULES or part.id in context.variables:
        if not isinstance(function, ast.Attribute):
            context.refuse(function, "Only functions and methods with a name are called.", "not-a-function")
        return None
    name = ".".join([part.id, *reversed(parts)])
    for long, short in _LONG_NAMES.items():
        if name == long or name.startswith(long + "."):
            name = short + name.removeprefix(long)
    return name if name.startswith(("math.", "re.")) or name in SIGNATURES else _time_method(parts, name)


def _time_method(parts: list[str], name: str) -> str | None:
    """Tell `datetime.now().date()`, a method of a value, from a function that does not exist."""
    return None if len(parts) > 1 and parts[-1] in _DATETIME_METHODS else name


def _check_arguments(context: Context, node: ast.Call, name: str, signature: Signature) -> None:
    for keyword in node.keywords:
        if keyword.arg is None:
            context.refuse(keyword, "Arguments are written out; `**` is not used here.", "not-allowed")
        if keyword.arg not in signature.keywords:
            hint = did_you_mean(keyword.arg, signature.keywords)
            context.refuse(
                keyword, f"{name}() takes no argument named {keyword.arg!r}.{hint}", "wrong-arguments"
            )
    count = len(node.args) + len(node.keywords)
    if (
        not signature.least <= count <= signature.most + len(signature.keywords)
        or len(node.args) > signature.most
    ):
        wanted = (
            str(signature.least)
            if signature.least == signature.most
            else f"{signature.least} to {signature.most}"
        )
        message = f"{name}() takes {wanted} argument{'' if wanted == '1' else 's'}; here are {count}."
        context.refuse(node, message, "wrong-arguments")


def _types(context: Context, node: ast.expr) -> Node:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    names = [part.id for part in parts if isinstance(part, ast.Name) and part.id in TYPES]
    if not names or len(names) != len(parts):
        context.refuse(node, f"isinstance() knows the types {', '.join(TYPES)}.", "unknown-type")
    return nodes.Constant(context.span(node), tuple(names))


def _check_pattern_call(context: Context, node: ast.Call, mode: str) -> Node:
    if mode not in _PATTERN_FUNCTIONS:
        hint = did_you_mean(mode, _PATTERN_FUNCTIONS)
        message = (
            f"There is no function 're.{mode}' here: there are re.match, re.search and re.fullmatch.{hint}"
        )
        context.refuse(node.func, message, "unknown-function")
    if node.keywords and [keyword.arg for keyword in node.keywords] != ["flags"]:
        context.refuse(
            node.keywords[0], f"re.{mode}() takes a pattern, a text, and flags.", "wrong-arguments"
        )
    flags = [*node.args[2:], *(keyword.value for keyword in node.keywords)]
    if not 2 <= len(node.args) <= 3 or len(flags) > 1:
        context.refuse(node, f"re.{mode}() takes a pattern, a text, and flags.", "wrong-arguments")
    letters = _flags(context, flags[0]) if flags else ""
    return _pattern(context, node, mode, letters, node.args[0], node.args[1])


def _pattern(
    context: Context, node: ast.Call, mode: str, flags: str, pattern: ast.expr, operand: ast.expr
) -> Node:
    text = context.constant_text(pattern)
    if text is None:
        context.refuse(pattern, "A pattern is a text written out here.", "bad-pattern")
    whole = checked_pattern(text, mode, flags, context.parsed.text, context.span(pattern))
    return nodes.Match(context.span(node), whole, context.operand(operand))


def _flags(context: Context, node: ast.expr) -> str:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _flags(context, node.left) + _flags(context, node.right)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re":
        letter = FLAGS.get(node.attr)
        if letter is not None:
            return letter
    return context.refuse(node, "Flags are re.IGNORECASE, re.MULTILINE and re.DOTALL.", "bad-pattern")


def _at_step(context: Context, node: ast.Call, value: ast.expr) -> Node:
    operand = context.any_node(value)
    if not isinstance(operand, nodes.RunMetric) or operand.field is not None:
        context.refuse(node, '`at` is for a metric of a run: run.metrics["f1"].at(100).', "unknown-method")
    step = context.operand(node.args[0]) if len(node.args) == 1 and not node.keywords else None
    if not isinstance(step, nodes.Constant) or type(step.value) is not int or abs(step.value) >= _MOST_STEPS:
        context.refuse(node, "at() takes one step, a whole number: at(100).", "wrong-arguments")
    return nodes.RunMetric(context.span(node), operand.name, operand.context, "at", step.value)


def _check_method(context: Context, node: ast.Call) -> Node:
    function = node.func
    assert isinstance(function, ast.Attribute)
    name, span = function.attr, context.span(node)
    if name == "matches":
        if len(node.args) != 1 or node.keywords:
            context.refuse(node, "matches() takes one pattern.", "wrong-arguments")
        return _pattern(context, node, "search", "", node.args[0], function.value)
    if name == "at":
        return _at_step(context, node, function.value)
    on_run = is_run(context, function.value)
    operand = (
        nodes.Param(context.span(function.value), (), explicit=True)
        if on_run
        else context.operand(function.value)
    )
    if name not in METHOD_NAMES:
        hint = did_you_mean(name, METHOD_NAMES)
        if name in SERIES_FIELDS:
            hint = f" `{name}` is a number: leave out the ()."
        context.refuse(node, f"There is no method {name!r} here.{hint}", "unknown-method")
    if node.keywords:
        context.refuse(node.keywords[0], "Methods take arguments by position here.", "wrong-arguments")
    arguments = tuple(context.operand(argument) for argument in node.args)
    if name == "get" and isinstance(operand, nodes.Param):
        return _get_param(context, node, operand, arguments)
    return nodes.Method(span, operand, name, arguments)


def _get_param(context: Context, node: ast.Call, operand: nodes.Param, arguments: tuple[Node, ...]) -> Node:
    """Check `run.get("hparams.lr", 0.1)`: the param, or the default where there is none."""
    key = context.constant_text(node.args[0]) if node.args else None
    if key is None or len(arguments) > 2:
        context.refuse(node, 'Write .get("name") or .get("name", default).', "wrong-arguments")
    span = context.span(node)
    param = nodes.Param(span, (*operand.path, *split_path(key)), operand.explicit)
    default = arguments[1] if len(arguments) == 2 else nodes.Constant(span, None)
    return nodes.Choose(span, nodes.Has(span, param), param, default)

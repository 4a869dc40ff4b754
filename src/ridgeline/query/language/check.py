"""Check a syntax tree against what an expression may consist of, and turn it into nodes."""

import ast
from dataclasses import dataclass
from typing import Literal, NoReturn

from ridgeline.core.errors import did_you_mean
from ridgeline.query.language import nodes
from ridgeline.query.language.check_calls import check_call
from ridgeline.query.language.check_paths import check_attribute, check_membership, check_subscript
from ridgeline.query.language.context import Context
from ridgeline.query.language.names import ROOTS
from ridgeline.query.language.nodes import ArithmeticOp, CompareOp, Node, SeriesRoot
from ridgeline.query.language.parse import Parsed
from ridgeline.query.language.signatures import MODULES, SIGNATURES
from ridgeline.query.language.values import Value

_COMPARISONS: dict[type[ast.cmpop], CompareOp] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
_ARITHMETIC: dict[type[ast.operator], ArithmeticOp] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
}
_REFUSED: dict[type[ast.expr], str] = {
    ast.Lambda: "A lambda is not used here.",
    ast.NamedExpr: "Nothing is assigned here. To compare, write ==.",
    ast.JoinedStr: "An f-string is not used here. Join texts with +.",
    ast.DictComp: "A dict comprehension is not used here.",
    ast.Starred: "`*` is not used here.",
    ast.Await: "Nothing is awaited here.",
    ast.Yield: "Nothing is yielded here.",
    ast.YieldFrom: "Nothing is yielded here.",
}
_FOREIGN_NAMES = {
    "true": "True",
    "false": "False",
    "null": "None",
    "none": "None",
    "nil": "None",
    "nan": "math.nan",
    "NaN": "math.nan",
    "inf": "math.inf",
    "Inf": "math.inf",
    "infinity": "math.inf",
    "Infinity": "math.inf",
}
# In a dict these are what JSON means by them, so that a context can be pasted as the API and the UI write it.
_JSON_WORDS = {"true": True, "false": False, "null": None}
_MAX_INT_BITS = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """An expression that can be evaluated."""

    node: Node
    root: SeriesRoot | None  # the sequence that it asks about

    @property
    def mentions_archived(self) -> bool:
        """Tell whether it asks about `run.archived`: then archived runs are not left out by themselves."""
        return any(
            isinstance(node, nodes.RunField) and node.name == "archived" for node in nodes.walk(self.node)
        )


def check(parsed: Parsed, tree: ast.expr | None = None, *, as_value: bool = False) -> Checked:
    """Check an expression.

    Args:
        parsed: The text and its syntax tree.
        tree: A part of the tree, when not all of it.
        as_value: It is shown or sorted by, and so must have a value.

    Raises:
        QueryError: Something in it is unknown or not allowed.
    """
    context = Context(parsed, _visit)
    tree = parsed.tree if tree is None else tree
    node = context.operand(tree) if as_value else context.any_node(tree)
    return Checked(node, context.root)


def _visit(context: Context, node: ast.expr) -> Node:
    match node:
        case ast.Constant():
            return _constant(context, node)
        case ast.Name():
            return _name(context, node)
        case ast.Attribute():
            return check_attribute(context, node)
        case ast.Subscript():
            return check_subscript(context, node)
        case ast.Call():
            return check_call(context, node)
        case ast.BoolOp(op=op, values=values):
            operands = tuple(context.any_node(value) for value in values)
            return nodes.Both(context.span(node), "and" if isinstance(op, ast.And) else "or", operands)
        case ast.UnaryOp():
            return _unary(context, node)
        case ast.BinOp():
            return _binary(context, node)
        case ast.Compare():
            return _compare(context, node)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            parts = context.any_node(test), context.operand(body), context.operand(orelse)
            return nodes.Choose(context.span(node), *parts)
        case ast.List() | ast.Tuple() | ast.Set():
            return _display(context, node)
        case ast.Dict():
            return _dict(context, node)
        case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
            return _comprehension(context, node)
        case _:
            return _refused(context, node)


def _refused(context: Context, node: ast.expr) -> NoReturn:
    message = _REFUSED.get(type(node), f"`{context.words(node)}` is not used here.")
    context.refuse(node, message, "not-allowed")


def _constant(context: Context, node: ast.Constant) -> Node:
    value = node.value
    if isinstance(value, int) and value.bit_length() > _MAX_INT_BITS:
        context.refuse(
            node, f"This number has {value.bit_length():,} bits: it is too large.", "number-too-large"
        )
    if value is None or isinstance(value, (bool, int, float, str)):
        return nodes.Constant(context.span(node), value)
    return context.refuse(node, f"`{context.words(node)}` is not used here.", "not-allowed")


def _name(context: Context, node: ast.Name) -> Node:
    name, span = node.id, context.span(node)
    if name in context.variables:
        return nodes.Variable(span, name)
    if name in ROOTS:
        example = "run.id" if name == "run" else f"{name}.name"
        context.refuse(node, f"`{name}` alone has no value. Write for instance {example}.", "root-alone")
    if name in SIGNATURES or name in MODULES:
        context.refuse(node, f"`{name}` is a function: write {name}(…).", "function-not-called")
    if name in _FOREIGN_NAMES:
        context.refuse(node, f"Write {_FOREIGN_NAMES[name]} for {name!r}.", "unknown-name")
    hint = did_you_mean(name, [*ROOTS, *SIGNATURES, *context.variables])
    message = f"Unknown name {name!r}.{hint or f' A param is run.{name}.'} Names are {', '.join(ROOTS)}."
    return context.refuse(node, message, "unknown-name")


def _unary(context: Context, node: ast.UnaryOp) -> Node:
    span = context.span(node)
    if isinstance(node.op, ast.Not):
        return nodes.Not(span, context.any_node(node.operand))
    if isinstance(node.op, ast.Invert):
        context.refuse(node, "Write `not` for `~`.", "not-allowed")
    operand = context.operand(node.operand)
    if isinstance(operand, nodes.Constant) and isinstance(operand.value, (int, float)):
        return nodes.Constant(span, -operand.value if isinstance(node.op, ast.USub) else +operand.value)
    negated = nodes.Negate(span, operand)
    return negated if isinstance(node.op, ast.USub) else nodes.Negate(span, negated)


def _binary(context: Context, node: ast.BinOp) -> Node:
    op = _ARITHMETIC.get(type(node.op))
    if op is None:
        context.refuse(node, "This operator is not used here.", "not-allowed")
    return nodes.Arithmetic(context.span(node), op, context.operand(node.left), context.operand(node.right))


def _compare(context: Context, node: ast.Compare) -> Node:
    span = context.span(node)
    symbols = tuple(_COMPARISONS[type(op)] for op in node.ops)
    for symbol, right in zip(symbols, node.comparators, strict=True):
        if symbol in ("is", "is not") and not _is_singleton(right):
            instead = "==" if symbol == "is" else "!="
            context.refuse(right, f"`{symbol}` is for None, True and False. Write {instead}.", "bad-is")
    if len(symbols) > 1:
        operands = tuple(context.operand(operand) for operand in (node.left, *node.comparators))
        return nodes.Chain(span, operands, symbols)
    (symbol,), (right,) = symbols, node.comparators
    if symbol in ("in", "not in"):
        membership = check_membership(context, node.left, right, span)
        if membership is not None:
            return membership if symbol == "in" else nodes.Not(span, membership)
    with_none = isinstance(right, ast.Constant) and right.value is None
    left = context.any_node(node.left) if with_none else context.operand(node.left)
    return nodes.Compare(span, symbol, left, context.operand(right))


def _is_singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _display(context: Context, node: ast.List | ast.Tuple | ast.Set) -> Node:
    items = tuple(context.operand(item) for item in node.elts)
    values = [item.value for item in items if isinstance(item, nodes.Constant)]
    is_set = isinstance(node, ast.Set)
    if len(values) < len(items):
        return nodes.Display(context.span(node), "set" if is_set else "list", items)
    if not is_set:
        return nodes.Constant(context.span(node), tuple(values))
    try:
        return nodes.Constant(context.span(node), frozenset(values))
    except TypeError:
        context.refuse(node, "A set cannot hold a dict.", "not-allowed")


def _dict(context: Context, node: ast.Dict) -> Node:
    mapping: dict[str, Value] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        text = None if key is None else context.constant_text(key)
        value = _constant_in_dict(context, item)
        if text is None or not isinstance(value, nodes.Constant):
            context.refuse(node, 'A dict has constants only: {"lang": "de"}.', "not-allowed")
        mapping[text] = value.value
    return nodes.Constant(context.span(node), mapping)


def _constant_in_dict(context: Context, node: ast.expr) -> Node:
    if isinstance(node, ast.Name) and node.id in _JSON_WORDS and node.id not in context.variables:
        return nodes.Constant(context.span(node), _JSON_WORDS[node.id])
    return context.operand(node)


def _comprehension(context: Context, node: ast.GeneratorExp | ast.ListComp | ast.SetComp) -> Node:
    outer = set(context.variables)
    clauses: list[nodes.Clause] = []
    for generator in node.generators:
        iterable = context.any_node(generator.iter)
        names, unpack = _targets(context, generator)
        context.variables |= set(names)
        tests = tuple(context.any_node(test) for test in generator.ifs)
        clauses.append(nodes.Clause(context.span(generator), names, unpack, iterable, tests))
    element = context.operand(node.elt)
    context.variables = outer
    kind: Literal["list", "set"] = "set" if isinstance(node, ast.SetComp) else "list"
    return nodes.Comprehension(context.span(node), kind, element, tuple(clauses))


def _targets(context: Context, generator: ast.comprehension) -> tuple[tuple[str, ...], bool]:
    target = generator.target
    unpack = isinstance(target, (ast.Tuple, ast.List))
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    names = tuple(part.id for part in parts if isinstance(part, ast.Name))
    if generator.is_async or not names or len(names) != len(parts):
        context.refuse(target, "The variable of a comprehension is a plain name.", "not-allowed")
    for part, name in zip(parts, names, strict=True):
        if name in ROOTS or name in MODULES:
            context.refuse(part, f"`{name}` has a meaning here already: choose another name.", "name-taken")
    return names, unpack

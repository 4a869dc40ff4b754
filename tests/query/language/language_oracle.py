"""The language, slowly: one run at a time, over plain dicts, straight from the rules in docs/explain/query-language.md."""

import ast
import operator

_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
_ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def interpret(text, params):
    """Return the value of an expression for one run."""
    return _value(ast.parse(text, mode="eval").body, params, {})


def _value(node, params, names):
    return _RULES[type(node)](node, params, names)


def _constant(node, *_):
    return node.value


def _name(node, _, names):
    return names[node.id]


def _attribute(node, params, _):
    assert isinstance(node.value, ast.Name)
    return _frozen(params.get(node.attr))


def _frozen(value):
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _list(node, params, names):
    items = tuple(_value(item, params, names) for item in node.elts)
    return None if None in items and not all(isinstance(item, ast.Constant) for item in node.elts) else items


def _bool(node, params, names):
    for part in node.values:
        found = _value(part, params, names)
        if bool(found) == isinstance(node.op, ast.Or):
            return found
    return found


def _unary(node, params, names):
    found = _value(node.operand, params, names)
    if isinstance(node.op, ast.Not):
        return not found
    return -found if isinstance(found, (bool, int, float)) else None


def _binary(node, params, names):
    left, right = _value(node.left, params, names), _value(node.right, params, names)
    if left is None or right is None or (isinstance(node.op, ast.Mod) and isinstance(left, str)):
        return None
    if isinstance(node.op, ast.Pow) and right == 0.5 and isinstance(left, float) and left < 0:
        return None  # Python makes inf of (-inf) ** 0.5, and a complex number of the others
    try:
        found = _ARITHMETIC[type(node.op)](left, right)
    except (TypeError, ArithmeticError):
        return None
    return None if isinstance(found, complex) else found


def _equal(left, right):
    return left == right if left is not None and right is not None else left is right


def _ordered(op, left, right):
    numbers = (bool, int, float)
    same = isinstance(left, numbers) and isinstance(right, numbers)
    same = same or any(isinstance(left, kind) and isinstance(right, kind) for kind in (str, tuple))
    try:
        return same and _ORDER[op](left, right)
    except TypeError:
        return False


def _in(left, right_node, params, names):
    if isinstance(right_node, ast.List):
        return any(_equal(left, _value(item, params, names)) for item in right_node.elts)
    right = _value(right_node, params, names)
    if right is None:
        return False
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    return isinstance(right, tuple) and any(_equal(left, item) for item in right)


def _compare(node, params, names):
    lefts = [node.left, *node.comparators[:-1]]
    for left_node, op, right_node in zip(lefts, node.ops, node.comparators, strict=True):
        left = _value(left_node, params, names)
        if isinstance(op, (ast.In, ast.NotIn)):
            found = _in(left, right_node, params, names) == isinstance(op, ast.In)
        else:
            right = _value(right_node, params, names)
            if isinstance(op, (ast.Eq, ast.Is)):
                found = _equal(left, right)
            elif isinstance(op, (ast.NotEq, ast.IsNot)):
                found = not _equal(left, right)
            else:
                found = _ordered(type(op), left, right)
        if not found:
            return False
    return True


def _if(node, params, names):
    chosen = node.body if _value(node.test, params, names) else node.orelse
    return _value(chosen, params, names)


def _items(found):
    return tuple(found) if isinstance(found, (tuple, str)) else None


def _comprehension(node, params, names):
    (clause,) = node.generators
    items = _items(_value(clause.iter, params, names))
    if items is None:
        return None
    found = []
    for item in items:
        inner = {**names, clause.target.id: item}
        if all(_value(test, params, inner) for test in clause.ifs):
            found.append(_value(node.elt, params, inner))
    return tuple(found)


def _call(node, params, names):
    if isinstance(node.func, ast.Attribute):
        receiver = _value(node.func.value, params, names)
        arguments = [_value(argument, params, names) for argument in node.args]
        if not isinstance(receiver, str) or None in arguments:
            return None
        try:
            return getattr(receiver, node.func.attr)(*arguments)
        except TypeError:
            return None
    name = node.func.id
    if name in ("any", "all") and isinstance(node.args[0], ast.List):
        return {"any": any, "all": all}[name](_value(item, params, names) for item in node.args[0].elts)
    values = [_value(argument, params, names) for argument in node.args]
    if None in values:
        return None
    return _FUNCTIONS[name](*values)


def _extreme(op):
    def extreme(*values):
        items = _items(values[0]) if len(values) == 1 else values
        if not items or None in items:
            return None
        best = items[0]
        try:
            for item in items:
                best = item if _ORDER[op](item, best) else best
        except TypeError:
            return None
        return best

    return extreme


def _sum(items):
    items = _items(items)
    if items is None or any(not isinstance(item, (bool, int, float)) for item in items):
        return None
    return sum(items)


def _over_items(function):
    return lambda items: None if _items(items) is None else function(_items(items))


_FUNCTIONS = {
    "abs": lambda x: abs(x) if isinstance(x, (bool, int, float)) else None,
    "len": lambda x: len(x) if isinstance(x, (str, tuple)) else None,
    "min": _extreme(ast.Lt),
    "max": _extreme(ast.Gt),
    "sum": _sum,
    "any": _over_items(any),
    "all": _over_items(all),
    "bool": bool,
}
_RULES = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _list,
    ast.BoolOp: _bool,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _compare,
    ast.IfExp: _if,
    ast.GeneratorExp: _comprehension,
    ast.ListComp: _comprehension,
    ast.Call: _call,
}

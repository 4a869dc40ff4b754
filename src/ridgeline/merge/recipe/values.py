"""Parameters of a recipe: read, and worked out for a tensor."""

from collections.abc import Mapping, Sequence

from ridgeline.core.errors import did_you_mean
from ridgeline.merge.method import Method, Parameter, Setting
from ridgeline.merge.recipe.document import Filtered, Parameters, Value
from ridgeline.merge.recipe.nodes import Mistakes, Node

_FORM = "a value, a list of values over the layers, or a list of filter and value"


def read_parameters(node: Node | None, method: Method | None, mistakes: Mistakes) -> Parameters:
    """Read a table of parameters and check each against the method."""
    if node is None or node.value is None:
        return Parameters()
    if not isinstance(node.value, Mapping):
        mistakes.add(node.line, f"parameters is a table of names and values; this is {node.kind}.")
        return Parameters()
    known = {one.name: one for one in method.parameters} if method is not None else {}
    values: dict[str, Value] = {}
    for name, given in node.value.items():
        value = _value(name, given, mistakes)
        if value is None:
            continue
        values[name] = value
        if method is not None:
            _fits(name, given, known, method, mistakes)
    return Parameters(values, {name: given.line for name, given in node.value.items()})


def at_tensor(value: Value, tensor: str, t: float) -> Setting | None:
    """Work a value out for a tensor, at t in [0, 1] from the first to the last layer of its slice.

    Numbers of a gradient are interpolated; of others the nearest before t is taken. None: no filter fits.
    """
    if not isinstance(value, tuple):
        return value
    filtered = [one for one in value if isinstance(one, Filtered)]
    if filtered:
        for one in filtered:
            if one.filter in {None, "*"} or (one.filter is not None and one.filter in tensor):
                return at_tensor(one.value, tensor, t)
        return None
    points = [one for one in value if not isinstance(one, Filtered)]
    place = t * (len(points) - 1)
    before = int(place)
    first, second = points[before], points[min(before + 1, len(points) - 1)]
    if isinstance(first, bool | str) or isinstance(second, bool | str):
        return first
    return (1 - (place - before)) * first + (place - before) * second


def _value(name: str, node: Node, mistakes: Mistakes) -> Value | None:
    if isinstance(node.value, str | int | float | bool):
        return _number(node.value)
    if not isinstance(node.value, list) or not node.value:
        mistakes.add(node.line, f"{name} is {_FORM}; this is {'empty' if node.value == [] else node.kind}.")
        return None
    if all(isinstance(one.value, Mapping) for one in node.value):
        filters = [_filtered(name, one, mistakes) for one in node.value]
        return tuple(one for one in filters if one is not None) or None
    return _gradient(name, node.value, mistakes)


def _gradient(name: str, nodes: Sequence[Node], mistakes: Mistakes) -> tuple[Setting, ...] | None:
    points = []
    for one in nodes:
        if not isinstance(one.value, str | int | float | bool):
            mistakes.add(one.line, f"{name} is {_FORM}; this list has {one.kind} in it.")
            return None
        points.append(_number(one.value))
    return tuple(points)


def _filtered(name: str, node: Node, mistakes: Mistakes) -> Filtered | None:
    assert isinstance(node.value, Mapping), "looked at before"
    for key, extra in node.value.items():
        if key not in {"filter", "value"}:
            hint = did_you_mean(key, ("filter", "value"))
            mistakes.add(extra.line, f"{name} is {_FORM}; there is no key {key!r} here.{hint}")
    wanted, given = node.value.get("filter"), node.value.get("value")
    if wanted is not None and not isinstance(wanted.value, str | None):
        mistakes.add(wanted.line, f"A filter is a part of a tensor's name; this is {wanted.kind}.")
        return None
    if given is None:
        mistakes.add(node.line, f"This filter of {name} has no value.")
        return None
    text = wanted.value if wanted is not None and isinstance(wanted.value, str) else None
    if isinstance(given.value, str | int | float | bool):
        return Filtered(text, _number(given.value))
    if isinstance(given.value, list) and given.value:
        points = _gradient(name, given.value, mistakes)
        return None if points is None else Filtered(text, points)
    mistakes.add(
        given.line, f"The value of a filter is one, or a list over the layers; this is {given.kind}."
    )
    return None


def _number(value: Setting) -> Setting:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _fits(name: str, node: Node, known: Mapping[str, Parameter], method: Method, mistakes: Mistakes) -> None:
    """Say what is wrong with a parameter of a method."""
    if name not in known:
        takes = ", ".join(known) or "none"
        mistakes.add(
            node.line,
            f"{method.name} has no parameter {name!r}; it takes {takes}.{did_you_mean(name, known)}",
        )
        return
    one = known[name]
    for line, value in _leaves(node):
        if problem := _problem(one, value):
            mistakes.add(line, f"{name} of {method.name} {problem}.")


def _problem(one: Parameter, value: Setting) -> str:
    if one.choices:
        allowed = ", ".join(one.choices)
        return (
            ""
            if value in one.choices
            else f"is one of {allowed}; this is {value!r}{did_you_mean(str(value), one.choices)}"
        )
    if isinstance(one.default, bool):
        return "" if isinstance(value, bool) else f"is true or false; this is {value!r}"
    if isinstance(value, str | bool):
        return f"is a number; this is {value!r}"
    return "" if one.low <= value <= one.high else f"is in [{one.low:g}, {one.high:g}]; this is {value:g}"


def _leaves(node: Node) -> list[tuple[int, Setting]]:
    if isinstance(node.value, list):
        return [leaf for one in node.value for leaf in _leaves(one)]
    if isinstance(node.value, Mapping):
        return _leaves(node.value["value"]) if "value" in node.value else []
    return [] if node.value is None else [(node.line, node.value)]  # type: ignore[list-item] # a scalar

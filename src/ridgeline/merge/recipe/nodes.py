"""Read YAML as data with line numbers: no tags, no magic, bounded, and no key twice.

A recipe may come from anywhere, so reading it runs nothing, and one that expands without end is turned down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from ridgeline.core.errors import did_you_mean

MAX_BYTES = 1_000_000
MAX_NODES = 20_000  # aliases counted as often as they are used
MAX_DEPTH = 20
Scalar: TypeAlias = str | int | float | bool | None
_PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line where it stands, from 1."""

    line: int
    value: "Scalar | Sequence[Node] | Mapping[str, Node]"

    @property
    def kind(self) -> str:
        """Return what messages call a value of this kind."""
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return "true or false"
        if isinstance(self.value, int | float):
            return "a number"
        if isinstance(self.value, str):
            return "a text"
        return "a table of keys" if isinstance(self.value, Mapping) else "a list"


@dataclass(slots=True)
class Mistakes:
    """All that is wrong with a recipe, by line."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        """Note what is wrong at a line."""
        self.found.append((line, message))

    def told(self, name: str) -> str:
        """Return all of them, the first line first, each on a line of its own."""
        return "\n".join(f"  {name}:{line}: {message}" for line, message in sorted(set(self.found)))


def known_keys(table: Mapping[str, Node], keys: Sequence[str], mistakes: Mistakes) -> None:
    """Note each key of a table that is none of those that there are."""
    for key, value in table.items():
        if key not in keys:
            mistakes.add(
                value.line, f"No key {key!r} here; there are {', '.join(keys)}.{did_you_mean(key, keys)}"
            )


def parse_yaml(text: str, mistakes: Mistakes) -> Node | None:
    """Return the document, or None if it is no YAML that is read here; what is wrong goes to `mistakes`."""
    if len(text.encode()) > MAX_BYTES:
        mistakes.add(1, f"The recipe has more than {MAX_BYTES:,} bytes; none needs that many.")
        return None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistakes.add(mark.line + 1 if mark else 1, f"This is no YAML: {error.problem or error.context}.")
        return None
    except (yaml.YAMLError, RecursionError) as error:
        mistakes.add(1, f"This is no YAML: {error}.")
        return None
    if root is None:
        mistakes.add(1, "The recipe is empty.")
        return None
    reader = _Reader(mistakes)
    node = reader.read(root, 0)
    return None if reader.too_much else node


class _Reader:
    """Turns YAML's nodes into ours."""

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._scalars = yaml.SafeLoader("")
        self._nodes = 0
        self.too_much = False

    def read(self, node: yaml.Node, depth: int) -> Node:
        line = node.start_mark.line + 1
        self._nodes += 1
        if self.too_much or self._nodes > MAX_NODES or depth > MAX_DEPTH:
            if not self.too_much:
                self._mistakes.add(
                    line,
                    f"The recipe is nested deeper than {MAX_DEPTH} or has more than {MAX_NODES:,} values.",
                )
            self.too_much = True
            return Node(line, None)
        if node.tag not in _PLAIN:
            self._mistakes.add(line, f"The tag {node.tag!r} means nothing here; write the value itself.")
            return Node(line, None)
        if isinstance(node, yaml.MappingNode):
            return Node(line, self._table(node, depth))
        if isinstance(node, yaml.SequenceNode):
            return Node(line, [self.read(one, depth + 1) for one in node.value])
        assert isinstance(node, yaml.ScalarNode), "YAML has three kinds of nodes"
        return Node(line, self._scalar(node, line))

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Scalar:
        try:
            value: Scalar = self._scalars.construct_object(node)
        except (ValueError, yaml.YAMLError):
            self._mistakes.add(line, f"{node.value!r} is no number.")
            return None
        return _number_of(value) if isinstance(value, str) and node.style is None else value

    def _table(self, node: yaml.MappingNode, depth: int) -> dict[str, Node]:
        table: dict[str, Node] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                self._mistakes.add(line, "Keys are plain texts here; write out what '<<' would bring in.")
                continue
            if key.value in table:
                self._mistakes.add(line, f"The key {key.value!r} stands here a second time.")
            table[key.value] = self.read(value, depth + 1)
        return table


def _number_of(text: str) -> str | float:
    """Return 1e-5 as the number it means: YAML 1.1 wants a dot in it, and takes it for a text."""
    mantissa, _, exponent = text.lower().partition("e")
    if exponent and mantissa.lstrip("+-").isdecimal() and exponent.lstrip("+-").isdecimal():
        return float(text)
    return text

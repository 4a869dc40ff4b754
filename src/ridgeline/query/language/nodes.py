"""What an expression can consist of, once it is checked. Every node knows the characters that it came from."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from ridgeline.query.language.parse import Span
from ridgeline.query.language.values import Value

ArithmeticOp: TypeAlias = Literal["+", "-", "*", "/", "//", "%", "**", "|", "&", "^"]
CompareOp: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]
SeriesRoot: TypeAlias = Literal[
    "metric", "images", "audios", "texts", "figures", "distributions", "tables", "predictions"
]


@dataclass(frozen=True, slots=True)
class Node:
    span: Span


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class RunField(Node):
    """`run.name`: what every run has."""

    name: str


@dataclass(frozen=True, slots=True)
class Param(Node):
    """`run.hparams.lr`; the empty path is the tree of all params.

    `explicit`: written as run.params[…]; when there is no such param, a param tree called `params` is meant.
    """

    path: tuple[str, ...]
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class SeriesField(Node):
    """`metric.name`, `metric.last`."""

    root: SeriesRoot
    name: str


@dataclass(frozen=True, slots=True)
class SeriesContext(Node):
    """`metric.context.lang`; the empty path is the whole context."""

    root: SeriesRoot
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunMetric(Node):
    """`run.metrics["f1", {"lang": "de"}].last`. Without a field it only says whether there is one."""

    name: str
    context: tuple[tuple[str, Value], ...]
    field: str | None
    step: int | None = None  # of the field `at`: the value at this step, or at the last one before


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """The variable of a comprehension."""

    name: str


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`has(run.hparams.lr)`, `"lr" in run.hparams`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Both(Node):
    """`a and b and c`, `a or b`."""

    op: Literal["and", "or"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: CompareOp
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`0 < x < 1`; each operand stands here once and is computed once."""

    operands: tuple[Node, ...]
    ops: tuple[CompareOp, ...]  # one less


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: ArithmeticOp
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """`a if test else b`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Display(Node):
    """`[a, b]`, `(a, b)`, `{a, b}` of which some part is no constant."""

    kind: Literal["list", "set"]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Item(Node):
    """`x[key]`."""

    operand: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """`x[1:3]`."""

    operand: Node
    start: int | None
    stop: int | None
    step: int | None


@dataclass(frozen=True, slots=True)
class Part(Node):
    """`x.month` of a time, `x.key` of a dict."""

    operand: Node
    name: str


@dataclass(frozen=True, slots=True)
class Method(Node):
    """`x.startswith("a")`."""

    operand: Node
    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Match(Node):
    """`re.search(pattern, x)`, `x.matches(pattern)`."""

    pattern: str  # as RE2 reads it, anchored as the function wants it
    operand: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the allow-list."""

    name: str
    arguments: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Clause(Node):
    """`for x, y in values if test` of a comprehension."""

    names: tuple[str, ...]
    unpack: bool
    iterable: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """`(element for … in …)`, in any brackets but a dict's."""

    kind: Literal["list", "set"]
    element: Node
    clauses: tuple[Clause, ...]


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it."""
    yield node
    for field in fields(node):
        yield from _below(getattr(node, field.name))


def _below(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield from walk(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _below(item)

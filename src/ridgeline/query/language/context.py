"""What the checks of all constructs share: the text, the names in scope, and how they refuse."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from ridgeline.core.errors import QueryError
from ridgeline.query.language import nodes
from ridgeline.query.language.nodes import Node, SeriesRoot
from ridgeline.query.language.parse import Parsed, Span


@dataclass(slots=True)
class Context:
    """The state of one check. `visit` checks any expression; it stands here so that constructs can be checked apart."""

    parsed: Parsed
    visit: Callable[["Context", ast.expr], Node]
    variables: set[str] = field(default_factory=set)
    root: SeriesRoot | None = None

    def span(self, node: ast.expr | ast.keyword | ast.comprehension) -> Span:
        return self.parsed.span(node)

    def words(self, node: ast.expr) -> str:
        start, end = self.span(node)
        return self.parsed.text[start:end]

    def refuse(self, node: ast.expr | ast.keyword, message: str, slug: str) -> NoReturn:
        """Raise the error that this part of the text is wrong."""
        raise QueryError(message, slug, self.parsed.text, self.span(node))

    def any_node(self, node: ast.expr) -> Node:
        """Check an expression, of which only truth or presence matters."""
        return self.visit(self, node)

    def operand(self, node: ast.expr) -> Node:
        """Check an expression that must have a value."""
        checked = self.visit(self, node)
        if isinstance(checked, nodes.RunMetric) and checked.field is None:
            words = self.words(node)
            message = f"`{words}` is a series, not a number. Ask for one of its numbers: {words}.last, .best, .max, .min …"
            self.refuse(node, message, "series-not-number")
        return checked

    def constant_text(self, node: ast.expr) -> str | None:
        """Return the text that an expression literally is."""
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def use_root(self, node: ast.expr, root: SeriesRoot) -> SeriesRoot:
        """Remember which sequence is asked about: there can be one."""
        if self.root not in (None, root):
            message = f"This asks about `{self.root}` and `{root}` at once; an expression has one of them."
            self.refuse(node, message, "two-sequences")
        self.root = root
        return root

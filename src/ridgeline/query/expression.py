"""Expressions as users write them: a filter, or keys to sort by."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from ridgeline.core.errors import QueryError
from ridgeline.query.language.check import Checked, check
from ridgeline.query.language.parse import parse


@dataclass(frozen=True, slots=True)
class Expression:
    """Checked text."""

    text: str
    checked: Checked


@dataclass(frozen=True, slots=True)
class SortKey:
    expression: Expression
    descending: bool


def parse_filter(text: str) -> Expression | None:
    """Parse a filter; None when the text is blank: all match.

    Raises:
        QueryError: The text is no expression, or has something in it that is unknown or not allowed.
    """
    return Expression(text, check(parse(text))) if text.strip() else None


def parse_value(text: str) -> Expression:
    """Parse an expression that is shown: it must have a value.

    Raises:
        QueryError: As parse_filter; blank text, too.
    """
    if not text.strip():
        raise QueryError("An expression is missing here.", "syntax", text, (0, len(text)))
    return Expression(text, check(parse(text), as_value=True))


def parse_sort_keys(order_by: str | Sequence[str] | None) -> list[SortKey]:
    """Parse keys such as `"-run.metrics['f1'].last, run.name"`, or a list of them; a minus in front sorts downwards.

    Raises:
        QueryError: As parse_filter.
    """
    if order_by is None:
        return []
    texts = [order_by] if isinstance(order_by, str) else order_by
    return [key for text in texts if text.strip() for key in _keys_of(text)]


def _keys_of(text: str) -> list[SortKey]:
    parsed = parse(text)
    parts = parsed.tree.elts if isinstance(parsed.tree, ast.Tuple) else [parsed.tree]
    keys = []
    for part in parts:
        descending = isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub)
        tree = part.operand if isinstance(part, ast.UnaryOp) and descending else part
        keys.append(SortKey(Expression(text, check(parsed, tree, as_value=True)), descending))
    return keys

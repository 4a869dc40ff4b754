"""Turn text into Python's syntax tree, without running any of it, and keep track of where each node stands."""

import ast
import re
import threading
import warnings
from dataclasses import dataclass

from ridgeline.core.errors import QueryError

MAX_CHARS = 20_000  # 500 ids of runs and more
MAX_NODES = 2_000
SHORTEN = (
    "In place of a long list of runs or values write a comparison (run.hparams.lr > 1e-4), or give the runs a tag"
    ' and ask for that ("lab" in run.tags).'
)
# Deeper than any query that a person writes, and well within Python's own recursion limit for the walks that follow.
MAX_DEPTH = 60

_FOREIGN_OPERATORS = {"&&": "and", "||": "or", "<>": "!="}
# warnings.catch_warnings changes state of the whole process; two threads inside it would restore each other's filters.
_WARNINGS_LOCK = threading.Lock()

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A syntax tree and the text it came from."""

    text: str
    tree: ast.expr
    line_starts: tuple[
        int, ...
    ]  # where line i of what was parsed stands in `text`, before the first is line 1
    lines: tuple[str, ...]

    def span(self, node: ast.expr | ast.keyword | ast.comprehension) -> Span:
        """Return the characters of `text` that a node covers."""
        if isinstance(node, ast.comprehension):
            return self.span(node.target)[0], self.span(node.iter)[1]
        start = self._offset(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return start, start + 1
        return start, self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line_number: int, byte_column: int) -> int:
        if not 1 <= line_number <= len(self.lines):
            return 0 if line_number < 1 else len(self.text)
        line = self.lines[line_number - 1]
        chars = byte_column if line.isascii() else len(line.encode()[:byte_column].decode(errors="ignore"))
        return self.line_starts[line_number - 1] + chars


def parse(text: str) -> Parsed:
    """Parse one expression.

    Args:
        text: At most MAX_CHARS characters; line breaks count as spaces.

    Raises:
        QueryError: The text is too long, is no expression, or is nested or built too large.
    """
    if len(text) > MAX_CHARS:
        message = f"This expression has {len(text):,} characters; at most {MAX_CHARS:,} are read. {SHORTEN}"
        raise QueryError(message, "expression-too-long", text[:80], (0, 80))
    lines = text.splitlines() or [text]
    if len(lines) == 1:
        lead = len(text) - len(text.lstrip())
        wrapped, starts, shown = text.strip(), [lead], [text.strip()]
    else:
        wrapped = "(\n" + "\n".join(lines) + "\n)"
        ends = [m.end() for m in re.finditer(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text)]
        starts, shown = [0, 0, *ends], ["(", *lines]
    tree = _parse_python(wrapped, text, starts)
    parsed = Parsed(text, tree, tuple(starts), tuple(shown))
    if len(lines) > 1 and tree.lineno == 1:  # the text closes our bracket: `a) or (b`
        raise QueryError("These lines are not one expression.", "syntax", text, (0, len(text)))
    _check_size(parsed)
    return parsed


def _parse_python(wrapped: str, text: str, starts: list[int]) -> ast.expr:
    try:
        with _WARNINGS_LOCK, warnings.catch_warnings():
            # A pattern such as "\d+" makes the tokenizer warn; here it is just text.
            warnings.simplefilter("ignore")
            return ast.parse(wrapped, mode="eval").body
    except SyntaxError as error:
        raise _syntax_error(error, text, starts) from None
    except (RecursionError, MemoryError):
        raise QueryError(
            "This is nested too deeply to be read.", "expression-too-deep", text, (0, len(text))
        ) from None
    except ValueError as error:
        raise QueryError(f"This cannot be read: {error}.", "syntax", text, (0, len(text))) from None


def _syntax_error(error: SyntaxError, text: str, starts: list[int]) -> QueryError:
    for wrong, right in _FOREIGN_OPERATORS.items():
        if wrong in text:
            start = text.index(wrong)
            return QueryError(f"Write `{right}` for `{wrong}`.", "syntax", text, (start, start + len(wrong)))
    if error.offset == 0:
        end = len(text.rstrip())
        return QueryError("This ends too early: something is missing here.", "syntax", text, (end, end + 1))
    line = min(max(error.lineno or 1, 1), len(starts))
    start = min(starts[line - 1] + max((error.offset or 1) - 1, 0), len(text))
    end = start + 1
    if error.end_offset and error.end_lineno == error.lineno and error.offset:
        end = start + max(1, error.end_offset - error.offset)
    if text[start:end] == "=":
        return QueryError("Write `==` to compare.", "syntax", text, (start, end))
    reason = error.msg.split(" (<unknown>")[0]
    return QueryError(
        f"This is not an expression: {reason}.", "syntax", text, (start, min(end, len(text) + 1))
    )


def _check_size(parsed: Parsed) -> None:
    stack: list[tuple[ast.AST, int]] = [(parsed.tree, 1)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += isinstance(node, ast.expr)
        if depth > MAX_DEPTH:
            where = parsed.span(node) if isinstance(node, ast.expr) else (0, len(parsed.text))
            message = f"This is nested deeper than {MAX_DEPTH} levels."
            raise QueryError(message, "expression-too-deep", parsed.text, where)
        if count > MAX_NODES:
            message = f"This expression has more than {MAX_NODES:,} parts. {SHORTEN}"
            raise QueryError(message, "expression-too-large", parsed.text, (0, len(parsed.text)))
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))

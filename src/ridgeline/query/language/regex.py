"""Regular expressions in linear time.

Python's `re` backtracks: `(a+)+$` on thirty letters takes minutes, and nothing can interrupt it. RE2, which pyarrow brings,
takes time proportional to pattern × text, and refuses look-around and back-references, which need backtracking.
What remains is bounded here: pattern, repetition counts and text.
"""

import re
from collections.abc import Sequence

from ridgeline.core.errors import QueryError
from ridgeline.query.language.nodes import Match
from ridgeline.query.language.parse import Span
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Column, Numbers, Scalar, Value, decode, families, lookup

MAX_PATTERN = 500  # characters
MAX_REPEAT = 100
MAX_SEARCHED = 10_000  # characters of each text

_FORMS = {"search": "{}", "match": r"\A(?:{})", "fullmatch": r"\A(?:{})\z"}
FLAGS = {"I": "i", "IGNORECASE": "i", "M": "m", "MULTILINE": "m", "S": "s", "DOTALL": "s"}
_REPEAT = re.compile(r"\{(\d*),?(\d*)\}")
_BATCH = 256  # texts between two looks at the clock


def checked_pattern(pattern: str, mode: str, flags: str, text: str, span: Span) -> str:
    """Return the pattern as RE2 takes it.

    Raises:
        QueryError: RE2 does not take it, or it is out of bounds.
    """
    if len(pattern) > MAX_PATTERN:
        message = f"This pattern has {len(pattern)} characters; at most {MAX_PATTERN} are taken."
        raise QueryError(message, "bad-pattern", text, span)
    counts = [int(count) for pair in _REPEAT.findall(pattern) for count in pair if count]
    if counts and max(counts) > MAX_REPEAT:
        message = f"This pattern repeats something {max(counts)} times; at most {MAX_REPEAT} are taken."
        raise QueryError(message, "bad-pattern", text, span)
    pattern = pattern.replace(r"\Z", r"\z")
    whole = _FORMS[mode].format(pattern)
    if flags:
        whole = f"(?{''.join(sorted(set(flags)))}){whole}"
    from pyarrow import ArrowInvalid

    try:
        matches(pattern, [""])  # by itself: `a)|(b` is none
    except (ArrowInvalid, UnicodeEncodeError) as error:
        reason = str(error).split("Invalid regular expression: ")[-1]
        message = f"This pattern cannot be used: {reason}. Patterns are those of RE2: no look-around, no back-reference."
        raise QueryError(message, "bad-pattern", text, span) from None
    return whole


def matches(pattern: str, texts: Sequence[str]) -> list[bool]:
    # Both take a tenth of a second to import, and few questions have a pattern.
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = [text[:MAX_SEARCHED].encode("utf-8", "replace") for text in texts]
    found = pc.match_substring_regex(pa.array(encoded, pa.binary()).cast(pa.string()), pattern)
    return [bool(flag) for flag in found.to_pylist()]


def match(scope: Scope, node: Match, column: Column) -> Column:
    """Return True where the pattern is found, null where it is not: like Python's match object or None."""
    if isinstance(column, Scalar):
        texts = [column.value] if isinstance(column.value, str) else []
        return Scalar(True if texts and matches(node.pattern, texts)[0] else None)
    coded = decode(column, scope.zone)
    hits: list[bool] = []
    for start in range(0, len(coded.values), _BATCH):
        scope.tick(node)
        batch: Sequence[Value] = coded.values[start : start + _BATCH]
        texts = [value if isinstance(value, str) else "" for value in batch]
        found = matches(node.pattern, texts)
        hits += [flag and isinstance(value, str) for flag, value in zip(found, batch, strict=True)]
    if families(column) and "text" not in families(column):
        kinds = "/".join(sorted(families(column)))
        scope.warn(
            node.span, f"`{scope.words(node)}` looks for a pattern in {kinds}: it finds none.", "wrong-type"
        )
    matched = lookup(coded, hits)
    return Numbers(coded.axis, matched, matched)

"""MLflow's language of filters: comparisons joined by AND.

    metrics.loss < 0.5 AND params."model" LIKE 'res%' AND tags.`mlflow.user` IS NOT NULL AND run_id IN ('a', 'b')

What may be compared with what is for the callers to say; here a text becomes comparisons, and a value is compared.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from ridgeline.server.mlflow.errors import MlflowError

Value: TypeAlias = "str | float | tuple[str, ...] | None"
Entity: TypeAlias = Literal["metric", "parameter", "tag", "attribute", "dataset"]

_ENTITIES: Mapping[str, Entity] = {
    "metric": "metric",
    "metrics": "metric",
    "parameter": "parameter",
    "parameters": "parameter",
    "param": "parameter",
    "params": "parameter",
    "tag": "tag",
    "tags": "tag",
    "attribute": "attribute",
    "attributes": "attribute",
    "attr": "attribute",
    "run": "attribute",
    "dataset": "dataset",
    "datasets": "dataset",
}
NUMERIC_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
TEXT_OPERATORS = ("=", "!=", "LIKE", "ILIKE")
NULL_OPERATORS = ("IS NULL", "IS NOT NULL")
LIST_OPERATORS = ("IN", "NOT IN")
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>(?:`[^`]*`|"[^"]*"|[A-Za-z_][\w]*)(?:\.(?:`[^`]*`|"[^"]*"|[\w]+))*)
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<text>'[^']*')
      | (?P<sign><=|>=|!=|=|<|>)
      | (?P<other>[(),]|\S)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a part of a filter says; the value is None for IS NULL and IS NOT NULL."""

    entity: Entity
    key: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "name" else self.text


def parse_filter(text: str, entities: Mapping[str, Entity] = _ENTITIES) -> list[Comparison]:
    """Return the comparisons of a filter.

    Raises:
        MlflowError: It is not written in the language.
    """
    tokens = _tokens(text)
    found: list[Comparison] = []
    while tokens:
        if found:
            if tokens[0].word != "AND":
                raise _invalid_clause(tokens)
            tokens = tokens[1:]
            if not tokens:  # MLflow lets a filter end in AND
                break
        comparison, tokens = _comparison(tokens, entities)
        found.append(comparison)
    return found


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(str(match.lastgroup), match[str(match.lastgroup)]) for match in _TOKEN.finditer(text.rstrip())
    ]


def _invalid_clause(tokens: list[_Token]) -> MlflowError:
    shown = " ".join(token.text for token in tokens)
    return MlflowError(f"Invalid clause(s) in filter string: '{shown}'. Comparisons are joined by AND.")


def _comparison(tokens: list[_Token], entities: Mapping[str, Entity]) -> tuple[Comparison, list[_Token]]:
    first = tokens[0]
    if first.kind != "name":
        raise MlflowError(f"Invalid comparison clause. Expected 'Identifier' found '{first.text}'")
    entity, key = identifier(first.text, entities)
    words = [token.word for token in tokens[1:4]]
    if words[:2] == ["IS", "NULL"]:
        return Comparison(entity, key, "IS NULL", None), tokens[3:]
    if words == ["IS", "NOT", "NULL"]:
        return Comparison(entity, key, "IS NOT NULL", None), tokens[4:]
    if words[:2] == ["NOT", "IN"]:
        value, rest = _texts(tokens[3:])
        return Comparison(entity, key, "NOT IN", value), rest
    if words[:1] == ["IN"]:
        value, rest = _texts(tokens[2:])
        return Comparison(entity, key, "IN", value), rest
    if len(tokens) < 3:
        raise MlflowError(f"Invalid comparison clause. Expected 3 tokens found {len(tokens)}")
    if tokens[1].kind != "sign" and words[0] not in TEXT_OPERATORS:
        raise MlflowError(f"Invalid comparison clause. Expected comparison found '{tokens[1].text}'")
    return Comparison(entity, key, words[0], _value(tokens[2])), tokens[3:]


def identifier(text: str, entities: Mapping[str, Entity] = _ENTITIES) -> tuple[Entity, str]:
    """Return of what kind `metrics.loss` or `start_time` is, and its key.

    Raises:
        MlflowError: There is no such kind.
    """
    entity, dot, key = text.partition(".")
    if not dot:
        return "attribute", _bare(text)
    kind = entities.get(_bare(entity))
    if kind is None:
        known = list(dict.fromkeys(entities.values()))
        raise MlflowError(f"Invalid entity type '{_bare(entity)}'. Valid values are {known}")
    return kind, _bare(key)


def _bare(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "`\"'"
    return text[1:-1] if quoted else text


def _value(token: _Token) -> Value:
    if token.kind == "number":
        return float(token.text)
    if token.kind == "text" or (token.kind == "name" and token.text[0] in '"`'):
        return _bare(token.text)
    message = (
        f"Parameter value is either not quoted or unidentified quote types used for string value {token.text}."
        " Use either single or double quotes."
    )
    raise MlflowError(message)


def _texts(tokens: list[_Token]) -> tuple[tuple[str, ...], list[_Token]]:
    """Return a list of texts in brackets, and what follows it."""
    ends = [at for at, token in enumerate(tokens) if token.text == ")" and token.kind == "other"]
    if not ends or tokens[0].text != "(":
        raise MlflowError(
            "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list."
        )
    inner = tokens[1 : ends[0]]
    values = [_value(token) for token in inner[::2]]
    texts = tuple(value for value in values if isinstance(value, str))
    if not texts or len(texts) != len(values) or any(token.text != "," for token in inner[1::2]):
        raise MlflowError(
            "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different"
            f" type in list: {' '.join(token.text for token in inner)}"
        )
    return texts, tokens[ends[0] + 1 :]


@lru_cache(maxsize=256)
def _like(pattern: str, *, any_case: bool) -> re.Pattern[str]:
    parts = (".*" if char == "%" else "." if char == "_" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if any_case else 0))


_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(comparison: Comparison, found: str | float | None) -> bool:
    """Say whether a comparison holds for what was found; for None only IS NULL does."""
    value = comparison.value
    if comparison.operator in NULL_OPERATORS:
        return (found is None) == (comparison.operator == "IS NULL")
    if found is None:
        return False
    if isinstance(value, tuple):
        return (found in value) == (comparison.operator == "IN")
    if comparison.operator in ("LIKE", "ILIKE"):
        pattern = _like(str(value), any_case=comparison.operator == "ILIKE")
        return pattern.fullmatch(str(found)) is not None
    return bool(_SIGNS[comparison.operator](found, value))


def parse_order(text: str, entities: Mapping[str, Entity] = _ENTITIES) -> tuple[Entity, str, bool]:
    """Return by what a clause such as `metrics.loss DESC` orders, and whether upwards.

    Raises:
        MlflowError: It is not written in the language.
    """
    tokens = _tokens(text)
    if not tokens or len(tokens) > 2 or tokens[0].kind != "name":
        raise MlflowError(f"Invalid order_by clause '{text}'. Could not be parsed.")
    direction = tokens[1].word if len(tokens) == 2 else "ASC"
    if direction not in ("ASC", "DESC"):
        raise MlflowError(f"Invalid ordering key in order_by clause '{text}'.")
    return *identifier(tokens[0].text, entities), direction == "ASC"

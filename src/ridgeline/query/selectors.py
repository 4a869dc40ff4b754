"""Which metrics are meant: a name, and what the context must have.

f1                              in any context
val/*   loss?   [fl]*   *       a glob (as in a shell); `*` is all, system metrics too
re:^(f1|loss)$                  a pattern of RE2, found anywhere in the name
f1{"lang": "de"}                has this value at the key, whatever other keys there are
f1{lang=de,subset=test}         the same for short: numbers, true, false and null mean themselves, all else is text
f1{"lang": ["de", "es"]}        one of these
f1{"lang": "*"}                 a glob or `re:` pattern over the value: `*` is any value that is there
f1{"lang": null}                has no value there: that is how a series without context is told from the others
"norm{2}"{"lang": "de"}         a name with braces in it stands as a JSON string
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import translate

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey
from ridgeline.query.language.regex import checked_pattern, matches
from ridgeline.query.language.scope import Notice
from ridgeline.query.language.values import Value
from ridgeline.query.snapshot import freeze

# A JSON string that is the whole text, or has a context behind it. What begins with a quote otherwise is a name as it is.
_QUOTED = re.compile(r'\A\s*"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"(?=\s*(?:\{|\Z))')
# {lang=de,subset=test}: what has quotes, brackets or braces inside stands as JSON.
_SHORT = re.compile(
    r"""\{\s*[^\s"'{}\[\],=:][^"'{}\[\],=:]*=[^"'{}\[\],=]*(?:,\s*[^\s"'{}\[\],=:][^"'{}\[\],=:]*=[^"'{}\[\],=]*)*\}"""
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A name, glob or pattern, and what the context must have."""

    text: str
    name: str
    context: dict[str, Value]

    def fits(self, context: Mapping[str, Json]) -> bool:
        """Tell whether a context has what it must have."""
        return all(_value_fits(freeze(context.get(key)), wanted) for key, wanted in self.context.items())


def parse_selector(text: str) -> Selector:
    """Parse `name{"key": value}`.

    Raises:
        InputError: What stands in braces is no JSON object of plain values.
    """
    if quoted := _QUOTED.match(text):
        name, braces = json.loads(quoted[0]), text[quoted.end() :].strip()
        return Selector(text, name, _parse_context(name, braces) if braces else {})
    brace = text.find("{")
    if brace < 0 or not text.rstrip().endswith("}") or (text.startswith("re:") and '{"' not in text):
        return Selector(text, text.strip(), {})
    brace = text.find('{"') if text.startswith("re:") else brace
    name = text[:brace].strip()
    return Selector(text, name, _parse_context(name, text[brace:]))


def _parse_context(name: str, braces: str) -> dict[str, Value]:
    if _SHORT.fullmatch(braces):
        pairs = (pair.partition("=") for pair in braces[1:-1].split(","))
        return {key.strip(): _short_value(text.strip()) for key, _, text in pairs}
    try:
        context: Json = json.loads(braces)
    except (ValueError, RecursionError):
        message = (
            f"The context {braces!r} of the metric {name!r} is not one."
            f' Write {name}{{lang=de,subset=dev}} or {name}{{"lang": "de", "subset": "dev"}}.'
        )
        raise InputError(message, "bad-selector") from None
    if not isinstance(context, dict):
        raise InputError(f"The context {braces!r} is not a JSON object.", "bad-selector")
    return {key: freeze(value) for key, value in context.items()}


def _short_value(text: str) -> Value:
    try:
        value: Json = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, str | list | dict) else freeze(value)


def select_metrics(
    keys: Sequence[MetricKey], selectors: Sequence[Selector]
) -> tuple[list[MetricKey], list[Notice]]:
    """Return the metrics that some selector means, in their order, and a warning for each selector that means none."""
    names = sorted({key.name for key in keys})
    chosen: set[int] = set()
    warnings: list[Notice] = []
    for selector in selectors:
        meant = _names(names, selector.name)
        found = [key.mid for key in keys if key.name in meant and selector.fits(key.context)]
        chosen.update(found)
        if not found:
            near = [] if meant else get_close_matches(selector.name, names, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            message = f"No run has the metric {selector.text!r}.{hint}"
            warnings.append(Notice(message, "unknown-metric", 0, 0))
    return [key for key in keys if key.mid in chosen], warnings


def _names(names: list[str], wanted: str) -> set[str]:
    if wanted in names:  # a name with a star in it means itself
        return {wanted}
    if not _is_pattern(wanted):
        return set()
    if wanted.startswith("re:"):
        pattern = wanted.removeprefix("re:")
        whole = checked_pattern(pattern, "search", "", wanted, (3, len(wanted)))
    else:
        # fnmatch writes possessive groups, which RE2 has no need of.
        whole = r"\A" + translate(wanted).replace("(?>", "(?:").replace(r"\Z", r"\z")
    return {name for name, hit in zip(names, matches(whole, names), strict=True) if hit}


def _is_pattern(text: str) -> bool:
    return text.startswith("re:") or any(sign in text for sign in "*?[")


def _value_fits(value: Value, wanted: Value) -> bool:
    """Tell whether a value of a context, None where there is none, is what is wanted."""
    if value == wanted:
        return True
    if isinstance(wanted, tuple):
        return any(_value_fits(value, one) for one in wanted)
    if value is None or not isinstance(wanted, str) or not _is_pattern(wanted):
        return False
    return bool(_names([value if isinstance(value, str) else json.dumps(value)], wanted))

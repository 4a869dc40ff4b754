"""Keys of metrics, split into a name and a context."""

import re
from collections.abc import Iterable

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_NAME = "name"


class ContextPatterns:
    """Splits keys such as `f1_fr` into a name and a context by patterns such as `f1_{lang}` or `eval/{name}/{lang}`."""

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile patterns; the first that matches a whole key counts.

        Raises:
            InputError: A pattern has no placeholder, or one twice.
        """
        self.patterns = tuple(patterns)
        self._compiled = [(_literal(pattern), _regex(pattern)) for pattern in self.patterns]

    def split(self, key: str) -> tuple[str, dict[str, Json]]:
        """Return the name and the context of a metric's key."""
        for name, regex in self._compiled:
            if match := regex.fullmatch(key):
                context: dict[str, Json] = dict(match.groupdict())
                given = context.pop(_NAME, name)
                return str(given), context
        return key, {}


def _literal(pattern: str) -> str:
    """Return what is left of a pattern without its placeholders and the signs that set them off: `f1` of `f1_{lang}`."""
    return re.sub(r"([/_.:-])\1+", r"\1", _PLACEHOLDER.sub("", pattern)).strip("/_.:- ") or pattern


def _regex(pattern: str) -> re.Pattern[str]:
    names = _PLACEHOLDER.findall(pattern)
    if not names or len(set(names)) != len(names):
        message = (
            f"The pattern {pattern!r} needs placeholders, each once: f1_{{lang}}, or eval/{{name}}/{{lang}} where {{name}} is the"
            " metric."
        )
        raise InputError(message, "bad-context-pattern")
    parts = _PLACEHOLDER.split(pattern)
    return re.compile(
        "".join(re.escape(part) if i % 2 == 0 else f"(?P<{part}>[^/]+?)" for i, part in enumerate(parts))
    )

"""Every error that Ridgeline raises on purpose.

RidgelineError                  slug: the error's address in docs/reference/errors.md
├── InputError                  the caller asked for something that cannot be (also a ValueError)
│   ├── QueryError              an expression is wrong; carries the position for a caret
│   └── NotFoundError           a run, metric, param, file … that is not there (also a KeyError)
└── StorageError                the disk or a file did not do what was needed (also an OSError)
"""

from collections.abc import Iterable
from difflib import get_close_matches


class RidgelineError(Exception):
    """What was asked, what is the case, what to do; ends with the slug in brackets."""

    def __init__(self, message: str, slug: str) -> None:
        super().__init__(f"{message} [{slug}]")
        self.message = message
        self.slug = slug

    def __str__(self) -> str:
        return str(self.args[0])


class InputError(RidgelineError, ValueError):
    """The caller asked for something that cannot be."""


class NotFoundError(InputError, KeyError):
    """A run, metric, param or file that is not there."""


class QueryError(InputError):
    """An expression is wrong; `start` and `end` are character offsets into `source`."""

    def __init__(self, message: str, slug: str, source: str, span: tuple[int, int]) -> None:
        start, end = span
        caret = f"\n  {source}\n  {' ' * start}{'^' * max(1, end - start)}" if "\n" not in source else ""
        super().__init__(message + caret, slug)
        self.reason = message
        self.source = source
        self.start = start
        self.end = end


class StorageError(RidgelineError, OSError):
    """The disk or a file did not do what was needed."""


def did_you_mean(asked: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` for the nearest known word, or nothing."""
    near = get_close_matches(asked, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""

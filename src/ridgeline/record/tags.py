"""The tags of a run, as a set that writes down its changes."""

from collections.abc import Callable, Iterable, Iterator, MutableSet

from ridgeline.core.errors import InputError


def check_tags(values: Iterable[str] | None) -> list[str]:
    """Return tags as they were given, each once; None is none and one word is one tag.

    Raises:
        InputError: one is no word.
    """
    if values is None:
        return []
    if not isinstance(values, Iterable):
        raise InputError(
            f"Tags are a list of words, not {values!r} ({type(values).__name__}).", "tag-invalid"
        )
    return list(
        dict.fromkeys([_check_tag(value) for value in ([values] if isinstance(values, str) else values)])
    )


def _check_tag(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"A tag is a word, not {value!r} ({type(value).__name__}).", "tag-invalid")
    return str(value)


class Tags(MutableSet[str]):
    """Behaves as a set of words; iterates in alphabetical order."""

    def __init__(
        self, known: Iterable[str], changed: Callable[[tuple[str, ...], tuple[str, ...]], None]
    ) -> None:
        self._words = set(known)
        self._changed = changed

    def add(self, value: str) -> None:
        """Add a tag; one that is there stays."""
        tag = _check_tag(value)
        if tag not in self._words:
            self._changed((tag,), ())
            self._words.add(tag)

    def discard(self, value: str) -> None:
        """Take a tag off; one that is not there is no error."""
        if value in self._words:
            self._changed((), (value,))
            self._words.discard(value)

    def update(self, values: Iterable[str]) -> None:
        """Add several tags."""
        for tag in check_tags(values):
            self.add(tag)

    def __contains__(self, value: object) -> bool:
        return value in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._words))

    def __len__(self) -> int:
        return len(self._words)

    def __repr__(self) -> str:
        return f"Tags({sorted(self._words)})"

    @classmethod
    def _from_iterable(cls, it: Iterable[str]) -> set[str]:  # type: ignore[override]
        # `run.tags | {"x"}` is a new plain set; only the tags of the run write down their changes.
        return set(it)

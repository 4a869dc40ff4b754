"""The tags of a run, as a set that writes down its changes."""

from collections.abc import Callable, Iterable, Iterator, MutableSet

from ridgeline.core.errors import InputError


class Tags(MutableSet[str]):
    """Behaves as a set of words; iterates in alphabetical order."""

    def __init__(
        self, known: Iterable[str], changed: Callable[[tuple[str, ...], tuple[str, ...]], None]
    ) -> None:
        self._words = set(known)
        self._changed = changed

    def add(self, value: str) -> None:
        """Add a tag; one that is there stays."""
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"A tag is a word, not {value!r} ({type(value).__name__}).", "tag-invalid")
        if value not in self._words:
            self._words.add(value)
            self._changed((value,), ())

    def discard(self, value: str) -> None:
        """Take a tag off; one that is not there is no error."""
        if value in self._words:
            self._words.discard(value)
            self._changed((), (value,))

    def update(self, values: Iterable[str]) -> None:
        """Add several tags."""
        for value in [values] if isinstance(values, str) else values:
            self.add(value)

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

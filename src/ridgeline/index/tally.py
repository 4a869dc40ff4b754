"""How many runs have a metric or a param as a kind: what a batch of runs changes, written in one go."""

from collections.abc import Iterator


class Tally:
    """By how much the counts of (number, kind) change."""

    def __init__(self) -> None:
        self._by: dict[tuple[int, int], int] = {}

    def move(self, before: dict[int, int], after: dict[int, int]) -> None:
        """Take a run from what it had to what it has: number → kind."""
        by = self._by
        for pair in after.items():
            by[pair] = by.get(pair, 0) + 1
        for pair in before.items():
            by[pair] = by.get(pair, 0) - 1

    def rows(self) -> Iterator[tuple[int, int, int]]:
        """Yield number, kind and change, of those that change; and begin anew."""
        by, self._by = self._by, {}
        for (number, kind), n in by.items():
            if n:
                yield number, kind, n

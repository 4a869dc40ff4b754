"""What a run was made from, and what was made from it: `run["lineage.parents"] = [id, …]`, as merges record it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ridgeline.query.snapshot import Path, Snapshot

PARENTS: Path = ("lineage", "parents")
# More than these are no picture any more.
MOST_NODES = 200


@dataclass(frozen=True, slots=True)
class Relative:
    """One of a lineage: the run in question, what it was made from, or what was made from it.

    Attributes:
        id: of the run; of what is no run here, such as a model on a hub, what it was called by.
        row: of the run in the snapshot; None for what is no run here.
        depth: 0 for the run in question, negative for what it was made from; a parent's is less than its child's.
    """

    id: str
    row: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """Ancestors and descendants of a run.

    Attributes:
        members: by depth, then as parents were named. The run alone has no lineage.
        edges: (parent, child), as places among the members.
        n_left_out: how many more there are.
    """

    members: tuple[Relative, ...]
    edges: tuple[tuple[int, int], ...]
    n_left_out: int


def lineage(snapshot: Snapshot, run_id: str, most: int = MOST_NODES) -> Lineage:
    """Follow the parents of a run upwards and its children downwards; a run that is its own ancestor stands once."""
    parents = _parents(snapshot)
    children: dict[str, list[str]] = defaultdict(list)
    for child, named in parents.items():
        for parent in named:
            children[parent].append(child)
    above = _depths(run_id, parents)
    below = {name: depth for name, depth in _depths(run_id, children).items() if name not in above}
    depths = {name: -depth for name, depth in above.items()} | below
    kept = dict(sorted(depths.items(), key=lambda item: abs(item[1]))[:most])
    order = sorted(kept, key=kept.__getitem__)
    place = {name: at for at, name in enumerate(order)}
    rows = {name: row for row, name in enumerate(snapshot.runs.id.tolist()) if name in place}
    return Lineage(
        tuple(Relative(name, rows.get(name), kept[name]) for name in order),
        tuple(
            (place[parent], place[child])
            for child in order
            for parent in parents.get(child, ())
            if parent in place and kept[parent] < kept[child]
        ),
        len(depths) - len(kept),
    )


def _parents(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return what each run names as its parents, without doubles; a run that is deleted names none."""
    entry = snapshot.param_paths.get(PARENTS)
    if entry is None:
        return {}
    column = snapshot.index.param(entry.path)
    rows, found = snapshot.rows_of(column.rid)
    return {
        str(snapshot.runs.id[row]): named
        for row, value, known in zip(rows.tolist(), column.values, found.tolist(), strict=True)
        if known and (named := _names(value))
    }


def _names(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(name for name in listed if isinstance(name, str) and name))


def _depths(start: str, following: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return the longest way from the start to whatever can be reached; a way that comes back to itself ends there."""
    depths: dict[str, int] = {}
    waiting: list[str] = []
    seen = {start}
    # In an order in which each comes before what follows it, as far as there is one.
    stack = [(start, iter(following.get(start, ())))]
    while stack:
        name, rest = stack[-1]
        found = next((one for one in rest if one not in seen), None)
        if found is None:
            waiting.append(name)
            stack.pop()
        else:
            seen.add(found)
            stack.append((found, iter(following.get(found, ()))))
    depths[start] = 0
    done = set()
    for name in reversed(waiting):
        done.add(name)
        for one in following.get(name, ()):
            if one not in done:
                depths[one] = max(depths.get(one, 0), depths[name] + 1)
    return depths

"""What can be asked of the objects of all runs."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ridgeline.query.language.nodes import SeriesRoot

Kind: TypeAlias = Literal["text", "image", "audio", "figure", "distribution", "table", "predictions"]
ROOTS: Final[dict[Kind, SeriesRoot]] = {
    "text": "texts",
    "image": "images",
    "audio": "audios",
    "figure": "figures",
    "distribution": "distributions",
    "table": "tables",
    "predictions": "predictions",
}
MAX_LISTED = 20_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Numbers from `low` to `high`, both included, and of those at most `most`, evenly spread; 0 for all."""

    low: int | None = None
    high: int | None = None
    most: int = 0


@dataclass(frozen=True, slots=True)
class ObjectsRequest:
    """Which objects, how grouped and in which order.

    Attributes:
        kind: what they are.
        query: an expression over `run`, and over `images`, `texts`, … of the kind.
        selectors: names or globs with keys of the context, such as `samples{"subset": "dev"}`; none for all.
        at: of each series the newest step up to this one; `last` for the newest of all; None for every step of `steps`.
        steps: which steps of each series.
        indices: which of several objects of a step.
        find: text that the object (of texts) or its caption must have, in any case of letters.
        rows, columns: keys to group by, `-` in front for downwards: `run.<path>`, `metric.name`, `metric.context.<key>`,
            `step`, `index`.
        sort: keys to sort by within a group.
        fields: keys to tell of each series.
        offset, limit: which of the objects, in order.
    """

    kind: Kind
    query: str = ""
    selectors: tuple[str, ...] = ()
    at: int | Literal["last"] | None = None
    steps: Spread = Spread()
    indices: Spread = Spread()
    find: str = ""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    offset: int = 0
    limit: int = MAX_LISTED

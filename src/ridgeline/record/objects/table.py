"""Rows and columns: predictions, a confusion matrix, scores by class."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json, encode_floats
from ridgeline.record.tracked import Encoded, ObjectKind, TrackedObject

MAX_CELLS = 500_000
# About what a browser takes in at once; a larger table is a file: run.log_artifact.
MAX_TEXT_CHARS = 16_000_000
_CELL_BYTES = 32  # of memory: a pointer and a small number
_INSTEAD = 'Log what is larger as a file: run.log_artifact("table.parquet").'


class Table(TrackedObject):
    """A table to track.

    Args:
        data: a list of dicts (their keys become columns, in the order in which they first come); a dict of column → values;
            a list of rows, with `columns`; a pandas, polars or Arrow table; or a two-dimensional array, with `columns`.
        columns: names of the columns; of a list of dicts, which columns and in which order.
        caption: words to show with it.

    Cells are text, numbers, bools or None. Anything else is kept as its text. Copied now, encoded later.
    """

    kind: ClassVar[ObjectKind] = "table"

    def __init__(self, data: Any, columns: Sequence[str] | None = None, caption: str = "") -> None:
        names, rows = _read(data, None if columns is None else [str(name) for name in columns])
        if len(rows) * len(names) > MAX_CELLS:
            raise InputError(
                f"A Table holds at most {MAX_CELLS:,} cells; this one is {len(rows):,} rows × {len(names):,} columns."
                f" {_INSTEAD}",
                "table-too-large",
            )
        self._columns = names
        self._rows = [[_cell(value) for value in row] for row in rows]
        n_chars = sum(len(value) for row in self._rows for value in row if isinstance(value, str))
        if n_chars > MAX_TEXT_CHARS:
            raise InputError(
                f"A Table holds at most {MAX_TEXT_CHARS:,} characters; this one has {n_chars:,}. {_INSTEAD}",
                "table-too-large",
            )
        self._size_bytes = _CELL_BYTES * len(rows) * len(names) + n_chars
        self._meta: dict[str, Json] = {"n_rows": len(rows), "n_columns": len(names)}
        if caption:
            self._meta["caption"] = caption

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    def encode(self) -> Encoded:
        """Return {"columns": […], "rows": [[…], …]} as JSON; NaN is {"$float": "nan"}."""
        tree = encode_floats({"columns": [*self._columns], "rows": [*self._rows]})
        data = json.dumps(tree, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
        return Encoded("application/vnd.ridgeline.table+json", data, self._meta)


def _read(data: Any, columns: list[str] | None) -> tuple[list[str], list[Sequence[Any]]]:
    """Return the names of the columns, and the rows."""
    if isinstance(data, Mapping):
        return _of_columns({str(name): values for name, values in data.items()}, columns)
    if hasattr(data, "to_pydict") and hasattr(data, "column_names"):  # pyarrow
        return _of_columns(dict(data.to_pydict()), columns)
    if hasattr(data, "iter_rows") and hasattr(data, "columns"):  # polars
        return _checked(columns or [str(name) for name in data.columns], list(data.iter_rows()))
    if hasattr(data, "itertuples") and hasattr(data, "columns"):  # pandas
        names = columns or [str(name) for name in data.columns]
        return _checked(names, list(data.itertuples(index=False, name=None)))
    if hasattr(data, "dtype") and len(getattr(data, "shape", ())) == 2:
        data = data.tolist()
    if not isinstance(data, Iterable) or isinstance(data, str | bytes):
        raise InputError(
            "Table takes a list of dicts or rows, a dict of columns, or a pandas, polars or Arrow table, not a"
            f" {type(data).__module__}.{type(data).__qualname__}.",
            "object-type",
        )
    rows = list(data)
    if rows and all(isinstance(row, Mapping) for row in rows):
        names = columns or list(dict.fromkeys(str(key) for row in rows for key in row))
        plain = [{str(key): value for key, value in row.items()} for row in rows]
        return _checked(names, [[row.get(name) for name in names] for row in plain])
    if columns is None:
        raise InputError(
            'A Table of rows needs the names of their columns, such as columns=["word", "score"].',
            "table-columns",
        )
    return _checked(columns, rows)


def _of_columns(data: dict[str, Any], columns: list[str] | None) -> tuple[list[str], list[Sequence[Any]]]:
    names = columns or list(data)
    missing = [name for name in names if name not in data]
    if missing:
        raise InputError(
            f"The Table has no column {missing[0]!r}; it has {', '.join(data)}.", "table-columns"
        )
    lists = [list(data[name]) for name in names]
    if len({len(values) for values in lists}) > 1:
        sizes = ", ".join(f"{name} {len(values)}" for name, values in zip(names, lists, strict=True))
        raise InputError(f"The columns of a Table are equally long; these are {sizes}.", "table-shape")
    return _checked(names, list(zip(*lists, strict=True)))


def _checked(names: list[str], rows: list[Any]) -> tuple[list[str], list[Sequence[Any]]]:
    if not names or len(set(names)) < len(names):
        raise InputError(
            f"A Table has one column or more, each with a name of its own, not {names}.", "table-columns"
        )
    for number, row in enumerate(rows):
        if not isinstance(row, Sequence) or isinstance(row, str | bytes) or len(row) != len(names):
            what = f"{len(row)} cells" if hasattr(row, "__len__") else f"a {type(row).__name__}"
            raise InputError(
                f"Row {number} of the Table has {what}, and there are {len(names)} columns.", "table-shape"
            )
    return names, rows


def _cell(value: Any) -> Json:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if getattr(value, "shape", None) == () and hasattr(value, "item"):  # of NumPy, torch, …
        item = value.item()
        return item if isinstance(item, str | bool | int | float) else str(item)
    return str(value)

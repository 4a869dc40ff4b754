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
        columns: of rows or an array, what its columns are called; of all else, which columns and in which order.
        caption: words to show with it.

    Cells are text, numbers, bools or None. Anything else is kept as its text. Copied now, encoded later.
    """

    kind: ClassVar[ObjectKind] = "table"

    def __init__(self, data: Any, columns: Sequence[str] | None = None, caption: str = "") -> None:
        if isinstance(columns, str):
            raise InputError(f"columns is a list of names: columns=[{columns!r}].", "table-columns")
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
        return _chosen([str(name) for name in data.columns], list(data.iter_rows()), columns)
    if hasattr(data, "itertuples") and hasattr(data, "columns"):  # pandas
        names = [str(name) for name in data.columns]
        return _chosen(names, list(data.itertuples(index=False, name=None)), columns)
    if hasattr(data, "dtype") and len(getattr(data, "shape", ())) == 2:
        data = data.tolist()
    if not isinstance(data, Iterable) or isinstance(data, str | bytes):
        raise InputError(
            "Table takes a list of dicts or rows, a dict of columns, or a pandas, polars or Arrow table, not a"
            f" {type(data).__module__}.{type(data).__qualname__}.",
            "object-type",
        )
    rows = [row.tolist() if hasattr(row, "tolist") else row for row in data]
    if rows and all(isinstance(row, Mapping) for row in rows):
        plain = [{str(key): value for key, value in row.items()} for row in rows]
        names = list(dict.fromkeys(key for row in plain for key in row))
        return _chosen(names, [[row.get(name) for name in names] for row in plain], columns)
    if columns is None:
        raise InputError(
            'A Table of rows needs the names of their columns, such as columns=["word", "score"].',
            "table-columns",
        )
    return _checked(columns, rows)


def _of_columns(data: dict[str, Any], columns: list[str] | None) -> tuple[list[str], list[Sequence[Any]]]:
    lists = {name: _cells(name, values) for name, values in data.items()}
    if len({len(values) for values in lists.values()}) > 1:
        sizes = ", ".join(f"{name} {len(values)}" for name, values in lists.items())
        raise InputError(f"The columns of a Table are equally long; these are {sizes}.", "table-shape")
    return _chosen(list(lists), list(zip(*lists.values(), strict=True)), columns)


def _cells(name: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InputError(
            f"The column {name!r} of the Table is a {type(values).__name__}; a column is a list of cells, also of one.",
            "table-shape",
        )
    return list(values)


def _chosen(
    names: list[str], rows: list[Any], columns: list[str] | None
) -> tuple[list[str], list[Sequence[Any]]]:
    """Return the columns that are asked for; None: all."""
    checked, cells = _checked(names, rows)
    if columns is None:
        return checked, cells
    missing = [name for name in columns if name not in names]
    if missing:
        raise InputError(
            f"The Table has no column {missing[0]!r}; it has {', '.join(names)}.", "table-columns"
        )
    places = [names.index(name) for name in columns]
    return _checked(columns, [[row[place] for place in places] for row in cells])


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

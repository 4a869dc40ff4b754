"""Tables of typed columns: what questions return, and the forms that other libraries read."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.query.language.axis import Ints
from ridgeline.query.language.scope import Notice
from ridgeline.query.typed import TypedColumn, moment, taken

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOWN_ROWS = 20
_SHOWN_CHARS = 40


class Table(ABC):
    """Rows with typed columns; they are computed when first asked for.

    Attributes:
        warnings: What was strange about the question: a param that no run has, a comparison that is never true.
    """

    warnings: tuple[Notice, ...] = ()

    @abstractmethod
    def __len__(self) -> int: ...

    @property
    @abstractmethod
    def columns(self) -> list[TypedColumn]:
        """Return all columns, in their order."""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> TypedColumn:
        """Return the column of a name.

        Raises:
            NotFoundError: There is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise no_column(name, self.names)

    def to_numpy(self, name: str) -> NDArray[Any]:
        """Return a column as an array: NaN where a number is null, None where anything else is."""
        return self.column(name).to_numpy()

    def to_arrow(self) -> pa.Table:
        """Return a pyarrow table. Texts are dictionary-encoded; a column of mixed types is text."""
        return pa.table({column.name: column.to_arrow() for column in self.columns})

    def to_pandas(self) -> "pd.DataFrame":
        """Return a pandas DataFrame.

        Raises:
            InputError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise _missing("pandas") from error
        series: dict[str, Any] = {}
        for column in self.columns:
            values = column.encodable().to_numpy()
            series[column.name] = (
                pd.to_datetime(values, unit="s", utc=True) if column.kind == "time" else values
            )
        return pd.DataFrame(series)

    def to_polars(self) -> "pl.DataFrame":
        """Return a polars DataFrame.

        Raises:
            InputError: polars is not installed.
        """
        try:
            import polars as pl
        except ImportError as error:
            raise _missing("polars") from error
        arrow = self.to_arrow()
        plain = [
            array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array
            for array in arrow.columns
        ]
        frame = pl.from_arrow(pa.Table.from_arrays(plain, names=arrow.column_names))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def _head(self) -> tuple[list[str], list[list[str]]]:
        rows: Ints = np.arange(min(len(self), _SHOWN_ROWS), dtype=np.int64)
        cells = [
            [_cell(value, column.kind) for value in taken(column, rows).to_list()] for column in self.columns
        ]
        return self.names, [list(row) for row in zip(*cells, strict=True)]

    def __repr__(self) -> str:
        names, rows = self._head()
        widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in [names, *rows]
        ]
        return "\n".join([*lines, *self._footer()])

    def _footer(self) -> list[str]:
        count = len(self)
        more = f", {count - _SHOWN_ROWS:,} not shown" if count > _SHOWN_ROWS else ""
        return [f"[{count:,} rows{more}]", *(f"Warning: {warning.message}" for warning in self.warnings)]

    def _repr_html_(self) -> str:
        names, rows = self._head()
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        foot = "".join(f"<p>{escape(line)}</p>" for line in self._footer())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"


def no_column(name: str, names: Sequence[str]) -> NotFoundError:
    """Return the error of a column that is not there."""
    message = f"There is no column {name!r}.{did_you_mean(name, names)} Columns: {', '.join(names)}."
    return NotFoundError(message, "column-not-found")


def _cell(value: object, kind: str) -> str:
    if value is None:
        return ""
    if kind == "time" and isinstance(value, float):
        when = moment(value)
        return "" if when is None else when.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.12g}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"


def _missing(package: str) -> InputError:
    message = f"This needs {package}, which is not installed. Run: pip install {package}"
    return InputError(message, "package-missing")

"""Print a table as people or programs want it."""

import csv
import json
import math
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ridgeline.core.errors import InputError, StorageError

if TYPE_CHECKING:  # they take a fifth of a second to load, and verbs without a table need none of it
    import pyarrow as pa

    from ridgeline.query.language.scope import Notice

WIDE = 1000
SHOWN_ROWS = 20
SHORT_ID = 8  # enough for `ridgeline show` to find a run by
STATUS_STYLE = {"finished": "green", "running": "blue", "failed": "red", "lost": "red", "stopped": "yellow"}


@dataclass(frozen=True, slots=True)
class Output:
    """How to print; at most one of the three is set."""

    as_json: bool = False
    as_csv: bool = False
    parquet: Path | None = None

    def __post_init__(self) -> None:
        if self.as_json + self.as_csv + (self.parquet is not None) > 1:
            raise InputError(
                "--json, --csv and --parquet exclude each other; give one of them.", "output-format"
            )

    @property
    def for_people(self) -> bool:
        return not (self.as_json or self.as_csv or self.parquet)

    def limit(self, asked: int | None) -> int | None:
        """Return how many rows to ask for: what was asked, else a screenful for people and all for programs."""
        if asked is None:
            return SHOWN_ROWS if self.for_people else None
        return asked or None

    def write(
        self, table: "pa.Table", *, title: str = "", rows: Iterable[Mapping[str, object]] | None = None
    ) -> None:
        """Print or write the table; `title` is for people only.

        `rows` are the same as JSON has them, where a column of Arrow holds less: it turns mixed types into text.
        """
        if self.as_json:
            document = [plain(dict(row)) for row in (table.to_pylist() if rows is None else rows)]
            write_json(document)
        elif self.as_csv:
            writer = csv.writer(sys.stdout)
            writer.writerow(table.column_names)
            writer.writerows([cell(value) for value in row.values()] for row in table.to_pylist())
        elif self.parquet:
            from pyarrow.parquet import write_table

            with written_whole(self.parquet) as aside:
                write_table(table, aside)
            Console(stderr=True).print(f"{len(table):,} rows in {self.parquet}", highlight=False)
        else:
            terminal = Console()
            # Whoever pipes the table on wants all of it; a terminal gets what fits.
            (terminal if terminal.is_terminal else Console(width=WIDE)).print(people_table(table, title))


@contextmanager
def written_whole(out: Path) -> Iterator[Path]:
    """Give a path beside a file to write to; it is put in place when all is written, and removed when something fails.

    Raises:
        InputError: the file cannot be written.
    """
    aside = out.with_name(f".{out.name}.part")
    try:
        yield aside
        aside.replace(out)
    except StorageError:  # of the repo that is read
        raise
    except OSError as error:
        message = (
            f"The file {str(out)!r} cannot be written ({os.strerror(error.errno or 0)}). Give another one."
        )
        raise InputError(message, "file-not-writable") from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def people_table(table: "pa.Table", title: str, *, headers: Sequence[str] | None = None) -> Table:
    """Build a terminal table: numbers right, four significant digits, times short."""
    from pyarrow.types import is_floating, is_integer

    names = table.column_names
    result = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        header_style="dim",
    )
    for name, header in zip(names, headers or names, strict=True):
        kind = table.schema.field(name).type
        numeric = is_floating(kind) or is_integer(kind)
        result.add_column(
            Text(short_header(header)),
            justify="right" if numeric and name != "time" else "left",
            overflow="ellipsis",
            no_wrap=True,
        )
    for row in table.to_pylist():
        result.add_row(*(_styled(name, value) for name, value in row.items()))
    return result


_METRIC = re.compile(r"""run\.metrics\[["']([^"']+)["'](?:,\s*(\{.*\}))?\]\.(\w+)""")


def short_header(name: str) -> str:
    """Shorten an expression to a heading: `run.metrics["f1", {"lang": "de"}].last` to `f1 lang=de last`."""
    match = _METRIC.fullmatch(name)
    if match is None:
        return name.removeprefix("run.")
    metric, context, reducer = match.groups()
    return " ".join(
        [
            metric,
            *re.sub(r"[{}\"']", "", context or "").replace(": ", "=").replace(":", "=").split(", "),
            reducer,
        ]
    ).replace("  ", " ")


def _styled(name: str, value: object) -> Text:
    if name == "status":
        return Text(str(value), STATUS_STYLE.get(str(value), ""))
    if name == "id":
        return Text(str(value)[:SHORT_ID])
    if name == "time" and isinstance(value, float):
        value = datetime.fromtimestamp(value, UTC)
    if isinstance(value, datetime):
        return Text(f"{value.astimezone():%Y-%m-%d %H:%M}")
    return Text(readable(value))


def readable(value: object) -> str:
    """Write a value as people read it: four significant digits, nothing for what is missing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple | set):
        return ", ".join(readable(item) for item in value)
    return str(value)


def plain(value: object) -> object:
    """Make a value fit for JSON, which has no NaN and no infinity."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def write_json(document: object) -> None:
    """Print JSON: as it is read best where the terminal has all letters, else with escapes."""
    has_all = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=not has_all) + "\n")


def cell(value: object) -> object:
    """Make a value fit for a cell of CSV, which has no lists."""
    return json.dumps(plain(value), ensure_ascii=False) if isinstance(value, list | dict) else value


def note_warnings(warnings: "Iterable[Notice]") -> None:
    """Tell what was strange about a question, beside the answer."""
    for warning in warnings:
        Console(stderr=True).print(f"[yellow]{escape(warning.message)}[/]", highlight=False)


def note_limit(output: Output, table: "pa.Table", found: int) -> None:
    """Tell people how many rows were found when not all are printed."""
    if output.for_people and len(table) < found:
        Console(stderr=True).print(
            f"[dim]{len(table):,} of {found:,}; --limit 0 prints all.[/]", highlight=False
        )

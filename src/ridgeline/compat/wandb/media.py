"""Media as W&B makes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from ridgeline.compat.arrays import channels_last, to_array
from ridgeline.compat.notice import refuse
from ridgeline.record import objects
from ridgeline.record.tracked import Encoded


class Image(objects.Image):
    """A picture: a path, a PIL image, a matplotlib figure, an array of H × W (× C), or a torch tensor of C × H × W.

    Arrays are of 0–255, or of floats in 0–1. Boxes, masks and classes are refused: draw them into the picture.
    """

    def __init__(
        self,
        data_or_path: Any,
        mode: str | None = None,
        caption: str | None = None,
        grouping: int | None = None,
        classes: Any = None,
        boxes: Any = None,
        masks: Any = None,
        file_type: str | None = None,
        **_more: Any,
    ) -> None:
        if boxes or masks:
            refuse(
                "wandb.Image(boxes=…, masks=…)",
                "Draw them with matplotlib and give the figure to wandb.Image.",
            )
        if hasattr(data_or_path, "detach"):
            array = to_array(data_or_path)
            data_or_path = channels_last(array, "CHW") if array.ndim == 3 else array
        if isinstance(data_or_path, np.ndarray) and data_or_path.dtype.kind == "f" and data_or_path.max() > 1:
            data_or_path = np.clip(data_or_path, 0, 255).astype(np.uint8)
        super().__init__(data_or_path, caption or "")


class Audio(objects.Audio):
    """A sound: a path, or samples with `sample_rate`."""

    def __init__(self, data_or_path: Any, sample_rate: int | None = None, caption: str | None = None) -> None:
        if hasattr(data_or_path, "detach") or isinstance(data_or_path, list):
            data_or_path = to_array(data_or_path)
        rate = None if isinstance(data_or_path, str | Path) else sample_rate
        super().__init__(data_or_path, rate, caption or "")


class Histogram(objects.Distribution):
    """A histogram of a sequence, or one that `numpy.histogram` made."""

    def __init__(
        self, sequence: Any = None, np_histogram: tuple[Any, Any] | None = None, num_bins: int = 64
    ) -> None:
        if np_histogram is None:
            super().__init__(to_array(sequence).ravel(), bins=num_bins)
            return
        counts, edges = np_histogram
        super().__init__(histogram=(to_array(counts).tolist(), to_array(edges).tolist()))


class Html(objects.Text):
    """A page, kept as its source."""

    def __init__(self, data: Any, inject: bool = True, data_is_not_path: bool = False) -> None:
        if hasattr(data, "read"):
            data = data.read()
        elif isinstance(data, Path) or (not data_is_not_path and str(data).endswith((".html", ".htm"))):
            data = Path(data).read_text("utf-8")
        super().__init__(data)

    def encode(self) -> Encoded:
        """Return the source as UTF-8."""
        _, data, meta = super().encode()
        return Encoded("text/html", data, meta)


class Plotly(objects.Figure):
    """A plotly figure."""


class Table:
    """A table that grows by rows and columns, and is logged as it is then."""

    def __init__(
        self,
        columns: Sequence[str] | None = None,
        data: Any = None,
        rows: Any = None,
        dataframe: Any = None,
        **_more: Any,
    ) -> None:
        given = dataframe if dataframe is not None else data if data is not None else rows
        if hasattr(given, "itertuples"):
            self.columns = [str(name) for name in given.columns]
            self.data = [list(row) for row in given.itertuples(index=False, name=None)]
            return
        listed = to_array(given).tolist() if hasattr(given, "shape") else given or []
        self.data = [list(row) for row in listed]
        width = len(self.data[0]) if self.data else 0
        self.columns = [str(name) for name in (columns if columns is not None else range(width))]

    def add_data(self, *row: Any) -> None:
        """Add a row."""
        self.data.append(list(row))

    def add_column(self, name: str, data: Any) -> None:
        """Add a column with a value for each row."""
        values = list(to_array(data).tolist() if hasattr(data, "shape") else data)
        if not self.data:
            self.data = [[] for _ in values]
        for row, value in zip(self.data, values, strict=True):
            row.append(value)
        self.columns.append(name)

    def tracked(self) -> objects.Table:
        """Return a copy to track."""
        return objects.Table(self.data, self.columns)

    def get_column(self, name: str) -> list[Any]:
        place = self.columns.index(name)
        return [row[place] for row in self.data]


class _Refused:
    """A kind of media that has no counterpart."""

    instead = "Log the file: run.log_artifact(path)."

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        refuse(f"wandb.{type(self).__name__}", self.instead)


class Video(_Refused):
    """Refused: log the file."""


class Object3D(_Refused):
    """Refused: log the file."""


class Molecule(_Refused):
    """Refused: log the file."""


class _Plots:
    """`wandb.plot`: each of its charts is refused, and says how one is made here."""

    def __getattr__(self, name: str) -> Any:
        def chart(*_args: Any, **_kwargs: Any) -> NoReturn:
            refuse(
                f"wandb.plot.{name}",
                'Draw it with matplotlib or plotly and log the figure: wandb.log({"chart": figure}); or log the wandb.Table.',
            )

        return chart


plot = _Plots()

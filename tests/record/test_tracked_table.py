import json

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ridgeline
from ridgeline.core.errors import InputError
from ridgeline.record.objects import table as table_module

ROWS = [{"word": "der", "n": 3}, {"word": "die", "n": 5}]
EXPECTED = {"columns": ["word", "n"], "rows": [["der", 3], ["die", 5]]}


def content(table):
    return json.loads(table.encode().data)


class TestTable:
    @pytest.mark.parametrize(
        "data",
        [
            ROWS,
            {"word": ["der", "die"], "n": [3, 5]},
            pd.DataFrame(ROWS),
            pl.DataFrame(ROWS),
            pa.Table.from_pylist(ROWS),
        ],
        ids=["dicts", "columns", "pandas", "polars", "arrow"],
    )
    def test_what_it_is_made_of(self, data):
        encoded = ridgeline.Table(data, caption="words").encode()
        assert json.loads(encoded.data) == EXPECTED
        assert encoded.mime == "application/vnd.ridgeline.table+json"
        assert encoded.meta == {"caption": "words", "n_rows": 2, "n_columns": 2}

    def test_rows_and_arrays_need_names(self):
        assert content(ridgeline.Table([("a", 1)], columns=["x", "y"])) == {
            "columns": ["x", "y"],
            "rows": [["a", 1]],
        }
        assert content(ridgeline.Table(np.eye(2, dtype=int), columns=["x", "y"]))["rows"] == [[1, 0], [0, 1]]
        with pytest.raises(InputError, match="needs the names of their columns"):
            ridgeline.Table([("a", 1)])

    def test_dicts_may_lack_keys(self):
        assert content(ridgeline.Table([{"a": 1}, {"b": 2}])) == {
            "columns": ["a", "b"],
            "rows": [[1, None], [None, 2]],
        }

    @pytest.mark.parametrize(
        "data",
        [
            ROWS,
            {"word": ["der", "die"], "n": [3, 5]},
            pd.DataFrame(ROWS),
            pl.DataFrame(ROWS),
            pa.Table.from_pylist(ROWS),
        ],
        ids=["dicts", "columns", "pandas", "polars", "arrow"],
    )
    def test_columns_choose_among_those_that_have_names(self, data):
        assert content(ridgeline.Table(data, columns=["n"])) == {"columns": ["n"], "rows": [[3], [5]]}
        assert content(ridgeline.Table(data, columns=["n", "word"]))["rows"][0] == [3, "der"]
        with pytest.raises(InputError, match="no column 'm'; it has word, n"):
            ridgeline.Table(data, columns=["n", "m"])

    def test_rows_may_be_arrays(self):
        rows = [np.array([1, 2]), np.array([3, 4])]
        assert content(ridgeline.Table(rows, columns=["x", "y"]))["rows"] == [[1, 2], [3, 4]]

    def test_cells(self):
        row = [np.float32(0.5), float("nan"), True, None, "ü\ud800", pd.Timestamp("2026-01-02")]
        cells = content(ridgeline.Table([row], columns=list("abcdef")))["rows"][0]
        assert cells == [0.5, {"$float": "nan"}, True, None, "ü?", "2026-01-02 00:00:00"]

    def test_it_is_copied_at_once(self):
        data = [["a", 1]]
        table = ridgeline.Table(data, columns=["x", "y"])
        data[0][0] = "b"
        assert content(table)["rows"] == [["a", 1]]

    @pytest.mark.parametrize(
        ("data", "columns", "message"),
        [
            (5, None, "not a builtins.int"),
            ("abc", None, "not a builtins.str"),
            ([["a"]], ["x", "y"], "Row 0 of the Table has 1 cells, and there are 2 columns"),
            ([5], ["x"], "Row 0 of the Table has a int"),
            ([["a", "b"]], ["x", "x"], "each with a name of its own"),
            ({"a": [1], "b": [1, 2]}, None, "equally long; these are a 1, b 2"),
            ({"a": [1]}, ["c"], "no column 'c'; it has a"),
            ([], None, "needs the names"),
            ({"accuracy": 0.5}, None, "column 'accuracy' of the Table is a float; a column is a list"),
            ({"word": "der"}, None, "column 'word' of the Table is a str"),
            ([["a"]], "word", r"a list of names: columns=\['word'\]"),
        ],
    )
    def test_what_it_cannot_be_made_of(self, data, columns, message):
        with pytest.raises(InputError, match=message):
            ridgeline.Table(data, columns=columns)

    def test_its_size_has_a_bound(self, monkeypatch):
        monkeypatch.setattr(table_module, "MAX_CELLS", 4)
        monkeypatch.setattr(table_module, "MAX_TEXT_CHARS", 10)
        ridgeline.Table([["a", "b"]] * 2, columns=["x", "y"])
        with pytest.raises(
            InputError, match=r"at most 4 cells; this one is 3 rows × 2 columns.*log_artifact"
        ):
            ridgeline.Table([["a", "b"]] * 3, columns=["x", "y"])
        with pytest.raises(InputError, match="at most 10 characters; this one has 11"):
            ridgeline.Table([["a" * 11]], columns=["x"])

    def test_it_is_recorded_as_a_series_of_tables(self, run, read):
        run.track(ridgeline.Table(ROWS), name="words", step=4)
        recorded = read(run)
        [(_, header, data)] = recorded.objects
        assert (header.step, json.loads(data)) == (4, EXPECTED)
        assert recorded.kinds["words", ()] == ["table"]


class TestLists:
    def test_objects_of_a_step_have_an_index(self, run, read):
        run.track([ridgeline.Text("a", caption="first"), ridgeline.Text("b")], name="samples", step=7)
        run.track([ridgeline.Text("c")], name="samples")
        objects = read(run).objects
        assert [(header.step, header.meta, data) for _, header, data in objects] == [
            (7, {"caption": "first", "index": 0}, b"a"),
            (7, {"index": 1}, b"b"),
            (8, {"index": 0}, b"c"),
        ]

    def test_a_dict_may_hold_lists(self, run, read):
        run.track({"loss": 0.5, "samples": (ridgeline.Text("a"), ridgeline.Text("b"))}, step=1)
        recorded = read(run)
        assert [data for _, _, data in recorded.objects] == [b"a", b"b"]
        assert recorded.values("loss") == [0.5]

    @pytest.mark.parametrize("other", [5, None, ridgeline.Table({"a": [1]})])
    def test_they_are_of_one_kind(self, run, read, other):
        with pytest.raises(InputError, match="one kind"):
            run.track({"x": 1.0, "samples": [ridgeline.Text("a"), other]})
        assert read(run).objects == []


class TestImageSize:
    PIXEL_GIF = b"GIF89a\x03\x00\x02\x00\x00\x00\x00;"
    JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080005000701012200ffd9")

    @pytest.mark.parametrize(
        ("data", "size"), [(PIXEL_GIF, (3, 2)), (JPEG, (7, 5)), (JPEG[:20], None), (PIXEL_GIF[:8], None)]
    )
    def test_files_tell_it(self, data, size):
        meta = ridgeline.Image(data).encode().meta
        assert meta == ({"width": size[0], "height": size[1]} if size else {})

    def test_png(self):
        png = ridgeline.Image(np.zeros((2, 9), np.uint8)).encode().data
        assert ridgeline.Image(png).encode().meta == {"width": 9, "height": 2}


class TestFigure:
    def test_matplotlib_as_svg_or_png(self):
        pytest.importorskip("matplotlib")
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots().plot([1, 2])
        assert ridgeline.Figure(figure, file_format="svg").encode().mime == "image/svg+xml"
        assert ridgeline.Figure(figure).encode().data.startswith(b"\x89PNG")
        with pytest.raises(InputError, match="png or svg, not 'pdf'"):
            ridgeline.Figure(figure, file_format="pdf")

import csv
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ridgeline.server import export


def lines_of(client, **params):
    answer = client.get("/api/lines.arrow", params=params)
    assert answer.status_code == 200, answer.text
    reader = pa.ipc.open_stream(answer.content)
    (batch,) = list(reader)
    return batch.to_pylist(), json.loads(reader.schema.metadata[b"ridgeline"])


def test_folds_and_traces(client, golden):
    rows, meta = lines_of(
        client,
        m=['f1{"lang": "de"}', "loss"],
        q="run.hparams.seed <= 1",
        color="run.hparams.lr",
        chart="metric.name",
        fold=1,
        traces=1,
        line="mean",
        band="std",
    )
    golden("lines-meta", meta)
    golden("lines-rows", rows[:2] + rows[6:8])
    assert [row["kind"] for row in rows] == ["fold"] * 6 + ["trace"] * 12


def test_keys_of_every_kind(client, golden):
    rows, meta = lines_of(
        client,
        m=["re:^f1$", 'loss{"lang": null}'],
        color=["run.hparams.lr > 2e-5", "tag:lab"],
        stroke="*-metric.context.lang",
        chart=["metric.name", 'run.metrics["f1", {"lang": "de"}].at(50)'],
        smooth="mean:3",
        raw=1,
        points=0,
        xmin=30,
    )
    golden("lines-keys-meta", meta)
    golden("lines-keys-rows", rows[:3])


def test_every_parameter_reaches_the_lines(client):
    plain, _ = lines_of(client, m="f1", x="epoch", xmin=0.3, xmax=0.9, points=0)
    assert plain[0]["x"] == [0.0, 0.4, 0.8, 1.2]
    smooth, _ = lines_of(client, m="f1", smooth="mean:3")
    assert smooth[0]["y"] != plain[0]["y"]
    strokes, meta = lines_of(
        client, m="f1", stroke=["run.hparams.seed", "metric.context.lang"], color="*-run.hparams.seed"
    )
    assert [group["label"] for group in meta["strokes"]] == ["0, de", "0, fr", "1, de", "1, fr"]
    assert meta["color_key"] == "run.head, run.hparams.lr"
    assert {row["stroke"] for row in strokes} == {0, 1, 2, 3}


def test_nothing_asked_nothing_drawn(client):
    rows, meta = lines_of(client)
    assert rows == []
    assert (meta["lines"], meta["exact"]) == (0, True)


def test_all_mistakes_at_once(client):
    answer = client.get("/api/lines.arrow?m=f1&x=steps&smooth=ema:2&color=lr")
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("3 things are wrong")


def test_a_mistake_in_the_filter_has_a_place(client):
    problem = client.get("/api/lines.arrow", params={"m": "f1", "q": "run.hparams.lr > "}).json()
    assert problem["slug"] == "syntax"
    assert problem["start"] <= problem["end"]
    assert problem["fault"] == {
        "parameter": "q",
        "text": "run.hparams.lr > ",
        "start": problem["start"],
        "end": problem["end"],
    }


@pytest.mark.parametrize(
    ("parameter", "text", "marked"),
    [
        ("color", "run.hparams.lr + nope", "nope"),
        ("chart", "*-nope", "nope"),
        ("stroke", "expr: nope > 1", "nope"),
        ("m", "re:f1(", "f1("),
    ],
)
def test_a_mistake_in_any_parameter_has_a_place(client, parameter, text, marked):
    answer = client.get("/api/lines.arrow", params={"m": "f1"} | {parameter: text, "q": "run.hparams.lr > 0"})
    assert answer.status_code == 400
    problem = answer.json()
    assert "start" not in problem  # which would mark the filter
    fault = problem["fault"]
    assert (fault["parameter"], fault["text"]) == (parameter, text)
    assert text[fault["start"] : fault["end"]] == marked


@pytest.mark.parametrize("text", ["", " ", "expr:", "*-"])
def test_a_key_that_is_missing_is_blamed_on_no_other_parameter(client, text):
    problem = client.get("/api/lines.arrow", params={"m": "f1", "color": text}).json()
    assert problem["slug"] == "bad-key"
    assert problem["message"].startswith("color: A key is missing in ")
    assert "fault" not in problem


def test_contexts_tags_and_raw_values_through_http(client):
    rows, _ = lines_of(client, m='f1{"lang": ["d*", "xx"]}', color="tag:lab", smooth="ema:0.5", raw=1)
    assert len(rows) == 6
    assert rows[0]["raw"] != rows[0]["y"]
    _, meta = lines_of(client, m="f1", x='metric:loss{"lang": null}', q="run.name == 'none'")
    assert meta["x"] == {"kind": "metric", "label": 'loss{"lang": null}', "missing": 0}


def test_a_file_has_what_is_drawn(client):
    asked = {
        "m": "f1",
        "q": "run.hparams.seed == 0",
        "color": "run.hparams.lr",
        "fold": 1,
        "traces": 1,
        "smooth": "mean:3",
    }
    rows, _ = lines_of(client, **asked)
    answer = client.get("/api/lines.csv", params=asked)
    assert answer.headers["content-disposition"] == 'attachment; filename="lines.csv"'
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [float(row["x"]) for row in table] == [x for row in rows for x in row["x"]]
    assert [np.float32(row["y"]) for row in table] == [np.float32(y) for row in rows for y in row["y"]]
    folds = [row for row in table if row["kind"] == "fold"]
    assert {(float(row["run.hparams.lr"]), int(row["n"])) for row in folds} == {
        (1e-5, 2),
        (3e-5, 2),
        (1e-4, 2),
    }
    stored = pq.read_table(io.BytesIO(client.get("/api/lines.parquet", params=asked).content))
    assert stored.num_rows == len(table)
    assert client.get("/api/lines.xlsx", params=asked).status_code == 422


def test_points_as_a_file(client):
    asked = {"what": "points", "m": 'f1{"lang": "de"}', "q": "run.hparams.seed == 0"}
    answer = client.get("/api/export", params=asked)
    assert answer.headers["content-disposition"] == 'attachment; filename="points.csv"'
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(table[0]) == ["run", "name", "context", "step", "epoch", "time", "value"]
    assert len(table) == 15
    assert {row["context"] for row in table} == {'{"lang": "de"}'}
    stored = pq.read_table(
        io.BytesIO(client.get("/api/export", params=asked | {"format": "parquet"}).content)
    )
    assert stored.num_rows == 15


def test_too_many_points_for_a_file_are_refused(client, monkeypatch):
    monkeypatch.setattr(export, "MAX_POINTS", 14)
    answer = client.get("/api/export", params={"what": "points", "m": 'f1{"lang": "de"}'})
    assert answer.status_code == 400
    assert "ridgeline export" in answer.json()["message"]


def test_a_window_of_one_place_has_the_values_there(client):
    """The table asks so for the values at the cursor, however far the lines that are drawn were thinned."""
    asked = {"m": "loss", "q": "run.name == 'name-run0'", "xmin": 42, "xmax": 42, "points": 0}
    rows, _ = lines_of(client, **asked)
    assert (rows[0]["x"], rows[0]["y"]) == ([40, 45], [np.float32(1 / 41), np.float32(1 / 46)])
    asked |= {"m": 'f1{"lang": "de"}', "q": "", "fold": 1, "line": "mean"}
    rows, _ = lines_of(client, **asked)
    at = rows[0]["x"].index(42)
    expected = np.mean([np.interp(42, [40, 60], [0.4, 0.6]) + n % 2 / 8 + n / 64 for n in range(6)])
    assert rows[0]["y"][at] == pytest.approx(expected)
    assert rows[0]["n"][at] == 6

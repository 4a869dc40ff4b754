import json
import math

import numpy as np
import pyarrow as pa
import pytest

from ridgeline.core.errors import InputError, QueryError
from ridgeline.query.lines import lines, tracked
from ridgeline.query.repo import Repo
from written import Series, write_run

TEN = [(step, float(step)) for step in range(0, 100, 10)]


@pytest.fixture
def sweep(tmp_path):
    """Three learning rates × two seeds; f1 of two languages each 10 steps, and a loss with a NaN each 5."""
    for number, (lr, seed) in enumerate([(lr, seed) for lr in (1e-4, 1e-5, 3e-5) for seed in (0, 1)]):
        f1 = [
            Series("f1", [(s, s + seed) for s, _ in TEN], {"lang": lang, "subset": "dev"}, lambda s: s / 50)
            for lang in ("de", "fr")
        ]
        loss = Series("loss", [(s, math.nan if s == 20 else 1 / (1 + s)) for s in range(0, 100, 5)])
        write_run(
            tmp_path,
            f"run{number}",
            {"hparams": {"lr": lr, "seed": seed, "batch": 32}},
            [*f1, loss],
            1000.0 + number,
        )


def test_the_arrow_schema_is_the_wire_format(sweep, drawn):
    schema = drawn("f1", fold=True, traces=True).lines.to_arrow().schema
    ints, texts = pa.int32(), pa.string()
    assert {field.name: field.type for field in schema} == {
        "kind": texts, "run": texts, "name": texts, "context": texts,
        "chart": ints, "color": ints, "stroke": ints, "n_runs": ints,
        "x": pa.list_(pa.float64()), "y": pa.list_(pa.float32()), "raw": pa.list_(pa.float32()), "lo": pa.list_(pa.float32()), "hi": pa.list_(pa.float32()),
        "n": pa.list_(pa.int32()), "n_nan": ints, "n_inf": ints, "nonfinite_x": pa.list_(pa.float64()), "nonfinite_y": pa.list_(pa.float32()), "n_points": ints,
        "status": texts,
    }  # fmt: skip


def test_a_trace_is_what_was_tracked(sweep, drawn):
    answer = drawn('f1{"lang": "de"}')
    assert len(answer.rows) == 6
    first = answer.rows[0]
    assert first["kind"] == "trace"
    assert (first["run"], first["name"], first["status"]) == ("run0", "f1", "finished")
    assert first["context"] == '{"lang": "de", "subset": "dev"}'
    assert first["x"] == [step for step, _ in TEN]
    assert first["y"] == [value for _, value in TEN]
    assert (first["lo"], first["hi"], first["n"]) == (None, None, None)
    assert answer.meta.exact
    assert (answer.meta.series, answer.meta.runs, answer.meta.points_total) == (6, 6, 60)


def test_a_fold_and_its_traces(sweep, drawn):
    answer = drawn(
        "f1", color=("run.hparams.lr",), chart=("metric.context.lang",), fold=True, traces=True, line="mean"
    )
    folds = [row for row in answer.rows if row["kind"] == "fold"]
    assert len(folds) == 6
    assert len(answer.rows) == 6 + 12
    assert answer.labels("charts") == ["de", "fr"]
    assert answer.labels("colors") == ["1e-5", "3e-5", "0.0001"]
    assert (answer.meta.color_scale, answer.meta.color_log, answer.meta.color_key) == (
        "sequential",
        True,
        "run.hparams.lr",
    )
    for fold in folds:
        assert fold["y"] == [step + 0.5 for step, _ in TEN]
        assert fold["lo"] == [step for step, _ in TEN]
        assert fold["hi"] == [step + 1 for step, _ in TEN]
        assert fold["n"] == [2] * 10
        assert (fold["n_runs"], fold["n_points"], fold["run"], fold["status"]) == (2, 20, None, None)
    assert folds[0]["context"] == '{"lang": "de", "subset": "dev"}'


def test_a_fold_over_contexts_says_what_they_share(sweep, drawn):
    (fold,) = drawn("f1", fold=True).rows
    assert fold["context"] == '{"subset": "dev"}'
    assert fold["n_runs"] == 6
    assert fold["n"] == [12] * 10


def test_metrics_of_different_names_are_never_folded_together(sweep, drawn):
    assert [row["name"] for row in drawn("f1", "loss", fold=True).rows] == ["f1", "loss"]


def test_everything_but_the_seed(sweep, drawn):
    answer = drawn("f1", color=("*-run.hparams.seed",), chart=("metric.context.lang",), fold=True)
    assert (
        answer.meta.color_key == "run.hparams.lr"
    )  # the batch size does not vary, the language is the chart's
    assert len(answer.rows) == 6
    whole = drawn("f1", color=("*-run.hparams.seed",))
    assert whole.meta.color_key == "run.hparams.lr, metric.context.lang"


def test_a_key_that_nobody_has_brings_a_warning(sweep, drawn):
    answer = drawn("f1", color=("run.hparams.lrr",), stroke=("*-run.hparams.sed",))
    assert [warning.slug for warning in answer.meta.warnings] == ["unknown-param"] * 2
    assert answer.labels("colors") == ["none"]


def test_a_metric_that_nobody_has_brings_a_warning(sweep, drawn):
    answer = drawn("los")
    assert answer.rows == []
    assert "Did you mean 'loss'" in answer.meta.warnings[0].message


def test_what_can_not_be_drawn_is_counted_and_placed(sweep, drawn):
    answer = drawn("loss", fold=True, traces=True)
    fold, trace = answer.rows[:2]
    assert (trace["n_nan"], trace["n_inf"], trace["nonfinite_x"], trace["n_points"]) == (1, 0, [20], 20)
    assert len(trace["x"]) == 19
    assert np.isnan(trace["nonfinite_y"]).all()
    assert (fold["n_nan"], fold["nonfinite_x"]) == (6, [20])
    assert np.isnan(fold["nonfinite_y"]).all()


def test_a_fold_tells_nan_from_either_infinity_at_one_place(tmp_path, drawn):
    for run, value in (("a", math.nan), ("b", math.inf), ("c", -math.inf), ("d", math.inf)):
        write_run(tmp_path, run, {}, [Series("spike", [(0, 1.0), (5, value)])])
    fold = drawn("spike", fold=True).rows[0]
    assert (fold["n_nan"], fold["n_inf"], fold["nonfinite_x"]) == (1, 3, [5, 5, 5])
    np.testing.assert_array_equal(sorted(fold["nonfinite_y"]), sorted([-math.inf, math.nan, math.inf]))


def test_epochs_place_points_and_what_has_none_is_counted(sweep, drawn):
    assert drawn("f1", x="epoch").rows[0]["x"] == [step / 50 for step, _ in TEN]
    loss = drawn("loss", x="epoch")
    assert loss.rows[0]["x"] == []
    assert loss.meta.unplaced == 6 * 20


def test_times(tmp_path, drawn):
    write_run(tmp_path, "a", {}, [Series("f1", TEN, time=lambda step: 5 + step)], created=2000)
    write_run(tmp_path, "b", {}, [Series("f1", TEN, time=lambda step: 2 * step)], created=3000)
    a, b = drawn("f1", x="relative").rows
    assert a["x"] == [5 + step for step, _ in TEN]
    assert b["x"] == [2 * step for step, _ in TEN]
    assert drawn("f1", x="absolute").rows[1]["x"][0] == 3000


def test_another_metric_as_x(tmp_path, drawn):
    samples = Series("samples", [(0, 0), (20, 64), (40, 128)])
    other = Series("samples", [(0, 7)], {"subset": "train"})
    write_run(
        tmp_path, "a", {}, [Series("f1", [(10, 1), (20, 2), (99, 3)], {"subset": "train"}), samples, other]
    )
    write_run(tmp_path, "b", {}, [Series("f1", [(10, 4), (50, 5)]), samples])
    write_run(tmp_path, "c", {}, [Series("f1", [(10, 6)])])
    answer = drawn("f1", x="metric:samples", chart=("run.id",))
    assert [row["x"] for row in answer.rows] == [[7, 7, 7], [0, 128], []]
    assert answer.meta.x_label == "samples"
    assert answer.meta.unplaced == 1
    with pytest.raises(InputError, match="Did you mean 'samples'"):
        drawn("f1", x="metric:sample")


def test_one_spike_in_a_million_points_stays_and_a_zoom_is_exact(tmp_path, drawn):
    points = [(step, 9.0 if step == 654_321 else 0.0) for step in range(1_000_000)]
    write_run(tmp_path, "a", {}, [Series("loss", points)])
    whole = drawn("loss").rows[0]
    assert len(whole["x"]) <= 1000
    assert whole["x"][int(np.argmax(whole["y"]))] == 654_321
    assert whole["n_points"] == 1_000_000
    assert not drawn("loss").meta.exact
    zoom = drawn("loss", xmin=654_300, xmax=654_400)
    assert zoom.meta.exact
    assert zoom.rows[0]["x"] == list(range(654_299, 654_402))
    assert zoom.rows[0]["n_points"] == 101


def test_a_spike_stays_in_a_fold(tmp_path, drawn):
    for run, height in (("a", 9.0), ("b", -9.0)):
        write_run(
            tmp_path, run, {}, [Series("loss", [(s, height if s == 7001 else 0.0) for s in range(20_000)])]
        )
    answer = drawn("loss", fold=True, points=300)
    (fold,) = answer.rows
    assert len(fold["x"]) <= 300
    assert (max(fold["hi"]), min(fold["lo"])) == (9, -9)
    assert not answer.meta.exact


def test_smoothing_comes_before_the_zoom(sweep, drawn):
    whole = drawn("loss", smooth="ema:0.8").rows[0]
    zoom = drawn("loss", smooth="ema:0.8", xmin=50, xmax=60).rows[0]
    start = whole["x"].index(zoom["x"][0])
    assert zoom["y"] == whole["y"][start : start + len(zoom["y"])]


def test_filters_choose_series(sweep, drawn):
    answer = drawn("*", query='run.hparams.lr < 5e-5 and metric.name == "f1" and metric.context.lang == "fr"')
    assert {row["run"] for row in answer.rows} == {"run2", "run3", "run4", "run5"}
    assert {row["context"] for row in answer.rows} == {'{"lang": "fr", "subset": "dev"}'}


def test_no_metric_no_lines(sweep, drawn):
    answer = drawn(fold=True, traces=True)
    assert answer.rows == []
    assert answer.lines.to_arrow().num_rows == 0


def test_a_window_beside_everything_leaves_lines_without_points(sweep, drawn):
    answer = drawn("f1", xmin=1e9, fold=True, traces=True)
    assert len(answer.rows) == 1 + 12
    assert all(row["x"] == [] and row["n_points"] == 0 for row in answer.rows)


@pytest.mark.parametrize(
    "values",
    [
        [1e308, -1e308, 0.0],
        [1e-300, 2e-300, 3e-300],
        [1e9, 1e9 + 1e-3, 1e9 + 2e-3],
        [123_456_789.0, 123_456_790.0, 5.0],
    ],
)
def test_values_that_float32_cannot_show_come_whole(tmp_path, drawn, values):
    write_run(tmp_path, "a", {}, [Series("loss", list(enumerate(values)))])
    answer = drawn("loss")
    assert answer.lines.to_arrow().schema.field("y").type == pa.list_(pa.float64())
    assert answer.rows[0]["y"] == values


def test_one_line_that_needs_float64_makes_all_columns_of_values_so(tmp_path, drawn):
    write_run(tmp_path, "a", {}, [Series("loss", [(step, 0.1 * step) for step in range(9)])])
    assert drawn("loss").lines.to_arrow().schema.field("y").type == pa.list_(pa.float32())
    write_run(tmp_path, "b", {}, [Series("loss", [(step, 1e9 + 0.1 * step) for step in range(9)])])
    schema = drawn("loss", fold=True, traces=True, smooth="ema:0.5", raw=True).lines.to_arrow().schema
    assert {schema.field(name).type for name in ("y", "raw", "lo", "hi")} == {pa.list_(pa.float64())}
    assert schema.field("nonfinite_y").type == pa.list_(pa.float32())


def test_a_wrong_query_says_where(sweep, drawn):
    with pytest.raises(QueryError) as caught:
        drawn("f1", query="foo > 1")
    assert (caught.value.start, caught.value.end) == (0, 3)


def test_too_much_at_once_is_refused(sweep, drawn, monkeypatch):
    monkeypatch.setattr(lines, "MAX_TRACES", 10)
    with pytest.raises(InputError, match="12 lines; at most 10"):
        drawn("f1")
    assert len(drawn("f1", fold=True).rows) == 1
    monkeypatch.setattr(tracked, "MAX_LOADED", 10)
    with pytest.raises(InputError, match="120 points; at most 10"):
        drawn("f1", fold=True)


def test_a_text_that_utf8_does_not_have_can_be_drawn(tmp_path, drawn):
    write_run(tmp_path, "a", {}, [Series("f1", TEN, {"file": "\ud800.txt"})])
    for fold in (False, True):
        answer = drawn("f1", color=("metric.context.file",), fold=fold)
        batch = answer.lines.to_arrow()
        assert batch["context"].to_pylist() == ['{"file": "?.txt"}']
        assert '"label": "?.txt"' in batch.schema.metadata[b"ridgeline"].decode()


def test_metadata_is_strict_json(tmp_path, drawn):
    write_run(tmp_path, "a", {"hparams": {"lr": math.inf, "name": "schön"}}, [Series("f1", TEN)])
    answer = drawn("f1", color=("run.hparams.lr",), stroke=("run.hparams.name",))
    text = answer.lines.to_arrow().schema.metadata[b"ridgeline"].decode()
    assert '"run.hparams.lr": "inf"' in text
    assert '"schön"' in text


class TestKeys:
    """Grouping by tags and by any expression."""

    @pytest.fixture(autouse=True)
    def tagged(self, sweep, tmp_path):
        with Repo(tmp_path) as repo:
            repo.edit(["run0", "run3"], add_tags=["lab"])
            repo.edit(["run3"], add_tags=["paper"])

    @pytest.mark.parametrize(
        ("key", "groups"),
        [
            ("tag:lab", {"not lab": 4, "lab": 2}),
            ("tag: lab", {"not lab": 4, "lab": 2}),
            ("tag:nowhere", {"not nowhere": 6}),
            ("'lab' in run.tags", {"false": 4, "true": 2}),
            ("expr:run.hparams.lr > 2e-5", {"false": 2, "true": 4}),
            ("run.hparams.lr > 2e-5", {"false": 2, "true": 4}),
            ("expr:-run.hparams.seed", {"-1": 3, "0": 3}),
            ("expr:run.metrics['loss'].max > 0.5", {"true": 6}),
            ("run.metrics['f1', {'lang': 'de'}].last >= 91", {"false": 3, "true": 3}),
            ("run.tags", {"lab": 1, "lab, paper": 1, "none": 4}),
            ("run.created_at.date()", {"1970-01-01": 6}),
            ("run.experiment", {"pos": 6}),
            ("run.status", {"finished": 6}),
            ("run.note == ''", {"true": 6}),
        ],
    )
    def test_groups(self, drawn, key, groups):
        answer = drawn('f1{"lang": "de"}', color=(key,))
        labels = answer.labels("colors")
        counts = [sum(row["color"] == nth for row in answer.rows) for nth in range(len(labels))]
        assert dict(zip(labels, counts, strict=True)) == groups
        assert all(set(group.key) == {key} for group in answer.meta.colors)

    def test_the_value_of_a_tag_is_whether_a_run_has_it(self, drawn):
        assert [group.key for group in drawn("loss", color=("tag:lab",)).meta.colors] == [
            {"tag:lab": False},
            {"tag:lab": True},
        ]

    def test_what_is_left_out_may_be_written_either_way(self, drawn):
        assert drawn("f1", color=("*-expr:run.hparams.seed",)).meta.color_key == (
            "run.hparams.lr, metric.context.lang"
        )


class TestMissingPlaces:
    """Runs that have no place on the x that is asked for."""

    def test_runs_without_the_metric_are_counted(self, tmp_path, drawn):
        loss = [(step, 1 / (1 + step)) for step in range(0, 50, 5)]
        for number in range(3):
            contexts = [{"subset": "train"}, {"subset": "dev"}][: 2 if number else 1]
            other = [
                Series("samples", [(s, s * 10.0 + len(c["subset"])) for s, _ in loss], c) for c in contexts
            ]
            write_run(
                tmp_path, f"run{number}", {}, [Series("f1", loss, {"lang": "de"}), *other], 1000.0 + number
            )
        write_run(tmp_path, "bare", {}, [Series("f1", loss, {"lang": "de"})], 2000.0)
        train = drawn("f1", x='metric:samples{"subset": "train"}')
        assert (train.meta.x_missing, train.meta.unplaced) == (1, 10)
        assert train.rows[0]["x"] == [s * 10 + 5 for s, _ in loss]
        dev = drawn("f1", x='metric:samples{"subset": "dev"}')
        assert (dev.meta.x_missing, dev.meta.unplaced, dev.rows[0]["x"]) == (2, 20, [])
        assert dev.rows[1]["x"] == [s * 10 + 3 for s, _ in loss]
        assert drawn("f1").meta.x_missing == 0
        assert json.loads(dev.lines.to_arrow().schema.metadata[b"ridgeline"])["x"]["missing"] == 2

    def test_runs_without_epochs_are_counted(self, sweep, tmp_path, drawn):
        write_run(tmp_path, "bare", {}, [Series("f1", TEN)], 2000.0)
        assert drawn("f1", x="epoch").meta.x_missing == 1


class TestRaw:
    """What was tracked, beside what is drawn."""

    @pytest.mark.parametrize("smooth", ["ema:0.9", "mean:9"])
    def test_raw_values_stand_beside_the_smoothed(self, sweep, drawn, smooth):
        plain = drawn("loss")
        both = drawn("loss", smooth=smooth, raw=True)
        alone = drawn("loss", smooth=smooth)
        for given, row, smoothed in zip(plain.rows, both.rows, alone.rows, strict=True):
            assert (row["x"], row["raw"], row["y"]) == (given["x"], given["y"], smoothed["y"])
            assert smoothed["raw"] is None

    def test_what_is_not_smoothed_has_no_raw_values_beside(self, sweep, drawn):
        assert [row["raw"] for row in drawn("f1", raw=True).rows] == [None] * 12

    def test_a_fold_has_none(self, sweep, drawn):
        rows = drawn("f1", fold=True, traces=True, smooth="mean:3", raw=True).rows
        assert {(row["kind"], row["raw"] is None) for row in rows} == {("fold", True), ("trace", False)}

    def test_spikes_that_smoothing_hides_stay_among_the_raw_values(self, tmp_path, drawn):
        rng = np.random.default_rng(0)
        values = rng.normal(0, 1, 20_000)
        values[12_345] = 50
        write_run(tmp_path, "long", {}, [Series("loss", list(enumerate(values.tolist())))])
        (row,) = drawn("loss", smooth="mean:1001", raw=True, points=200).rows
        assert len(row["x"]) <= 200
        assert max(row["raw"]) == 50
        inside = drawn("loss", smooth="mean:1001", raw=True, points=200, xmin=12_340, xmax=12_350).rows[0]
        assert inside["raw"] == pytest.approx(values[12_339:12_352].tolist())

"""The Metrics page: what is drawn is what NumPy says, and every control does what it names."""

import re

import numpy as np
import pytest
from e2e_numbers import ema
from e2e_screen import Charts, address, grid_cells, number, state_of
from playwright.sync_api import expect

import ridgeline

LANGS = ("de", "es", "zh")
LONG = "run.hparams.epochs == 60"
F1 = [f'f1{{"lang": "{lang}", "subset": "dev"}}' for lang in LANGS]
BY_LANG = {"m": F1, "ch": "metric.context.lang", "x": "epoch", "q": LONG}
FOLDED = {**BY_LANG, "c": "run.hparams.technique", "fold": 1}


@pytest.fixture
def charts(page):
    return Charts(page)


def open_view(page, charts, state, accept="true"):
    page.goto(address("/metrics", **state))
    charts.wait(accept)


def control(page, name):
    return page.get_by_role("button", name=name)


def readings(page):
    """The table at the cursor: value of each chart by the name of the row."""
    return {
        row["technique"]: [number(row[f"{lang} median"]) for lang in LANGS]
        for row in grid_cells(page, "Values at")
    }


class TestChoosing:
    def test_proposes_metrics_and_a_first_picture(self, page, charts):
        page.goto("/metrics")
        page.get_by_role("button", name="f1", exact=False).first.click()
        charts.wait("charts.length > 2 && charts.every((chart) => chart.lines.length > 1)")
        state = state_of(page)
        assert state["m"][0].startswith("f1")
        assert state["ch"] == ["metric.context.lang"]

    def test_picks_metrics_from_the_list_and_takes_them_off(self, page, charts):
        page.goto("/metrics")
        control(page, "+ add").click()
        page.get_by_label("Metrics", exact=True).get_by_role("checkbox", name="loss").check()
        charts.wait("charts.length === 1 && charts[0].lines.length === 24")
        page.keyboard.press("Escape")
        control(page, "Remove loss").click()
        expect(page.get_by_role("heading", name="Pick a metric")).to_be_visible()
        page.go_back()
        charts.wait("charts.length === 1")

    def test_contexts_that_differ_in_one_key_share_a_chip(self, page, charts):
        open_view(page, charts, BY_LANG, "charts.length === 3")
        chip = control(page, "Contexts of")
        expect(chip).to_have_text("f1 dev: de es zh")
        chip.click()
        page.get_by_role("checkbox", name="es").uncheck()
        charts.wait("charts.length === 2")
        page.get_by_role("checkbox", name="en").check()
        charts.wait("charts.length === 3")
        assert sorted(charts.debug()) == ["de", "en", "zh"]
        assert state_of(page)["m"] == [
            "f1{lang=de,subset=dev}",
            "f1{lang=zh,subset=dev}",
            "f1{lang=en,subset=dev}",
        ]

    def test_takes_patterns(self, page, charts):
        page.goto("/metrics")
        control(page, "+ add").click()
        page.get_by_label("Search metrics and contexts").fill("l*")
        control(page, "Add all 2").click()
        charts.wait("charts.length === 2")
        assert sorted(charts.debug()) == ["loss", "lr"]


class TestNumbers:
    def test_lines_hold_every_point_of_every_run(self, page, charts, numbers):
        open_view(page, charts, BY_LANG, "charts.length === 3")
        for lang in LANGS:
            expected = numbers.series("f1", LONG, lang=lang, subset="dev")
            drawn = charts.drawn(lang)
            assert drawn.keys() == expected.keys()
            for run, series in expected.items():
                assert drawn[run]["x"] == series.epoch.tolist()
                np.testing.assert_allclose(drawn[run]["y"], series.value, rtol=1e-6)

    @pytest.mark.parametrize(
        ("line", "band", "middle", "bounds"),
        [
            ("median", "minmax", np.median, (np.min, np.max)),
            (
                "mean",
                "std",
                np.mean,
                (lambda v: v.mean() - v.std(ddof=1), lambda v: v.mean() + v.std(ddof=1)),
            ),
            (
                "median",
                "quartiles",
                np.median,
                (lambda v: np.quantile(v, 0.25), lambda v: np.quantile(v, 0.75)),
            ),
        ],
    )
    def test_folds_are_those_of_numpy(self, page, charts, numbers, line, band, middle, bounds):
        open_view(page, charts, {**FOLDED, "line": line, "band": band}, "charts[0].lines.length > 1")
        folds = [fold for fold in charts.values("de") if fold["run"] is None]
        assert {fold["label"] for fold in folds} == {"feature extraction", "fine-tuning"}
        for fold in folds:
            query = f'{LONG} and run.hparams.technique == "{fold["label"]}"'
            for epoch in (1, 7, 60):
                at = fold["x"].index(epoch)
                for drawn, function in (
                    (fold["y"], middle),
                    (fold["lo"], bounds[0]),
                    (fold["hi"], bounds[1]),
                ):
                    expected = numbers.fold("f1", epoch, function, query, lang="de", subset="dev")
                    assert drawn[at] == pytest.approx(expected, rel=1e-5)
                assert fold["n"][at] == len(numbers.ids(query))

    def test_runs_that_end_early_leave_the_fold(self, page, charts, numbers):
        open_view(page, charts, {"m": F1[0], "x": "epoch", "fold": 1}, "charts[0].lines.length > 0")
        (fold,) = [fold for fold in charts.values("f1") if fold["run"] is None]
        for epoch, query in ((3, ""), (6, "run.hparams.epochs > 5"), (40, LONG)):
            at = fold["x"].index(epoch)
            assert fold["n"][at] == len(numbers.ids(query))
            assert fold["y"][at] == pytest.approx(
                numbers.fold("f1", epoch, np.median, lang="de", subset="dev"), rel=1e-6
            )

    def test_smoothing_is_the_debiased_average(self, page, charts, numbers):
        open_view(page, charts, {**BY_LANG, "sm": "ema:0.6"}, "charts.length === 3")
        for run, series in numbers.series("f1", LONG, lang="es", subset="dev").items():
            np.testing.assert_allclose(charts.drawn("es")[run]["y"], ema(series.value, 0.6), rtol=1e-5)

    def test_time_since_start_counts_from_the_first_point_or_the_start_of_the_run(
        self, page, charts, numbers
    ):
        open_view(page, charts, {**BY_LANG, "x": "relative"}, "charts.length === 3")
        for run, series in numbers.series("f1", LONG, lang="de", subset="dev").items():
            drawn = charts.drawn("de")[run]
            np.testing.assert_allclose(np.diff(drawn["x"]), np.diff(series.time), atol=1e-4)
            assert 0 <= drawn["x"][0] < 30

    def test_another_metric_as_x(self, page, charts, numbers):
        open_view(page, charts, {"m": F1[0], "q": LONG, "x": "metric:loss"}, "charts.length === 1")
        losses = numbers.series("loss", LONG, subset="train")
        for run, line in charts.drawn("f1").items():
            assert line["x"] == sorted(line["x"])
            assert set(np.float32(line["x"])) <= set(np.float32(losses[run].value))


class TestControls:
    def test_colour_stroke_and_chart_come_from_their_lists(self, page, charts):
        open_view(page, charts, {"m": F1, "q": LONG}, "charts.length === 1")
        for channel, choice in (
            ("Colour", "hparams.lr"),
            ("Stroke", "hparams.technique"),
            ("Chart", re.compile("^lang")),
        ):
            control(page, f"{channel}:").click()
            page.get_by_role("dialog", name=channel).get_by_role("checkbox", name=choice).check()
            page.keyboard.press("Escape")
        charts.wait("charts.length === 3 && new Set(charts[0].lines.map((line) => line.dash)).size === 2")
        state = state_of(page)
        assert (state["c"], state["s"], state["ch"]) == (
            ["run.hparams.lr"],
            ["run.hparams.technique"],
            ["metric.context.lang"],
        )
        assert len(charts.debug()["de"]["colors"]) > 2

    def test_each_group_is_named_once(self, page, charts):
        open_view(page, charts, {**BY_LANG, "c": "run.hparams.technique"}, "charts.length === 3")
        labels = charts.debug()["de"]["labels"]
        assert sorted(labels) == ["feature extraction", "fine-tuning"]

    def test_keys_fold_smooth_scale_align_and_hide_the_table(self, page, charts):
        open_view(page, charts, {**BY_LANG, "c": "run.hparams.technique"}, "charts.length === 3")
        for key, field, value in (
            ("a", "fold", "1"),
            ("l", "ys", "log"),
            ("s", "sm", "ema:0.6"),
            ("t", "table", "0"),
        ):
            page.keyboard.press(key)
            page.wait_for_url(lambda url, pair=f"{field}={value}": pair in url)
        page.keyboard.press("x")
        page.wait_for_url("**x=relative**")
        charts.wait("charts.every((chart) => chart.x[0] < 1 && chart.y[0] > 0)")
        expect(page.get_by_role("heading", name="Values at")).to_have_count(0)

    def test_menus_fold_smooth_and_scale(self, page, charts):
        open_view(page, charts, {**BY_LANG, "c": "run.hparams.technique"}, "charts.length === 3")
        control(page, "Fold:").click()
        page.get_by_role("radio", name="mean", exact=True).click()
        page.get_by_role("radio", name="± std", exact=True).click()
        page.keyboard.press("Escape")
        expect(control(page, "Fold:")).to_contain_text("mean")
        control(page, "Smooth:").click()
        page.get_by_role("radio", name="centred mean").click()
        page.get_by_role("slider").press("ArrowRight")
        page.keyboard.press("Escape")
        control(page, "Y axis").click()
        page.get_by_role("radio", name="one a chart").click()
        page.get_by_role("radio", name="log", exact=True).click()
        page.keyboard.press("Escape")
        charts.wait("charts.some((chart) => chart.y[0] !== charts[0].y[0])")
        state = state_of(page)
        assert {field: state[field][0] for field in ("fold", "line", "band", "sm", "yr", "ys")} == {
            "fold": "1",
            "line": "mean",
            "band": "std",
            "sm": "mean:11",
            "yr": "own",
            "ys": "log",
        }

    def test_zooms_to_whole_epochs_and_back(self, page, charts):
        open_view(page, charts, FOLDED, "charts.length === 3")
        before = charts.debug()["de"]
        charts.drag("es", (9.7, 0.3), (30.4, 0.7))
        charts.wait("charts.every((chart) => chart.x[0] === 9 && chart.x[1] === 31)")
        zoomed = charts.debug()["de"]
        assert before["y"][0] < zoomed["y"][0] < zoomed["y"][1] < before["y"][1]
        page.keyboard.press("z")
        charts.wait("charts.every((chart) => chart.x[0] === 1 && chart.x[1] === 60)")
        page.go_forward()
        charts.wait("charts.every((chart) => chart.x[0] === 9)")

    def test_shows_one_chart_alone(self, page, charts):
        open_view(page, charts, FOLDED, "charts.length === 3")
        page.locator("figure").nth(1).hover()
        control(page, "Show es alone").click()
        charts.wait("charts.length === 1")
        assert list(charts.debug()) == ["es"]
        page.keyboard.press("Escape")
        charts.wait("charts.length === 3")

    def test_a_wrong_expression_keeps_the_lines_and_shows_the_place(self, page, charts, faults):
        open_view(page, charts, BY_LANG, "charts.length === 3")
        query = page.get_by_role("combobox", name="Which runs")
        query.fill("run.hparams.lr >")
        query.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        assert len(charts.debug()) == 3
        query.fill("run.hparams.epochs == 20")
        query.press("Enter")
        expect(page.get_by_role("alert")).to_have_count(0)
        charts.wait("charts.every((chart) => chart.x[1] === 20)")
        faults.forgive("the server responded with a status of 4")


class TestPointing:
    def test_lifts_the_run_in_every_chart_and_in_the_table(self, page, charts, numbers):
        open_view(page, charts, BY_LANG, "charts.length === 3")
        run, series = next(iter(numbers.series("f1", LONG, lang="de", subset="dev").items()))
        charts.hover("de", 30, series.value[series.epoch == 30][0])
        charts.wait("charts.every((chart) => chart.lifted.length === 1 && chart.cursor === 30)")
        for chart in LANGS:
            lifted = charts.debug()[chart]["lifted"][0]
            assert run in lifted
        name = next(r.name for r in numbers.repo.runs() if r.id == run)
        expect(page.get_by_role("tooltip")).to_contain_text(name)
        expect(page.locator(".row.lit")).to_contain_text(name)

    def test_the_table_follows_the_cursor(self, page, charts, numbers):
        open_view(page, charts, FOLDED, "charts.length === 3")
        for epoch in (4, 33):
            charts.hover("de", epoch, 0.5)
            expect(page.get_by_role("heading", name=f"Values at epoch {epoch}")).to_be_visible()
            for technique, values in readings(page).items():
                query = f'{LONG} and run.hparams.technique == "{technique}"'
                expected = [
                    numbers.fold("f1", epoch, np.median, query, lang=lang, subset="dev") for lang in LANGS
                ]
                assert values == pytest.approx(expected, abs=0.0005)
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="Values at the end")).to_be_visible()

    def test_a_group_opens_to_its_runs_and_a_row_lifts_its_line(self, page, charts, numbers):
        open_view(page, charts, FOLDED, "charts.length === 3")
        control(page, "Open fine-tuning").click()
        query = f'{LONG} and run.hparams.technique == "fine-tuning"'
        expect(page.locator(".row.sub")).to_have_count(len(numbers.ids(query)))
        row = page.locator(".row.sub").first
        row.hover()
        charts.wait("charts.every((chart) => chart.lifted.length > 0)")
        run = numbers.id_of(row.locator(".label").inner_text())
        assert any(run in line for line in charts.debug()["zh"]["lifted"])

    def test_arrow_keys_move_the_cursor(self, page, charts):
        open_view(page, charts, BY_LANG, "charts.length === 3")
        page.locator("[data-chart=de]").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("ArrowLeft")
        charts.wait("charts.every((chart) => chart.cursor === 10)")
        expect(page.get_by_role("heading", name="Values at epoch 10")).to_be_visible()

    def test_shift_click_pins_and_the_address_brings_the_whole_view_back(self, page, charts, numbers):
        open_view(page, charts, {**BY_LANG, "ys": "log", "c": "run.hparams.lr"}, "charts.length === 3")
        run, series = next(iter(numbers.series("f1", LONG, lang="de", subset="dev").items()))
        page.keyboard.down("Shift")
        charts.click("de", 30, series.value[series.epoch == 30][0])
        page.keyboard.up("Shift")
        charts.wait("charts.every((chart) => chart.pinned.length === 1)")
        assert state_of(page)["pin"] == [run]
        page.mouse.move(5, 5)
        before = charts.debug()
        page.reload()
        charts.wait("charts.length === 3 && charts.every((chart) => chart.pinned.length === 1)")
        after = charts.debug()
        for chart in LANGS:
            for what in ("lines", "x", "y", "pinned", "colors"):
                assert after[chart][what] == before[chart][what], what
        page.go_back()
        charts.wait("charts.every((chart) => chart.pinned.length === 0)")


class TestRecording:
    def test_lines_grow_while_zoom_pins_and_hover_stay(self, bench, workshop):
        charts = Charts(bench)
        params = {"hparams": {"epochs": 99}}
        with ridgeline.Run("live", name="growing", params=params, repo=workshop, capture=False) as run:
            for epoch in range(1, 4):
                run.track(epoch / 10, name="share", step=epoch, epoch=epoch, context={"part": "a"})
            run.flush()
            open_view(
                bench,
                charts,
                {"m": "share", "x": "epoch", "xmin": 0, "xmax": 10, "pin": run.id},
                "charts.length === 1",
            )
            charts.hover("share", 2, 0.2)
            charts.wait("charts[0].hovered !== null")
            hovered = charts.debug()["share"]["hovered"]
            for epoch in range(4, 9):
                run.track(epoch / 10, name="share", step=epoch, epoch=epoch, context={"part": "a"})
            with ridgeline.Run("live", params=params, repo=workshop, capture=False) as second:
                second.track(0.9, name="share", step=1, epoch=1, context={"part": "a"})
                charts.wait(
                    "charts[0].lines.length === 2 && charts[0].lines.some((line) => line.points === 8)"
                )
            chart = charts.debug()["share"]
            assert (chart["x"], chart["hovered"], chart["cursor"]) == ([0, 10], hovered, 2)
            assert len(chart["pinned"]) == 1
            expect(bench.get_by_role("banner").get_by_role("status")).to_contain_text("running")
            np.testing.assert_allclose(charts.drawn("share")[run.id]["y"], np.arange(1, 9) / 10, rtol=1e-6)
        expect(bench.get_by_role("banner").get_by_role("status")).to_have_text("live")

    def test_shows_what_is_not_finite_and_names_of_any_script(self, bench, workshop):
        charts = Charts(bench)
        with ridgeline.Run(
            "größe 日本", name="läuf 模型", params={"batch-größe": 3}, repo=workshop, capture=False
        ) as run:
            for step, value in enumerate([1.0, np.nan, 3.0, np.inf, 5.0]):
                run.track(value, name="точность", step=step)
            run.track(0.5, name="single", step=7)
        open_view(
            bench,
            charts,
            {"m": ["точность", "single"], "q": 'run.experiment == "größe 日本"'},
            "charts.length === 2",
        )
        assert charts.drawn("точность")[run.id]["y"] == [1, 3, 5]
        assert charts.debug()["точность"]["rimKinds"] == [{"nan": 1}, {"inf": 1}]
        expect(bench.locator("figure", has_text="точность")).to_contain_text("✕ 1 NaN · ▲ 1 Inf")
        assert charts.drawn("single")[run.id]["x"] == [7]
        control(bench, "Colour:").click()
        bench.get_by_role("checkbox", name="batch-größe").check()
        charts.wait("charts.every((chart) => chart.lines[0].label === '3')")

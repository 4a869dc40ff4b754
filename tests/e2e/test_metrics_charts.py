"""The charts of the Metrics page: holding a point, keys, zooms, settings of one chart, what is not shown."""

import re

import numpy as np
import pytest
from e2e_screen import Charts, address, state_of
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


def open_view(page, charts, state, accept="charts.length === 3"):
    page.goto(address("/metrics", **state))
    charts.wait(accept)


def chart_menu(page, name):
    figure = page.locator("figure", has=page.locator(f'[data-chart="{name}"]'))
    figure.hover()
    figure.get_by_role("button", name=f"Chart {name}").click()
    return page.get_by_role("dialog", name=f"Chart {name}")


def first_run(numbers, lang="de"):
    return next(iter(numbers.series("f1", LONG, lang=lang, subset="dev").items()))


class TestHolding:
    def test_a_click_holds_the_point_until_escape_and_the_address_keeps_it(self, page, charts, numbers):
        open_view(page, charts, BY_LANG)
        run, series = first_run(numbers)
        charts.click("de", 30, series.value[series.epoch == 30][0])
        held = page.get_by_role("dialog", name="The point that is held")
        expect(held.get_by_role("link", name="Open run")).to_have_attribute("href", f"/run/{run}")
        charts.hover("zh", 5, 0.5)
        charts.wait("charts.every((chart) => chart.cursor === 30)")
        assert state_of(page)["at"][0] == "de"
        page.reload()
        expect(held).to_contain_text("epoch 30")
        page.keyboard.press("Escape")
        expect(held).to_have_count(0)
        assert "at" not in state_of(page)

    def test_a_held_run_is_pinned_hidden_and_made_the_question(self, page, charts, numbers):
        open_view(page, charts, BY_LANG)
        run, series = first_run(numbers)
        place = ("de", 30, series.value[series.epoch == 30][0])
        held = page.get_by_role("dialog", name="The point that is held")
        charts.click(*place)
        held.get_by_role("button", name="Pin").click()
        charts.wait("charts.every((chart) => chart.pinned.length === 1)")
        held.get_by_role("button", name="Hide").click()
        charts.wait("charts.every((chart) => chart.lines.every((line) => line.run !== given))", run)
        page.go_back()
        held.get_by_role("button", name="This run only").click()
        charts.wait("charts.every((chart) => chart.lines.length === 1)")

    def test_a_held_run_is_tagged(self, bench, workshop_numbers):
        charts = Charts(bench)
        open_view(bench, charts, BY_LANG)
        run, series = first_run(workshop_numbers)
        charts.click("de", 30, series.value[series.epoch == 30][0])
        bench.get_by_label("Add a tag").fill("held")
        bench.keyboard.press("Enter")
        expect(bench.get_by_role("dialog", name="The point").locator(".tag", has_text="held")).to_be_visible()
        assert "held" in next(r for r in workshop_numbers.repo.runs() if r.id == run).tags

    def test_a_fold_tells_its_formula(self, page, charts, numbers):
        open_view(page, charts, FOLDED)
        query = f'{LONG} and run.hparams.technique == "fine-tuning"'
        charts.hover("de", 30, numbers.fold("f1", 30, np.median, query, lang="de", subset="dev"))
        tip = page.get_by_role("tooltip")
        expect(tip).to_contain_text(f"median of {len(numbers.ids(query))} runs; band: min to max")
        assert charts.debug()["de"]["cursorY"] == pytest.approx(
            numbers.fold("f1", 30, np.median, query, lang="de", subset="dev"), rel=1e-5
        )
        assert charts.debug()["es"]["cursorY"] is None


class TestKeys:
    def test_arrows_enter_and_escape_do_what_the_pointer_does(self, page, charts):
        open_view(page, charts, FOLDED)
        chart = page.locator("[data-chart=es]")
        assert "2 lines by epoch from 1 to 60" in chart.get_attribute("aria-label")
        chart.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("ArrowDown")
        charts.wait("charts.every((chart) => chart.cursor === 11 && chart.lifted.length > 0)")
        upper = charts.debug()["es"]["lifted"]
        page.keyboard.press("ArrowDown")
        charts.wait("charts[0].lifted[0] !== given", upper[0])
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="The point that is held")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="The point that is held")).to_have_count(0)


class TestZoom:
    def test_wheel_drag_and_double_click(self, page, charts):
        open_view(page, charts, BY_LANG)
        page.mouse.move(*charts.at("de", 30, 0.4))
        page.keyboard.down("Control")
        page.mouse.wheel(0, -400)
        page.keyboard.up("Control")
        charts.wait(
            "charts.every((chart) => chart.x[0] > 5 && chart.x[1] < 55 && chart.x[0] < 30 && chart.x[1] > 30)"
        )
        zoomed = charts.debug()["de"]["x"]
        charts.drag("es", (25.2, 0.3), (34.8, 0.5))
        charts.wait("charts.every((chart) => chart.x[0] === 25 && chart.x[1] === 35)")
        page.mouse.dblclick(*charts.at("de", 30, 0.4))
        charts.wait("charts[0].x[0] === given", zoomed[0])
        page.keyboard.press("0")
        charts.wait("charts.every((chart) => chart.x[0] === 1 && chart.x[1] === 60)")

    def test_of_one_chart_alone(self, page, charts):
        open_view(page, charts, {**BY_LANG, "zx": "one"})
        charts.drag("es", (9.7, 0.3), (30.4, 0.6))
        charts.wait("charts[1].x[0] === 9 && charts[1].x[1] === 31 && charts[0].x[0] === 1")
        page.keyboard.press("z")
        charts.wait("charts.every((chart) => chart.x[0] === 1)")


class TestSettings:
    def test_one_chart_has_its_own_scale_range_and_smoothing(self, page, charts, numbers):
        open_view(page, charts, BY_LANG)
        menu = chart_menu(page, "de")
        menu.get_by_role("radiogroup", name="Y scale").get_by_role("radio", name="log").click()
        menu.get_by_label("Y range of this chart from").fill("0.1")
        menu.get_by_label("Y range of this chart from").press("Tab")
        menu.get_by_role("radiogroup", name="Smoothing").get_by_role("radio", name="mean").click()
        charts.wait("charts[0].yScale === 'log' && charts[0].y[0] === 0.1 && charts[1].yScale === 'linear'")
        run, series = first_run(numbers)
        page.wait_for_function(
            "([run, y]) => Math.abs(document.querySelector('[data-chart=de]').__chart.values().find((line) => line.run === run).y[20] - y) < 1e-5",
            arg=[run, float(np.mean(series.value[16:25]))],
        )
        assert charts.drawn("zh")[run]["y"] == pytest.approx(
            numbers.series("f1", LONG, lang="zh", subset="dev")[run].value.tolist(), rel=1e-6
        )
        menu.get_by_role("button", name="As all charts").click()
        charts.wait("charts[0].yScale === 'linear' && charts[0].y[0] === charts[1].y[0]")
        assert "cs" not in state_of(page)

    def test_order_columns_and_values(self, page, charts):
        open_view(page, charts, BY_LANG)
        menu = chart_menu(page, "de")
        menu.get_by_role("button", name="Move back").click()
        charts.wait("charts.length === 3")
        page.wait_for_function("document.querySelectorAll('[data-chart]')[1].dataset.chart === 'de'")
        menu = chart_menu(page, "de")
        menu.get_by_role("radiogroup", name="Columns of charts").get_by_role("radio", name="1").click()
        page.wait_for_function(
            "getComputedStyle(document.querySelector('.grid')).gridTemplateColumns.split(' ').length === 1"
        )
        menu.get_by_role("button", name="Values as table").click()
        values = page.get_by_role("dialog", name="Values of f1")
        expect(values.locator("tbody tr")).to_have_count(60)
        page.keyboard.press("Escape")
        expect(values).to_have_count(0)

    def test_a_chart_is_dragged_to_its_place(self, page, charts):
        open_view(page, charts, BY_LANG)
        page.locator("figure").nth(2).locator(".title").drag_to(page.locator("figure").nth(0))
        page.wait_for_function("document.querySelectorAll('[data-chart]')[0].dataset.chart === 'zh'")
        assert state_of(page)["order"] == ["zh", "de", "es"]

    def test_highlights_a_run_a_series_or_nothing(self, page, charts, numbers):
        _, series = first_run(numbers)
        place = (30, series.value[series.epoch == 30][0])
        for mode, lifted in (("run", (1, 1)), ("series", (1, 0)), ("off", (0, 0))):
            open_view(page, charts, {**BY_LANG, "hl": mode})
            charts.hover("de", *place)
            charts.wait("charts[0].cursor === 30")
            shown = charts.debug()
            assert (len(shown["de"]["lifted"]), len(shown["zh"]["lifted"])) == lifted, mode


class TestHonesty:
    def test_says_how_many_points_are_drawn_and_a_zoom_brings_all(self, bench, workshop):
        charts = Charts(bench)
        with ridgeline.Run("honest", repo=workshop, capture=False) as run:
            for step in range(4000):
                run.track(float(np.sin(step / 50)), name="wave", step=step)
        view = {"m": "wave", "q": 'run.experiment == "honest"', "pts": 250}
        open_view(bench, charts, view, "charts.length === 1")
        figure = bench.locator("figure")
        expect(figure).to_contain_text(re.compile(r"1 of \d+(\.\d)? points"))
        open_view(bench, charts, {**view, "xmin": 1000, "xmax": 1200}, "charts[0].x[0] === 1000")
        expect(figure).not_to_contain_text("1 of")
        assert charts.drawn("wave")[run.id]["x"][5] - charts.drawn("wave")[run.id]["x"][4] == 1

    def test_counts_what_a_log_axis_can_not_show_and_names_runs_that_are_not_finite(self, bench, workshop):
        charts = Charts(bench)
        with ridgeline.Run("odd", name="odd one", repo=workshop, capture=False) as run:
            for step, value in enumerate([1.0, 0.0, -2.0, 10.0, np.nan, 1000.0]):
                run.track(value, name="odd", step=step)
        view = {"m": "odd", "q": 'run.experiment == "odd"', "ys": "log"}
        open_view(bench, charts, view, "charts.length === 1")
        figure = bench.locator("figure")
        expect(figure).to_contain_text("2 points ≤ 0 not shown")
        assert charts.debug()["odd"]["ticks"]["y"] == ["1", "10", "100", "1000"]
        x, _ = charts.at("odd", 4, 1)
        box = bench.locator("[data-chart]").bounding_box()
        bench.mouse.move(x, box["y"] + 11)
        expect(bench.get_by_role("tooltip")).to_contain_text("1 NaN here: odd one")
        open_view(bench, charts, {**view, "xs": "log", "curve": "step"}, "charts[0].xScale === 'log'")
        assert charts.debug()["odd"]["curve"] == "step"
        assert charts.debug()["odd"]["x"][0] > 0

    def test_the_unsmoothed_line_stands_behind_and_names_of_many_lines_do_not_overlap(self, page, charts):
        open_view(page, charts, {**BY_LANG, "sm": "ema:0.9", "raw": 1, "c": "run.id", "ends": 1})
        chart = charts.debug()["de"]
        assert all(line["raw"] for line in chart["lines"])
        tops = sorted(chart["labelTops"])
        assert len(tops) > 3
        assert min(np.diff(tops)) >= 13.9


class TestPicture:
    def test_the_charts_are_saved_as_svg_with_real_text(self, page, charts, tmp_path):
        open_view(page, charts, FOLDED)
        page.get_by_role("button", name="Export").click()
        page.get_by_role("option", name="Picture of the charts").click()
        with page.expect_download() as download:
            page.get_by_role("dialog").get_by_role("button", name="Save").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        svg = path.read_text()
        assert path.name == "metrics.svg"
        for words in ("lang = de", "lang = zh", "fine-tuning", "epoch"):
            assert f">{words}</text>" in svg
        assert ">technique</text>" in svg

    def test_the_legend_can_be_left_out(self, page, charts):
        open_view(page, charts, FOLDED)
        page.get_by_role("button", name="Export").click()
        page.get_by_role("option", name="Picture of the charts").click()
        page.get_by_role("checkbox", name="Legend").uncheck()
        with page.expect_download() as download:
            page.get_by_role("dialog").get_by_role("button", name="Save").click()
        assert ">technique</text>" not in download.value.path().read_text()

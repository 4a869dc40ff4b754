"""The Params page: brushes select what NumPy selects, and what is done to axes stays in the address."""

import re

import numpy as np
import pytest
from e2e_numbers import spearman
from e2e_screen import Charts, Parallel, address, grid_cells, grid_column, number, state_of
from playwright.sync_api import expect

import ridgeline

LANGS = ("de", "es", "en")
AXES = ["run.hparams.lr", "run.hparams.epochs", *(f"last(f1{{lang={lang},subset=dev}})" for lang in LANGS)]
TABLE = "Runs of the plot"


def metric(lang, reducer="last"):
    return f'run.metrics["f1", {{"lang": "{lang}", "subset": "dev"}}].{reducer}'


@pytest.fixture
def plot(page):
    page.goto(address("/params", a=AXES))
    return Parallel(page).wait("plot.runs === 24")


def axes(plot):
    return [axis["key"] for axis in plot.debug()["axes"]]


def brush_range(page, column):
    """Both ends of the brush on an axis, as the address holds them; one that was drawn to the end of the axis is open."""
    (text,) = [brush for brush in state_of(page)["brush"] if brush.startswith(column)]
    low, high = text.removeprefix(f"{column}:").split("..")
    return float(low or "-inf"), float(high or "inf")


class TestFirstView:
    def test_takes_params_that_vary_and_metrics_that_spread(self, page, numbers):
        page.goto("/params")
        plot = Parallel(page).wait("plot.runs === 24")
        keys = axes(plot)
        assert {"run.hparams.lr", "run.hparams.epochs", "run.hparams.technique"} <= set(keys)
        assert not any("seed" in key or '"test"' in key for key in keys)
        assert keys[-1].startswith("run.metrics[")

    def test_the_best_run_of_the_last_axis_stands_out(self, page, plot, numbers):
        last = numbers.last("f1", lang="en", subset="dev")
        best = max(last, key=last.get)
        assert plot.debug()["standout"] == best
        first = page.get_by_role("grid", name=TABLE).locator("[data-at='0']")
        expect(first).to_contain_text("best f1 en")
        assert number(first.locator("[role=gridcell]").nth(-2).inner_text()) == pytest.approx(
            last[best], abs=0.0005
        )

    def test_correlations_are_those_of_ranks(self, plot, numbers):
        colour = numbers.last("f1", lang="en", subset="dev")
        others = [
            numbers.param("hparams.lr"),
            numbers.param("hparams.epochs"),
            *(numbers.last("f1", lang=lang, subset="dev") for lang in ("de", "es")),
        ]
        for shown, values in zip(plot.debug()["correlation"], others, strict=False):
            expected = spearman([values[run] for run in colour], list(colour.values()))
            assert shown == pytest.approx(expected, abs=1e-9)


class TestBrushes:
    def test_selects_the_runs_within_and_nothing_else(self, page, plot, numbers):
        plot.brush(metric("de"), 0.35, 0.8)
        plot.wait("plot.selected < 24")
        low, high = brush_range(page, "last(f1{lang=de,subset=dev})")
        expected = {
            run for run, value in numbers.last("f1", lang="de", subset="dev").items() if low <= value <= high
        }
        assert 0 < len(expected) < 24
        assert set(plot.debug()["selectedIds"]) == expected
        expect(page.get_by_role("heading", name=f"{len(expected)} of 24 selected")).to_be_visible()

    def test_a_second_brush_narrows_and_escape_clears(self, page, plot, numbers):
        plot.brush(metric("de"), 0.35, 1)
        plot.wait("plot.selected < 24")
        once = plot.debug()["selected"]
        page.mouse.click(*plot.at("run.hparams.epochs", 0.5))
        plot.wait("plot.selected < given", once)
        low, high = brush_range(page, "last(f1{lang=de,subset=dev})")
        last = numbers.last("f1", "run.hparams.epochs == 20", lang="de", subset="dev")
        assert set(plot.debug()["selectedIds"]) == {
            run for run, value in last.items() if low <= value <= high
        }
        page.keyboard.press("Escape")
        plot.wait("plot.selected === 24")
        page.go_back()
        plot.wait("plot.selected < 24")

    def test_keep_and_exclude_become_part_of_the_query(self, page, plot, numbers):
        page.mouse.click(*plot.at("run.hparams.epochs", 0.5))
        plot.wait("plot.selected < 24")
        page.get_by_role("button", name="Exclude").click()
        plot.wait("plot.runs < 24")
        assert set(plot.debug()["selectedIds"]) == set(numbers.ids("run.hparams.epochs != 20"))
        page.go_back()
        plot.wait("plot.runs === 24 && plot.selected < 24")
        page.get_by_role("button", name="Keep").click()
        plot.wait("plot.runs < 24 && plot.selected === plot.runs")
        assert set(plot.debug()["selectedIds"]) == set(numbers.ids("run.hparams.epochs == 20"))

    def test_opens_the_selection_in_metrics(self, page, plot, numbers):
        page.mouse.click(*plot.at("run.hparams.epochs", 0.5))
        plot.wait("plot.selected < 24")
        selected = set(plot.debug()["selectedIds"])
        page.get_by_role("link", name="Open in Metrics").click()
        charts = Charts(page).wait(
            f"charts.length === {len(LANGS)} && charts.every((chart) => chart.lines.length > 0)"
        )
        for lang in LANGS:
            assert charts.drawn(lang).keys() == selected
        assert len(state_of(page)["m"]) == len(LANGS)
        assert state_of(page)["c"] == ["run.hparams.lr"]


class TestAxes:
    def test_dragging_a_head_moves_the_axis(self, page, plot):
        before = axes(plot)
        head = page.get_by_role("button", name="Axis f1 es,").bounding_box()
        left, _ = plot.at("run.hparams.lr", 0.5)
        page.mouse.move(head["x"] + head["width"] / 2, head["y"] + 8)
        page.mouse.down()
        page.mouse.move(left, head["y"] + 8, steps=8)
        page.mouse.up()
        plot.wait("plot.axes[0].key === given", metric("es"))
        assert axes(plot) == [metric("es"), *(key for key in before if key != metric("es"))]
        page.go_back()
        plot.wait("plot.axes[0].key === given", before[0])

    def test_keys_move_flip_colour_and_remove(self, page, plot):
        lr = page.get_by_role("button", name="Axis lr,")
        lr.focus()
        page.keyboard.press("ArrowRight")
        plot.wait("plot.axes[1].key === 'run.hparams.lr'")
        expect(lr).to_be_focused()
        page.keyboard.press("f")
        expect(lr).to_contain_text("flipped")
        page.keyboard.press("c")
        page.wait_for_url("**by=run.hparams.lr**")
        page.keyboard.press("Delete")
        plot.wait("plot.axes.length === 4")

    def test_a_double_click_flips(self, page, plot, numbers):
        page.get_by_role("button", name="Axis f1 de,").dblclick()
        expect(page.get_by_role("button", name="Axis f1 de,")).to_contain_text("flipped")
        plot.brush(metric("de"), 0, 0.3)
        plot.wait("plot.selected < 24")
        low, _ = brush_range(page, "last(f1{lang=de,subset=dev})")
        last = numbers.last("f1", lang="de", subset="dev")
        assert set(plot.debug()["selectedIds"]) == {run for run, value in last.items() if value >= low}
        assert max(last.values()) in [last[run] for run in plot.debug()["selectedIds"]]

    def test_menus_choose_colour_value_and_axes(self, page, plot, numbers):
        page.get_by_role("button", name="Colour by").click()
        page.get_by_role("menuitemradio", name="f1 de").click()
        page.get_by_role("button", name="Colour by").click()
        page.get_by_role("radio", name="by value").click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Value of each metric").click()
        page.get_by_role("option", name="best").click()
        plot.wait("plot.axes.some((axis) => axis.key.endsWith('.best'))")
        page.get_by_role("button", name="+ add").click()
        page.get_by_role("checkbox", name=".dropout").check()
        plot.wait("plot.axes.length === 6")
        state = state_of(page)
        assert state["by"] == ["best(f1{lang=de,subset=dev})"]
        assert state["rank"] == ["value"]
        best = {
            run: series.value.max() for run, series in numbers.series("f1", lang="de", subset="dev").items()
        }
        assert plot.debug()["standout"] == max(best, key=best.get)


class TestTable:
    def test_lists_the_selected_first_by_the_last_axis(self, page, plot, numbers):
        page.mouse.click(*plot.at("run.hparams.epochs", 0.5))
        plot.wait("plot.selected < 24")
        last = numbers.last("f1", "run.hparams.epochs == 20", lang="en", subset="dev")
        names = {run.id: run.name for run in numbers.repo.runs()}
        expected = [names[run] for run in sorted(last, key=last.get, reverse=True)]
        standout = names[plot.debug()["standout"]]
        shown = [name for name in grid_column(page, TABLE, 1) if name != standout]
        assert shown[: len(expected)] == [name for name in expected if name != standout][: len(shown)]

    def test_a_row_lights_its_line_and_opens_its_run(self, page, plot, numbers):
        row = page.get_by_role("grid", name=TABLE).locator("[data-at='3']")
        row.hover()
        run = numbers.id_of(grid_column(page, TABLE, 1)[3])
        plot.wait("plot.hovered === given", run)
        row.dblclick()
        page.wait_for_url(f"**/run/{run}")

    def test_columns_are_added_beside_the_axes(self, page, plot, numbers):
        page.get_by_role("button", name="Columns").click()
        for name in ("hparams.seed", "accuracy en, dev, best"):
            page.get_by_role("checkbox", name=name, exact=True).check()
        page.keyboard.press("Escape")
        expect(page.get_by_role("columnheader", name="seed")).to_be_visible()
        seeds = numbers.param("hparams.seed")
        named = {run.name: seeds[run.id] for run in numbers.repo.runs()}
        cells = grid_cells(page, TABLE)
        assert {row["run"]: int(row["seed"]) for row in cells} == {
            row["run"]: named[row["run"]] for row in cells
        }
        page.get_by_role("columnheader", name="seed").click()
        page.wait_for_url(re.compile("sort="))
        assert len(state_of(page)["tcols"]) == 2
        assert len(plot.debug()["axes"]) == len(AXES)

    def test_the_table_can_have_all_the_height(self, page, plot):
        handle = page.get_by_role("separator", name="Height of the lower part")
        box = handle.bounding_box()
        page.mouse.move(box["x"] + 300, box["y"] + 4)
        page.mouse.down()
        page.mouse.move(box["x"] + 300, 90, steps=4)
        page.mouse.up()
        page.wait_for_url(re.compile("table="))
        assert float(state_of(page)["table"][0]) > 0.95
        page.go_back()
        plot.wait("plot.bottom > 100")

    def test_arrow_keys_walk_from_the_best_run_down(self, page, plot, numbers):
        last = numbers.last("f1", lang="en", subset="dev")
        order = sorted(last, key=last.get, reverse=True)
        page.get_by_role("img", name="Parallel coordinates").focus()
        for run in order[:3]:
            page.keyboard.press("ArrowDown")
            plot.wait("plot.hovered === given", run)


def test_the_address_brings_the_whole_view_back(page, plot):
    page.mouse.click(*plot.at("run.hparams.epochs", 0.5))
    plot.wait("plot.selected < 24")
    plot.brush(metric("de"), 0.35, 1)
    page.get_by_role("button", name="Axis f1 es,").dblclick()
    page.keyboard.press("l")
    page.wait_for_url("**curve=1**")
    before = plot.debug()
    table = grid_column(page, TABLE, 1)
    page.mouse.move(5, 5)
    page.reload()
    plot.wait("plot.selected < 24")
    after = plot.debug()
    for what in ("axes", "selectedIds", "standout", "correlation"):
        assert after[what] == before[what], what
    assert grid_column(page, TABLE, 1) == table


def test_a_new_run_joins_and_the_brush_stays(bench, workshop):
    bench.goto(address("/params", q='run.experiment == "emoji-zero-shot"', a=AXES))
    plot = Parallel(bench).wait("plot.runs === 24")
    bench.mouse.click(*plot.at("run.hparams.epochs", 0.5))
    plot.wait("plot.selected < 24")
    selected = plot.debug()["selected"]
    params = {"hparams": {"lr": 1e-3, "epochs": 20}}
    with ridgeline.Run("emoji-zero-shot", params=params, repo=workshop, capture=False) as run:
        for lang in LANGS:
            run.track(0.5, name="f1", step=1, epoch=1, context={"lang": lang, "subset": "dev"})
        plot.wait("plot.runs === 25")
        plot.wait("plot.selected === given", selected + 1)
        assert run.id in plot.debug()["selectedIds"]
    assert np.isfinite(plot.debug()["correlation"][:4]).all()

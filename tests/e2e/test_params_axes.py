"""Each axis of the Params page on its own: its value, its scale, its ends, its place, its brush by keyboard."""

import numpy as np
import pytest
from e2e_numbers import spearman
from e2e_screen import Parallel, address, state_of
from playwright.sync_api import expect

LANGS = ("de", "es", "en")
AXES = ["run.hparams.lr", "run.hparams.epochs", *(f"last(f1{{lang={lang},subset=dev}})" for lang in LANGS)]


def metric(lang, reducer="last"):
    return f'run.metrics["f1", {{"lang": "{lang}", "subset": "dev"}}].{reducer}'


@pytest.fixture
def plot(page):
    page.goto(address("/params", a=AXES))
    return Parallel(page).wait("plot.runs === 24")


def keys(plot):
    return [axis["key"] for axis in plot.debug()["axes"]]


def axis(plot, key):
    return next(axis for axis in plot.debug()["axes"] if axis["key"] == key)


def menu(page, title):
    page.get_by_role("button", name=title, exact=True).click()
    return page.get_by_role("menu", name=f"Axis {title}")


def values(plot, key):
    return plot.page.evaluate("window.__chart.values()")["axes"][key]


def test_one_axis_takes_another_value_than_the_others(page, plot, numbers):
    menu(page, "f1 es").get_by_role("menuitemradio", name="max").click()
    plot.wait("plot.axes.some((axis) => axis.key.endsWith('.max'))")
    assert keys(plot) == [*AXES[:2], metric("de"), metric("es", "max"), metric("en")]
    series = numbers.series("f1", lang="es", subset="dev")
    shown = values(plot, metric("es", "max"))
    assert sorted(shown) == pytest.approx(sorted(points.value.max() for points in series.values()))
    expect(page.get_by_role("button", name="Value of each metric")).to_contain_text("mixed")
    page.go_back()
    plot.wait("plot.axes.every((axis) => !axis.key.endsWith('.max'))")


def test_an_axis_takes_the_value_at_a_step(page, plot, numbers):
    series = numbers.series("f1", lang="es", subset="dev")
    step = int(np.median(next(iter(series.values())).step))
    menu(page, "f1 es")
    page.get_by_role("textbox", name="at step").fill(str(step))
    page.keyboard.press("Enter")
    key = metric("es", f"at({step})")
    plot.wait("plot.axes.some((axis) => axis.key === given)", key)
    expected = [points.value[points.step <= step][-1] for points in series.values() if points.step[0] <= step]
    shown = [value for value in values(plot, key) if value is not None and not np.isnan(value)]
    assert sorted(shown) == pytest.approx(sorted(expected))
    assert f"at({step})(f1{{lang=es,subset=dev}})" in state_of(page)["a"]


def test_scale_and_ends_are_set_by_hand(page, plot, numbers):
    assert axis(plot, "run.hparams.lr")["ends"] is None
    menu(page, "lr").get_by_role("menuitemradio", name="linear").click()
    plot.wait("plot.axes[0].kind === 'linear'")
    menu(page, "lr").get_by_role("menuitemradio", name="category").click()
    plot.wait("plot.axes[0].ends === null")
    menu(page, "f1 de")
    page.get_by_role("textbox", name="Range of f1 de from").fill("0.5")
    page.keyboard.press("Enter")
    plot.wait("plot.axes[2].ends[0] === 0.5")
    last = numbers.last("f1", lang="de", subset="dev").values()
    assert axis(plot, metric("de"))["outside"] == sum(value < 0.5 for value in last)
    assert state_of(page)["scale"] == ["cat:run.hparams.lr"]
    assert state_of(page)["range"] == ["last(f1{lang=de,subset=dev}):0.5.."]
    page.get_by_role("button", name="Reset range of f1 de").click()
    plot.wait("plot.axes[2].outside === 0")


def test_axes_move_by_their_chips_and_by_strength(page, plot, numbers):
    chip = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="f1 es", exact=True))
    chip.drag_to(page.get_by_role("listitem").first)
    plot.wait("plot.axes[0].key === given", metric("es"))
    menu(page, "f1 es").get_by_role("menuitem", name="Move right").click()
    plot.wait("plot.axes[1].key === given", metric("es"))
    page.get_by_role("button", name="Sort by |ρ|").click()
    colour = numbers.last("f1", lang="en", subset="dev")
    columns = {
        "run.hparams.lr": numbers.param("hparams.lr"),
        "run.hparams.epochs": numbers.param("hparams.epochs"),
        **{metric(lang): numbers.last("f1", lang=lang, subset="dev") for lang in ("de", "es")},
    }
    strength = {
        key: abs(spearman([column[run] for run in colour], list(colour.values())))
        for key, column in columns.items()
    }
    expected = [*sorted(strength, key=strength.get, reverse=True), metric("en")]
    plot.wait("JSON.stringify(plot.axes.map((axis) => axis.key)) === JSON.stringify(given)", expected)


def test_the_list_of_axes_is_sorted_by_what_goes_with_the_colour(page, plot):
    page.get_by_role("button", name="+ add").click()
    panel = page.get_by_role("dialog", name="Add axes")
    expect(panel.get_by_text("by how far they go with the colour")).to_be_visible()
    notes = panel.locator("label", has_text="hparams.").all_inner_texts()
    sizes = [
        abs(float(text.split(" ")[1].rstrip(",").replace("−", "-")))
        for text in notes
        if "ρ" in text or "η" in text
    ]
    assert len(sizes) >= 4
    assert sizes == sorted(sizes, reverse=True)


def test_arrows_on_a_head_move_the_ends_of_a_brush(page, plot, numbers):
    head = page.get_by_role("button", name="Axis f1 de,")
    head.focus()
    for _ in range(4):
        page.keyboard.press("PageUp")
    page.keyboard.press("Shift+PageDown")
    plot.wait("plot.selected < 24")
    text = state_of(page)["brush"][0]
    low, high = map(float, text.rpartition(":")[2].split(".."))
    last = numbers.last("f1", lang="de", subset="dev")
    inside = {run for run, value in last.items() if low <= value <= high}
    assert set(plot.debug()["selectedIds"]) == inside
    page.get_by_role("button", name="Axis epochs,").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("new URLSearchParams(location.search).getAll('brush').length === 2")
    epochs = numbers.param("hparams.epochs")
    assert set(plot.debug()["selectedIds"]) == {run for run in inside if epochs[run] > min(epochs.values())}
    page.keyboard.press("Escape")
    plot.wait("plot.selected === given", len(inside))


def test_several_ranges_of_one_axis_are_joined_by_or(page, plot, numbers):
    plot.brush(metric("en"), 0, 0.2)
    plot.wait("plot.selected < 24")
    page.keyboard.down("Shift")
    plot.brush(metric("en"), 0.7, 1)
    page.keyboard.up("Shift")
    page.wait_for_function("new URLSearchParams(location.search).getAll('brush').length === 2")
    first, second = (text.rpartition(":")[2].split("..") for text in state_of(page)["brush"])
    last = numbers.last("f1", lang="en", subset="dev")
    expected = {run for run, value in last.items() if value <= float(first[1]) or value >= float(second[0])}
    assert set(plot.debug()["selectedIds"]) == expected
    chips = plot.debug()["chips"]
    assert len(chips) == 2
    assert (
        chips[0]["y"] + chips[0]["height"] <= chips[1]["y"]
        or chips[1]["y"] + chips[1]["height"] <= chips[0]["y"]
    )

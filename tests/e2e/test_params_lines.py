"""Single lines of the Params page: pinned, hidden, explained; and what goes out: pictures, tables, code, other pages."""

import csv

import pytest
from e2e_screen import Parallel, address, state_of
from playwright.sync_api import expect

AXES = [
    "run.hparams.lr",
    "run.hparams.technique",
    "last(f1{lang=de,subset=dev})",
    "last(f1{lang=en,subset=dev})",
]
EN = 'run.metrics["f1", {"lang": "en", "subset": "dev"}].last'
TABLE = "Runs of the plot"


@pytest.fixture
def plot(page):
    page.goto(address("/params", a=AXES, tip="run.hparams.seed"))
    return Parallel(page).wait("plot.runs === 24")


def test_a_click_pins_a_line_and_its_params_are_told(page, plot, numbers):
    (x, top), (_, bottom) = plot.at(EN, 0.98), plot.at(EN, 0.1)
    y = top
    while plot.debug()["hovered"] is None and y < bottom:
        y += 2
        page.mouse.move(x - 40, y)
    run = plot.debug()["hovered"]
    page.mouse.move(x - 41, y)
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("seed")
    expect(card.locator("dd")).to_have_text(str(numbers.param("hparams.seed")[run]))
    page.mouse.click(x - 41, y)
    plot.wait("plot.pinned.includes(given)", run)
    page.mouse.move(5, 5)
    plot.wait("plot.hovered === null && plot.pinned.length === 1")
    page.get_by_role("button", name="Unpin 1").click()
    plot.wait("plot.pinned.length === 0")


def test_a_hidden_run_comes_back(page, plot):
    page.get_by_role("grid", name=TABLE).locator("[data-at='2']").hover()
    plot.wait("plot.hovered !== null")
    page.keyboard.press("h")
    plot.wait("plot.runs === 23")
    page.get_by_role("button", name="Show 1 hidden run").click()
    plot.wait("plot.runs === 24")


def test_checked_runs_are_pinned_hidden_and_opened(page, plot):
    rows = page.get_by_role("grid", name=TABLE)
    for at in (1, 2):
        rows.locator(f"[data-at='{at}'] .tick").click()
    bar = page.get_by_role("toolbar", name="Selected runs")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Pin").click()
    plot.wait("plot.pinned.length === 2")
    bar.get_by_role("button", name="Hide").click()
    plot.wait("plot.runs === 22")
    expect(bar).to_be_hidden()
    rows.locator("[data-at='1'] .tick").click()
    rows.locator("[data-at='2'] .tick").click()
    bar.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    assert len(state_of(page)["id"]) == 2


def test_the_picture_has_real_text_and_the_table_all_numbers(page, plot, numbers):
    plot.brush(EN, 0.5, 1)
    plot.wait("plot.selected < 24")
    selected = set(plot.debug()["selectedIds"])
    page.get_by_role("button", name="Export").click()
    page.get_by_role("option", name="Picture").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    picture = download.value.path().read_text()
    assert "f1 en" in picture
    assert "technique" in picture
    assert picture.count("<path") >= 24
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("option", name="Table of the selected runs").click()
    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert {row["id"] for row in rows} == selected
    last = numbers.last("f1", lang="en", subset="dev")
    assert all(float(row["f1 en"]) == pytest.approx(last[row["id"]]) for row in rows)


def test_the_python_reads_the_selected_runs(page, plot, numbers):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.mouse.click(*plot.at("run.hparams.technique", 0.25))
    plot.wait("plot.selected < 24")
    selected = plot.debug()["selectedIds"]
    page.get_by_role("button", name="Export").click()
    page.get_by_role("option", name="Copy as Python").click()
    expect(page.get_by_text("Copied the Python")).to_be_visible()
    *_, call = page.evaluate("navigator.clipboard.readText()").partition("runs = ")
    frame = eval(call, {"repo": numbers.repo})
    assert set(frame["id"]) == set(selected)
    assert len(frame.columns) > len(AXES)


def test_the_selection_opens_elsewhere(page, plot, numbers):
    page.mouse.click(*plot.at("run.hparams.technique", 0.25))
    plot.wait("plot.selected < 24")
    query = state_of(page)["brush"]
    assert query == ["run.hparams.technique:=fine-tuning"]
    page.get_by_role("button", name="Open in …").click()
    expect(page.get_by_role("menuitem", name="Compare")).to_be_disabled()
    page.get_by_role("menuitem", name="Runs").click()
    page.wait_for_url("**/runs?**")
    assert state_of(page)["q"] == ['run.hparams.technique == "fine-tuning"']


def test_the_plot_is_told_in_words(page, plot, numbers):
    chart = page.get_by_role("img", name="Parallel coordinates")
    summary = page.locator(f"#{chart.get_attribute('aria-describedby')}")
    last = numbers.last("f1", lang="en", subset="dev")
    names = {run.id: run.name for run in numbers.repo.runs()}
    expect(summary).to_contain_text("24 lines over 4 axes.")
    expect(summary).to_contain_text(f"{names[max(last, key=last.get)]} is best f1 en")
    expect(summary).to_contain_text("Correlation with f1 en: lr ρ")

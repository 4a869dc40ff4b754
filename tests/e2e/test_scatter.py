"""The Scatter page: dots stand where NumPy puts them, and what is brushed, cut and exported is in the address or the file."""

import re

import numpy as np
import pytest
from e2e_numbers import spearman
from e2e_screen import address, grid_cells, state_of
from playwright.sync_api import expect

X = "last(f1{lang=en,subset=dev})"
Y = "last(f1{lang=de,subset=dev})"


def panels(page):
    """What each chart draws, once all are drawn."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-chart=scatter]')].some((host) => host.__chart?.debug().box.right > 0)"
    )
    return page.evaluate(
        "() => [...document.querySelectorAll('[data-chart=scatter]')].map((host) => host.__chart.debug())"
    )


@pytest.fixture
def scatter(page):
    page.goto(address("/scatter", x=X, y=Y))
    return page


def test_dots_are_the_runs_and_the_head_says_how_they_rank(scatter, numbers):
    (panel,) = panels(scatter)
    across, upwards = (numbers.last("f1", lang=lang, subset="dev") for lang in ("en", "de"))
    assert {dot["id"]: (dot["x"], dot["y"]) for dot in panel["runs"]} == {
        run: (pytest.approx(across[run]), pytest.approx(upwards[run])) for run in across
    }
    ids = list(across)
    rho = spearman([across[run] for run in ids], [upwards[run] for run in ids])
    expect(scatter.locator("figcaption")).to_contain_text(f"ρ {rho:.2f}".replace("0.", "."))


def test_the_first_view_chooses_two_metrics(page):
    page.goto("/scatter")
    (panel,) = panels(page)
    assert len(panel["runs"]) == 24
    expect(page.get_by_role("button", name=re.compile("^X: "))).to_be_visible()


def test_a_drag_selects_what_lies_in_it_and_back_undoes_it(scatter):
    (panel,) = panels(scatter)
    chart = scatter.locator("[data-chart=scatter]").bounding_box()
    middle = float(np.median([dot["left"] for dot in panel["runs"]]))
    box = panel["box"]
    scatter.mouse.move(chart["x"] + middle, chart["y"] + box["top"] + 1)
    scatter.mouse.down()
    scatter.mouse.move(chart["x"] + box["right"], chart["y"] + box["bottom"], steps=4)
    scatter.mouse.up()
    scatter.wait_for_url(re.compile("brush="))
    (after,) = panels(scatter)
    inside = [dot for dot in panel["runs"] if dot["left"] >= middle]
    assert after["selected"] == pytest.approx(len(inside), abs=1)
    expect(
        scatter.get_by_role("heading", name=re.compile(f"{after['selected']} of 24 selected"))
    ).to_be_visible()
    expect(scatter.get_by_role("link", name="Open in Metrics")).to_have_attribute("href", re.compile("f1"))
    scatter.go_back()
    expect(scatter.get_by_role("heading", name="24 runs")).to_be_visible()


def test_trends_sizes_colours_and_charts(scatter):
    scatter.get_by_role("radio", name="LOESS").click()
    scatter.get_by_role("button", name=re.compile("^Chart: ")).click()
    scatter.get_by_role("checkbox", name="hparams.technique").check()
    scatter.keyboard.press("Escape")
    scatter.get_by_role("button", name=re.compile("^Size: ")).click()
    scatter.get_by_text("hparams.epochs").last.click()
    scatter.wait_for_function("() => document.querySelectorAll('[data-chart=scatter]').length === 2")
    drawn = panels(scatter)
    assert [panel["label"] for panel in drawn] == [
        "technique = feature extraction",
        "technique = fine-tuning",
    ]
    assert all(panel["trends"] == 1 for panel in drawn)
    assert len({round(dot["radius"], 3) for panel in drawn for dot in panel["runs"]}) > 1
    state = state_of(scatter)
    assert (state["trend"], state["ch"], state["size"]) == (
        ["loess"],
        ["run.hparams.technique"],
        ["run.hparams.epochs"],
    )


def test_an_axis_takes_the_mean_or_the_value_at_a_step(scatter, numbers):
    panels(scatter)
    scatter.get_by_role("button", name="Value of X").click()
    scatter.get_by_role("menuitemradio", name="mean").click()
    scatter.wait_for_url(re.compile("x=mean"))
    scatter.get_by_role("button", name="Value of Y").click()
    scatter.get_by_role("textbox", name="at step").fill("60")
    scatter.keyboard.press("Enter")
    scatter.wait_for_url(re.compile(re.escape("y=at(60)")))
    across, upwards = (numbers.series("f1", lang=lang, subset="dev") for lang in ("en", "de"))
    early = {run: points.value[points.step <= 60] for run, points in upwards.items()}
    wanted = {
        run: (pytest.approx(across[run].value.mean()), pytest.approx(values[-1]))
        for run, values in early.items()
        if len(values)
    }
    assert wanted
    wait_for_dots(scatter, len(wanted))
    (panel,) = panels(scatter)
    assert {dot["id"]: (dot["x"], dot["y"]) for dot in panel["runs"]} == wanted


def wait_for_dots(page, count):
    page.wait_for_function(
        "(count) => document.querySelector('[data-chart=scatter]')?.__chart?.debug().runs.length === count",
        arg=count,
    )


def test_the_ends_of_an_axis_are_set_and_what_lies_beyond_is_counted(scatter, numbers):
    panels(scatter)
    values = numbers.last("f1", lang="en", subset="dev")
    middle = round(float(np.median(list(values.values()))), 3)
    scatter.get_by_role("button", name=re.compile("^X: ")).click()
    scatter.get_by_role("textbox", name="Range of X from").fill(str(middle))
    scatter.keyboard.press("Enter")
    inside = {run for run, value in values.items() if value >= middle}
    wait_for_dots(scatter, len(inside))
    (panel,) = panels(scatter)
    assert {dot["id"] for dot in panel["runs"]} == inside
    expect(scatter.locator("figcaption")).to_contain_text(f"{24 - len(inside)} beyond the axes")


def test_the_colour_is_no_axis_and_groups_of_several_keys_can_be_switched_off(page, numbers):
    page.goto(address("/scatter", x="run.hparams.lr", y=Y))
    panels(page)
    colour = page.get_by_role("button", name="Colour by")
    assert colour.get_attribute("aria-label") != "Colour by: lr, by rank"
    colour.click()
    page.get_by_role("radio", name="groups of equal values").click()
    page.get_by_role("checkbox", name=".technique").check()
    page.get_by_role("checkbox", name=".epochs").check()
    pairs = set(
        zip(
            numbers.param("hparams.technique").values(), numbers.param("hparams.epochs").values(), strict=True
        )
    )
    legend = page.get_by_role("list", name="Colours").get_by_role("listitem")
    expect(legend).to_have_count(len(pairs))
    page.get_by_role("checkbox", name="Switched on").uncheck()
    expect(legend).to_have_count(0)
    assert state_of(page)["c"] == ["run.hparams.technique", "run.hparams.epochs"]


def test_tooltip_and_table_show_what_is_chosen(scatter, numbers):
    (panel,) = panels(scatter)
    scatter.get_by_role("button", name="Tooltip:").click()
    scatter.get_by_role("checkbox", name="hparams.technique").check()
    scatter.keyboard.press("Escape")
    scatter.get_by_role("button", name="Columns").click()
    scatter.get_by_role("checkbox", name="hparams.seed").check()
    scatter.get_by_role("checkbox", name="tags", exact=True).check()
    scatter.keyboard.press("Escape")
    names = {run.id: run.name for run in numbers.repo.runs()}
    wanted = {names[run]: str(seed) for run, seed in numbers.param("hparams.seed").items()}
    expect(scatter.get_by_role("columnheader", name="seed")).to_be_visible()
    cells = grid_cells(scatter, "Runs of the plot")
    assert cells
    assert {row["run"]: row["seed"] for row in cells} == {row["run"]: wanted[row["run"]] for row in cells}
    assert {row["tags"] for row in cells} == {"demo"}
    dot = panel["runs"][0]
    chart = scatter.locator("[data-chart=scatter]").bounding_box()
    scatter.mouse.move(chart["x"] + dot["left"], chart["y"] + dot["top"])
    expect(scatter.get_by_role("tooltip")).to_contain_text("technique")


def test_the_python_reads_the_same_runs_and_columns(scatter, numbers):
    panels(scatter)
    scatter.context.grant_permissions(["clipboard-read", "clipboard-write"])
    scatter.get_by_role("button", name="Export").click()
    scatter.get_by_role("option", name="Copy as Python").click()
    expect(scatter.get_by_text("Copied the Python")).to_be_visible()
    *_, call = scatter.evaluate("navigator.clipboard.readText()").partition("runs = ")
    frame = eval(call, {"repo": numbers.repo})
    last = numbers.last("f1", lang="en", subset="dev")
    assert dict(
        zip(frame["id"], frame['run.metrics["f1", {"lang": "en", "subset": "dev"}].last'], strict=True)
    ) == {run: pytest.approx(value) for run, value in last.items()}


def test_hovering_names_the_run_and_the_keyboard_walks_across(scatter):
    (panel,) = panels(scatter)
    host = scatter.locator("[data-chart=scatter]")
    host.focus()
    scatter.keyboard.press("ArrowRight")
    first = min(panel["runs"], key=lambda dot: dot["left"])
    scatter.wait_for_function(
        "() => document.querySelector('[data-chart=scatter]').__chart.debug().hovered !== null"
    )
    assert panels(scatter)[0]["hovered"] in {
        dot["id"] for dot in panel["runs"] if dot["left"] == first["left"]
    }
    scatter.keyboard.press("Enter")
    scatter.wait_for_url(re.compile("/run/"))


@pytest.mark.parametrize(
    ("format_name", "start"), [("SVG", b"<svg"), ("PDF", b"%PDF-1.4"), ("PNG", b"\x89PNG")]
)
def test_the_picture_is_saved_with_its_words(scatter, format_name, start, tmp_path):
    panels(scatter)
    scatter.get_by_role("button", name="Export").click()
    scatter.get_by_role("option", name="Picture").click()
    scatter.get_by_role("radio", name=format_name).click()
    with scatter.expect_download() as download:
        scatter.get_by_role("button", name="Save").click()
    saved = tmp_path / "picture"
    download.value.save_as(saved)
    content = saved.read_bytes()
    assert content.startswith(start)
    assert download.value.suggested_filename == f"scatter.{format_name.lower()}"
    if format_name == "SVG":
        assert ">f1 en · dev, last ↑</text>" in content.decode()

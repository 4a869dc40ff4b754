"""The Scatter page: dots stand where NumPy puts them, and what is brushed, cut and exported is in the address or the file."""

import re

import numpy as np
import pytest
from e2e_numbers import spearman
from e2e_screen import address, state_of
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
    scatter.get_by_text("hparams.technique").last.click()
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
    scatter.get_by_role("button", name="Picture").click()
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

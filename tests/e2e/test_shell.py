"""What all pages have in common: both themes, keys, addresses, a server that goes and comes back, an empty repo."""

import subprocess
import sys

import httpx
import pytest
from e2e_screen import Charts, Parallel, address, state_of
from e2e_server import serve
from playwright.sync_api import expect

from ridgeline.log.layout import Layout

GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 20, 25)"}
F1_DE = 'f1{"lang": "de", "subset": "dev"}'


@pytest.mark.parametrize("name", ["runs", "metrics", "params", "run"])
def test_opens_in_both_themes_without_leaving_the_window(browse, server, numbers, theme, name):
    page = browse(server, color_scheme=theme)
    if name == "run":
        page.goto(f"/run/{numbers.ids()[0]}")
        expect(page.get_by_role("tab", name="Overview")).to_be_visible()
        Charts(page).wait("charts.length > 0")
    elif name == "metrics":
        page.goto(address("/metrics", m=F1_DE))
        Charts(page).wait("charts.length === 1")
    elif name == "params":
        page.goto("/params")
        Parallel(page).wait("plot.runs === 24")
    else:
        page.goto("/runs")
        expect(page.get_by_role("grid", name="Runs").get_by_role("row").nth(1)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == GROUND[theme]
    assert page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.body.scrollHeight <= innerHeight"
    )
    expect(page.locator("footer")).not_to_be_empty()


@pytest.mark.parametrize("width", [1000, 1440])
def test_leaves_the_query_its_room(browse, server, width):
    page = browse(server, width=width, height=800)
    many = [
        f'f1{{"lang": "{lang}", "subset": "{subset}"}}'
        for lang in ("de", "es", "zh")
        for subset in ("dev", "test")
    ]
    for path, state in (
        ("/runs", {}),
        ("/params", {}),
        ("/metrics", {"m": [*many, "accuracy", "loss", "lr"]}),
    ):
        page.goto(address(path, **state))
        box = page.get_by_role("combobox", name="Which runs").bounding_box()
        assert box["width"] >= 300, path
        assert box["x"] + box["width"] <= width


def test_keys_lead_to_pages_help_and_the_query(page):
    page.goto("/runs")
    query = page.get_by_role("combobox", name="Which runs")
    expect(query).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Pick a metric")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("p")
    Parallel(page).wait()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Everywhere")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(query).to_be_focused()


def test_the_query_goes_along_from_page_to_page(page):
    page.goto(address("/runs", q="run.hparams.epochs == 60"))
    page.get_by_role("link", name="Params").click()
    Parallel(page).wait("plot.runs < 24")
    assert state_of(page)["q"] == ["run.hparams.epochs == 60"]
    expect(page.get_by_role("combobox", name="Which runs")).to_have_value("run.hparams.epochs == 60")


def test_the_chosen_theme_stays(page):
    page.goto("/runs")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("option", name="Dark").click()
    expect(page.locator("body")).to_have_css("background-color", GROUND["dark"])
    page.reload()
    expect(page.locator("body")).to_have_css("background-color", GROUND["dark"])


def test_an_unknown_page_says_so(page):
    page.goto("/nowhere")
    expect(page.get_by_role("main")).to_contain_text("No such page")


def test_saves_a_view_and_opens_it(bench):
    bench.goto(address("/metrics", m=F1_DE, ys="log"))
    Charts(bench).wait()
    bench.get_by_role("button", name="Views").click()
    bench.get_by_label("Name of this view").fill("German, log")
    bench.get_by_role("button", name="Save", exact=True).click()
    expect(bench.get_by_role("status").filter(has_text="Saved the view")).to_be_visible()
    bench.goto("/runs")
    bench.get_by_role("button", name="Views").click()
    bench.get_by_role("link", name="German, log").click()
    Charts(bench).wait("charts[0].lines.length === 24")
    assert state_of(bench)["ys"] == ["log"]


def test_keeps_the_picture_while_the_server_is_away_and_catches_up(browse, sweep, faults):
    with serve(sweep) as url:
        page = browse(url)
        page.goto(address("/metrics", m=F1_DE))
        charts = Charts(page).wait("charts[0].lines.length === 24")
    expect(page.get_by_role("banner").get_by_role("status")).to_contain_text("offline")
    page.keyboard.press("l")
    expect(page.locator("footer")).to_be_visible()
    assert len(next(iter(charts.debug().values()))["lines"]) == 24
    with serve(sweep, port=httpx.URL(url).port):
        expect(page.get_by_role("banner").get_by_role("status")).to_contain_text("live", timeout=20_000)
        expect(page.locator("footer")).not_to_contain_text("not up to date")
        page.get_by_role("button", name="Contexts of").click()
        page.get_by_role("checkbox", name="es").check()
        charts.wait("charts[0].lines.length === 48")
        page.close()
    faults.clear()  # a server went away


def test_an_empty_repo_shows_three_lines_that_fill_it(browse, tmp_path):
    Layout(tmp_path / ".ridgeline").create()
    with serve(tmp_path / ".ridgeline") as url:
        page = browse(url)
        for path in ("/runs", "/metrics", "/params"):
            page.goto(path)
            code = page.locator("pre").inner_text().splitlines()
            assert len(code) == 3
            assert code[0] == "import ridgeline"
        code = [line.replace("Run(", f"Run(repo={str(tmp_path)!r}, capture=False, ") for line in code]
        subprocess.run([sys.executable, "-c", "\n".join(code)], check=True)
        expect(page.locator("pre")).to_have_count(0)
        page.goto("/runs")
        expect(page.get_by_role("grid", name="Runs")).to_contain_text(".71")
        page.close()


def test_every_page_tells_of_a_server_that_fails_and_asks_again(page, numbers, faults):
    pages = {
        "/": "Recent runs",
        "/runs": "Find in rows",
        "/metrics": "Pick a metric",
        "/objects": "listed in",
        "/reports": "New report",
        "/tags": "Tags",
        "/experiments": "Experiments",
        address("/experiments", name="emoji-zero-shot"): "Params that vary",
        address("/compare", id=numbers.ids()[:2]): "Find in rows",
        f"/run/{numbers.ids()[0]}": "Overview",
    }
    failure = {"slug": "storage", "message": "The index could not be read."}
    for path, shown in pages.items():
        page.route("**/api/**", lambda route: route.fulfill(status=500, json=failure))
        page.goto(path)
        message = page.locator("main").get_by_text(failure["message"]).first
        expect(message, path).to_be_visible()
        page.unroute("**/api/**")
        page.get_by_role("button", name="Try again").click()
        expect(message, path).to_be_hidden()
        found = (
            page.get_by_text(shown)
            .or_(page.get_by_placeholder(shown))
            .or_(page.get_by_role("tab", name=shown))
        )
        expect(found.first, path).to_be_visible()
    faults.forgive("the server responded with a status of 500")


def test_links_that_mlflow_prints_lead_to_the_run(page, numbers):
    (run, *_) = numbers.ids()
    page.goto(f"/#/experiments/1/runs/{run}")
    page.wait_for_url(f"**/run/{run}")
    expect(page.get_by_role("tab", name="Overview")).to_be_visible()

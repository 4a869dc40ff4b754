"""Controls by their words in the palette, the best runs of a metric, and a page whose files are away."""

import re

import pytest
from e2e_screen import Charts, Parallel, address, state_of
from playwright.sync_api import expect

DE = 'f1{"lang": "de", "subset": "dev"}'
F1 = [f'f1{{"lang": "{lang}", "subset": "dev"}}' for lang in ("de", "es")]


def say(page, words, title):
    """Type words into the palette and take what is called so."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Command").fill(words)
    page.get_by_role("option", name=title).first.click()


class TestPalette:
    def test_reaches_what_metrics_does(self, page):
        page.goto(address("/metrics", m=DE, c="run.hparams.technique"))
        charts = Charts(page).wait("charts.length === 1")
        say(page, "y scale log", "Y scale: log")
        charts.wait("charts[0].yScale === 'log'")
        say(page, "fold runs", "Fold: runs of one colour")
        charts.wait("charts[0].lines.length < 24")
        say(page, "smooth ema", "Smooth: EMA")
        page.wait_for_url("**sm=ema**")
        say(page, "x epoch", "X: epoch")
        page.wait_for_url("**x=epoch**")
        say(page, "colour by", "Colour by …")
        expect(page.get_by_role("dialog", name="Colour")).to_be_visible()
        page.keyboard.press("Escape")
        say(page, "picture", "Export: Picture")
        expect(page.get_by_role("dialog", name="Export the picture")).to_be_visible()

    def test_reaches_what_params_does(self, page):
        page.goto("/params")
        plot = Parallel(page).wait("plot.runs === 24")
        say(page, "fold seed", "Fold: hparams.seed")
        plot.wait("plot.runs < 24")
        say(page, "curved", "Lines: curved")
        page.wait_for_url("**curve=1**")
        say(page, "each metric best", "Value of each metric: best")
        plot.wait("plot.axes.some((axis) => axis.key.endsWith('.best'))")

    def test_reaches_what_scatter_does_and_forgets_what_other_pages_do(self, page):
        page.goto("/scatter")
        page.locator("[data-chart=scatter] canvas").first.wait_for()
        say(page, "trend line", "Trend: line")
        page.wait_for_url("**trend=linear**")
        say(page, "swap", "Swap X and Y")
        page.wait_for_url(re.compile("x=.*y="))
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Command").fill("smooth")
        expect(page.get_by_role("option", name="Smooth:")).to_have_count(0)


class TestKeepBest:
    @pytest.fixture
    def best(self, numbers):
        """Ids by their last value of f1 in German, best first."""
        last = numbers.last("f1", lang="de", subset="dev")
        ranked = sorted(last.values(), reverse=True)
        return lambda count: {run for run, value in last.items() if value >= ranked[count - 1]}

    def test_from_the_menu_of_a_chart(self, page, best):
        page.goto(address("/metrics", m=F1, ch="metric.context.lang"))
        charts = Charts(page).wait("charts.length === 2")
        figure = page.locator("figure", has=page.locator('[data-chart="de"]'))
        figure.hover()
        figure.get_by_role("button", name="Chart de").click()
        page.get_by_role("spinbutton", name="How many of the best").fill("5")
        page.get_by_role("button", name="Keep", exact=True).click()
        charts.wait("charts[0].lines.length < 24")
        assert {line["run"] for line in charts.debug()["de"]["lines"]} == best(5)
        assert "run.metrics" in state_of(page)["q"][0]
        page.go_back()
        charts.wait("charts[0].lines.length === 24")

    def test_from_a_column_of_the_table(self, page, best):
        page.goto(address("/metrics", m=DE, q="run.hparams.seed >= 0"))
        charts = Charts(page).wait("charts.length === 1")
        head = page.get_by_role("columnheader", name=re.compile("^f1"))
        head.first.hover()
        head.first.get_by_role("button", name="Options of").click()
        page.get_by_role("spinbutton", name="How many of the best").fill("3")
        page.keyboard.press("Enter")
        charts.wait("charts[0].lines.length < 24")
        (chart,) = charts.debug().values()
        assert {line["run"] for line in chart["lines"]} == best(3)
        assert state_of(page)["q"][0].startswith("run.hparams.seed >= 0 and ")


def test_a_page_that_could_not_be_fetched_is_asked_for_again(browse, server, faults):
    page = browse(server)
    page.clock.install()
    page.goto("/runs")
    expect(page.get_by_role("grid")).to_be_visible()
    page.route("**/assets/ScatterPage*", lambda route: route.abort())
    page.get_by_role("link", name="Scatter").click()
    expect(page.get_by_role("status").filter(has_text="Trying again in")).to_be_visible()
    page.route("**/scatter", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_role("status").filter(has_text="Trying again in 10 seconds")).to_be_visible()
    page.unroute("**/scatter")
    page.unroute("**/assets/ScatterPage*")
    page.clock.run_for(11_000)
    page.locator("[data-chart=scatter] canvas").first.wait_for()
    faults.forgive("Failed to load resource")

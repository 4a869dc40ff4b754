"""The table below the charts: values at the cursor, columns, order, selection, and what is taken from it."""

import csv
import io
import re

import numpy as np
import pytest
from e2e_screen import Charts, address, grid_cells, number, state_of
from e2e_server import serve
from playwright.sync_api import expect

import ridgeline

LONG = "run.hparams.epochs == 60"
LANGS = ("de", "es")
F1 = [f'f1{{"lang": "{lang}", "subset": "dev"}}' for lang in LANGS]
PLAIN = {"m": F1, "ch": "metric.context.lang", "x": "epoch", "q": LONG}
FOLDED = {**PLAIN, "c": "run.hparams.technique", "fold": 1}
TABLE = "Values at"
POINTS = 4000


def open_table(page, state):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address("/metrics", **state))
    charts = Charts(page).wait()
    expect(page.get_by_role("heading", name=TABLE)).to_be_visible()
    return charts


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def heads(page):
    """Words of the heads from left to right."""
    found = page.get_by_role("columnheader").evaluate_all(
        "(heads) => heads.map((head) => [head.getBoundingClientRect().left, head.ariaLabel])"
    )
    return [text for _, text in sorted(found)]


def menu_of(page, title):
    head = page.get_by_role("columnheader", name=re.compile(f"^{title}( [↑↓])?$"))
    head.hover()
    head.get_by_role("button").click()
    return page.get_by_role("dialog", name=f"Options of {title}")


def names(page):
    return [next(iter(row.values())) for row in grid_cells(page, TABLE)]


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


class TestRows:
    def test_groups_open_to_their_runs_all_at_once_and_close(self, page, numbers):
        open_table(page, FOLDED)
        button(page, "Open all").click()
        expect(page.locator(".row.sub")).to_have_count(len(numbers.ids(LONG)))
        assert state_of(page)["open"] == ["*"]
        button(page, "Close fine-tuning").click()
        query = f'{LONG} and run.hparams.technique == "feature extraction"'
        expect(page.locator(".row.sub")).to_have_count(len(numbers.ids(query)))
        button(page, "Close all").click()
        expect(page.locator(".row.sub")).to_have_count(0)
        page.go_back()
        expect(page.locator(".row.sub")).to_have_count(len(numbers.ids(query)))

    def test_are_found_by_words(self, page, numbers):
        open_table(page, PLAIN)
        find = page.get_by_role("searchbox", name="Find in rows")
        name = numbers.names(LONG)[0]
        find.fill(name)
        expect(page.locator("[data-at]")).to_have_count(1)
        find.fill("no such words")
        expect(page.get_by_text("No row with these words")).to_be_visible()
        button(page, "Clear the search").click()
        expect(page.locator("[data-at]")).to_have_count(len(numbers.ids(LONG)))

    def test_are_hidden_listed_pinned_and_shown_again(self, page):
        charts = open_table(page, FOLDED)
        page.locator("[data-at='0']").hover()
        button(page, "Hide feature extraction").click()
        charts.wait("charts.every((chart) => chart.lines.length === 1)")
        button(page, "1 hidden").click()
        page.get_by_role("dialog", name="Hidden lines").get_by_role("button", name="Show all").click()
        charts.wait("charts.every((chart) => chart.lines.length === 2)")
        page.locator("[data-at='1']").hover()
        button(page, "Pin fine-tuning").click()
        expect(page.locator("[data-at='0']")).to_contain_text("fine-tuning")
        expect(page.locator("[data-at='0']")).to_contain_text("pinned")

    def test_are_as_high_as_one_likes(self, page):
        open_table(page, PLAIN)
        button(page, "Columns").click()
        page.get_by_role("radiogroup", name="Row height").get_by_role("radio", name="36").click()
        page.wait_for_url("**trows=36**")
        assert page.locator("[data-at='0']").bounding_box()["height"] == 36


class TestColumns:
    def test_are_shown_moved_pinned_and_put_back(self, page):
        open_table(page, FOLDED)
        first = heads(page)
        assert first[:4] == ["technique", "n", "de median", "min – max"]
        button(page, "Columns").click()
        manage = page.get_by_role("dialog", name="Manage columns")
        manage.get_by_role("searchbox").fill("best")
        manage.get_by_role("checkbox", name="best, de").check()
        manage.get_by_role("searchbox").fill("status")
        manage.get_by_role("checkbox", name="status").check()
        expect(page.get_by_role("columnheader", name="status")).to_be_visible()
        manage.get_by_role("button", name="Pinned right: status").click()
        assert state_of(page)["tright"] == ["status"]
        page.keyboard.press("Escape")
        menu_of(page, "es median").get_by_role("button", name="Move to start").click()
        menu_of(page, "n").get_by_role("button", name="Hide column").click()
        assert heads(page)[:2] == ["technique", "es median"]
        button(page, "Columns").click()
        manage.get_by_role("button", name="Reset").click()
        expect(page.get_by_role("columnheader", name="n", exact=True)).to_be_visible()
        assert heads(page) == first

    def test_params_that_vary_or_one_of_all(self, page, numbers):
        open_table(page, PLAIN)
        button(page, "Columns").click()
        page.get_by_role("radiogroup", name="Params as columns").get_by_role(
            "radio", name="varying only"
        ).click()
        expect(page.get_by_role("columnheader", name="lr", exact=True)).to_be_visible()
        assert "epochs" not in heads(page)
        page.get_by_role("dialog", name="Manage columns").get_by_role(
            "checkbox", name="hparams.epochs"
        ).check()
        expect(page.get_by_role("columnheader", name="epochs")).to_be_visible()
        rates = numbers.param("hparams.lr")
        for row in grid_cells(page, TABLE)[:4]:
            assert number(row["lr"]) == rates[numbers.id_of(row["run"])]
            assert row["epochs"] == "60"

    def test_group_lines_by_their_values(self, page):
        charts = open_table(page, {**PLAIN, "tp": "varying"})
        menu_of(page, "technique").get_by_role("button", name="Group by colour").click()
        page.wait_for_url("**c=run.hparams.technique**")
        expect(page.locator(".row.group")).to_have_count(2)
        menu_of(page, "seed").get_by_role("button", name="Group by chart").click()
        charts.wait("charts.length > 2")

    def test_sort_by_several_keys(self, page, numbers):
        open_table(page, {**PLAIN, "tp": "varying"})
        page.get_by_role("columnheader", name="technique").click()
        page.get_by_role("columnheader", name="de", exact=True).click(modifiers=["Shift"])
        assert state_of(page)["sort"] == ["run.hparams.technique", "-at:de"]
        technique = numbers.param("hparams.technique")
        last = numbers.last("f1", LONG, lang="de", subset="dev")
        expected = sorted(last, key=lambda run: (technique[run], -last[run]))
        values = [number(row["de"]) for row in grid_cells(page, TABLE)]
        assert values == pytest.approx([last[run] for run in expected][: len(values)], abs=0.0006)
        button(page, "Sort: technique ↑ +1").click()
        page.get_by_role("dialog", name="Sort rows by").get_by_role("button", name="Reset").click()
        assert "sort" not in state_of(page)


class TestSelection:
    def test_lifts_lines_and_opens_them_elsewhere(self, page, numbers):
        charts = open_table(page, PLAIN)
        page.locator("[data-at='1'] .tick").click()
        page.locator("[data-at='3'] .tick").click(modifiers=["Shift"])
        bar = page.get_by_role("toolbar", name="Selected runs")
        expect(bar).to_contain_text("3 selected")
        chosen = [numbers.id_of(name) for name in names(page)[1:4]]
        charts.wait("given.every((run) => charts[0].pinned.some((line) => line.startsWith(run)))", chosen)
        bar.get_by_role("button", name="Open in Params").click()
        page.wait_for_url("**/params**")
        assert all(run in state_of(page)["q"][0] for run in chosen)

    def test_takes_the_runs_of_a_closed_group(self, page, numbers):
        open_table(page, FOLDED)
        page.locator("[data-at='0'] .tick").click()
        query = f'{LONG} and run.hparams.technique == "feature extraction"'
        bar = page.get_by_role("toolbar", name="Selected runs")
        expect(bar).to_contain_text(f"{len(numbers.ids(query))} selected")
        page.keyboard.press("Escape")
        expect(bar).to_have_count(0)

    def test_is_made_from_a_line_that_is_held(self, page, numbers):
        charts = open_table(page, PLAIN)
        _, series = next(iter(numbers.series("f1", LONG, lang="de", subset="dev").items()))
        charts.click("de", 30, series.value[series.epoch == 30][0])
        button(page, "Select").click()
        expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text("1 selected")
        expect(page.locator(".row.sel")).to_have_count(1)


class TestTaking:
    def test_the_table_in_full_figures(self, page, numbers):
        open_table(page, FOLDED)
        button(page, "CSV").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="This table, in full figures").click()
        rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
        for row in rows:
            query = f'{LONG} and run.hparams.technique == "{row["group"]}"'
            values = list(numbers.last("f1", query, lang="de", subset="dev").values())
            measured = [float(row[key]) for key in ("de", "de low", "de high")]
            np.testing.assert_allclose(measured, [np.median(values), min(values), max(values)], rtol=1e-6)

    def test_the_lines_as_they_are_drawn(self, page):
        open_table(page, FOLDED)
        button(page, "CSV").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="The lines as they are drawn").click()
        rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
        assert {row["kind"] for row in rows} == {"fold"}
        assert len(rows) == 2 * 2 * 60

    def test_the_table_for_a_paper(self, page):
        open_table(page, FOLDED)
        for form, start in (("Markdown", "| technique | n |"), ("LaTeX", "\\begin{tabular}")):
            button(page, "Copy").click()
            page.get_by_role("dialog", name="Copy all rows").get_by_role("button", name=form).click()
            expect(page.get_by_role("status").filter(has_text=f"as {form}")).to_be_visible()
            assert clipboard(page).startswith(start)


@pytest.fixture(scope="module")
def long_lines(tmp_path_factory):
    """Three runs whose lines are longer than they are drawn."""
    root = tmp_path_factory.mktemp("long") / ".ridgeline"
    for seed in range(3):
        values = np.random.default_rng(seed).random(POINTS)
        with ridgeline.Run(repo=root, experiment="long") as run:
            run["seed"] = seed
            for step, value in enumerate(values):
                run.track(float(value), name="noise", step=step)
    with serve(root) as url:
        yield url


def test_values_at_rest_are_those_recorded_though_lines_are_thinned(browse, long_lines):
    page = browse(long_lines)
    charts = open_table(page, {"m": "noise", "pts": 100})
    charts.hover("noise", 1234, 0.5)
    heading = page.get_by_role("heading", name=TABLE)
    expect(heading).not_to_have_text("Values at the end")
    step = int(heading.inner_text().replace("\u202f", "").split()[-1])
    expected = sorted(f"{np.random.default_rng(seed).random(POINTS)[step]:.3f}"[1:] for seed in range(3))
    page.wait_for_function(
        """(wanted) => {
          const cells = [...document.querySelectorAll('[aria-label^="Values at"] [data-at] [aria-colindex="2"]')]
          return JSON.stringify(cells.map((cell) => cell.innerText.trim()).sort()) === JSON.stringify(wanted)
        }""",
        arg=expected,
    )

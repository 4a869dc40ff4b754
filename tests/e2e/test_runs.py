"""The Runs page: what the table lists, in which order, and what is done to the rows that are selected."""

import re

import pytest
from e2e_screen import Charts, address, grid_column, number, state_of, wait_for_column
from playwright.sync_api import expect

LAST_DE = 'run.metrics["f1", {"lang": "de", "subset": "dev"}].last'


@pytest.fixture
def runs(page):
    page.goto("/runs")
    expect(page.get_by_role("grid", name="Runs").locator("[data-at='0']")).to_be_visible()
    return page


@pytest.fixture
def own_runs(bench):
    bench.goto(address("/runs", q='"demo" in run.tags', sort="name"))
    wait_for_column(bench, "Runs", 1, ["run-001", "run-002"])
    return bench


def ask(page, expression):
    query = page.get_by_role("combobox", name="Which runs")
    query.fill(expression)
    query.press("Enter")


def head(page, title):
    return page.get_by_role("columnheader", name=re.compile(f"^{title}( [↑↓])?$"))


def heads(page):
    return [text.strip() for text in page.get_by_role("columnheader").all_inner_texts()]


class TestQuery:
    @pytest.mark.parametrize(
        "expression",
        [
            "run.hparams.lr >= 0.003 and run.hparams.epochs != 5",
            'run.hparams.technique == "fine-tuning" or run.hparams.seed in (0, 3)',
            f"{LAST_DE} > 0.7",
        ],
    )
    def test_lists_the_runs_that_match(self, runs, numbers, expression):
        expected = numbers.names(expression, order_by="run.name")
        assert 0 < len(expected) < 24
        runs.goto(address("/runs", sort="name"))
        ask(runs, expression)
        wait_for_column(runs, "Runs", 1, expected[:15])
        expect(runs.get_by_text(f"{len(expected)} of 24 runs", exact=True)).to_be_visible()

    def test_back_undoes_and_reload_keeps(self, runs, numbers):
        ask(runs, "run.hparams.epochs == 5")
        count = len(numbers.ids("run.hparams.epochs == 5"))
        expect(runs.get_by_text(f"{count} of 24 runs", exact=True)).to_be_visible()
        runs.reload()
        expect(runs.get_by_text(f"{count} of 24 runs", exact=True)).to_be_visible()
        runs.go_back()
        expect(runs.get_by_text("24 of 24 runs", exact=True)).to_be_visible()

    def test_an_error_stands_below_the_place_at_fault(self, runs, faults):
        ask(runs, "run.hparams.lr > 1 and nothing.lr == 2")
        alert = runs.get_by_role("alert")
        expect(alert).to_contain_text("nothing")
        field = runs.get_by_role("combobox", name="Which runs")
        expect(field).to_have_attribute("aria-invalid", "true")
        mark, letters = runs.locator(".query [data-fault]").bounding_box(), field.bounding_box()
        width = mark["width"] / len("nothing")
        place = (mark["x"] - letters["x"]) / width
        assert place == pytest.approx(len("run.hparams.lr > 1 and "), abs=2)
        expect(runs.get_by_role("grid", name="Runs").locator("[data-at='0']")).to_be_visible()
        faults.forgive("the server responded with a status of 4")

    def test_a_param_that_no_run_has_is_named(self, runs):
        ask(runs, "run.hparams.lrr > 1")
        expect(runs.locator(".query-warning")).to_contain_text("hparams.lr")
        expect(runs.get_by_text("0 of 24 runs", exact=True)).to_be_visible()

    def test_suggestions_are_taken_by_keys(self, runs, numbers):
        query = runs.get_by_role("combobox", name="Which runs")
        runs.keyboard.press("/")
        query.press_sequentially("run.hparams.ep")
        expect(runs.get_by_role("option", name="run.hparams.epochs")).to_be_visible()
        query.press("Tab")
        expect(query).to_have_value("run.hparams.epochs")
        query.press_sequentially(" == 5")
        query.press("Enter")
        count = len(numbers.ids("run.hparams.epochs == 5"))
        expect(runs.get_by_text(f"{count} of 24 runs", exact=True)).to_be_visible()


class TestTable:
    def test_sorts_by_any_column_both_ways(self, runs, numbers):
        head(runs, "run").click()
        wait_for_column(runs, "Runs", 1, numbers.names(order_by="run.name")[:10])
        head(runs, "run").click()
        wait_for_column(runs, "Runs", 1, numbers.names(order_by="-run.name")[:10])
        assert state_of(runs)["sort"] == ["-name"]

    def test_sorts_by_a_metric_and_writes_its_values(self, runs, numbers):
        runs.goto(address("/runs", add="last(f1{lang=de,subset=dev})", sort="-last(f1{lang=de,subset=dev})"))
        last = numbers.last("f1", lang="de", subset="dev")
        order = sorted(last, key=last.get, reverse=True)
        names = {run.id: run.name for run in numbers.repo.runs()}
        wait_for_column(runs, "Runs", 1, [names[run] for run in order[:10]])
        value = runs.get_by_role("columnheader", name="value", exact=False).first
        texts = grid_column(runs, "Runs", int(value.get_attribute("aria-colindex")))
        assert [number(text) for text in texts[:10]] == pytest.approx(
            [last[run] for run in order[:10]], abs=0.0005
        )

    def test_chooses_columns(self, runs):
        expect(head(runs, "lr")).to_be_visible()
        assert "hidden" not in heads(runs)
        runs.get_by_role("radio", name="all", exact=True).click()
        expect(head(runs, "hidden")).to_be_visible()
        runs.get_by_role("radio", name="varying only").click()
        expect(head(runs, "hidden")).to_have_count(0)
        runs.get_by_role("button", name="+ add").click()
        runs.get_by_role("searchbox", name="Search columns").fill("model.hidden")
        runs.get_by_role("checkbox", name="model.hidden").check()
        runs.keyboard.press("Escape")
        expect(head(runs, "hidden")).to_be_visible()
        runs.go_back()
        expect(head(runs, "hidden")).to_have_count(0)

    def test_keys_move_select_and_open(self, runs, numbers):
        runs.goto(address("/runs", sort="name"))
        wait_for_column(runs, "Runs", 1, ["run-001", "run-002"])
        grid = runs.get_by_role("grid", name="Runs")
        grid.focus()
        runs.keyboard.press("ArrowDown")
        runs.keyboard.press("Space")
        runs.keyboard.press("Shift+ArrowDown")
        expect(runs.get_by_role("toolbar", name="Selected runs")).to_contain_text("2 selected")
        runs.keyboard.press("Escape")
        expect(runs.get_by_role("toolbar", name="Selected runs")).to_have_count(0)
        runs.keyboard.press("Home")
        runs.keyboard.press("Enter")
        runs.wait_for_url(f"**/run/{numbers.id_of('run-001')}")

    def test_opens_the_selected_runs_in_metrics(self, runs, numbers):
        runs.goto(address("/runs", sort="name"))
        wait_for_column(runs, "Runs", 1, ["run-001", "run-002"])
        rows = runs.get_by_role("grid", name="Runs")
        for at in (0, 2):
            rows.locator(f"[data-at='{at}'] .tick").click()
        runs.get_by_role("button", name="Open in Metrics").click()
        runs.get_by_role("heading", name="Pick a metric").wait_for()
        runs.get_by_role("button", name="loss", exact=False).first.click()
        charts = Charts(runs).wait("charts.length === 1")
        assert charts.drawn("loss").keys() == {numbers.id_of("run-001"), numbers.id_of("run-003")}

    def test_exports_what_the_query_matches(self, runs, numbers):
        ask(runs, "run.hparams.epochs == 5")
        count = len(numbers.ids("run.hparams.epochs == 5"))
        expect(runs.get_by_text(f"{count} of 24 runs", exact=True)).to_be_visible()
        with runs.expect_download() as download:
            runs.get_by_role("link", name="Export CSV").click()
        lines = download.value.path().read_text().splitlines()
        assert len(lines) == count + 1


class TestEdits:
    def test_tags_several_runs_and_takes_it_back(self, own_runs):
        rows = own_runs.get_by_role("grid", name="Runs")
        for at in (0, 1):
            rows.locator(f"[data-at='{at}'] .tick").click()
        own_runs.get_by_role("button", name="Tag", exact=True).click()
        own_runs.get_by_label("Tag", exact=True).fill("pick")
        own_runs.get_by_label("Tag", exact=True).press("Enter")
        for at in (0, 1):
            expect(rows.locator(f"[data-at='{at}']")).to_contain_text("pick")
        expect(rows.locator("[data-at='2']")).not_to_contain_text("pick")
        own_runs.get_by_role("button", name="Undo").click()
        for at in (0, 1):
            expect(rows.locator(f"[data-at='{at}']")).not_to_contain_text("pick")

    def test_archives_and_takes_it_back(self, own_runs, workshop_numbers):
        own_runs.get_by_role("grid", name="Runs").locator("[data-at='0'] .tick").click()
        own_runs.get_by_role("button", name="Archive", exact=True).click()
        wait_for_column(own_runs, "Runs", 1, ["run-002", "run-003"])
        assert workshop_numbers.names("run.archived") == ["run-001"]
        own_runs.get_by_role("button", name="Undo").click()
        wait_for_column(own_runs, "Runs", 1, ["run-001", "run-002"])
        assert workshop_numbers.names("run.archived") == []

    def test_a_baseline_gives_every_run_its_difference(self, own_runs, workshop_numbers):
        own_runs.goto(
            address("/runs", q='"demo" in run.tags', sort="name", add="last(f1{lang=de,subset=dev})")
        )
        wait_for_column(own_runs, "Runs", 1, ["run-001", "run-002"])
        grid = own_runs.get_by_role("grid", name="Runs")
        grid.locator("[data-at='2'] .tick").click()
        own_runs.get_by_role("button", name="Make baseline").click()
        expect(own_runs.locator("footer")).to_contain_text("Δ = value − run-003")
        last = workshop_numbers.last("f1", lang="de", subset="dev")
        base = last[workshop_numbers.id_of("run-003")]
        delta = own_runs.get_by_role("columnheader", name="Δ").first
        shown = grid_column(own_runs, "Runs", int(delta.get_attribute("aria-colindex")))
        names = grid_column(own_runs, "Runs", 1)
        for name, text in zip(names[:8], shown[:8], strict=True):
            assert number(text) == pytest.approx(last[workshop_numbers.id_of(name)] - base, abs=0.0006)

"""What is done with selected rows of the Runs table, and how rows are found."""

import pytest
from e2e_screen import address, state_of, wait_for_column
from playwright.sync_api import expect


@pytest.fixture
def own_runs(bench):
    bench.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bench.goto(address("/runs", q='"demo" in run.tags', sort="name"))
    wait_for_column(bench, "Runs", 1, ["run-001", "run-002"])
    return bench


def tick(page, at, **options):
    page.locator(f"[data-at='{at}'] .tick").click(**options)


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def bar(page):
    return page.get_by_role("toolbar", name="Selected runs")


def test_a_range_and_all_are_selected(own_runs):
    tick(own_runs, 1)
    tick(own_runs, 4, modifiers=["Shift"])
    expect(bar(own_runs)).to_contain_text("4 selected")
    bar(own_runs).get_by_role("button", name="Clear").click()
    own_runs.get_by_role("checkbox", name="Select all rows").check()
    expect(bar(own_runs)).to_contain_text("24 selected")
    bar(own_runs).get_by_role("button", name="Open in Params").click()
    own_runs.wait_for_url("**/params**")
    assert state_of(own_runs)["q"] == ['"demo" in run.tags']


def test_a_tag_is_put_on_those_without_it_and_taken_off(own_runs, workshop_numbers):
    tick(own_runs, 0)
    tick(own_runs, 1)
    bar(own_runs).get_by_role("button", name="Tag", exact=True).click()
    own_runs.get_by_label("Tag", exact=True).fill("soup")
    own_runs.get_by_role("button", name="Add tag “soup”").click()
    expect(own_runs.get_by_role("status").filter(has_text="Tagged 2 runs")).to_be_visible()
    expect(own_runs.locator("[data-at='1']")).to_contain_text("soup")
    bar(own_runs).get_by_role("button", name="Tag", exact=True).click()
    own_runs.get_by_role("checkbox", name="soup").uncheck()
    expect(own_runs.locator("[data-at='1']")).not_to_contain_text("soup")
    assert workshop_numbers.names('"soup" in run.tags') == []


def test_deleted_runs_are_found_and_restored(own_runs, workshop_numbers):
    tick(own_runs, 0)
    bar(own_runs).get_by_role("button", name="Delete").click()
    wait_for_column(own_runs, "Runs", 1, ["run-002"])
    assert "run-001" not in workshop_numbers.names()
    own_runs.get_by_role("button", name="Runs shown: Active runs").click()
    own_runs.get_by_role("option", name="Deleted runs").click()
    wait_for_column(own_runs, "Runs", 1, ["run-001"])
    tick(own_runs, 0)
    bar(own_runs).get_by_role("button", name="Restore").click()
    expect(own_runs.locator("[data-at='0']")).to_have_count(0)
    assert "run-001" in workshop_numbers.names()
    own_runs.goto("/runs?show=archived")
    expect(own_runs.get_by_text("Nothing is archived")).to_be_visible()
    own_runs.get_by_role("button", name="Show the active runs").click()
    expect(own_runs.locator("[data-at='0']")).to_be_visible()


def test_rows_are_found_by_words(own_runs):
    field = own_runs.get_by_role("searchbox", name="Find in rows")
    field.fill("run-01")
    wait_for_column(own_runs, "Runs", 1, [f"run-{n:03}" for n in range(10, 20)])
    field.fill("run-01 nothing-like-this")
    expect(own_runs.get_by_text("No run with these words")).to_be_visible()
    own_runs.get_by_role("button", name="Clear the search").click()
    wait_for_column(own_runs, "Runs", 1, ["run-001", "run-002"])


def test_rows_are_copied_in_four_forms(own_runs):
    tick(own_runs, 0)
    tick(own_runs, 1)
    first = {
        "CSV": "run,status,",
        "TSV": "run\tstatus\t",
        "Markdown": "| run | status |",
        "LaTeX": "\\begin{tabular}",
    }
    for form, start in first.items():
        bar(own_runs).get_by_role("button", name=form, exact=True).click()
        expect(own_runs.get_by_role("status").filter(has_text=f"Copied 2 rows as {form}")).to_be_visible()
        text = clipboard(own_runs)
        assert text.startswith(start)
        assert "run-002" in text
        assert "run-003" not in text
    own_runs.get_by_role("button", name="Copy", exact=True).click()
    own_runs.get_by_role("dialog", name="Copy all rows").get_by_role("button", name="CSV").click()
    expect(own_runs.get_by_role("status").filter(has_text="Copied 24 rows as CSV")).to_be_visible()
    assert len(clipboard(own_runs).splitlines()) == 25

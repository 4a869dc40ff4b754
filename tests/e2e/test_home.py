"""Home, tags, saved views and the command palette."""

import re

from e2e_screen import address
from playwright.sync_api import expect


def test_home_shows_what_there_is_and_leads_to_it(page, numbers):
    page.goto("/")
    expect(page.get_by_role("heading", name=re.compile("Recent runs"))).to_be_visible()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(10)
    newest = numbers.names(order_by="-run.created", limit=10)
    assert rows.locator("td:first-child a").all_inner_texts() == newest
    days = page.get_by_role("group", name=re.compile(r"24 runs in \d+ weeks")).get_by_role("link")
    expect(days.first).to_be_visible()
    days.first.click()
    page.wait_for_url(re.compile("/runs"))
    expect(page.get_by_role("grid")).to_contain_text(newest[0])


def test_the_palette_goes_anywhere(page, numbers):
    page.goto("/runs")
    expect(page.get_by_role("grid")).to_be_visible()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Command")
    box.fill("scat")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/scatter"))
    page.keyboard.press("Control+k")
    box.fill(name := numbers.names(limit=1)[0])
    page.get_by_role("option", name=re.compile(f"^{name}.*Run$")).click()
    page.wait_for_url(re.compile("/run/"))
    page.keyboard.press("Control+k")
    box.fill("theme dark")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_tags_are_renamed_and_taken_off_and_both_undone(bench):
    page = bench
    page.goto("/tags")
    page.get_by_role("button", name="Rename").first.click()
    page.get_by_role("textbox", name="New name of demo").fill("größe")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="größe")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="demo")).to_be_visible()
    page.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_text("No tags yet")).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("link", name="demo")).to_be_visible()


def test_saved_views_are_renamed_and_deleted_and_come_back(bench):
    page = bench
    page.goto("/scatter")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Name of this view").fill("Dots")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/bookmarks")
    page.get_by_role("button", name="Rename").first.click()
    page.get_by_role("textbox", name="New name of Dots").fill("Points")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Points")).to_have_attribute("href", re.compile("^/scatter"))
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_role("link", name="Points")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Points")).to_be_visible()


def test_an_experiment_tells_of_its_runs_and_leads_to_them(page, numbers):
    page.goto("/")
    counts = page.get_by_role("region", name="Counts")
    expect(counts).to_contain_text("24 runs")
    counts.get_by_role("link", name="1 experiment").click()
    (name,) = {run.experiment for run in numbers.repo.runs()}
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name).wait_for()
    assert page.title() == f"{name} · Ridgeline"
    best = page.get_by_role("row").filter(has_text="loss")
    reached = {run: series.value.min() for run, series in numbers.series("loss", subset="train").items()}
    assert best.get_by_role("link").get_attribute("href") == f"/run/{min(reached, key=reached.get)}"
    params = page.locator("section").filter(has=page.get_by_role("heading", name="Params that vary"))
    expect(params).to_contain_text("fine-tuning")
    expect(page.get_by_role("group", name=re.compile(r"24 runs in \d+ weeks"))).to_be_visible()
    page.get_by_role("navigation", name="Its runs in").get_by_role("link", name="Params").click()
    page.wait_for_url(re.compile(r"/params\?q=run\.experiment"))
    page.go_back()
    page.locator("tbody").last.get_by_role("link").first.click()
    page.get_by_role("navigation", name="Runs of the experiment").get_by_role("link", name=name).click()
    page.wait_for_url(re.compile("/experiments"))


def test_an_experiment_is_renamed_with_all_its_runs_and_back(bench, workshop_numbers):
    page = bench
    ids = workshop_numbers.ids()
    workshop_numbers.repo.edit(ids[:2], archived=True)
    (before,) = {run.experiment for run in workshop_numbers.repo.runs()}
    page.goto(address("/experiments", name=before))
    expect(page.get_by_role("link", name="2 archived")).to_be_visible()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name of the experiment").fill("über / all")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="über / all").wait_for()
    assert (
        len(workshop_numbers.ids('run.experiment == "über / all" and (run.archived or not run.archived)'))
        == 24
    )
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name=before).wait_for()
    workshop_numbers.repo.edit(ids[:2], archived=False)
    page.goto(address("/experiments", name="nothing like it"))
    page.get_by_text("No run belongs to “nothing like it”").wait_for()
    page.get_by_role("link", name="All experiments").click()
    page.get_by_role("link", name=before, exact=True).wait_for()

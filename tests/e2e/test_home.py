"""Home, tags, saved views and the command palette."""

import re

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

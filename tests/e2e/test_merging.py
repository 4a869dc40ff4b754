"""Merging in the browser: a recipe for selected runs, and the lineage on a run's page."""

import pytest
from e2e_screen import address
from playwright.sync_api import expect

import ridgeline


@pytest.fixture
def soup(bench, workshop):
    """The page of a merge of two runs, of which one was made from a model that is no run here."""
    parents = {"seed-0": ["org/base"], "seed-1": ["org/base"], "soup": ["seed-0", "seed-1"]}
    for name, named in parents.items():
        with ridgeline.Run("merging", name=f"the {name}", repo=workshop, run_id=name, capture=False) as run:
            run["lineage.parents"] = named
            run["merge.method"] = "uniform"
    bench.goto("/run/soup")
    return bench


def test_the_family_is_drawn_and_leads_to_its_members(soup):
    lineage = soup.locator("section", has=soup.get_by_role("heading", name="Lineage"))
    expect(lineage.locator(".node")).to_have_text(["the soup", "the seed-0", "the seed-1", "org/base"])
    expect(lineage.locator("path")).to_have_count(4)
    lineage.get_by_role("link", name="the seed-1").click()
    expect(soup.get_by_role("heading", name="the seed-1")).to_be_visible()
    expect(lineage.locator(".own")).to_have_text("the seed-1")
    expect(lineage.locator(".node")).to_have_text(["the seed-1", "org/base", "the soup"])


def test_parents_are_no_params_to_read(soup):
    expect(soup.get_by_text("merge.method").first).to_be_attached()
    expect(soup.get_by_text("lineage.parents")).to_have_count(0)


def test_selected_runs_become_a_recipe(page, numbers):
    page.goto("/runs")
    for row in (0, 1):
        page.locator(f"[data-at='{row}'] .tick").click()
    page.get_by_role("toolbar", name="Selected runs").get_by_role("button", name="Merge").click()
    recipe = page.get_by_label("Recipe")
    expect(recipe).to_contain_text("merge_method: uniform")
    assert recipe.inner_text().count("- model: run:") == 2
    page.get_by_role("button", name="Method: Uniform soup").click()
    page.get_by_role("option", name="TIES the largest").click()
    expect(page.get_by_text("TIES needs the model that all of these come from")).to_be_visible()
    page.get_by_role("textbox", name="Base").fill("org/base")
    expect(recipe).to_contain_text("base_model: org/base")


def test_a_shortlist_becomes_a_recipe(page):
    page.goto(address("/select", target="f1{subset=test}", task="de", source="en"))
    grid = page.get_by_role("grid", name="Candidates")
    for row in (0, 1, 2):
        grid.locator(f"[data-at='{row}'] .tick").click()
    page.get_by_role("button", name="Merge these").click()
    expect(page.get_by_role("dialog", name="Merge 3 runs").get_by_label("Recipe")).to_be_visible()

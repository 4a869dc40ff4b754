"""The lineage on a run's page: what it was made from and what was made from it."""

import pytest
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

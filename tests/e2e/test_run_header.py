"""What can be done with a run from above its parts."""

import pytest
from e2e_screen import address, state_of
from playwright.sync_api import expect

import ridgeline

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def page(browse, server):
    return browse(server, permissions=CLIPBOARD)


@pytest.fixture
def runs(numbers):
    """Ids in the order they were created."""
    return list(numbers.repo.runs(order_by="run.created_at").to_pandas()["id"])


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_the_way_to_the_siblings(page, numbers, runs):
    page.goto(address(f"/run/{runs[1]}", tab="params", diff="1"))
    expect(page.get_by_text(f"run 2 of {len(runs)}")).to_be_visible()
    page.keyboard.press("]")
    page.wait_for_url(f"**/run/{runs[2]}?tab=params**")
    expect(page.get_by_text(f"run 3 of {len(runs)}")).to_be_visible()
    page.keyboard.press("[")
    page.wait_for_url(f"**/run/{runs[1]}?tab=params**")
    page.get_by_role("button", name="Previous").click()
    page.wait_for_url(f"**/run/{runs[0]}?**")
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    page.wait_for_url(f"**/run/{runs[1]}?**")
    page.get_by_role("button", name="run 2 of").click()
    wanted = numbers.repo.run(runs[7])
    page.get_by_label("Search runs").fill(wanted.name)
    page.get_by_role("button", name=wanted.name).click()
    page.wait_for_url(f"**/run/{runs[7]}?**")
    assert state_of(page) == {"tab": ["params"], "diff": ["1"]}


def test_what_can_be_taken_along(page, runs):
    page.goto(f"/run/{runs[0]}")
    page.get_by_role("button", name="Copy id").click()
    expect(page.get_by_text("Copied the id")).to_be_visible()
    assert copied(page) == runs[0]
    page.get_by_role("button", name="Copy as Python").click()
    expect(page.get_by_text("Copied the lines of Python")).to_be_visible()
    assert copied(page).endswith(f'run = ridgeline.Repo().run("{runs[0]}")')
    assert (
        page.get_by_role("link", name="Open in Metrics")
        .get_attribute("href")
        .startswith("/metrics?q=run.id+in")
    )
    page.get_by_role("button", name="Compare with …").click()
    page.get_by_label("Search runs").fill(runs[3])
    page.get_by_role("dialog", name="Compare with another run").get_by_role("button").click()
    page.wait_for_url("**/compare?**")
    assert state_of(page)["id"] == [runs[0], runs[3]]


def test_python_reads_the_run(sweep, runs):
    assert ridgeline.Repo(sweep).run(runs[0]).id == runs[0]


def test_archive_delete_and_back(bench, workshop, workshop_numbers):
    with ridgeline.Run("going", name="goes", repo=workshop, capture=False) as run:
        run.track(1.0, name="share", step=0)
    bench.goto(f"/run/{run.id}")
    bench.get_by_role("button", name="Archive").click()
    expect(bench.get_by_text("archived", exact=True)).to_be_visible()
    bench.get_by_role("button", name="Unarchive").click()
    expect(bench.get_by_text("archived", exact=True)).to_have_count(0)
    bench.get_by_role("button", name="Delete").click()
    bench.wait_for_url("**/runs?**")
    assert run.id not in set(workshop_numbers.repo.runs().to_pandas()["id"])
    bench.get_by_role("button", name="Undo").last.click()
    bench.wait_for_url(f"**/run/{run.id}")
    expect(bench.get_by_role("heading", name="goes")).to_be_visible()
    assert run.id in set(workshop_numbers.repo.runs().to_pandas()["id"])


def test_a_deleted_run_can_be_restored_where_it_was(bench, workshop, workshop_numbers, faults):
    with ridgeline.Run("going", name="went", repo=workshop, capture=False) as run:
        run.track(1.0, name="share", step=0)
    workshop_numbers.repo.edit(run.id, deleted=True)
    bench.goto(f"/run/{run.id}")
    expect(bench.get_by_role("heading", name="This run is deleted")).to_be_visible()
    bench.get_by_role("button", name="Restore it").click()
    expect(bench.get_by_role("heading", name="went")).to_be_visible()
    faults.forgive("the server responded with a status of 404")


def test_parts_by_keyboard(page, runs):
    page.goto(f"/run/{runs[0]}")
    page.get_by_role("tab", name="Overview").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Metrics")).to_be_focused()
    expect(page.get_by_role("tab", name="Metrics")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Environment")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Environment")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Overview")).to_be_focused()

"""The Select page: what rules pick, the test scores hidden until they are revealed, and ways on."""

import re

import pytest
from e2e_screen import address, state_of
from playwright.sync_api import expect

# How many more are as good by the rule.
TIED = re.compile(r"\s*\+\d+$")


@pytest.fixture
def select(page):
    page.goto(address("/select", target="f1{subset=test}", task="de", source="en"))
    expect(page.get_by_role("grid", name="Candidates").get_by_role("row").nth(1)).to_be_visible()
    return page


def picks(page):
    """What stands in the table of picks, by rule: the run, and what follows."""
    rows = page.get_by_role("table").locator("tbody tr").all_inner_texts()
    cells = ([cell.strip() for cell in row.split("\t")] for row in rows)
    return {rule: [TIED.sub("", run), *rest] for rule, run, *rest in cells}


def test_rules_pick_and_nothing_of_the_test_is_shown(select, numbers):
    found = picks(select)
    assert set(found) >= {"source-dev", "mean-pivots", "central-pivot", "target-dev", "entropy", "atc"}
    scores = numbers.last("f1", lang="en", subset="dev")
    name_of = dict(zip(numbers.ids(), numbers.names(), strict=True))
    assert found["source-dev"][0] in {
        name_of[run] for run, score in scores.items() if score == max(scores.values())
    }
    expect(select.get_by_role("columnheader", name="de, test")).to_have_count(0)
    expect(select.get_by_role("button", name=re.compile("Reveal"))).to_be_visible()


def test_revealed_picks_cost_what_they_do(select, numbers):
    select.get_by_role("button", name=re.compile("Reveal")).click()
    expect(select.get_by_role("columnheader", name="de, test").first).to_be_visible()
    test = numbers.last("f1", lang="de", subset="test")
    dev = numbers.last("f1", lang="en", subset="dev")
    picked = [test[run] for run, score in dev.items() if score == max(dev.values())]
    regret = max(test.values()) - sum(picked) / len(picked)
    assert float(picks(select)["source-dev"][2]) == pytest.approx(regret, abs=6e-4)
    select.go_back()
    expect(select.get_by_role("button", name=re.compile("Reveal"))).to_be_visible()


def test_what_a_rule_costs_is_shown_by_how_many_candidates_there_are(select):
    pools = select.get_by_role("img", name=re.compile("Mean regret with 1 to"))
    expect(pools).to_have_count(0)
    select.get_by_role("button", name=re.compile("Reveal")).click()
    expect(pools).to_have_attribute("aria-label", re.compile(r"source-dev: \.\d{3} at last"))
    at_last = re.search(r"source-dev: (\.\d{3})", pools.get_attribute("aria-label")).group(1)
    assert at_last == picks(select)["source-dev"][2]
    pools.locator("text", has_text="source-dev").click()
    expect(select.get_by_text("sorted by source-dev")).to_be_visible()


def test_candidates_are_told_apart_by_their_params(select, numbers):
    head = select.get_by_role("columnheader", name="lr", exact=True)
    expect(head).to_be_visible()
    head.click()
    first = select.get_by_role("grid", name="Candidates").get_by_role("row").nth(1)
    expect(first).to_contain_text("1e−4")


def test_another_target_hides_its_scores_again(select):
    select.get_by_role("button", name=re.compile("Reveal")).click()
    select.get_by_role("button", name="Target:").click()
    select.get_by_role("option", name="fr", exact=True).click()
    expect(select.get_by_role("button", name=re.compile("Reveal f1 fr"))).to_be_visible()
    assert "reveal" not in state_of(select)


def test_a_rule_sorts_the_candidates(select):
    select.get_by_role("table").get_by_role("button", name="source-dev").click()
    expect(select.get_by_text("sorted by source-dev")).to_be_visible()
    first = select.get_by_role("grid", name="Candidates").get_by_role("row").nth(1)
    expect(first).to_contain_text(picks(select)["source-dev"][0])


def test_rules_are_added_and_taken_away(select):
    select.get_by_role("button", name="Rules:").click()
    rules = select.get_by_role("dialog", name="Rules")
    rules.get_by_label("lms").check()
    for rule in ("entropy", "atc", "doc", "mano", "agreement", "mutual-information"):
        rules.locator("label", has=select.get_by_text(rule, exact=True)).get_by_role("checkbox").uncheck()
    select.keyboard.press("Escape")
    expect(select.get_by_role("table").locator("tbody tr")).to_have_count(5)
    assert set(picks(select)) == {"source-dev", "mean-pivots", "central-pivot", "target-dev", "lms"}
    assert state_of(select)["rules"] == ["source-dev", "mean-pivots", "central-pivot", "target-dev", "lms"]


def test_every_logged_step_may_be_a_candidate(select):
    select.get_by_role("radio", name="all steps").click()
    expect(select.get_by_role("grid", name="Candidates").get_by_role("row").nth(1)).to_contain_text("@")
    select.get_by_role("grid", name="Candidates").locator("[data-at='0']").dblclick()
    select.wait_for_url(re.compile("/run/[^@]+$"))


def test_the_same_question_as_parallel_axes_is_one_click(select):
    select.get_by_role("link", name="Open in Params").click()
    select.wait_for_url(re.compile("/params"))
    assert state_of(select)["a"][0] == "last(f1{lang=en,subset=dev})"


def test_a_shortlist_goes_on(select):
    grid = select.get_by_role("grid", name="Candidates")
    for row in (0, 1):
        grid.locator(f"[data-at='{row}'] .tick").click()
    select.get_by_role("button", name="Open in Compare").click()
    select.wait_for_url(re.compile("/compare"))
    assert len(state_of(select)["id"]) == 2

"""What the Runs table writes: notes, ids, small numbers, spreads of groups, names of any letters, deleted runs' courses."""

import re

import pytest
from e2e_screen import address, grid_cells
from e2e_server import serve
from playwright.sync_api import expect

import ridgeline

TURNING = "evil\u202egpj.exe"
# The f1 that each run reaches, and what the table makes of it.
REACHED = {
    "best": (0.9, ".900"),
    TURNING: (0.0042, ".0042"),
    "worst": (0.00021, "2.1e−4"),
    "none": (0.0, "0"),
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    root = tmp_path_factory.mktemp("odd")
    for seed, (name, (f1, _)) in enumerate(REACHED.items()):
        with ridgeline.Run("odd", name, repo=root, capture=False) as run:
            run["hparams"] = {"lr": 0.1 / 10**seed, "seed": seed % 2}
            run.note = f"# Note {seed}\n\nof many\nlines"
            for step in range(10):
                run.track(f1 * (step + 1) / 10, name="f1", step=step)
    with serve(root) as url:
        yield url


@pytest.fixture
def table(browse, odd):
    page = browse(odd)

    def open_runs(**state):
        page.goto(address("/runs", **state))
        expect(page.locator("[role=row][data-at='0']")).to_be_visible()
        return page

    return open_runs


def test_id_end_and_note_are_columns_on_demand(table):
    page = table(sort="-f1")
    assert not {"id", "ended", "note"} & grid_cells(page, "Runs")[0].keys()
    page.get_by_role("button", name="+ add").click()
    for title in ("id", "ended", "note"):
        page.get_by_role("checkbox", name=title, exact=True).check()
    page.keyboard.press("Escape")
    page.get_by_text("# Note 0 of many lines").wait_for()
    rows = {row["run"]: row for row in grid_cells(page, "Runs")}
    assert re.fullmatch(r"[0-9a-f]{16}", "".join(rows["best"]["id"].split()))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows["worst"]["ended"])
    page.get_by_role("searchbox", name="Find in rows").fill("note 2")
    page.wait_for_function("document.querySelectorAll('[role=row][data-at]').length === 1")
    assert [row["run"] for row in grid_cells(page, "Runs")] == ["worst"]


def test_small_numbers_keep_their_digits(table):
    shown = {row["run"]: row["value"] for row in grid_cells(table(), "Runs")}
    assert shown == {name: text for name, (_, text) in REACHED.items()}


def test_the_spread_of_a_group_is_read_in_full(table):
    page = table(group="run.hparams.seed", agg="range")
    shown = {row["group, run"].split()[0]: (row["lr"], row["value"]) for row in grid_cells(page, "Runs")}
    assert shown == {"0": ("1e−3 – 1e−1", "2.1e−4 – .900"), "1": ("1e−4 – 1e−2", "0 – .0042")}
    cut = "[...document.querySelectorAll('[role=gridcell].end')].filter((cell) => cell.scrollWidth > cell.clientWidth).length"
    assert page.evaluate(cut) == 0


def test_a_name_turns_only_its_own_letters(table):
    page = table(group=["run.hparams.seed"], open="*", base="none")
    page.get_by_role("link", name=TURNING).click()
    page.get_by_role("heading", name=TURNING).wait_for()
    assert page.title() == "\u2068evilgpj.exe\u2069 · Ridgeline"


def test_deleted_runs_show_their_course(table, odd):
    page = table(spark="last(f1)")
    runs = page.request.get(f"{odd}/api/runs").json()["runs"]
    gone = next(run["id"] for run in runs if run["name"] == "worst")
    page.request.patch(f"{odd}/api/runs", data={"ids": [gone], "deleted": True})
    page = table(show="deleted", spark="last(f1)")
    expect(page.locator("[data-at='0'] svg path, [data-at='0'] svg polyline").first).to_be_visible()
    page.request.patch(f"{odd}/api/runs", data={"ids": [gone], "deleted": False})

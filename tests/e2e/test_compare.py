"""Runs side by side: what differs, by how much, and in the code."""

import subprocess
import sys

import pytest
from e2e_screen import address, number, state_of
from playwright.sync_api import expect


@pytest.fixture
def three(page, numbers):
    ids = [numbers.id_of(f"run-00{n}") for n in (1, 2, 3)]
    page.goto(address("/compare", id=ids))
    expect(page.get_by_role("columnheader", name="run-003")).to_be_visible()
    return page


def cells(page, row):
    return page.get_by_role("row", name=row).first.get_by_role("cell").all_inner_texts()


def names(page):
    return [text.split("\n")[0] for text in page.locator("thead th").all_inner_texts()[1:]]


def test_comes_from_the_selected_runs(page, numbers):
    page.goto(address("/runs", sort="name"))
    for at in (0, 1):
        page.locator(f"[data-at='{at}'] .tick").click()
    page.get_by_role("toolbar").get_by_role("button", name="Compare").click()
    page.wait_for_url("**/compare?**")
    assert state_of(page)["id"] == [numbers.id_of("run-001"), numbers.id_of("run-002")]


def test_lists_what_differs_or_all(three, numbers):
    body = three.locator("tbody[aria-label='Params']")
    frame = numbers.repo.runs().to_pandas().set_index("name").loc[["run-001", "run-002", "run-003"]]
    params = [column for column in frame.columns if column.startswith("params.")]
    differing = [column for column in params if frame[column].nunique(dropna=False) > 1]
    expect(body.get_by_role("row")).to_have_count(1 + len(differing))
    three.get_by_role("radio", name="all", exact=True).click()
    expect(body.get_by_role("row")).to_have_count(1 + len(params))
    three.get_by_role("searchbox", name="Find in rows").fill("hparams.lr")
    expect(three.locator("tbody")).to_have_count(1)


def test_gives_differences_to_the_first_and_marks_the_best(three, numbers):
    last = numbers.last("f1", lang="de", subset="dev")
    values = [last[numbers.id_of(f"run-00{n}")] for n in (1, 2, 3)]
    shown = cells(three, "f1 de, dev")
    assert number(shown[0].split()[0]) == pytest.approx(values[0], abs=0.0005)
    for text, value in zip(shown[1:], values[1:], strict=True):
        assert number(text.split()[1]) == pytest.approx(value - values[0], abs=0.0006)
    assert [("best" in text) for text in shown] == [value == max(values) for value in values]
    best = {run: series.value.max() for run, series in numbers.series("f1", lang="de", subset="dev").items()}
    three.get_by_role("radio", name="best").click()
    expect(three.locator("tbody[aria-label='Metrics']")).to_contain_text("best value")
    assert number(cells(three, "f1 de, dev")[0].split()[0]) == pytest.approx(
        best[numbers.id_of("run-001")], abs=0.0005
    )


def test_columns_move_go_and_come(three, numbers):
    three.get_by_role("columnheader", name="run-003").drag_to(
        three.get_by_role("columnheader", name="run-001")
    )
    expect(three.locator("thead th").nth(1)).to_contain_text("run-003")
    assert names(three) == ["run-003", "run-001", "run-002"]
    three.get_by_role("button", name="Options of run-002").click()
    three.get_by_role("button", name="Make baseline").click()
    expect(three.locator("thead th").nth(1)).to_contain_text("run-002")
    three.get_by_role("button", name="Options of run-003").click()
    three.get_by_role("button", name="Remove").click()
    expect(three.get_by_role("columnheader", name="run-003")).to_have_count(0)
    three.get_by_role("button", name="+ add run").click()
    three.get_by_role("searchbox", name="Search runs").fill("run-007")
    three.get_by_role("button", name="run-007").click()
    expect(three.get_by_role("columnheader", name="run-007")).to_be_visible()
    assert state_of(three)["id"] == [numbers.id_of(name) for name in ("run-002", "run-001", "run-007")]


def test_says_which_runs_are_not_there(page, numbers, faults):
    page.goto(address("/compare", id=[numbers.id_of("run-001"), "nothing"]))
    expect(page.get_by_text("No run 'nothing'")).to_be_visible()
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("No run 'nothing'")).to_have_count(0)
    page.goto("/compare")
    expect(page.get_by_text("Which runs?")).to_be_visible()
    faults.forgive("the server responded with a status of 404")


RECORD = """
import ridgeline, sys
with ridgeline.Run("code", name=sys.argv[1], repo=sys.argv[2], capture=ridgeline.Capture(system=False, console=False)) as run:
    print(run.id)
"""


def test_shows_changes_that_were_not_committed(bench, workshop, tmp_path):
    def run(*command):
        return subprocess.run(
            command, check=True, cwd=tmp_path, capture_output=True, text=True
        ).stdout.strip()

    code = tmp_path / "train.py"
    code.write_text("lr = 0.1\nsteps = 10\n")
    run("git", "init", "-q")
    run("git", "add", ".")
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    run("git", *who, "commit", "-q", "-m", "begin")
    ids = []
    for name, rate in (("slow", 0.01), ("fast", 0.5)):
        code.write_text(f"lr = {rate}\nsteps = 10\n")
        # A process keeps what it has seen of the code.
        ids.append(run(sys.executable, "-c", RECORD, name, str(workshop)))
    bench.goto(address("/compare", id=ids))
    bench.get_by_role("button", name="slow", exact=True).click()
    expect(bench.get_by_text("+lr = 0.01")).to_be_visible()
    bench.get_by_role("button", name="slow → fast").click()
    expect(bench.get_by_text("++lr = 0.5")).to_be_visible()
    expect(bench.get_by_text("-+lr = 0.01")).to_be_visible()

"""The columns and groups of the Runs table: each control once, checked by the numbers in the cells."""

import numpy as np
import pytest
from e2e_screen import address, grid_column, number, state_of, wait_for_column
from playwright.sync_api import expect

F1_DE = "last(f1{lang=de,subset=dev})"
METRIC = 'run.metrics["f1", {"lang": "de", "subset": "dev"}]'


@pytest.fixture
def runs(page):
    page.goto(address("/runs", add=F1_DE, sort="name"))
    wait_for_column(page, "Runs", 1, ["run-001", "run-002"])
    return page


def column_of(page, hint):
    """The place of the column whose title says this."""
    head = page.locator(f"[role=columnheader][title*='{hint}']").first
    return int(head.get_attribute("aria-colindex"))


def options(page, name):
    """Open the menu of a column."""
    button = page.get_by_role("button", name=f"Options of {name}").first
    button.focus()
    button.press("Enter")
    return page.get_by_role("dialog", name=f"Options of {name}").first


def pick(page, name, item):
    options(page, name).get_by_role("button", name=item, exact=True).click()


class TestColumnMenu:
    def test_shows_another_number_of_the_series(self, runs, numbers):
        options(runs, "f1").get_by_role("combobox", name="Value").select_option("argmax")
        expect(runs.locator(".group", has_text="step of max")).to_be_visible()
        names = numbers.names(order_by="run.name")
        series = numbers.series("f1", lang="de", subset="dev")
        shown = grid_column(runs, "Runs", column_of(runs, "step of max"))[:5]
        for name, text in zip(names, shown, strict=False):
            own = series[numbers.id_of(name)]
            assert own.value[own.step == number(text)].max() == own.value.max()

    def test_turns_the_goal(self, runs, numbers):
        runs.goto(address("/runs", add="best(f1{lang=de,subset=dev})", sort="name"))
        options(runs, "f1").get_by_role("radio", name="lower").click()
        expect(runs.locator(".group", has_text="min ↓")).to_be_visible()
        lowest = {run: s.value.min() for run, s in numbers.series("f1", lang="de", subset="dev").items()}
        shown = grid_column(runs, "Runs", column_of(runs, "min"))
        assert number(shown[0]) == pytest.approx(lowest[numbers.id_of("run-001")], abs=0.0005)
        assert state_of(runs)["goal"] == ["min:f1"]

    def test_colours_dots_and_draws_the_course(self, runs):
        place = column_of(runs, "f1")
        menu = options(runs, "f1")
        menu.get_by_role("checkbox", name="Colour scale").check()
        cell = runs.locator(f"[data-at='0'] [aria-colindex='{place}'] .tint")
        assert "srgb" in cell.evaluate("(cell) => getComputedStyle(cell).backgroundColor")
        menu.get_by_role("checkbox", name="Dots on a scale").uncheck()
        expect(runs.locator("[data-at='0'] .scale")).to_have_count(0)
        menu.get_by_role("checkbox", name="Sparkline over steps").check()
        path = runs.locator("[data-at='0'] svg path").first
        expect(path).to_be_attached()
        assert path.get_attribute("d").startswith("M")

    def test_pins_moves_hides_and_shows_again(self, runs):
        order = lambda: [  # noqa: E731
            head.get_attribute("title") for head in runs.get_by_role("columnheader").all()
        ]
        pick(runs, "lr", "Pin left")
        expect(runs.locator("[role=columnheader][title='hparams.lr'][aria-colindex='2']")).to_be_visible()
        pick(runs, "lr", "Pin right")
        last = str(len(order()))
        expect(
            runs.locator(f"[role=columnheader][title='hparams.lr'][aria-colindex='{last}']")
        ).to_be_visible()
        pick(runs, "lr", "Unpin")
        pick(runs, "lr", "Move to start")
        expect(runs.locator("[role=columnheader][title='hparams.lr'][aria-colindex='2']")).to_be_visible()
        pick(runs, "lr", "Move right")
        expect(runs.locator("[role=columnheader][title='hparams.lr'][aria-colindex='3']")).to_be_visible()
        pick(runs, "lr", "Hide column")
        expect(runs.locator("[role=columnheader][title='hparams.lr']")).to_have_count(0)
        runs.get_by_role("button", name="Manage columns").click()
        manage = runs.get_by_role("dialog", name="Manage columns")
        manage.get_by_role("checkbox", name="hparams.lr").check()
        expect(runs.locator("[role=columnheader][title='hparams.lr']")).to_be_visible()
        manage.get_by_role("button", name="Pinned right: hparams.lr").click()
        expect(manage.get_by_role("group", name="Pinned right")).to_contain_text("hparams.lr")
        manage.get_by_role("searchbox").fill("seed")
        manage.get_by_role("button", name="Hide all").click()
        expect(runs.locator("[role=columnheader][title='hparams.seed']")).to_have_count(0)
        manage.get_by_role("button", name="Reset").click()
        assert "hide" not in state_of(runs)
        assert "right" not in state_of(runs)

    def test_a_width_is_kept_and_reset(self, runs):
        head = runs.locator("[role=columnheader][title='hparams.lr']")
        before = head.bounding_box()["width"]
        head.focus()
        for _ in range(3):
            head.press("Alt+ArrowRight")
        assert state_of(runs)["w"] == [f"{round(before) + 24}:run.hparams.lr"]
        pick(runs, "lr", "Reset width")
        assert "w" not in state_of(runs)
        assert head.bounding_box()["width"] == before

    def test_a_head_is_dragged_to_another_place(self, runs):
        runs.locator("[role=columnheader][title='hparams.seed']").drag_to(
            runs.locator("[role=columnheader][title='status']"), target_position={"x": 4, "y": 10}
        )
        expect(runs.locator("[role=columnheader][title='hparams.seed'][aria-colindex='2']")).to_be_visible()


class TestSorting:
    def test_by_several_keys_from_the_heads_and_from_the_list(self, runs, numbers):
        runs.get_by_role("columnheader", name="lr", exact=True).click()
        runs.get_by_role("columnheader", name="epochs", exact=True).click(modifiers=["Shift"])
        wait_for_column(
            runs, "Runs", 1, numbers.names(order_by="run.hparams.lr, run.hparams.epochs, -run.created_at")[:1]
        )
        assert state_of(runs)["sort"] == ["run.hparams.lr", "run.hparams.epochs"]
        runs.get_by_role("button", name="Sort", exact=True).click()
        menu = runs.get_by_role("dialog", name="Sort rows by")
        menu.get_by_role("radiogroup", name="Direction of hparams.epochs").get_by_role(
            "radio", name="↓"
        ).click()
        assert state_of(runs)["sort"] == ["run.hparams.lr", "-run.hparams.epochs"]
        menu.get_by_role("button", name="Earlier").nth(1).click()
        assert state_of(runs)["sort"] == ["-run.hparams.epochs", "run.hparams.lr"]
        menu.get_by_role("combobox", name="Add a key").select_option("duration")
        assert state_of(runs)["sort"][-1] == "duration"
        menu.get_by_role("button", name="Remove duration").click()
        menu.get_by_role("button", name="Reset").click()
        assert "sort" not in state_of(runs)


class TestGroups:
    def test_says_mean_and_spread_of_each_and_opens(self, runs, numbers):
        runs.get_by_role("button", name="Group: none").click()
        runs.get_by_role("searchbox", name="Search params").fill("technique")
        runs.get_by_role("checkbox", name="hparams.technique").check()
        table = runs.get_by_role("treegrid", name="Runs")
        technique, last = numbers.param("hparams.technique"), numbers.last("f1", lang="de", subset="dev")
        kinds = sorted(set(technique.values()))
        expect(table.locator("[role=row][aria-level='1']")).to_have_count(len(kinds))
        place = column_of(runs, "f1")
        text = lambda at: table.locator(f"[data-at='{at}'] [aria-colindex='{place}']").inner_text()  # noqa: E731
        for at, kind in enumerate(kinds):
            values = [last[run] for run, own in technique.items() if own == kind]
            mean, spread = (number(part) for part in text(at).split(" ± "))
            assert mean == pytest.approx(np.mean(values), abs=0.0006)
            assert spread == pytest.approx(np.std(values, ddof=1), abs=0.0006)
        runs.get_by_role("radio", name="median").click()
        values = [last[run] for run, own in technique.items() if own == kinds[0]]
        expect(table.locator("[data-at='0']")).not_to_contain_text("±")
        assert number(text(0)) == pytest.approx(np.median(values), abs=0.0006)
        runs.get_by_role("radio", name="min – max").click()
        expect(table.locator("[data-at='0']")).to_contain_text("–")
        assert [number(part) for part in text(0).split(" – ")] == pytest.approx(
            [min(values), max(values)], abs=0.0006
        )
        runs.keyboard.press("Escape")
        table.locator("[data-at='0'] .group").click()
        expect(table.locator("[data-at='0']")).to_have_attribute("aria-expanded", "true")
        expect(table.locator("[data-at='1']")).to_have_attribute("aria-level", "2")
        table.locator("[data-at='0'] .tick").click()
        expect(runs.get_by_role("toolbar", name="Selected runs")).to_contain_text(f"{len(values)} selected")

    def test_by_all_but_the_seed(self, runs, numbers):
        runs.get_by_role("button", name="Group: none").click()
        runs.get_by_role("button", name="All but seed").click()
        frame = numbers.repo.runs().to_pandas()
        varying = [
            column
            for column in frame.columns
            if column.startswith("params.")
            and column != "params.hparams.seed"
            and frame[column].nunique() > 1
        ]
        expect(runs.get_by_text(f"{frame.groupby(varying).ngroups} groups", exact=False)).to_be_visible()
        runs.get_by_role("button", name="Open all").click()
        expect(runs.get_by_role("treegrid")).to_have_attribute(
            "aria-rowcount", str(frame.groupby(varying).ngroups + len(frame) + 1)
        )
        runs.get_by_role("button", name="Do not group").click()
        expect(runs.get_by_role("grid", name="Runs")).to_be_visible()

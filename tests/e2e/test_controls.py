"""Menus and choices of the pages, each used once: the address keeps it, and Back undoes one after the other."""

import re

import pytest
from e2e_controls import Hand
from e2e_screen import Charts, Parallel, address, state_of
from playwright.sync_api import expect

F1_DE = "f1{lang=de,subset=dev}"
EN = "last(f1{lang=en,subset=dev})"
DE = f"last({F1_DE})"


@pytest.fixture
def hand(page):
    return Hand(page)


class TestMetrics:
    @pytest.fixture
    def charts(self, page):
        page.goto(
            address(
                "/metrics", m="f1", q="run.hparams.epochs == 60", ch="metric.context.lang", c="run.hparams.lr"
            )
        )
        return Charts(page).wait()

    def test_axes(self, hand, charts):
        hand.chooses_each("Scale of x", within=hand.opens("X axis:"))
        hand.closes()
        assert hand.chooses_each(within=hand.opens("Y axis")) == ["Range of y", "Scale of y", "Outliers"]
        hand.goes_back()

    def test_fold_and_smoothing(self, hand, charts):
        fold = hand.opens("Fold:")
        hand.chooses_each("Line", "Band", within=fold)
        for name in ("Single runs behind", "Fold runs of one colour"):
            hand.does(fold.get_by_role("checkbox", name=name).click)
        hand.closes()
        smooth = hand.opens("Smooth:")
        hand.chooses_each("Kind of smoothing", within=smooth)
        window = smooth.get_by_role("spinbutton", name="Points in the window")
        window.fill("5")
        hand.does(lambda: window.press("Enter"))
        assert state_of(hand.page)["sm"] == ["mean:5"]
        hand.closes()
        hand.goes_back()

    def test_view(self, hand, charts):
        view = hand.opens("View", exact=True)
        assert hand.chooses_each(within=view) == [
            "How points are joined",
            "Most points a line",
            "Legend",
            "What pointing lifts",
        ]
        for name in ("Names at the ends of lines", "Last values at the ends of lines"):
            hand.does(view.get_by_role("checkbox", name=name).click)
        hand.goes_back()

    def test_colours_and_strokes(self, hand, charts):
        colour = hand.opens("Colour:")
        colour.get_by_text("Palette", exact=True).click()
        hand.chooses_each("Steps of the ramp")
        for name in ("24 colours", "Viridis", "Cividis", "blue to orange"):
            colour.get_by_role("button", name="Palette:").click()
            hand.does(hand.page.get_by_role("option", name=name).click)
        hand.closes()
        stroke = hand.opens("Stroke:")
        hand.does(stroke.get_by_role("checkbox", name="hparams.technique").click)
        hand.does(stroke.get_by_role("button", name="Shuffle dashes").click)
        hand.does(stroke.get_by_role("checkbox", name="Same in every view").click)
        hand.closes()
        chart = hand.opens("Chart:")
        hand.does(chart.get_by_role("checkbox", name="All lines in one chart").click)
        charts.wait("charts.length === 1")
        hand.goes_back()

    def test_a_chart_of_its_own(self, hand, charts):
        menu = hand.opens("Chart es", exact=True)
        hand.chooses_each(
            "Y scale of this chart",
            "Smoothing of this chart",
            "Columns of charts",
            "A zoom is that of",
            within=menu,
        )
        hand.does(menu.get_by_role("button", name="Move forward").click)
        hand.goes_back()

    def test_keys(self, hand, charts):
        """As the list of keys says: fold, alignment, log y, smooth, zoom, table."""
        for key, field, value in (
            ("a", "fold", "1"),
            ("l", "ys", "log"),
            ("s", "sm", "ema:0.6"),
            ("x", "x", "epoch"),
            ("t", "table", "0"),
        ):
            hand.does(lambda key=key: hand.page.keyboard.press(key))
            assert state_of(hand.page)[field] == [value], key
        hand.goes_back()
        hand.page.goto(address("/metrics", m=F1_DE, xmin=5, xmax=50))
        charts.wait()
        hand.does(lambda: hand.page.keyboard.press("0"))
        assert "xmin" not in state_of(hand.page)


class TestParams:
    @pytest.fixture
    def plot(self, page):
        page.goto(address("/params", a=["run.hparams.lr", "run.hparams.epochs", EN, DE]))
        return Parallel(page).wait("plot.axes.length === 4")

    def test_lines_folds_and_values(self, hand, plot):
        hand.chooses_each("Lines")
        hand.picks_each("Value of each metric")
        hand.picks_each("Fold", most=2)
        hand.chooses_each("Band of a folded line")
        hand.goes_back()

    def test_colour_dashes_charts_and_tooltip(self, hand, plot):
        for menu, field in (("Dashes", "s"), ("Charts", "ch"), ("Tooltip", "tip")):
            panel = hand.opens(re.compile(f"^{menu}"))
            hand.does(panel.get_by_role("checkbox", name="hparams.technique").click)
            assert state_of(hand.page)[field] == ["run.hparams.technique"]
            hand.closes()
        hand.goes_back()

    def test_keys(self, hand, plot):
        for key, field, value in (("l", "curve", "1"), ("c", "rank", "value")):
            hand.does(lambda key=key: hand.page.keyboard.press(key))
            assert state_of(hand.page)[field] == [value], key
        hand.goes_back()


class TestRuns:
    @pytest.fixture
    def runs(self, page):
        page.goto("/runs")
        expect(page.get_by_role("grid", name="Runs").get_by_role("row").nth(1)).to_be_visible()

    def test_columns_rows_and_groups(self, hand, runs):
        hand.chooses_each("Params shown", "Row height")
        group = hand.opens("Group:")
        hand.does(group.get_by_role("checkbox", name="hparams.technique").click)
        hand.chooses_each("Numbers of a group as", "Group by these or by all others", within=group)
        hand.does(group.get_by_role("button", name="Open all").click)
        hand.does(group.get_by_role("button", name="Close all").click)
        hand.closes()
        hand.picks_each("Runs shown")
        hand.goes_back()


class TestScatter:
    def test_every_choice(self, hand, page):
        page.goto(address("/scatter", x=EN, y=DE, c="run.hparams.lr"))
        page.locator("[data-chart=scatter] canvas").first.wait_for()
        hand.chooses_each()
        hand.does(page.get_by_role("button", name="Swap").click)
        hand.chooses_each("Scale of X", within=hand.opens(re.compile("^X: ")))
        hand.goes_back()


def test_comparing(hand, page, numbers):
    page.goto(address("/compare", id=numbers.ids()[:3]))
    page.get_by_role("grid").or_(page.get_by_role("table")).first.wait_for()
    hand.chooses_each()
    hand.goes_back()


def test_every_letter_leads_where_the_list_of_keys_says(page):
    page.goto("/runs")
    page.get_by_role("button", name="Keys").click()
    listed = (
        page.get_by_role("dialog", name="Keys")
        .locator("dt")
        .evaluate_all(
            "(keys) => keys.map((key) => [[...key.children].map((part) => part.innerText), key.nextElementSibling.innerText])"
        )
    )
    page.keyboard.press("Escape")
    letters = {keys[1]: said for keys, said in listed if keys[0] == "g"}
    assert len(letters) >= 6
    for letter, said in letters.items():
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page).to_have_title(re.compile(said))

"""Every control of the Metrics page, used once: what it says, what the address keeps, what is drawn."""

import json
import re

import numpy as np
import pytest
from e2e_screen import Charts, address, state_of
from playwright.sync_api import expect

import ridgeline

LONG = "run.hparams.epochs == 60"
DE = 'f1{"lang": "de", "subset": "dev"}'
ONE = {"m": DE, "x": "epoch", "q": LONG}
COLOURED = {**ONE, "c": "run.hparams.technique"}


@pytest.fixture
def charts(page):
    return Charts(page)


def open_view(page, charts, state, accept="true"):
    page.goto(address("/metrics", **state))
    charts.wait(accept)


def control(page, name, **options):
    return page.get_by_role("button", name=name, **options)


def close(page):
    page.keyboard.press("Escape")


class TestPicking:
    def test_adds_all_that_a_pattern_matches_or_keeps_the_pattern(self, page, charts):
        page.goto("/metrics")
        control(page, "+ add").click()
        search = page.get_by_label("Search metrics and contexts")
        search.fill("/^(loss|lr)$/")
        expect(page.get_by_text("2 found")).to_be_visible()
        control(page, "Add all 2").click()
        charts.wait("charts.length === 2")
        assert state_of(page)["m"] == ["loss", "lr"]
        control(page, "Take off all 2").click()
        search.fill("l*")
        control(page, "Keep l* as a pattern").click()
        charts.wait("charts.length === 2")
        assert state_of(page)["m"] == ["l*"]
        search.fill("/^l.s/")
        search.press("Enter")
        page.wait_for_url("**m=loss**")
        search.fill("/(/")
        expect(page.get_by_text("This pattern cannot be read yet.")).to_be_visible()

    def test_chooses_contexts_by_their_keys_and_each_by_itself(self, page, charts):
        page.goto("/metrics")
        control(page, "+ add").click()
        control(page, "Contexts of f1").click()
        langs = page.get_by_role("group", name="lang of f1")
        for lang in ("de", "es"):
            langs.get_by_role("button", name=lang, exact=True).click()
        page.get_by_role("group", name="subset of f1").get_by_role("button", name="dev").click()
        page.wait_for_url(lambda url: "m=f1{lang=es,subset=dev}" in url)
        assert state_of(page)["m"] == ["f1{lang=de,subset=dev}", "f1{lang=es,subset=dev}"]
        page.get_by_label("Search metrics and contexts").fill("f1 zh")
        page.get_by_role("checkbox", name=re.compile("lang = zh, subset = test")).check()
        page.wait_for_url("**zh**")
        assert state_of(page)["m"][-1] == "f1{lang=zh,subset=test}"


class TestExpression:
    def test_is_completed_from_the_project_by_keyboard(self, page, charts):
        open_view(page, charts, ONE)
        query = page.get_by_role("combobox", name="Which runs")
        query.click()
        query.fill("techn")
        expect(page.get_by_role("option").first).to_contain_text("run.hparams.technique")
        query.press("Tab")
        query.press_sequentially(" ==")
        query.press(" ")
        expect(page.get_by_role("option").first).to_contain_text('"')
        query.press("ArrowDown")
        query.press("ArrowDown")
        query.press("Enter")
        expect(query).to_have_value('run.hparams.technique == "fine-tuning"')
        query.press_sequentially(' and run.metrics["f1", {"lang": "d')
        expect(page.get_by_role("option").first).to_contain_text('"de"')
        query.press("Tab")
        query.press_sequentially("}].l")
        expect(page.get_by_role("option").first).to_contain_text("last")
        query.press("Tab")
        query.press_sequentially(" > 0.1 ")
        query.press("Escape")
        query.press("Enter")
        page.wait_for_url("**technique**")
        charts.wait("charts.length === 1 && charts[0].lines.length > 0")
        assert state_of(page)["q"] == [
            'run.hparams.technique == "fine-tuning" and run.metrics["f1", {"lang": "de"}].last > 0.1'
        ]

    def test_remembers_clears_and_copies(self, page, charts):
        open_view(page, charts, ONE)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        query = page.get_by_role("combobox", name="Which runs")
        query.fill("run.hparams.epochs == 20")
        query.press("Enter")
        page.wait_for_url("**20**")
        control(page, "Copy the query").click()
        assert page.evaluate("navigator.clipboard.readText()") == "run.hparams.epochs == 20"
        control(page, "Clear the query").click()
        charts.wait("charts[0].lines.length === 24")
        query.press("ArrowDown")
        recent = page.get_by_role("option").first
        expect(recent).to_contain_text("run.hparams.epochs == 20")
        recent.click()
        query.press("Enter")
        page.wait_for_url("**20**")

    def test_grows_when_it_is_long_and_marks_what_is_wrong(self, page, charts, faults):
        open_view(page, charts, ONE)
        query = page.get_by_role("combobox", name="Which runs")
        low = query.bounding_box()["height"]
        wrong = " and ".join(["run.hparams.epochs > 1"] * 12) + ' and run.metrics["f1"].lst > 2'
        query.fill(wrong)
        assert query.bounding_box()["height"] > low
        query.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        mark = page.locator("[data-fault]")
        assert "".join(mark.all_inner_texts()) == 'run.metrics["f1"].lst'
        query.fill(LONG)
        query.press("Enter")
        expect(page.get_by_role("alert")).to_have_count(0)
        charts.wait("charts[0].lines.length > 0")
        faults.forgive("the server responded with a status of 4")


def test_what_is_being_typed_stays_while_runs_are_recorded(bench, workshop):
    charts = Charts(bench)
    with ridgeline.Run("typed", params={"hparams": {"epochs": 98}}, repo=workshop, capture=False) as run:
        run.track(0.5, name="typing", step=1)
        run.flush()
        open_view(bench, charts, {"m": "typing"})
        query = bench.get_by_role("combobox", name="Which runs")
        query.fill("run.hparams.epochs == 9")
        run.track(0.6, name="typing", step=2)
        run.flush()
        charts.wait("charts[0].lines[0].points === 2")
        expect(query).to_have_value("run.hparams.epochs == 9")
        expect(query).to_be_focused()
        query.press_sequentially("8")
        query.press("Enter")
        bench.wait_for_url("**98**")


class TestGrouping:
    def test_by_tag_and_by_expression_in_an_order_that_can_be_changed(self, page, charts, faults):
        open_view(page, charts, ONE)
        control(page, "Colour:").click()
        panel = page.get_by_role("dialog", name="Colour")
        panel.get_by_role("checkbox", name="hparams.technique").check()
        panel.get_by_label("Colour by an expression").fill("run.hparams.lr > 0.001")
        panel.get_by_role("button", name="Add", exact=True).click()
        charts.wait("new Set(charts[0].lines.map((line) => line.color)).size > 2")
        assert state_of(page)["c"] == ["run.hparams.technique", "run.hparams.lr > 0.001"]
        panel.get_by_role("button", name="Move lr > 0.001 up").click()
        page.wait_for_url(lambda url: url.index("c=run.hparams.lr") < url.index("c=run.hparams.technique"))
        order = panel.get_by_role("list", name="Colour by, in this order").get_by_role("listitem")
        order.nth(1).drag_to(order.nth(0))
        page.wait_for_url(lambda url: url.index("c=run.hparams.lr") > url.index("c=run.hparams.technique"))
        panel.get_by_label("Colour by an expression").fill("run.hparams.lr >")
        panel.get_by_role("button", name="Add", exact=True).click()
        expect(panel.get_by_role("alert")).to_contain_text("run.hparams.lr >")
        panel.get_by_role("button", name="Remove lr >", exact=True).click()
        expect(panel.get_by_role("alert")).to_have_count(0)
        faults.forgive("the server responded with a status of 4")
        panel.get_by_role("button", name="Clear").click()
        panel.get_by_role("checkbox", name="tag demo").check()
        charts.wait("charts[0].lines.every((line) => line.label === 'demo')")

    def test_a_channel_is_switched_off_and_keeps_its_keys(self, page, charts):
        open_view(page, charts, {**COLOURED, "s": "run.hparams.lr"})
        control(page, "Stroke:").click()
        page.get_by_role("checkbox", name="Switched on").uncheck()
        charts.wait("new Set(charts[0].lines.map((line) => line.dash)).size === 1")
        state = state_of(page)
        assert (state["s"], state["off"]) == (["run.hparams.lr"], ["s"])
        expect(control(page, "Stroke: off")).to_be_visible()
        page.get_by_role("checkbox", name="Switched on").check()
        charts.wait("new Set(charts[0].lines.map((line) => line.dash)).size > 1")

    def test_everything_but_seed_folds_seeds_alone(self, page, charts):
        open_view(page, charts, ONE)
        control(page, "Fold:").click()
        control(page, re.compile("everything but it")).click()
        page.wait_for_url("**fold=1**")
        assert state_of(page)["c"] == ["-run.hparams.seed"]
        expect(control(page, "Colour: all but seed")).to_be_visible()
        expect(page.get_by_role("contentinfo")).to_contain_text("over seed")

    def test_colours_are_chosen_dealt_and_kept(self, page, charts):
        open_view(page, charts, {**COLOURED, "c": "run.hparams.lr"})
        ramp = charts.debug()[next(iter(charts.debug()))]["colors"]
        control(page, "Colour:").click()
        page.get_by_text("Palette", exact=True).click()
        control(page, "Palette:").click()
        page.get_by_role("option", name="8 colours").click()
        charts.wait("JSON.stringify(charts[0].colors) !== JSON.stringify(given)", ramp)
        eight = next(iter(charts.debug().values()))["colors"]
        control(page, "Shuffle").click()
        charts.wait("JSON.stringify(charts[0].colors) !== JSON.stringify(given)", eight)
        page.get_by_label("A value has one colour in every view").check()
        page.wait_for_url("**stable=1**")
        page.get_by_label(re.compile("^Colour of 1e−3")).fill("#123456")
        charts.wait("charts[0].colors.includes('#123456')")
        assert any(text.endswith("=#123456") for text in state_of(page)["paint"])
        control(page, "Give 1e−3 its colour back").click()
        charts.wait("!charts[0].colors.includes('#123456')")


class TestAxes:
    def test_x_is_a_metric_in_its_context(self, page, charts, numbers):
        open_view(page, charts, ONE)
        control(page, "X axis:").click()
        page.get_by_label("Search metrics for x").fill("accuracy de dev")
        page.get_by_role("radio", name="accuracy lang = de, subset = dev").click()
        page.wait_for_url(lambda url: "x=metric:accuracy{lang=de,subset=dev}" in url)
        charts.wait("charts[0].lines.length > 0 && charts[0].x[1] <= 1")
        expected = numbers.series("accuracy", LONG, lang="de", subset="dev")
        for run, line in charts.drawn("f1").items():
            assert set(np.float32(line["x"])) <= set(np.float32(expected[run].value))

    def test_ranges_are_typed_checked_and_reset(self, page, charts):
        open_view(page, charts, ONE)
        control(page, "X axis:").click()
        low, high = page.get_by_label("Range of x from"), page.get_by_label("Range of x to")
        low.fill("10")
        high.fill("5")
        high.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("The first end lies below the second")
        high.fill("20")
        high.press("Enter")
        charts.wait("charts[0].x[0] === 10 && charts[0].x[1] === 20")
        control(page, "Reset range of x").click()
        charts.wait("charts[0].x[0] === 1")
        close(page)
        control(page, "Y axis").click()
        page.get_by_label("Ends of y to").fill(".5")
        page.get_by_label("Ends of y to").press("Enter")
        charts.wait("charts[0].y[1] === 0.5")
        page.get_by_role("radio", name="4 × quartile range").click()
        page.wait_for_url("**out=iqr**")

    def test_smoothing_is_typed_and_shows_what_was_recorded(self, page, charts, numbers):
        open_view(page, charts, ONE)
        control(page, "Smooth:").click()
        page.get_by_role("radio", name="EMA").click()
        weight = page.get_by_role("spinbutton", name="Weight of the past")
        weight.fill("0.9")
        weight.press("Enter")
        page.get_by_role("checkbox", name="Unsmoothed line behind").check()
        page.wait_for_url("**sm=ema:0.9**raw=1**")
        expect(page.get_by_role("contentinfo")).to_contain_text("smoothed: EMA .9")


class TestView:
    def test_rare_controls_are_kept_in_the_address_and_reset_together(self, page, charts):
        open_view(page, charts, COLOURED)
        control(page, "View", exact=True).click()
        for name, field in (
            ("curve", "curve=smooth"),
            ("its series", "hl=series"),
            ("100", "pts=100"),
            ("on", "leg=on"),
        ):
            page.get_by_role("dialog", name="View").get_by_role("radio", name=name, exact=True).click()
            page.wait_for_url(lambda url, field=field: field in url)
        page.get_by_text("It lists the params that vary").click()
        page.get_by_role("dialog", name="View").get_by_role("checkbox", name="hparams.seed").uncheck()
        page.wait_for_url("**tip=**")
        page.get_by_role("checkbox", name="Tooltip").uncheck()
        page.wait_for_url("**tips=0**")
        control(page, "Reset all controls").click()
        page.wait_for_url(lambda url: "curve" not in url and "tip" not in url and "c=" not in url)
        state = state_of(page)
        assert (state["m"], state["q"]) == (["f1{lang=de,subset=dev}"], [LONG])
        page.go_back()
        page.wait_for_url("**curve=smooth**")

    def test_the_legend_hides_lifts_and_changes_its_width(self, page, charts):
        open_view(page, charts, {**COLOURED, "leg": "on"})
        legend = page.get_by_role("complementary", name="Legend")
        row = legend.get_by_role("button", name="fine-tuning")
        row.hover()
        charts.wait("charts[0].lifted.length > 0")
        row.click()
        charts.wait("charts[0].lines.every((line) => line.label !== 'fine-tuning')")
        assert row.get_attribute("aria-pressed") == "false"
        row.click()
        charts.wait("charts[0].lines.some((line) => line.label === 'fine-tuning')")
        legend.get_by_role("separator").press("ArrowLeft")
        page.wait_for_url("**legw=240**")
        legend.get_by_role("button", name="Hide").click()
        expect(legend).to_have_count(0)


class TestTaking:
    def test_copied_python_gives_the_numbers_that_are_drawn(self, page, charts, sweep, monkeypatch):
        open_view(
            page,
            charts,
            {**COLOURED, "fold": 1, "tr": 1, "line": "mean", "band": "std", "sm": "ema:0.6", "xmax": 40},
        )
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        control(page, "Export").click()
        page.get_by_role("option", name="Copy as Python").click()
        expect(page.get_by_text("Copied")).to_be_visible()
        monkeypatch.setenv("RIDGELINE_REPO", str(sweep))
        names = {}
        exec(page.evaluate("navigator.clipboard.readText()"), names)
        frame = names["lines"]
        drawn = charts.values("f1")
        assert {line["run"] is None for line in drawn} == {True, False}
        for line in drawn:
            key = frame["run"] == line["run"] if line["run"] else frame["kind"] == "fold"
            rows = frame[key & (frame["run.hparams.technique"] == line["label"])]
            assert rows["x"].tolist() == line["x"]
            np.testing.assert_allclose(rows["y"], line["y"], rtol=1e-6)
            if line["run"] is None:
                np.testing.assert_allclose(rows["lo"], line["lo"], rtol=1e-5)
                assert rows["n"].tolist() == line["n"]

    def test_csv_holds_what_is_drawn_and_all_that_was_recorded(self, page, charts, numbers):
        open_view(page, charts, ONE)
        for choice, columns in (("Points that are drawn", "x"), ("All recorded points", "step")):
            control(page, "Export").click()
            with page.expect_download() as download:
                page.get_by_role("option", name=choice).click()
            head, *rows = download.value.path().read_text().splitlines()
            assert f'"{columns}"' in head.split(",")
            assert len(rows) == sum(
                len(series.value) for series in numbers.series("f1", LONG, lang="de", subset="dev").values()
            )

    def test_a_link_is_copied(self, page, charts):
        open_view(page, charts, ONE)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        control(page, "Export").click()
        page.get_by_role("option", name="Copy link").click()
        assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_saved_view_is_updated_renamed_copied_and_deleted(bench):
    charts = Charts(bench)
    bench.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_view(bench, charts, ONE)
    control(bench, "Views").click()
    bench.get_by_label("Name of this view").fill("Controls")
    control(bench, "Save", exact=True).click()
    expect(bench.get_by_text("Saved the view “Controls”")).to_be_visible()
    bench.keyboard.press("l")
    bench.wait_for_url("**ys=log**")
    control(bench, "Views").click()
    control(bench, "Update Controls to what is shown").click()
    expect(bench.get_by_text("“Controls” is now what is shown")).to_be_visible()
    control(bench, "Edit Controls").click()
    bench.get_by_label("New name of Controls").fill("Kept")
    control(bench, "Rename").click()
    link = bench.get_by_role("link", name="Kept")
    expect(link).to_have_attribute("aria-current", "page")
    control(bench, "Edit Kept").click()
    control(bench, "Copy link").click()
    expect(bench.get_by_text("Copied the link")).to_be_visible()
    assert "ys=log" in bench.evaluate("navigator.clipboard.readText()")
    control(bench, "Delete", exact=True).click()
    expect(link).to_have_count(0)
    control(bench, "Undo", exact=True).click()
    control(bench, "Views").click()
    expect(link).to_be_visible()


def test_the_start_claims_no_goal_for_what_is_set(page):
    page.goto("/metrics")
    page.get_by_role("heading", name="Pick a metric").wait_for()
    names = page.locator(".start .name")
    names.first.wait_for()
    said = dict(
        text.rsplit(" ", 1) if text[-1] in "↑↓" else (text, "")
        for text in map(str.strip, names.all_inner_texts())
    )
    assert (said["f1"], said["loss"], said["lr"]) == ("↑", "↓", ""), json.dumps(said)

"""The page of one run: its parts, its files, its edits, and how it grows while it records."""

import hashlib

import numpy as np
import pytest
from e2e_screen import Charts, address, number, state_of
from playwright.sync_api import expect

import ridgeline


@pytest.fixture
def best(numbers):
    last = numbers.last("f1", lang="en", subset="dev")
    return max(last, key=last.get)


def tab(page, name):
    page.get_by_role("tab", name=name).click()


def test_the_overview_tells_best_values_and_ranks(page, numbers, best):
    page.goto(f"/run/{best}")
    figures = page.get_by_role("group", name="Key figures")
    expect(figures).to_contain_text("rank")
    for figure in figures.locator(":scope > div").all():
        name, context = figure.locator(".what").inner_text().split("\xa0")[0].split(" ", 1)
        values = context.removesuffix(", best ↑").removesuffix(", best ↓").split(", ")
        keys = {"lang": values[0], "subset": values[1]} if len(values) == 2 else {"subset": values[0]}
        points = numbers.series(name, **keys)
        goal, lower = (np.min, True) if "↓" in context else (np.max, False)
        mine = goal(points[best].value)
        assert number(figure.locator(".value").inner_text()) == pytest.approx(mine, rel=2e-3)
        others = [goal(series.value) for series in points.values()]
        rank = 1 + sum(other < mine if lower else other > mine for other in others)
        said = figure.locator(".more").inner_text()
        assert f"rank {rank} of {len(others)}" in said
        place = int(np.flatnonzero(points[best].value == mine)[0])
        assert f"at step {points[best].step[place]}, epoch {points[best].epoch[place]:g}" in said
        expect(figure.locator(".course path")).to_have_count(1)


def test_key_figures_are_chosen_and_kept_for_all_runs(page, numbers, best):
    page.goto(f"/run/{best}")
    figures = page.get_by_role("group", name="Key figures").locator(":scope > div")
    page.get_by_role("button", name="Choose figures").click()
    page.get_by_label("Series", exact=True).fill("lr")
    page.get_by_role("dialog", name="Choose key figures").get_by_role("checkbox").first.check()
    expect(figures).to_have_count(1)
    expect(figures).to_contain_text("lr")
    page.reload()
    expect(figures).to_have_count(1)
    page.goto(f"/run/{next(run for run in numbers.ids() if run != best)}")
    expect(figures).to_have_count(1)
    page.get_by_role("button", name="Choose figures").click()
    page.get_by_role("button", name="Choose for me").click()
    expect(figures).to_have_count(5)


def test_every_part_opens_and_the_address_keeps_it(page, numbers, best):
    page.goto(f"/run/{best}")
    for name, seen in (
        ("Metrics", "f1"),
        ("Params", "epochs"),
        ("System", ""),
        ("Console", ""),
        ("Artifacts", "model.safetensors"),
        ("Environment", "numpy"),
    ):
        tab(page, name)
        page.wait_for_url(f"**tab={name.lower()}**")
        expect(page.get_by_role("main")).to_contain_text(seen)
    page.reload()
    expect(page.get_by_role("tab", name="Environment")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.get_by_role("tab", name="Artifacts")).to_have_attribute("aria-selected", "true")


def test_metrics_overlay_the_contexts_of_the_run(page, numbers, best):
    page.goto(address(f"/run/{best}", tab="metrics", x="epoch"))
    charts = Charts(page).wait("charts.some((chart) => chart.lines.length === 18)")
    title = next(
        title
        for title, chart in charts.debug().items()
        if title.startswith("f1") and len(chart["lines"]) == 18
    )
    subset = "dev" if "dev" in title else "test"
    drawn = {tuple(np.round(line["y"], 6)) for line in charts.values(title)}
    for lang in ("de", "zh", "en"):
        values = numbers.series("f1", lang=lang, subset=subset)[best].value
        assert tuple(np.round(values.astype(np.float32).astype(float), 6)) in drawn


def test_a_file_comes_down_as_it_was_recorded(page, numbers, best):
    page.goto(address(f"/run/{best}", tab="artifacts"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    (artifact,) = numbers.repo.run(best).artifacts.values()
    assert download.value.suggested_filename == "model.safetensors"
    data = download.value.path().read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (artifact.size_bytes, artifact.blob)


def test_an_unknown_run_says_so(page, faults):
    page.goto("/run/nothing")
    expect(page.get_by_role("main")).to_contain_text("This run cannot be shown")
    faults.forgive("the server responded with a status of 404")


class TestRecording:
    def test_grows_while_it_records_and_prints(self, bench, workshop):
        with ridgeline.Run(
            "live",
            name="printing",
            params={"lr": 0.1},
            repo=workshop,
            capture=ridgeline.Capture(system=False),
        ) as run:
            run.track(0.25, name="share", step=0)
            print("first \x1b[31mred\x1b[0m line")
            run.flush()
            bench.goto(address(f"/run/{run.id}", tab="console"))
            log = bench.get_by_role("log")
            expect(log).to_contain_text("first red line")
            print("second line")
            expect(log).to_contain_text("second line")
            bench.get_by_placeholder("Search the console").fill("second")
            expect(bench.get_by_text("1 of 1 line")).to_be_visible()
            tab(bench, "Metrics")
            charts = Charts(bench).wait("charts.length === 1 && charts[0].lines[0].points === 1")
            run.track(0.75, name="share", step=1)
            charts.wait("charts[0].lines[0].points === 2")
            expect(bench.get_by_text("running").first).to_be_visible()
        expect(bench.get_by_text("finished")).to_be_visible()

    def test_growing_leaves_zoom_scroll_and_menus_alone(self, bench, workshop):
        with ridgeline.Run("live", name="growing", repo=workshop, capture=False) as run:
            for name in ("share", *(f"loss_{at}" for at in range(12))):
                for step in range(20):
                    run.track(step / 20, name=name, step=step)
            run.flush()
            bench.goto(address(f"/run/{run.id}", tab="metrics", xmin=5, xmax=10))
            charts = Charts(bench).wait("charts.every((chart) => chart.x[0] === 5 && chart.x[1] === 10)")
            bench.locator("main").evaluate("(main) => main.scrollTo(0, 300)")
            bench.get_by_role("button", name="Compare with").click()
            bench.get_by_label("Search runs").fill("gro")
            for step in range(20, 25):
                run.track(1.0, name="new", step=step - 14)
            run.flush()
            expect(bench.get_by_role("cell", name="new", exact=True)).to_have_count(1)
            charts.wait("charts.every((chart) => chart.x[0] === 5 && chart.x[1] === 10)")
            assert bench.locator("main").evaluate("(main) => main.scrollTop") == 300
            expect(bench.get_by_label("Search runs")).to_have_value("gro")
            expect(bench.get_by_label("Search runs")).to_be_focused()

    def test_a_failure_shows_its_traceback(self, bench, workshop):
        def fail():
            with ridgeline.Run("live", name="failing", repo=workshop, capture=False) as run:
                failed.append(run.id)
                raise ZeroDivisionError("a loss of nothing")

        failed = []
        with pytest.raises(ZeroDivisionError):
            fail()
        bench.goto(f"/run/{failed[0]}")
        expect(bench.get_by_role("heading", name="The run failed")).to_be_visible()
        expect(bench.locator("pre")).to_contain_text("ZeroDivisionError: a loss of nothing")

    def test_name_tags_and_note_can_be_changed(self, bench, workshop, workshop_numbers):
        with ridgeline.Run("edits", name="before", repo=workshop, capture=False) as run:
            run.track(1.0, name="share", step=0)
        bench.goto(f"/run/{run.id}")
        bench.get_by_role("button", name="Rename").click()
        bench.get_by_label("Name", exact=True).fill("after")
        bench.keyboard.press("Enter")
        expect(bench.get_by_role("heading", name="after")).to_be_visible()
        bench.get_by_role("button", name="+ tag").click()
        bench.get_by_label("New tag").fill("chosen")
        bench.keyboard.press("Enter")
        expect(bench.get_by_role("button", name="Remove the tag chosen")).to_be_visible()
        tab(bench, "Notes")
        bench.get_by_label("Note", exact=True).fill("Ünderstood\n\n*at last*")
        bench.keyboard.press("Control+s")
        expect(bench.get_by_text("Saved", exact=True)).to_be_visible()
        tab(bench, "Overview")
        expect(bench.locator(".prose em")).to_have_text("at last")
        state = workshop_numbers.repo.run(run.id)
        assert (state.name, set(state.tags), state.note) == ("after", {"chosen"}, "Ünderstood\n\n*at last*")
        bench.get_by_role("button", name="Remove the tag chosen").click()
        expect(bench.get_by_role("button", name="Remove the tag chosen")).to_have_count(0)
        bench.get_by_role("button", name="Undo").last.click()
        expect(bench.get_by_role("button", name="Remove the tag chosen")).to_be_visible()
        assert "tab" not in state_of(bench)

"""Groups on the Params page: colours, dashes, a chart for each, and runs folded over seeds."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from e2e_screen import Parallel, address, state_of
from playwright.sync_api import expect

AXES = [
    "run.hparams.lr",
    "run.hparams.technique",
    "last(f1{lang=de,subset=dev})",
    "last(f1{lang=en,subset=dev})",
]
EN = 'run.metrics["f1", {"lang": "en", "subset": "dev"}].last'


@pytest.fixture
def plot(page):
    page.goto(address("/params", a=AXES))
    return Parallel(page).wait("plot.runs === 24")


def choose(page, control, *names):
    page.get_by_role("button", name=f"{control}:").click()
    for name in names:
        page.get_by_role("checkbox", name=name).check()
    page.keyboard.press("Escape")


def test_colours_of_groups_have_a_legend_that_brushes(page, plot, numbers):
    page.get_by_role("button", name="Colour by").click()
    page.get_by_role("menuitemradio", name="technique").click()
    plot.wait("plot.colouring === 'palette'")
    counts = Counter(numbers.param("hparams.technique").values())
    legend = page.get_by_role("group", name="Legend")
    for technique, count in counts.items():
        expect(legend.get_by_role("button", name=technique)).to_contain_text(str(count))
    legend.get_by_role("button", name="fine-tuning").click()
    plot.wait("plot.selected === given", counts["fine-tuning"])
    page.get_by_role("button", name="Colour by").click()
    page.get_by_role("radio", name="groups of equal values").click()
    page.get_by_role("checkbox", name=".technique").check()
    page.get_by_role("checkbox", name=".epochs").check()
    page.keyboard.press("Escape")
    pairs = set(
        zip(
            numbers.param("hparams.technique").values(), numbers.param("hparams.epochs").values(), strict=True
        )
    )
    expect(legend.locator(".entry")).to_have_count(len(pairs))


def test_the_palette_is_a_choice(page, plot):
    before = plot.debug()["palette"]
    page.get_by_role("button", name="Colour by").click()
    page.get_by_role("radio", name="Cividis").click()
    page.wait_for_url("**pal=cividis**")
    plot.wait("plot.palette[0] !== given", before[0])


def test_dashes_and_charts_split_the_runs(page, plot, numbers):
    choose(page, "Dashes", ".seed")
    seeds = Counter(numbers.param("hparams.seed").values())
    plot.wait("plot.strokes.length === given", len(seeds))
    assert [group["count"] for group in plot.debug()["strokes"]] == [seeds[seed] for seed in sorted(seeds)]
    choose(page, "Charts", ".technique")
    techniques = Counter(numbers.param("hparams.technique").values())
    charts = page.locator("[data-chart=parallel]")
    expect(charts).to_have_count(len(techniques))
    plot.wait("plot.runs < 24")
    shown = charts.evaluate_all("(hosts) => hosts.map((host) => host.__chart.debug())")
    assert [chart["runs"] for chart in shown] == [techniques[name] for name in sorted(techniques)]
    last = numbers.last("f1", lang="en", subset="dev")
    of = numbers.param("hparams.technique")
    for chart, technique in zip(shown, sorted(techniques), strict=True):
        assert chart["standout"] == max((run for run in last if of[run] == technique), key=last.get)
    assert state_of(page)["ch"] == ["run.hparams.technique"]
    page.get_by_role("button", name="Export").click()
    page.get_by_role("option", name="Picture").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    picture = download.value.path().read_text()
    assert all(f"technique {technique}" in picture for technique in techniques)
    assert "stroke-dasharray" in picture


def test_channels_are_switched_off_and_keep_their_keys(page, plot):
    choose(page, "Dashes", ".seed")
    choose(page, "Charts", ".technique")
    charts = page.locator("[data-chart=parallel]")
    expect(charts).to_have_count(2)
    for control in ("Dashes", "Charts", "Colour by"):
        page.get_by_role("button", name=f"{control}:").click()
        page.get_by_role("checkbox", name="Switched on").uncheck()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=f"{control}: off")).to_be_visible()
    expect(charts).to_have_count(1)
    plot.wait("plot.strokes.length === 0 && plot.colouring === 'none' && plot.runs === 24")
    state = state_of(page)
    assert (state["off"], state["s"], state["ch"]) == (
        ["s", "ch", "c"],
        ["run.hparams.seed"],
        ["run.hparams.technique"],
    )
    page.go_back()
    plot.wait("plot.colouring === 'ramp'")


def test_folding_seeds_draws_the_median_of_each_setting(page, plot, numbers):
    page.get_by_role("button", name="Fold").click()
    page.get_by_role("option", name="hparams.seed").click()
    plot.wait("plot.runs < 24")
    names = ("lr", "epochs", "dropout", "technique")
    columns = [numbers.param(f"hparams.{name}") for name in names]
    last = numbers.last("f1", lang="en", subset="dev")
    groups = defaultdict(set)
    for run in last:
        groups[tuple(column[run] for column in columns)].add(run)
    shown = page.evaluate("window.__chart.values()")
    assert {frozenset(runs) for runs in shown["lines"]} == {frozenset(runs) for runs in groups.values()}
    medians = [np.median([last[run] for run in runs]) for runs in shown["lines"]]
    assert shown["axes"][EN] == pytest.approx(medians)
    expect(page.get_by_role("heading", name=f"{len(groups)} lines of 24 runs")).to_be_visible()
    plot.brush(EN, 0.5, 1)
    plot.wait("plot.selected < plot.runs")
    selected = plot.debug()["selected"]
    page.get_by_role("button", name="Keep").click()
    plot.wait("plot.runs === given && plot.selected === given", selected)
    assert state_of(page)["q"][0].startswith("run.id in [")

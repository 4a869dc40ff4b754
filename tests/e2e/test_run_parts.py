"""The parts of a run: each control once."""

import json

import numpy as np
import pytest
from e2e_screen import Charts, address, state_of
from playwright.sync_api import expect

import ridgeline
from ridgeline.log.events import ArtifactEvent, EndEvent
from ridgeline.log.layout import Layout
from ridgeline.testing.segments import TestSegment, segment_id

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def page(browse, server):
    return browse(server, permissions=CLIPBOARD)


@pytest.fixture
def bench(browse, workshop_server):
    return browse(workshop_server, permissions=CLIPBOARD)


@pytest.fixture
def run(numbers):
    """One of the runs with most points."""
    return next(iter(numbers.last("f1", "run.hparams.epochs == 60", lang="en", subset="dev")))


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_charts_of_a_run(page, numbers, run):
    page.goto(address(f"/run/{run}", tab="metrics"))
    charts = Charts(page).wait("charts.length > 2")
    names = {metric.name for metric in numbers.repo.run(run).metrics if not metric.name.startswith("system.")}
    page.get_by_label("Search metrics").fill("f*")
    charts.wait("charts.every((chart) => chart.lines.length === 18)")
    assert {title.split()[0] for title in charts.debug()} == {name for name in names if name.startswith("f")}
    page.get_by_label("Search metrics").fill("nothing like it")
    expect(page.get_by_text("No metric matches")).to_be_visible()
    page.get_by_label("Search metrics").fill("loss")
    charts.wait("charts.length === 1")
    (title,) = charts.debug()
    loss = numbers.series("loss", subset="train")[run]

    page.get_by_role("radio", name="log").click()
    page.get_by_role("button", name="X axis").click()
    page.get_by_role("option", name="epoch").click()
    page.wait_for_url("**x=epoch**ys=log**")
    charts.wait(f"charts[0].yScale === 'log' && charts[0].x[1] <= {loss.epoch[-1]}")
    (line,) = charts.values(title)
    assert np.allclose(line["x"], loss.epoch)
    page.get_by_role("button", name="Smoothing").click()
    page.get_by_role("option", name="EMA .9", exact=True).click()
    page.wait_for_url("**sm=ema:0.9**")

    page.get_by_role("button", name="X axis").click()
    page.get_by_role("option", name="step").click()
    page.wait_for_url(lambda url: "x=epoch" not in url)
    charts.wait(f"charts[0].x[1] === {loss.step[-1]}")
    low, high = float(loss.step[3]), float(loss.step[9])
    middle = float(np.median(charts.values(title)[0]["y"]))
    charts.drag(title, (low, middle), (high, middle))
    page.wait_for_url("**xmin=**")
    zoomed = {key: float(value[0]) for key, value in state_of(page).items() if key in ("xmin", "xmax")}
    span = float(loss.step[-1] - loss.step[0])
    assert zoomed["xmin"] == pytest.approx(low, abs=0.02 * span)
    assert zoomed["xmax"] == pytest.approx(high, abs=0.02 * span)
    page.get_by_role("button", name="Show all of X").click()
    page.wait_for_url(lambda url: "xmin" not in url)


def test_a_pinned_metric_comes_first_on_every_run(page, run):
    page.goto(address(f"/run/{run}", tab="metrics"))
    charts = Charts(page).wait("charts.length > 1")
    first = page.locator("figure figcaption b").first
    expect(first).not_to_have_text("loss")
    page.get_by_role("button", name="Pin loss").click()
    expect(first).to_have_text("loss")
    page.reload()
    charts.wait()
    expect(first).to_have_text("loss")
    page.get_by_role("button", name="Pin loss").click()
    expect(first).not_to_have_text("loss")


def test_params_among_siblings(page, numbers, run):
    page.goto(address(f"/run/{run}", tab="params"))
    panel = page.get_by_role("tabpanel")
    rates = numbers.param("hparams.lr")
    same = sum(rate == rates[run] for rate in rates.values())
    expect(panel).to_contain_text(f"{same} of {len(rates)} have it")
    rows = panel.locator("tbody tr")
    all_rows = rows.count()
    page.get_by_label("Only what differs").check()
    expect(rows).not_to_have_count(all_rows)
    assert state_of(page)["diff"] == ["1"]
    page.get_by_label("Only what differs").uncheck()
    page.get_by_role("button", name="hparams").click()
    expect(panel.locator("td[title='hparams.lr']")).to_have_count(0)
    page.get_by_label("Search params").fill("lr")
    expect(panel.locator("td[title='hparams.lr']")).to_be_visible()
    page.get_by_role("button", name="Copy as JSON").click()
    expect(page.get_by_text("Copied the params as JSON")).to_be_visible()
    assert json.loads(copied(page)) == numbers.repo.run(run).params
    page.get_by_role("button", name="Copy as YAML").click()
    expect(page.get_by_text("Copied the params as YAML")).to_be_visible()
    assert "hparams:\n  " in copied(page)


def test_the_environment_is_searched(page, run):
    page.goto(address(f"/run/{run}", tab="environment"))
    panel = page.get_by_role("tabpanel")
    expect(panel).to_contain_text("cpus")
    page.get_by_label("Search the environment").fill("numpy")
    expect(panel.locator(".packages")).to_contain_text("numpy")
    expect(panel).not_to_contain_text("cpus")
    page.get_by_role("button", name="Copy as requirements.txt").click()
    expect(page.get_by_text("Copied the packages")).to_be_visible()
    assert "numpy==" in copied(page)


def test_files_are_looked_at_without_running_them(bench, workshop, tmp_path):
    (tmp_path / "table.csv").write_text('lang,f1\nde,0.7\n"e, s",0.8\n')
    (tmp_path / "page.html").write_text("<script>document.title = 'taken'</script>")
    (tmp_path / "facts.json").write_text('{"a":{"b":1}}')
    with ridgeline.Run("files", repo=workshop, capture=False) as run:
        run.log_artifacts(tmp_path)
    with TestSegment(Layout(workshop), run.id, segment_id(9)) as log:
        log.events([ArtifactEvent(1.0, "corpus", None, "s3://bucket/corpus", None, None)])
    bench.goto(address(f"/run/{run.id}", tab="artifacts"))
    bench.get_by_role("button", name="Show table.csv").click()
    expect(bench.get_by_role("cell", name="e, s")).to_be_visible()
    bench.get_by_role("button", name="Show page.html").click()
    expect(bench.locator("pre")).to_have_text("<script>document.title = 'taken'</script>")
    bench.get_by_role("button", name="Show facts.json").click()
    expect(bench.locator("pre")).to_contain_text('"b": 1')
    bench.get_by_role("button", name="Copy the hash of facts.json").click()
    expect(bench.get_by_text("Copied the hash")).to_be_visible()
    assert len(copied(bench)) == 64
    expect(bench.get_by_text("kept at s3://bucket/corpus")).to_be_visible()
    bench.get_by_label("Search files").fill("*.csv")
    expect(bench.get_by_text("1 file,")).to_be_visible()
    assert bench.title() != "taken"


def test_parts_without_anything_say_how_to_record_it(bench, workshop):
    with ridgeline.Run("empty", repo=workshop, capture=False) as run:
        pass
    for tab, hint in {
        "overview": "run.track(",
        "metrics": "run.track(",
        "params": "ridgeline.Run(params=",
        "system": "ridgeline.Capture(system=True)",
        "console": "capture=False",
        "artifacts": "run.log_artifact(",
        "notes": "run.note =",
        "environment": "capture=False",
    }.items():
        bench.goto(address(f"/run/{run.id}", tab=tab))
        expect(bench.get_by_role("tabpanel")).to_contain_text(hint)


class TestNotes:
    @pytest.fixture
    def noted(self, workshop):
        with ridgeline.Run("noted", repo=workshop, capture=False) as run:
            run.note = "first"
        return run.id

    def test_two_writers_lose_nothing(self, bench, noted, workshop_numbers):
        repo = workshop_numbers.repo
        bench.goto(address(f"/run/{noted}", tab="notes"))
        note = bench.get_by_label("Note", exact=True)
        note.fill("first, and mine")
        repo.edit(noted, note="first, and theirs")
        expect(bench.get_by_role("alert")).to_contain_text("first, and theirs")
        expect(note).to_have_value("first, and mine")
        expect(bench.get_by_role("button", name="Save")).to_be_disabled()
        bench.get_by_role("button", name="Put mine below theirs").click()
        expect(note).to_have_value("first, and theirs\n\nfirst, and mine")
        bench.get_by_role("button", name="Save").click()
        expect(bench.get_by_text("Saved", exact=True)).to_be_visible()
        assert repo.run(noted).note == "first, and theirs\n\nfirst, and mine"

        note.fill("again")
        repo.edit(noted, note="other")
        bench.get_by_role("button", name="Go on with mine").click()
        bench.keyboard.press("Control+s")
        expect(bench.get_by_text("Saved", exact=True)).to_be_visible()
        assert repo.run(noted).note == "again"

        note.fill("third")
        repo.edit(noted, note="fourth")
        bench.get_by_role("button", name="Take theirs").click()
        expect(note).to_have_value("fourth")

    def test_a_draft_outlives_a_look_elsewhere(self, bench, noted):
        bench.goto(address(f"/run/{noted}", tab="notes"))
        note = bench.get_by_label("Note", exact=True)
        note.fill("half a thou")
        bench.get_by_role("tab", name="Params").click()
        bench.get_by_role("tab", name="Notes").click()
        expect(note).to_have_value("half a thou")
        bench.reload()
        expect(note).to_have_value("half a thou")
        bench.get_by_role("button", name="Discard").click()
        expect(note).to_have_value("first")
        expect(bench.get_by_label("Preview")).to_have_text("first")


class TestConsole:
    LINES = 100_000

    @pytest.fixture
    def loud(self, workshop, workshop_numbers):
        """A run that has printed a hundred thousand lines, one of them an error, and moved a bar."""
        if "loud" in workshop_numbers.ids():
            return "loud"
        layout = Layout(workshop)
        with TestSegment(layout, "loud", segment_id(7)) as log:
            log.head(1000.0, name="loud", experiment="loud")
            log.console(1001.0, "".join(f"train:  {done:3}%|##   | {done}/100\n" for done in range(100)))
            for start in range(0, self.LINES, 1000):
                lines = [f"step {at} \x1b[32mloss\x1b[0m 0.5" for at in range(start, start + 1000)]
                if start == 70_000:
                    lines[3] = "ValueError: shapes differ"
                log.console(1002.0, "\n".join(lines) + "\n")
            log.console(1003.0, "careful\n", "stderr")
            log.events([EndEvent(1004.0, "failed", "ValueError: shapes differ")])
        return "loud"

    def test_a_long_console(self, bench, loud):
        bench.goto(address(f"/run/{loud}", tab="console"))
        log = bench.get_by_role("log")
        expect(bench.get_by_text(f"{self.LINES + 101:,}".replace(",", "\u202f"))).to_be_visible(
            timeout=20_000
        )
        expect(log).to_contain_text("99 earlier")
        assert log.locator(".line").count() < 200

        bench.get_by_role("button", name="First error").click()
        expect(log.locator(".current")).to_contain_text("ValueError: shapes differ")
        bench.get_by_label("Search the console").fill("step 99998 ")
        expect(bench.get_by_text("1 of 1 line")).to_be_visible()
        bench.keyboard.press("Enter")
        expect(log.locator(".current")).to_contain_text("step 99998 loss 0.5")
        bench.get_by_role("button", name="Previous", exact=True).click()
        bench.get_by_role("button", name="Next", exact=True).click()
        bench.get_by_label("Search the console").fill("")

        bench.get_by_label("stderr only").check()
        expect(log.locator(".line")).to_have_count(1)
        expect(log.locator(".err")).to_contain_text("careful")
        bench.get_by_label("stderr only").uncheck()
        bench.get_by_label("Fold progress bars").uncheck()
        bench.get_by_label("Follow the end").check()
        expect(log).to_contain_text("careful")
        with bench.expect_download() as download:
            bench.get_by_role("button", name="Download").click()
        text = download.value.path().read_text()
        assert text.count("\n") == self.LINES + 101
        assert "\x1b" not in text

    def test_scrolling_it_costs_little(self, bench, loud):
        bench.goto(address(f"/run/{loud}", tab="console"))
        bench.get_by_text("complete", exact=False).wait_for()
        script = """async () => {
          const log = document.querySelector('[role=log]')
          const start = performance.now()
          for (let step = 0; step < 30; step += 1) {
            log.scrollTop += 997
            await new Promise(requestAnimationFrame)
          }
          return performance.now() - start
        }"""
        assert bench.evaluate(script) < 3000

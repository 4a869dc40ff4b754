"""Texts, images, audio, figures, distributions and tables of runs: each control of the page once."""

import json
import re

import httpx
import numpy as np
import pytest
from e2e_controls import Hand
from e2e_server import serve
from playwright.sync_api import expect

import ridgeline

HOSTILE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="top.hacked = 1"><script>top.hacked = 1</script></svg>'


class _Plotly:
    """What the SDK asks of a plotly figure."""

    def to_plotly_json(self):
        return {}

    def to_json(self):
        return json.dumps({"data": [{"type": "bar", "y": [1, 3, 2]}], "layout": {"title": {"text": "Bars"}}})


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    """Three runs that tracked all kinds at four steps; the address of their server."""
    root = tmp_path_factory.mktemp("media")
    rng = np.random.default_rng(0)
    for number in range(3):
        params = {"lr": 10.0 ** -(number + 1)}
        with ridgeline.Run(repo=root, name=f"run-{number}", params=params, capture=False) as run:
            for step in (0, 10, 20, 30):
                pixels = [rng.random((8, 12, 3)) for _ in range(2)]
                run.track(
                    [ridgeline.Image(one, caption=f"sample {step}") for one in pixels],
                    name="samples",
                    step=step,
                )
                for lang in ("de", "en"):
                    text = f"# Run {number}\n\n**{lang}** at {step} <b>tag</b>"
                    run.track(ridgeline.Text(text), name="words", step=step, context={"lang": lang})
                run.track(ridgeline.Distribution(rng.normal(number, 1, 500)), name="weights", step=step)
            run.track(ridgeline.Image(HOSTILE.encode()), name="hostile", step=0)
            run.track(ridgeline.Audio(np.sin(np.arange(4000) / 5), rate=8000), name="tone", step=0)
            run.track(ridgeline.Figure(_Plotly()), name="bars", step=0)
            rows = [{"word": f"w{i}", "p": (i * 7 % 1000) / 1000} for i in range(1000)]
            run.track(ridgeline.Table(rows), name="table", step=0)
    with serve(root / ".ridgeline") as url:
        yield url


@pytest.fixture
def page(browse, media):
    return browse(media)


def boxes(page):
    return page.locator("figure[data-object]")


def pick(page, control, *words):
    """Choose keys in a control's list."""
    page.get_by_role("button", name=re.compile(f"^{control}")).click()
    for word in words:
        page.locator(":popover-open").get_by_role("checkbox", name=re.compile(f"^{word}")).check()
    page.keyboard.press("Escape")


def test_images_by_step_in_rows_and_columns(page):
    page.goto("/objects?m=samples")
    expect(boxes(page)).to_have_count(6)
    expect(boxes(page).first).to_contain_text("step 30, no. 0")
    page.get_by_role("slider", name="Step").fill("1")
    expect(boxes(page).first).to_contain_text("step 10")
    assert "at=10" in page.url
    page.go_back()
    expect(boxes(page).first).to_contain_text("step 30")

    pick(page, "Rows", "lr")
    pick(page, "Columns", "step")
    page.get_by_role("radio", name="range").click()
    expect(page.locator("footer")).to_contain_text("24 of 24 images")
    assert boxes(page).count() < 24  # those in sight
    expect(page.locator("h3.band")).to_contain_text(["lr 1e−3", "lr .01", "lr .1"])
    expect(page.locator(".columns > span")).to_contain_text(["step 0", "step 10", "step 20", "step 30"])
    page.get_by_role("button", name="Columns: step").click()
    page.get_by_role("button", name="step: upwards").click()
    page.keyboard.press("Escape")
    expect(page.locator(".columns > span").first).to_contain_text("step 30")
    page.get_by_role("button", name="Steps and indices").click()
    page.get_by_role("spinbutton", name="First step").fill("10")
    page.get_by_role("spinbutton", name="Steps of a series at most").fill("2")
    page.get_by_role("spinbutton", name="Indices at most").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator("footer")).to_contain_text("6 of 24 images")

    page.keyboard.press("Escape")
    page.get_by_role("radio", name="pixelated").click()
    assert page.locator("figure img").first.evaluate("e => getComputedStyle(e).imageRendering") == "pixelated"
    page.get_by_role("button", name="Fit images by").click()
    page.get_by_role("option", name="original size").click()
    page.get_by_role("slider", name="Scale").fill("400")
    expect(page.locator(".media").first).to_have_css("height", "32px")
    pick(page, "Captions", "epoch", "size")
    expect(boxes(page).first).to_contain_text(" B")


def test_an_image_in_full_and_beside_another(page):
    page.goto("/objects?m=samples")
    boxes(page).first.get_by_role("button").first.click()
    full = page.get_by_role("dialog", name="Object in full")
    expect(full).to_contain_text("step 30")
    for key, said in (("ArrowLeft", "step 20"), ("ArrowDown", "run-1"), ("]", "12 × 8")):
        page.keyboard.press(key)
        expect(full).to_contain_text(said)
    expect(full.locator("dl")).to_contain_text("index1")
    page.keyboard.press("c")
    expect(full.locator("img")).to_have_count(2)
    assert len({full.locator("img").nth(at).get_attribute("src") for at in (0, 1)}) == 2
    for way in ("swipe", "difference"):
        full.get_by_role("radio", name=way).click()
        expect(full.locator(f"[data-way={way}]")).to_be_visible()
    full.get_by_role("button", name="Run beside it").click()
    page.get_by_role("option", name="run-2").click()
    expect(full.get_by_role("button", name="Run beside it: run-2")).to_be_visible()
    page.reload()
    expect(full.locator("img")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(full).not_to_be_visible()
    page.wait_for_url(lambda url: "open=" not in url)


def test_hostile_svg_is_a_picture_alone(page, media):
    page.goto("/objects?m=hostile")
    image = page.locator("figure img").first
    expect(image).to_be_visible()
    page.wait_for_function("document.querySelector('figure img').naturalWidth === 9")
    assert page.evaluate("window.hacked") is None
    answer = httpx.get(media + image.get_attribute("src"))
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_texts_are_searched_and_rendered(page):
    page.goto("/objects?kind=text")
    expect(boxes(page)).to_have_count(6)
    pick(page, "all", "lang = de")
    expect(boxes(page)).to_have_count(3)
    page.get_by_role("searchbox", name="Search in the texts").fill("RUN 1")
    page.keyboard.press("Enter")
    expect(boxes(page)).to_have_count(1)
    expect(page.locator("mark")).to_have_text("Run 1")
    page.get_by_role("radio", name="Markdown").click()
    expect(page.locator(".prose strong")).to_have_text("de")
    expect(page.locator(".prose")).to_contain_text("<b>tag</b>")
    page.get_by_role("radio", name="code").click()
    expect(page.locator(".code .line")).to_have_count(3)
    page.get_by_role("searchbox").fill("nowhere")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show all").click()
    expect(boxes(page)).to_have_count(6)


def test_distributions_over_steps_and_of_all_runs(page):
    page.goto("/objects?kind=distribution")
    expect(page.locator("[data-steps='4']")).to_have_count(3)
    expect(boxes(page).first).to_contain_text("step 30 of 0 – 30")
    page.get_by_role("slider", name="Step").fill("0")
    expect(boxes(page).first).to_contain_text("step 0 of 0 – 30")
    boxes(page).last.locator("figcaption button").click()
    full = page.get_by_role("dialog", name="Object in full")
    expect(full.locator("[data-steps='4']")).to_have_count(1)
    expect(full).to_contain_text("step 0 of 0 – 30")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="all runs").click()
    expect(page.locator("[data-ridges='3']")).to_have_count(1)


def test_a_table_is_sorted_in_place_and_saved(page):
    page.goto("/objects?kind=table")
    grid = page.get_by_role("grid", name="table").first
    expect(grid.get_by_role("row").nth(2)).to_contain_text("w1")
    grid.get_by_role("columnheader", name="p").click()
    expect(grid.get_by_role("row").nth(2)).to_contain_text("w143")
    assert grid.get_by_role("row").count() < 60
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").first.click()
    lines = download.value.path().read_text().splitlines()
    assert (len(lines), lines[:3]) == (1001, ["word,p", "w0,0", "w143,0.001"])


def test_sounds_and_figures(page):
    pytest.importorskip("plotly")
    page.goto("/objects?kind=audio")
    expect(page.locator("audio")).to_have_count(3)
    expect(page.get_by_role("link", name="Download").first).to_be_visible()
    page.get_by_role("radio", name="Figures").click()
    page.locator("[data-plotly=drawn]").first.wait_for(timeout=30_000)
    boxes(page).first.get_by_role("button").first.click()
    frame = page.locator("iframe[data-stage=drawn]")
    frame.wait_for(timeout=30_000)
    assert frame.get_attribute("sandbox") == "allow-scripts"


def test_the_tab_of_a_run(page, media):
    run = httpx.get(f"{media}/api/runs").json()["runs"][0]
    page.goto(f"/run/{run['id']}")
    page.get_by_role("tab", name="Objects").click()
    expect(boxes(page).first).to_be_visible()
    page.get_by_role("radio", name="Text").click()
    expect(boxes(page)).to_have_count(2)
    assert "tab=objects" in page.url
    expect(page.locator("footer")).to_contain_text("2 of 8 texts")


def test_an_empty_page_says_how_to_fill_it(browse, server):
    page = browse(server)
    page.goto("/objects?kind=audio")
    expect(page.get_by_role("heading", name="No sounds recorded yet")).to_be_visible()
    page.get_by_role("button", name="Show images").click()
    expect(boxes(page).first).to_be_visible()


def test_a_run_that_goes_on_shows_its_newest(browse, tmp_path):
    with ridgeline.Run(repo=tmp_path, name="live", capture=False) as run:
        run.track(ridgeline.Text("first"), name="words", step=0)
        run.flush()
        with serve(run.repo) as url:
            page = browse(url)
            page.goto("/objects")
            expect(boxes(page)).to_contain_text(["first"])
            run.track(ridgeline.Text("second"), name="words", step=7)
            run.flush()
            expect(boxes(page)).to_contain_text(["second"])
            expect(boxes(page)).to_have_count(1)
            expect(page.locator("[data-step]")).to_contain_text("up to 7")
            page.close()  # before the server ends, for which it would ask in vain


def test_every_choice_is_kept_and_undone(page):
    hand = Hand(page)
    for name, rows in (
        ("m=samples", ["Steps", "Enlarge"]),
        ("kind=text", ["Steps", "Show texts as"]),
        ("kind=distribution", ["Show distributions"]),
    ):
        page.goto(f"/objects?{name}")
        page.get_by_role("radiogroup", name=rows[-1]).wait_for()
        hand.chooses_each(*rows)
        if name == "m=samples":
            hand.picks_each("Fit images by")
        hand.goes_back()

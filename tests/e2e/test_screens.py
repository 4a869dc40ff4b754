"""The main pages beside kept pictures of them, in light and dark. `e2e_pictures` says what counts as a difference."""

import pytest
from e2e_pictures import check_picture, difference, kept, taken
from e2e_screen import address
from e2e_server import serve
from e2e_study import LAST, NOW, write_study

EN = "last(f1{lang=en,subset=dev})"
DE = "last(f1{lang=de,subset=dev})"
SCREENS = {
    "home": "/",
    "runs": address("/runs", add=[EN, DE], sort=f"-{EN}"),
    "metrics": address("/metrics", m="f1", c="run.hparams.lr", ch="metric.context.lang"),
    "params": address("/params", a=["run.hparams.lr", "run.hparams.batch", "run.model", EN, DE]),
    "scatter": address("/scatter", x=EN, y=DE),
    "run": None,
}
ALIKE = {"timezone_id": "UTC", "locale": "en-GB", "color_scheme": "light"}
# How long an answer took, where the repo lies.
CHANGING = "footer, [data-changing]"
# What a page shows when its data has come.
SHOWN = {
    "home": "main table tbody tr, main [role=row][data-at]",
    "runs": "[role=row][data-at='0']",
    "metrics": "main [role=row]",
    "params": "[role=row][data-at='0']",
    "scatter": "[role=row][data-at='0']",
    "run": "[data-chart] canvas",
}
READY = """async () => {
  await document.fonts.ready
  if (document.querySelector('main [aria-busy=true]')) return false
  const charts = [...document.querySelectorAll('[data-chart]')].filter((host) => host.__chart)
  return charts.every((host) => { const now = host.__chart.debug(); return !now.pending && now.draws?.lines !== 0 })
}"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The address of a server on runs that are always the same."""
    folder = tmp_path_factory.mktemp("screens") / "tagger-study"
    write_study(folder)
    with serve(folder / ".ridgeline") as url:
        yield url


@pytest.fixture
def page(browse, study):
    return at_noon(browse(study, **ALIKE))


@pytest.fixture
def home(page):
    show(page, "home")
    return page


def at_noon(page):
    page.clock.set_fixed_time(NOW)
    return page


def show(page, screen):
    """Open a page and wait until it shows all."""
    path = SCREENS[screen]
    if path is None:
        runs = page.request.get("/api/runs").json()["runs"]
        path = f"/run/{next(run['id'] for run in runs if run['name'] == LAST)}"
    page.goto(path)
    page.locator(SHOWN[screen]).first.wait_for()
    settle(page)


def settle(page):
    # The type face of code is the machine's own.
    page.add_style_tag(content=":root { --mono: var(--font) !important }")
    page.wait_for_function(READY)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_page_looks_as_it_did(page, screen, tmp_path):
    show(page, screen)
    check_picture(f"{screen}-light", taken(page, CHANGING), tmp_path)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    settle(page)
    check_picture(f"{screen}-dark", taken(page, CHANGING), tmp_path)


def test_a_real_change_is_noticed(home):
    for change in (
        "[role=grid], table { visibility: hidden }",
        ":root { --accent: #1A9A5A !important }",
        ":root { --text: #334455 !important }",
        "main { padding-top: 4px }",
    ):
        style = home.add_style_tag(content=change)
        found = difference(taken(home, CHANGING), kept("home-light"))
        style.evaluate("(style) => style.remove()")
        assert found.seen, change


def test_text_that_another_browser_sets_and_smooths_otherwise_is_no_change(launch, study):
    with launch("--disable-font-subpixel-positioning") as other:
        page = at_noon(other.new_page(base_url=study, viewport={"width": 1440, "height": 900}, **ALIKE))
        show(page, "runs")
        found = difference(taken(page, CHANGING), kept("runs-light"))
    assert found.share > 0
    assert not found.seen, str(found)

"""axe-core finds nothing serious on any page, light and dark."""

import os
from pathlib import Path

import pytest
from e2e_screen import address
from playwright.sync_api import expect

import ridgeline

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# What a page has once it is complete.
PAGES = {
    "/": "Recent",
    "/metrics?m=f1{lang=de,subset=dev}&c=run.hparams.lr": "de",
    "/params": "lr",
    "/scatter": "lr",
    "/runs": "run-001",
    "/select?target=f1{subset=test}&task=de&source=en": "Reveal",
    "/select?target=f1{subset=test}&task=de&source=en&reveal=1": "Mean regret by pool",
    "/experiments": "emoji-zero-shot",
    "/experiments?name=emoji-zero-shot": "Params that vary",
    "/tags": "demo",
    "/bookmarks": "saved",
    "/objects": "",
    "/reports": "",
    "/nowhere": "",
}
TABS = {
    "overview": "rank",
    "metrics": "All series",
    "params": "of the experiment",
    "system": "",
    "objects": "",
    "console": "",
    "artifacts": "model.safetensors",
    "notes": "Markdown",
    "environment": "numpy",
}


@pytest.fixture(scope="session")
def axe():
    if not AXE.is_file():
        assert "CI" not in os.environ, "in CI axe-core must be there: scripts/npm installs it"
        pytest.skip("NO AXE: `scripts/npm --prefix ui ci` installs axe-core")
    return AXE.read_text(encoding="utf-8")


def serious(page, axe):
    """What axe-core finds serious or critical, one line for each element."""
    # The debugger evaluates it, so that the page's content security policy stays as it is.
    page.evaluate(f"() => {{ {axe}\n }}")
    found = page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)"
    )
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def check(page, axe, seen):
    body = page.locator("#app")
    expect(body).to_contain_text(seen or "Ridgeline")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        assert serious(page, axe) == [], scheme


@pytest.mark.parametrize("path", PAGES)
def test_a_page(page, axe, path):
    page.goto(path)
    page.locator("main").wait_for()
    check(page, axe, PAGES[path])


@pytest.mark.parametrize("tab", TABS)
def test_a_part_of_a_run(page, axe, numbers, tab):
    run = next(iter(numbers.last("f1", lang="en", subset="dev")))
    page.goto(address(f"/run/{run}", tab=tab))
    page.get_by_role("tabpanel").wait_for()
    check(page, axe, TABS[tab])


def test_a_comparison(page, axe, numbers):
    runs = list(numbers.last("f1", lang="en", subset="dev"))[:3]
    page.goto(address("/compare", id=runs))
    check(page, axe, "hparams")


def test_a_failed_run_and_a_search(bench, axe, workshop):
    def fail():
        with ridgeline.Run("broken", name="broken", repo=workshop, capture=False) as run:
            ids.append(run.id)
            raise ValueError("no")

    ids = []
    with pytest.raises(ValueError, match="no"):
        fail()
    bench.goto(f"/run/{ids[0]}")
    expect(bench.get_by_role("heading", name="The run failed")).to_be_visible()
    bench.get_by_role("button", name="Compare with").click()
    bench.get_by_label("Search runs").wait_for()
    check(bench, axe, "The run failed")

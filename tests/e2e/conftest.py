"""A real sweep, a real server, a real browser. Console errors and requests that leave this machine fail a test."""

import fcntl
import os
import shutil
from urllib.parse import urlsplit

import pytest
from e2e_numbers import Numbers
from e2e_server import Faults, serve
from playwright.sync_api import expect, sync_playwright

from ridgeline.demo.sweep import recipes, train_all

N_RUNS = 24
# The shell opens a page in a quarter of the time. Two are where Debian's packages put them, whatever the PATH.
BROWSERS = (
    "chromium-headless-shell",
    "/usr/bin/chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/usr/bin/chromium",
)
# Nothing waits so long but what fails, or a browser on a crowded machine.
PATIENCE_MS = 20_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The logs of the first candidates of the demo, trained once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "trained"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            root = tmp_path_factory.mktemp("training") / ".ridgeline"
            train_all(root, list(enumerate(recipes()[:N_RUNS])), 2, lambda: None)
            root.parent.rename(shared)
    return shared / ".ridgeline"


@pytest.fixture(scope="session")
def sweep(trained, tmp_path_factory):
    """A repo with these runs, which tests only read."""
    return copy(trained, tmp_path_factory.mktemp("sweep"))


@pytest.fixture(scope="session")
def server(sweep):
    """The address of `ridgeline up` on that repo, which tests only read."""
    with serve(sweep) as url:
        yield url


@pytest.fixture(scope="session")
def numbers(sweep):
    """The numbers of that repo, by another way than the server's."""
    return Numbers(sweep)


@pytest.fixture(scope="module")
def workshop(trained, tmp_path_factory):
    """A repo with the same runs that the tests of a file may write to."""
    return copy(trained, tmp_path_factory.mktemp("workshop"))


def copy(root, folder):
    """The logs of a repo, for a server of its own."""
    left_out = shutil.ignore_patterns("index.sqlite*", "index.lock")
    return shutil.copytree(root, folder / root.name, ignore=left_out)


@pytest.fixture(scope="module")
def workshop_numbers(workshop):
    return Numbers(workshop)


@pytest.fixture(scope="module")
def workshop_server(workshop):
    with serve(workshop) as url:
        yield url


@pytest.fixture(scope="session")
def launch():
    """Start a Chromium, with more flags than the usual ones."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        assert "CI" not in os.environ, "the end-to-end tests need a Chromium, and in CI they must run"
        pytest.skip("NO CHROMIUM: the end-to-end tests are skipped; `scripts/browser` installs one on Debian")
    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(executable_path=found, args=[*FLAGS, *flags])


@pytest.fixture(scope="session")
def chromium(launch):
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture
def faults():
    """Console errors and requests to elsewhere, seen so far."""
    return Faults()


@pytest.fixture
def browse(chromium, faults):
    """Make a page of 1440 × 900, or what is asked for, that fails the test on console errors and on requests to elsewhere."""
    contexts = []

    def open_page(base_url, **options):
        size = {"width": options.pop("width", 1440), "height": options.pop("height", 900)}
        context = chromium.new_context(viewport=size, base_url=base_url, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.on(
            "console",
            lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None,
        )
        page.on("request", lambda request: _check_local(request.url, faults))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert list(faults) == []


@pytest.fixture
def page(browse, server):
    """A page on the sweep, which tests only read."""
    return browse(server)


@pytest.fixture
def bench(browse, workshop_server):
    """A page on the copy that tests may write to."""
    return browse(workshop_server)


def _check_local(url, faults):
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
        faults.append(f"request to elsewhere: {url}")

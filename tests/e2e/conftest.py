"""A real sweep, a real server, a real browser. Console errors and requests that leave this machine fail a test."""

import os
import re
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import sync_playwright

from ridgeline.demo.sweep import recipes, train_all

N_RUNS = 24
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def sweep(tmp_path_factory):
    """A repo with the first candidates of the demo."""
    root = tmp_path_factory.mktemp("sweep") / ".ridgeline"
    train_all(root, list(enumerate(recipes()[:N_RUNS])), 2, lambda: None)
    return root


@pytest.fixture(scope="session")
def server(sweep):
    """The address of `ridgeline up` on that repo."""
    command = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", str(sweep), "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    try:
        printed = ""
        while not (match := re.search(r"http://127\.0\.0\.1:\d+", printed)):
            line = process.stdout.readline()
            assert line, f"the server ended: {printed}"
            printed += line
        url = match.group()
        assert httpx.get(url, timeout=10).status_code == 200
        yield url
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def chromium():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        assert "CI" not in os.environ, "the end-to-end tests need a Chromium, and in CI they must run"
        pytest.skip("NO CHROMIUM: the end-to-end tests are skipped; `scripts/browser` installs one on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


@pytest.fixture
def page(chromium, server):
    """A page of 1440 × 900 that fails the test on console errors and on requests to elsewhere."""
    faults = []
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, base_url=server, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    page.on(
        "console",
        lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None,
    )
    page.on("request", lambda request: _check_local(request.url, faults))
    yield page
    context.close()
    assert faults == []


def _check_local(url, faults):
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
        faults.append(f"request to elsewhere: {url}")

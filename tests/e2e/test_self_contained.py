"""A view as one file: it opens without a server and shows the same numbers."""

import re

from e2e_screen import Charts, address
from playwright.sync_api import expect

VIEW = address("/metrics", m="f1{lang=de,subset=dev}", c="run.hparams.lr", x="epoch", fold="1")


def test_the_file_shows_the_view_offline(page, browse, chromium, tmp_path):
    page.goto(VIEW)
    charts = Charts(page).wait()
    (shown,) = charts.debug().values()
    values = charts.values(next(iter(charts.debug())))
    page.get_by_role("button", name="Views").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Download as a self-contained page").click()
    file = tmp_path / "view.html"
    download.value.save_as(file)
    text = file.read_text()
    assert str(tmp_path.parent) not in text
    assert not re.search(r'(src|href)="https?://', text)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    alone = context.new_page()
    faults = []
    alone.on("pageerror", lambda error: faults.append(str(error)))
    alone.goto(file.as_uri())
    again = Charts(alone).wait()
    (drawn,) = again.debug().values()
    assert (drawn["colors"], drawn["labels"]) == (shown["colors"], shown["labels"])
    assert again.values(next(iter(again.debug()))) == values
    expect(alone.get_by_role("status").first).to_contain_text("snapshot of")
    alone.keyboard.press("l")
    alone.wait_for_function("() => document.querySelector('[data-chart]').__chart.debug().y[0] > 0")
    alone.get_by_role("link", name="Runs", exact=True).click()
    expect(alone.get_by_text("This page is a snapshot of")).to_be_visible()
    alone.go_back()
    Charts(alone).wait()
    assert faults == []
    context.close()

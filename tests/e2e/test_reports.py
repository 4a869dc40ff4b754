"""Reports: the list, writing, live views inside, and what is not lost."""

import re

from e2e_screen import Charts, address

VIEW = address("/metrics", m='f1{"lang":"en","subset":"dev"}')


def frame(page):
    """The frame of the first live view."""
    page.locator("iframe").first.wait_for()
    return page.locator("iframe").first.element_handle().content_frame()


def test_a_report_is_written_and_read_with_a_live_view(bench, workshop_server):
    page = bench
    page.request.post(
        f"{workshop_server}/api/views", data={"name": "English (dev)", "page": "metrics", "url": VIEW}
    )
    page.goto("/reports")
    page.get_by_role("button", name="New report").click()
    page.get_by_label("Title").fill("What transfers")
    page.get_by_label("Markdown").fill("**Bold** and <b>not</b>")
    page.get_by_role("button", name="Insert view").click()
    page.get_by_role("menuitem", name="English (dev)").click()
    preview = page.get_by_role("region", name="Preview")
    assert preview.locator("strong").inner_text() == "Bold"
    assert "<b>not</b>" in preview.inner_text()
    inside = frame(page)
    charts = Charts(inside).wait()
    assert [len(chart["lines"]) for chart in charts.debug().values()] == [24]
    assert inside.locator("header, .bar, footer").filter(visible=True).count() == 0

    page.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("heading", name="What transfers").wait_for()
    Charts(frame(page)).wait()
    page.get_by_role("link", name="Open").click()
    page.wait_for_url(re.compile("/metrics"))


def test_what_was_written_outlives_the_tab(bench, workshop_server, faults):
    page = bench
    report = page.request.post(
        f"{workshop_server}/api/reports", data={"title": "Draft", "text": "before"}
    ).json()
    page.goto(f"/reports/{report['id']}?edit=1")
    page.route("**/api/reports/*", lambda route: route.abort())
    with page.expect_console_message(lambda message: "ERR_FAILED" in message.text):
        page.get_by_label("Markdown").fill("before and after")
    faults.forgive("ERR_FAILED")
    page.unroute("**/api/reports/*")
    page.reload()
    assert page.get_by_label("Markdown").input_value() == "before and after"
    page.keyboard.press("Control+s")
    page.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    assert (
        page.request.get(f"{workshop_server}/api/reports/{report['id']}").json()["text"] == "before and after"
    )

    page.goto("/reports")
    page.get_by_label("Search reports").fill("draft AFTER")
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("No report has these words").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Draft").wait_for()

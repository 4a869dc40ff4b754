"""Reports: the list, writing, live views inside, and what is not lost."""

import re

from e2e_screen import Charts, address
from playwright.sync_api import expect

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
    page.request.post(f"{workshop_server}/api/reports", data={"title": "Other", "text": "words"})
    page.goto(f"/reports/{report['id']}?edit=1")
    expect(page.get_by_label("Markdown")).to_have_value("before")
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


def text_of(page, server, key):
    return page.request.get(f"{server}/api/reports/{key}").json()["text"]


def test_of_two_who_write_the_second_is_told_and_no_word_is_lost(browse, workshop_server, faults):
    first, second = browse(workshop_server), browse(workshop_server)
    report = first.request.post(
        f"{workshop_server}/api/reports", data={"title": "Ours", "text": "begun"}
    ).json()
    for page in (first, second):
        page.goto(f"/reports/{report['id']}?edit=1")
        expect(page.get_by_label("Markdown")).to_have_value("begun")
    first.get_by_label("Title").fill("Ours, renamed")
    first.get_by_label("Markdown").fill("begun by one")
    first.get_by_role("button", name="Done").click()
    first.get_by_role("heading", name="Ours, renamed").wait_for()
    second.get_by_label("Markdown").fill("begun by another")
    told = second.get_by_role("alert")
    expect(told).to_contain_text("changed elsewhere")
    expect(told.locator(".minus")).to_have_text("-begun by one")
    expect(told.locator(".plus")).to_have_text("+begun by another")
    assert text_of(second, workshop_server, report["id"]) == "begun by one"
    faults.forgive("the server responded with a status of 400")
    second.get_by_role("button", name="Put mine below theirs").click()
    second.get_by_role("button", name="Done").click()
    second.get_by_role("heading", name="Ours, renamed").wait_for()
    assert text_of(second, workshop_server, report["id"]) == "begun by one\n\nbegun by another"

    second.get_by_role("button", name="Edit").click()
    second.request.delete(f"{workshop_server}/api/reports/{report['id']}", data={})
    second.get_by_label("Markdown").fill("still here")
    expect(second.get_by_role("alert")).to_contain_text("deleted elsewhere")
    faults.forgive("the server responded with a status of 404")
    second.get_by_role("button", name="Bring it back with mine").click()
    second.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    assert text_of(second, workshop_server, report["id"]) == "still here"


def test_a_slow_save_takes_nothing_back(bench, workshop_server):
    page = bench
    report = page.request.post(f"{workshop_server}/api/reports", data={"title": "Slow", "text": "a"}).json()
    page.goto(f"/reports/{report['id']}?edit=1")
    between = []

    def hold(route):
        """Let the first save reach the server, and go on writing before its answer comes back."""
        if route.request.method != "PUT" or between:
            return route.continue_()
        between.append(None)
        answer = route.fetch()
        between.append(text_of(page, workshop_server, report["id"]))
        page.get_by_label("Markdown").fill("a b c")
        return route.fulfill(response=answer)

    page.route("**/api/reports/*", hold)
    page.get_by_label("Markdown").fill("a b")
    page.keyboard.press("Control+s")
    expect(page.get_by_label("Markdown")).to_have_value("a b c")
    # Saves again by itself: nothing is typed after this.
    page.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    assert (between, text_of(page, workshop_server, report["id"])) == ([None, "a b"], "a b c")
    page.unroute("**/api/reports/*")

    # A tab that is reloaded before it hears of its save finds its own words, not somebody else's.
    page.evaluate(
        "([key, kept]) => localStorage.setItem(key, kept)",
        [f"ridgeline.report:{report['id']}", '{"base": "a b", "text": "a b c"}'],
    )
    page.reload()
    expect(page.get_by_label("Markdown")).to_have_value("a b c")
    page.get_by_role("status").get_by_text("Saved", exact=True).wait_for()
    expect(page.get_by_role("alert")).to_have_count(0)

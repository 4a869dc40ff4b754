from concurrent.futures import ThreadPoolExecutor

import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.log.layout import Layout
from ridgeline.query.reports import change_report, delete_report, report, reports, save_report


class Seconds:
    """A clock that is set by hand."""

    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now

    def time_ns(self):
        return int(self.now * 1e9)


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path)
    layout.create()
    return layout


def test_a_report_is_kept_with_its_latest_text(layout):
    first = save_report(layout, " Größe ", "# 語\n", clock=Seconds(1.0))
    second = save_report(layout, "b", "", clock=Seconds(2.0))
    changed = save_report(layout, "c", "new", report_id=first.id, clock=Seconds(3.0))
    assert first.title == "Größe"
    assert reports(layout) == [second, changed]
    assert report(layout, first.id).text == "new"


def test_a_deleted_report_can_come_back_though_the_clock_was_set_back(layout):
    kept = save_report(layout, "a", "text", clock=Seconds(10.0))
    assert delete_report(layout, kept.id, clock=Seconds(5.0)) == kept
    assert reports(layout) == []
    with pytest.raises(NotFoundError):
        delete_report(layout, kept.id)
    save_report(layout, "a", "text", report_id=kept.id, clock=Seconds(1.0))
    assert report(layout, kept.id).text == "text"


@pytest.mark.parametrize(("title", "text"), [("", "x"), (" ", "x"), ("x" * 201, ""), ("a", "x" * 150_001)])
def test_what_is_no_report(layout, title, text):
    with pytest.raises(InputError) as caught:
        save_report(layout, title, text)
    assert caught.value.slug == "bad-report"
    assert reports(layout) == []


def test_the_longest_text_fits_its_frame(layout):
    text = "\x01" * 150_000  # six bytes each, once escaped
    assert report(layout, save_report(layout, "a", text).id).text == text


def test_what_is_read_once_is_what_stands_on_the_disk_now(layout):
    first = save_report(layout, "a", "first", clock=Seconds(1.0))
    save_report(layout, "a", "second", report_id=first.id, clock=Seconds(2.0))
    assert report(layout, first.id).text == "second"
    *_, newest = layout.view_segments()
    newest.unlink()
    assert report(layout, first.id).text == "first"


def test_a_text_is_changed_only_where_it_reads_as_it_did(layout):
    kept = save_report(layout, "a", "first", clock=Seconds(1.0))
    mine = change_report(layout, kept.id, text="mine", text_before="first", clock=Seconds(2.0))
    assert (mine.title, mine.text) == ("a", "mine")
    with pytest.raises(InputError, match="report-changed"):
        change_report(layout, kept.id, text="theirs", text_before="first", clock=Seconds(3.0))
    assert report(layout, kept.id) == mine
    again = change_report(layout, kept.id, text="mine", text_before="first", clock=Seconds(4.0))
    assert again.text == "mine"


def test_a_title_is_changed_alone(layout):
    kept = save_report(layout, "a", "text", clock=Seconds(1.0))
    assert change_report(layout, kept.id, title="b", clock=Seconds(2.0)).text == "text"
    delete_report(layout, kept.id, clock=Seconds(3.0))
    with pytest.raises(NotFoundError):
        change_report(layout, kept.id, title="c", clock=Seconds(4.0))
    assert change_report(layout, kept.id, title="c", text="back", clock=Seconds(5.0)).title == "c"


def test_of_many_who_save_at_once_one_is_first(layout):
    kept = save_report(layout, "a", "first")

    def save(number):
        try:
            return change_report(layout, kept.id, text=f"text {number}", text_before="first").text
        except InputError:
            return None

    with ThreadPoolExecutor(8) as pool:
        saved = [text for text in pool.map(save, range(8)) if text is not None]
    assert saved == [report(layout, kept.id).text]

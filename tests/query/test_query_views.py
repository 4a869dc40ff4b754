import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.log.events import ViewEvent, encode_event
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.writer import SegmentWriter
from ridgeline.query.views import delete_view, save_view, saved_views
from ridgeline.testing.segments import segment_id


class Seconds:
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


def test_views_come_back_oldest_first(layout):
    assert saved_views(layout) == []
    second = save_view(layout, "Second", "runs", "/runs?q=run.lr", clock=Seconds(20.0))
    first = save_view(layout, " Größe ", "metrics", "/metrics?m=f1", clock=Seconds(10.0))
    assert saved_views(layout) == [first, second]
    assert first.name == "Größe"
    assert (first.page, first.url, first.created) == ("metrics", "/metrics?m=f1", 10.0)


def test_saving_again_replaces(layout):
    view = save_view(layout, "Old", "runs", "/runs", clock=Seconds(1.0))
    save_view(layout, "New", "runs", "/runs?q=1", view_id=view.id, clock=Seconds(2.0))
    (found,) = saved_views(layout)
    assert (found.id, found.name, found.url) == (view.id, "New", "/runs?q=1")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("", "/runs"),
        (" ", "/runs"),
        ("x" * 201, "/runs"),
        ("a", "https://elsewhere"),
        ("a", "//elsewhere"),
        ("a", "/\\elsewhere"),
        ("a", "/\t/elsewhere"),
        ("a", "javascript:alert(1)"),
        ("a", ""),
        ("a", "/" + "x" * 60_000),
    ],
)
def test_what_is_no_view(layout, name, url):
    with pytest.raises(InputError) as caught:
        save_view(layout, name, "runs", url)
    assert caught.value.slug == "bad-view"
    assert saved_views(layout) == []


def test_a_view_of_others_that_leads_elsewhere_is_left_out(layout):
    for number, url in enumerate(("//elsewhere", "javascript:alert(1)", "/runs")):
        writer = SegmentWriter(layout.view_segment(segment_id(number)))
        writer.append(
            [(FrameType.EVENTS, 0, encode_event(ViewEvent(1.0, f"view{number}", "a", url, "runs")))]
        )
        writer.close()
    assert [view.url for view in saved_views(layout)] == ["/runs"]


def test_a_deleted_view_is_gone_until_it_is_saved_again(layout):
    view = save_view(layout, "A", "runs", "/runs", clock=Seconds(5.0))
    assert delete_view(layout, view.id, clock=Seconds(6.0)) == view
    assert saved_views(layout) == []
    with pytest.raises(NotFoundError):
        delete_view(layout, view.id)
    save_view(layout, "A", "runs", "/runs", view_id=view.id, clock=Seconds(1.0))
    assert [found.id for found in saved_views(layout)] == [view.id]

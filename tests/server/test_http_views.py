import pytest

from ridgeline.log.layout import Layout


@pytest.fixture
def client(tmp_path, serve):
    Layout(tmp_path / ".ridgeline").create()
    return serve(tmp_path / ".ridgeline").client


def test_a_view_is_kept(client):
    assert client.get("/api/views").json() == []
    view = {"name": "Best by language", "page": "metrics", "url": "/metrics?m=f1&c=run.hparams.lr"}
    saved = client.post("/api/views", json=view)
    assert saved.status_code == 201
    assert client.get("/api/views").json() == [saved.json()]
    assert {key: saved.json()[key] for key in view} == view


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": 1}, {"url": ""}, {"extra": 1}, {"url": "x" * 60_000}, {"page": "p" * 101}],
)
def test_a_wrong_view_is_refused(client, change):
    answer = client.post("/api/views", json={"name": "a", "page": "runs", "url": "/runs"} | change)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "url",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"],
)
def test_a_view_stays_in_the_ui(client, url):
    answer = client.post("/api/views", json={"name": "a", "page": "runs", "url": url})
    assert (answer.status_code, answer.json()["slug"]) == (400, "bad-view")

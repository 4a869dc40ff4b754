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


def delete(client, path):
    """What changes something is sent as JSON, which no form of another page can."""
    return client.request("DELETE", path, json={})


def test_a_view_is_renamed_deleted_and_brought_back(client):
    view = {"name": "a", "page": "runs", "url": "/runs"}
    key = client.post("/api/views", json=view).json()["id"]
    assert client.put(f"/api/views/{key}", json=view | {"name": "b"}).json()["name"] == "b"
    assert delete(client, f"/api/views/{key}").json()["name"] == "b"
    assert client.get("/api/views").json() == []
    assert delete(client, f"/api/views/{key}").status_code == 404
    assert client.put(f"/api/views/{key}", json=view).json()["id"] == key
    assert [found["name"] for found in client.get("/api/views").json()] == ["a"]


def test_a_report_is_written_changed_deleted_and_brought_back(client):
    report = {"title": "Findings", "text": "# Größe"}
    saved = client.post("/api/reports", json=report)
    assert saved.status_code == 201
    key = saved.json()["id"]
    assert client.get(f"/api/reports/{key}").json() == saved.json()
    assert client.put(f"/api/reports/{key}", json=report | {"text": "b"}).json()["text"] == "b"
    late = client.put(f"/api/reports/{key}", json={"text": "c", "text_before": "# Größe"})
    assert (late.status_code, late.json()["slug"]) == (400, "report-changed")
    assert client.put(f"/api/reports/{key}", json={"title": "New"}).json()["text"] == "b"
    assert delete(client, f"/api/reports/{key}").json()["text"] == "b"
    assert client.get("/api/reports").json() == []
    assert client.get(f"/api/reports/{key}").status_code == 404
    assert client.put(f"/api/reports/{key}", json=report).json()["text"] == "# Größe"


@pytest.mark.parametrize(
    "change", [{"title": ""}, {"title": " "}, {"text": 1}, {"text": "x" * 150_001}, {"extra": 1}]
)
def test_a_wrong_report_is_refused(client, change):
    answer = client.post("/api/reports", json={"title": "a", "text": "b"} | change)
    assert answer.status_code in (400, 422)


def test_days_of_activity(client):
    assert client.get("/api/activity?zone=Europe/Berlin").json() == []
    wrong = client.get("/api/activity?zone=Middle/Earth")
    assert (wrong.status_code, wrong.json()["slug"]) == (400, "bad-zone")

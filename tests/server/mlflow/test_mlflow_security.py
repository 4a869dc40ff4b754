"""What keeps other web pages out also keeps them from the addresses of MLflow."""

import http.client

import pytest

from ridgeline.server.security import MAX_MLFLOW_BODY_BYTES, SECURITY_HEADERS

API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a"
CALLS = [
    ("GET", f"{API}experiments/get?experiment_id=0"),
    ("POST", f"{API}runs/create"),
    ("PUT", FILES),
    ("DELETE", FILES),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_a_foreign_name_is_turned_away(api, method, path):
    answer = api.client.request(
        method, path, headers={"host": "evil.example", "content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["slug"]) == (403, "host-not-allowed")


@pytest.mark.parametrize(("method", "path"), CALLS[1:])
@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_another_site_is_turned_away(api, method, path, headers):
    answer = api.client.request(method, path, headers=headers | {"content-type": "application/json"})
    assert (answer.status_code, answer.json()["slug"]) == (403, "cross-site")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_is_turned_away(api, content_type):
    """A page may send these to another site without asking; PUT and DELETE it may not."""
    answer = api.client.post(f"{API}runs/create", content=b"{}", headers={"content-type": content_type})
    assert answer.status_code == 415


def test_bodies_are_limited_where_they_are_not_files(api):
    connection = http.client.HTTPConnection(api.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", f"{API}runs/log-batch")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(MAX_MLFLOW_BODY_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    elsewhere = api.client.post(
        "/api/views", content=b"x" * 2_000_000, headers={"content-type": "application/json"}
    )
    assert elsewhere.status_code == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b'"[1]"', b"\xff", b"[" * 100_000])
def test_bodies_that_are_no_messages(api, body):
    answer = api.client.post(f"{API}runs/create", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/2.0/mlflow/registered-models/search"),
        ("POST", "/api/3.0/mlflow/traces"),
        ("DELETE", "/api/2.0/mlflow/experiments/get"),
        ("PATCH", "/api/2.0/mlflow/nope"),
    ],
)
def test_what_is_not_served_says_so(api, method, path):
    answer = api.client.request(method, path, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")
    assert "docs/howto/mlflow-server.md" in answer.json()["message"]


def test_what_clients_ask_first(api):
    assert api.client.get("/version").text.split(".")[0] == "3"
    assert api.client.get("/health").text == "OK"
    info = api.client.get("/api/3.0/mlflow/server-info")
    assert info.json()["workspaces_enabled"] is False
    for name, value in SECURITY_HEADERS.items():
        assert info.headers[name] == value

"""Requests made up from the OpenAPI document: none may make the server fail, and every answer is as documented."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from ridgeline.server.app import create_app

schema = schemathesis.openapi.from_dict(create_app(Path("nowhere")).openapi())


@schema.exclude(path="/api/live").parametrize()  # a stream that does not end
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_made_up_requests(case, served):
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    case.call_and_validate(base_url=served.url, checks=checks, timeout=20)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/views", "GET, HEAD, POST"),
        ("/api/runs", "GET, HEAD, PATCH"),
        ("/api/runs/run1/console", "GET, HEAD"),
    ],
)
def test_what_is_allowed_is_said(client, path, allowed):
    answer = client.request("DELETE", path, json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)

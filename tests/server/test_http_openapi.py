"""What the document says of the operations, and that it says it of all."""

import pytest


@pytest.fixture
def document(client):
    return client.get("/api/openapi.json").json()


def operations(document):
    return {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_operations(document):
    assert set(operations(document)) == {
        ("get", "/api/project"), ("get", "/api/pickers"), ("get", "/api/runs"), ("get", "/api/runs.arrow"), ("patch", "/api/runs"),
        ("get", "/api/export"), ("get", "/api/runs/{run_id}"), ("get", "/api/runs/{run_id}/siblings"),
        ("get", "/api/runs/{run_id}/console"), ("get", "/api/runs/{run_id}/lineage"),
        ("get", "/api/runs/{run_id}/objects/{segment}/{offset}"), ("get", "/api/objects"), ("post", "/api/markdown"), ("get", "/api/lines.arrow"), ("get", "/api/lines.{kind}"), ("get", "/api/live"),
        ("get", "/api/blobs/{sha}"), ("get", "/api/views"), ("post", "/api/views"), ("put", "/api/views/{view_id}"), ("delete", "/api/views/{view_id}"),
        ("get", "/api/reports"), ("post", "/api/reports"), ("get", "/api/reports/{report_id}"), ("put", "/api/reports/{report_id}"),
        ("delete", "/api/reports/{report_id}"), ("get", "/api/activity"), ("get", "/api/select"),
    }  # fmt: skip


def test_every_operation_says_how_it_fails(document):
    for operation in operations(document).values():
        for status in ("400", "403", "404", "422", "503"):
            schema = operation["responses"][status]["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_parameter_is_bounded(document):
    for (_, path), operation in operations(document).items():
        for parameter in operation.get("parameters", []):
            assert _bounded(parameter["schema"]), (path, parameter)


def _bounded(schema):
    if "anyOf" in schema:
        return all(_bounded(option) for option in schema["anyOf"])
    match schema.get("type"):
        case "string":
            return "maxLength" in schema or "pattern" in schema or "enum" in schema
        case "integer":
            return "minimum" in schema and "maximum" in schema
        case "array":
            return "maxItems" in schema and _bounded(schema["items"])
        case _:
            return schema.get("type") in ("boolean", "number", "null")


def test_every_operation_is_described(document):
    assert all(operation["description"].endswith(".") for operation in operations(document).values())


def test_every_json_answer_has_a_shape(document):
    for (method, path), operation in operations(document).items():
        success = min(operation["responses"])
        content = operation["responses"][success].get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            named = schema.get("$ref") or schema.get("items", {}).get("$ref")
            assert named, (method, path, schema)

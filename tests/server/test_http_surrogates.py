"""Text that is not UTF-8, as a file name can be, is recorded as it is and read everywhere: escaped, or with '?'."""

import io
import json
import os
import subprocess
import sys

import pyarrow as pa
import pytest

from ridgeline import Repo, Run, Text

ODD = "\udc80"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    file = folder / "weights"
    file.write_text("w")
    params = {"p" + ODD: "v" + ODD, "list": ["l" + ODD], "lr": 0.1}
    with Run(
        f"exp{ODD}", f"name{ODD}", params, [f"tag{ODD}", "lab"], repo=folder, run_id="r", capture=False
    ) as run:
        run.note = f"note{ODD}"
        run.track(1.0, f"loss{ODD}", step=0, context={f"key{ODD}": f"value{ODD}"})
        run.track(2.0, "f1", step=0, context={"lang": ODD})
        run.track(Text(f"said{ODD}"), f"sample{ODD}", step=0, context={"lang": ODD})
        run.log_artifact(file, name=f"file{ODD}")
        run["env"] = {"command": ["python", ODD]}
    return folder / ".ridgeline"


def test_what_was_recorded_comes_back(root):
    with Repo(root) as repo:
        run = repo.run("r")
        assert run.tags == ("lab", f"tag{ODD}")
        assert run.params["p" + ODD] == "v" + ODD
        assert list(run.artifacts) == [f"file{ODD}"]
        assert (run.state.name, run.state.note, run.state.experiment) == (
            f"name{ODD}",
            f"note{ODD}",
            f"exp{ODD}",
        )
        assert [run.id for run in repo.runs('"lab" in run.tags and metric.context.lang == "\\udc80"')] == [
            "r"
        ]


@pytest.mark.parametrize("method", ["to_arrow", "to_pandas", "to_polars"])
def test_tables_of_python(root, method):
    with Repo(root) as repo:
        lines = repo.lines("f1", color=["metric.context.lang", "run.tags"])
        for rows in (repo.runs(), repo.metrics(), lines):
            assert len(getattr(rows, method)()) >= 1


EACH = """
import sys
from ridgeline.cli import main
for line in sys.stdin.read().splitlines():
    sys.argv = ["ridgeline", *line.split()]
    try:
        main()
    except SystemExit as end:
        assert end.code == 0, line
    print("\\f", end="")
"""
COMMANDS = (
    "runs", "runs --json", "runs --csv", "metrics", "metrics --json", "metrics --points --csv", "params",
    "params --json", "show r", "show r --json", "doctor",
)  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_command_line(root, encoding):
    done = subprocess.run(
        [sys.executable, "-c", EACH],
        input="\n".join(COMMANDS).encode(),
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "RIDGELINE_REPO": str(root)},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    said = dict(zip(COMMANDS, done.stdout.decode(encoding).split("\f"), strict=False))
    assert "tags lab, tag\\udc80" in said["show r"]
    for command in COMMANDS:
        if command.endswith("--json"):
            json.loads(said[command])
    assert json.loads(said["show r --json"])["tags"] == ["lab", f"tag{ODD}"]


@pytest.fixture(scope="module")
def client(root, serve_module):
    return serve_module(root).client


@pytest.mark.parametrize(
    "address",
    [
        "/api/project",
        "/api/pickers",
        "/api/runs",
        "/api/runs/r",
        "/api/runs/r/siblings",
        "/api/runs/r/console",
        "/api/objects?kind=text",
        "/api/views",
    ],
)
def test_json_over_http(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    answer.json()


@pytest.mark.parametrize(
    "address",
    [
        "/api/runs.arrow",
        "/api/lines.arrow?m=f1&color=metric.context.lang&stroke=run.tags",
        "/api/lines.arrow?m=f1&color=run.name&chart=run.experiment&stroke=*",
    ],
)
def test_arrow_over_http(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    table = pa.ipc.open_stream(io.BytesIO(answer.content)).read_all()
    table.validate(full=True)
    assert len(table) == 1


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_over_http(client, kind):
    assert client.get(f"/api/export?format={kind}").status_code == 200
    assert client.get(f"/api/lines.{kind}?m=f1&color=metric.context.lang&chart=run.tags").status_code == 200


def test_what_is_sent_is_utf_8(client):
    for method, address, body in (
        ("PATCH", "/api/runs", {"ids": ["r"], "add_tags": [f"new{ODD}"]}),
        ("POST", "/api/views", {"name": f"view{ODD}", "page": "runs", "url": "/runs"}),
    ):
        headers = {"Content-Type": "application/json"}
        answer = client.request(method, address, content=json.dumps(body), headers=headers)
        assert (answer.status_code, answer.json()["slug"]) == (422, "bad-request")

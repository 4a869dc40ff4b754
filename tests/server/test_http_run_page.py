import hashlib
import subprocess
import sys

import pytest

import ridgeline


def test_details(client, golden):
    golden("run", client.get("/api/runs/run1").json())


def test_siblings(client, golden):
    golden("siblings", client.get("/api/runs/run1/siblings").json())


@pytest.mark.parametrize("page", ["", "/siblings", "/console", "/objects"])
def test_an_unknown_run(client, page):
    answer = client.get(f"/api/runs/run11{page}")
    assert answer.status_code == 404
    assert answer.json()["slug"] == "run-not-found"
    assert "Did you mean 'run1'?" in answer.json()["message"]


class TestRecorded:
    """A run that the SDK records."""

    @pytest.fixture
    def run(self, tmp_path):
        with ridgeline.Run(repo=tmp_path, run_id="full", capture=False) as run:
            yield run

    @pytest.fixture
    def client(self, run, serve):
        return serve(run.repo).client

    def test_texts_and_images(self, run, client):
        png = bytes.fromhex("89504e470d0a1a0a") + b"not really" * 10
        run.track(ridgeline.Text("hällo"), name="sample", step=3, context={"lang": "de"})
        run.track(ridgeline.Text("x" * 100_000), name="sample", step=4)
        run.track(ridgeline.Image(png, caption="a"), name="picture", step=1)
        objects = client.get("/api/runs/full/objects", params={"name": "sample"}).json()["objects"]
        assert [(item["step"], item.get("text")) for item in objects] == [(3, "hällo"), (4, None)]
        assert client.get(objects[1]["url"]).text == "x" * 100_000
        (picture,) = client.get("/api/runs/full/objects?name=picture").json()["objects"]
        answer = client.get(picture["url"])
        assert (answer.content, answer.headers["content-type"]) == (png, "image/png")
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        only = client.get("/api/runs/full/objects", params={"context": '{"lang": "de"}'}).json()["objects"]
        assert [item["name"] for item in only] == ["sample"]
        assert {series["name"] for series in client.get("/api/runs/full").json()["objects"]} == {
            "sample",
            "picture",
        }

    def test_an_artifact(self, run, client, tmp_path):
        (tmp_path / "model.bin").write_bytes(b"weights" * 1000)
        run.log_artifact(tmp_path / "model.bin")
        (artifact,) = client.get("/api/runs/full").json()["artifacts"]
        sha = hashlib.sha256(b"weights" * 1000).hexdigest()
        assert (artifact["name"], artifact["sha"], artifact["size_bytes"]) == ("model.bin", sha, 7000)
        answer = client.get(f"/api/blobs/{sha}?name=model.bin&mime=text/html")
        assert answer.content == b"weights" * 1000
        assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''model.bin"
        part = client.get(f"/api/blobs/{sha}", headers={"range": "bytes=0-6"})
        assert (part.status_code, part.content) == (206, b"weights")

    def test_what_is_tracked_is_seen_at_once(self, run, client):
        for step in range(3):
            run.track(0.5, name="f1", step=step)
            (metric,) = client.get("/api/runs/full").json()["metrics"]
            assert metric["n"] == step + 1

    @pytest.mark.parametrize("where", ["0000000000000000-00000000/0", "0000000000000000-00000000/99999"])
    def test_no_object_there(self, client, where):
        assert client.get(f"/api/runs/full/objects/{where}").status_code == 404


def test_console(tmp_path, serve):
    script = "import ridgeline\nwith ridgeline.Run(repo='.', run_id='talks') as run:\n    for i in range(30): print('line', i)\n"
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)
    client = serve(tmp_path / ".ridgeline").client
    first = client.get("/api/runs/talks/console?limit=10").json()
    assert [line["text"] for line in first["lines"]] == [f"line {i}" for i in range(10)]
    assert {line["stream"] for line in first["lines"]} == {"stdout"}
    rest = client.get("/api/runs/talks/console", params={"after": first["next"]}).json()
    assert [line["n"] for line in rest["lines"]] == list(range(10, 30))
    end = client.get("/api/runs/talks/console", params={"after": rest["next"]}).json()
    assert end == {"lines": [], "next": rest["next"]}

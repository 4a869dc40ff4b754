import hashlib
import subprocess
import sys

import pytest

import ridgeline
from ridgeline.log.events import ArtifactEvent, EndEvent, EnvEvent, WarnEvent
from ridgeline.log.frame import FrameType
from ridgeline.log.layout import Layout
from ridgeline.log.objects import ObjectHeader, encode_object
from ridgeline.testing.segments import TestSegment, segment_id
from written import Series, write_run


def test_details(client, golden):
    golden("run", client.get("/api/runs/run1").json())


def test_all_that_a_run_can_have(tmp_path, serve, golden):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    with TestSegment(layout, "full", segment_id(1)) as log:
        log.head(1000.0, name="full", experiment="pos")
        log.tag(1000.0, ["lab"])
        log.prop(1000.0, "note", "a note")
        log.set(1000.0, ["hparams"], {"lr": 0.1, "layers": [1, 2], "head": None})
        log.events([EnvEvent(1000.0, "command", ["python", "train.py"])])
        f1 = log.series(1000.0, "f1", {"lang": "de"})
        log.points([(f1, (0, 0.5, 1001.0)), (f1, (1, float("nan"), 1002.0))])
        log.text(log.series(1000.0, "sample", {"lang": "de"}, "text"), 3, 1003.0, "hällo")
        # The blob of this image is gone: the others are listed all the same.
        image = ObjectHeader(
            log.series(1000.0, "plot", kind="image"), 4, 0.5, 1004.0, "image/svg+xml", {}, "0" * 64, 9
        )
        log._writer.append([(FrameType.OBJECT, 0, encode_object(image))])
        log.console(1005.0, "one\n")
        log.console(1006.0, "two\n", "stderr")
        log.events(
            [
                ArtifactEvent(1007.0, "model.bin", "1" * 64, None, 7000, "application/octet-stream"),
                ArtifactEvent(1007.0, "corpus", None, "s3://bucket/corpus", None, None),
                WarnEvent(1008.0, "disk-full", "The disk is full.", 2),
                EndEvent(1009.0, "failed", "Traceback …"),
            ]
        )
    client = serve(layout.root).client
    golden("run-full", client.get("/api/runs/full").json())
    golden("console", client.get("/api/runs/full/console").json())


def test_siblings(client, golden):
    golden("siblings", client.get("/api/runs/run1/siblings").json())


def test_lineage(tmp_path, serve):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    for at, parents in enumerate([["org/base"], ["org/base"], ["run0", "run1"]]):
        with TestSegment(layout, f"run{at}", segment_id(at + 1)) as log:
            log.head(1000.0 + at, name=f"name {at}", experiment="pos")
            log.set(1000.0 + at, ["lineage", "parents"], parents)
            log.set(1000.0 + at, ["seed"], at)
    client = serve(layout.root).client
    graph = client.get("/api/runs/run2/lineage").json()
    assert [(member["name"], member["status"], member["depth"]) for member in graph["members"]] == [
        ("org/base", None, -2), ("name 0", "lost", -1), ("name 1", "lost", -1), ("name 2", "lost", 0)
    ]  # fmt: skip
    assert graph["edges"] == [[0, 1], [0, 2], [1, 3], [2, 3]]
    # It is no setting by which candidates differ.
    assert [param["path"] for param in client.get("/api/runs/run2/siblings").json()["params"]] == ["seed"]


def test_how_the_params_of_siblings_are_spread(tmp_path, serve):
    layout = Layout(tmp_path / ".ridgeline")
    layout.create()
    for at, params in enumerate([{"lr": 0.1}, {"lr": 0.1, "warmup": 3}, {"lr": 0.01}, {"lr": 0.1}]):
        with TestSegment(layout, f"run{at}", segment_id(at + 1)) as log:
            log.head(1000.0 + at, name=f"name {at}", experiment="pos")
            log.set(1000.0 + at, ["hparams"], params)
    client = serve(layout.root).client
    second = client.get("/api/runs/run1/siblings").json()
    assert (second["n"], second["place"]) == (4, 2)
    assert second["previous"] == {"id": "run0", "name": "name 0"}
    assert second["next"] == {"id": "run2", "name": "name 2"}
    common = [{"value": 0.1, "runs": 3}, {"value": 0.01, "runs": 1}]
    assert second["params"] == [
        {"path": "hparams.lr", "same": 3, "missing": 0, "distinct": 2, "common": common},
        {
            "path": "hparams.warmup",
            "same": 1,
            "missing": 3,
            "distinct": 1,
            "common": [{"value": 3, "runs": 1}],
        },
    ]
    assert client.get("/api/runs/run0/siblings").json()["previous"] is None
    assert client.get("/api/runs/run3/siblings").json()["next"] is None


def test_what_is_set_has_no_rank(tmp_path, serve):
    for number in range(2):
        reached = [Series("f1", [(0, number)]), Series("lr", [(0, 0.1 + number)]), Series("beta", [(0, 0.9)])]
        write_run(tmp_path, f"run{number}", {}, reached, 1000.0 + number)
    ranks = serve(tmp_path / ".ridgeline").client.get("/api/runs/run0/siblings").json()["ranks"]
    assert [(rank["name"], rank["rank"], rank["of"]) for rank in ranks] == [("f1", 2, 2)]


def test_a_note_that_has_changed_meanwhile_is_not_written_over(tmp_path, serve):
    with ridgeline.Run(repo=tmp_path, run_id="noted", capture=False) as run:
        run.note = "first"
    client = serve(run.repo).client
    mine = {"ids": ["noted"], "note": "mine", "note_before": "first"}
    assert client.patch("/api/runs", json=mine).json()["changed"] == 1
    refused = client.patch("/api/runs", json=mine | {"note": "theirs"})
    assert (refused.status_code, refused.json()["slug"]) == (400, "note-changed")
    assert client.get("/api/runs/noted").json()["note"] == "mine"


@pytest.mark.parametrize("page", ["", "/siblings", "/console"])
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

    def test_series_of_objects_are_counted(self, run, client):
        run.track(ridgeline.Text("hällo"), name="sample", step=3, context={"lang": "de"})
        run.track([ridgeline.Text("a"), ridgeline.Text("b")], name="sample", step=4)
        run.track(ridgeline.Image(b"\x89PNG\r\n\x1a\n" + b"not really" * 10), name="picture", step=1)
        listed = client.get("/api/runs/full").json()["objects"]
        assert [(series["name"], series["context"], series["kind"], series["n"]) for series in listed] == [
            ("picture", {}, "image", 1),
            ("sample", {"lang": "de"}, "text", 1),
            ("sample", {}, "text", 2),
        ]

    def test_an_artifact(self, run, client, tmp_path):
        (tmp_path / "model.bin").write_bytes(b"weights" * 1000)
        run.log_artifact(tmp_path / "model.bin")
        (artifact,) = client.get("/api/runs/full").json()["artifacts"]
        sha = hashlib.sha256(b"weights" * 1000).hexdigest()
        assert (artifact["name"], artifact["sha"], artifact["size_bytes"]) == ("model.bin", sha, 7000)
        answer = client.get(f"/api/blobs/{sha}?name=model.bin&mime=text/html")
        assert answer.content == b"weights" * 1000
        assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''model.bin"
        head = client.head(f"/api/blobs/{sha}?name=model.bin&mime=text/html")
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "7000")
        assert head.headers["content-disposition"] == answer.headers["content-disposition"]
        part = client.get(f"/api/blobs/{sha}", headers={"range": "bytes=0-6"})
        assert (part.status_code, part.content) == (206, b"weights")

    def test_what_is_tracked_is_seen_at_once(self, run, client):
        for step in range(3):
            run.track(0.5, name="f1", step=step)
            (metric,) = client.get("/api/runs/full").json()["metrics"]
            assert metric["n"] == step + 1


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

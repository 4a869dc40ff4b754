import gzip
import threading

import pyarrow as pa
import pytest

import ridgeline
from written import Series, write_run


def test_the_asker_who_has_it_gets_304(client):
    first = client.get("/api/pickers")
    again = client.get("/api/pickers", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/api/pickers", headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_a_change_makes_a_new_answer(tmp_path, serve):
    write_run(tmp_path, "a", {}, [])
    client = serve(tmp_path / ".ridgeline").client
    before = client.get("/api/project")
    write_run(tmp_path, "b", {}, [])
    after = client.get("/api/project", headers={"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.json()["runs"]) == (200, 2)


def test_another_server_does_not_know_the_generations_of_this_one(sweep, serve):
    etags = {serve(sweep).client.get("/api/project").headers["etag"] for _ in range(2)}
    assert len(etags) == 2


def test_large_texts_are_squeezed_and_small_ones_not(tmp_path, serve):
    for number in range(40):
        write_run(tmp_path, f"r{number}", {"text": "word " * 200}, [])
    client = serve(tmp_path / ".ridgeline").client
    plain = client.get("/api/runs?columns=params", headers={"accept-encoding": "identity"})
    squeezed = client.get("/api/runs?columns=params")
    assert "content-encoding" not in plain.headers
    assert squeezed.headers["content-encoding"] == "gzip"
    assert int(squeezed.headers["content-length"]) < len(plain.content) / 5
    assert squeezed.json()["runs"] == plain.json()["runs"]
    assert "content-encoding" not in client.get("/api/project").headers


def test_arrow_is_not_squeezed_on_the_way_to_a_program_on_this_machine(tmp_path, serve):
    write_run(tmp_path, "a", {}, [Series("f1", [(step, 0.0) for step in range(10_000)])])
    answer = serve(tmp_path / ".ridgeline").client.get("/api/lines.arrow?m=f1&points=0")
    assert "content-encoding" not in answer.headers
    assert len(answer.content) > 100_000
    pa.ipc.open_stream(answer.content).read_all()


def test_many_askers_at_once_while_a_run_records(tmp_path, serve):
    wrong: list[str] = []
    with ridgeline.Run(repo=tmp_path, capture=False) as run:
        run.track(0.0, name="f1", step=0)
        run.flush()
        client = serve(run.repo).client

        def ask() -> None:
            seen = 0
            for _ in range(15):
                table = pa.ipc.open_stream(client.get("/api/lines.arrow?m=f1&points=0").content).read_all()
                steps = table["x"][0].as_py()
                if steps != list(range(len(steps))) or len(steps) < seen:
                    wrong.append(f"{len(steps)} after {seen}")
                seen = len(steps)

        askers = [threading.Thread(target=ask) for _ in range(6)]
        for asker in askers:
            asker.start()
        for step in range(1, 3000):
            run.track(float(step), name="f1", step=step)
        for asker in askers:
            asker.join()
        answer = client.get("/api/lines.arrow?m=f1&points=0")
        assert pa.ipc.open_stream(answer.content).read_all()["x"][0].as_py() == list(range(3000))
    assert wrong == []


def test_gzip_is_what_it_says(client, tmp_path, serve):
    for number in range(60):
        write_run(tmp_path, f"r{number}", {"text": "word " * 200}, [])
    served = serve(tmp_path / ".ridgeline")
    with served.client.stream("GET", "/api/runs?columns=params") as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw).startswith(b'{"total":60')


@pytest.mark.parametrize(
    "path",
    [
        "/api/project",
        "/api/runs",
        "/api/runs.arrow",
        "/api/runs/run1",
        "/api/lines.arrow?m=f1",
        "/api/nowhere",
    ],
)
def test_head_is_get_without_the_body(client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-length"] == get.headers["content-length"] or "ms" in get.text
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_live_events_ends(client):
    head = client.head("/api/live")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")
    assert client.get("/api/project").status_code == 200


def test_what_is_too_long_says_what_to_do_instead(client):
    text = " or ".join(["run.id == 'abc'"] * 2000)
    answer = client.get("/api/runs", params={"q": text})
    assert answer.status_code == 422
    message = answer.json()["message"]
    assert f"q: this text has {len(text):,} characters; at most 20,000 are taken." in message
    assert "give the runs a tag" in message
    answer = client.get("/api/runs", params={"columns": ["run.a"] * 300})
    assert "columns: these are 300; at most 200 are taken. Ask for fewer" in answer.json()["message"]
    answer = client.post("/api/reports", json={"title": "t" * 201, "text": ""})
    assert (
        answer.json()["message"] == "title: this text has 201 characters; at most 200 are taken."
    )  # nothing of runs

import http.client

import pytest

from ridgeline.server.mlflow.artifact_names import check_name
from ridgeline.server.mlflow.errors import MlflowError

PROXY = "/api/2.0/mlflow-artifacts/artifacts"


def put(api, path, data, status=200):
    answer = api.client.put(f"{PROXY}/{path}", content=data, headers={"content-type": "text/plain"})
    assert answer.status_code == status, answer.text
    return answer.json()


def listed(api, path):
    found = api.get(PROXY, path=path).get("files", [])
    return [(one["path"], one["is_dir"], one.get("file_size")) for one in found]


def test_files_go_and_come_back(api, start):
    run_id = api.run()
    top = f"0/{run_id}/artifacts"
    big = bytes(range(256)) * 20_000
    put(api, f"{top}/a.txt", b"hello")
    put(api, f"{top}/sub/deep/big.bin", big)
    put(api, f"{top}/sub/ä b%2520.txt", b"x")
    assert listed(api, top) == [("a.txt", False, 5), ("sub", True, None)]
    assert listed(api, f"{top}/sub") == [("deep", True, None), ("ä b%20.txt", False, 1)]
    assert listed(api, f"{top}/a.txt") == listed(api, f"{top}/none") == []
    other = start()
    assert other.client.get(f"{PROXY}/{top}/sub/deep/big.bin").content == big
    answer = other.client.get(f"{PROXY}/{top}/a.txt")
    assert answer.content == b"hello"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert [one["name"] for one in api.seen(run_id)["artifacts"]] == [
        "a.txt",
        "sub/deep/big.bin",
        "sub/ä b%20.txt",
    ]
    told = api.get("artifacts/list", run_id=run_id, path="sub/deep")
    assert told["files"] == [{"path": "sub/deep/big.bin", "is_dir": False, "file_size": len(big)}]
    assert told["root_uri"] == f"mlflow-artifacts:/{top}"


def test_a_file_is_replaced_and_deleted(api):
    run_id = api.run()
    top = f"0/{run_id}/artifacts"
    put(api, f"{top}/a/x.txt", b"one")
    put(api, f"{top}/a/x.txt", b"three")
    put(api, f"{top}/a/y.txt", b"")
    assert listed(api, f"{top}/a") == [("x.txt", False, 5), ("y.txt", False, 0)]
    api.call("DELETE", f"{PROXY}/{top}/a/x.txt")
    assert listed(api, f"{top}/a") == [("y.txt", False, 0)]
    assert api.client.get(f"{PROXY}/{top}/a/x.txt").status_code == 404
    api.call("DELETE", f"{PROXY}/{top}/a")
    assert listed(api, top) == []
    assert api.seen(run_id)["artifacts"] == []


def test_a_file_of_no_run(api):
    assert put(api, f"0/{'f' * 32}/artifacts/a.txt", b"x", 404)["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    put(api, "somewhere/a.txt", b"x", 404)
    put(api, f"0/{api.run()}/artifacts", b"x", 400)
    put(api, f"0/{api.run()}/artifacts/", b"x", 400)


HOSTILE = [
    "../x", "a/../../x", "..%2fx", "%2e%2e/x", "..%252fx", "%252e%252e%252fx", "a/..", "/etc/passwd", "%2fetc%2fpasswd",
    "a\\..\\x", "a%5c..%5cx", "C:/x", "C:\\x", "a%00b", "a%2500b", "a\nb", "./x", "a/./b", "file:///etc/passwd", "a#b", "x" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_lead_out(name):
    with pytest.raises(MlflowError, match="Invalid path"):
        check_name(name)


@pytest.mark.parametrize("name", ["a", "a/b.txt", "..a", "a..b/c", "ä ö.txt", "100%", "a%20b", "-", "a:b"])
def test_names_that_are_fine(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    "path",
    [
        "0/{run}/artifacts/../../../x",
        "0/{run}/artifacts/%2e%2e/%2e%2e/x",
        "0/{run}/artifacts/..%2f..%2fx",
        "0/{run}/artifacts/..%252f..%252fx",
        "0/{run}/artifacts/a%00b",
        "0/{run}/artifacts/a%5c..%5cb",
        "../{run}/artifacts/a",
        "0/../../{run}/artifacts/a",
    ],
)
def test_hostile_uploads_are_refused_as_they_come(api, path, root):
    """Sent as they are written: httpx would take the dots out."""
    before = sorted(root.rglob("*.txt"))
    host, port = api.url.removeprefix("http://").split(":")
    for method in ("PUT", "GET", "DELETE"):
        connection = http.client.HTTPConnection(host, int(port), timeout=20)
        connection.request(
            method, f"{PROXY}/{path.replace('{run}', api.run())}", b"x" if method == "PUT" else None
        )
        assert connection.getresponse().status in (400, 404)
        connection.close()
    assert api.get(PROXY, 400, path=f"0/{api.run()}/artifacts/../..")["message"] == "Invalid path"
    assert sorted(root.rglob("*.txt")) == before


def test_an_upload_that_breaks_off_leaves_nothing(api, root):
    run_id = api.run()
    host, port = api.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    connection.putrequest("PUT", f"{PROXY}/0/{run_id}/artifacts/half.bin")
    connection.putheader("content-length", "1000000")
    connection.endheaders()
    connection.send(b"x" * 1000)
    connection.close()
    put(api, f"0/{run_id}/artifacts/whole.bin", b"y")
    assert listed(api, f"0/{run_id}/artifacts") == [("whole.bin", False, 1)]


def test_files_in_parts_are_refused_in_words_that_clients_know(api):
    answer = api.client.post(
        "/api/2.0/mlflow-artifacts/mpu/create/0/x/artifacts/a", json={"path": "a", "num_parts": 2}
    )
    assert answer.status_code == 501
    assert answer.json()["message"].startswith(
        "Multipart upload is not supported for the current artifact repository"
    )


def test_files_of_logged_models(api, start):
    run_id = api.run()
    with_run = api.post("logged-models", experiment_id="0", name="net", source_run_id=run_id)["model"]["info"]
    without = api.post("logged-models", experiment_id="0", name="loose")["model"]["info"]
    for info in (with_run, without):
        top = info["artifact_uri"].removeprefix("mlflow-artifacts:/")
        put(api, f"{top}/weights/w.bin", b"123")
        directory = f"logged-models/{info['model_id']}/artifacts/directories"
        assert api.get(directory)["files"] == [{"path": "weights", "is_dir": True}]
        told = start().get(directory, artifact_directory_path="weights")["files"]
        assert told == [{"path": "weights/w.bin", "is_dir": False, "file_size": 3}]
        assert api.client.get(f"{PROXY}/{top}/weights/w.bin").content == b"123"
    assert listed(api, f"0/{run_id}/artifacts") == []
    assert [one["name"] for one in api.seen(run_id)["artifacts"]] == [
        f"models/{with_run['model_id']}/weights/w.bin"
    ]

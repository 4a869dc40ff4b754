from pathlib import Path

import pytest

from ridgeline.log.layout import Layout

API = "/api/2.0/mlflow/"


class Api:
    """A server over a repository, asked as MLflow's clients ask."""

    def __init__(self, served) -> None:
        self.client = served.client
        self.url = served.url
        self.stop = served.stop

    def call(self, method: str, path: str, status: int = 200, **options) -> dict:
        address = path if path.startswith("/") else API + path
        answer = self.client.request(method, address, **options)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, status: int = 200, /, **body) -> dict:
        return self.call("POST", path, status, json=body)

    def get(self, path: str, status: int = 200, /, **params) -> dict:
        return self.call("GET", path, status, params=params)

    def patch(self, path: str, status: int = 200, /, **body) -> dict:
        return self.call("PATCH", path, status, json=body)

    def run(self, experiment_id: str = "0", **body) -> str:
        """Begin a run and return its id."""
        made = self.post(
            "runs/create", experiment_id=experiment_id, **{"start_time": 1_700_000_000_000} | body
        )
        return made["run"]["info"]["run_id"]

    @staticmethod
    def error(answer: dict) -> tuple[str, str]:
        return answer["error_code"], answer["message"]

    def seen(self, run_id: str) -> dict:
        """Return a run as the UI sees it."""
        return self.call("GET", f"/api/runs/{run_id}")

    def data(self, run_id: str) -> tuple[dict, dict, dict]:
        """Return metrics, params and tags of a run as MLflow has them."""
        data = self.get("runs/get", run_id=run_id)["run"]["data"]
        return tuple(
            {one["key"]: one["value"] for one in data.get(kind, [])} for kind in ("metrics", "params", "tags")
        )


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """The repository that the tests of a module share."""
    root = tmp_path_factory.mktemp("mlflow") / ".ridgeline"
    Layout(root).create()
    return root


@pytest.fixture(scope="module")
def api(root, serve_module) -> Api:
    return Api(serve_module(root))


@pytest.fixture
def start(root, serve):
    """Start another server over the same repository: it knows only what is on the disk."""
    return lambda: Api(serve(root))

import asyncio
import json
import os
import threading
from pathlib import Path

import httpx
import pytest

from ridgeline.server.app import create_app
from ridgeline.server.serve import Server, listen
from written import Series, write_run

GOLDEN = Path(__file__).parent.parent / "golden" / "api"


class Served:
    """A real server on a free port, in a thread of this process."""

    def __init__(self, root: Path, **options) -> None:
        self.socket = listen("127.0.0.1", 0)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        started = threading.Event()
        self.server = Server(create_app(root, **options), started.set)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        assert started.wait(20)
        self.client = httpx.Client(base_url=self.url, timeout=20)

    def _run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self.socket]))

    def stop(self) -> None:
        self.server.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()
        self.client.close()
        self.socket.close()


@pytest.fixture
def serve():
    """Start servers: serve(root, allowed_hosts=…)."""
    running: list[Served] = []

    def start(root: Path, **options) -> Served:
        running.append(Served(root, **options))
        return running[-1]

    yield start
    for served in running:
        served.stop()


@pytest.fixture(scope="module")
def serve_module():
    """Start servers that the tests of a module share."""
    running: list[Served] = []

    def start(root: Path) -> Served:
        running.append(Served(root))
        return running[-1]

    yield start
    for served in running:
        served.stop()


@pytest.fixture(scope="module")
def sweep(tmp_path_factory) -> Path:
    """Three learning rates × two seeds, f1 in two languages and a loss; read only."""
    folder = tmp_path_factory.mktemp("sweep") / "emoji"
    for number, (lr, seed) in enumerate([(lr, seed) for lr in (1e-5, 3e-5, 1e-4) for seed in (0, 1)]):
        f1 = [
            Series(
                "f1",
                [(s, s / 100 + seed / 8 + number / 64) for s in range(0, 100, 20)],
                {"lang": lang},
                lambda s: s / 50,
            )
            for lang in ("de", "fr")
        ]
        loss = Series("loss", [(s, float("nan") if s == 20 else 1 / (1 + s)) for s in range(0, 100, 5)])
        params = {"hparams": {"lr": lr, "seed": seed, "batch": 32}, "head": "linear" if seed else None}
        write_run(folder, f"run{number}", params, [*f1, loss], 1000.0 + number)
    return folder / ".ridgeline"


@pytest.fixture(scope="module")
def served(sweep) -> Served:
    running = Served(sweep)
    yield running
    running.stop()


@pytest.fixture
def client(served) -> httpx.Client:
    return served.client


def check_golden(name: str, answer: object) -> None:
    """Compare with tests/golden/api/<name>.json; RIDGELINE_UPDATE_GOLDEN=1 writes it, for a reader to judge the difference."""
    path = GOLDEN / f"{name}.json"
    text = json.dumps(_steady(answer), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("RIDGELINE_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def _steady(value: object) -> object:
    """Leave out what differs from one time to the next."""
    if isinstance(value, dict):
        changing = ("generation", "ms", "root", "version")
        return {key: "…" if key in changing else _steady(item) for key, item in value.items()}
    return [_steady(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def golden():
    return check_golden

import contextlib
import io
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import ridgeline
from ridgeline.record.boundary import Boundary
from ridgeline.record.capture.console import Console
from ridgeline.record.capture.environment import NAMES, PREFIXES, harmless_variables
from ridgeline.record.capture.git import git_facts
from ridgeline.record.capture.gpus import Gpus, _is_visible
from ridgeline.record.capture.host import packages_in
from ridgeline.record.capture.options import Capture, check_capture
from ridgeline.record.capture.screen import Screen
from ridgeline.record.capture.secrets import mask_arguments, mask_secrets
from ridgeline.record.capture.system import System, _Proc, host_context, measures_this_host
from ridgeline.record.run import Run


class TestOptions:
    def test_true_is_all_and_false_is_nothing(self):
        assert check_capture(True) == Capture()
        assert not any(getattr(check_capture(False), name) for name in Capture.__slots__)

    def test_all_is_captured_by_default(self, tmp_path, read):
        with Run(repo=tmp_path) as run:
            pass
        env = read(run).state.env
        assert {"command", "cwd", "variables", "python", "host", "packages"} <= set(env)
        assert env["packages"]["numpy"]
        assert env["python"]["executable"] == sys.executable

    def test_nothing_is_captured_with_false(self, tmp_path, read):
        with Run(repo=tmp_path, capture=False) as run:
            print("unheard")
        recorded = read(run)
        assert recorded.state.env == {}
        assert recorded.console == []
        assert recorded.points == {}

    @pytest.mark.parametrize(
        ("off", "keys"),
        [
            ("command", {"command", "cwd"}),
            ("host", {"python", "host"}),
            ("packages", {"packages"}),
            ("environment", {"variables"}),
        ],
    )
    def test_each_has_its_switch(self, tmp_path, read, off, keys):
        with Run(repo=tmp_path, capture=ridgeline.Capture(**{off: False, "system": False})) as run:
            pass
        env = set(read(run).state.env)
        assert not env & keys
        assert env


def test_a_working_folder_that_is_gone_is_no_failure_of_the_run(tmp_path, read_id):
    code = f"""
import os, sys, tempfile
os.chdir(tempfile.mkdtemp()); os.rmdir(os.getcwd())
from ridgeline import Run
run = Run(repo={str(tmp_path)!r}, run_id="r")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    recorded = read_id(tmp_path / ".ridgeline", "r")
    assert recorded.status == "finished"
    assert {"host", "packages", "variables"} <= set(recorded.state.env)
    assert recorded.state.warnings["capture-failed"].count == 1


class TestScreen:
    def show(self, *writes: str) -> list[str]:
        screen = Screen()
        lines = [line for text in writes for line in screen.feed(text)]
        return lines + screen.close()

    @pytest.mark.parametrize(
        ("writes", "lines"),
        [
            (["a\nb\n"], ["a", "b"]),
            (["a", "b", "\n", "c"], ["ab", "c"]),
            (["\r  0%", "\r 50%", "\r100%", "\n"], ["100%"]),
            (["\r  0%\r 50%\r100%\ndone\n"], ["100%", "done"]),
            (["50%\r", "100%\r", "\n"], ["100%"]),
            (["a\r\n", "b\r\n"], ["a", "b"]),
            (["\x1b[31mred\x1b[0m\n"], ["\x1b[31mred\x1b[0m"]),
            (["\x1b[3", "1mred\x1b[0m\n"], ["\x1b[31mred\x1b[0m"]),
            (["a\n\nb\n"], ["a", "", "b"]),
            (["abc\r\x1b[Kx\n"], ["x"]),
            (["abc\r\x1b[2K", "x\n"], ["x"]),
            ([], []),
        ],
    )
    def test_lines(self, writes, lines):
        assert self.show(*writes) == lines

    def test_nested_bars_as_tqdm_draws_them(self):
        writes = ["\router 0%"]
        for i in range(1, 4):
            writes += ["\n", f"\rinner {i}", "\x1b[A"]
        writes += ["\router 100%", "\n", "\n"]
        assert self.show("".join(writes)) == ["outer 100%", "inner 3"]

    def test_a_line_that_never_ends_is_given_out_in_pieces(self):
        screen = Screen()
        lines = [line for _ in range(50) for line in screen.feed("x" * 10_000)]
        rest = screen.close()
        assert sum(map(len, lines + rest)) == 500_000
        assert len(lines) >= 6


class CellEvents:
    """What IPython does around a cell."""

    def __init__(self):
        self.callbacks = {"pre_run_cell": [], "post_run_cell": []}

    def register(self, event, callback):
        self.callbacks[event].append(callback)

    def unregister(self, event, callback):
        self.callbacks[event].remove(callback)

    @contextlib.contextmanager
    def cell(self):
        stream = sys.stdout
        earlier = stream.write
        stream.write = lambda text, /: earlier(text) or 0
        for callback in self.callbacks["pre_run_cell"]:
            callback(None)
        yield
        stream.write = earlier


class TestConsole:
    def heard(self, write):
        stream = io.TextIOWrapper(io.BytesIO(), write_through=True)
        earlier, sys.stdout = sys.stdout, stream
        try:
            console = Console(Boundary("r"))
            console.attach()
            write(stream)
            console.detach()
            return console, stream
        finally:
            sys.stdout = earlier

    def test_text_passes_through_and_is_heard(self):
        console, stream = self.heard(lambda stream: print("hello"))
        assert stream.buffer.getvalue() == b"hello\n"
        assert [(text.stream, text.text) for text in console.take_rest()] == [("stdout", "hello\n")]

    def test_the_stream_has_its_own_write_again(self):
        _, stream = self.heard(lambda stream: None)
        assert "write" not in vars(stream)

    def test_who_wrapped_it_later_is_left_alone(self):
        def wrap(stream):
            inner = stream.write
            stream.write = lambda text: inner(text.upper())

        console, stream = self.heard(wrap)
        stream.write("after")
        assert stream.buffer.getvalue() == b"AFTER"
        assert console.take_rest() == []

    def test_two_runs_hear_the_same(self, tmp_path, read):
        options = Capture(**dict.fromkeys(Capture.__slots__, False) | {"console": True})
        with Run(repo=tmp_path, capture=options) as a:
            print("one")
            with Run(repo=tmp_path, capture=options) as b:
                print("two")
                print("\r10%", end="", file=sys.stderr)
                print("\r99%", file=sys.stderr)
            print("three", end="")
        assert read(a).printed("stdout") == "one\ntwo\nthree\n"
        assert read(b).printed("stdout") == "two\n"
        assert read(b).printed("stderr") == "99%\n"

    def test_the_order_of_the_streams_is_kept(self, tmp_path, read):
        options = Capture(**dict.fromkeys(Capture.__slots__, False) | {"console": True})
        with Run(repo=tmp_path, capture=options) as run:
            for i in range(4):
                print(i, file=(sys.stdout, sys.stderr)[i % 2])
        assert [text.text for text in read(run).console] == ["0\n", "1\n", "2\n", "3\n"]

    def test_it_goes_on_in_the_next_cell_of_a_notebook(self, tmp_path, read, monkeypatch):
        # IPython wraps the write of both streams for each cell and puts the one of before back after it.
        events = CellEvents()
        monkeypatch.setitem(
            sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace(events=events))
        )
        options = Capture(**dict.fromkeys(Capture.__slots__, False) | {"console": True})
        with events.cell():
            run = Run(repo=tmp_path, capture=options)
            print("one")
        for word in ("two", "three"):
            with events.cell():
                print(word)
        with events.cell():
            print("four")
            run.close()
            print("unheard")
        assert read(run).printed("stdout") == "one\ntwo\nthree\nfour\n"
        assert events.callbacks["pre_run_cell"] == []

    def test_a_flood_is_bounded_and_counted(self):
        boundary = Boundary("r")
        console = Console(boundary)
        for _ in range(32):
            console.hear("stdout", "x" * (1 << 20))
        with pytest.warns(RuntimeWarning, match="console-dropped"):
            console.hear("stdout", "y")
        console.hear("stdout", "y")
        assert sum(len(text.text) for text in console.take_rest()) < 33 << 20
        assert boundary.unwritten()[0].count == 2


class TestSecrets:
    def test_environment_takes_the_allow_list_alone(self):
        variables = {
            "CUDA_VISIBLE_DEVICES": "0,1",
            "SLURM_JOB_ID": "7",
            "RANK": "0",
            "MASTER_PORT": "29500",
            "OMP_NUM_THREADS": "4",
            "SLURM_JWT": "abc",
            "SLURM_JWT_TOKEN": "abc",
            "TORCH_SECRET_THING": "x",
            "HF_TOKEN": "hf_x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "HOME": "/root",
            "MASTER_ADDR": "http://user:hunter2@host",
        }
        assert harmless_variables(variables) == {
            "CUDA_VISIBLE_DEVICES": "0,1",
            "MASTER_ADDR": "http://***@host",
            "MASTER_PORT": "29500",
            "OMP_NUM_THREADS": "4",
            "RANK": "0",
            "SLURM_JOB_ID": "7",
        }

    @pytest.mark.parametrize(
        ("given", "masked"),
        [
            (["--token", "abc", "--lr", "3"], ["--token", "***", "--lr", "3"]),
            (["--api-key=abc"], ["--api-key=***"]),
            (["--hf_token=abc"], ["--hf_token=***"]),
            (["password=abc", "lr=3"], ["password=***", "lr=3"]),
            (["--tokenizer", "bert", "--max_tokens", "8"], ["--tokenizer", "bert", "--max_tokens", "8"]),
            (["--accessToken", "abc", "--maxTokens=8"], ["--accessToken", "***", "--maxTokens=8"]),
            (["--header", "Authorization: Bearer a1b2c3d4e5f6"], ["--header", "Authorization: ***"]),
            (["--keyboard", "de", "--monkey=1"], ["--keyboard", "de", "--monkey=1"]),
            (["https://me:pw@host/x"], ["https://***@host/x"]),
            (["ghp_" + "a" * 36], ["***"]),
        ],
    )
    def test_command_lines(self, given, masked):
        assert mask_arguments(given) == masked

    def test_plain_text_stays(self):
        text = "python train.py --config configs/a@b.yaml s3://bucket/key"
        assert mask_secrets(text) == text


class TestGit:
    @pytest.fixture
    def repository(self, tmp_path):
        def git(*arguments):
            subprocess.run(
                ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
                check=True,
                capture_output=True,
            )

        git("init", "-b", "main")
        (tmp_path / "a.py").write_text("x = 1\n")
        git("add", "a.py")
        git("commit", "-m", "first")
        git("remote", "add", "origin", "https://me:token@host/a.git")
        return tmp_path

    def test_a_clean_one(self, repository):
        facts = git_facts(str(repository), lambda data: "sha", Boundary("r"))
        assert len(facts.pop("commit")) == 40
        assert facts == {
            "branch": "main",
            "remote": "https://***@host/a.git",
            "dirty": False,
            "untracked": [],
        }

    def test_a_dirty_one(self, repository):
        (repository / "a.py").write_text("x = 2\n")
        (repository / "b.py").write_text("")
        facts = git_facts(str(repository), lambda data: "sha", Boundary("r"))
        assert facts["dirty"] is True
        assert "+x = 2" in facts["diff"]
        assert facts["untracked"] == ["b.py"]

    def test_a_long_diff_is_a_blob(self, repository):
        (repository / "a.py").write_text("x = 2\n" * 5000)
        stored = []
        facts = git_facts(str(repository), lambda data: stored.append(data) or "sha", Boundary("r"))
        assert facts["diff"] == {"blob": "sha"}
        assert stored[0].count(b"+x = 2") == 5000

    def test_secrets_in_it_are_masked_and_the_rest_is_kept(self, repository):
        secret = "ghp_" + "a1" * 18
        (repository / "a.py").write_bytes(f"token = '{secret}'\n".encode() + b"name = '\xe9'\n")
        stored = []
        facts = git_facts(str(repository), lambda data: stored.append(data) or "sha", Boundary("r"))
        assert "+token = '***'" in facts["diff"]
        (repository / "a.py").write_bytes(f"token = '{secret}'\n".encode() + b"name = '\xe9'\n" * 1000)
        git_facts.__globals__["_git_bytes"].cache_clear()
        git_facts(str(repository), lambda data: stored.append(data) or "sha", Boundary("r"))
        assert secret.encode() not in stored[0]
        assert stored[0].count(b"+name = '\xe9'") == 1000

    def test_none_where_there_is_no_repository(self, tmp_path):
        assert git_facts(str(tmp_path), lambda data: "sha", Boundary("r")) is None

    def test_a_git_that_is_not_there_is_no_failure(self, repository, monkeypatch):
        monkeypatch.setenv("PATH", "")
        assert git_facts(str(repository), lambda data: "sha", Boundary("r")) is None


def test_packages_are_read_off_the_folder_names(tmp_path):
    for name in ("numpy-2.0.dist-info", "Scikit_Learn-1.4.0.dist-info", "old-0.1-py3.11.egg-info", "other"):
        (tmp_path / "one" / name).mkdir(parents=True)
    (tmp_path / "two" / "numpy-1.0.dist-info").mkdir(parents=True)
    assert packages_in([str(tmp_path / "one"), str(tmp_path / "nope"), str(tmp_path / "two")]) == {
        "numpy": "2.0",
        "old": "0.1",
        "scikit-learn": "1.4.0",
    }


class Measured:
    def __init__(self):
        self.found = {}

    def add_measurement(self, name, value, context):
        self.found.setdefault((name, tuple(context.items())), []).append(value)


class TestSystem:
    def test_psutil_measures_everything(self, tmp_path):
        system, measured = System(tmp_path, {"host": "a"}), Measured()
        system.measure(measured)
        time.sleep(0.05)  # rates and CPU shares need a stretch of time
        system.measure(measured)
        names = {name for name, _ in measured.found}
        assert {
            "system.cpu",
            "system.memory",
            "system.disk",
            "system.process_cpu",
            "system.process_memory_bytes",
            "system.network_received_bytes_per_sec",
        } <= names
        assert all(context == (("host", "a"),) for name, context in measured.found if "gpu" not in name)
        assert 0 < measured.found["system.memory", (("host", "a"),)][0] < 100

    @pytest.mark.skipif(not Path("/proc/stat").exists(), reason="needs /proc")
    def test_linux_without_psutil_still_tells_cpu_and_memory(self):
        probe = _Proc()
        sum(i * i for i in range(300_000))  # some ticks
        gauges = probe.gauges()
        assert 0 < gauges["system.memory"] < 100
        assert gauges["system.process_memory_bytes"] > 1 << 20
        assert 0 <= gauges.get("system.cpu", 0) <= 100

    def test_series_reach_the_log(self, tmp_path, read):
        with Run(repo=tmp_path, capture=Capture(console=False)) as run:
            deadline = time.monotonic() + 10
            while (
                "system.memory" not in {name for name, _ in read(run).points} and time.monotonic() < deadline
            ):
                time.sleep(0.05)  # the first measurement comes after a second
        assert read(run).values("system.memory")[0] > 0

    def test_only_the_first_rank_of_a_machine_measures(self):
        assert measures_this_host({})
        assert measures_this_host({"LOCAL_RANK": "0"})
        assert not measures_this_host({"LOCAL_RANK": "1"})

    def test_machines_are_told_apart_when_there_are_several(self):
        assert host_context({}, "a") == {}
        assert host_context({"WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "8"}, "a") == {}
        assert host_context({"WORLD_SIZE": "16", "LOCAL_WORLD_SIZE": "8"}, "a") == {"host": "a"}

    @pytest.mark.parametrize(
        ("visible", "seen"),
        [(None, True), ("0,1", True), ("2", False), ("", False), ("GPU-abc", True), ("GPU-x", False)],
    )
    def test_only_visible_gpus_are_measured(self, visible, seen):
        assert _is_visible(1, "GPU-abcdef", visible) is seen


class NvmlError(Exception):
    pass


def refuse(*_):
    raise NvmlError("not supported")


def nvml(**others):
    """The part of NVIDIA's pynvml that is called, with two cards; the second does not tell its power."""
    calls = {
        "NVMLError": NvmlError,
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetUUID": lambda handle: f"GPU-{handle}".encode(),
        "nvmlDeviceGetName": lambda handle: "H200",
        "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(used=2 << 30, total=8 << 30),
        "nvmlDeviceGetUtilizationRates": lambda handle: SimpleNamespace(gpu=55),
        "nvmlDeviceGetTemperature": lambda handle, sensor: 40,
        "nvmlDeviceGetPowerUsage": lambda handle: refuse() if handle == 1 else 250_000,
    }
    return SimpleNamespace(**calls | others)


class TestGpus:
    def test_each_gpu_has_its_series(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pynvml", nvml())
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        gpus, measured = Gpus(), Measured()
        gpus.measure(measured, {})
        assert measured.found == {
            ("system.gpu", (("gpu", 0),)): [55.0],
            ("system.gpu_memory", (("gpu", 0),)): [25.0],
            ("system.gpu_temperature_celsius", (("gpu", 0),)): [40.0],
            ("system.gpu_power_watts", (("gpu", 0),)): [250.0],
            ("system.gpu", (("gpu", 1),)): [55.0],
            ("system.gpu_memory", (("gpu", 1),)): [25.0],
            ("system.gpu_temperature_celsius", (("gpu", 1),)): [40.0],
        }
        assert gpus.facts()[0] == {"gpu": 0, "name": "H200", "memory_bytes": 8 << 30}

    def test_those_of_others_are_left_out(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pynvml", nvml())
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
        assert [fact["gpu"] for fact in Gpus().facts()] == [1]

    def test_no_driver_is_no_failure(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pynvml", nvml(nvmlInit=refuse))
        assert Gpus().facts() == []
        monkeypatch.setitem(sys.modules, "pynvml", None)
        assert Gpus().facts() == []


def test_the_docs_name_every_variable_that_is_taken():
    page = (Path(__file__).parents[2] / "docs" / "howto" / "track.md").read_text(encoding="utf-8")
    assert [name for name in sorted(NAMES) if f"`{name}`" not in page] == []
    assert [prefix for prefix in PREFIXES if f"`{prefix}`" not in page] == []
    assert [name for name in Capture.__slots__ if f"| `{name}` |" not in page] == []

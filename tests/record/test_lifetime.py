"""How processes end, tried on real ones."""

import pickle
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ridgeline.log.events import AliveEvent, EndEvent, RunEvent
from ridgeline.record import writer
from ridgeline.record.run import Run

PRELUDE = """
import os, signal, sys, threading
from ridgeline import Run
run = Run(repo=REPO, run_id="r", capture=False)
run.track(1.0, "m")
"""

# Python 3.12 warns of every fork while there are threads; the writer is one, and forking under it is what is tried here.
FORK_IS_MEANT = ("-W", "ignore:This process:DeprecationWarning")


class Program:
    """A Python program that records the run "r"."""

    def __init__(self, repo: Path, body: str, *, prelude: str = PRELUDE) -> None:
        source = prelude.replace("REPO", repr(str(repo))) + textwrap.dedent(body)
        self.process = subprocess.Popen(
            [sys.executable, *FORK_IS_MEANT, "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def finish(self) -> tuple[int, str]:
        _, error = self.process.communicate(timeout=30)
        return self.process.returncode, error


@pytest.fixture
def end_of(tmp_path, read_id):
    """Run a program to its end; return its exit code, standard error and what it recorded."""

    def run_it(body: str):
        code, error = Program(tmp_path, body).finish()
        return code, error, read_id(tmp_path / ".ridgeline", "r")

    return run_it


@pytest.mark.parametrize(
    ("body", "code", "status", "error"),
    [
        ("", 0, "finished", None),
        ("sys.exit()", 0, "finished", None),
        ("sys.exit(0)", 0, "finished", None),
        ("sys.exit(3)", 3, "failed", "SystemExit: 3"),
        ("sys.exit('bad input')", 1, "failed", "SystemExit: bad input"),
        ("1 / 0", 1, "failed", "ZeroDivisionError"),
        ("sys.excepthook = lambda *_: None; 1 / 0", 1, "failed", "ZeroDivisionError"),
        (
            "sys.ps1 = '> '; sys.excepthook(*(lambda e: (type(e), e, None))(KeyError('typo')))",
            0,
            "finished",
            None,
        ),
        ("raise KeyboardInterrupt", -2, "stopped", None),
        ("run.close('stopped'); 1 / 0", 1, "stopped", None),
        ("with run: raise SystemExit(0)", 0, "finished", None),
        ("t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", 0, "failed", "ZeroDivisionError"),
        ("t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); run.close()", 0, "finished", None),
    ],
)
def test_the_status_says_how_the_process_ended(end_of, body, code, status, error):
    returncode, _, recorded = end_of(body)
    assert returncode == code
    assert recorded.status == status
    assert recorded.values("m") == [1.0]
    said = recorded.state.sessions[0].error
    assert said is None if error is None else error in said


def test_hooks_that_were_there_are_still_called(tmp_path, read_id):
    source = f"""
import sys, threading
sys.excepthook = lambda kind, error, trace: print("mine", kind.__name__)
threading.excepthook = lambda args: print("thread", args.exc_type.__name__)
from ridgeline import Run
run = Run(repo={str(tmp_path)!r}, run_id="r", capture=False)
thread = threading.Thread(target=lambda: [][1]); thread.start(); thread.join()
1 / 0
"""
    done = subprocess.run(
        [sys.executable, "-c", source], check=False, timeout=30, capture_output=True, text=True
    )
    assert done.stdout == "thread IndexError\nmine ZeroDivisionError\n"
    recorded = read_id(tmp_path / ".ridgeline", "r")
    assert recorded.status == "failed"
    assert "IndexError" in recorded.state.sessions[0].error  # the first cause


def test_an_unhandled_exception_still_prints_its_traceback(end_of):
    _, error, _ = end_of("raise ValueError('seen')")
    assert "ValueError: seen" in error


IN_A_THREAD = """
import os, queue, signal, sys, threading, time
from ridgeline import Run
def train():
    run = Run(repo=REPO, run_id="r", capture=False)
    run.track(1.0, "m")
    run.flush()
    HANDLED
    print("ready", flush=True)
    sys.stdin.read()
thread = threading.Thread(target=train)
thread.start()
"""
# The main thread sets the handlers soon after, when it is there at all.
UNTIL_HANDLED = """end = time.monotonic() + 20
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL and time.monotonic() < end: time.sleep(0.001)"""


class TestStopSignals:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_the_default_stops_the_run_and_the_process(self, tmp_path, read_id, number):
        program = Program(tmp_path, "print('ready', flush=True); sys.stdin.read()")
        program.wait_for_line()
        program.process.send_signal(number)
        assert (
            program.process.wait(10) == -number
        )  # before its standard input ends, which ends the program, too
        program.finish()
        recorded = read_id(tmp_path / ".ridgeline", "r")
        assert (recorded.status, recorded.values("m")) == ("stopped", [1.0])

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    @pytest.mark.parametrize(
        "main",
        ["thread.join()", "queue.Queue().get()", "while True: time.sleep(0.01)", "threading.Event().wait()"],
    )
    def test_a_run_that_a_thread_opens_is_stopped_too(self, tmp_path, read_id, main, number):
        program = Program(tmp_path, main, prelude=IN_A_THREAD.replace("HANDLED", UNTIL_HANDLED))
        assert program.wait_for_line() == "ready"
        program.process.send_signal(number)
        assert (
            program.process.wait(10) == -number
        )  # before its standard input ends, which ends the program, too
        program.finish()
        recorded = read_id(tmp_path / ".ridgeline", "r")
        assert (recorded.status, recorded.values("m")) == ("stopped", [1.0])

    def test_a_thread_that_opens_a_run_leaves_the_programs_waits_alone(self, tmp_path, read_id):
        body = """
        signal.alarm(1)
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.pause()
        print("alarm", flush=True)
        """
        program = Program(tmp_path, body, prelude=IN_A_THREAD.replace("HANDLED", ""))
        assert [program.wait_for_line(), program.wait_for_line()] == ["ready", "alarm"]
        program.process.terminate()
        assert program.process.wait(10) == -signal.SIGTERM
        assert program.finish()[1] == ""
        assert read_id(tmp_path / ".ridgeline", "r").status == "stopped"

    def test_a_thread_that_opens_many_runs_asks_the_main_thread_by_one_function(self, tmp_path):
        body = """
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # so that its handler is never set, and each run asks again
        def train():
            for _ in range(20):
                Run(repo=REPO, capture=False).close()
        thread = threading.Thread(target=train)
        thread.start()
        thread.join()
        from ridgeline.record import main_thread
        print(len(main_thread._callbacks))
        """
        source = "import signal, threading\nfrom ridgeline import Run\n" + textwrap.dedent(body)
        source = source.replace("REPO", repr(str(tmp_path)))
        done = subprocess.run(
            [sys.executable, "-c", source], check=True, timeout=30, capture_output=True, text=True
        )
        assert done.stdout == "1\n"

    def test_nohup_stays_nohup(self, tmp_path, read_id):
        source = PRELUDE.replace("REPO", repr(str(tmp_path))) + "os.kill(os.getpid(), signal.SIGHUP)"
        subprocess.run(["nohup", sys.executable, "-c", source], check=True, timeout=30, capture_output=True)
        assert read_id(tmp_path / ".ridgeline", "r").status == "finished"

    def test_a_handler_of_the_program_is_called_and_may_go_on_tracking(self, tmp_path, read_id):
        source = f"""
import signal, sys
def handler(*_):
    run.track(2.0, "m")
    sys.exit(0)
signal.signal(signal.SIGTERM, handler)
from ridgeline import Run
run = Run(repo={str(tmp_path)!r}, run_id="r", capture=False)
run.track(1.0, "m")
print("ready", flush=True)
sys.stdin.read()
"""
        process = subprocess.Popen(
            [sys.executable, "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        process.terminate()
        process.communicate(timeout=30)
        assert process.returncode == 0
        recorded = read_id(tmp_path / ".ridgeline", "r")
        assert (recorded.status, recorded.values("m")) == ("stopped", [1.0, 2.0])

    def test_an_ignored_signal_stays_ignored(self, tmp_path, read_id):
        source = f"""
import signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
from ridgeline import Run
run = Run(repo={str(tmp_path)!r}, run_id="r", capture=False)
signal.raise_signal(signal.SIGTERM)
assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
"""
        subprocess.run([sys.executable, "-c", source], check=True, timeout=30)
        assert read_id(tmp_path / ".ridgeline", "r").status == "finished"

    def test_it_may_come_at_any_moment_of_recording(self, tmp_path, read_id):
        body = """
        print("ready", flush=True)
        step = 0
        while True:
            run.track({"a": 1.0, "b": 2}, step=step)
            run.flush()
            run[f"p{step % 7}"] = step
            step += 1
        """
        for delay in range(4):
            program = Program(tmp_path, body)
            program.wait_for_line()
            with pytest.raises(subprocess.TimeoutExpired):
                program.process.wait(0.02 * delay + 0.01)
            program.process.terminate()
            code, error = program.finish()
            assert (code, error) == (-signal.SIGTERM, "")
        recorded = read_id(tmp_path / ".ridgeline", "r")
        assert [session.status for session in recorded.state.sessions] == ["stopped"] * 4


class TestFork:
    def test_a_child_records_into_its_own_segment(self, end_of):
        code, error, recorded = end_of(
            """
            run["lr"] = 1
            for _ in range(100):
                run.track(1.0, "parent")
            pid = os.fork()
            if pid == 0:
                for _ in range(100):
                    run.track(2.0, "child")
                run.track(2.0, "m")
                sys.exit(0)
            os.waitpid(pid, 0)
            run.track(1.0, "parent")
            """
        )
        assert (code, error) == (0, "")
        assert recorded.values("parent") == [1.0] * 101
        assert recorded.values("child") == [2.0] * 100
        assert sorted(recorded.points["m", ()]) == [(0, None, 1.0), (1, None, 2.0)]
        assert len(recorded.segments) == 2
        assert recorded.status == "finished"

    def test_a_child_that_records_nothing_leaves_no_trace(self, end_of):
        _, error, recorded = end_of(
            """
            pid = os.fork()
            if pid == 0:
                sys.exit(0)
            os.waitpid(pid, 0)
            run.track(1.0, "m")
            """
        )
        assert error == ""
        assert len(recorded.segments) == 1
        assert recorded.values("m") == [1.0, 1.0]

    def test_forking_under_load_from_threads_loses_and_doubles_nothing(self, end_of):
        code, error, recorded = end_of(
            """
            def work(i):
                for step in range(20_000):
                    run.track(float(step), f"m{i}", step=step)
            threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
            for thread in threads:
                thread.start()
            pids = []
            for i in range(5):
                pid = os.fork()
                if pid == 0:
                    run.track(float(i), "child", step=i)
                    run.flush()
                    os._exit(0)
                pids.append(pid)
            for pid in pids:
                os.waitpid(pid, 0)
            for thread in threads:
                thread.join()
            """
        )
        assert (code, error) == (0, "")
        for i in range(2):
            assert recorded.values(f"m{i}") == list(map(float, range(20_000)))
        assert sorted(recorded.values("child")) == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_workers_of_multiprocessing(self, tmp_path, read_id, method):
        source = f"""
import multiprocessing, sys
from ridgeline import Run

def work(run, i):
    for step in range(100):
        run.track(float(i), "m", step=step, context={{"worker": i}})
    if i == 1:
        raise ValueError("worker gave up")

if __name__ == "__main__":
    context = multiprocessing.get_context({method!r})
    run = Run(repo={str(tmp_path)!r}, run_id="r", capture=False)
    run.track(1.0, "parent")
    run.flush()
    workers = [context.Process(target=work, args=(run, i)) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run.close()
"""
        script = tmp_path / "train.py"
        script.write_text(source)
        subprocess.run([sys.executable, str(script)], check=True, timeout=60, capture_output=True)
        recorded = read_id(tmp_path / ".ridgeline", "r")
        assert recorded.values("parent") == [1.0]
        assert [recorded.values("m", worker=i) for i in range(2)] == [[0.0] * 100, [1.0] * 100]
        statuses = sorted(str(session.status) for session in recorded.state.sessions)
        assert statuses == ["failed", "finished", "finished"]
        assert recorded.status == "finished"


def test_a_run_that_is_dropped_is_written_and_ended(tmp_path, read_id):
    run = Run(repo=tmp_path, run_id="r", capture=False)
    run.track(1.0, "m")
    writer = run._recording._writer._thread
    del run
    writer.join(10)
    recorded = read_id(tmp_path / ".ridgeline", "r")
    assert (recorded.status, recorded.values("m")) == ("finished", [1.0])


def test_a_pickled_run_is_the_same_run(tmp_path, read):
    with Run(repo=tmp_path, capture=False, params={"a": 1}) as run:
        run.flush()
        with pickle.loads(pickle.dumps(run)) as again:
            assert (again.id, again.repo, again["a"]) == (run.id, run.repo, 1)
            again.track(1.0, "m")
    assert read(run).values("m") == [1.0]


def test_a_notebook_ends_as_its_last_cell_did(end_of):
    # IPython hands cells to callbacks that are registered on the shell; this is that interface.
    prelude = """
    class Result:
        error_before_exec = None
        error_in_exec = None
    callbacks = []
    class Shell:
        class events:
            register = staticmethod(lambda name, callback: callbacks.append((name, callback)))
    ipython = type(sys)("IPython")
    ipython.get_ipython = Shell
    sys.modules["IPython"] = ipython
    from ridgeline.record import lifetime
    lifetime._hook_notebook()
    bad = Result(); bad.error_in_exec = ValueError("cell")
    """
    _, _, recorded = end_of(prelude + "callbacks[0][1](bad)")
    assert recorded.status == "failed"
    assert "ValueError: cell" in recorded.state.sessions[0].error
    _, _, recorded = end_of(prelude + "callbacks[0][1](bad); callbacks[0][1](Result())")
    assert recorded.state.sessions[-1].status == "finished"


class TestRanks:
    def test_a_killed_rank_leaves_the_run_lost_though_another_ends_later(self, tmp_path, read_id):
        repo = tmp_path / ".ridgeline"
        body = """
        run.flush()
        print("ready", flush=True)
        sys.stdin.readline()
        run.tags.add("both are there")
        run.flush()
        print("said", flush=True)
        sys.stdin.read()
        """
        killed, other = Program(tmp_path, body), Program(tmp_path, body)
        for program in (killed, other):
            program.wait_for_line()
        for program in (killed, other):
            program.process.stdin.write("\n")
            program.process.stdin.flush()
            program.wait_for_line()
        killed.process.kill()
        killed.finish()
        assert read_id(repo, "r").status == "running"
        assert other.finish() == (0, "")
        recorded = read_id(repo, "r")
        assert recorded.status == "lost"
        assert {session.status for session in recorded.state.sessions} == {None, "finished"}
        resumed = Program(tmp_path, "")
        assert resumed.finish() == (0, "")
        assert read_id(repo, "r").status == "finished"


def test_a_writer_with_nothing_to_say_says_that_it_is_alive(tmp_path, read, monkeypatch):
    monkeypatch.setattr(writer, "ALIVE_SECS", 0.0)
    with Run(repo=tmp_path, capture=False) as run:
        run.flush()
        run.flush()
    events = read(run).events
    assert isinstance(events[0], RunEvent)
    assert any(isinstance(event, AliveEvent) for event in events)
    assert isinstance(events[-1], EndEvent)

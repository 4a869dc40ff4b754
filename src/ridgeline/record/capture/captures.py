"""Runs the captures of a recording on a thread of their own: a git, a driver or a disk that hangs holds up nothing else."""

import os
import socket
import threading
from pathlib import Path
from queue import Empty, SimpleQueue

from ridgeline.record.capture.console import Console
from ridgeline.record.capture.options import Capture
from ridgeline.record.capture.system import (
    FIRST_SECS,
    INTERVAL_SECS,
    System,
    host_context,
    measures_this_host,
)
from ridgeline.record.capture.target import Target

# What closing waits for captures that are still under way; a short script should not lose its commit.
_STOP_LIMIT_SECS = 2.0


class Captures:
    """What is recorded about one run without being asked for."""

    def __init__(self, target: Target, options: Capture, folder: Path) -> None:
        self._target = target
        self._options = options
        self._folder = folder  # whose disk is measured
        self._console = Console(target.boundary) if options.console else None
        self._detached = False
        # Unlike a threading.Event it may be put to from a signal handler that interrupted a put.
        self._stopping: SimpleQueue[None] = SimpleQueue()
        self._facts_done = threading.Event()
        self._cwd: str | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin. The working folder and the environment are taken now, the rest off the calling thread."""
        options, target = self._options, self._target
        if self._console is not None:
            with target.boundary.guard("console-not-captured", "The console could not be captured"):
                self._console.attach()
        with target.boundary.guard("capture-failed", "The working folder could not be captured"):
            self._cwd = str(Path.cwd())
        with target.boundary.guard("capture-failed", "The command line could not be captured"):
            from ridgeline.record.capture.environment import harmless_variables
            from ridgeline.record.capture.host import command_line

            if options.command:
                target.add_environment("command", command_line())
                target.add_environment("cwd", self._cwd)
            if options.environment:
                target.add_environment("variables", dict(harmless_variables(os.environ)))
        if options.host or options.packages or options.git or options.system:
            thread = threading.Thread(target=self._work, name="ridgeline-capture", daemon=True)
            with target.boundary.guard("capture-failed", "The captures could not be started"):
                thread.start()
                self._thread = thread

    def collect(self) -> None:
        """Move what was printed into the buffer; after the end of listening, unfinished lines too. The writer calls this."""
        if self._console is not None:
            for printed in self._console.take_rest() if self._detached else self._console.take():
                self._target.add_console(printed)

    def stop(self) -> None:
        """End all captures, waiting a moment for those that run once."""
        if self._thread is not None:
            self._facts_done.wait(_STOP_LIMIT_SECS)
        self.detach()

    def detach(self) -> None:
        """End all captures without waiting. Takes no lock."""
        if self._console is not None:
            self._console.detach()
        self._detached = True
        self._stopping.put(None)

    def forked(self) -> None:
        """Leave everything to the parent, in a fork's child."""
        if self._console is not None:
            self._console.detach()
        self._console = None
        self._thread = None

    def _work(self) -> None:
        self._capture_facts()
        self._facts_done.set()
        if self._options.system:
            self._measure()

    def _measure(self) -> None:
        if not measures_this_host(dict(os.environ)):
            return
        guard = self._target.boundary.guard(
            "system-not-measured", "The use of the machine could not be measured"
        )
        with guard:
            system = System(self._folder, host_context(dict(os.environ), socket.gethostname()))
            if gpus := system.gpu_facts():
                self._target.add_environment("gpus", gpus)
        if guard.failed:
            return
        wait_secs = FIRST_SECS
        while not self._stops_within(wait_secs):
            with self._target.boundary.guard(
                "system-not-measured", "The use of the machine could not be measured"
            ):
                system.measure(self._target)
            wait_secs = INTERVAL_SECS

    def _stops_within(self, wait_secs: float) -> bool:
        try:
            self._stopping.get(timeout=wait_secs)
        except Empty:
            return False
        return True

    def _capture_facts(self) -> None:
        from ridgeline.record.capture.git import git_facts
        from ridgeline.record.capture.host import host_facts, installed_packages, python_facts

        options, target = self._options, self._target
        if options.host:
            with target.boundary.guard("capture-failed", "The host could not be captured"):
                target.add_environment("python", python_facts())
                target.add_environment("host", host_facts())
        if options.packages:
            with target.boundary.guard("capture-failed", "The installed packages could not be captured"):
                target.add_environment("packages", dict(installed_packages()))
        if options.git and self._cwd is not None:
            with target.boundary.guard("capture-failed", "The state of the code could not be captured"):
                facts = git_facts(self._cwd, target.put_blob, target.boundary)
                if facts is not None:
                    target.add_environment("git", facts)

import sys
from contextlib import suppress

import pytest

import ridgeline
from ridgeline.cli import main


@pytest.fixture
def repo(tmp_path, monkeypatch):
    """Three runs: two that finished, and one that failed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RIDGELINE_REPO", raising=False)
    for number, lr in enumerate((0.001, 0.01)):
        with ridgeline.Run(
            "pos",
            name=f"run-{number}",
            params={"lr": lr, "seed": 0},
            tags=["lab"],
            run_id=f"id{number}",
            capture=False,
        ) as run:
            for step in range(3):
                run.track(0.5 + lr * step, name="f1", step=step, context={"lang": "de"})
                run.track({"loss": 1.0 - step / 4}, step=step)
    with suppress(ZeroDivisionError), ridgeline.Run("ner", "broken", run_id="id2", capture=False) as run:
        run.track(float("nan"), name="loss", step=0)
        1 / 0  # noqa: B018
    return tmp_path


@pytest.fixture
def ridgeline_command(monkeypatch, capsys):
    """Run the command line in this process; returns the exit code, stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["ridgeline", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call

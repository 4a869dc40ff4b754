"""The conformance suite of an integration: one passes when every test of a subclass does.

A subclass in a test file says how something tiny is trained, and what must then stand in the run:

    class TestMyFramework(IntegrationSuite):
        module = "ridgeline.integrations.myframework"
        framework = "myframework"
        metric, context = "loss", {"subset": "train"}
        params = {"hparams.lr": 0.1}

        def train(self, run, repo, failing): ...
"""

import gc
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from ridgeline.core.values import Json
from ridgeline.query.repo import Repo
from ridgeline.query.run_view import RunView
from ridgeline.record.run import Run


class TrainingFailed(Exception):  # noqa: N818 - named after what happens to the training, which is no error of the suite
    """What `train` must raise in the midst of the training when it is asked to fail."""


class IntegrationSuite:
    """What any integration must do.

    Attributes:
        module: where the integration stands.
        framework: the package that only this integration may import; "" when there is none.
        metric: the name of a metric that `train` records at two steps or more.
        context: of that metric; it may have more keys.
        params: some of the params that must arrive, by address.
        runs: how many runs one training records.
    """

    module: ClassVar[str]
    framework: ClassVar[str] = ""
    metric: ClassVar[str] = "loss"
    context: ClassVar[Mapping[str, Json]] = {}
    params: ClassVar[Mapping[str, Json]] = {}
    runs: ClassVar[int] = 1

    def train(self, run: Run | None, repo: Path, *, failing: bool) -> None:
        """Train something tiny.

        Args:
            run: into which it is recorded; None lets the integration open one in `repo`.
            repo: for a run of the integration's own.
            failing: raise TrainingFailed from inside of the framework's loop, after the first step was recorded.
        """
        raise NotImplementedError

    def test_metrics_arrive_with_their_steps(self, tmp_path: Path) -> None:
        self.train(None, tmp_path, failing=False)
        for run in self._recorded(tmp_path):
            self._has_metric(run)

    def test_params_arrive(self, tmp_path: Path) -> None:
        self.train(None, tmp_path, failing=False)
        for run in self._recorded(tmp_path):
            assert {address: run[address] for address in self.params} == dict(self.params)

    def test_a_run_of_its_own_ends_with_the_training(self, tmp_path: Path) -> None:
        self.train(None, tmp_path, failing=False)
        self._has_finished(tmp_path)

    def test_a_second_attempt_does_not_fail_by_the_first(self, tmp_path: Path) -> None:
        try:
            Path(tmp_path, "of the first attempt").unlink()
        except FileNotFoundError:
            self.train(None, tmp_path, failing=False)
            self._has_finished(tmp_path)

    def test_a_training_that_fails_is_a_failed_run(self, tmp_path: Path) -> None:
        self._fail(None, tmp_path)
        assert "failed" in {run.status for run in Repo(tmp_path).runs()}

    def test_a_run_of_the_programs_is_left_open(self, tmp_path: Path) -> None:
        with Run(repo=tmp_path, capture=False) as run:
            self.train(run, tmp_path, failing=False)
            assert run.status == "running"
            (view,) = self._recorded(tmp_path, n=1)
            assert (view.id, view.status) == (run.id, "running")
            self._has_metric(view)
            run.track(1.0, name="after", step=0)

    def test_a_run_of_the_programs_is_left_open_when_training_fails(self, tmp_path: Path) -> None:
        with Run(repo=tmp_path, capture=False) as run:
            self._fail(run, tmp_path)
            assert run.status == "running"

    @pytest.mark.filterwarnings("ignore::ridgeline.record.boundary.RecordingWarning")
    def test_training_goes_on_when_the_run_is_closed(self, tmp_path: Path) -> None:
        run = Run(repo=tmp_path, capture=False)
        run.close()
        self.train(run, tmp_path, failing=False)

    @pytest.mark.filterwarnings("ignore::ridgeline.record.boundary.RecordingWarning")
    def test_training_goes_on_when_the_repo_cannot_be_written(self, tmp_path: Path) -> None:
        root = tmp_path / ".ridgeline"
        root.mkdir()
        (root / "ridgeline.json").write_text('{"format": 1}')
        (root / "runs").write_text("a file where the runs should be")
        self.train(None, tmp_path, failing=False)

    def test_nothing_is_imported_unless_it_is_used(self) -> None:
        names = [name for name in (self.module, self.framework) if name]
        code = (
            "import sys, ridgeline, ridgeline.integrations; ridgeline.Run;"
            f" print([name for name in {names!r} if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def _fail(self, run: Run | None, repo: Path) -> None:
        try:
            self.train(run, repo, failing=True)
        except TrainingFailed:
            pass
        else:
            pytest.fail("train(failing=True) must let TrainingFailed through")
        gc.collect()  # frameworks hold their callbacks in circles

    def _has_finished(self, repo: Path) -> None:
        gc.collect()
        found = [(run.status, run.recording_warnings) for run in self._recorded(repo)]
        assert found == [("finished", {})] * self.runs, found

    def _recorded(self, repo: Path, n: int | None = None) -> list[RunView]:
        views = list(Repo(repo).runs())
        assert len(views) == (self.runs if n is None else n)
        return views

    def _has_metric(self, run: RunView) -> None:
        points = run.points(self.metric, dict(self.context)).to_pandas()
        assert len(points) >= 2
        for _, series in points.groupby("context"):
            assert series["step"].is_monotonic_increasing
            assert series["step"].is_unique

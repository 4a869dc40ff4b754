"""What the operations of MLflow's API share: the repository, the runs that are open, and what is kept beside them."""

from collections.abc import Mapping

import numpy as np

from ridgeline.blobs.store import BlobStore
from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.server.answers import Answers
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.experiments import Experiment, Experiments
from ridgeline.server.mlflow.facts import Facts
from ridgeline.server.mlflow.journal import Journal
from ridgeline.server.mlflow.live_runs import LiveRuns
from ridgeline.server.mlflow.logged_models import LoggedModels
from ridgeline.server.mlflow.run_views import RunViews


class Service:
    """One repository, as MLflow's clients use it. Safe to use from several threads."""

    def __init__(self, answers: Answers, layout: Layout, clock: Clock = SYSTEM_CLOCK) -> None:
        self._answers = answers
        self.clock = clock
        self.layout = layout
        self.blobs = BlobStore(layout.blobs)
        self.live = LiveRuns(layout, clock)
        self.journal = Journal(layout, clock)
        self.models = LoggedModels(self.journal)
        self.views = RunViews(lambda: self.repo, self.live.version, self.blobs)
        self.experiments = Experiments(self.journal, self._recorded, _born(layout), clock)

    @property
    def repo(self) -> Repo:
        """Return the repository, opened on first use."""
        return self._answers.repo

    def close(self) -> None:
        """Let go of all files."""
        self.live.close()
        self.journal.close()

    def experiment_of(self, facts: Facts) -> Experiment:
        """Return the experiment that a run belongs to."""
        found = self.experiments.named(facts.experiment)
        if found is None:  # only until the index has seen the run
            raise MlflowError(
                f"Could not find experiment with name '{facts.experiment}'", "RESOURCE_DOES_NOT_EXIST"
            )
        return found

    def now_ms(self) -> int:
        """Return the time in milliseconds since 1970."""
        return round(self.clock.time() * 1000)

    def _recorded(self) -> Mapping[str, float]:
        """Return of each experiment that runs have when its first run began, in seconds."""
        columns = self.views.columns()
        first: dict[str, float] = {}
        for name, created in zip(columns.experiment.tolist(), columns.created.tolist(), strict=True):
            known = first.get(name, np.inf)
            first[name] = min(known, created) if created == created else min(known, 0.0)  # noqa: PLR0124 - NaN
        return first


def check_active(facts: Facts) -> None:
    """Make sure that a run is not deleted.

    Raises:
        MlflowError: It is.
    """
    if facts.deleted:
        raise MlflowError(f"The run {facts.run_id} must be in the 'active' state. Current state is deleted.")


def _born(layout: Layout) -> float:
    """Return when the repository was made."""
    try:
        return (layout.root / "ridgeline.json").stat().st_mtime
    except OSError:
        return SYSTEM_CLOCK.time()

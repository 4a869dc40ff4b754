"""Real repositories, recorded through the SDK."""

import pytest

import ridgeline
from ridgeline.query.repo import Repo


@pytest.fixture
def record(tmp_path):
    """Return a function that records one run and returns its id."""

    def record_run(params=None, metrics=(), *, name=None, experiment=None, tags=(), open_run=False):
        run = ridgeline.Run(experiment, name, params, tags, repo=tmp_path, capture=False)
        for metric, context, values in metrics:
            for step, value in enumerate(values):
                run.track(value, name=metric, step=step, context=context)
        if not open_run:
            run.close()
        return run.id if not open_run else run

    return record_run


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens the repository; it is closed at the end."""
    repos = []

    def open_repo():
        repos.append(Repo(tmp_path))
        return repos[-1]

    yield open_repo
    for repo in repos:
        repo.close()

from dataclasses import dataclass

import pytest

from ridgeline.query.lines.answer import Lines
from ridgeline.query.lines.lines import draw
from ridgeline.query.lines.request import LinesRequest
from ridgeline.query.repo import Repo


@dataclass
class Drawn:
    """An answer as its reader sees it."""

    lines: Lines
    rows: list[dict]

    @property
    def meta(self):
        return self.lines.meta

    def labels(self, channel: str) -> list[str]:
        return [group.label for group in getattr(self.meta, channel)]


@pytest.fixture
def drawn(tmp_path):
    """Draw from the repository in tmp_path."""
    repos: list[Repo] = []

    def ask(*metrics: str, **request) -> Drawn:
        if not repos:
            repos.append(Repo(tmp_path))
        lines = draw(repos[0].snapshot(), LinesRequest(metrics=metrics, **request))
        return Drawn(lines, lines.to_arrow().to_pylist())

    yield ask
    for repo in repos:
        repo.close()

"""What there is: the project, and what its runs have to choose from."""

from pathlib import Path

from fastapi import APIRouter, Request, Response

from ridgeline.core.values import strict_json
from ridgeline.core.version import __version__
from ridgeline.query import pickers
from ridgeline.query.language.names import ROOTS
from ridgeline.query.repo import Repo
from ridgeline.query.snapshot import Snapshot
from ridgeline.server.answers import AnswersOf, to_json
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.wire import Indexing, PickerLists, Project

router = APIRouter(prefix="/api", tags=["project"])


def project_name(root: Path) -> str:
    """Return what a repository is called: by the folder that holds it."""
    return root.parent.name if root.name == ".ridgeline" else root.name


def indexing(repo: Repo) -> Indexing | None:
    """Return how far an index is that is being built."""
    backlog = repo.backlog
    return None if backlog is None else {"indexed": backlog.indexed, "total": backlog.total}


@router.get("/project", responses={200: {"model": Project}, **PROBLEMS})
def project(request: Request, answers: AnswersOf) -> Response:
    """Return the name of the project, where it lies, and how many runs it has; archived ones are counted apart."""
    root = answers.repo.root

    def render(snapshot: Snapshot) -> bytes:
        shown = snapshot.listed
        described: Project = {
            "name": project_name(root),
            "root": str(root),
            "version": __version__,
            "runs": int(shown.sum()),
            "archived": int(snapshot.runs.archived.sum()),
            "running": int((snapshot.runs.status[shown] == "running").sum()),
            "generation": snapshot.generation,
            "indexing": indexing(answers.repo),
            "expression_roots": list(ROOTS),
            "neighbours": request.app.state.neighbours,
        }
        return to_json(described)

    return answers.answer(request, render)


@router.get("/pickers", responses={200: {"model": PickerLists}, **PROBLEMS})
def all_pickers(request: Request, answers: AnswersOf) -> Response:
    """Return the experiments, tags, params and metrics, and how many runs have each."""
    return answers.answer(request, lambda snapshot: to_json(_described(pickers.pickers(snapshot))))


def _described(found: pickers.Pickers) -> PickerLists:
    return {
        "experiments": [{"name": entry.name, "runs": entry.n_runs} for entry in found.experiments],
        "tags": [{"name": entry.name, "runs": entry.n_runs} for entry in found.tags],
        "params": [
            {
                "path": param.path,
                "expression": param.expression,
                "runs": param.n_runs,
                "kinds": list(param.kinds),
                "distinct": param.n_distinct,
                "values": [strict_json(value) for value in param.values],
            }
            for param in found.params
        ],
        "metrics": [
            {
                "name": metric.name,
                "kind": metric.kind,
                "runs": metric.n_runs,
                "contexts": [
                    {"context": strict_json(entry.context), "runs": entry.n_runs} for entry in metric.contexts
                ],
                "goal": metric.goal,
            }
            for metric in found.metrics
        ],
    }

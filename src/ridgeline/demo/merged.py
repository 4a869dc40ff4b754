"""Merged models of the sweep, recorded as candidates beside the single ones."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml

from ridgeline.core.safetensors import Tensor, decode_safetensors, encode_safetensors
from ridgeline.demo.model import forward, initial_weights
from ridgeline.demo.predictions import log_predictions
from ridgeline.demo.sweep import EXPERIMENT
from ridgeline.demo.task import Floats, Task, confusions, load_task, score
from ridgeline.merge.methods.greedy_soup import greedy_order
from ridgeline.merge.tracked.carry_out import ready
from ridgeline.merge.tracked.evaluation import Metric
from ridgeline.merge.tracked.record import Destination, record_merge
from ridgeline.merge.tracked.soup import Candidate, find_candidates, greedy_soup_of_runs
from ridgeline.query.repo import Repo
from ridgeline.record.run import Run

MERGED = "emoji-merged"
CHOSEN_BY = "f1{lang=en,subset=dev}"
TRIED = 20
MODEL = "model.safetensors"
# Of the five best by English dev; task vectors start from the one initialisation that all candidates have.
BEST = 5
METHODS: dict[str, dict[str, object]] = {
    f"soup of the best {BEST}": {"merge_method": "uniform"},
    f"TIES of the best {BEST}": {"merge_method": "ties", "parameters": {"density": 0.2}},
    f"DARE TIES of the best {BEST}": {
        "merge_method": "dare_ties",
        "parameters": {"density": 0.5, "weight": 1 / BEST},
    },
}
GREEDY = f"greedy soup of {TRIED}"


def merge_best(root: Path) -> int:
    """Merge the candidates that are best on English dev, judge the results in every language, and record them.

    Args:
        root: of the repository; the weights go into `merged` beside it.

    Returns:
        How many were made; those that an earlier start made are left.
    """
    repo = Repo(root)
    known = {run.name for run in repo.runs(f'run.experiment == "{MERGED}"')}
    todo = {name: recipe for name, recipe in METHODS.items() if name not in known}
    if not todo and GREEDY in known:
        return 0
    candidates = find_candidates(
        repo, f'run.experiment == "{EXPERIMENT}" and run.status == "finished"', CHOSEN_BY
    )
    best = [candidates[place] for place in greedy_order([one.score for one in candidates])]
    task, out = load_task(), root.parent / "merged"
    with TemporaryDirectory() as folder:
        for name, recipe in todo.items():
            _merge(
                repo,
                task,
                name,
                _with_models(recipe, best[:BEST], _base(task, Path(folder))),
                out,
                Path(folder),
            )
    if GREEDY not in known:
        _greedy(repo, task, candidates, out)
    return len(todo) + (GREEDY not in known)


def _merge(repo: Repo, task: Task, name: str, recipe: str, out: Path, links: Path) -> None:
    merge = ready(repo, recipe, links)
    folder = out / name.replace(" ", "-")
    merge.merge(folder)
    run = record_merge(
        folder, merge.made, Destination(repo.layout.root, MERGED, name, store=True), evaluate(task, folder)
    )
    _predict(repo, task, folder, run)


def _greedy(repo: Repo, task: Task, candidates: tuple[Candidate, ...], out: Path) -> None:
    soup = greedy_soup_of_runs(
        repo,
        candidates,
        lambda folder: evaluate(task, folder),
        CHOSEN_BY,
        out / GREEDY.replace(" ", "-"),
        at_most=TRIED,
        destination=Destination(repo.layout.root, MERGED, GREEDY, store=True),
    )
    if soup.run is not None:
        _predict(repo, task, soup.folder, soup.run)


def _with_models(recipe: dict[str, object], models: list[Candidate], base: Path) -> str:
    document = {"models": [{"model": f"run:{one.id}"} for one in models], **recipe}
    if recipe["merge_method"] != "uniform":
        document["base_model"] = str(base)
    return yaml.safe_dump(document, sort_keys=False)


def _base(task: Task, folder: Path) -> Path:
    path = folder / "base" / MODEL
    if not path.exists():
        path.parent.mkdir()
        weights = initial_weights(task.train_x.shape[1], task.n_classes)
        tensors = {name: Tensor("F32", w.shape, w.astype("<f4").tobytes()) for name, w in weights.items()}
        path.write_bytes(encode_safetensors(tensors, {}))
    return path.parent


def evaluate(task: Task, folder: Path) -> tuple[Metric, ...]:
    """Judge a model as candidates are judged: accuracy and F1 on dev and test of all languages."""
    counts = confusions(task, forward(load_weights(folder), task.eval_x)[1].argmax(1))
    return tuple(
        Metric(name, value, {"lang": one.language, "subset": one.subset})
        for one in score(task, counts)
        for name, value in (("accuracy", one.accuracy), ("f1", one.f1))
    )


def _predict(repo: Repo, task: Task, folder: Path, run: str) -> None:
    """Record what the model predicts, so that scorers see it beside the others."""
    with Run(repo=repo.layout.root, run_id=run, capture=False) as resumed:
        log_predictions(resumed, task, *forward(load_weights(folder), task.eval_x))


def load_weights(folder: Path) -> dict[str, Floats]:
    """Read the weights of a model of the demo."""
    tensors, _ = decode_safetensors((folder / MODEL).read_bytes())
    return {name: np.frombuffer(one.data, np.float32).reshape(one.shape) for name, one in tensors.items()}

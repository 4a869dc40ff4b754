"""Train the sweep's candidates in several processes, each recorded while it trains."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from itertools import product, starmap
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.demo.model import BATCH, HIDDEN, Recipe, forward, train
from ridgeline.demo.predictions import log_predictions
from ridgeline.demo.samples import sampled_epochs, track_samples
from ridgeline.demo.task import Task, confusions, load_task, score
from ridgeline.query.repo import Repo
from ridgeline.record.run import Run

EXPERIMENT = "emoji-zero-shot"
LEARNING_RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
EPOCHS = (5, 20, 60)
DROPOUTS = (0.0, 0.4)
TECHNIQUES = ("fine-tuning", "feature extraction")
SEEDS = (0, 1, 2, 3)
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def recipes() -> list[Recipe]:
    """Return the 240 candidates in a fixed mixed order, so that any first part of them covers the grid."""
    grid = list(starmap(Recipe, product(LEARNING_RATES, EPOCHS, DROPOUTS, TECHNIQUES, SEEDS)))
    return [grid[i] for i in np.random.default_rng(0).permutation(len(grid))]


def missing_recipes(root: Path, n_runs: int) -> list[tuple[int, Recipe]]:
    """Return which of the first `n_runs` candidates have no finished run yet, with their numbers.

    Raises:
        InputError: the grid has fewer candidates than asked for, or none is asked for.
    """
    wanted = recipes()
    if not 1 <= n_runs <= len(wanted):
        raise InputError(
            f"The demo has 1 to {len(wanted)} candidates, and {n_runs} are asked for.", "demo-runs"
        )
    done = set()
    if (root / "ridgeline.json").exists():
        finished = Repo(root).runs(f'run.experiment == "{EXPERIMENT}" and run.status == "finished"')
        done = {run.name for run in finished}
    return [(i, recipe) for i, recipe in enumerate(wanted[:n_runs]) if run_name(i) not in done]


def run_name(number: int) -> str:
    """Name the candidate with this number."""
    return f"run-{number + 1:03d}"


def train_all(root: Path, todo: list[tuple[int, Recipe]], n_jobs: int, on_done: Callable[[], object]) -> None:
    """Train candidates, `n_jobs` at a time; `on_done` is called in this process after each."""
    with (
        _environment(ONE_THREAD),
        ProcessPoolExecutor(n_jobs, mp_context=get_context("spawn")) as pool,
    ):
        pending: set[Future[None]] = {
            pool.submit(record_candidate, root, number, recipe) for number, recipe in todo
        }
        try:
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                    on_done()
        finally:  # after Ctrl+C or a failure the pool would go on to train all that wait
            pool.shutdown(cancel_futures=True)


def record_candidate(root: Path, number: int, recipe: Recipe) -> None:
    """Train one candidate and record it through the public interface, as any training script would."""
    task = _task()
    params = {
        "hparams": asdict(recipe),
        "model": {"hidden": HIDDEN, "batch_size": BATCH, "init_seed": 0},
        "data": {"name": "emoji", "train_language": "en", "n_train": len(task.train_y)},
    }
    with Run(EXPERIMENT, name=run_name(number), params=params, tags=["demo"], repo=root) as run:
        for epoch in train(task, recipe):
            run.track(
                {"loss": epoch.loss, "lr": epoch.lr},
                step=epoch.step,
                epoch=epoch.number,
                context={"subset": "train"},
            )
            hidden, logits = forward(epoch.weights, task.eval_x)
            counts = confusions(task, logits.argmax(1))
            for result in score(task, counts):
                run.track(
                    {"accuracy": result.accuracy, "f1": result.f1},
                    step=epoch.step,
                    epoch=epoch.number,
                    context={"lang": result.language, "subset": result.subset},
                )
            if epoch.number in sampled_epochs(recipe.epochs):
                track_samples(run, task, epoch, counts)
            if epoch.number == recipe.epochs:
                log_predictions(run, task, hidden, logits, step=epoch.step, epoch=epoch.number)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "model.safetensors"
            tensors = {
                name: Tensor("F32", w.shape, w.astype("<f4").tobytes()) for name, w in epoch.weights.items()
            }
            path.write_bytes(encode_safetensors(tensors, {"recipe": repr(recipe)}))
            run.log_artifact(path)


@cache
def _task() -> Task:
    return load_task()


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Set variables for the processes started inside: NumPy reads the number of threads at its import."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

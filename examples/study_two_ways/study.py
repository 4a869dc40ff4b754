"""One study, logged two ways: fine-tuning through MLflow's client, feature extraction through a callback.

Both techniques of the demo are trained with three seeds each, and one page of the explorer shows them together, with the
seeds folded. Needs `pip install mlflow-skinny`; records into the repo of the working folder.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import mlflow

from ridgeline.demo.model import Epoch, Recipe, predict, train
from ridgeline.demo.task import Task, confusions, load_task, score
from ridgeline.integrations.session import Integration

EXPERIMENT = "two-ways"
LANGUAGES = ("en", "de", "zh")
SEEDS = (0, 1, 2)
EPOCHS = 10


class StudyCallback(Integration):
    """What a training loop tells of itself, recorded."""

    def on_begin(self, recipe: Recipe) -> None:
        self.session.begin()
        self.session.set("hparams", recipe)

    def on_epoch(self, epoch: Epoch, metrics: dict[str, float]) -> None:
        self.session.track(metrics, step=epoch.step, epoch=epoch.number)

    def on_end(self) -> None:
        self.session.end()


def epochs_of(task: Task, recipe: Recipe) -> Iterator[tuple[Epoch, dict[str, float]]]:
    """Train a candidate; yield each epoch with its loss, and its F1 by language."""
    for epoch in train(task, recipe):
        scores = score(task, confusions(task, predict(epoch.weights, task.eval_x)))
        f1 = {f"f1_{one.language}": one.f1 for one in scores if one.subset == "dev"}
        yield epoch, {"loss": epoch.loss, **{f"f1_{lang}": f1[f"f1_{lang}"] for lang in LANGUAGES}}


def log_through_mlflow(task: Task, recipe: Recipe) -> None:
    """Train a candidate as a script that knows MLflow alone does."""
    with mlflow.start_run(run_name=f"mlflow, seed {recipe.seed}"):
        mlflow.log_params(
            {
                "hparams.technique": recipe.technique,
                "hparams.lr": recipe.lr,
                "hparams.epochs": recipe.epochs,
                "hparams.dropout": recipe.dropout,
                "hparams.seed": recipe.seed,
            }
        )
        for epoch, metrics in epochs_of(task, recipe):
            mlflow.log_metrics(metrics, step=epoch.step)


def log_through_callback(task: Task, recipe: Recipe) -> None:
    """Train a candidate in a loop that tells a callback."""
    with StudyCallback(experiment=EXPERIMENT, name=f"callback, seed {recipe.seed}", repo=".") as callback:
        callback.on_begin(recipe)
        for epoch, metrics in epochs_of(task, recipe):
            callback.on_epoch(epoch, metrics)
        callback.on_end()


@contextmanager
def explorer() -> Iterator[str]:
    """Serve the repo of the working folder; yield the server's address."""
    command = [sys.executable, "-m", "ridgeline.cli", "up", "--repo", ".", "--create"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = None
            while found is None:
                line = server.stdout.readline()
                assert line, "the server ended before it told its address"
                found = re.search(r"http://\S+:\d+", line)
            yield found[0]
        finally:
            server.terminate()


def main() -> None:
    """Train six candidates, three each way, and say where to see them."""
    task = load_task()
    with explorer() as address:
        mlflow.set_tracking_uri(address)
        mlflow.set_experiment(EXPERIMENT)
        for seed in SEEDS:
            log_through_mlflow(task, Recipe(0.003, EPOCHS, 0.0, "fine-tuning", seed))
            log_through_callback(task, Recipe(0.003, EPOCHS, 0.0, "feature extraction", seed))
        query = quote(f'run.experiment == "{EXPERIMENT}"')
        view = f"metrics?q={query}&m=f1_*&c=run.hparams.technique&ch=metric.name&fold=1"
        print(f"Both in one page: {address}/{view}")
        if sys.stdin.isatty():
            input("Enter stops the server. ")


if __name__ == "__main__":
    main()

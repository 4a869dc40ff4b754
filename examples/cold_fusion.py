"""Eight contributors, each with an eighth of the data, share one model: ColD Fusion, three rounds.

Nobody sees anybody else's data. Each fine-tunes the shared model on their own, and the mean of what they send is the next one.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.safetensors import Tensor, decode_safetensors, encode_safetensors
from ridgeline.demo.model import Recipe, initial_weights, predict, train
from ridgeline.demo.task import load_task
from ridgeline.merge.tracked.fuse import from_folder, fuse
from ridgeline.merge.tracked.record import Destination

Weights = dict[str, NDArray[np.float32]]
CONTRIBUTORS, ROUNDS = 8, 3
task = load_task()
english_x, english_y = task.eval_x[: len(task.eval_y)], task.eval_y


def save(folder: Path, weights: Weights) -> None:
    folder.mkdir(parents=True)
    tensors = {name: Tensor("F32", w.shape, w.tobytes()) for name, w in weights.items()}
    (folder / "model.safetensors").write_bytes(encode_safetensors(tensors, {}))


def load(folder: Path) -> Weights:
    tensors, _ = decode_safetensors((folder / "model.safetensors").read_bytes())
    return {name: np.frombuffer(t.data, np.float32).reshape(t.shape) for name, t in tensors.items()}


def accuracy(folder: Path) -> dict[str, float]:
    return {"accuracy": float((predict(load(folder), english_x) == english_y).mean())}


def fine_tune(contributor: int, weights: Weights) -> Weights:
    """Train on one eighth of the items."""
    own = slice(contributor, None, CONTRIBUTORS)
    data = replace(task, train_x=task.train_x[own], train_y=task.train_y[own])
    recipe = Recipe(lr=1e-3, epochs=10, dropout=0.0, technique="fine-tuning", seed=contributor)
    *_, last = train(data, recipe, weights)
    return last.weights


base, sent, fused = Path("base"), Path("contributions"), Path("fused")
save(base, initial_weights(task.train_x.shape[1], task.n_classes))
shared = base
print(f"base: {accuracy(base)['accuracy']:.3f} on held-out English items")
for number in range(1, ROUNDS + 1):
    for contributor in range(CONTRIBUTORS):
        save(
            sent / f"round-{number:03d}" / f"contributor-{contributor}", fine_tune(contributor, load(shared))
        )
    alone = [accuracy(folder)["accuracy"] for folder in sorted((sent / f"round-{number:03d}").iterdir())]
    for done in fuse(
        base, from_folder(sent), fused, rounds=number, contributors=CONTRIBUTORS, evaluate=accuracy,
        destination=Destination(experiment="shared model", name="round"),
    ):  # fmt: skip
        shared = done.folder
    print(f"round {number}: contributors {np.mean(alone):.3f} each, fused {accuracy(shared)['accuracy']:.3f}")

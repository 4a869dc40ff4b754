"""A small classifier in NumPy: a tanh layer and a linear head, trained with AdamW."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.demo.task import Floats, Task

HIDDEN = 64
BATCH = 32
WEIGHT_DECAY = 0.01
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True, slots=True)
class Recipe:
    """What tells one candidate from another.

    Attributes:
        lr: peak learning rate of AdamW; it falls linearly to zero over the training.
        epochs: passes over the training items.
        dropout: share of hidden units left out in training, in [0, 1).
        technique: "fine-tuning" trains all weights, "feature extraction" the head alone.
        seed: of the order of items and of dropout; the initial weights are the same for all.
    """

    lr: float
    epochs: int
    dropout: float
    technique: str
    seed: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """The state after one pass: `loss` is the mean cross-entropy in nats over the pass, `weights` are live arrays."""

    number: int
    step: int
    loss: float
    lr: float
    weights: dict[str, Floats]


def initial_weights(n_features: int, n_classes: int) -> dict[str, Floats]:
    """Draw the one initialisation that all candidates start from, as fine-tunes of one base model do."""
    rng = np.random.default_rng(0)
    return {
        "hidden.weight": rng.normal(0, n_features**-0.5, (n_features, HIDDEN)).astype(np.float32),
        "hidden.bias": np.zeros(HIDDEN, np.float32),
        "head.weight": rng.normal(0, HIDDEN**-0.5, (HIDDEN, n_classes)).astype(np.float32),
        "head.bias": np.zeros(n_classes, np.float32),
    }


def forward(weights: dict[str, Floats], x: Floats) -> tuple[Floats, Floats]:
    """Return hidden features and logits of each row, [n, features] → [n, hidden] and [n, classes]."""
    hidden: Floats = np.tanh(x @ weights["hidden.weight"] + weights["hidden.bias"])
    return hidden, hidden @ weights["head.weight"] + weights["head.bias"]


def predict(weights: dict[str, Floats], x: Floats) -> NDArray[np.int64]:
    """Return the most likely class of each row, [n, features] → [n]."""
    best: NDArray[np.int64] = forward(weights, x)[1].argmax(1)
    return best


def train(task: Task, recipe: Recipe, start: dict[str, Floats] | None = None) -> Iterator[Epoch]:
    """Train one candidate on the English items, from the initial weights or from a start, and yield after each epoch."""
    rng = np.random.default_rng(recipe.seed)
    weights = initial_weights(task.train_x.shape[1], task.n_classes)
    for name, value in (start or {}).items():
        weights[name] = value.copy()
    trained = list(weights) if recipe.technique == "fine-tuning" else ["head.weight", "head.bias"]
    optimizer = AdamW({name: weights[name] for name in trained})
    n_batches = len(task.train_x) // BATCH
    n_steps = n_batches * recipe.epochs
    for number in range(1, recipe.epochs + 1):
        loss = 0.0
        for batch in np.array_split(rng.permutation(len(task.train_x)), n_batches):
            lr = recipe.lr * (1 - optimizer.step / n_steps)
            batch_loss, gradients = _gradients(weights, task.train_x[batch], task.train_y[batch], recipe, rng)
            optimizer.update(gradients, lr)
            loss += batch_loss * len(batch)
        yield Epoch(number, optimizer.step, loss / len(task.train_x), lr, weights)


def _gradients(
    weights: dict[str, Floats], x: Floats, y: NDArray[np.int64], recipe: Recipe, rng: np.random.Generator
) -> tuple[float, dict[str, Floats]]:
    hidden = np.tanh(x @ weights["hidden.weight"] + weights["hidden.bias"])  # [b, h]
    keep = np.float32(1)
    if recipe.dropout:
        keep = ((rng.random(hidden.shape, np.float32) >= recipe.dropout) / (1 - recipe.dropout)).astype(
            np.float32
        )
    kept = hidden * keep
    logits = kept @ weights["head.weight"] + weights["head.bias"]  # [b, k]
    logits -= logits.max(1, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(-np.log(np.maximum(p[rows, y], 1e-30)).mean())
    p[rows, y] -= 1
    p /= len(y)
    gradients = {"head.weight": kept.T @ p, "head.bias": p.sum(0)}
    if recipe.technique == "fine-tuning":
        back = (p @ weights["head.weight"].T) * keep * (1 - hidden * hidden)
        gradients |= {"hidden.weight": x.T @ back, "hidden.bias": back.sum(0)}
    return loss, gradients


class AdamW:
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2); updates the arrays in place."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self.step = 0
        self._weights = weights
        self._m = {name: np.zeros_like(w) for name, w in weights.items()}
        self._v = {name: np.zeros_like(w) for name, w in weights.items()}

    def update(self, gradients: dict[str, Floats], lr: float) -> None:
        self.step += 1
        for name, w in self._weights.items():
            g, m, v = gradients[name], self._m[name], self._v[name]
            m += (1 - BETA1) * (g - m)
            v += (1 - BETA2) * (g * g - v)
            m_hat = m / (1 - BETA1**self.step)
            v_hat = v / (1 - BETA2**self.step)
            w[...] -= lr * (m_hat / (np.sqrt(v_hat) + EPSILON) + WEIGHT_DECAY * w)

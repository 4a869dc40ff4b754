"""Train some networks at once, in NumPy: one step sees all pairs of all tasks, from one forward pass of all candidates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.select.lms.network import Array, Weights, backward, forward, initial_weights
from ridgeline.select.lms.ranknet import gradient, loss, pair_weights, wins

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True, slots=True)
class Lesson:
    """What k networks learn from and are asked.

    Attributes:
        representations: of the candidates to learn from, [k, tasks, n, dims], without NaN.
        languages: vectors of the tasks, [k, tasks, language dims].
        dev: dev scores, [k, tasks, n]; NaN: not evaluated, in no pair.
        asked: representations to score, [k or 1, tasks asked, m, dims].
        asked_languages: [k or 1, tasks asked, language dims].
        learning_rates: of Adam, [k].
        epochs: after which the networks are asked, ascending; an epoch is one step over all pairs.
        hidden: width of the hidden layers.
        dropout: share of hidden units left out in training, in [0, 1).
        seed: of the initial weights and the dropout.
    """

    representations: Array
    languages: Array
    dev: Array
    asked: Array
    asked_languages: Array
    learning_rates: NDArray[np.floating]
    epochs: tuple[int, ...]
    hidden: int
    dropout: float
    seed: int

    def weights(self) -> Weights:
        """Draw the weights to start from."""
        dims = (self.representations.shape[-1], self.languages.shape[-1], self.hidden)
        rng = np.random.default_rng([self.seed, 0])
        return initial_weights(len(self.dev), dims, rng, self.representations.dtype)


@dataclass(frozen=True, slots=True)
class Answers:
    """What networks say after each of the epochs.

    Attributes:
        scores: [epochs, k, tasks asked, m].
        losses: after the last epoch, on what they have learned from, without dropout, [k], nats.
    """

    scores: Array
    losses: NDArray[np.float64]


def train(lesson: Lesson) -> Answers:
    """Train by Adam (Kingma & Ba 2015, algorithm 1) on the RankNet loss and ask after each of the epochs."""
    dtype = lesson.representations.dtype
    weights = lesson.weights()
    rng = np.random.default_rng([lesson.seed, 1])
    known = ~np.isnan(lesson.dev)
    won, seen = wins(lesson.dev).astype(dtype), known.astype(dtype)
    shares = pair_weights(known).astype(dtype)
    adam = Adam(weights, lesson.learning_rates)
    scores = []
    for epoch in range(1, max(lesson.epochs) + 1):
        said, trace = forward(weights, lesson.representations, lesson.languages, _dropout(lesson, rng))
        adam.update(backward(weights, trace, gradient(said, won, seen, shares)))
        if epoch in lesson.epochs:
            scores.append(forward(weights, lesson.asked, lesson.asked_languages)[0])
    said, _ = forward(weights, lesson.representations, lesson.languages)
    return Answers(np.stack(scores), loss(said, lesson.dev))


class Adam:
    """Adam, each network with a learning rate of its own; updates the weights in place."""

    def __init__(self, weights: Weights, learning_rates: NDArray[np.floating]) -> None:
        self._weights = weights
        self._rates = learning_rates.astype(weights.f1.dtype)[:, None, None]
        self._mean = [np.zeros_like(w) for w in weights]
        self._square = [np.zeros_like(w) for w in weights]
        self._step = 0

    def update(self, gradients: Weights) -> None:
        """Take one step."""
        self._step += 1
        scale = self._rates / (1 - BETA1**self._step)
        root = (1 - BETA2**self._step) ** -0.5
        for w, g, mean, square in zip(self._weights, gradients, self._mean, self._square, strict=True):
            mean[...] += (1 - BETA1) * (g - mean)
            square[...] += (1 - BETA2) * (g * g - square)
            w[...] -= scale * mean / (root * np.sqrt(square) + EPSILON)


def _dropout(lesson: Lesson, rng: np.random.Generator) -> tuple[Array, Array] | None:
    """Draw what stays of the hidden layers, a mask for each tower: the authors' code puts both on that of the model."""
    if not lesson.dropout:
        return None
    k, tasks, n = lesson.dev.shape
    scale = lesson.representations.dtype.type(1 / (1 - lesson.dropout))
    # Sixteen random bits a unit take half the time of a float, and put the rate off by 1e-5.
    least = round(lesson.dropout * 2**16)
    f, g = (
        (rng.integers(2**16, size=(k, rows, lesson.hidden), dtype=np.uint16) >= least) * scale
        for rows in (tasks * n, tasks)
    )
    return f, g

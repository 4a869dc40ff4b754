"""Two towers and a bilinear form: how well a model's representation of a task goes with the task's vector."""

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating]


class Weights(NamedTuple):
    """Weights of some networks at once, [networks, inputs, outputs] and biases [networks, 1, outputs].

    f is the tower of the model, g that of the language, B the bilinear form between them.
    """

    f1: Array
    f1_bias: Array
    f2: Array
    f2_bias: Array
    g1: Array
    g1_bias: Array
    g2: Array
    g2_bias: Array
    bilinear: Array


class Trace(NamedTuple):
    """What the backward pass needs of the forward pass; letters as in `forward`."""

    x: Array
    u1: Array
    u: Array
    languages: Array
    v1: Array
    v: Array
    q: Array
    keep_f: Array | None
    keep_g: Array | None


def initial_weights(
    networks: int, dims: tuple[int, int, int], rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Weights:
    """Draw weights: He et al. 2015 for the towers; the form so small that scores start near 0.

    Args:
        networks: how many.
        dims: of a representation, of a language vector, and of the hidden layers.
        rng: where from.
        dtype: of the weights.
    """
    of_model, of_language, hidden = dims

    def layer(inputs: int) -> Array:
        drawn: Array = (rng.normal(size=(networks, inputs, hidden)) * np.sqrt(2 / inputs)).astype(dtype)
        return drawn

    def bias() -> Array:
        return np.zeros((networks, 1, hidden), dtype)

    form: Array = (rng.normal(size=(networks, hidden, hidden)) / hidden).astype(dtype)
    return Weights(
        layer(of_model),
        bias(),
        layer(hidden),
        bias(),
        layer(of_language),
        bias(),
        layer(hidden),
        bias(),
        form,
    )


def forward(
    weights: Weights,
    representations: Array,
    languages: Array,
    keep: tuple[Array, Array] | None = None,
) -> tuple[Array, Trace]:
    """Score all candidates in all tasks: s = f(r)ᵀ B g(l), Chen & Ritter 2021, section 3.

    Args:
        weights: of k networks.
        representations: r, [k or 1, tasks, candidates, dims].
        languages: l, [k or 1, tasks, language dims].
        keep: dropout of the hidden layers of f and of g, each 0 or 1 / (1 − rate): [k, tasks × candidates, hidden]
            and [k, tasks, hidden]. None: no dropout, as when scores are wanted.

    Returns:
        Scores, [k, tasks, candidates], and what `backward` needs.
    """
    k, tasks, candidates = len(weights.bilinear), *representations.shape[1:3]
    x = representations.reshape(len(representations), tasks * candidates, -1)
    keep_f, keep_g = keep or (None, None)
    u1 = _hidden(x, weights.f1, weights.f1_bias, keep_f)
    u = u1 @ weights.f2
    u += weights.f2_bias
    v1 = _hidden(languages, weights.g1, weights.g1_bias, keep_g)
    v = v1 @ weights.g2
    v += weights.g2_bias
    q = v @ weights.bilinear.transpose(0, 2, 1)  # [k, tasks, hidden]
    scores: Array = (u.reshape(k, tasks, candidates, -1) @ q[..., None])[..., 0]
    return scores, Trace(x, u1, u, languages, v1, v, q, keep_f, keep_g)


def backward(weights: Weights, trace: Trace, d_scores: Array) -> Weights:
    """Return the gradient by the weights from that by the scores, [networks, tasks, candidates]."""
    k, tasks, candidates = d_scores.shape
    u = trace.u.reshape(k, tasks, candidates, -1)
    d_q = (d_scores[:, :, None] @ u)[:, :, 0]
    d_u = (d_scores[..., None] * trace.q[:, :, None]).reshape(k, tasks * candidates, -1)
    d_v = d_q @ weights.bilinear
    return Weights(
        *_tower_gradient(trace.x, trace.u1, weights.f2, trace.keep_f, d_u),
        *_tower_gradient(trace.languages, trace.v1, weights.g2, trace.keep_g, d_v),
        d_q.transpose(0, 2, 1) @ trace.v,
    )


def _hidden(x: Array, weight: Array, bias: Array, keep: Array | None) -> Array:
    hidden: Array = x @ weight
    hidden += bias
    np.maximum(hidden, 0, out=hidden)
    if keep is not None:
        hidden *= keep
    return hidden


def _tower_gradient(
    x: Array, hidden: Array, second: Array, keep: Array | None, d_out: Array
) -> tuple[Array, Array, Array, Array]:
    d_hidden = d_out @ second.transpose(0, 2, 1)
    d_hidden *= hidden > 0
    if keep is not None:
        d_hidden *= keep
    ones = np.ones(
        (1, d_out.shape[1]), d_out.dtype
    )  # a product sums over rows many times as fast as sum does
    return (
        x.transpose(0, 2, 1) @ d_hidden,
        ones @ d_hidden,
        hidden.transpose(0, 2, 1) @ d_out,
        ones @ d_out,
    )

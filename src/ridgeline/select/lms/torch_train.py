"""Train the same networks in PyTorch, for hidden layers and representations as wide as the paper's; needs the extra `torch`."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, dropout

from ridgeline.core.errors import InputError
from ridgeline.select.lms.leave_one_out import Train
from ridgeline.select.lms.network import Array
from ridgeline.select.lms.ranknet import pair_weights
from ridgeline.select.lms.train import BETA1, BETA2, EPSILON, Answers, Lesson


def trainer(device: str) -> Train:
    """Return what trains on a device.

    Raises:
        InputError: PyTorch has no such device here.
    """
    try:
        place = torch.device(device)
        torch.empty(0, device=place)
    except (RuntimeError, AssertionError) as error:
        first = str(error).partition("\n")[0]
        raise InputError(
            f"LMS is to be trained on {device!r}, which PyTorch does not offer here: {first} Take 'cpu'.",
            "torch-device",
        ) from error
    return lambda lesson: train(lesson, place)


def train(lesson: Lesson, device: torch.device) -> Answers:
    """Train by PyTorch's own gradients and Adam: what `ridgeline.select.lms.train.train` does in NumPy.

    Initial weights are the same, so without dropout scores and losses are, up to rounding. Dropout draws from PyTorch's
    generator, which this seeds and leaves as it was.
    """
    weights = [w.requires_grad_() for w in _on(device, *lesson.weights())]
    seen, languages, asked, asked_languages = _on(
        device, lesson.representations, lesson.languages, lesson.asked, lesson.asked_languages
    )
    y, share = _pairs(lesson, device)
    # A learning rate a network: Adam's step does not depend on the scale of the loss, so one group has all networks, and
    # the step of each is scaled by its rate.
    rates = torch.tensor(lesson.learning_rates, device=device, dtype=seen.dtype)[:, None, None]
    adam = torch.optim.Adam(weights, lr=1.0, betas=(BETA1, BETA2), eps=EPSILON)
    scores = []
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(lesson.seed)
        for epoch in range(1, max(lesson.epochs) + 1):
            adam.zero_grad()
            _loss(_forward(weights, seen, languages, lesson.dropout), y, share).sum().backward()
            before = [w.detach().clone() for w in weights]
            adam.step()
            with torch.no_grad():
                for w, old in zip(weights, before, strict=True):
                    w.copy_(old + rates * (w - old))
            if epoch in lesson.epochs:
                with torch.no_grad():
                    scores.append(_forward(weights, asked, asked_languages, 0.0).cpu().numpy())
    with torch.no_grad():
        losses = _loss(_forward(weights, seen, languages, 0.0), y, share)
    return Answers(np.stack(scores), losses.cpu().numpy().astype(np.float64))


def _on(device: torch.device, *arrays: Array) -> list[torch.Tensor]:
    return [torch.tensor(array, device=device) for array in arrays]


def _pairs(lesson: Lesson, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Return who wins, [k, tasks, n, n], and how much each pair counts, the same shape; each pair stands there twice."""
    known = ~np.isnan(lesson.dev)
    a, b = lesson.dev[..., :, None], lesson.dev[..., None, :]
    paired = known[..., :, None] & known[..., None, :] & ~np.eye(lesson.dev.shape[-1], dtype=bool)
    share = paired * pair_weights(known)[..., None, None] / 2
    dtype = lesson.representations.dtype
    y, each = _on(device, ((a > b) + 0.5 * (a == b)).astype(dtype), share.astype(dtype))
    return y, each


def _forward(
    weights: list[torch.Tensor], x: torch.Tensor, languages: torch.Tensor, rate: float
) -> torch.Tensor:  # [k, tasks, candidates]
    f1, f1_bias, f2, f2_bias, g1, g1_bias, g2, g2_bias, form = weights
    tasks, n = x.shape[1:3]
    u = dropout(torch.relu(x.flatten(1, 2) @ f1 + f1_bias), rate) @ f2 + f2_bias
    v = dropout(torch.relu(languages @ g1 + g1_bias), rate) @ g2 + g2_bias
    return torch.einsum("ktnh,khj,ktj->ktn", u.unflatten(1, (tasks, n)), form, v)


def _loss(scores: torch.Tensor, y: torch.Tensor, share: torch.Tensor) -> torch.Tensor:  # [k]
    gap = scores[..., :, None] - scores[..., None, :]
    each = binary_cross_entropy_with_logits(gap, y, reduction="none")
    return (each * share).sum(dim=(1, 2, 3))

"""A world in which it is known what can be learned: candidates with traits, languages that ask for them."""

from dataclasses import dataclass

import numpy as np

from ridgeline.select.lms.languages import LanguageVectors
from ridgeline.select.scores import Scores

SOURCE, TARGET = "en", "xx"


@dataclass(frozen=True)
class World:
    dev: Scores
    test: np.ndarray  # of the target, without noise
    representations: dict[str, np.ndarray]
    languages: LanguageVectors
    pivots: tuple[str, ...]


def world(*, learnable=True, candidates=60, pivots=10, traits=2, dims=12, noise=0.02, seed=0):
    """Candidate m is as good in language l as its traits go with what l asks for: quality = traits · asked.

    The vectors of the languages are what they ask for, turned. If it is learnable, representations are the traits, turned
    and shifted by the language; else they are noise. The source asks for the opposite of what the target asks for.
    """
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(candidates, traits))
    asked = rng.normal(size=(pivots + 2, traits))
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    asked[0] = -asked[-1]
    tasks = (SOURCE, *(f"p{at}" for at in range(pivots)), TARGET)
    quality = trait @ asked.T
    dev = quality + noise * rng.normal(size=quality.shape)
    turned = trait @ rng.normal(size=(traits, dims))
    shift = 3 * rng.normal(size=(len(tasks), 1, dims))
    small = 0.05 * rng.normal(size=(len(tasks), candidates, dims))
    seen = turned + shift + small if learnable else rng.normal(size=(len(tasks), candidates, dims))
    vectors = asked @ rng.normal(size=(traits, 5))
    return World(
        Scores.of([f"m{at}" for at in range(candidates)], tasks, dev),
        quality[:, -1],
        dict(zip(tasks, seen, strict=True)),
        LanguageVectors(tasks, vectors - vectors.mean(axis=0)),
        tasks[1:-1],
    )

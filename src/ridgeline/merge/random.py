"""Random numbers that depend on where they are used, not on when: the n-th of a stream is a function of its key and n.

SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", Figure 8) read as a counter-based
generator: word i of a stream is mix(key + (i + 1) · γ). Elements 2i and 2i + 1 of a tensor take its low and high 32 bits.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

GAMMA = 0x9E3779B97F4A7C15
MIX_1, MIX_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
WORDS = 1 << 32


def stream_key(seed: int, model: int, tensor: str) -> int:
    """Return the key of a stream: 64 bits of the SHA-256 of seed, position of the model in the recipe, and tensor name."""
    return int.from_bytes(hashlib.sha256(f"{seed}\0{model}\0{tensor}".encode()).digest()[:8], "little")


def random_words(key: int, start: int, count: int) -> NDArray[np.uint32]:
    """Return the numbers of the elements `start` to `start + count` of a stream, uniform in 0 … 2³² - 1.

    Shape [count]. The same whatever the chunk that an element is in.
    """
    first, last = start // 2, (start + count + 1) // 2
    with np.errstate(over="ignore"):
        word = np.arange(first + 1, last + 1, dtype=np.uint64) * np.uint64(GAMMA) + np.uint64(key)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(MIX_1)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(MIX_2)
    word ^= word >> np.uint64(31)
    return word.astype("<u8", copy=False).view("<u4")[start % 2 : start % 2 + count]


def keep_below(probability: float) -> int:
    """Return the bound under which a number keeps its element with this probability; 2³² keeps all."""
    return round(min(max(probability, 0.0), 1.0) * WORDS)

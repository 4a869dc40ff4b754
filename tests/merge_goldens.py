"""What methods are compared with: tests/merge/data/README.md says where it comes from."""

import json
from functools import cache
from pathlib import Path

import numpy as np

DATA = Path(__file__).parent / "merge" / "data"


@cache
def arrays(name):
    with np.load(DATA / f"{name}.npz") as file:
        return {key: file[key] for key in file.files}


@cache
def cases():
    return json.loads((DATA / "cases.json").read_text("utf-8"))


INPUTS = arrays("inputs")
NAMES = sorted(key.removeprefix("base/") for key in INPUTS if key.startswith("base/"))
BASE = {name: INPUTS[f"base/{name}"] for name in NAMES}
MODELS = [{name: INPUTS[f"ft{number}/{name}"] for name in NAMES} for number in range(3)]


def flat(model):
    """All tensors as one vector, in the order of their names."""
    return np.concatenate([model[name].ravel() for name in NAMES])


def agrees(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7)

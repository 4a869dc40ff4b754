"""Runs with tiny models, whose quality is how near their one weight vector is to a goal."""

import numpy as np

from ridgeline import Run
from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.merge.tensors.checkpoint import open_checkpoint

GOAL = np.array([1.0, 2.0, 3.0, 4.0], np.float32)


def quality(weights):
    """Higher is better; 0 is best."""
    return -float(np.abs(weights - GOAL).sum())


def read(folder):
    """The weights of a model of this kind."""
    (file,) = open_checkpoint(folder).files
    return np.frombuffer(file.read_bytes()[-GOAL.nbytes :], np.float32)


def evaluate(folder):
    return {"quality": quality(read(folder))}


def write_model(path, weights):
    weights = np.asarray(weights, np.float32)
    path.write_bytes(encode_safetensors({"w": Tensor("F32", weights.shape, weights.tobytes())}, {}))


def track_model(repo, name, weights, **context):
    """A run that has logged its model and how good it is."""
    weights = np.asarray(weights, np.float32)
    path = repo / f"{name}.safetensors"
    write_model(path, weights)
    with Run("tuning", name=name, repo=repo, run_id=name, capture=False) as run:
        run.track(quality(weights), name="quality", context=context or None)
        run.log_artifact(path, "model.safetensors")
    path.unlink()

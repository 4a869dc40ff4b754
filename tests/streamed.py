"""Run a merge method over arrays as the engine does: passes over chunks, then the kernel."""

import itertools

import numpy as np

from ridgeline.merge.kernels.numpy_ops import NumPyOps
from ridgeline.merge.method import Chunk, Settings, Target


def stream(method, models, base, shared=None, per_model=None, *, seed=0, chunk=97):
    """Merge whole models, name → array each, in chunks of about so many elements."""
    settings = Settings(shared or {}, per_model or {})
    method.checked(settings, len(models), has_base=base is not None)
    wide = models[0][next(iter(models[0]))].dtype == np.float64
    running = {}
    for name in models[0]:
        shape = models[0][name].shape
        target = Target(name, shape, len(models), base is not None, settings, method.parameters, seed, wide)
        running[name] = (target, method.steps(target))
    asked = {name: _next(steps, None) for name, (_, steps) in running.items()}
    for _ in itertools.count():
        passes = {name: one for name, one in asked.items() if not hasattr(one, "run")}
        if not passes:
            break
        totals = {name: np.zeros(one.shape, one.dtype) for name, one in passes.items()}
        for name, one in passes.items():
            for piece in _chunks(models, base, name, one.unit, chunk):
                one.add(piece, totals[name])
        if next(iter(passes.values())).scope == "checkpoint":
            assert len(passes) == len(asked), "a pass over all tensors is yielded for each"
            whole = sum(totals.values())
            totals = dict.fromkeys(totals, whole)
        for name in passes:
            asked[name] = _next(running[name][1], totals[name])
    return {
        name: np.concatenate(
            [kernel.run(piece) for piece in _chunks(models, base, name, kernel.unit, chunk)]
        ).reshape(models[0][name].shape)
        for name, kernel in asked.items()
    }


def _next(steps, value):
    try:
        return steps.send(value)
    except StopIteration as done:
        return done.value


def _chunks(models, base, name, unit, size):
    shape = models[0][name].shape
    columns = shape[-1] if shape else 1
    values = np.stack([np.ravel(model[name]) for model in models])
    start = None if base is None else np.ravel(base[name])
    length = values.shape[1]
    if unit == "row":
        size = max(1, size // columns) * columns
    elif unit == "tensor":
        size = length
    for at in range(0, length, size):
        part = slice(at, min(at + size, length))
        yield Chunk(values[:, part], None if start is None else start[part], at, columns, NumPyOps())

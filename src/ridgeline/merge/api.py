"""Merge models from Python."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ridgeline.core.errors import InputError
from ridgeline.merge.layout import by_name
from ridgeline.merge.method import Setting, Settings
from ridgeline.merge.methods import find_method
from ridgeline.merge.options import Options
from ridgeline.merge.plan import make_plan
from ridgeline.merge.run import Merged, run_plan
from ridgeline.merge.spec import MergeSpec
from ridgeline.merge.tensors.checkpoint import open_checkpoint
from ridgeline.merge.tensors.dtypes import float_dtype

Value = Setting | Sequence[Setting]


def merge(
    models: Sequence[str | Path],
    out: str | Path,
    *,
    method: str = "linear",
    base: str | Path | None = None,
    parameters: Mapping[str, Value] | None = None,
    dtype: str | None = None,
    seed: int = 0,
    options: Options | None = None,
) -> Merged:
    """Merge models of the same shape into a folder, tensor by tensor of the same name.

    Args:
        models: folders or files with safetensors, in the order that `parameters` follow.
        out: folder for the merged model; a merge that was interrupted there goes on.
        method: name of the method, such as `ties`.
        base: the model that the others come from; some methods need it.
        parameters: of the method: one value, or one a model.
        dtype: of the output, such as `bfloat16`; as in the base, or in the first model, when None.
        seed: of random masks.
        options: how to run.

    Returns:
        What was written.

    Raises:
        NotFoundError: there is no such method, model or file.
        InputError: models or parameters do not fit together; the message has all that is wrong.
        StorageError: a file is torn, or the disk is full.
    """
    return run_plan(
        make_plan(make_spec(models, method=method, base=base, parameters=parameters, dtype=dtype, seed=seed)),
        Path(out),
        options,
    )


def make_spec(
    models: Sequence[str | Path],
    *,
    method: str = "linear",
    base: str | Path | None = None,
    parameters: Mapping[str, Value] | None = None,
    dtype: str | None = None,
    seed: int = 0,
) -> MergeSpec:
    """Return what `merge` would merge; arguments and errors are the same."""
    if not models:
        raise InputError("There is no model to merge. Give at least one.", "no-models-to-merge")
    opened = {f"model {at + 1} ({path})": open_checkpoint(path) for at, path in enumerate(models)}
    of_base = (f"the base ({base})", open_checkpoint(base)) if base is not None else None
    settings = _settings(parameters or {})
    tensors, notices = by_name(
        opened,
        find_method(method),
        lambda _: settings,
        base=of_base,
        dtype=float_dtype(dtype) if dtype else None,
    )
    sources = dict([*([of_base] if of_base else []), *opened.items()])
    return MergeSpec(tensors, sources, seed, notices=notices)


def _settings(parameters: Mapping[str, Value]) -> Settings:
    shared: dict[str, Setting] = {}
    per_model: dict[str, Sequence[Setting]] = {}
    for name, value in parameters.items():
        if isinstance(value, float | bool | str | int):
            shared[name] = value
        else:
            per_model[name] = list(value)
    return Settings(shared, per_model)

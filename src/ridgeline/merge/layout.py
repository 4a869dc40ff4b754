"""Which tensors go into which, where models have the same names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Method
from ridgeline.merge.spec import SettingsOf, TensorSpec
from ridgeline.merge.tensors.checkpoint import Checkpoint
from ridgeline.merge.tensors.dtypes import DType
from ridgeline.merge.tensors.inputs import TensorInput

TIED = {
    "lm_head.weight": (
        "model.embed_tokens.weight",
        "transformer.wte.weight",
        "model.decoder.embed_tokens.weight",
    ),
    "cls.predictions.decoder.weight": ("bert.embeddings.word_embeddings.weight",),
    "lm_head.decoder.weight": ("roberta.embeddings.word_embeddings.weight",),
}
"""A tensor that a model with tied weights leaves out, and those that it is the same as."""
_SHOWN = 8


@dataclass(slots=True)
class _Found:
    """What is wrong, and what is worth saying."""

    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def by_name(
    models: Mapping[str, Checkpoint],
    method: Method,
    settings_of: SettingsOf,
    *,
    base: tuple[str, Checkpoint] | None = None,
    dtype: DType | None = None,
) -> tuple[tuple[TensorSpec, ...], tuple[str, ...]]:
    """Merge tensors of the same name: those that the base has, or without a base the first model.

    Tensors of integers and booleans are copied from the base, or from the first model.

    Args:
        models: name → checkpoint, in the order of the recipe, without the base.
        method: for every tensor.
        settings_of: its settings.
        base: name and checkpoint.
        dtype: of all floats of the output; as in the base, or in the first model, when None.

    Returns:
        The tensors, sorted by name, and notices.

    Raises:
        InputError: tensors are missing or shaped differently, or settings do not fit; the message has all of it.
    """
    assert models, "a recipe has models"
    first = base or next(iter(models.items()))
    found = _Found()
    tensors = []
    for name in first[1].tensors:
        inputs = [_find(name, model, checkpoint, found) for model, checkpoint in models.items()]
        of_base = _find(name, *base, found) if base else None
        whole = [one for one in inputs if one is not None]
        if len(whole) < len(inputs) or not _same_shape(name, models, whole, of_base, found):
            continue
        if made := _tensor(name, tuple(whole), of_base, method, settings_of, dtype, found):
            tensors.append(made)
    _tell_extra(first, models, found)
    if found.problems:
        raise InputError(_listed(found.problems), "merge-inputs-differ")
    return tuple(tensors), tuple(found.notices)


def _find(name: str, model: str, checkpoint: Checkpoint, found: _Found) -> TensorInput | None:
    for known in (name, *TIED.get(name, ())):
        if known in checkpoint.tensors:
            return checkpoint.tensors[known]
    found.problems.append(f"{model} has no tensor {name!r}.")
    return None


def _same_shape(
    name: str,
    models: Mapping[str, Checkpoint],
    inputs: list[TensorInput],
    base: TensorInput | None,
    found: _Found,
) -> bool:
    shapes = [list(one.shape) for one in inputs]
    expected = list(base.shape) if base else shapes[0]
    wrong = [f"{model} has {shape}" for model, shape in zip(models, shapes, strict=True) if shape != expected]
    if wrong:
        only_rows = all(shape[1:] == expected[1:] for shape in shapes if expected)
        hint = (
            " Where vocabularies differ, a recipe's tokenizer_source: union makes them agree."
            if only_rows
            else ""
        )
        found.problems.append(f"{name!r} is {expected}, and {', '.join(wrong)}.{hint}")
    return not wrong


def _tensor(
    name: str,
    inputs: tuple[TensorInput, ...],
    base: TensorInput | None,
    method: Method,
    settings_of: SettingsOf,
    dtype: DType | None,
    found: _Found,
) -> TensorSpec | None:
    first = base or inputs[0]
    kinds = {one.dtype.kind for one in (first, *inputs)}
    if kinds == {"exact"}:
        return TensorSpec(name, first.dtype, (first,))
    if kinds == {"float8"} and len(inputs) == 1 and base is None:
        return TensorSpec(name, first.dtype, (first,))
    if kinds != {"float"}:
        listed = ", ".join(one.dtype.name for one in (first, *inputs))
        found.problems.append(
            f"{name!r} is stored as {listed}; only F64, F32, F16 and BF16 merge. Convert it first."
        )
        return None
    settings = settings_of(name)
    if wrong := method.check(settings, len(inputs), has_base=base is not None):
        found.problems += [f"{name!r}: {one}" for one in wrong]
    return TensorSpec(name, dtype or first.dtype, inputs, base, method, settings)


def _tell_extra(first: tuple[str, Checkpoint], models: Mapping[str, Checkpoint], found: _Found) -> None:
    for model, checkpoint in models.items():
        extra = sorted(set(checkpoint.tensors) - set(first[1].tensors))
        used = {
            alias
            for name in first[1].tensors
            for alias in TIED.get(name, ())
            if name not in checkpoint.tensors
        }
        if extra := [name for name in extra if name not in used]:
            listed = ", ".join(extra[:3]) + (", …" if len(extra) > 3 else "")
            found.notices.append(
                f"{model} has {len(extra)} tensors that {first[0]} lacks; they are left out: {listed}."
            )


def _listed(problems: list[str]) -> str:
    """Join problems, the same one of many tensors once."""
    unique = list(dict.fromkeys(problems))
    more = f" … and {len(unique) - _SHOWN} more." if len(unique) > _SHOWN else ""
    return (
        f"These models do not merge as they are ({len(unique)} problems). {' '.join(unique[:_SHOWN])}{more}"
    )

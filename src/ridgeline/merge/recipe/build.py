"""From a recipe to a merge that can run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ridgeline.core.errors import InputError, RidgelineError, StorageError
from ridgeline.core.values import Json
from ridgeline.merge.checkpoint.card import Input
from ridgeline.merge.checkpoint.companions import GENERATION, Companions, chat_template
from ridgeline.merge.checkpoint.config import Changes, merged_config
from ridgeline.merge.checkpoint.embeddings import written_dtype
from ridgeline.merge.layout import by_name
from ridgeline.merge.method import Method, Settings
from ridgeline.merge.methods import find_method
from ridgeline.merge.plan import refusals
from ridgeline.merge.recipe.document import Recipe, Slice, Source
from ridgeline.merge.recipe.layers import along, place_of
from ridgeline.merge.recipe.nodes import Mistakes
from ridgeline.merge.recipe.opened import Opened, open_models
from ridgeline.merge.recipe.parse import parse_recipe, raise_mistakes
from ridgeline.merge.recipe.settings import settings_for
from ridgeline.merge.recipe.tokens import Tokens, apply_tokenizer, untied
from ridgeline.merge.spec import MergeSpec, TensorSpec
from ridgeline.merge.tensors.checkpoint import Checkpoint, open_checkpoint
from ridgeline.merge.tensors.dtypes import DType, float_dtype
from ridgeline.merge.tensors.inputs import Stored

_PASSED_ON = "passthrough"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe that fits the models it names.

    Attributes:
        recipe: as it was read.
        spec: what is merged, tensor by tensor.
        companions: what stands beside the tensors.
    """

    recipe: Recipe
    spec: MergeSpec
    companions: Companions


def read_recipe(path: str | Path) -> Prepared:
    """Read a recipe and open the models it names.

    Relative folders start from the working directory, then from the recipe's.

    Raises:
        StorageError: the recipe cannot be read.
        InputError: it has mistakes, or models do not fit together; the message has all of them.
    """
    file = Path(path)
    return prepare(parse_recipe(recipe_text(file), file.name), near=(file.parent,))


def recipe_text(file: Path) -> str:
    """Return the text of a recipe.

    Raises:
        StorageError: it cannot be read.
    """
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(
            f"The recipe '{file}' cannot be read: {error}.", "merge-recipe-unreadable"
        ) from error


def prepare(recipe: Recipe, near: Sequence[Path] = ()) -> Prepared:
    """Open the models of a recipe, and lay out what is made of which tensors.

    Args:
        recipe: from `parse_recipe`.
        near: folders that relative paths may start from, beside the working directory.

    Raises:
        InputError: models are not there or do not fit together; the message has all that is wrong.
    """
    mistakes = Mistakes()
    opened = open_models(recipe, near, mistakes)
    method = find_method(recipe.method)
    if not mistakes.found and not recipe.whole:
        _check_layers(recipe, opened, mistakes)
    template = _template(recipe, opened, mistakes)
    raise_mistakes(mistakes, recipe.name)
    first = recipe.base_model or recipe.slices[0].sources[0].model
    tokens = _tokens(recipe, opened, first, near)
    plain = {name: one.checkpoint for name, one in opened.items()} if tokens is None else tokens.checkpoints
    checkpoints, is_untied = untied(plain)
    parts = [_slice(recipe, place, method, opened, checkpoints) for place in range(len(recipe.slices))]
    spec = MergeSpec(
        tuple(_finished(tensor, recipe, method) for tensors, _ in parts for tensor in tensors),
        _sources(opened),
        recipe.seed,
        recipe.text,
        tuple(dict.fromkeys(notice for _, notices in parts for notice in notices)),
    )
    _check_steps(spec, recipe.name)
    companions = _companions(recipe, method, opened, tokens, first, template)
    if is_untied and companions.config is not None:
        companions = replace(companions, config={**companions.config, "tie_word_embeddings": False})
    return Prepared(recipe, spec, companions)


def _check_steps(spec: MergeSpec, name: str) -> None:
    """Let the method of every tensor begin: what it refuses is told before anything is written."""
    if refused := refusals(spec):
        raise InputError(f"'{name}' cannot be merged. {refused}", "merge-settings")


def _check_layers(recipe: Recipe, opened: Mapping[str, Opened], mistakes: Mistakes) -> None:
    for part in recipe.slices:
        for source in part.sources:
            stacks = opened[source.model].stacks
            if len(stacks) != 1:
                said = f"{len(stacks)} stacks of layers" if stacks else "no numbered layers"
                mistakes.add(
                    source.line, f"Slices need one stack of layers, and {source.model!r} has {said}."
                )
            elif source.layers is not None and source.layers[1] > stacks[0].count:
                mistakes.add(
                    source.line,
                    f"{source.model!r} has {stacks[0].count} layers; layer_range ends at {source.layers[1]}.",
                )


def _template(recipe: Recipe, opened: Mapping[str, Opened], mistakes: Mistakes) -> str | None:
    if recipe.chat_template is None:
        return None
    try:
        return chat_template(recipe.chat_template, [one.folder for one in opened.values()])
    except RidgelineError as error:
        mistakes.add(recipe.lines["chat_template"], error.message)
        return None


def _tokens(recipe: Recipe, opened: Mapping[str, Opened], first: str, near: Sequence[Path]) -> Tokens | None:
    if recipe.tokenizer is None:
        return None
    try:
        return apply_tokenizer(recipe, recipe.tokenizer, opened, first, near)
    except RidgelineError as error:
        mistakes = Mistakes([(recipe.tokenizer.line, error.message)])
        raise_mistakes(mistakes, recipe.name)
        raise


def _slice(
    recipe: Recipe,
    place: int,
    method: Method,
    opened: Mapping[str, Opened],
    checkpoints: Mapping[str, Checkpoint],
) -> tuple[tuple[TensorSpec, ...], tuple[str, ...]]:
    """Return the tensors of one slice of the output, and notices."""
    part = recipe.slices[place]
    base, sources = _base_and_models(recipe, part, method)
    offset = sum(_height(one) for one in recipe.slices[:place])
    ends = place == 0, place == len(recipe.slices) - 1

    def cut(source: Source) -> Checkpoint:
        whole = checkpoints[source.model]
        if recipe.whole:
            return whole
        return _layers_of(whole, opened[source.model], source.layers or (0, 0), offset, ends)

    models = _named([(source.model, cut(source)) for source in sources])
    of_base = None if base is None else (base.model, cut(base))
    if not models:
        raise InputError(
            f"'{recipe.name}' merges no model but the base '{base.model if base else ''}'. Name another.",
            "no-models-to-merge",
        )
    stacks = opened[(base or sources[0]).model].stacks
    shared = (part.parameters, recipe.parameters)

    def settings_of(name: str) -> Settings:
        where = place_of(name, stacks)
        if recipe.whole:
            t = along(where, where.stack.count if where.stack else 0)
        else:
            t = along(replace(where, layer=where.layer - offset), _height(part))
        return settings_for(method, sources, shared, name, t)

    dtype = _dtype(recipe)
    return by_name(models, method, settings_of, base=of_base, dtype=dtype)


def _base_and_models(recipe: Recipe, part: Slice, method: Method) -> tuple[Source | None, tuple[Source, ...]]:
    """Tell the base of a slice from the models that are merged onto it."""
    base = part.base_model or recipe.base_model
    if method.base == "none" or base is None:
        return None, part.sources
    listed = next((source for source in part.sources if source.model == base), None)
    models = tuple(source for source in part.sources if source is not listed)
    if listed is None:
        layers = part.sources[0].layers if part.sources else None
        listed = Source(base, recipe.parameters, part.line, layers)
    return listed, models


def _layers_of(
    whole: Checkpoint, model: Opened, layers: tuple[int, int], offset: int, ends: tuple[bool, bool]
) -> Checkpoint:
    """Return the layers of a model under the numbers that they have in the output, and what is before and after them."""
    tensors = {}
    for name, tensor in whole.tensors.items():
        where = place_of(name, model.stacks)
        if where.stack is None:
            if ends[0] if where.before else ends[1]:
                tensors[name] = tensor
        elif layers[0] <= where.layer < layers[1]:
            tensors[f"{where.stack.prefix}{where.layer - layers[0] + offset}{where.rest}"] = tensor
    return Checkpoint(whole.path, whole.files, tensors)


def _height(part: Slice) -> int:
    layers = part.sources[0].layers if part.sources else None
    return layers[1] - layers[0] if layers else 0


def _named(models: Sequence[tuple[str, Checkpoint]]) -> dict[str, Checkpoint]:
    """Name models, those that come twice with a number."""
    named: dict[str, Checkpoint] = {}
    for name, checkpoint in models:
        count = sum(known == name or known.startswith(f"{name} (") for known in named)
        named[f"{name} ({count + 1})" if count else name] = checkpoint
    return named


def _dtype(recipe: Recipe) -> DType | None:
    return None if recipe.dtype is None else float_dtype(recipe.dtype)


def _finished(tensor: TensorSpec, recipe: Recipe, method: Method) -> TensorSpec:
    """Write what is worked out in float32 in the type of the model, and copy what is passed on as it is."""
    first = tensor.base or tensor.inputs[0]
    if recipe.dtype is None:
        tensor = replace(tensor, dtype=written_dtype(first))
    scales = (tensor.settings.shared.get("scale", 1.0), *tensor.settings.per_model.get("scale", ()))
    copied = method.name == _PASSED_ON and isinstance(first, Stored) and tensor.dtype == first.dtype
    return replace(tensor, method=None) if copied and set(scales) == {1.0} else tensor


def _sources(opened: Mapping[str, Opened]) -> dict[str, Checkpoint]:
    sources = {}
    for name, one in opened.items():
        sources[name] = one.stored
        if one.adapter is not None:
            sources[f"{name} (adapter)"] = open_checkpoint(one.adapter.folder / "adapter_model.safetensors")
    return sources


def _companions(
    recipe: Recipe,
    method: Method,
    opened: Mapping[str, Opened],
    tokens: Tokens | None,
    first: str,
    template: str | None,
) -> Companions:
    base = opened[first]
    layers: list[tuple[Mapping[str, Json], int]] | None = None
    if not recipe.whole:
        sources = [part.sources[0] for part in recipe.slices]
        layers = [
            (opened[one.model].config, at) for one in sources if one.layers for at in range(*one.layers)
        ]
    dtype = _dtype(recipe)
    special = opened.get(recipe.tokenizer.source) if recipe.tokenizer is not None else None
    changes = Changes(
        layers,
        tokens.rows if tokens is not None else None,
        dtype.torch_name if dtype is not None else None,
        special.config if special is not None else None,
    )
    generation = base.folder / GENERATION
    return Companions(
        config=merged_config(base.config, changes) if base.config else None,
        generation=generation if generation.is_file() else None,
        tokenizer=tokens.folder if tokens is not None else base.folder,
        document=tokens.document if tokens is not None else None,
        chat_template=template,
        method=(method.title, method.paper),
        inputs=tuple(Input(name, one.files) for name, one in opened.items()),
        recipe=recipe.text,
    )

"""The models of a recipe, opened: their headers, configurations and adapters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import InputError, RidgelineError
from ridgeline.core.values import Json
from ridgeline.merge.checkpoint.companions import CONFIG
from ridgeline.merge.checkpoint.config import quantized
from ridgeline.merge.checkpoint.json_files import read_object
from ridgeline.merge.checkpoint.lora import Adapter, read_adapter, with_adapter
from ridgeline.merge.recipe.document import Recipe
from ridgeline.merge.recipe.layers import Stack, stacks_of
from ridgeline.merge.recipe.nodes import Mistakes
from ridgeline.merge.recipe.references import locate
from ridgeline.merge.tensors.checkpoint import Checkpoint, open_checkpoint


@dataclass(frozen=True, slots=True)
class Opened:
    """A model that was found.

    Attributes:
        folder: where its configuration and tokenizer lie.
        stored: as it lies there.
        checkpoint: with its adapter, if it names one.
        adapter: or None.
        config: empty where it has none.
        stacks: of layers.
    """

    folder: Path
    stored: Checkpoint
    checkpoint: Checkpoint
    adapter: Adapter | None
    config: Mapping[str, Json]
    stacks: tuple[Stack, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Return all files that its tensors come from."""
        return (*self.stored.files, *(open_checkpoint_files(self.adapter) if self.adapter else ()))


def open_checkpoint_files(adapter: Adapter) -> tuple[Path, ...]:
    """Return the files of an adapter."""
    return tuple(sorted(path for path in adapter.folder.iterdir() if path.name.startswith("adapter_")))


def open_models(recipe: Recipe, near: Sequence[Path], mistakes: Mistakes) -> dict[str, Opened]:
    """Open every model of a recipe once; what cannot be opened is a mistake at the line that names it first."""
    lines = _lines(recipe)
    opened = {}
    for reference in recipe.models():
        try:
            opened[reference] = _open(reference, near)
        except RidgelineError as error:
            mistakes.add(lines[reference], error.message)
    return opened


def _open(reference: str, near: Sequence[Path]) -> Opened:
    place = locate(reference, near)
    stored = open_checkpoint(place.folder)
    folder = place.folder if place.folder.is_dir() else place.folder.parent
    config = read_object(folder / CONFIG)
    if quantized(config):
        raise _quantized(reference)
    adapter = read_adapter(place.lora) if place.lora is not None else None
    checkpoint = stored if adapter is None else with_adapter(stored, adapter)
    return Opened(folder, stored, checkpoint, adapter, config, stacks_of(checkpoint.tensors, config))


def _quantized(reference: str) -> InputError:
    return InputError(
        f"{reference!r} is quantized, and quantized tensors do not merge. Name the model that it was made from, and"
        " quantize the result.",
        "merge-quantized",
    )


def _lines(recipe: Recipe) -> dict[str, int]:
    lines = {
        source.model: source.line for part in reversed(recipe.slices) for source in reversed(part.sources)
    }
    for part in recipe.slices:
        if part.base_model is not None:
            lines.setdefault(part.base_model, part.line)
    if recipe.base_model is not None:
        lines.setdefault(recipe.base_model, recipe.lines["base_model"])
    return lines

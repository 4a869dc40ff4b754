"""What a merge is made of: for each tensor of the output what goes in, and how. A recipe produces it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ridgeline.merge.method import Method, Settings
from ridgeline.merge.tensors.checkpoint import Checkpoint
from ridgeline.merge.tensors.dtypes import DType
from ridgeline.merge.tensors.inputs import TensorInput


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One tensor of the output."""

    name: str
    dtype: DType
    """Of the output."""
    inputs: tuple[TensorInput, ...]
    """One a model, all of one shape, in the order of the recipe."""
    base: TensorInput | None = None
    method: Method | None = None
    """None: the bytes of the first input are copied; dtype is that input's."""
    settings: Settings = field(default_factory=Settings)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the dimensions, those of every input."""
        return self.inputs[0].shape


@dataclass(frozen=True, slots=True)
class MergeSpec:
    """A whole merge.

    `by_name` in ridgeline.merge.layout makes the tensors of one where models have the same names; slices of layers and
    the like are lists that a recipe makes.
    """

    tensors: tuple[TensorSpec, ...]
    sources: Mapping[str, Checkpoint]
    """The models by the names that messages and the manifest give them; the base is one."""
    seed: int = 0
    """Of random masks."""
    recipe: str = ""
    """Its text, kept in the manifest."""
    notices: tuple[str, ...] = ()
    """What is worth saying about the inputs, a sentence each."""


SettingsOf = Callable[[str], Settings]
"""The settings for a tensor, by its name."""

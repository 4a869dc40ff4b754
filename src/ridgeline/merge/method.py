"""What a merge method is to the engine: passes that sum something over a tensor, then a kernel for one chunk of it.

A method never sees a file, a thread or a dtype: it gets chunks of floats and gives floats back.
Its `steps` is a generator for one tensor of the output. It yields a `Pass` for each statistic it needs, is sent the
total over the tensor (or over all tensors), and returns the `Kernel`:

    def steps(target: Target) -> Steps:
        counts = yield Pass((target.models,), np.int64, count_zeros)     # the engine streams the tensor through it
        return Kernel(lambda chunk: ...)                                 # and once more through this

`ridgeline.merge.passes` has the usual statistics (exact thresholds, dot products) as generators for `yield from`,
`ridgeline.merge.kernels` the usual kernels, compiled where Numba is installed.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.ops import Floats, Ops
from ridgeline.merge.random import stream_key

Setting: TypeAlias = float | bool | str
Unit: TypeAlias = Literal["element", "row", "tensor"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring elements of one tensor, in row-major order, of all models.

    The floats are float32, or float64 where the output is float64. Kernels and passes leave them unchanged.
    """

    models: Floats
    """[models, n]"""
    base: Floats | None
    """[n]; None where the recipe has no base."""
    start: int
    """Position of the first element in the flat tensor."""
    columns: int
    """Elements of a row, the last dimension; 1 for a scalar."""
    ops: Ops
    """Kernels of the back end that runs this chunk."""

    def rows(self) -> Floats:
        """Return the models as [models, rows, columns]; for passes and kernels whose unit is the row or the tensor."""
        return self.models.reshape(len(self.models), -1, self.columns)


@dataclass(frozen=True, slots=True)
class Pass:
    """A sum over all chunks of a tensor.

    Chunks come in order within blocks of fixed size, and blocks are summed in order, so that a total of floats has the same
    bits whatever the number of threads.
    """

    shape: tuple[int, ...]
    dtype: type[np.float64 | np.int64]
    add: Callable[[Chunk, NDArray[Any]], None]
    """Add what a chunk has to a total of this shape and dtype, in place."""
    unit: Unit = "element"
    """What a chunk holds whole."""
    scope: Literal["tensor", "checkpoint"] = "tensor"
    """`checkpoint`: the total over all tensors that are merged; every tensor yields such a pass as its n-th or none does."""
    portable: bool = False
    """Uses the chunk through `chunk.ops` alone, so its arrays may be on a GPU."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """The merge of one chunk: [models, n] and base [n] in, [n] out, in the dtype of the chunk."""

    run: Callable[[Chunk], Floats]
    unit: Unit = "element"
    portable: bool = False


Steps: TypeAlias = Generator[Pass, NDArray[Any], Kernel]
"""A large total of integers is the generator's until it yields or returns: its memory is used again."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Parameters of a method, resolved for one tensor: gradients and filters of a recipe are applied already."""

    shared: Mapping[str, Setting] = field(default_factory=dict)
    per_model: Mapping[str, Sequence[Setting]] = field(default_factory=dict)
    """Name to a value a model, in the order of the models (the base is none of them)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that a method takes."""

    name: str
    default: Setting | None = None
    """None: it must be given."""
    per_model: bool = False
    low: float = -np.inf
    high: float = np.inf
    choices: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One tensor of the output as a method sees it."""

    name: str
    shape: tuple[int, ...]
    models: int
    has_base: bool
    settings: Settings
    parameters: tuple[Parameter, ...]
    seed: int = 0
    wide: bool = False
    """Chunks are float64."""

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def dtype(self) -> type[np.float32 | np.float64]:
        """What chunks hold."""
        return np.float64 if self.wide else np.float32

    def _parameter(self, name: str) -> Parameter:
        return next(one for one in self.parameters if one.name == name)

    def _shared(self, name: str) -> Setting:
        default = next(one.default for one in self.parameters if one.name == name)
        value = self.settings.shared.get(name, default)
        assert value is not None, "a plan checks that what has no default is given"
        return value

    def number(self, name: str) -> float:
        """Return a shared parameter, or its default."""
        return float(self._shared(name))

    def flag(self, name: str) -> bool:
        """Return a shared parameter that is true or false."""
        return bool(self._shared(name))

    def text(self, name: str) -> str:
        """Return a shared parameter that is a word."""
        return str(self._shared(name))

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return a parameter of each model: its own value, else the shared one, else the default; [models]."""
        values = self.settings.per_model.get(name)
        return np.array([self._shared(name)] * self.models if values is None else values, dtype=np.float64)

    def random_key(self, model: int) -> int:
        """Return the key of the random stream of a model on this tensor."""
        return stream_key(self.seed, model, self.name)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to merge, by name."""

    name: str
    title: str
    paper: str
    """Author, year, venue, and the address of the paper; empty where there is none."""
    steps: Callable[[Target], Steps]
    parameters: tuple[Parameter, ...] = ()
    base: Literal["none", "optional", "required"] = "none"
    models: tuple[int, int | None] = (1, None)
    """Least and greatest number of models beside the base."""
    across_tensors: bool = False
    """Yields passes whose scope is the checkpoint."""

    def check(self, settings: Settings, models: int, *, has_base: bool) -> list[str]:
        """Return what is wrong with these settings, a sentence each; empty when all is well."""
        least, most = self.models
        wrong = []
        if models < least or (most is not None and models > most):
            bounds = (
                f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
            )
            wrong.append(f"{self.name} merges {bounds} models beside the base; {models} are given.")
        if self.base == "required" and not has_base:
            wrong.append(f"{self.name} needs a base model; none is given.")
        known = {one.name: one for one in self.parameters}
        wrong += [
            f"{self.name} has no parameter {name!r}; it takes {', '.join(known) or 'none'}."
            for name in [*settings.shared, *settings.per_model]
            if name not in known
        ]
        for one in self.parameters:
            wrong += _wrong_values(self.name, one, settings, models)
        return wrong

    def checked(self, settings: Settings, models: int, *, has_base: bool) -> None:
        """Raise what `check` finds.

        Raises:
            InputError: the settings do not fit the method; the message has all that is wrong.
        """
        if wrong := self.check(settings, models, has_base=has_base):
            raise InputError(" ".join(wrong), "merge-settings")


def _wrong_values(method: str, one: Parameter, settings: Settings, models: int) -> list[str]:
    shared, per_model = settings.shared.get(one.name, one.default), settings.per_model.get(one.name)
    if per_model is not None and not one.per_model:
        return [f"{one.name!r} of {method} is one value for all models; {len(per_model)} are given."]
    if per_model is not None and len(per_model) != models:
        return [f"{one.name!r} of {method} has {len(per_model)} values for {models} models."]
    values = list(per_model) if per_model is not None else [shared]
    if any(value is None for value in values):
        return [f"{method} needs a value of {one.name!r}{' for each model' if one.per_model else ''}."]
    if one.choices:
        allowed = ", ".join(one.choices)
        return [
            f"{one.name!r} of {method} is {value!r}; it is one of {allowed}."
            for value in values
            if value not in one.choices
        ]
    words = [value for value in values if isinstance(value, str)]
    if words:
        return [f"{one.name!r} of {method} is {words[0]!r}, which is no number."]
    return [
        f"{one.name!r} of {method} is {value}; it lies between {one.low:g} and {one.high:g}."
        for value in values
        if not isinstance(value, str) and not one.low <= float(value or 0) <= one.high
    ]

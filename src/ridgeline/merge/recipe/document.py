"""What a recipe says, once it is read: plain values, nothing looked up on the disk yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ridgeline.merge.method import Setting


@dataclass(frozen=True, slots=True)
class Filtered:
    """A value for the tensors whose name has this text in it; None: for all."""

    filter: str | None
    value: Setting | tuple[Setting, ...]


Value: TypeAlias = Setting | tuple[Setting, ...] | tuple[Filtered, ...]
"""One value; a gradient over the layers; or filters, of which the first that fits counts."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters by name, and the line that each stands in."""

    values: Mapping[str, Value] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A model, or layers of it, that goes into a slice of the output."""

    model: str
    parameters: Parameters
    line: int
    layers: tuple[int, int] | None = None
    """First layer, and the one after the last; None: all."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Layers of the output and what they are made of."""

    sources: tuple[Source, ...]
    parameters: Parameters
    line: int
    base_model: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRule:
    """Where the embedding of a token comes from.

    Attributes:
        model: whose; None: zeros.
        token: which token of that model, by text or number; None: the same.
        force: models that have the token of their own take this one too.
        line: where it stands.
    """

    model: str | None
    token: str | int | None
    force: bool
    line: int


@dataclass(frozen=True, slots=True)
class TokenizerRule:
    """Which tokenizer the output has: `union`, `base`, or that of a model."""

    source: str
    tokens: Mapping[str, TokenRule] = field(default_factory=dict)
    pad_to_multiple_of: int | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe.

    Attributes:
        name: what messages call it.
        text: as it was written.
        method: by name.
        base_model: a reference to a model, or None.
        slices: what the layers are made of, from the first; `models` is one slice of all layers.
        whole: whether it was written with `models`.
        parameters: for all slices.
        dtype: what is written, such as `bfloat16`; None: as stored.
        tokenizer: None: copied as it is from the base, or the first model.
        chat_template: `auto`, `chatml` or a Jinja text; None: as it is.
        seed: of random masks.
        lines: of the top-level keys.
    """

    name: str
    text: str
    method: str
    base_model: str | None
    slices: tuple[Slice, ...]
    whole: bool
    parameters: Parameters
    dtype: str | None
    tokenizer: TokenizerRule | None
    chat_template: str | None
    seed: int
    lines: Mapping[str, int]

    def models(self) -> tuple[str, ...]:
        """Return every model that is named, once, the base first."""
        named = [self.base_model, *(part.base_model for part in self.slices)]
        named += [source.model for part in self.slices for source in part.sources]
        return tuple(dict.fromkeys(model for model in named if model is not None))

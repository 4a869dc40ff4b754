"""Rows of embeddings in the order of another vocabulary, for models whose tokenizers differ."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.merge.checkpoint.floats import as_floats
from ridgeline.merge.checkpoint.vocabulary import Vocabulary
from ridgeline.merge.layout import TIED
from ridgeline.merge.tensors.checkpoint import Checkpoint
from ridgeline.merge.tensors.dtypes import DTYPES, DType
from ridgeline.merge.tensors.inputs import TensorInput

_ENDINGS = (
    *("embed_tokens.weight", "wte.weight", "word_embeddings.weight", "embed_in.weight", "shared.weight"),
    *(
        "tok_embeddings.weight",
        "embeddings.tok_embeddings.weight",
        "lm_head.weight",
        "lm_head.bias",
        "embed_out.weight",
    ),
    *("predictions.decoder.weight", "predictions.decoder.bias", "predictions.bias", "lm_head.decoder.weight"),
    *("lm_head.decoder.bias", "vocab_projector.weight", "vocab_projector.bias", "wordembeddings.weight"),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the embedding of a token comes from, for models that have none of it, or for all.

    Attributes:
        model: whose; None: zeros.
        token: which token of it, by text or number; None: the same text.
        force: models that have the token take this too.
    """

    model: str | None
    token: str | int | None = None
    force: bool = False


Origins = tuple[tuple[TensorInput, int], ...]
"""Rows of tensors whose mean a row is; none: zeros."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A tensor whose rows are rows of another, or means of rows of several, in float32; never whole in memory."""

    of: TensorInput
    order: NDArray[np.int64]
    """For each row: that of `of`, or -1 - k for the k-th of `extra`. [rows]"""
    extra: Sequence[Origins]

    @property
    def name(self) -> str:
        digest = hashlib.sha256(self.order.astype("<i8").tobytes())
        for origins in self.extra:
            digest.update(repr([(one.name, row) for one, row in origins]).encode())
        return f"{self.of.name} rows {digest.hexdigest()[:16]}"

    @property
    def dtype(self) -> DType:
        return DTYPES["F32"]

    @property
    def written_dtype(self) -> DType:
        """Return the type that the output has if the recipe says nothing."""
        return written_dtype(self.of)

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.order), *self.of.shape[1:])

    @property
    def stored_bytes(self) -> int:
        return self.of.stored_bytes

    def read(self, start: int, stop: int) -> NDArray[Any]:
        columns = _columns(self.of)
        first, last = start // columns, -(-stop // columns)
        order = self.order[first:last]
        rows = np.empty((len(order), columns), np.float32)
        own = order >= 0
        if own.any():
            low, high = int(order[own].min()), int(order[own].max()) + 1
            stored = self.of.read(low * columns, high * columns).reshape(-1, columns)[order[own] - low]
            rows[own] = as_floats(stored.ravel(), self.of.dtype).reshape(-1, columns)
        for place in np.flatnonzero(~own):
            rows[place] = _mean(self.extra[-1 - order[place]], columns)
        flat: NDArray[Any] = rows.ravel()[start - first * columns :][: stop - start]
        return flat

    def release(self, start: int, stop: int) -> None:
        columns = _columns(self.of)
        order = self.order[start // columns : -(-stop // columns)]
        own = order[order >= 0]
        if len(own):
            self.of.release(int(own.min()) * columns, (int(own.max()) + 1) * columns)


def written_dtype(tensor: TensorInput) -> DType:
    """Return the type that a tensor is stored in, though it may be worked out in another."""
    found: DType = getattr(tensor, "written_dtype", tensor.dtype)
    return found


def with_vocabulary(
    models: Mapping[str, Checkpoint],
    vocabularies: Mapping[str, Vocabulary],
    target: Vocabulary,
    rows: int,
    *,
    base: str | None,
    origins: Mapping[str, Origin],
) -> dict[str, Checkpoint]:
    """Put the rows of all embeddings in the order of one vocabulary.

    A token that a model has keeps the model's row, unless its origin is forced. One that it lacks takes the row of its
    origin; else the base's; else the mean of the models that have it; rows of no token are 0.

    Args:
        models: name → checkpoint, the base among them.
        vocabularies: name → token → row.
        target: token → row of the output.
        rows: of the output, at least as many as the target needs.
        base: name of the base, or None.
        origins: token → where it comes from.

    Returns:
        The models with rows in the target's order; tensors that are no embeddings are as they were.

    Raises:
        InputError: an embedding has fewer rows than its tokenizer has tokens, or an origin is not there.
    """
    planned = _Plan(vocabularies, target, rows, base, origins)
    changed = {name: dict(checkpoint.tensors) for name, checkpoint in models.items()}
    for tensor in sorted(
        {name for checkpoint in models.values() for name in checkpoint.tensors if is_embedding(name)}
    ):
        having = {
            name: checkpoint.tensors[known]
            for name, checkpoint in models.items()
            for known in [_known_as(tensor, checkpoint)]
            if known is not None
        }
        for name, one in having.items():
            needed = max(vocabularies[name].values(), default=-1) + 1
            if not one.shape or one.shape[0] < needed:
                raise InputError(
                    f"{tensor!r} of '{name}' has the shape {list(one.shape)}, and its tokenizer has tokens up to"
                    f" {needed - 1}. Tokenizer and weights do not belong together.",
                    "merge-vocabulary",
                )
        for name, one in having.items():
            if tensor in changed[name]:
                changed[name][tensor] = planned.of(name, one, having)
    return {name: Checkpoint(one.path, one.files, changed[name]) for name, one in models.items()}


def _known_as(tensor: str, checkpoint: Checkpoint) -> str | None:
    """Return the name that a model has a tensor under: one with tied weights leaves its head out."""
    return next((name for name in (tensor, *TIED.get(tensor, ())) if name in checkpoint.tensors), None)


def is_embedding(name: str) -> bool:
    """Tell whether a tensor has a row for each token, by its name."""
    return any(name == ending or name.endswith(f".{ending}") for ending in _ENDINGS)


class _Plan:
    """Which row goes where, worked out once for all tensors."""

    def __init__(
        self,
        vocabularies: Mapping[str, Vocabulary],
        target: Vocabulary,
        rows: int,
        base: str | None,
        origins: Mapping[str, Origin],
    ) -> None:
        self._vocabularies, self._rows, self._base, self._origins = vocabularies, rows, base, origins
        self._tokens: list[str | None] = [None] * rows
        for token, row in target.items():
            self._tokens[row] = token
        for token, origin in origins.items():
            if origin.model is not None:
                self._row_of(origin.model, origin.token if origin.token is not None else token, token)

    def of(self, model: str, tensor: TensorInput, having: Mapping[str, TensorInput]) -> Rows:
        """Return a model's tensor in the target's order."""
        vocabulary = self._vocabularies[model]
        order = np.empty(self._rows, np.int64)
        extra: list[Origins] = []
        for row, token in enumerate(self._tokens):
            origin = self._origins.get(token) if token is not None else None
            if token is not None and token in vocabulary and not (origin and origin.force):
                order[row] = vocabulary[token]
                continue
            order[row] = -1 - len(extra)
            extra.append(self._default(token, origin, having))
        return Rows(tensor, order, extra)

    def _default(
        self, token: str | None, origin: Origin | None, having: Mapping[str, TensorInput]
    ) -> Origins:
        if token is None:
            return ()
        if origin is not None:
            if origin.model is None or origin.model not in having:
                return ()
            wanted = origin.token if origin.token is not None else token
            return ((having[origin.model], self._row_of(origin.model, wanted, token)),)
        known = [name for name in having if token in self._vocabularies[name]]
        if self._base is not None and self._base in known:
            known = [self._base]
        return tuple((having[name], self._vocabularies[name][token]) for name in known)

    def _row_of(self, model: str, wanted: str | int, token: str) -> int:
        vocabulary = self._vocabularies.get(model)
        if vocabulary is None:
            raise InputError(
                f"The token {token!r} is to come from '{model}', which is none of the models"
                f" {', '.join(self._vocabularies)}.",
                "merge-token-origin",
            )
        if isinstance(wanted, int):
            if wanted < max(vocabulary.values(), default=-1) + 1:
                return wanted
        elif wanted in vocabulary:
            return vocabulary[wanted]
        raise InputError(
            f"The token {token!r} is to come from {wanted!r} of '{model}', which has no such token.",
            "merge-token-origin",
        )


def _mean(origins: Origins, columns: int) -> NDArray[np.float32]:
    if not origins:
        return np.zeros(columns, np.float32)
    found = np.stack(
        [as_floats(one.read(row * columns, (row + 1) * columns), one.dtype) for one, row in origins]
    )
    mean: NDArray[np.float32] = found.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _columns(tensor: TensorInput) -> int:
    return int(np.prod(tensor.shape[1:], dtype=np.int64))


def same_vocabulary(vocabularies: Sequence[Vocabulary]) -> bool:
    """Tell whether all have the same tokens in the same rows."""
    return all(one == vocabularies[0] for one in vocabularies[1:])

"""The tokenizer of the output, and embeddings in its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.values import Json
from ridgeline.merge.checkpoint.embeddings import Origin, is_embedding, same_vocabulary, with_vocabulary
from ridgeline.merge.checkpoint.vocabulary import Tokenizer, read_tokenizer_of, union
from ridgeline.merge.layout import TIED
from ridgeline.merge.recipe.document import Recipe, TokenizerRule
from ridgeline.merge.recipe.opened import Opened
from ridgeline.merge.recipe.references import locate
from ridgeline.merge.tensors.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the tokenizer of a recipe comes to.

    Attributes:
        folder: whose files are copied.
        document: `tokenizer.json` of the output, or None: as copied.
        rows: of the embeddings; None: as they are.
        checkpoints: the models, with embeddings in the order of the output.
    """

    folder: Path
    document: Mapping[str, Json] | None
    rows: int | None
    checkpoints: Mapping[str, Checkpoint]


def apply_tokenizer(
    recipe: Recipe, rule: TokenizerRule, opened: Mapping[str, Opened], first: str, near: Sequence[Path]
) -> Tokens:
    """Work out which token has which row, and put the embeddings of all models in that order.

    Where all models have the tokens of the output in the same rows already, nothing is moved, and rows beyond the tokens
    stay.

    Args:
        recipe: what is merged.
        rule: its tokenizer.
        opened: all models.
        first: the base, or the first model.
        near: see `locate`.

    Raises:
        NotFoundError: a model has no tokenizer.
        InputError: a tokenizer is of an unknown kind, or a token comes from nowhere.
    """
    tokenizers = {name: read_tokenizer_of(one.folder) for name, one in opened.items()}
    target = _target(rule, tokenizers, first, near)
    plain = {name: one.checkpoint for name, one in opened.items()}
    vocabularies = {name: one.vocabulary for name, one in tokenizers.items()}
    grown = rule.source == "union" and target is not tokenizers[first]
    document = target.document if grown else None
    multiple = rule.pad_to_multiple_of
    if multiple is None and not rule.tokens and same_vocabulary([target.vocabulary, *vocabularies.values()]):
        heights = {
            tensor.shape[0]
            for one in plain.values()
            for name, tensor in one.tensors.items()
            if is_embedding(name) and tensor.shape
        }
        if len(heights) <= 1:
            return Tokens(target.folder, document, None, plain)
    rows = -(-target.rows // (multiple or 1)) * (multiple or 1)
    moved = with_vocabulary(
        plain,
        vocabularies,
        target.vocabulary,
        rows,
        base=recipe.base_model,
        origins={token: Origin(one.model, one.token, one.force) for token, one in rule.tokens.items()},
    )
    return Tokens(target.folder, document, rows, moved)


def _target(
    rule: TokenizerRule, tokenizers: Mapping[str, Tokenizer], first: str, near: Sequence[Path]
) -> Tokenizer:
    if rule.source == "union":
        return union([tokenizers[first], *(one for name, one in tokenizers.items() if name != first)])
    if rule.source == "base":
        return tokenizers[first]
    source = rule.source.removeprefix("model:")  # as older recipes have it
    if source in tokenizers:
        return tokenizers[source]
    return read_tokenizer_of(locate(source, near).folder)


def untied(models: Mapping[str, Checkpoint]) -> tuple[Mapping[str, Checkpoint], bool]:
    """Give all models a head of their own if some have one: those with tied weights use their embeddings.

    Returns:
        The models, and whether some had to be given one, so that the output has a head apart from its embeddings.
    """
    changed = {name: dict(one.tensors) for name, one in models.items()}
    given = False
    for head, others in TIED.items():
        if not any(head in tensors for tensors in changed.values()):
            continue
        for tensors in changed.values():
            known = next((other for other in others if other in tensors), None)
            if head not in tensors and known is not None:
                tensors[head] = tensors[known]
                given = True
    if not given:
        return models, False
    return {name: Checkpoint(one.path, one.files, changed[name]) for name, one in models.items()}, True

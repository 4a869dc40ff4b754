"""Tokenizers as data: which token has which row, and the union of several."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.core.values import Json
from ridgeline.merge.checkpoint.json_files import read_object

TOKENIZER = "tokenizer.json"
Vocabulary = Mapping[str, int]
"""Token → number of its row."""


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A tokenizer that was read.

    Attributes:
        folder: where it lies.
        document: `tokenizer.json`, or None where there are only older files.
        vocabulary: all tokens, the added ones too.
    """

    folder: Path
    document: Mapping[str, Json] | None
    vocabulary: Vocabulary

    @property
    def rows(self) -> int:
        """Return how many rows an embedding needs at least."""
        return max(self.vocabulary.values(), default=-1) + 1


def read_tokenizer_of(folder: Path) -> Tokenizer:
    """Read the tokenizer of a model's folder: `tokenizer.json`, or `vocab.json` or `vocab.txt`.

    Raises:
        NotFoundError: there is none of these.
        InputError: it is damaged, or of a kind that is unknown here.
    """
    if (folder / TOKENIZER).is_file():
        document = read_object(folder / TOKENIZER)
        return Tokenizer(folder, document, _vocabulary(document, folder))
    if (folder / "vocab.json").is_file():
        ids = read_object(folder / "vocab.json") | read_object(folder / "added_tokens.json")
        return Tokenizer(folder, None, _numbers(ids, folder))
    if (folder / "vocab.txt").is_file():
        tokens = (folder / "vocab.txt").read_text("utf-8").splitlines()
        added = _numbers(read_object(folder / "added_tokens.json"), folder)
        return Tokenizer(folder, None, {token: row for row, token in enumerate(tokens)} | added)
    raise NotFoundError(
        f"'{folder}' has no {TOKENIZER}. Load its tokenizer with transformers' AutoTokenizer and save it into the folder"
        " (save_pretrained), which writes one.",
        "merge-no-tokenizer",
    )


def union(tokenizers: Sequence[Tokenizer]) -> Tokenizer:
    """Return the first tokenizer with the tokens of all others after its own.

    Tokens keep the numbers of the first; new ones follow in the order of the tokenizers and of their numbers. How text is
    cut stays as the first does it: of BPE, the merges are the first's, so a new token comes up where it is an added token.

    Args:
        tokenizers: at least one; each with `tokenizer.json`, unless all have the same tokens.

    Raises:
        InputError: a tokenizer that would have to grow has no `tokenizer.json`, or is of a kind that cannot.
    """
    first = tokenizers[0]
    missing = _missing(first, tokenizers[1:])
    if not missing:
        return first
    if first.document is None:
        raise InputError(
            f"'{first.folder}' has no {TOKENIZER}, and its tokenizer would have to take in {len(missing)} tokens of other"
            " models. Save it with transformers' AutoTokenizer (save_pretrained), which writes one.",
            "merge-no-tokenizer",
        )
    numbers = {token: first.rows + place for place, token in enumerate(missing)}
    document = json.loads(json.dumps(first.document))  # a deep copy: the first stays as it is
    _grow(document, numbers, missing, first.folder)
    return Tokenizer(first.folder, document, dict(first.vocabulary) | numbers)


def _missing(first: Tokenizer, others: Sequence[Tokenizer]) -> dict[str, tuple[Json, float]]:
    """Return tokens that the first lacks: what their tokenizer says of them if they are added ones, else their score."""
    found: dict[str, tuple[Json, float]] = {}
    for other in others:
        added = {} if other.document is None else {_content(one): one for one in _added(other.document)}
        scores = {} if other.document is None else _scores(other.document)
        for token in sorted(other.vocabulary, key=lambda one: other.vocabulary[one]):
            if token not in first.vocabulary and token not in found:
                found[token] = added.get(token), scores.get(token, 0.0)
    return found


def _grow(
    document: dict[str, Json], numbers: Vocabulary, missing: Mapping[str, tuple[Json, float]], folder: Path
) -> None:
    model, added = document.get("model"), document.setdefault("added_tokens", [])
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if not isinstance(added, list):
        raise _unknown(folder)
    for token, number in numbers.items():
        entry, score = missing[token]
        if isinstance(entry, Mapping):
            added.append({**entry, "id": number})
        elif isinstance(vocabulary, dict):
            vocabulary[token] = number
        elif isinstance(vocabulary, list) and len(vocabulary) == number:
            vocabulary.append([token, score])
        else:  # a list of pieces has no place for a number after added tokens
            added.append({"id": number, "content": token, **_PLAIN})


_PLAIN: dict[str, Json] = {
    "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False,
}  # fmt: skip


def _vocabulary(document: Mapping[str, Json], folder: Path) -> Vocabulary:
    model = document.get("model")
    given = model.get("vocab") if isinstance(model, Mapping) else None
    if isinstance(given, Mapping):
        vocabulary = dict(_numbers(given, folder))
    elif isinstance(given, list) and all(
        isinstance(one, list) and one and isinstance(one[0], str) for one in given
    ):
        vocabulary = {str(piece[0]): row for row, piece in enumerate(given) if isinstance(piece, list)}
    else:
        raise _unknown(folder)
    for one in _added(document):
        number, content = (one.get("id"), one.get("content")) if isinstance(one, Mapping) else (None, None)
        if not isinstance(number, int) or not isinstance(content, str) or number < 0:
            raise _unknown(folder)
        vocabulary[content] = number
    return vocabulary


def _numbers(given: Mapping[str, Json], folder: Path) -> dict[str, int]:
    found = {token: number for token, number in given.items() if type(number) is int and number >= 0}
    if len(found) < len(given):
        raise _unknown(folder)
    return found


def _added(document: Mapping[str, Json]) -> Sequence[Json]:
    given = document.get("added_tokens") or []
    return given if isinstance(given, list) else []


def _content(added: Json) -> str:
    content = added.get("content") if isinstance(added, Mapping) else None
    return content if isinstance(content, str) else ""


def _scores(document: Mapping[str, Json]) -> dict[str, float]:
    model = document.get("model")
    given = model.get("vocab") if isinstance(model, Mapping) else None
    if not isinstance(given, list):
        return {}
    pairs = [one for one in given if isinstance(one, list) and len(one) == 2]
    return {str(piece): float(score) for piece, score in pairs if isinstance(score, int | float)}


def _unknown(folder: Path) -> InputError:
    return InputError(
        f"The tokenizer of '{folder}' is of a kind that is not read here. Leave tokenizer_source out where the vocabularies"
        " of the models are the same.",
        "merge-tokenizer-unknown",
    )

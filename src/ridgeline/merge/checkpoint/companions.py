"""The files of a model's folder that are no tensors, written beside a merged one."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.merge.checkpoint.card import Input, file_hashes, model_card
from ridgeline.merge.checkpoint.json_files import json_text, read_object

CONFIG, GENERATION = "config.json", "generation_config.json"
TOKENIZER_FILES = (
    *(
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
    ),
    *(
        "merges.txt",
        "vocab.txt",
        "tokenizer.model",
        "spiece.model",
        "sentencepiece.bpe.model",
        "chat_template.jinja",
    ),
)
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_TEMPLATES = {"chatml": CHATML}
_ELSEWHERE = ("alpaca", "llama3", "mistral", "exaone")


@dataclass(frozen=True, slots=True)
class Companions:
    """What stands beside the tensors of a merged model.

    Attributes:
        config: `config.json`; None: the models have none.
        generation: a file to copy, or None.
        tokenizer: the folder whose tokenizer is copied, or None.
        document: `tokenizer.json` in place of the copied one, or None.
        chat_template: Jinja in place of the copied one, or None.
        method: what the method is, and where it is from.
        inputs: all models, for the card.
        recipe: YAML, for the card.
    """

    config: Mapping[str, Json] | None
    generation: Path | None
    tokenizer: Path | None
    document: Mapping[str, Json] | None
    chat_template: str | None
    method: tuple[str, str]
    inputs: tuple[Input, ...]
    recipe: str

    def write(self, folder: Path, *, hash_inputs: bool = True) -> tuple[str, ...]:
        """Write all of it.

        Args:
            folder: of the merged model.
            hash_inputs: name the SHA-256 of each input in the card; reads them once more.

        Returns:
            Names of the files.

        Raises:
            StorageError: a file cannot be written.
        """
        try:
            written = [*self._tokenizer(folder), *self._configs(folder)]
            files = [path for one in self.inputs for path in one.files] if hash_inputs else []
            card = model_card(
                folder.resolve().name, *self.method, self.inputs, file_hashes(files), self.recipe
            )
            (folder / "README.md").write_text(card, "utf-8")
        except OSError as error:
            raise StorageError(
                f"The files beside the tensors cannot be written into '{folder}': {error.strerror}.",
                "merge-write-failed",
            ) from error
        return (*written, "README.md")

    def _configs(self, folder: Path) -> list[str]:
        written = []
        if self.config is not None:
            (folder / CONFIG).write_bytes(json_text(dict(self.config)))
            written.append(CONFIG)
        if self.generation is not None:
            shutil.copyfile(self.generation, folder / GENERATION)
            written.append(GENERATION)
        return written

    def _tokenizer(self, folder: Path) -> list[str]:
        if self.tokenizer is None:
            return []
        names = [name for name in TOKENIZER_FILES if (self.tokenizer / name).is_file()]
        if self.document is not None:
            # Older files of the same tokenizer would tell of fewer tokens than there are.
            names = [
                name
                for name in names
                if name.startswith(("tokenizer", "special", "chat")) and name[-5:] != "model"
            ]
        for name in names:
            shutil.copyfile(self.tokenizer / name, folder / name)
        if self.document is not None:
            (folder / "tokenizer.json").write_bytes(json_text(dict(self.document)))
        if self.chat_template is not None:
            self._put_template(folder)
        return names

    def _put_template(self, folder: Path) -> None:
        assert self.chat_template is not None, "asked for"
        config = read_object(folder / "tokenizer_config.json")
        config["chat_template"] = self.chat_template
        (folder / "tokenizer_config.json").write_bytes(json_text(config))
        (folder / "chat_template.jinja").write_text(self.chat_template, "utf-8")


def chat_template(wanted: str, folders: Sequence[Path]) -> str | None:
    """Return the chat template that a recipe asks for.

    Args:
        wanted: `auto`, the one that most models have, of those the first; `chatml`; or Jinja.
        folders: of the models.

    Raises:
        InputError: it is a name that is not known here.
    """
    if wanted == "auto":
        found = [template for folder in folders if (template := _template_of(folder))]
        return max(found, key=lambda one: (found.count(one), -found.index(one))) if found else None
    if wanted in _TEMPLATES:
        return _TEMPLATES[wanted]
    if "{" in wanted:
        return wanted
    also = (
        " mergekit's own of this name is not here: put its text into the recipe."
        if wanted in _ELSEWHERE
        else ""
    )
    raise InputError(
        f"No chat_template {wanted!r}: it is auto, {', '.join(_TEMPLATES)}, or the text of a Jinja template.{also}",
        "merge-chat-template",
    )


def _template_of(folder: Path) -> str | None:
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text("utf-8")
    template = read_object(folder / "tokenizer_config.json").get("chat_template")
    return template if isinstance(template, str) else None

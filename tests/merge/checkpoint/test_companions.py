"""Configurations, chat templates and cards of merged models."""

import json

import pytest

from ridgeline.core.errors import InputError
from ridgeline.merge.checkpoint.card import Input, file_hashes, model_card
from ridgeline.merge.checkpoint.companions import CHATML, chat_template
from ridgeline.merge.checkpoint.config import Changes, merged_config

BASE = {
    "model_type": "llama", "num_hidden_layers": 3, "layer_types": ["full", "sliding", "full"], "vocab_size": 10,
    "dtype": "float32", "eos_token_id": 2, "rope": [1, 2], "_name_or_path": "/home/me/base",
}  # fmt: skip
OTHER = BASE | {"layer_types": ["x", "y", "z"]}


def test_a_configuration_that_nothing_changed_is_that_of_the_base():
    assert merged_config(BASE, Changes()) == {
        key: value for key, value in BASE.items() if key != "_name_or_path"
    }


def test_lists_of_layers_follow_the_layers():
    config = merged_config(BASE, Changes(layers=[(BASE, 0), (BASE, 1), (OTHER, 1), (OTHER, 2)]))
    assert config["num_hidden_layers"] == 4
    assert config["layer_types"] == ["full", "sliding", "y", "z"]
    assert config["rope"] == [1, 2]


def test_rows_dtype_and_special_tokens():
    config = merged_config(BASE, Changes(rows=12, dtype="bfloat16", tokens={"eos_token_id": 7, "other": 1}))
    assert (config["vocab_size"], config["dtype"], config["eos_token_id"]) == (12, "bfloat16", 7)
    assert "other" not in config
    nested = merged_config({"text_config": {"vocab_size": 3}}, Changes(rows=4, dtype="float16"))
    assert nested == {"text_config": {"vocab_size": 4}, "torch_dtype": "float16"}


def test_the_template_that_most_models_have(tmp_path):
    folders = []
    for name, template in (("a", "{{ one }}"), ("b", "{{ two }}"), ("c", "{{ two }}"), ("d", None)):
        folder = tmp_path / name
        folder.mkdir()
        folders.append(folder)
        if name == "b":
            (folder / "chat_template.jinja").write_text(template)
        elif template is not None:
            (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": template}))
    assert chat_template("auto", folders) == "{{ two }}"
    assert chat_template("auto", folders[3:]) is None
    assert chat_template("auto", folders[:2]) == "{{ one }}"
    assert chat_template("chatml", folders) == CHATML
    assert chat_template("{{ literal }}", folders) == "{{ literal }}"
    with pytest.raises(InputError, match="put its text into the recipe"):
        chat_template("alpaca", folders)


def test_hashes_of_the_hubs_cache_are_the_names_of_its_blobs(tmp_path):
    blob = tmp_path / ("ab" * 32)
    blob.write_bytes(b"not hashed")
    link = tmp_path / "model.safetensors"
    link.symlink_to(blob)
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    hashes = file_hashes([link, plain, link])
    assert hashes[link] == "ab" * 32
    assert hashes[plain] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_card_names_models_of_the_hub_and_keeps_the_recipe_together(tmp_path):
    inputs = [
        Input("me/base@main+adapter", (tmp_path / "models--me--base" / "model.safetensors",)),
        Input("my/own", (tmp_path / "x",)),
    ]
    card = model_card("merged", "TIES", "A paper", inputs, {}, "a: ```\n")
    assert card.startswith("---\nbase_model:\n- me/base\nlibrary_name: transformers\n")
    assert "````yaml\na: ```\n````" in card
    assert "by TIES.\n\nA paper\n" in card

"""Tokenizers as data, their union, and embeddings in its order."""

import json

import numpy as np
import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.merge.checkpoint.embeddings import is_embedding
from ridgeline.merge.checkpoint.vocabulary import read_tokenizer_of, union
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import prepare
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.run import run_plan
from tiny_models import read_model, tiny_arrays, tokenizer_json, write_model

EMBED = "model.embed_tokens.weight"
BASE = tiny_arrays(0)
LAW = tiny_arrays(1, vocabulary=7)
CODE = tiny_arrays(2, vocabulary=8)
LAW_TOKENS = ["a", "b", "c", "x", "d", "e", "f"]  # x in the middle: the rows behind it are moved
CODE_TOKENS = [*"abcdef", "x"]


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path / "base", BASE, tokens=list("abcdef"))
    write_model(tmp_path / "law", LAW, tokens=LAW_TOKENS)
    write_model(tmp_path / "code", CODE, tokens=CODE_TOKENS, added=["<end>"])
    return tmp_path


def merged(folder, tokenizer, *, method="linear", models=("law", "code")):
    listed = ", ".join(f"{{model: {name}}}" for name in models)
    text = f"merge_method: {method}\nbase_model: base\nmodels: [{listed}]\ntokenizer: {tokenizer}\n"
    prepared = prepare(parse_recipe(text), near=(folder,))
    out = folder / "out"
    run_plan(make_plan(prepared.spec), out)
    prepared.companions.write(out)
    return read_model(out)[0], out


def test_a_union_keeps_the_rows_of_the_first(folder):
    whole = union([read_tokenizer_of(folder / name) for name in ("base", "law", "code")])
    assert whole.vocabulary == {token: row for row, token in enumerate([*"abcdef", "x", "<end>"])}
    assert whole.document["model"]["vocab"]["x"] == 6
    assert [(one["id"], one["content"], one["special"]) for one in whole.document["added_tokens"]] == [
        (7, "<end>", True)
    ]


def test_the_embeddings_of_a_union(folder):
    arrays, out = merged(folder, "{source: union}")
    embed = arrays[EMBED]
    assert embed.shape == (8, 4)
    law, code = LAW[EMBED], CODE[EMBED]
    np.testing.assert_allclose(embed[3], (law[4] + code[3]) / 2, rtol=1e-6)  # d: a row each
    np.testing.assert_allclose(embed[6], (law[3] + code[6]) / 2, rtol=1e-6)  # x: in both
    np.testing.assert_allclose(embed[7], code[7], rtol=1e-6)  # <end>: law takes that of code
    assert json.loads((out / "config.json").read_text())["vocab_size"] == 8
    assert read_tokenizer_of(out).rows == 8


def test_a_token_that_a_model_lacks_takes_the_row_of_the_base(folder):
    write_model(folder / "few", tiny_arrays(4, vocabulary=3), tokens=["a", "b", "c"])
    arrays, _ = merged(folder, "{source: base}", models=("few", "code"))
    np.testing.assert_allclose(arrays[EMBED][5], (BASE[EMBED][5] + CODE[EMBED][5]) / 2, rtol=1e-6)
    assert arrays[EMBED].shape == (6, 4)


@pytest.mark.parametrize(
    ("rule", "law", "code"),
    [
        ("{source: law}", LAW[EMBED][3], CODE[EMBED][6]),
        ("{source: law, force: true}", LAW[EMBED][3], LAW[EMBED][3]),
        ("{source: {kind: zero}, force: true}", np.zeros(4), np.zeros(4)),
        ("{source: {kind: model_token, model: code, token: a}, force: true}", CODE[EMBED][0], CODE[EMBED][0]),
        (
            "{source: {kind: model_token, model: code, token_id: 1}, force: true}",
            CODE[EMBED][1],
            CODE[EMBED][1],
        ),
    ],
)
def test_where_a_token_comes_from(folder, rule, law, code):
    arrays, _ = merged(folder, f"{{source: union, tokens: {{x: {rule}}}}}")
    np.testing.assert_allclose(arrays[EMBED][6], (law + code) / 2, rtol=1e-6)


def test_a_head_that_is_tied_gives_the_rows_of_its_embeddings(folder):
    tied = {name: value for name, value in LAW.items() if name != "lm_head.weight"}
    write_model(folder / "tied", tied, tokens=LAW_TOKENS)
    rule = "{source: union, tokens: {a: {source: tied, force: true}}}"
    arrays, out = merged(folder, rule, models=("tied", "code"))
    assert json.loads((out / "config.json").read_text())["tie_word_embeddings"] is False
    np.testing.assert_allclose(arrays["lm_head.weight"][0], LAW[EMBED][0], rtol=1e-6)
    np.testing.assert_allclose(
        arrays["lm_head.weight"][1], (LAW[EMBED][1] + CODE["lm_head.weight"][1]) / 2, rtol=1e-6
    )


def test_older_recipes_name_a_tokenizer_by_model(folder):
    arrays, out = merged(folder, "{source: 'model:law'}")
    assert arrays[EMBED].shape == (7, 4)
    assert read_tokenizer_of(out).vocabulary["x"] == 3


def test_rows_can_be_rounded_up(folder):
    arrays, _ = merged(folder, "{source: union, pad_to_multiple_of: 16}")
    assert arrays[EMBED].shape == (16, 4)
    assert not arrays[EMBED][8:].any()


def test_rows_beyond_the_tokens_stay_where_nothing_has_to_move(folder):
    for name in ("one", "two"):
        write_model(folder / name, tiny_arrays(6, vocabulary=9), tokens=list("abcdef"))
    text = "merge_method: linear\nmodels: [{model: one}, {model: two}]\ntokenizer_source: union\n"
    prepared = prepare(parse_recipe(text), near=(folder,))
    assert next(one for one in prepared.spec.tensors if one.name == EMBED).shape == (9, 4)


def test_a_task_vector_of_a_new_token_is_that_to_the_mean_that_the_base_takes(folder):
    arrays, _ = merged(folder, "{source: union}", method="task_arithmetic", models=("law", "code"))
    start = (LAW[EMBED][3] + CODE[EMBED][6]) / 2
    expected = start + (LAW[EMBED][3] - start) + (CODE[EMBED][6] - start)
    np.testing.assert_allclose(arrays[EMBED][6], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("tokenizer", "said"),
    [
        (
            "{source: union, tokens: {x: {source: other}}}",
            "is to come from 'other', which is none of the models",
        ),
        (
            "{source: union, tokens: {x: {source: {model: law, token: q}}}}",
            "'q' of 'law', which has no such token",
        ),
        ("{source: elsewhere}", "No model 'elsewhere'"),
    ],
)
def test_tokens_from_nowhere_are_told(folder, tokenizer, said):
    with pytest.raises(InputError, match=said):
        merged(folder, tokenizer)


def test_too_few_rows_are_told(folder):
    write_model(folder / "odd", tiny_arrays(4, vocabulary=4), tokens=CODE_TOKENS)
    with pytest.raises(
        InputError, match=r"has tokens up to 6\. Tokenizer and weights do not belong together"
    ):
        merged(folder, "{source: union}", models=("odd",))


def test_a_folder_without_a_tokenizer_is_told_what_to_do(folder):
    write_model(folder / "none", BASE)
    with pytest.raises(InputError, match=r"has no tokenizer\.json\. Load its tokenizer with transformers"):
        merged(folder, "{source: union}", models=("none",))


def test_pieces_with_scores_grow_by_pieces(tmp_path):
    def write(name, pieces, added=()):
        (tmp_path / name).mkdir()
        document = {"model": {"type": "Unigram", "vocab": pieces}, "added_tokens": list(added)}
        (tmp_path / name / "tokenizer.json").write_text(json.dumps(document))
        return read_tokenizer_of(tmp_path / name)

    first, second = write("a", [["<unk>", 0.0], ["x", -1.0]]), write("b", [["<unk>", 0.0], ["y", -2.5]])
    whole = union([first, second])
    assert whole.document["model"]["vocab"] == [["<unk>", 0.0], ["x", -1.0], ["y", -2.5]]
    closed = write("c", [["<unk>", 0.0]], [{"id": 1, "content": "<s>"}])
    assert union([closed, second]).document["added_tokens"][-1]["content"] == "y"
    assert first.document["model"]["vocab"] == [["<unk>", 0.0], ["x", -1.0]]


def test_older_files_are_read(tmp_path):
    (tmp_path / "vocab.json").write_text('{"a": 0, "b": 1}')
    (tmp_path / "added_tokens.json").write_text('{"<pad>": 2}')
    old = read_tokenizer_of(tmp_path)
    assert old.vocabulary == {"a": 0, "b": 1, "<pad>": 2}
    new = tmp_path / "new"
    new.mkdir()
    (new / "tokenizer.json").write_text(json.dumps(tokenizer_json(["a", "q"])))
    with pytest.raises(InputError, match="would have to take in 1 tokens of other models"):
        union([old, read_tokenizer_of(new)])
    (tmp_path / "vocab.json").unlink()
    (tmp_path / "vocab.txt").write_text("[UNK]\nword\n")
    (tmp_path / "added_tokens.json").unlink()
    assert read_tokenizer_of(tmp_path).vocabulary == {"[UNK]": 0, "word": 1}
    (tmp_path / "vocab.txt").unlink()
    with pytest.raises(NotFoundError):
        read_tokenizer_of(tmp_path)


@pytest.mark.parametrize(
    "document",
    [
        "[]",
        "{",
        '{"model": {}}',
        '{"model": {"vocab": {"a": "0"}}}',
        '{"model": {"vocab": {}}, "added_tokens": [{}]}',
    ],
)
def test_damaged_tokenizers_are_told(tmp_path, document):
    (tmp_path / "tokenizer.json").write_text(document)
    with pytest.raises(InputError):
        read_tokenizer_of(tmp_path)


def test_embeddings_are_told_by_their_names():
    assert is_embedding("transformer.wte.weight")
    assert is_embedding("lm_head.weight")
    assert not is_embedding("transformer.wpe.weight")
    assert not is_embedding("model.layers.0.mlp.up_proj.weight")

"""Recipes over real folders: what is merged with what, and what stands beside it."""

import json

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.merge.methods.slerp import slerp
from ridgeline.merge.methods.ties import ties
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import prepare, read_recipe
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.run import run_plan
from tiny_models import read_model, tiny_arrays, write_model

BASE = tiny_arrays(0)
MODELS = {name: tiny_arrays(seed, base=BASE) for seed, name in enumerate(("law", "code"), 1)}
LAYER = "model.layers.{}.mlp.up_proj.weight"


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path / "base", BASE, tokens=list("abcdef"))
    for name, arrays in MODELS.items():
        write_model(tmp_path / name, arrays, tokens=list("abcdef"))
    return tmp_path


def merged(folder, text):
    prepared = prepare(parse_recipe(text), near=(folder,))
    out = folder / "out"
    run_plan(make_plan(prepared.spec), out)
    prepared.companions.write(out)
    return *read_model(out), out


def config(out):
    return json.loads((out / "config.json").read_text())


def test_parameters_follow_the_layers_and_the_filters(folder):
    arrays, dtypes, _ = merged(
        folder,
        """
        merge_method: ties
        base_model: base
        models:
          - {model: law, parameters: {density: [1.0, 0.5, 0.0]}}
          - {model: code, parameters: {weight: [{filter: mlp, value: 0.5}, {value: 2}]}}
          - {model: base}
        parameters: {density: 0.7, lambda: 0.5}
        """,
    )
    for layer, density in enumerate([1.0, 0.5, 0.0]):
        for name, weight in (
            (LAYER.format(layer), 0.5),
            (f"model.layers.{layer}.self_attn.q_proj.weight", 2.0),
        ):
            pair = [model[name] for model in MODELS.values()]
            expected = ties(pair, BASE[name], [1.0, weight], [density, 0.7], scale=0.5)
            np.testing.assert_allclose(arrays[name], expected, rtol=1e-6, atol=1e-7, err_msg=name)
    for name in (
        "model.embed_tokens.weight",
        "lm_head.weight",
        "model.norm.weight",
    ):  # of no layer: as at the first
        pair = [model[name] for model in MODELS.values()]
        expected = ties(pair, BASE[name], [1.0, 2.0], [1.0, 0.7], scale=0.5)
        np.testing.assert_allclose(arrays[name], expected, rtol=1e-6, atol=1e-7, err_msg=name)
    assert set(dtypes.values()) == {"F32"}


def test_a_stack_of_layers_of_two_models(folder):
    arrays, dtypes, out = merged(
        folder,
        """
        slices:
          - sources: [{model: law, layer_range: [0, 2]}]
          - sources: [{model: code, layer_range: [1, 3], parameters: {scale: [{filter: q_proj, value: 0}, {value: 1}]}}]
        merge_method: passthrough
        dtype: bfloat16
        """,
    )
    up = [arrays[LAYER.format(layer)] for layer in range(4)]
    origins = [("law", 0), ("law", 1), ("code", 1), ("code", 2)]
    for got, (name, layer) in zip(up, origins, strict=True):
        np.testing.assert_allclose(got, MODELS[name][LAYER.format(layer)], rtol=2**-8)
    assert not arrays["model.layers.3.self_attn.q_proj.weight"].any()
    assert arrays["model.layers.1.self_attn.q_proj.weight"].any()
    np.testing.assert_allclose(
        arrays["model.embed_tokens.weight"], MODELS["law"]["model.embed_tokens.weight"], rtol=2**-8
    )
    np.testing.assert_allclose(arrays["lm_head.weight"], MODELS["code"]["lm_head.weight"], rtol=2**-8)
    assert LAYER.format(4) not in arrays
    assert set(dtypes.values()) == {"BF16"}
    assert config(out)["num_hidden_layers"] == 4
    assert config(out)["torch_dtype"] == "bfloat16"


def test_an_arc_between_slices_with_a_gradient(folder):
    arrays, _, _ = merged(
        folder,
        """
        slices:
          - sources:
              - {model: base, layer_range: [0, 3]}
              - {model: law, layer_range: [0, 3]}
        merge_method: slerp
        base_model: base
        parameters:
          t:
            - {filter: mlp, value: [0, 0.5, 1]}
            - {value: 0.25}
        """,
    )
    for layer, t in enumerate([0.0, 0.5, 1.0]):
        name = LAYER.format(layer)
        np.testing.assert_allclose(
            arrays[name], slerp(BASE[name], MODELS["law"][name], t), rtol=1e-6, atol=1e-7
        )
    name = "lm_head.weight"
    np.testing.assert_allclose(
        arrays[name], slerp(BASE[name], MODELS["law"][name], 0.25), rtol=1e-6, atol=1e-7
    )


def test_what_is_passed_on_as_it_is_is_copied(folder):
    prepared = prepare(parse_recipe("{merge_method: passthrough, models: [{model: law}]}"), near=(folder,))
    assert all(tensor.method is None for tensor in prepared.spec.tensors)


def test_a_base_is_an_ingredient_where_the_method_has_no_base(folder):
    arrays, _, _ = merged(
        folder,
        """
        merge_method: linear
        base_model: base
        models: [{model: base, parameters: {weight: 3}}, {model: law, parameters: {weight: 1}}]
        """,
    )
    name = "model.norm.weight"
    np.testing.assert_allclose(arrays[name], 0.75 * BASE[name] + 0.25 * MODELS["law"][name], rtol=1e-6)


def test_what_stands_beside_the_tensors(folder):
    recipe = folder / "recipe.yaml"
    recipe.write_text("merge_method: linear\nmodels: [{model: law}, {model: code}]\nchat_template: chatml\n")
    (folder / "law" / "generation_config.json").write_text('{"max_length": 9}')
    (folder / "law" / "tokenizer_config.json").write_text('{"bos_token": "a"}')
    prepared = read_recipe(recipe)
    out = folder / "made"
    run_plan(make_plan(prepared.spec), out)
    written = prepared.companions.write(out)

    assert {"config.json", "generation_config.json", "tokenizer.json", "README.md"} <= set(written)
    assert json.loads((out / "generation_config.json").read_text()) == {"max_length": 9}
    assert "<|im_start|>" in json.loads((out / "tokenizer_config.json").read_text())["chat_template"]
    card = (out / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: transformers\n")
    assert "Weighted mean" in card
    assert card.count("model.safetensors |") == 2
    assert recipe.read_text().strip() in card
    import hashlib

    assert hashlib.sha256((folder / "law" / "model.safetensors").read_bytes()).hexdigest() in card


def test_all_models_that_are_missing_are_told_at_once_with_what_to_do(folder, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(folder / "hub"))
    text = """\
merge_method: linear
models:
  - model: law
  - model: someone/else@v2
  - model: ./nowhere
"""
    with pytest.raises(InputError) as caught:
        prepare(parse_recipe(text), near=(folder,))
    told = str(caught.value)
    assert "recipe.yaml:4: No model 'someone/else@v2'" in told
    assert "hf download someone/else --revision v2" in told
    assert "recipe.yaml:5: No model './nowhere': there is no such folder or file." in told


def test_a_range_beyond_the_layers_is_told(folder):
    text = "merge_method: passthrough\nslices: [{sources: [{model: law, layer_range: [2, 5]}]}]\n"
    with pytest.raises(InputError, match="'law' has 3 layers; layer_range ends at 5"):
        prepare(parse_recipe(text), near=(folder,))


def test_a_quantized_model_is_refused(folder):
    write_model(folder / "small", BASE, config={"quantization_config": {"bits": 4}})
    with pytest.raises(InputError, match="'small' is quantized"):
        prepare(parse_recipe("{merge_method: linear, models: [{model: small}]}"), near=(folder,))


def test_other_vocabularies_get_an_error_that_names_the_option(folder):
    write_model(folder / "more", tiny_arrays(5, vocabulary=8), tokens=list("abcdefgh"))
    with pytest.raises(InputError, match="tokenizer_source: union"):
        prepare(parse_recipe("{merge_method: linear, models: [{model: law}, {model: more}]}"), near=(folder,))


def test_pickled_weights_are_refused_with_the_way_out(folder):
    (folder / "old").mkdir()
    (folder / "old" / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(InputError, match="save_pretrained"):
        prepare(parse_recipe("{merge_method: linear, models: [{model: old}]}"), near=(folder,))


def test_the_cache_of_the_hub_is_looked_into(folder, monkeypatch):
    cache = folder / "hub"
    kept = cache / "models--me--mine"
    (kept / "snapshots").mkdir(parents=True)
    (folder / "law").rename(kept / "snapshots" / "0123abcd")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0123abcd")
    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    for name in ("me/mine", "me/mine@main", "me/mine@0123"):
        prepared = prepare(parse_recipe(f"{{merge_method: linear, models: [{{model: {name}}}]}}"))
        assert prepared.spec.sources[name].path == kept / "snapshots" / "0123abcd"


@pytest.mark.parametrize(
    ("method", "more", "said"),
    [
        ("linear", "parameters: {weight: [{filter: mlp, value: 0}, {value: 1}]}", "add up to 0"),
        ("della", "base_model: base\nparameters: {density: 0.1}", "epsilon is 0.15 at density 0.1"),
        ("fisher", "", "an even number"),
    ],
)
def test_what_a_method_refuses_is_told_before_anything_is_written(folder, method, more, said):
    third = "" if method != "fisher" else ", {model: base}"
    text = f"merge_method: {method}\nmodels: [{{model: law}}, {{model: code}}{third}]\n{more}\n"
    with pytest.raises(InputError, match=said):
        prepare(parse_recipe(text), near=(folder,))

"""Recipes that mergekit's users write give here, whole folders compared, what mergekit gives."""

import json
import warnings
from textwrap import dedent

import numpy as np
import pytest
import yaml
from needed import need

need("torch", "transformers", "mergekit")

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import prepare
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.run import run_plan
from tiny_models import read_model

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # mergekit asks NumPy by names of old
    from mergekit.config import MergeConfiguration
    from mergekit.merge import run_merge
    from mergekit.options import MergeOptions

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
WORDS = [f"w{number}" for number in range(40)]
VOCABULARIES = {
    "base": WORDS, "law": WORDS, "code": WORDS,
    "more": [*WORDS[:10], "new1", *WORDS[10:], "new2"], "most": [*WORDS, "new2", "new3"],
}  # fmt: skip
RECIPES = {
    "ties over layers": """
        models:
          - model: {base}
          - {{model: {law}, parameters: {{density: [1, 0.7, 0.1], weight: 1.0}}}}
          - {{model: {code}, parameters: {{density: 0.5, weight: [{{filter: mlp, value: 0.5}}, {{value: [0, 0.3, 1]}}]}}}}
        merge_method: ties
        base_model: {base}
        parameters: {{normalize: false, lambda: 0.6}}
    """,
    "slerp by filters": """
        slices: [{{sources: [{{model: {law}, layer_range: [0, 4]}}, {{model: {code}, layer_range: [0, 4]}}]}}]
        merge_method: slerp
        base_model: {law}
        parameters: {{t: [{{filter: self_attn, value: [0, 0.5, 0.3, 0.7, 1]}}, {{filter: mlp, value: [1, 0]}}, {{value: 0.5}}]}}
    """,
    "a stack": """
        slices:
          - sources: [{{model: {law}, layer_range: [0, 3]}}]
          - sources:
              - model: {code}
                layer_range: [1, 4]
                parameters: {{scale: [{{filter: o_proj, value: 0.0}}, {{filter: down_proj, value: [0, 1]}}, {{value: 1}}]}}
        merge_method: passthrough
    """,
    "slices of two": """
        slices:
          - sources:
              - {{model: {law}, layer_range: [0, 2], parameters: {{weight: [0.1, 0.9]}}}}
              - {{model: {code}, layer_range: [2, 4], parameters: {{weight: 0.5}}}}
          - sources:
              - {{model: {law}, layer_range: [2, 4], parameters: {{weight: 1}}}}
              - {{model: {code}, layer_range: [0, 2], parameters: {{weight: [0, 1]}}}}
        merge_method: linear
    """,
    "a union of tokens": """
        models:
          - {{model: {base}, parameters: {{weight: 1}}}}
          - {{model: {more}, parameters: {{weight: 2}}}}
          - {{model: {most}, parameters: {{weight: 0.5}}}}
        merge_method: linear
        base_model: {base}
        tokenizer_source: union
    """,
    "the tokens of a model": """
        models: [{{model: {more}, parameters: {{weight: 2}}}}, {{model: {most}, parameters: {{weight: 0.5}}}}]
        merge_method: linear
        tokenizer: {{source: {more}}}
    """,
    "origins of tokens": """
        models:
          - {{model: {more}, parameters: {{weight: 1, density: 0.5}}}}
          - {{model: {most}, parameters: {{weight: 0.5, density: 0.8}}}}
        merge_method: ties
        base_model: {base}
        tokenizer:
          source: union
          tokens:
            new2: {{source: {most}, force: true}}
            new3: {{source: {{kind: zero}}}}
            w3: {{source: {{kind: model_token, model: {more}, token: w5}}, force: true}}
    """,
} | {
    method: f"""
        models: [{{{{model: {{law}}{weight}}}}}, {{{{model: {{code}}{weight}}}}}]
        merge_method: {method}
        base_model: {{base}}
        parameters: {{{{{parameters}}}}}
    """
    for method, parameters, weight in (
        ("task_arithmetic", "lambda: 0.5", ", parameters: {{weight: [0.2, 0.7]}}"),
        ("breadcrumbs", "density: 0.8, gamma: 0.05", ", parameters: {{weight: 0.7}}"),
        ("breadcrumbs_ties", "density: 0.8, gamma: 0.05", ", parameters: {{weight: 0.7}}"),
        ("nuslerp", "nuslerp_flatten: false", ", parameters: {{weight: 0.7}}"),
        ("multislerp", "eps: 1.0e-8", ", parameters: {{weight: 0.7}}"),
        ("sce", "select_topk: 0.4", ""),
        ("model_stock", "filter_wise: true", ""),
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    base = None
    for seed, (name, words) in enumerate(VOCABULARIES.items()):
        torch.manual_seed(seed)
        sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 4, "num_attention_heads": 4}
        model = LlamaForCausalLM(LlamaConfig(vocab_size=len(words), tie_word_embeddings=False, **sizes))
        base = base or model
        with torch.no_grad():
            for mine, start in zip(model.parameters(), base.parameters(), strict=True):
                if model is not base and mine.shape == start.shape:
                    mine.copy_(start + 0.05 * torch.randn_like(start))
        model.save_pretrained(folder / name)
        tokenizer = Tokenizer(WordLevel({word: row for row, word in enumerate(words)}, unk_token=words[0]))
        tokenizer.pre_tokenizer = Whitespace()
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token=words[0]).save_pretrained(folder / name)
    return {name: folder / name for name in VOCABULARIES}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_gives_what_mergekit_gives(name, models, tmp_path):
    text = dedent(RECIPES[name].format(**models)) + "dtype: float32\n"
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    run_merge(MergeConfiguration.model_validate(yaml.safe_load(text)), str(theirs), MergeOptions(quiet=True))
    prepared = prepare(parse_recipe(text))
    run_plan(make_plan(prepared.spec), ours)
    prepared.companions.write(ours)

    expected, got = read_model(theirs)[0], read_model(ours)[0]
    assert set(got) == set(expected)
    rows = _rows(ours, theirs)
    for tensor, value in expected.items():
        # New tokens are numbered by the order of models here, in mergekit by that of a set of names.
        wanted = value[rows] if tensor in {"lm_head.weight", "model.embed_tokens.weight"} else value
        np.testing.assert_allclose(got[tensor], wanted, rtol=1e-5, atol=1e-6, err_msg=tensor)
    assert _config(ours) == _config(theirs)


def _rows(ours, theirs):
    """For each row of ours, that of theirs."""
    here, there = (PreTrainedTokenizerFast.from_pretrained(folder).get_vocab() for folder in (ours, theirs))
    assert set(here) == set(there)
    return [there[word] for word in sorted(here, key=here.get)]


def _config(folder):
    return json.loads((folder / "config.json").read_text())

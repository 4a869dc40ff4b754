"""What is merged here loads in transformers and PEFT, and computes what it should."""

import pytest
from needed import need

need("torch", "transformers", "peft")

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
)

from ridgeline.merge.checkpoint.extract import extract_lora
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import prepare
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.run import run_plan

# PEFT asks transformers by a name that transformers is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")
WORDS = [f"w{number}" for number in range(30)]
TEXT = torch.tensor([[1, 5, 9, 2]])


def gpt2(folder, seed, *, words=WORDS, base=None, **more):
    torch.manual_seed(seed)
    sizes = {"n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 64} | more
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(words) + 1, bos_token_id=0, eos_token_id=0, **sizes))
    if base is not None:
        with torch.no_grad():
            for mine, start in zip(model.parameters(), base.parameters(), strict=True):
                mine.copy_(start + 0.05 * torch.randn_like(start))
    model.save_pretrained(folder)
    ids = {"<end>": 0} | {word: row for row, word in enumerate(words, 1)}
    tokenizer = Tokenizer(WordLevel(ids, unk_token="<end>"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>").save_pretrained(folder)
    return model


def merge(folder, text):
    prepared = prepare(parse_recipe(text), near=(folder,))
    out = folder / "out"
    run_plan(make_plan(prepared.spec), out)
    prepared.companions.write(out)
    return AutoModelForCausalLM.from_pretrained(out), AutoTokenizer.from_pretrained(out)


@pytest.fixture
def folder(tmp_path):
    base = gpt2(tmp_path / "base", 0)
    for seed, name in enumerate(("law", "code"), 1):
        gpt2(tmp_path / name, seed, base=base)
    return tmp_path


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder)


def test_a_merged_model_generates_what_its_tensors_say(folder):
    model, tokenizer = merge(folder, "{merge_method: linear, models: [{model: law}, {model: code}]}")
    expected = load(folder / "law")
    with torch.no_grad():
        for mine, other in zip(expected.parameters(), load(folder / "code").parameters(), strict=True):
            mine.copy_((mine + other) / 2)
        torch.testing.assert_close(model(TEXT).logits, expected(TEXT).logits, rtol=1e-5, atol=1e-5)
    made = model.generate(**tokenizer("w1 w2 w3", return_tensors="pt"), max_new_tokens=5, do_sample=False)
    assert made.shape[1] > 3


@pytest.mark.parametrize("method", ["ties", "dare_ties", "della", "breadcrumbs", "model_stock", "sce"])
def test_methods_give_models_that_load(folder, method):
    text = f"{{merge_method: {method}, base_model: base, models: [{{model: law}}, {{model: code}}], dtype: bfloat16}}"
    if method in {"dare_ties", "della"}:
        text = text[:-1] + ", parameters: {density: 0.5}}"
    model, _ = merge(folder, text)
    assert model.dtype == torch.bfloat16
    assert torch.isfinite(model(TEXT).logits).all()


def test_a_stack_of_layers_runs(folder):
    text = """
        merge_method: passthrough
        slices:
          - sources: [{model: law, layer_range: [0, 2]}]
          - sources: [{model: code, layer_range: [1, 3]}]
    """
    model, _ = merge(folder, text)
    assert model.config.n_layer == 4
    first, second = load(folder / "law"), load(folder / "code")
    stacked = [*first.transformer.h[:2], *second.transformer.h[1:]]
    for mine, other in zip(model.transformer.h, stacked, strict=True):
        torch.testing.assert_close(mine.mlp.c_fc.weight, other.mlp.c_fc.weight)
    assert torch.isfinite(model(TEXT).logits).all()


def test_models_with_other_tokens_merge_by_a_union(folder):
    more = gpt2(folder / "more", 3, words=[*WORDS[:10], "new", *WORDS[10:]])
    model, tokenizer = merge(
        folder, "{merge_method: linear, models: [{model: law}, {model: more}], tokenizer_source: union}"
    )
    assert tokenizer.convert_tokens_to_ids(["w9", "w10", "w29", "new"]) == [10, 11, 30, 31]
    rows = model.get_input_embeddings().weight
    law = load(folder / "law").get_input_embeddings().weight
    torch.testing.assert_close(rows[31], more.get_input_embeddings().weight[11], rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(
        rows[11], (law[11] + more.get_input_embeddings().weight[12]) / 2, rtol=1e-6, atol=1e-6
    )
    assert (
        model.generate(**tokenizer("w1 new", return_tensors="pt"), max_new_tokens=3, do_sample=False).shape[1]
        > 2
    )


def test_an_adapter_of_peft_is_merged_as_peft_merges_it(folder):
    torch.manual_seed(5)
    config = LoraConfig(r=4, lora_alpha=12, target_modules=["c_attn", "c_fc", "wte"], fan_in_fan_out=True)
    adapted = get_peft_model(load(folder / "base"), config)
    for name, value in adapted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.1)
    adapted.save_pretrained(folder / "adapter", save_embedding_layers=False)
    assert (folder / "adapter" / "adapter_model.safetensors").is_file()

    model, _ = merge(folder, "{merge_method: linear, models: [{model: base+adapter}]}")

    expected = adapted.merge_and_unload()
    with torch.no_grad():
        torch.testing.assert_close(model(TEXT).logits, expected(TEXT).logits, rtol=1e-4, atol=1e-4)


def test_an_adapter_that_was_taken_out_loads_in_peft(folder):
    base, tuned = load(folder / "base"), load(folder / "law")
    out = extract_lora(folder / "base", folder / "law", folder / "adapter", rank=32)
    assert max(out.errors.values()) < 1e-3
    adapted = PeftModel.from_pretrained(base, folder / "adapter").merge_and_unload()
    for layer, other in zip(adapted.transformer.h, tuned.transformer.h, strict=True):
        torch.testing.assert_close(layer.attn.c_attn.weight, other.attn.c_attn.weight, rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(layer.mlp.c_proj.weight, other.mlp.c_proj.weight, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_a_model_of_gpt2s_size(tmp_path):
    sizes = {"n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024}
    words = [f"w{number}" for number in range(50256)]
    base = gpt2(tmp_path / "base", 0, words=words, **sizes)
    for seed, name in enumerate(("law", "code"), 1):
        gpt2(tmp_path / name, seed, words=words, base=base, **sizes)
    text = "{merge_method: ties, base_model: base, models: [{model: law}, {model: code}], parameters: {density: 0.2}}"
    model, tokenizer = merge(tmp_path, text)
    assert sum(value.numel() for value in model.parameters()) > 120e6
    made = model.generate(**tokenizer("w1 w2 w3", return_tensors="pt"), max_new_tokens=4, do_sample=False)
    assert made.shape[1] > 3

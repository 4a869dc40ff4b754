"""LoRA adapters in, merged as they are read, and out."""

import json

import numpy as np
import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.merge.checkpoint.extract import extract_lora, low_rank
from ridgeline.merge.checkpoint.lora import read_adapter, with_adapter
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import prepare
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.run import run_plan
from ridgeline.merge.tensors.checkpoint import open_checkpoint
from tiny_models import read_model, tiny_arrays, write_model, write_tensors

BASE = tiny_arrays(0)
UP, QUERY, EMBED = "model.layers.1.mlp.up_proj", "model.layers.0.self_attn.q_proj", "model.embed_tokens"
GENERATOR = np.random.default_rng(1)
FACTORS = {
    UP: (GENERATOR.normal(size=(2, 4)).astype(np.float32), GENERATOR.normal(size=(8, 2)).astype(np.float32)),
    QUERY: (
        GENERATOR.normal(size=(3, 4)).astype(np.float32),
        GENERATOR.normal(size=(4, 3)).astype(np.float32),
    ),
}
PLAIN = {"peft_type": "LORA", "r": 2, "lora_alpha": 6}


def write_adapter(folder, config=PLAIN, extra=None, factors=FACTORS):
    folder.mkdir()
    tensors = dict(extra or {})
    for module, (first, second) in factors.items():
        tensors[f"base_model.model.{module}.lora_A.weight"] = first
        tensors[f"base_model.model.{module}.lora_B.weight"] = second
    write_tensors(folder / "adapter_model.safetensors", tensors)
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path / "base", BASE)
    return tmp_path


def product(module):
    first, second = FACTORS[module]
    return second @ first


def merged(folder, model, more=""):
    prepared = prepare(
        parse_recipe(f"merge_method: linear\nmodels: [{{model: {model}}}]\n{more}"), near=(folder,)
    )
    run_plan(make_plan(prepared.spec), folder / "out")
    return *read_model(folder / "out"), prepared


def test_an_adapter_is_merged_where_its_model_is_read(folder):
    write_adapter(folder / "lora")
    arrays, dtypes, prepared = merged(folder, "base+lora")
    np.testing.assert_allclose(arrays[f"{UP}.weight"], BASE[f"{UP}.weight"] + 3 * product(UP), rtol=1e-5)
    np.testing.assert_allclose(
        arrays[f"{QUERY}.weight"], BASE[f"{QUERY}.weight"] + 2 * product(QUERY), rtol=1e-5
    )
    assert (arrays["lm_head.weight"] == BASE["lm_head.weight"]).all()
    assert set(dtypes.values()) == {"F32"}
    assert list(prepared.spec.sources) == ["base+lora", "base+lora (adapter)"]
    assert len(prepared.companions.inputs[0].files) == 3


def test_a_model_in_bfloat16_is_written_so(folder):
    write_model(folder / "half", BASE, bfloat16=True)
    write_adapter(folder / "lora")
    arrays, dtypes, _ = merged(folder, "half+lora")
    assert set(dtypes.values()) == {"BF16"}
    np.testing.assert_allclose(arrays[f"{UP}.weight"], BASE[f"{UP}.weight"] + 3 * product(UP), rtol=2**-8)


@pytest.mark.parametrize(
    ("config", "factor"),
    [
        (PLAIN | {"use_rslora": True}, 6 / 2**0.5),
        (PLAIN | {"alpha_pattern": {"up_proj": 8}}, 4),
        (PLAIN | {"alpha_pattern": {"other": 8}}, 3),
    ],
)
def test_scales(folder, config, factor):
    write_adapter(folder / "lora", config)
    arrays, _, _ = merged(folder, "base+lora")
    np.testing.assert_allclose(arrays[f"{UP}.weight"], BASE[f"{UP}.weight"] + factor * product(UP), rtol=1e-5)


def test_weights_of_inputs_by_outputs(folder):
    turned = {
        UP: (
            GENERATOR.normal(size=(2, 8)).astype(np.float32),
            GENERATOR.normal(size=(4, 2)).astype(np.float32),
        )
    }
    write_adapter(folder / "lora", PLAIN | {"fan_in_fan_out": True}, factors=turned)
    arrays, _, _ = merged(folder, "base+lora")
    change = 3 * (turned[UP][1] @ turned[UP][0]).T
    np.testing.assert_allclose(arrays[f"{UP}.weight"], BASE[f"{UP}.weight"] + change, rtol=1e-5)


def test_embeddings_and_modules_that_were_saved_whole(folder):
    first, second = (GENERATOR.normal(size=shape).astype(np.float32) for shape in ((2, 6), (4, 2)))
    head = GENERATOR.normal(size=(6, 4)).astype(np.float32)
    extra = {
        f"base_model.model.{EMBED}.lora_embedding_A": first,
        f"base_model.model.{EMBED}.lora_embedding_B": second,
        "base_model.model.lm_head.weight": head,
    }
    write_adapter(folder / "lora", extra=extra)
    arrays, _, _ = merged(folder, "base+lora")
    np.testing.assert_allclose(
        arrays[f"{EMBED}.weight"], BASE[f"{EMBED}.weight"] + 3 * (second @ first).T, rtol=1e-5
    )
    assert (arrays["lm_head.weight"] == head).all()


def test_parts_of_a_tensor_are_those_of_the_whole(folder):
    tensor = with_adapter(
        open_checkpoint(folder / "base"), read_adapter(write_adapter(folder / "lora"))
    ).tensors[f"{UP}.weight"]
    whole = tensor.read(0, 32)
    for start in range(0, 32, 5):
        for stop in range(start + 1, 33, 7):
            np.testing.assert_allclose(tensor.read(start, stop), whole[start:stop], rtol=1e-6)


@pytest.mark.parametrize(
    ("config", "extra", "said"),
    [
        (PLAIN | {"peft_type": "IA3"}, {}, "is of type 'IA3'; merge it into its model with PEFT"),
        (PLAIN | {"use_dora": True}, {}, "has use_dora on"),
        (PLAIN | {"bias": "all"}, {}, "trains biases"),
        (PLAIN, {"base_model.model.x.lora_magnitude_vector": np.zeros(3, np.float32)}, "no plain LoRA"),
        (
            PLAIN,
            {"base_model.model.x.lora_A.weight": np.zeros((2, 3), np.float32)},
            "lacks 'base_model.model.x.lora_B.weight'",
        ),
    ],
)
def test_adapters_of_other_kinds_are_refused(folder, config, extra, said):
    write_adapter(folder / "lora", config, extra)
    with pytest.raises(InputError, match=said):
        read_adapter(folder / "lora")


def test_an_adapter_of_another_model_is_told(folder):
    wrong = {"other.layer": FACTORS[UP], UP: FACTORS[QUERY]}
    write_adapter(folder / "lora", factors=wrong)
    with pytest.raises(InputError) as caught:
        merged(folder, "base+lora")
    assert "the model has no tensor 'other.layer.weight'" in str(caught.value)
    assert f"'{UP}.weight' is [8, 4], the adapter's is [4, 4]" in str(caught.value)


def test_a_folder_that_is_no_adapter_is_told(folder):
    with pytest.raises(NotFoundError, match="is no LoRA adapter"):
        read_adapter(folder / "base")


def test_what_goes_out_comes_in_again(folder):
    tuned = dict(BASE)
    for module in FACTORS:
        tuned[f"{module}.weight"] = (BASE[f"{module}.weight"] + product(module)).astype(np.float32)
    tuned["model.norm.weight"] = BASE["model.norm.weight"] + 1
    write_model(folder / "tuned", tuned)
    out = extract_lora(folder / "base", folder / "tuned", folder / "lora", rank=3)
    assert set(out.errors) == set(FACTORS)
    assert max(out.errors.values()) < 1e-6
    assert out.left == ("model.norm.weight",)
    arrays, _, _ = merged(folder, "base+lora")
    for module in FACTORS:
        np.testing.assert_allclose(
            arrays[f"{module}.weight"], tuned[f"{module}.weight"], rtol=1e-4, atol=1e-5
        )
    with pytest.raises(InputError, match="has an adapter already"):
        extract_lora(folder / "base", folder / "tuned", folder / "lora")
    with pytest.raises(InputError, match=r"rank is 0, and must be in \[1, ∞\)"):
        extract_lora(folder / "base", folder / "tuned", folder / "no", rank=0)
    with pytest.raises(InputError, match="differs from"):
        extract_lora(folder / "base", folder / "base", folder / "none")


def test_the_rank_that_is_left_out_is_told():
    values = np.diag([4.0, 3.0, 0.0]).astype(np.float32)
    (first, second), rest = low_rank(values, 1)
    np.testing.assert_allclose(second @ first, np.diag([4.0, 0, 0]), atol=1e-6)
    assert rest == pytest.approx(3 / 5)


def test_large_matrices_are_approximated_as_well():
    generator = np.random.default_rng(2)
    wide = (generator.normal(size=(300, 20)) * 0.7 ** np.arange(20)) @ generator.normal(size=(20, 400))
    noisy = (wide + 1e-3 * generator.normal(size=wide.shape)).astype(np.float32)
    _, rest = low_rank(noisy, 12)
    values = np.linalg.svd(noisy.astype(np.float64), compute_uv=False)
    best = np.sqrt((values[12:] ** 2).sum() / (values**2).sum())
    assert best <= rest <= 1.001 * best

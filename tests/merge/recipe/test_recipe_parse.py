"""Recipes as mergekit's users write them, and all their mistakes at once."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from ridgeline.core.errors import InputError
from ridgeline.merge.recipe.document import Filtered
from ridgeline.merge.recipe.nodes import MAX_BYTES
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.recipe.values import at_tensor

TIES = """\
# three specialists onto their base
models:
  - model: ./base            # the base may be listed; it needs no parameters
  - model: ./law
    parameters:
      density: [1, 0.7, 0.1]  # gradient over the layers
      weight: 1.0
  - model: ./code
    parameters:
      density: 0.5
      weight:
        - filter: mlp
          value: 0.5
        - value: 0
merge_method: ties
base_model: ./base
parameters:
  normalize: true
  int8_mask: true
dtype: float16
tokenizer_source: union
"""

STACKED = """\
slices:
  - sources:
    - model: a
      layer_range: [0, 24]
  - sources:
    - {model: b, layer_range: [8, 32], parameters: {scale: [{filter: o_proj, value: 0.0}, {value: 1.0}]}}
merge_method: passthrough
dtype: bfloat16
"""

ARC = """\
slices:
  - sources:
      - {model: a@main, layer_range: [0, 4]}
      - {model: b+adapter, layer_range: [0, 4]}
merge_method: slerp
base_model: a@main
parameters:
  t:
    - filter: self_attn
      value: [0, 0.5, 1]
    - value: 0.5
"""


def test_models_become_one_slice_of_all_layers():
    recipe = parse_recipe(TIES)
    assert recipe.method == "ties"
    assert recipe.whole
    assert recipe.base_model == "./base"
    assert recipe.models() == ("./base", "./law", "./code")
    law, code = recipe.slices[0].sources[1:]
    assert law.parameters.values == {"density": (1.0, 0.7, 0.1), "weight": 1.0}
    assert code.parameters.values["weight"] == (Filtered("mlp", 0.5), Filtered(None, 0.0))
    assert recipe.parameters.values == {"normalize": True, "int8_mask": True}
    assert (recipe.dtype, recipe.tokenizer.source, recipe.seed) == ("float16", "union", 0)
    assert recipe.lines["merge_method"] == 15


def test_slices_have_layers():
    recipe = parse_recipe(STACKED)
    assert [part.sources[0].layers for part in recipe.slices] == [(0, 24), (8, 32)]
    assert not recipe.whole
    assert parse_recipe(ARC).models() == ("a@main", "b+adapter")


@pytest.mark.parametrize(
    ("value", "tensor", "t", "expected"),
    [
        (0.5, "any", 0.3, 0.5),
        ((0.0, 1.0), "any", 0.25, 0.25),
        ((0.0, 0.5, 1.0), "any", 0.75, 0.75),
        ((0.0, 0.5, 1.0), "any", 1.0, 1.0),
        ((True, False), "any", 0.9, True),
        ((True, False), "any", 1.0, False),
        ((Filtered("mlp", 0.1), Filtered("*", 0.2)), "layers.0.mlp.up", 0.0, 0.1),
        ((Filtered("mlp", (0.0, 1.0)), Filtered(None, 0.2)), "layers.0.mlp.up", 0.5, 0.5),
        ((Filtered("mlp", 0.1), Filtered(None, 0.2)), "layers.0.attn", 0.0, 0.2),
        ((Filtered("mlp", 0.1),), "layers.0.attn", 0.0, None),
    ],
)
def test_a_value_at_a_tensor(value, tensor, t, expected):
    assert at_tensor(value, tensor, t) == expected


WRONG = """\
merge_methd: ties
merge_method: tiez
models:
  - model: a
    parameters:
      density: 2
  - modle: b
  - c
base_model: [a]
dtype: int8
seed: -1
tokenizer: {source: union, tokens: {x: {source: {kind: modle}}}, pad_to_multiple_of: 0}
"""


def test_all_mistakes_are_told_at_once_with_their_lines():
    with pytest.raises(InputError) as caught:
        parse_recipe(WRONG, "wrong.yaml")
    told = str(caught.value)
    assert "'wrong.yaml' has 10 mistakes:" in told
    for said in (
        "wrong.yaml:1: No key 'merge_methd' here",
        "Did you mean 'merge_method'?",
        "wrong.yaml:2: No merge method 'tiez' among",
        "Did you mean 'ties'?",
        "wrong.yaml:7: No key 'modle' here; there are model, parameters. Did you mean 'model'?",
        "wrong.yaml:7: This entry of the list has no model.",
        "wrong.yaml:8: Write this model as a key: '- model: c'.",
        "wrong.yaml:9: base_model is a text; this is a list.",
        "wrong.yaml:10: No dtype 'int8' to write",
        "wrong.yaml:11: seed is a whole number from 0.",
        "wrong.yaml:12: kind is zero or model_token; this is 'modle'.",
        "wrong.yaml:12: pad_to_multiple_of is a whole number from 1.",
    ):
        assert said in told, said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: The recipe is empty."),
        ("[1, 2]", "A recipe is a table of keys such as merge_method and models; this is a list."),
        ("a: [", "This is no YAML"),
        ("models:\n  - model: a\n", "There is no merge_method. It is one of uniform"),
        ("merge_method: linear\n", "this has neither models nor slices"),
        ("merge_method: linear\nmodels: []\n", "models is a list, and this one is empty"),
        ("merge_method: linear\nmodels: [{model: a}]\nslices: []\n", "this has both models and slices"),
        ("merge_method: linear\nmodels: [{model: a}]\nmodules: {}\n", "Recipes of several modules are not supported"),
        ("merge_method: arcee_fusion\nmodels: [{model: a}]\n", "arcee_fusion is not supported"),
        ("merge_method: ties\nmodels: [{model: a}]\n", "ties needs a base_model, and none is named"),
        ("merge_method: slerp\nbase_model: a\nmodels: [{model: b}]\n", "slerp needs a value of 't' in parameters"),
        ("merge_method: weighted\nmodels: [{model: a}]\n", "weighted needs a value of 'weight' for each model"),
        (
            "merge_method: linear\nmodels: [{model: a, parameters: {wieght: 1}}]\n",
            "linear has no parameter 'wieght'; it takes weight, normalize. Did you mean 'weight'?",
        ),
        (
            "merge_method: ties\nbase_model: a\nmodels: [{model: b, parameters: {density: [0.1, 1.7]}}]\n",
            ":3: density of ties is in [0, 1]; this is 1.7.",
        ),
        (
            "merge_method: linear\nmodels: [{model: a}]\nparameters: {normalize: 3}\n",
            "normalize of linear is true or false; this is 3",
        ),
        (
            "merge_method: linear\nmodels: [{model: a}]\nparameters: {weight: {a: 1}}\n",
            "weight is a value, a list of values over the layers, or a list of filter and value; this is a table of keys.",
        ),
        (
            "merge_method: linear\nmodels: [{model: a}]\nparameters: {weight: [{filter: mlp}]}\n",
            "This filter of weight has no value.",
        ),
        (
            "merge_method: passthrough\nslices: [{sources: [{model: a, layer_range: [4, 2]}]}]\n",
            "A layer_range is two whole numbers",
        ),
        (
            "merge_method: linear\nslices: [{sources: [{model: a, layer_range: [0, 2]}, {model: b, layer_range: [0, 3]}]}]\n",
            "The sources of this slice have different numbers of layers: 2, 3.",
        ),
        ("merge_method: linear\nmodels: [{model: a}]\nmerge_method: ties\n", "The key 'merge_method' stands here a second time."),
        ("merge_method: !env METHOD\nmodels: [{model: a}]\n", "The tag '!env' means nothing here"),
        ("merge_method: !!python/object/apply:os.system [ls]\n", "means nothing here; write the value itself"),
        ("merge_method: linear\nmodels: [{model: a, <<: {parameters: {}}}]\n", "Keys are plain texts here"),
        (f"merge_method: linear\nmodels: [{{model: {'a' * MAX_BYTES}}}]\n", "The recipe has more than 1,000,000 bytes"),
        ("a: " + "[" * 60 + "]" * 60, "The recipe is nested deeper than 20"),
    ],
)  # fmt: skip
def test_a_mistake(text, said):
    with pytest.raises(InputError) as caught:
        parse_recipe(text)
    assert said in str(caught.value)


def test_aliases_cannot_blow_up():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for before, name in zip("abcdef", "bcdefg", strict=True):
        bomb += f"{name}: &{name} [{', '.join(f'*{before}' for _ in range(10))}]\n"
    with pytest.raises(InputError, match="nested deeper than 20 or has more than 20,000 values"):
        parse_recipe(bomb)
    with pytest.raises(InputError, match="nested deeper"):
        parse_recipe("a: &a [*a]\n")


def test_an_alias_is_what_it_stands_for():
    text = "merge_method: linear\nmodels:\n  - {model: a, parameters: &p {weight: 1e-1}}\n  - {model: b, parameters: *p}\n"
    recipe = parse_recipe(text)
    assert [source.parameters.values["weight"] for source in recipe.slices[0].sources] == [0.1, 0.1]


KEYS = st.sampled_from(
    ["merge_method", "base_model", "models", "slices", "sources", "model", "parameters", "weight", "density", "filter",
     "value", "layer_range", "tokenizer", "tokens", "source", "kind", "dtype", "seed", "t", "other"]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 40)
    | st.floats()
    | st.sampled_from(["ties", "linear", "a", ""])
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@given(TREES)
def test_any_tree_is_a_recipe_or_told_to_be_wrong(tree):
    with suppress(InputError):
        assert parse_recipe(yaml.safe_dump(tree)).slices


@given(st.text())
@example("\x00")
@example("&a [*a, *b]")
@example("--- a\n--- b\n")
@example("a: 0x")
@example("merge_method: 2020-01-01")
@example("? [a]\n: b")
def test_any_text_is_a_recipe_or_told_to_be_wrong(text):
    with pytest.raises(InputError):
        parse_recipe(text)

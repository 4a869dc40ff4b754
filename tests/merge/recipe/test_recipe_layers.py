"""Which tensors belong to which layer."""

from ridgeline.merge.recipe.layers import Stack, along, place_of, stacks_of

NAMES = [
    "transformer.wte.weight",
    *(f"transformer.h.{layer}.attn.weight" for layer in range(4)),
    *(f"transformer.h.{layer}.experts.{expert}.w" for layer in range(4) for expert in range(2)),
    "transformer.ln_f.weight",
    "lm_head.weight",
]


def test_stacks_are_numbered_from_0_and_as_many_as_the_configuration_says():
    assert stacks_of(NAMES, {"n_layer": 4}) == (Stack("transformer.h.", 4),)
    assert stacks_of(["a.0.x", "a.2.x"], {}) == ()
    assert stacks_of(["0.weight", "1.weight"], {}) == (Stack("", 2),)
    two = [f"{side}.block.{layer}.w" for side in ("encoder", "decoder") for layer in range(3)]
    assert stacks_of(two, {"num_layers": 3}) == (Stack("decoder.block.", 3), Stack("encoder.block.", 3))


def test_a_tensor_is_before_in_or_after_the_layers():
    stacks = stacks_of(NAMES, {})
    places = {name: place_of(name, stacks) for name in NAMES}
    assert along(places["transformer.wte.weight"], 4) == 0.0
    assert along(places["transformer.h.0.attn.weight"], 4) == 0.0
    assert along(places["transformer.h.1.experts.1.w"], 4) == 1 / 3
    assert along(places["transformer.h.3.attn.weight"], 4) == 1.0
    assert along(places["transformer.ln_f.weight"], 4) == 0.0
    assert places["transformer.wte.weight"].before
    assert not places["transformer.ln_f.weight"].before
    assert along(place_of("h.0.w", [Stack("h.", 1)]), 1) == 1.0

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.values import (
    copy_tree,
    decode_floats,
    delete_path,
    encode_floats,
    flatten,
    join_path,
    set_path,
    split_path,
    unflatten,
)

KEYS = st.text(max_size=5) | st.text(alphabet=".\\a", max_size=5)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.sampled_from(["$float", "$$float", "$x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
PARAMS = st.dictionaries(KEYS, VALUES, max_size=4)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (["hparams", "optim", "lr"], "hparams.optim.lr"),
        (["layers", "conv1.weight"], r"layers.conv1\.weight"),
        (["a\\b"], r"a\\b"),
        (["a\\", "b"], r"a\\.b"),
        (["", ""], "."),
        ([""], ""),
    ],
)
def test_address_of_a_path(path, address):
    assert join_path(path) == address
    assert split_path(address) == path


def test_stray_backslash_in_an_address_stands_for_itself():
    assert split_path("C:\\temp") == ["C:\\temp"]
    assert split_path("end\\") == ["end\\"]


def test_address_of_no_key_is_refused():
    with pytest.raises(ValueError, match="at least one key"):
        join_path([])


@given(st.lists(KEYS, min_size=1, max_size=4))
def test_every_path_has_its_own_address(path):
    assert split_path(join_path(path)) == path


@given(PARAMS)
def test_flatten_and_back(params):
    assert repr(unflatten(flatten(params))) == repr(params)


@given(PARAMS)
def test_flat_addresses_are_those_of_the_paths(params):
    for address in flatten(params):
        node = params
        for key in split_path(address):
            node = node[key]


def test_flatten_keeps_types_order_and_empty_dicts():
    params = {"b": {"x": 1, "y": True, "z": 1.0}, "a": {}, "l": [1, {"k": 2}]}
    assert list(flatten(params).items()) == [
        ("b.x", 1),
        ("b.y", True),
        ("b.z", 1.0),
        ("a", {}),
        ("l", [1, {"k": 2}]),
    ]
    assert type(flatten(params)["b.y"]) is bool


def test_set_replaces_subtrees_and_scalars_on_the_way():
    params = {"a": {"b": 1, "c": 2}, "s": 5}
    set_path(params, ["a"], {"d": 3})
    set_path(params, ["s", "t", "u"], 6)
    assert params == {"a": {"d": 3}, "s": {"t": {"u": 6}}}


def test_delete_what_is_there_and_what_is_not():
    params = {"a": {"b": 1}, "s": 5}
    delete_path(params, ["a", "x"])
    delete_path(params, ["s", "t", "u"])
    delete_path(params, ["nowhere", "at", "all"])
    assert params == {"a": {"b": 1}, "s": 5}
    delete_path(params, ["a", "b"])
    assert params == {"a": {}, "s": 5}


@given(VALUES)
def test_floats_survive_strict_json(value):
    text = json.dumps(encode_floats(value), allow_nan=False)
    assert repr(decode_floats(json.loads(text))) == repr(value)


def test_non_finite_floats_are_written_as_the_format_says():
    value = [math.nan, math.inf, -math.inf, {"$float": "nan"}, {"$float": "nan", "more": 1}]
    assert encode_floats(value) == [
        {"$float": "nan"},
        {"$float": "inf"},
        {"$float": "-inf"},
        {"$$float": "nan"},
        {"$float": "nan", "more": 1},
    ]


def test_an_unknown_float_name_is_left_alone():
    assert decode_floats({"$float": "tiny"}) == {"$float": "tiny"}
    assert decode_floats({"$float": [1]}) == {"$float": [1]}


def test_a_copied_tree_is_its_own():
    tree = {"a": [{"b": 1}]}
    copied = copy_tree(tree)
    copied["a"][0]["b"] = 2
    assert tree == {"a": [{"b": 1}]}

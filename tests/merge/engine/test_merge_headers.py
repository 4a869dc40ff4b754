"""Headers that are torn, lie, or were made to do harm: each has its own error, and none is believed."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merge_files import file_bytes, items, write_model
from ridgeline.core.errors import InputError, NotFoundError, RidgelineError, StorageError
from ridgeline.merge.tensors.checkpoint import open_checkpoint
from ridgeline.merge.tensors.header import read_header

GOOD = {"a": ("F32", items("F32", np.arange(6).reshape(2, 3))), "b": ("BF16", items("BF16", np.arange(4)))}
A = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def with_header(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def test_a_good_header(tmp_path):
    (tmp_path / "m.safetensors").write_bytes(file_bytes(GOOD, {"format": "pt"}))
    header = read_header(tmp_path / "m.safetensors")
    assert {name: (entry.dtype.name, entry.shape) for name, entry in header.entries.items()} == {
        "a": ("F32", (2, 3)),
        "b": ("BF16", (4,)),
    }
    assert header.metadata == {"format": "pt"}


@pytest.mark.parametrize(
    ("data", "said", "slug"),
    [
        (b"", "header would take 0 bytes of 0", "merge-file-torn"),
        (b"\x05\0\0", "of 3", "merge-file-torn"),
        ((1 << 60).to_bytes(8, "little") + b"{}", "1,152,921,504,606,846,976 bytes of 10", "merge-file-torn"),
        (with_header(b"{nope"), "no JSON", "merge-header-invalid"),
        (with_header(b"[" * 100_000), "no JSON", "merge-header-invalid"),
        (with_header([1]), "no JSON object", "merge-header-invalid"),
        (with_header(b'{"a": {}, "a": {}}'), "'a' twice", "merge-header-invalid"),
        (with_header({"a": 3}), "not described", "merge-header-invalid"),
        (with_header({"a": A | {"dtype": "F33"}}, bytes(8)), "Did you mean 'F32'?", "merge-header-invalid"),
        (with_header({"a": A | {"dtype": ["F32"]}}, bytes(8)), "unknown here", "merge-header-invalid"),
        (with_header({"a": A | {"shape": [-2]}}, bytes(8)), "shape [-2]", "merge-header-invalid"),
        (with_header({"a": A | {"shape": [True, 2]}}, bytes(8)), "shape [True, 2]", "merge-header-invalid"),
        (with_header({"a": A | {"shape": [2.0]}}, bytes(8)), "shape [2.0]", "merge-header-invalid"),
        (with_header({"a": A | {"data_offsets": [8, 0]}}, bytes(8)), "data_offsets [8, 0]", "merge-header-invalid"),
        (with_header({"a": A | {"shape": [3]}}, bytes(8)), "takes 8 bytes, [3] of F32 are 12", "merge-header-invalid"),
        (with_header({"a": A | {"shape": [2**40, 2**40]}}, bytes(8)), "takes 8 bytes", "merge-header-invalid"),
        (with_header({"a": A, "b": A}, bytes(8)), "overlap", "merge-header-invalid"),
        (with_header({"a": A | {"data_offsets": [8, 16]}}, bytes(16)), "8 bytes before tensor 'a'", "merge-header-invalid"),
        (with_header({"a": A}, bytes(5)), "torn", "merge-file-torn"),
        (with_header({"a": A}, bytes(9)), "torn", "merge-file-torn"),
        (with_header({"__metadata__": {"x": 1}}), "metadata", "merge-header-invalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path, data, said, slug):
    path = tmp_path / "m.safetensors"
    path.write_bytes(data)
    with pytest.raises(RidgelineError) as raised:
        read_header(path)
    assert said in str(raised.value)
    assert raised.value.slug == slug


@given(st.data())
def test_a_file_cut_anywhere_is_an_error(tmp_path_factory, data):
    whole = file_bytes(GOOD)
    path = tmp_path_factory.mktemp("cut") / "m.safetensors"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(RidgelineError):
        read_header(path)


@given(st.data())
def test_a_changed_byte_of_the_header_is_an_error_or_another_header(tmp_path_factory, data):
    whole = bytearray(file_bytes(GOOD))
    end = 8 + int.from_bytes(whole[:8], "little")
    whole[data.draw(st.integers(0, end - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("changed") / "m.safetensors"
    path.write_bytes(whole)
    try:
        header = read_header(path)
    except RidgelineError:
        return
    assert all(0 < entry.start <= entry.end <= len(whole) for entry in header.entries.values())


def test_shards_are_one_model(tmp_path):
    model = write_model(tmp_path / "m", GOOD, shards=2)
    checkpoint = open_checkpoint(model)
    assert list(checkpoint.tensors) == ["a", "b"]
    assert checkpoint.tensors["a"].read(1, 3).tolist() == [1.0, 2.0]
    assert checkpoint.size_bytes == 6 * 4 + 4 * 2


def test_a_tensor_that_starts_at_an_odd_byte_is_read(tmp_path):
    odd = {"flag": ("BOOL", items("BOOL", [True])), "a": ("F32", items("F32", [1.5, 2.5]))}
    (tmp_path / "odd.safetensors").write_bytes(file_bytes(odd))
    assert open_checkpoint(tmp_path / "odd.safetensors").tensors["a"].read(0, 2).tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda m: (m / "model-00002-of-00002.safetensors").unlink(), NotFoundError, "lacks 1 of 2 shards"),
        (lambda m: (m / "model.safetensors.index.json").write_text("{}"), InputError, "no index of shards"),
        (
            lambda m: (m / "model.safetensors.index.json").write_text(
                '{"weight_map": {"a": "../x.safetensors"}}'
            ),
            InputError,
            "beside the index",
        ),
        (
            lambda m: (m / "model.safetensors.index.json").write_text(
                '{"weight_map": {"z": "model-00001-of-00002.safetensors"}}'
            ),
            InputError,
            "does not have it",
        ),
        (lambda m: (m / "model.safetensors.index.json").unlink(), NotFoundError, "2 safetensors files"),
    ],
)
def test_shards_that_do_not_fit(tmp_path, change, kind, said):
    model = write_model(tmp_path / "m", GOOD, shards=2)
    change(model)
    with pytest.raises(kind, match=said):
        open_checkpoint(model)


def test_no_model(tmp_path):
    with pytest.raises(NotFoundError, match="no such folder"):
        open_checkpoint(tmp_path / "none")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(NotFoundError, match="pickled Python"):
        open_checkpoint(tmp_path)


def test_a_file_that_shrinks_after_its_header_was_read(tmp_path):
    from ridgeline.merge.tensors.inputs import MappedFile

    path = tmp_path / "m.safetensors"
    path.write_bytes(b"12345678")
    with pytest.raises(StorageError, match="changed while it was opened"):
        MappedFile(path, 9)

"""Whole merges on real files: what comes out, and that neither threads nor back ends change a byte of it."""

import hashlib
import json

import numpy as np
import pytest

from merge_files import bfloat16, family, from_bfloat16, items, read_model, write_model
from ridgeline.core.errors import InputError
from ridgeline.merge import Options, merge, verify
from ridgeline.merge import blocks as blocks_module
from ridgeline.merge.api import make_spec
from ridgeline.merge.estimate import estimate
from ridgeline.merge.kernels.backends import host_ops
from ridgeline.merge.methods.ties import ties
from ridgeline.merge.plan import make_plan

SHAPES = {
    "model.embed.weight": (64, 96),
    "model.norm.weight": (96,),
    "scale": (),
    "empty": (0, 4),
    "wide": (2, 13_001),
}
METHODS = {
    "linear": {"weight": [0.5, 0.3, 0.2]},
    "task_arithmetic": {"weight": [1.0, 0.5, -0.25], "lambda": 0.7},
    "ties": {"weight": [1.0, 0.5, 0.25], "density": [0.2, 0.5, 0.7]},
    "ties_paper": {"density": 0.2},
    "dare_linear": {"density": 0.3},
    "dare_ties": {"density": 0.3},
    "breadcrumbs": {"density": 0.8, "gamma": 0.05},
    "breadcrumbs_ties": {"density": 0.8, "gamma": 0.05},
    "model_stock": {},
    "della": {"density": 0.5, "epsilon": 0.1},
}


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.safetensors"))}


def floats(dtype, raw):
    return from_bfloat16(raw) if dtype == "BF16" else raw.astype(np.float32)


@pytest.fixture
def small_blocks(monkeypatch):
    """Cut tensors into many blocks and chunks, as large ones are."""
    monkeypatch.setattr(blocks_module, "BLOCK", 4096)
    monkeypatch.setattr(blocks_module, "_MOST_CHUNK", 3000)
    monkeypatch.setattr(blocks_module, "_LEAST_CHUNK", 3000)


@pytest.mark.parametrize(
    ("method", "dtype"),
    [
        *((method, "BF16") for method in METHODS),
        *(("ties", dtype) for dtype in ("F32", "F16", "F64")),
        ("ties_paper", "F64"),
    ],
)
def test_threads_and_back_ends_give_the_same_bytes(tmp_path, small_blocks, method, dtype):
    base, *models = family(tmp_path, SHAPES, dtype=dtype)
    outputs: list[dict[str, bytes]] = []
    for at, options in enumerate(
        [
            Options(threads=1, backend="numpy"),
            Options(threads=5, backend="numpy"),
            Options(threads=3, backend="numba"),
        ]
    ):
        merge(
            models,
            tmp_path / f"out{at}",
            method=method,
            base=base,
            parameters=METHODS[method],
            options=options,
        )
        outputs.append(bytes_of(tmp_path / f"out{at}"))
    assert outputs[0] == outputs[1] == outputs[2]
    assert {name: raw.shape for name, (_, raw) in read_model(tmp_path / "out0").items()} == SHAPES
    assert verify(tmp_path / "out0").sound


def test_a_large_tensor_is_several_blocks_and_the_bytes_do_not_show_it(tmp_path, monkeypatch):
    base, *models = family(tmp_path, {"w": (300, 1000)}, dtype="BF16")
    merge(models, tmp_path / "one", method="dare_ties", base=base, parameters={"density": 0.3})
    monkeypatch.setattr(blocks_module, "BLOCK", 10_000)
    merge(models, tmp_path / "many", method="dare_ties", base=base, parameters={"density": 0.3})
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "many")


def test_the_hash_of_a_tensor_of_one_block_is_that_of_its_bytes(tmp_path):
    base, *models = family(tmp_path, {"w": (30, 10)}, dtype="BF16")
    merge(models, tmp_path / "out", method="ties", base=base)
    _, raw = read_model(tmp_path / "out")["w"]
    manifest = json.loads((tmp_path / "out" / "ridgeline-merge.json").read_text())
    assert manifest["tensors"]["w"]["sha256"] == hashlib.sha256(raw.tobytes()).hexdigest()


def test_ties_in_bfloat16_is_the_float64_merge_rounded_once(tmp_path):
    base, *models = family(tmp_path, {"w": (500, 600)}, dtype="BF16")
    merge(models, tmp_path / "out", method="ties", base=base, parameters={"density": 0.2})
    exact = ties(
        [from_bfloat16(read_model(model)["w"][1]).astype(np.float64) for model in models],
        from_bfloat16(read_model(base)["w"][1]).astype(np.float64),
        density=0.2,
    )
    same = read_model(tmp_path / "out")["w"][1] == bfloat16(exact.astype(np.float32))
    assert same.mean() >= 0.9999


def test_shards_are_laid_out_as_others_read_them(tmp_path):
    _, *models = family(tmp_path, {f"layer.{at}": (10, 100) for at in range(5)}, dtype="F32", shards=2)
    plan = make_plan(make_spec(models), shard_bytes=9000)
    from ridgeline.merge.run import run_plan

    run_plan(plan, tmp_path / "out")
    index = json.loads((tmp_path / "out" / "model.safetensors.index.json").read_text())
    assert index["metadata"]["total_size"] == 5 * 4000
    assert sorted(set(index["weight_map"].values())) == [
        f"model-0000{at}-of-00003.safetensors" for at in (1, 2, 3)
    ]
    for name, file in index["weight_map"].items():
        data = (tmp_path / "out" / file).read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        header = json.loads(data[8:start])
        assert start % 8 == 0
        assert name in header
        assert header["__metadata__"] == {"format": "pt"}
    assert set(read_model(tmp_path / "out")) == {f"layer.{at}" for at in range(5)}


def test_integers_and_booleans_are_copied_from_the_base(tmp_path):
    def model(name, number):
        tensors = {
            "w": ("F32", items("F32", [number, 2])),
            "ids": ("I64", items("I64", [number])),
            "on": ("BOOL", items("BOOL", [True])),
        }
        return write_model(tmp_path / name, tensors)

    merge([model("a", 1), model("b", 3)], tmp_path / "out", base=model("base", 9))
    out = read_model(tmp_path / "out")
    assert out["ids"][1].tolist() == [9]
    assert out["on"][1].tolist() == [True]
    assert out["w"][1].tolist() == [2, 2]


def test_float8_is_copied_from_one_model_and_refused_for_several(tmp_path):
    one = write_model(tmp_path / "a", {"w": ("F8_E4M3", items("F8_E4M3", [1, 200]))})
    merge([one], tmp_path / "out")
    assert read_model(tmp_path / "out")["w"][1].tolist() == [1, 200]
    with pytest.raises(InputError, match="only F64, F32, F16 and BF16 merge"):
        merge([one, one], tmp_path / "out2")


def test_all_that_does_not_fit_is_said_at_once(tmp_path):
    a = write_model(
        tmp_path / "a",
        {n: ("F32", items("F32", np.zeros(s))) for n, s in [("x", (2, 3)), ("y", 4), ("z", 5)]},
    )
    b = write_model(
        tmp_path / "b", {n: ("F32", items("F32", np.zeros(s))) for n, s in [("x", (3, 3)), ("y", 6)]}
    )
    with pytest.raises(InputError) as raised:
        merge([a, b], tmp_path / "out")
    said = str(raised.value)
    assert "(3 problems)" in said
    assert "'x' is [2, 3]" in said
    assert "tokenizer_source: union" in said
    assert "'y' is [4]" in said
    assert "has no tensor 'z'" in said
    assert not (tmp_path / "out").exists()


def test_a_tied_head_stands_for_the_embedding(tmp_path):
    embed = items("F32", [[1.0, 2.0]])
    untied = write_model(
        tmp_path / "a", {"lm_head.weight": ("F32", embed), "model.embed_tokens.weight": ("F32", embed)}
    )
    tied = write_model(tmp_path / "b", {"model.embed_tokens.weight": ("F32", embed + 2)})
    merge([untied, tied], tmp_path / "out")
    assert {name: raw.tolist() for name, (_, raw) in read_model(tmp_path / "out").items()} == {
        "lm_head.weight": [[2.0, 3.0]],
        "model.embed_tokens.weight": [[2.0, 3.0]],
    }
    spec = make_spec([tied, untied])
    assert "lm_head.weight" in spec.notices[0]


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_nan_stops_the_merge_unless_it_is_kept(tmp_path, backend):
    good = write_model(tmp_path / "a", {"w": ("BF16", bfloat16(np.array([1, 2, 3], np.float32)))})
    bad = write_model(tmp_path / "b", {"w": ("BF16", bfloat16(np.array([1, np.nan, np.inf], np.float32)))})
    with pytest.raises(InputError, match="2 merged values of 'w' are NaN or infinite"):
        merge([good, bad], tmp_path / "out", options=Options(backend=backend))
    merged = merge([good, bad], tmp_path / "kept", options=Options(backend=backend, nonfinite="keep"))
    assert merged.nonfinite == {"w": 2}
    assert np.isnan(from_bfloat16(read_model(tmp_path / "kept")["w"][1])[1])


def test_what_overflows_float16_is_seen(tmp_path):
    models = [write_model(tmp_path / str(at), {"w": ("F32", items("F32", [7e4]))}) for at in range(2)]
    with pytest.raises(InputError, match="not-finite"):
        merge(models, tmp_path / "out", dtype="float16")


def test_another_model_in_the_folder_is_not_overwritten(tmp_path):
    _, *models = family(tmp_path, {"w": (4, 4)})
    other = write_model(tmp_path / "out", {"v": ("F32", items("F32", [1]))})
    with pytest.raises(InputError, match="has a model already"):
        merge(models, other)
    merge(models, other, options=Options(overwrite=True))
    assert set(read_model(other)) == {"w"}
    with pytest.raises(InputError, match="one of the models to merge"):
        merge(models, models[0], options=Options(overwrite=True))


def test_a_changed_byte_is_found(tmp_path):
    _, *models = family(tmp_path, {"w": (40, 40), "v": (3,)})
    merge(models, tmp_path / "out")
    file = tmp_path / "out" / "model.safetensors"
    data = bytearray(file.read_bytes())
    data[-5] ^= 1
    file.write_bytes(data)
    assert verify(tmp_path / "out").changed == ("w",)


def test_masks_depend_on_seed_and_place_alone(tmp_path):
    base, *models = family(tmp_path, {"w": (40, 40)})
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        merge(
            models, tmp_path / name, method="dare_linear", base=base, parameters={"density": 0.5}, seed=seed
        )
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b") != bytes_of(tmp_path / "c")


def test_progress_ends_with_all_bytes(tmp_path):
    _, *models = family(tmp_path, SHAPES)
    seen = []
    merge(
        models, tmp_path / "out", options=Options(on_progress=lambda done, whole: seen.append((done, whole)))
    )
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] == sum(np.prod(shape) for shape in SHAPES.values()) * 4


def test_a_plan_tells_bytes_and_cost_before_anything_is_written(tmp_path):
    base, *models = family(tmp_path, {"w": (400, 500)}, dtype="BF16")
    plan = make_plan(make_spec(models, method="ties", base=base))
    assert plan.read_bytes == 4 * 400_000
    assert plan.layout.tensor_bytes == 400_000
    cost = estimate(plan, Options(backend="numpy", threads=2))
    assert 0 < cost.seconds == cost.cpu_seconds / 2 < 60
    assert 10e6 < cost.memory_bytes < 150e6


def test_a_back_end_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setattr("ridgeline.merge.kernels.backends.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"ridgeline\[merge\]"):
        host_ops("numba")
    assert host_ops("auto").name == "numpy"

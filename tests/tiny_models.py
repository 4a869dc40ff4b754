"""Write tiny models as Hugging Face folders, and read merged ones back."""

import json

import numpy as np

from ridgeline.core.safetensors import Tensor, encode_safetensors
from ridgeline.merge.checkpoint.floats import as_floats
from ridgeline.merge.tensors.checkpoint import open_checkpoint

CODES = {"float32": "F32", "float64": "F64", "float16": "F16", "int64": "I64"}


def write_tensors(path, arrays, *, bfloat16=False):
    tensors = {}
    for name, array in arrays.items():
        if bfloat16 and array.dtype == np.float32:
            data = (array.view("<u4") >> 16).astype("<u2").tobytes()  # the caller's numbers fit
            tensors[name] = Tensor("BF16", array.shape, data)
        else:
            tensors[name] = Tensor(
                CODES[str(array.dtype)], array.shape, np.ascontiguousarray(array).tobytes()
            )
    path.write_bytes(encode_safetensors(tensors, {"format": "pt"}))


def tokenizer_json(tokens, added=()):
    words = {token: row for row, token in enumerate(tokens)}
    extra = [
        {"id": len(words) + place, "content": token, "special": True, "single_word": False, "lstrip": False,
         "rstrip": False, "normalized": False}
        for place, token in enumerate(added)
    ]  # fmt: skip
    return {"version": "1.0", "added_tokens": extra, "model": {"type": "WordLevel", "vocab": words, "unk_token": tokens[0]},
            "pre_tokenizer": {"type": "Whitespace"}}  # fmt: skip


def tiny_arrays(seed, *, layers=3, width=4, vocabulary=6, base=None):
    generator = np.random.default_rng(seed)
    shapes = {
        "model.embed_tokens.weight": (vocabulary, width),
        "model.norm.weight": (width,),
        "lm_head.weight": (vocabulary, width),
    }
    for layer in range(layers):
        shapes[f"model.layers.{layer}.self_attn.q_proj.weight"] = (width, width)
        shapes[f"model.layers.{layer}.mlp.up_proj.weight"] = (2 * width, width)
    draw = {name: generator.normal(size=shape).astype(np.float32) for name, shape in sorted(shapes.items())}
    # Few bits, so that they fit bfloat16.
    draw = {name: (np.round(value * 16) / 16).astype(np.float32) for name, value in draw.items()}
    return (
        draw
        if base is None
        else {name: (base[name] + value / 8).astype(np.float32) for name, value in draw.items()}
    )


def write_model(folder, arrays, *, layers=3, tokens=None, added=(), config=None, **how):
    folder.mkdir(parents=True)
    write_tensors(folder / "model.safetensors", arrays, **how)
    known = {
        "model_type": "llama",
        "num_hidden_layers": layers,
        "vocab_size": len(arrays["model.embed_tokens.weight"]),
    }
    (folder / "config.json").write_text(json.dumps(known | (config or {})))
    if tokens is not None:
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer_json(tokens, added)))
    return folder


def read_model(folder):
    """All tensors as float32, and the types they are stored in."""
    tensors = open_checkpoint(folder).tensors
    arrays = {}
    for name, one in tensors.items():
        size = int(np.prod(one.shape))
        arrays[name] = as_floats(one.read(0, size), one.dtype).reshape(one.shape)
    return arrays, {name: one.dtype.name for name, one in tensors.items()}

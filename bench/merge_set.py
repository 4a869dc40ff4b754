"""Three fine-tunes of one base in bfloat16, as large as asked, in the shape of a Llama; made chunk by chunk."""

import json
from pathlib import Path

import numpy as np

FINE_TUNES, CHUNK = 3, 1 << 20
WEIGHT_SPREAD, CHANGE_SPREAD, UNCHANGED = 0.02, 0.002, 0.1


def shapes(size_bytes):
    """Return names and shapes of a Llama of about this size: a vocabulary of 32,000 and as many layers as fit."""
    hidden = 1024 if size_bytes < 1e9 else 2048
    inner, narrow = 11 * hidden // 4, hidden // 4
    found = {"model.embed_tokens.weight": (32000, hidden), "model.norm.weight": (hidden,)}
    layer = {
        "input_layernorm.weight": (hidden,),
        "post_attention_layernorm.weight": (hidden,),
        "self_attn.q_proj.weight": (hidden, hidden),
        "self_attn.k_proj.weight": (narrow, hidden),
        "self_attn.v_proj.weight": (narrow, hidden),
        "self_attn.o_proj.weight": (hidden, hidden),
        "mlp.gate_proj.weight": (inner, hidden),
        "mlp.up_proj.weight": (inner, hidden),
        "mlp.down_proj.weight": (hidden, inner),
    }
    of_layer = sum(int(np.prod(shape)) for shape in layer.values())
    layers = max(1, round((size_bytes / 2 - 32000 * hidden) / of_layer))
    for at in range(layers):
        found |= {f"model.layers.{at}.{name}": shape for name, shape in layer.items()}
    return found, {"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers}


def bfloat16(values):
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def make(folder, size_bytes):
    """Write base and ft0, ft1, ft2 into a folder, and return their paths; what is there already stays."""
    names = ["base", *(f"ft{at}" for at in range(FINE_TUNES))]
    paths = [Path(folder) / name for name in names]
    if not all((path / "config.json").exists() for path in paths):
        tensors, config = shapes(size_bytes)
        header = _header(tensors)
        files = []
        for path in paths:
            path.mkdir(parents=True, exist_ok=True)
            files.append((path / "model.safetensors").open("wb"))
            files[-1].write(header)
        for at, shape in enumerate(tensors.values()):
            _fill(files, int(np.prod(shape)), at)
        for path, file in zip(paths, files, strict=True):
            file.close()
            (path / "config.json").write_text(json.dumps(_config(config)))
    return paths


def _fill(files, size, seed):
    rng = np.random.default_rng(seed)
    for start in range(0, size, CHUNK):
        count = min(CHUNK, size - start)
        base = WEIGHT_SPREAD * rng.standard_normal(count, dtype=np.float32)
        files[0].write(bfloat16(base).tobytes())
        for file in files[1:]:
            change = CHANGE_SPREAD * rng.standard_normal(count, dtype=np.float32)
            change[rng.random(count, dtype=np.float32) < UNCHANGED] = 0
            file.write(bfloat16(base + change).tobytes())


def _header(tensors):
    described, at = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in tensors.items():
        end = at + 2 * int(np.prod(shape))
        described[name] = {"dtype": "BF16", "shape": shape, "data_offsets": (at, end)}
        at = end
    text = json.dumps(described).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _config(config):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "torch_dtype": "bfloat16",
        "vocab_size": 32000,
        "num_attention_heads": 16,
        "num_key_value_heads": 4,
        "rms_norm_eps": 1e-5,
        "max_position_embeddings": 2048,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        **config,
    }

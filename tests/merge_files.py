"""Small models on the disk, for tests of merging."""

import json

import numpy as np

WORDS = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "BOOL": "|b1",
    "F8_E4M3": "|u1",
}


def bfloat16(values):
    """Round float32 to the 16 bits of bfloat16, to nearest and ties to even."""
    bits = np.asarray(values, np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bfloat16(raw):
    return (raw.astype(np.uint32) << 16).view(np.float32)


def items(dtype, values):
    """Return values as a dtype's raw items."""
    return bfloat16(values) if dtype == "BF16" else np.asarray(values).astype(WORDS[dtype])


def file_bytes(tensors, metadata=None):
    """tensors: name → (dtype, raw array)."""
    header, data, at = ({"__metadata__": metadata} if metadata else {}), [], 0
    for name, (dtype, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": list(raw.shape), "data_offsets": [at, at + raw.nbytes]}
        data.append(raw.tobytes())
        at += raw.nbytes
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + b"".join(data)


def write_model(folder, tensors, shards=1):
    """Write a model in one file, or in shards with an index."""
    folder.mkdir(parents=True, exist_ok=True)
    if shards == 1:
        (folder / "model.safetensors").write_bytes(file_bytes(tensors, {"format": "pt"}))
        return folder
    weight_map = {}
    for at in range(shards):
        name = f"model-{at + 1:05}-of-{shards:05}.safetensors"
        part = dict(list(tensors.items())[at::shards])
        (folder / name).write_bytes(file_bytes(part))
        weight_map |= dict.fromkeys(part, name)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def read_model(folder):
    """Read what was merged, with the rules of the format and nothing of ours: name → (dtype, raw array)."""
    found = {}
    for file in sorted(folder.glob("*.safetensors")):
        data = file.read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        for name, entry in json.loads(data[8:start]).items():
            if name != "__metadata__":
                first, last = entry["data_offsets"]
                raw = np.frombuffer(data[start + first : start + last], WORDS[entry["dtype"]])
                found[name] = entry["dtype"], raw.reshape(entry["shape"])
    return found


def family(folder, shapes, *, models=3, dtype="F32", seed=0, shards=1, change=0.1):
    """Write `base` and `ft0` … with normal weights and sparse changes; return the paths, the base first."""
    rng = np.random.default_rng(seed)
    base = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    paths = [
        write_model(folder / "base", {name: (dtype, items(dtype, one)) for name, one in base.items()}, shards)
    ]
    for at in range(models):
        changed = {
            name: one + change * rng.normal(size=one.shape) * (rng.random(one.shape) < 0.9)
            for name, one in base.items()
        }
        tensors = {name: (dtype, items(dtype, one)) for name, one in changed.items()}
        paths.append(write_model(folder / f"ft{at}", tensors, shards))
    return paths

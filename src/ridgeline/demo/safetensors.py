"""Write a safetensors file: eight bytes of header length, a JSON header, then the arrays one after the other.

The format is specified at https://github.com/huggingface/safetensors (README, section Format).
"""

import json
from pathlib import Path

from ridgeline.demo.task import Floats


def write_safetensors(path: Path, tensors: dict[str, Floats], metadata: dict[str, str]) -> None:
    """Write float32 arrays; the header is padded with spaces so that the data starts at a multiple of 8."""
    header: dict[str, object] = {"__metadata__": metadata}
    offset = 0
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": "F32",
            "shape": tensor.shape,
            "data_offsets": (offset, offset + tensor.nbytes),
        }
        offset += tensor.nbytes
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for tensor in tensors.values():
            file.write(tensor.astype("<f4").tobytes())

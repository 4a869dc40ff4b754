"""Record what chunk_reader.py says of a repository that make_aim.py made: make_aim_stream.py FOLDER PYTHON OUT.tar.xz.

The archive holds the repository without its databases, and beside it the answers for each run, so that tests need no aim.
"""

import json
import struct
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

root, python, out = Path(sys.argv[1]) / ".aim", sys.argv[2], sys.argv[3]
script = Path(__file__).resolve().parents[2] / "src/ridgeline/sync/aim/chunk_reader.py"
process = subprocess.Popen([python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def message():
    head = process.stdout.read(8)
    sizes = struct.unpack("<II", head)
    data = head + process.stdout.read(sum(sizes))
    return json.loads(data[8 : 8 + sizes[0]])["kind"], data


def add(packed, name, data):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    packed.addfile(entry, BytesIO(data))


with tarfile.open(out, "w:xz") as packed:
    add(packed, "answers/ready", message()[1])
    for name in ("run_metadata.sqlite", "VERSION"):
        add(packed, f".aim/{name}", (root / name).read_bytes())
    for meta in sorted((root / "meta" / "chunks").iterdir()):
        seqs = root / "seqs" / "chunks" / meta.name
        process.stdin.write(
            json.dumps({"hash": meta.name, "meta": str(meta), "seqs": str(seqs)}).encode() + b"\n"
        )
        process.stdin.flush()
        answer = b""
        kind = ""
        while kind != "end":
            kind, data = message()
            answer += data
        add(packed, f"answers/{meta.name}", answer)
        add(packed, f".aim/meta/chunks/{meta.name}/CURRENT", b"MANIFEST-000004\n")
process.stdin.close()

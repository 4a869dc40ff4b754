"""Reads runs of Aim in a Python that has aim, and streams them. A script: it imports nothing of Ridgeline, which may not be there.

Asked on standard input by JSON lines {"hash", "meta", "seqs"}: the id of a run, and the folders with copies of its two databases.
Answers on standard output with messages `u32 size of head | u32 size of data | head (JSON) | data`, the last of a run of the kind
"end":

    ready     aim: its version                      no-aim  why
    run       params, artifacts: {name: uri}, ended
    series    name, context, n; data: n × i64 steps, n × f64 times, n × f64 values, n × f64 epochs, NaN where there is none
    object    name, context, step, time, epoch, type: Aim's name for it, meta; data: its bytes
    problem   why                                   end
"""

import json
import os
import struct
import sys
from array import array
from collections.abc import Iterator
from typing import Any, BinaryIO

_HEAD = struct.Struct("<II")
# What data that is not as it should be makes Python raise. Damage that RocksDB finds ends this process, and who asked is told.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
_NUMBERS = ("int", "float", "float64", "number")


def main() -> None:
    """Answer until the input ends."""
    # What aim prints must not stand between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        import aim  # type: ignore[import-not-found,unused-ignore]
        from aim.__version__ import __version__ as version  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        send(out, {"kind": "no-aim", "why": str(error)})
        return
    del aim
    send(out, {"kind": "ready", "aim": version})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            for head, data in read_run(asked["hash"], asked["meta"], asked["seqs"]):
                send(out, head, data)
        except _UNREADABLE as error:
            send(out, {"kind": "problem", "why": f"{type(error).__name__}: {error}"})
        send(out, {"kind": "end"})


def send(out: BinaryIO, head: dict[str, Any], data: bytes = b"") -> None:
    """Write a message."""
    text = json.dumps(head, default=str).encode()
    out.write(_HEAD.pack(len(text), len(data)) + text + data)
    out.flush()


def read_run(run_hash: str, meta_folder: str, seqs_folder: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield what there is of a run."""
    from aim.storage.rockscontainer import RocksContainer  # type: ignore[import-not-found,unused-ignore]

    meta = RocksContainer(meta_folder, read_only=True, skip_read_optimization=True).tree().subtree("meta")
    run = meta.subtree(("chunks", run_hash))
    attrs = run.subtree("attrs").collect() if has(run, "attrs") else {}
    artifacts = run.subtree("artifacts").collect() if has(run, "artifacts") else {}
    uris = {str(name): str(one.storage["uri"]) for name, one in artifacts.items()}
    yield {"kind": "run", "params": plain(attrs), "artifacts": uris, "ended": run.get("end_time", None)}, b""
    if not has(run, "traces") or not os.path.isdir(seqs_folder):  # noqa: PTH112 - nothing but what it is asked
        return
    seqs = RocksContainer(seqs_folder, read_only=True, skip_read_optimization=True).tree().subtree("seqs")
    contexts = run.subtree("contexts").collect() if has(run, "contexts") else {}
    for number in list(run.subtree("traces").keys()):
        names = run.subtree(("traces", number))
        context = plain(contexts.get(number) or meta.get(("contexts", number), {}))
        for name in list(names.keys()):
            about = names.subtree(name)
            version = about.get("version", 1)
            base = ("chunks", run_hash) if version == 1 else (f"v{version}", "chunks", run_hash)
            place = {"name": str(name), "context": context}
            try:
                yield from read_sequence(
                    seqs.subtree((*base, number, name)), about.get("dtype", "float"), version, place
                )
            except _UNREADABLE as error:  # the other sequences of the run are read
                yield {"kind": "problem", "why": f"{name!r}: {type(error).__name__}: {error}"}, b""


def has(tree: Any, key: str) -> bool:
    """Say whether a tree has a key."""
    return key in set(tree.keys())


def read_sequence(
    series: Any, dtype: str, version: int, place: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield a sequence: of numbers as one message, of objects one by one."""
    times = dict(series.array("time").items())
    epochs = dict(series.array("epoch").items())
    # Up to version 1 an array is indexed by the step itself, from then on by a hash of it.
    steps = dict(series.array("step").items()) if version >= 2 else {}
    if dtype in _NUMBERS:
        columns = array("q"), array("d"), array("d"), array("d")
        for key, value in series.array("val").items():
            if value is None:
                continue
            columns[0].append(steps.get(key, key))
            columns[1].append(times.get(key) or 0.0)
            columns[2].append(value)
            columns[3].append(float("nan") if epochs.get(key) is None else epochs[key])
        data = b"".join(column.tobytes() for column in columns)
        yield {"kind": "series", **place, "n": len(columns[0])}, data
        return
    for key, value in series.array("val").items():
        several = isinstance(value, list | tuple)
        for index, one in enumerate(value if several else [value]):
            if one is None:
                continue
            about, data = read_object(one)
            at = {"step": steps.get(key, key), "time": times.get(key) or 0.0, "epoch": epochs.get(key)}
            if several:
                about["meta"]["index"] = index
            yield {"kind": "object", **place, **at, **about}, data


def read_object(one: Any) -> tuple[dict[str, Any], bytes]:
    """Return the type, the small properties and the bytes of an object."""
    storage = one.storage
    meta = {}
    data = b""
    for key in list(storage.keys()):
        if key == "data":
            found = storage["data"]
            found = found.load() if hasattr(found, "load") else found
            data = found.encode(errors="replace") if isinstance(found, str) else bytes(found)
        else:
            value = storage.subtree(key).collect()
            meta[str(key)] = plain(value)
    return {"type": one.AIM_NAME, "meta": meta}, data


def plain(value: Any) -> Any:
    """Return a value as JSON has it; objects become their text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value)


if __name__ == "__main__":
    main()

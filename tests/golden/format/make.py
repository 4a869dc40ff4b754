"""Make the golden logs: one small .rlog for each rule of docs/explain/format.md, and what a reader takes from it.

Written from the specification with struct and zlib alone; it shares no code with Ridgeline.

    python tests/golden/format/make.py [folder]
"""

import json
import struct
import sys
import zlib
from pathlib import Path

EVENTS, POINTS, OBJECT, CONSOLE = 1, 2, 3, 4
REFUSED = "refused"


def frame(number, kind, payload, flags=0, *, version=1, reserved=0):
    head = struct.pack("<IBBBBI", len(payload), kind, flags, version, reserved, number)
    return b"RLG1" + head + struct.pack("<I", zlib.crc32(head + payload)) + payload


def row(sid, step, value, time):
    return struct.pack("<Iqdd", sid, step, value, time)


def row_epoch(sid, step, value, time, epoch):
    return struct.pack("<Iqddd", sid, step, value, time, epoch)


def shuffled(rows, size):
    return bytes(rows[r * size + b] for b in range(size) for r in range(len(rows) // size))


def lines(*events):
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def taken(number, kind, holds):
    return {"number": number, "type": kind, "holds": holds}


def flip(data, offset, bit=0):
    return data[:offset] + bytes([data[offset] ^ 1 << bit]) + data[offset + 1 :]


SERIES = {"op": "series", "t": 10.0, "sid": 1, "name": "loss", "context": {}, "kind": "float"}
HEAD = frame(0, EVENTS, lines(SERIES))
TAKEN_HEAD = taken(0, EVENTS, [SERIES])
ONE = frame(1, POINTS, row(1, 20, 0.5, 10.25))
TAKEN_ONE = taken(1, POINTS, [[1, 20, 0.5, 10.25]])
TWO = frame(2, POINTS, row(1, 21, 0.25, 10.5))
TAKEN_TWO = taken(2, POINTS, [[1, 21, 0.25, 10.5]])
MANY = [(7, step, step / 4, 100.0 + step) for step in range(40)]
PLAIN = b"".join(row(*values) for values in MANY)
MANY_EPOCH = [(*values, values[1] / 10) for values in MANY]
PLAIN_EPOCH = b"".join(row_epoch(*values) for values in MANY_EPOCH)
OBJECT_HEADER = {
    "sid": 3, "step": 5, "epoch": None, "time": 9.5, "mime": "text/plain", "meta": {"a": [1]}, "blob": None, "size_bytes": 4,
}  # fmt: skip
IN_BLOB = {**OBJECT_HEADER, "blob": "ab" * 32, "size_bytes": 70000, "epoch": 1.5}


def object_payload(header, data):
    head = json.dumps(header).encode()
    return struct.pack("<I", len(head)) + head + data


def escape(payload):
    return payload.replace(b"RLG", b"RLG\0")


def read_as(*frames, gaps=(), end, number, torn=False):
    return {
        "frames": list(frames),
        "gaps": [list(gap) for gap in gaps],
        "next_offset": end,
        "next_number": number,
        "torn": torn,
    }


def whole(data, *frames, gaps=()):
    return data, read_as(*frames, gaps=gaps, end=len(data), number=frames[-1]["number"] + 1)


def refused_between(payload, kind=POINTS, flags=0):
    """Return a log whose middle frame has a good CRC and a payload that no reader takes."""
    return whole(HEAD + frame(1, kind, payload, flags) + TWO, TAKEN_HEAD, taken(1, kind, REFUSED), TAKEN_TWO)


def frames_cases():
    """Frame headers, order and types."""
    yield "empty", (b"", read_as(end=0, number=0))
    yield "example", whole(HEAD + ONE, TAKEN_HEAD, TAKEN_ONE)
    yield "payload-empty", whole(frame(0, EVENTS, b"") + ONE, taken(0, EVENTS, []), TAKEN_ONE)
    yield (
        "version-and-reserved-not-looked-at",
        whole(frame(0, EVENTS, lines(SERIES), version=2, reserved=9) + ONE, TAKEN_HEAD, TAKEN_ONE),
    )
    yield (
        "type-unknown-skipped",
        whole(
            HEAD + frame(1, 200, b"from a later version") + TWO, TAKEN_HEAD, taken(1, 200, None), TAKEN_TWO
        ),
    )
    yield "number-missing-without-trace", whole(HEAD + TWO, TAKEN_HEAD, TAKEN_TWO, gaps=[(len(HEAD), 0, 1)])
    yield (
        "number-repeated-refused",
        whole(
            HEAD + ONE + ONE + TWO, TAKEN_HEAD, TAKEN_ONE, TAKEN_TWO, gaps=[(len(HEAD + ONE), len(ONE), 0)]
        ),
    )


def payload_cases():
    """What the types and flags hold."""
    packed = zlib.compress(shuffled(PLAIN, 28), 1)
    yield "points-shuffled-deflated", whole(frame(0, POINTS, packed, 0x03), taken(0, POINTS, MANY))
    yield "points-shuffled-only", whole(frame(0, POINTS, shuffled(PLAIN, 28), 0x02), taken(0, POINTS, MANY))
    yield (
        "points-deflated-only",
        whole(frame(0, POINTS, zlib.compress(PLAIN, 9), 0x01), taken(0, POINTS, MANY)),
    )
    yield "points-plain-though-many", whole(frame(0, POINTS, PLAIN), taken(0, POINTS, MANY))
    yield "points-epoch", whole(frame(0, POINTS, PLAIN_EPOCH[:36], 0x08), taken(0, POINTS, MANY_EPOCH[:1]))
    yield (
        "points-epoch-shuffled-deflated",
        whole(
            frame(0, POINTS, zlib.compress(shuffled(PLAIN_EPOCH, 36), 1), 0x0B), taken(0, POINTS, MANY_EPOCH)
        ),
    )
    extremes = [[0, -(2**63), 5e-324, 0.0], [2**32 - 1, 2**63 - 1, -1.7976931348623157e308, 1e9]]
    yield (
        "points-extremes",
        whole(frame(0, POINTS, b"".join(row(*values) for values in extremes)), taken(0, POINTS, extremes)),
    )
    odd = [
        [1, 0, float("nan"), 1.0],
        [1, 1, float("inf"), 1.0],
        [1, 2, float("-inf"), 1.0],
        [1, 3, -0.0, 1.0],
    ]
    shown = [
        [1, 0, {"$float": "nan"}, 1.0],
        [1, 1, {"$float": "inf"}, 1.0],
        [1, 2, {"$float": "-inf"}, 1.0],
        odd[3],
    ]
    yield (
        "points-nan-and-infinity",
        whole(frame(0, POINTS, b"".join(row(*v) for v in odd)), taken(0, POINTS, shown)),
    )
    yield "points-not-whole-rows-refused", refused_between(PLAIN[:-1])
    yield "flag-zstd-refused", refused_between(b"\x28\xb5\x2f\xfd", flags=0x04)
    yield "flag-unknown-refused", refused_between(PLAIN, flags=0x20)
    yield "deflate-damaged-by-its-writer-refused", refused_between(packed[:-1], flags=0x03)
    yield "deflate-with-bytes-after-refused", refused_between(packed + b"\0", flags=0x03)
    yield "deflate-bomb-refused", refused_between(zlib.compress(bytes((4 << 20) + 28), 9), flags=0x01)
    yield "events-deflated", whole(frame(0, EVENTS, zlib.compress(lines(SERIES)), 0x01), TAKEN_HEAD)
    held = {"header": OBJECT_HEADER, "hex": b"text".hex()}
    yield (
        "object-in-frame",
        whole(frame(0, OBJECT, object_payload(OBJECT_HEADER, b"text")), taken(0, OBJECT, held)),
    )
    elsewhere = {"header": IN_BLOB, "hex": ""}
    yield "object-in-blob", whole(frame(0, OBJECT, object_payload(IN_BLOB, b"")), taken(0, OBJECT, elsewhere))
    yield "object-header-beyond-payload-refused", refused_between(struct.pack("<I", 99) + b"{}", kind=OBJECT)
    text = "\x1b[31mrot\x1b[0m é\n"
    console = struct.pack("<dB3x", 7.5, 2) + text.encode()
    yield (
        "console",
        whole(frame(0, CONSOLE, console), taken(0, CONSOLE, {"time": 7.5, "stream": "stderr", "text": text})),
    )
    yield (
        "console-stream-unknown-refused",
        refused_between(struct.pack("<dB3x", 7.5, 3) + b"x\n", kind=CONSOLE),
    )


def event_cases():
    """Lines of events."""
    known = [
        {
            "op": "run", "t": 1.0, "id": "r1", "name": None, "experiment": "pos", "created": 1.0, "host": "h", "pid": 3,
            "user": "u", "sdk": "0.1.0", "parent": "000000000000000a-0123abcd",
        },
        {"op": "set", "t": 2.0, "path": ["hparams", "a.b"], "value": {"lr": 0.1, "n": 2**70, "on": True, "no": None}},
        {"op": "set", "t": 2.0, "path": ["x"], "value": [{"$float": "nan"}, {"$float": "-inf"}, {"$$float": "inf"}]},
        {"op": "del", "t": 2.0, "path": ["x"]},
        {"op": "prop", "t": 3.0, "name": "note", "value": "naïve ✓ 𝒳"},
        {"op": "prop", "t": 3.0, "name": "archived", "value": True},
        {"op": "tag", "t": 4.0, "add": ["lab"], "remove": ["old"]},
        {"op": "series", "t": 5.0, "sid": 2**32 - 1, "name": "f1", "context": {"lang": "de"}, "kind": "float"},
        {"op": "artifact", "t": 6.0, "name": "m", "blob": "0f" * 32, "uri": None, "size_bytes": 3, "mime": None},
        {"op": "env", "t": 7.0, "key": "git", "value": {"diff": {"blob": "1e" * 32}}},
        {"op": "warn", "t": 8.0, "slug": "log-write-failed", "message": "full", "count": 3},
        {"op": "end", "t": 9.0, "status": "failed", "error": "Traceback …"},
        {"op": "alive", "t": 9.0},
        {"op": "view", "t": 9.0, "id": "v", "name": "n", "url": "/runs?q=1", "page": "runs", "deleted": False},
        {"op": "report", "t": 9.0, "id": "w", "title": "n", "text": "# n", "deleted": True},
    ]  # fmt: skip
    yield "events-all", whole(frame(0, EVENTS, lines(*known)), taken(0, EVENTS, known))
    head = {**known[0], "parent": None}
    without = {key: value for key, value in head.items() if key != "parent"}
    yield "events-head-without-parent", whole(frame(0, EVENTS, lines(without)), taken(0, EVENTS, [head]))
    later = [
        {"op": "teleport", "t": 1.0},
        {**SERIES, "colour": "red"},
        {"op": "prop", "t": 1.0, "name": "icon", "value": 1},
    ]
    yield "events-unknown-op-and-key-ignored", whole(frame(0, EVENTS, lines(*later)), TAKEN_HEAD)
    bad = [
        {"op": "set", "t": 1.0, "path": ["x"]},
        {"op": "set", "t": "1", "path": ["x"], "value": 1},
        {**SERIES, "sid": 2**32},
        {**SERIES, "sid": -1},
        {"op": "end", "t": 1.0, "status": "exploded", "error": None},
        {"t": 1.0},
        [],
    ]
    payload = lines(*bad) + b"not json\n\xff\n" + lines(SERIES)
    yield "events-malformed-left-out", whole(frame(0, EVENTS, payload), TAKEN_HEAD)
    yield (
        "events-empty-lines-and-no-last-newline",
        whole(
            frame(0, EVENTS, b"\n\n" + lines(SERIES) + b"\n" + lines(SERIES)[:-1]),
            taken(0, EVENTS, [SERIES, SERIES]),
        ),
    )


def escape_cases():
    """The magic inside payloads."""
    text = "RLG1 RLG RLG\0 RRLG11\n"
    console = struct.pack("<dB3x", 1.0, 1) + text.encode()
    holds = {"time": 1.0, "stream": "stdout", "text": text}
    escaped = frame(0, CONSOLE, escape(console), 0x10)
    yield "escaped", whole(escaped + ONE, taken(0, CONSOLE, holds), TAKEN_ONE)
    yield (
        "escaped-over-deflate",
        whole(frame(0, CONSOLE, escape(zlib.compress(console, 0)), 0x11), taken(0, CONSOLE, holds)),
    )
    inner = frame(1, POINTS, row(9, 9, 9.0, 9.0)) + frame(2, POINTS, row(9, 9, 9.0, 9.0))
    outer = frame(1, OBJECT, escape(object_payload({**OBJECT_HEADER, "size_bytes": len(inner)}, inner)), 0x10)
    damaged = flip(outer, 30)
    yield (
        "log-within-a-damaged-frame-not-taken",
        whole(HEAD + damaged + TWO, TAKEN_HEAD, TAKEN_TWO, gaps=[(len(HEAD), len(outer), 1)]),
    )
    yield (
        "log-within-a-torn-frame-not-taken",
        (
            HEAD + outer[:-1],
            read_as(TAKEN_HEAD, end=len(HEAD), number=1, torn=True),
        ),
    )


def damage_cases():
    """Torn ends and damage."""
    for name, kept in (("header", 10), ("payload", 30), ("after-header", 20)):
        yield f"torn-in-{name}", (HEAD + ONE[:kept], read_as(TAKEN_HEAD, end=len(HEAD), number=1, torn=True))
    yield "torn-zeros", (HEAD + bytes(64), read_as(TAKEN_HEAD, end=len(HEAD), number=1, torn=True))
    last = HEAD + flip(ONE, 25)
    yield "damage-in-last-frame-is-torn", (last, read_as(TAKEN_HEAD, end=len(HEAD), number=1, torn=True))
    gap = (len(HEAD), len(ONE), 1)
    fields = {
        "magic": 0,
        "size": 4,
        "size-beyond-end": 6,
        "size-beyond-limit": 7,
        "type": 8,
        "flags": 9,
        "number": 12,
        "crc": 16,
    }
    for name, offset in {**fields, "payload": 24}.items():
        yield f"damage-in-{name}", whole(HEAD + flip(ONE, offset, 6) + TWO, TAKEN_HEAD, TAKEN_TWO, gaps=[gap])
    yield "damage-in-first-frame", whole(flip(HEAD, 30) + ONE, TAKEN_ONE, gaps=[(0, len(HEAD), 1)])
    three = frame(3, POINTS, row(1, 22, 0.125, 10.75))
    yield (
        "damage-in-two-frames",
        whole(
            HEAD + flip(ONE, 0) + flip(TWO, 22) + three,
            TAKEN_HEAD,
            taken(3, POINTS, [[1, 22, 0.125, 10.75]]),
            gaps=[(len(HEAD), len(ONE + TWO), 2)],
        ),
    )
    yield (
        "junk-between-frames",
        whole(HEAD + b"junk RLG1 junk" + ONE, TAKEN_HEAD, TAKEN_ONE, gaps=[(len(HEAD), 14, 0)]),
    )
    yield (
        "size-beyond-limit-refused",
        whole(
            HEAD + frame(1, 200, bytes((1 << 20) - 19)) + TWO,
            TAKEN_HEAD,
            TAKEN_TWO,
            gaps=[(len(HEAD), (1 << 20) + 1, 1)],
        ),
    )


def cases():
    for group in (frames_cases, payload_cases, event_cases, escape_cases, damage_cases):
        yield from group()


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (data, expected) in cases():
        if len(data) > 1 << 16:
            continue  # too large for the repository; the tests make it on the spot
        (folder / f"{name}.rlog").write_bytes(data)
        (folder / f"{name}.json").write_text(
            json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

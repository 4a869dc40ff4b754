"""The golden logs, the specification and the code say the same."""

import json
import re
import runpy
import struct
from pathlib import Path

import numpy as np
import pytest

from ridgeline.core.errors import StorageError
from ridgeline.core.values import encode_floats
from ridgeline.log.console import decode_console
from ridgeline.log.events import SeriesEvent, decode_events, encode_event
from ridgeline.log.frame import EPOCH, FrameType, encode_frame
from ridgeline.log.objects import decode_object
from ridgeline.log.points import ROW, ROW_EPOCH, decode_points
from ridgeline.log.scan import scan

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests/golden/format"
SPECIFICATION = (ROOT / "docs/explain/format.md").read_text(encoding="utf-8")
MAKE = runpy.run_path(str(FOLDER / "make.py"))
CASES = dict(MAKE["cases"]())


def holds(frame):
    """Return what a frame holds, in the words of the golden files."""
    match frame.type:
        case FrameType.EVENTS:
            return [json.loads(encode_event(event)) for event in decode_events(frame.flags, frame.payload)]
        case FrameType.POINTS:
            row = ROW_EPOCH if frame.flags & EPOCH else ROW
            rows = row.iter_unpack(decode_points(frame.flags, frame.payload))
            return [encode_floats(list(values)) for values in rows]
        case FrameType.OBJECT:
            header, data = decode_object(frame.flags, frame.payload)
            return {"header": {key: getattr(header, key) for key in header.__slots__}, "hex": data.hex()}
        case FrameType.CONSOLE:
            printed = decode_console(frame.flags, frame.payload)
            return {"time": printed.time, "stream": printed.stream, "text": printed.text}
    return None


def read(data):
    found = scan(data)
    frames = []
    for frame in found.frames:
        try:
            frames.append({"number": frame.number, "type": frame.type, "holds": holds(frame)})
        except StorageError as error:
            verdict = "refused" if error.slug == "frame-malformed" else error.slug
            frames.append({"number": frame.number, "type": frame.type, "holds": verdict})
    return {
        "frames": frames,
        "gaps": [list(gap) for gap in found.gaps],
        "next_offset": found.next_offset,
        "next_number": found.next_number,
        "torn": found.torn,
    }


def as_text(reading):
    """Return a reading as text, so that 0.0 is not -0.0, nor 1 true."""
    return json.dumps(reading, indent=1)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.rlog")))
def test_golden_file_is_read_as_it_says(name):
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert as_text(read((FOLDER / f"{name}.rlog").read_bytes())) == as_text(expected)


@pytest.mark.parametrize("name", sorted(CASES))
def test_case_made_here_is_read_as_it_says(name):
    data, expected = CASES[name]
    assert as_text(read(data)) == as_text(expected)


def test_golden_files_are_those_of_the_script(tmp_path):
    MAKE["main"](tmp_path)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.json")}
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert made == kept
    assert {path.name for path in tmp_path.glob("*.rlog")} == {path.name for path in FOLDER.glob("*.rlog")}


def test_hex_example_of_the_specification_is_the_golden_file():
    data = (FOLDER / "example.rlog").read_bytes()
    dump = re.search(r"```text\n(.*?)```", SPECIFICATION, re.DOTALL)[1]
    shown = bytes.fromhex("".join(line[4:] for line in dump.splitlines()))
    # The JSON of the example is written without spaces, as Ridgeline does; the golden file has Python's.
    assert read(shown)["frames"] == read(data)["frames"]
    for offset, hexes in re.findall(r"^\| ([0-9a-f]{4}) \| `([0-9a-f ]+)` \|", SPECIFICATION, re.MULTILINE):
        piece = bytes.fromhex(hexes)
        at = int(offset, 16)
        assert shown[at : at + len(piece)] == piece


def test_example_is_what_the_encoder_writes():
    dump = re.search(r"```text\n(.*?)```", SPECIFICATION, re.DOTALL)[1]
    shown = bytes.fromhex("".join(line[4:] for line in dump.splitlines()))
    line = encode_event(SeriesEvent(10.0, 1, "loss", {}, "float"))
    point = ROW.pack(1, 20, 0.5, 10.25)
    assert encode_frame(FrameType.EVENTS, 0, 0, line) + encode_frame(FrameType.POINTS, 0, 1, point) == shown


def reader_of_the_specification():
    code = re.search(r"```python\n(.*?)```", SPECIFICATION, re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line.strip()]) <= 40
    names = {}
    exec(compile(code, "format.md", "exec"), names)
    return names["read_points"]


@pytest.mark.parametrize(
    "name", sorted(name for name in CASES if "refused" not in name and "malformed" not in name)
)
def test_reader_of_the_specification_agrees(name):
    data, expected = CASES[name]
    names, points = reader_of_the_specification()(data)
    rows = [
        row[:4] for frame in expected["frames"] if frame["type"] == FrameType.POINTS for row in frame["holds"]
    ]
    assert len(points) == len(rows)
    for point, (sid, step, value, time) in zip(points, rows, strict=True):
        assert [int(point["sid"]), int(point["step"]), float(point["time"])] == [sid, step, time]
        assert encode_floats(float(point["value"])) == value
    series = [
        event
        for frame in expected["frames"]
        if frame["type"] == 1
        for event in frame["holds"]
        if event["op"] == "series"
    ]
    assert names == {event["sid"]: (event["name"], event["context"]) for event in series}


def test_value_bits_survive_the_reader_of_the_specification():
    bits = struct.pack("<Q", 0x7FF8DEADBEEF0001)
    data = MAKE["frame"](0, FrameType.POINTS, struct.pack("<Iq", 1, 0) + bits + struct.pack("<d", 1.0))
    _, points = reader_of_the_specification()(data)
    assert points["value"].astype("<f8").tobytes() == bits
    assert isinstance(points, np.ndarray)

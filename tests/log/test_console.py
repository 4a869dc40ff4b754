import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.core.errors import StorageError
from ridgeline.log.console import ConsoleText, decode_console, encode_console

PRINTED = st.builds(
    ConsoleText, st.floats(0, 4e9), st.sampled_from(["stdout", "stderr"]), st.text(max_size=20)
)


@given(PRINTED)
def test_console_text_comes_back_as_it_was(printed):
    assert decode_console(0, memoryview(encode_console(printed))) == printed


def test_the_bytes_are_those_of_the_format():
    payload = encode_console(ConsoleText(1.5, "stderr", "\x1b[31mé\n"))
    assert payload == struct.pack("<d", 1.5) + b"\x02\0\0\0" + b"\x1b[31m\xc3\xa9\n"


def test_what_utf_8_cannot_hold_is_replaced_not_lost():
    assert decode_console(0, encode_console(ConsoleText(1.0, "stdout", "a\udcffb"))).text == "a?b"
    assert decode_console(0, struct.pack("<dB3x", 1.0, 1) + b"a\xffb").text == "a�b"


@pytest.mark.parametrize(
    "payload", [b"", bytes(11), struct.pack("<dB3x", 1.0, 0), struct.pack("<dB3x", 1.0, 3)]
)
def test_what_is_no_console_text_is_refused(payload):
    with pytest.raises(StorageError) as caught:
        decode_console(0, payload)
    assert caught.value.slug == "frame-malformed"

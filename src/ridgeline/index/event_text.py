"""Deflate the events of a run with a dictionary: they are short, and the same in all runs but for the values."""

import zlib
from typing import Final

from ridgeline.index.file import DamagedError

# What deflate may point back to, the most frequent at the end, where pointers are shortest. A run with two params takes
# 130 bytes instead of 220. Another text is another VERSION in schema.py.
_DICTIONARY: Final = b"\n".join(
    (
        b'{"op":"warn","t":17,"slug":"","message":"","count":1}',
        b'{"op":"artifact","t":17,"name":"","blob":null,"uri":null,"size_bytes":,"mime":"application/octet-stream"}',
        b'{"op":"del","t":17,"path":["',
        b'{"op":"prop","t":17,"name":"note","value":""}{"op":"prop","t":17,"name":"archived","value":true}',
        b'{"op":"tag","t":17,"add":["","remove":[]}',
        b'{"op":"env","t":17,"key":"variables","value":{"CUDA_VISIBLE_DEVICES":"","HOSTNAME":"","SLURM_JOB_ID":"',
        b'{"op":"env","t":17,"key":"git","value":{"branch":"main","commit":"","dirty":false,"remote":null,"diff":""}}',
        b'{"op":"env","t":17,"key":"packages","value":{"numpy":"2.","torch":"2.","transformers":"4.","pandas":"2."}}',
        b'{"op":"env","t":17,"key":"python","value":"3.1{"op":"env","t":17,"key":"host","value":"',
        b'{"op":"env","t":17,"key":"cwd","value":"/home/{"op":"env","t":17,"key":"command","value":["/usr/bin/python","train.py","',
        b'"model":"dataset":"batch_size":"epochs":"weight_decay":0.01"dropout":0.1"optim":{"name":"adam","optimizer":"adamw"',
        b'{"op":"run","t":17,"id":"run","name":null,"experiment":"default","created":17,"host":"","pid":,"user":"root","sdk":"0.1.0","parent":null}',
        b'{"op":"set","t":17,"path":["hparams"],"value":{"seed":0,"lr":0.000',
        b'{"op":"end","t":17,"status":"finished","error":null}',
    )
)


def deflate(lines: bytes) -> bytes:
    """Return lines as they stand in the table `event`."""
    packer = zlib.compressobj(1, zdict=_DICTIONARY)
    return packer.compress(lines) + packer.flush()


def inflate(packed: bytes) -> bytes:
    """Return lines that deflate() wrote.

    Raises:
        DamagedError: The bytes are no such lines.
    """
    unpacker = zlib.decompressobj(zdict=_DICTIONARY)
    try:
        lines = unpacker.decompress(packed)
    except zlib.error as error:
        raise DamagedError(f"the events of a run cannot be read: {error}") from error
    if not unpacker.eof:
        raise DamagedError("the events of a run are cut off")
    return lines

"""Arrow over HTTP: a stream of one batch, since readers in the browser copy to join several."""

import pyarrow as pa


def stream_bytes(batch: pa.RecordBatch) -> bytes:
    """Return a batch as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()

import io
import json
import struct
import sys
import wave
import zlib

import numpy as np
import pytest

import ridgeline
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.record.objects.distribution import _count_list


def decode_png(data: bytes) -> np.ndarray:
    """Read the PNGs that we write: 8 bits, no filter, one IDAT."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size)[0] == zlib.crc32(name + body)
        chunks[name] = body
        at += 12 + size
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, rest) == (8, [0, 0, 0])
    channels = {0: 1, 4: 2, 2: 3, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * channels)
    assert (rows[:, 0] == 0).all()
    return rows[:, 1:].reshape(height, width, channels)


class TestInTheLog:
    def test_a_small_object_lies_in_its_frame(self, run, read):
        run.track(ridgeline.Text("hello"), name="sample", step=20, epoch=2, context={"lang": "fr"})
        recorded = read(run)
        [(name, header, data)] = recorded.objects
        assert (name, header.step, header.epoch, header.size_bytes, header.blob) == (
            "sample",
            20,
            2.0,
            5,
            None,
        )
        assert (data, header.mime) == (b"hello", "text/plain; charset=utf-8")
        assert recorded.kinds["sample", (("lang", "fr"),)] == ["text"]

    def test_a_large_one_becomes_a_blob(self, run, read):
        text = "ü" * 50_000
        run.track(ridgeline.Text(text), "sample")
        [(_, header, data)] = read(run).objects
        assert (data, header.size_bytes) == (b"", 100_000)
        assert (run.repo / "blobs" / header.blob[:2] / header.blob).read_text(encoding="utf-8") == text

    def test_steps_count_and_dicts_mix_them_with_numbers(self, run, read):
        run.track({"loss": 0.5, "sample": ridgeline.Text("a")})
        run.track({"loss": 0.4, "sample": ridgeline.Text("b")})
        recorded = read(run)
        assert [header.step for _, header, _ in recorded.objects] == recorded.steps("loss") == [0, 1]

    def test_one_that_cannot_be_encoded_is_a_warning_and_the_rest_is_kept(self, run, read):
        class Broken(ridgeline.Text):
            def encode(self):
                raise RuntimeError("no codec")

        run.track(Broken("x"), "sample", step=0)
        run.track(ridgeline.Text("y"), "sample", step=1)
        recorded = read(run)
        assert [data for _, _, data in recorded.objects] == [b"y"]
        assert "no codec" in recorded.state.warnings["object-not-recorded"].message


class TestImage:
    @pytest.mark.parametrize("shape", [(3, 5), (3, 5, 1), (3, 5, 3), (3, 5, 4)])
    def test_arrays_become_png(self, shape):
        pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        image = ridgeline.Image(pixels, caption="c")
        expected = pixels.copy().reshape(3, 5, -1)
        pixels[:] = 0  # taken at the call
        mime, data, meta = image.encode()
        assert (mime, meta) == ("image/png", {"caption": "c", "width": 5, "height": 3})
        assert (decode_png(data) == expected).all()

    def test_what_is_not_contiguous_keeps_its_pixels(self):
        pixels = np.arange(60, dtype=np.uint8).reshape(3, 4, 5).transpose(1, 2, 0)
        assert (decode_png(ridgeline.Image(pixels).encode().data) == pixels).all()

    def test_floats_bools_and_wide_integers(self):
        floats = np.array([[0, 0.5, 1, -3, 7, np.nan]], np.float32)
        assert decode_png(ridgeline.Image(floats).encode().data).ravel().tolist() == [0, 128, 255, 0, 255, 0]
        bools = np.array([[True, False]])
        assert decode_png(ridgeline.Image(bools).encode().data).ravel().tolist() == [255, 0]
        wide = np.array([[0, 200]], np.int64)
        assert decode_png(ridgeline.Image(wide).encode().data).ravel().tolist() == [0, 200]

    def test_files_are_kept_as_they_are(self, tmp_path):
        png = ridgeline.Image(np.zeros((2, 2), np.uint8)).encode().data
        path = tmp_path / "a.png"
        path.write_bytes(png)
        for source in (path, str(path), png, bytearray(png)):
            assert ridgeline.Image(source).encode()[:2] == ("image/png", png)
        for data, mime in (
            (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8", "image/webp"),
            (b'<?xml version="1.0"?><svg xmlns="x"/>', "image/svg+xml"),
        ):
            assert ridgeline.Image(data).encode()[:2] == (mime, data)

    def test_pil_images_are_copied_and_saved_later(self):
        class Pil:
            width, height = 4, 2

            def __init__(self, word, mode="RGB"):
                self.word, self.mode = word, mode

            def getbands(self):
                return ("R",)

            def copy(self):
                return Pil(self.word, self.mode)

            def convert(self, mode):
                return Pil(f"{self.word} in {mode}", mode)

            def save(self, out, **options):
                out.write(f"{options['format']} {self.word}".encode())

        original = Pil("before")
        image = ridgeline.Image(original)
        original.word = "after"
        assert image.encode() == ("image/png", b"PNG before", {"width": 4, "height": 2})
        assert ridgeline.Image(Pil("ink", "CMYK")).encode().data == b"PNG ink in RGB"

    @pytest.mark.parametrize(
        ("image", "slug"),
        [
            (np.zeros(3), "image-shape"),
            (np.zeros((3, 4, 5)), "image-shape"),
            (np.zeros((0, 4)), "image-shape"),
            (np.array([[256]]), "image-range"),
            (np.array([["a"]]), "image-type"),
            (b"not an image", "image-format"),
            (3, "object-type"),
        ],
    )
    def test_anything_else_is_refused(self, image, slug):
        with pytest.raises(InputError, match=slug):
            ridgeline.Image(image)

    def test_a_missing_file_is_not_found(self, tmp_path):
        with pytest.raises(NotFoundError):
            ridgeline.Image(tmp_path / "nope.png")

    def test_channels_first_gets_a_hint(self):
        with pytest.raises(InputError, match="transpose"):
            ridgeline.Image(np.zeros((3, 8, 8)))


class TestFigure:
    def test_matplotlib_is_drawn_at_the_call(self):
        class Matplotlib:
            drawn = 0

            def savefig(self, out, **_):
                self.drawn += 1
                out.write(b"\x89PNG\r\n\x1a\n drawing")

        figure = Matplotlib()
        tracked = ridgeline.Figure(figure, caption="c")
        assert figure.drawn == 1
        assert tracked.encode() == ("image/png", b"\x89PNG\r\n\x1a\n drawing", {"caption": "c"})
        assert ridgeline.Image(figure).encode().mime == "image/png"

    def test_plotly_keeps_its_json(self):
        class Plotly:
            def to_plotly_json(self):
                return {}

            def to_json(self):
                return '{"data":[]}'

        mime, data, _ = ridgeline.Figure(Plotly()).encode()
        assert (mime, json.loads(data)) == ("application/vnd.plotly.v1+json", {"data": []})

    def test_anything_else_is_refused(self):
        with pytest.raises(InputError, match="object-type"):
            ridgeline.Figure(np.zeros((2, 2)))


class TestAudio:
    def test_samples_become_wav(self):
        samples = np.array([0, 0.5, -1, 2, np.nan])
        audio = ridgeline.Audio(samples, rate=16_000)
        samples[:] = 0
        mime, data, meta = audio.encode()
        assert (mime, meta) == ("audio/wav", {"rate": 16_000, "channels": 1})
        with wave.open(io.BytesIO(data)) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
            assert np.frombuffer(file.readframes(9), "<i2").tolist() == [0, 16384, -32767, 32767, 0]

    def test_stereo_int16(self):
        samples = np.array([[1, 2], [3, 4], [5, 6]], np.int16)
        with wave.open(io.BytesIO(ridgeline.Audio(samples, rate=8000).encode().data)) as file:
            assert (file.getnchannels(), file.getnframes()) == (2, 3)

    def test_files_are_kept(self, tmp_path):
        path = tmp_path / "a.mp3"
        path.write_bytes(b"ID3 rest")
        assert ridgeline.Audio(path).encode()[:2] == ("audio/mpeg", b"ID3 rest")
        assert ridgeline.Audio(b"fLaC").encode().mime == "audio/flac"
        assert ridgeline.Audio(b"OggS").encode().mime == "audio/ogg"

    @pytest.mark.parametrize(
        ("arguments", "slug"),
        [
            ((np.zeros(3),), "audio-rate"),
            ((np.zeros(3), 0), "audio-rate"),
            ((np.zeros((2, 3, 4)), 8000), "audio-shape"),
            ((np.zeros(3, np.int32), 8000), "audio-type"),
            ((b"what",), "audio-format"),
            ((3.5,), "object-type"),
        ],
    )
    def test_anything_else_is_refused(self, arguments, slug):
        with pytest.raises(InputError, match=slug):
            ridgeline.Audio(*arguments)


class TestDistribution:
    def test_it_counts_as_numpy_does(self):
        samples = np.random.default_rng(1).normal(size=(40, 25))
        counts, edges = np.histogram(samples, 64)
        distribution = ridgeline.Distribution(samples)
        samples[:] = 0
        tree = json.loads(distribution.encode().data)
        assert tree == {"counts": counts.tolist(), "edges": edges.tolist()}

    @pytest.mark.parametrize(
        "samples",
        [[1.0, 2.0, 2.5, 4.0], [3.0, 3.0], [0.0], [], [float("nan"), 1.0, float("inf"), 2.0, -float("inf")]],
    )
    def test_a_list_counts_the_same_without_numpy(self, samples):
        finite = [value for value in samples if np.isfinite(value)]
        counts, edges = np.histogram(finite, 7)
        found = _count_list(samples, 7)
        assert found[0] == counts.tolist()
        assert found[1] == pytest.approx(edges.tolist())
        meta = ridgeline.Distribution(samples, bins=7).encode().meta
        assert meta == {"n_nan": int(np.isnan(samples).sum()), "n_inf": int(np.isinf(samples).sum())}

    def test_the_two_ways_agree_on_random_samples(self):
        samples = np.random.default_rng(2).normal(size=5000)
        counts, _ = np.histogram(samples, 50)
        assert _count_list(samples.tolist(), 50)[0] == counts.tolist()

    def test_without_numpy_loaded_an_array_is_still_counted(self, monkeypatch):
        samples = np.arange(10.0)
        distribution = ridgeline.Distribution(samples, bins=2)
        monkeypatch.delitem(sys.modules, "numpy")
        assert json.loads(distribution.encode().data)["counts"] == [5, 5]

    def test_a_histogram_is_kept(self):
        data = ridgeline.Distribution(histogram=([1, 2], [0, 0.5, 1])).encode().data
        assert json.loads(data) == {"counts": [1, 2], "edges": [0, 0.5, 1]}

    @pytest.mark.parametrize(
        "arguments",
        [
            {},
            {"samples": [1], "histogram": ([1], [0, 1])},
            {"samples": [1], "bins": 0},
            {"samples": [1], "bins": 5000},
            {"samples": "abc"},
            {"samples": ["a"]},
            {"samples": 3},
            {"samples": [10**400]},
            {"samples": np.array(["a"])},
            {"samples": np.array([1j])},
            {"histogram": (["a"], [0, 1])},
            {"histogram": ([1], [0])},
            {"histogram": ([1], [1, 0])},
            {"histogram": ([-1], [0, 1])},
        ],
    )
    def test_anything_else_is_refused(self, arguments):
        with pytest.raises(InputError):
            ridgeline.Distribution(**arguments)

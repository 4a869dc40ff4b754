"""Pictures of whole pages beside kept ones, with a tolerance that another version of the browser stays within."""

import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

KEPT = Path(__file__).parents[1] / "golden" / "screens"
UPDATE = "RIDGELINE_UPDATE_GOLDEN"
# Pictures are compared at a quarter of their size: how edges are smoothed is lost there, what stands where is not.
QUARTER = 4
# A pixel differs when a channel is off by more than this; a picture, when more than this share of its pixels does.
PIXEL, SHARE = 28, 0.006
# Small things of another colour: tiles of 32 x 32 have the same mean, whatever the smoothing.
TILE, TILE_MEAN = 8, 4.5


@dataclass(frozen=True)
class Difference:
    share: float
    tile: float
    where: tuple[int, int]

    @property
    def seen(self):
        return self.share > SHARE or self.tile > TILE_MEAN

    def __str__(self):
        left, top = self.where
        return (
            f"{self.share:.2%} of the pixels differ (of {SHARE:.2%} allowed), "
            f"most by {self.tile:.1f} of {TILE_MEAN} on average near ({left}, {top})"
        )


def difference(one, other):
    """How much two pictures of a page differ."""
    if one.size != other.size:
        return Difference(1.0, 255.0, (0, 0))
    apart = _quarter(one) - _quarter(other)
    share = float((np.abs(apart).max(axis=2) > PIXEL).mean())
    rows, columns = (n // TILE for n in apart.shape[:2])
    tiles = apart[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE, 3).mean(axis=(1, 3))
    worst = np.abs(tiles).max(axis=2)
    row, column = np.unravel_index(worst.argmax(), worst.shape)
    return Difference(share, float(worst.max()), (int(column) * TILE * QUARTER, int(row) * TILE * QUARTER))


def kept(name):
    return Image.open(KEPT / f"{name}.webp")


def check_picture(name, picture, folder):
    """Compare with tests/golden/screens/<name>.webp; RIDGELINE_UPDATE_GOLDEN=1 writes it, for a reader to look at."""
    if os.environ.get(UPDATE):
        KEPT.mkdir(parents=True, exist_ok=True)
        picture.save(KEPT / f"{name}.webp", lossless=True, quality=100, method=6)
    found = difference(picture, kept(name))
    if found.seen:
        picture.save(folder / f"{name}.png")
        message = f"{name}: {found}. Compare {folder / name}.png with {KEPT / name}.webp; if it is meant: {UPDATE}=1"
        raise AssertionError(message)


def taken(page, hidden):
    """A picture of what is in sight, once it has come to rest, without what changes from one time to the next."""
    last = None
    for _ in range(30):
        png = page.screenshot(
            animations="disabled", caret="hide", mask=[page.locator(hidden)], mask_color="#808080"
        )
        if png == last:
            return Image.open(io.BytesIO(png)).convert("RGB")
        last = png
        page.wait_for_timeout(100)
    raise AssertionError("the page does not come to rest")


def _quarter(picture):
    size = (picture.width // QUARTER, picture.height // QUARTER)
    return np.asarray(picture.convert("RGB").resize(size, Image.Resampling.BOX), dtype=np.float32)

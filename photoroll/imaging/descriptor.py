"""Describes a photo's looks by 431 numbers: shape, layout, colour, texture and 29 readable statistics.

Five blocks, in this order: histograms of oriented gradients (Dalal and Triggs 2005), Lab means and spreads
on a 4x4 grid, an HSV histogram, uniform local binary patterns (Ojala et al. 2002), and the statistics. Each
number is standardised and clipped to +-5, the two large blocks are projected on their 128 main axes, and each
block is scaled to unit mean energy, all by constants frozen in ``resources/descriptor/projection.npz``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from photoroll import resources
from photoroll.core.readings import DESCRIPTOR_SIZE
from photoroll.imaging import statistics
from photoroll.imaging.statistics import STATISTICS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

__all__ = ["BLOCKS", "STATISTICS", "Description", "describe", "measure"]

VERSION = 1
"""Rises whenever the numbers mean something else: heads and stored descriptors are bound to it."""
MEASURED = {"hog": 1764, "lab": 96, "hsv": 144, "lbp": 50, "statistics": 29}
"""Block to numbers before projection."""
BLOCKS = {
    "hog": slice(0, 128),
    "lab": slice(128, 224),
    "hsv": slice(224, 352),
    "lbp": slice(352, 402),
    "statistics": slice(402, 431),
}
"""Where each block lies in the descriptor; ``statistics`` keeps its meaning, one number for each name."""
CLIP = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What :func:`describe` gives."""

    descriptor: Floats
    """431 numbers."""
    statistics: Floats
    """29 numbers as measured, in the order of :data:`STATISTICS`."""


def describe(rgb: Pixels) -> Description:
    """Describe a photo; ``rgb`` is its upright thumbnail, height x width x 3, long side about 256 pixels."""
    import numpy as np

    projection = _projection()
    measured = measure(rgb)
    out = np.empty(DESCRIPTOR_SIZE, np.float32)
    for name, block in measured.items():
        out[BLOCKS[name]] = projection[name].apply(block)
    return Description(descriptor=out, statistics=measured["statistics"])


def measure(rgb: Pixels) -> dict[str, Floats]:
    """Give the five blocks before standardising, as :data:`MEASURED` counts them."""
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    square = resized(rgb, 128)
    grey = np.asarray(cv2.cvtColor(square, cv2.COLOR_RGB2GRAY), np.uint8)
    return {
        "hog": _hog(grey),
        "lab": _lab(square),
        "hsv": _hsv(square),
        "lbp": _lbp(grey),
        "statistics": statistics.measure(resized(rgb, 96)),
    }


def resized(rgb: Pixels, side: int) -> Pixels:
    """Squeeze a picture into a square by averaging areas."""
    import cv2
    import numpy as np

    return np.asarray(cv2.resize(rgb, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _hog(grey: Pixels) -> Floats:
    import numpy as np

    return np.asarray(_hog_computer().compute(grey), np.float32).ravel()


def _lab(square: Pixels) -> Floats:
    """Mean and spread of L, a and b on a 4x4 grid."""
    import cv2
    import numpy as np

    lab = cv2.cvtColor(square, cv2.COLOR_RGB2LAB).astype(np.float32)
    mean = cv2.resize(lab, (4, 4), interpolation=cv2.INTER_AREA)
    square_mean = cv2.resize(lab * lab, (4, 4), interpolation=cv2.INTER_AREA)
    spread = np.sqrt(np.maximum(square_mean - mean * mean, 0))
    return np.concatenate([mean.ravel(), spread.ravel()])


def _hsv(square: Pixels) -> Floats:
    """Square roots (Hellinger) of the shares of 12 hues x 3 saturations x 4 brightnesses."""
    import cv2
    import numpy as np

    hsv = cv2.cvtColor(square, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, [12, 3, 4], [0, 180, 0, 256, 0, 256])
    shares: Floats = np.sqrt(counts.ravel() / np.float32(square.shape[0] * square.shape[1]))
    return shares


def _lbp(grey: Pixels) -> Floats:
    """Shares of the ten uniform rotation-free patterns, whole and by quarter."""
    import numpy as np

    middle = grey[1:-1, 1:-1]
    code = np.zeros(middle.shape, np.uint8)
    height, width = grey.shape
    around = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
    for bit, (down, right) in enumerate(around):
        near = grey[down : height - 2 + down, right : width - 2 + right]
        code |= (near >= middle).view(np.uint8) << np.uint8(bit)
    patterns, quarter = _lbp_tables()
    counts = np.bincount((patterns[code] + quarter).ravel(), minlength=40).reshape(4, 10)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return np.concatenate([shares.mean(axis=0), shares.ravel()]).astype(np.float32)


@lru_cache(maxsize=1)
def _hog_computer():  # type: ignore[no-untyped-def]
    import cv2

    return cv2.HOGDescriptor((128, 128), (32, 32), (16, 16), (16, 16), 9)


@lru_cache(maxsize=1)
def _lbp_tables() -> tuple[Pixels, Pixels]:
    """Code to pattern (ones when at most two changes around the circle, else 9), and quarter by place."""
    import numpy as np

    patterns = np.full(256, 9, np.uint8)
    for code in range(256):
        turned = (code >> 1) | ((code & 1) << 7)
        if (code ^ turned).bit_count() <= 2:
            patterns[code] = code.bit_count()
    half = np.arange(126) >= 63
    quarter = (half[:, None] * 2 + half[None, :]) * 10
    return patterns, quarter.astype(np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """How one block is brought into the descriptor."""

    mean: Floats
    scale: Floats
    """One over the standard deviation."""
    axes: Floats | None
    """Numbers x 128, already scaled to unit mean energy; ``None`` keeps the block's own axes."""
    shift: Floats
    """Subtracted after clipping and projecting: the mean, so that each number is centred."""
    energy: float

    def apply(self, block: Floats) -> Floats:
        """Standardise, clip, project and scale one block."""
        import numpy as np

        standard = np.clip((block - self.mean) * self.scale, -CLIP, CLIP)
        if self.axes is not None:
            standard = standard @ self.axes
        result: Floats = (standard - self.shift) * np.float32(self.energy)
        return result


@lru_cache(maxsize=1)
def _projection() -> dict[str, Projection]:
    import numpy as np

    with np.load(resources.path("descriptor", "projection.npz"), allow_pickle=False) as kept:
        return {
            name: Projection(
                mean=kept[f"{name}_mean"].astype(np.float32),
                scale=kept[f"{name}_scale"].astype(np.float32),
                axes=kept[f"{name}_axes"].astype(np.float32) if f"{name}_axes" in kept else None,
                shift=kept[f"{name}_shift"].astype(np.float32),
                energy=float(kept[f"{name}_energy"]),
            )
            for name in BLOCKS
        }

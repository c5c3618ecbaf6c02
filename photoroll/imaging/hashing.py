"""Perceptual hashes: pictures that look the same get numbers that differ in few bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

FLAT_SPREAD = 8.0
"""Below this standard deviation of grey a page is blank: its hashes collide with those of other pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """Two 64-bit hashes, unsigned."""

    phash: int
    """Signs of the 63 lowest AC coefficients of a 32x32 DCT against their median; bit 63 (DC) is 0."""
    dhash: int
    """Whether each of 8x8 cells is darker than its right neighbour."""
    flat: bool


def hashes(grey: Pixels) -> Hashes:
    """Hash an upright grey thumbnail (height x width, any size)."""
    import cv2
    import numpy as np

    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = np.asarray(cv2.dct(small))[:8, :8].ravel()
    signs = low > np.median(low[1:])
    signs[0] = False
    row = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    return Hashes(
        phash=_number(signs),
        dhash=_number((row[:, 1:] > row[:, :-1]).ravel()),
        flat=bool(grey.std() < FLAT_SPREAD),
    )


def _number(bits: NDArray[np.bool_]) -> int:
    import numpy as np

    return int.from_bytes(np.packbits(bits).tobytes(), "big")

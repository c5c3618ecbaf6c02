"""Measures a photo's technical quality, to compare shots of the same scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoroll.core.models import Quality

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_TILES = 8
_SHARPEST = 13
"""A fifth of 64 tiles."""


def quality(grey: Pixels, small: Pixels, *, colourfulness: float) -> Quality:
    """Measure an upright thumbnail in grey: ``grey`` at 512 pixels, ``small`` at 256.

    :param colourfulness: as :func:`photoroll.imaging.statistics.colourfulness` gives it.
    """
    import numpy as np

    clipped = float(((small < 4) | (small > 251)).mean())
    return Quality(
        sharpness=sharpness(grey),
        exposure=1.0 - min(1.0, 4.0 * clipped),
        contrast=float(np.std(small)) / 255,
        colourfulness=min(1.0, colourfulness),
    )


def sharpness(grey: Pixels) -> float:
    """Mean squared gradient (Tenengrad) of the sharpest fifth of 8x8 tiles, after a blur of sigma 1.

    Without the blur, or with the popular variance of the Laplacian, a noisy picture beats a sharp one.
    """
    import cv2
    import numpy as np

    calm = cv2.GaussianBlur(grey, (0, 0), 1.0)
    across = cv2.Sobel(calm, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(calm, cv2.CV_32F, 0, 1)
    energy = np.asarray(across * across + down * down)
    tiles = np.sort(cv2.resize(energy, (_TILES, _TILES), interpolation=cv2.INTER_AREA), axis=None)
    return float(tiles[-_SHARPEST:].mean())

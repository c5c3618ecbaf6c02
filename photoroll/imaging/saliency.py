"""Where a picture draws the eye: the spectral residual of Hou and Zhang (CVPR 2007)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from photoroll.core.framing import Interest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

SIDE = 64
"""The picture is looked at in 64 x 64 pixels: the eye's first glance."""
PROFILE = 32
"""Columns and rows of the profiles."""


def saliency(picture: Image.Image) -> NDArray[np.float64]:
    """Give a (64, 64) map of how much each part stands out, 0-1.

    The log spectrum minus its 3 x 3 mean is what is unusual in a picture; back in space, squared and blurred,
    it marks where. Even pictures give a map of zeros.
    """
    import numpy as np
    from PIL import Image as Images

    grey = np.asarray(picture.convert("L").resize((SIDE, SIDE), Images.Resampling.BOX), dtype=np.float64)
    if float(grey.std()) < 1.0:
        return np.zeros((SIDE, SIDE))
    spectrum = np.fft.fft2(grey)
    log = np.log(np.abs(spectrum) + 1e-9)
    residual = log - _box(log)
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    found = np.abs(back) ** 2
    for _ in range(4):  # four 3 x 3 means are close to a Gaussian of sigma 1.6
        found = _box(found)
    low, high = float(found.min()), float(np.percentile(found, 99))
    return np.asarray(np.clip((found - low) / max(high - low, 1e-12), 0.0, 1.0))


def interest_of(picture: Image.Image) -> Interest:
    """Give how much each of 32 columns and 32 rows of a picture is worth looking at."""
    found = saliency(picture)
    step = SIDE // PROFILE
    columns = found.mean(axis=0).reshape(PROFILE, step).mean(axis=1)
    rows = found.mean(axis=1).reshape(PROFILE, step).mean(axis=1)
    return Interest(
        columns=tuple(round(float(value), 5) for value in columns),
        rows=tuple(round(float(value), 5) for value in rows),
    )


def interest_of_thumbnail(jpeg: bytes) -> Interest:
    """Give the interest of one of PhotoRoll's own thumbnails."""
    from PIL import Image as Images

    with Images.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        return interest_of(picture)


def _box(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the mean of each 3 x 3 neighbourhood, the edge repeated."""
    import numpy as np

    wide = np.pad(values, 1, mode="edge")
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    return np.asarray((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9.0)

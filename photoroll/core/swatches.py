"""The dominant colours of a set of photos, from the Lab layout that their descriptors carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SEED = 5
_WHITE = (0.95047, 1.0, 1.08883)
_XYZ_TO_RGB = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
"""D65 white and the matrix of sRGB (IEC 61966-2-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabLayout:
    """How to read the mean colours of 4x4 cells back from a descriptor."""

    start: int
    """The first of 48 columns: L, a and b of 16 cells."""
    gain: Floats
    """Shape (48,): ``value * gain + offset`` is Lab as 8-bit pictures keep it (L * 2.55, a + 128, b +
    128).
    """
    offset: Floats


def dominant_colours(descriptors: NDArray[np.floating], layout: LabLayout, count: int = 3) -> tuple[str, ...]:
    """Give at most ``count`` colours as ``#rrggbb``, the commonest first, of descriptors of shape (m,
    431).
    """
    import numpy as np
    from sklearn.cluster import KMeans

    block = np.asarray(descriptors, dtype=np.float64)[:, layout.start : layout.start + 48]
    cells = (block * layout.gain + layout.offset).reshape(-1, 3)
    different = len(np.unique(np.round(cells), axis=0))
    model = KMeans(min(count, different), n_init=2, random_state=_SEED).fit(cells)
    order = np.argsort(-np.bincount(model.labels_), kind="stable")
    return tuple(_hex(colour) for colour in _srgb(model.cluster_centers_[order]))


def _srgb(lab: Floats) -> Floats:
    """Convert 8-bit Lab of shape (n, 3) to sRGB 0-1 (CIE 15, D65)."""
    import numpy as np

    light = lab[:, 0] / 2.55
    y = (light + 16) / 116
    f = np.stack((y + (lab[:, 1] - 128) / 500, y, y - (lab[:, 2] - 128) / 200), axis=1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * np.array(_WHITE)
    linear = np.clip(xyz @ np.array(_XYZ_TO_RGB).T, 0.0, 1.0)
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def _hex(colour: Floats) -> str:
    red, green, blue = (round(255 * float(band)) for band in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"

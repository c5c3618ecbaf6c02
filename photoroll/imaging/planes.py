"""Pictures in the encoder's own planes: NV12, BT.709, video range.

A photo is brought once into luma and half-size chroma; a frame is then two affine warps of these. That is
half the work of warping RGB and converting every frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from photoroll.core.documents import Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Pixels = NDArray[np.uint8]

_KR, _KB = 0.2126, 0.0722
"""Luma weights of red and blue (ITU-R BT.709)."""


class Frame:
    """One NV12 picture: luma (h, w), then interleaved chroma (h / 2, w / 2, 2), in one buffer."""

    __slots__ = ("buffer", "chroma", "height", "luma", "width")

    def __init__(self, width: int, height: int) -> None:
        import numpy as np

        self.width, self.height = width, height
        self.buffer: Pixels = np.empty((height * 3 // 2, width), np.uint8)
        self.luma: Pixels = self.buffer[:height]
        self.chroma: Pixels = self.buffer[height:].reshape(height // 2, width // 2, 2)

    def blacken(self) -> None:
        """Make it black (video range)."""
        self.luma.fill(16)
        self.chroma.fill(128)


@dataclass(frozen=True, slots=True)
class Overlay:
    """Words and scrim in planes: what is below times ``keep`` / 255, plus ``add``; rows from ``top`` on."""

    top: int
    keep_luma: Pixels
    add_luma: Pixels
    keep_chroma: Pixels
    add_chroma: Pixels

    @classmethod
    def of(cls, card: Image.Image) -> Overlay:
        """Bring an ``RGBA`` card into planes."""
        import cv2
        import numpy as np

        pixels = np.asarray(card)
        rows = np.flatnonzero(pixels[..., 3].any(axis=1))
        top = int(rows[0]) // 2 * 2 if len(rows) else 0
        pixels = pixels[top:]
        alpha = pixels[..., 3].astype(np.float32) / 255.0
        colour = pixels[..., :3].astype(np.float32)
        luma, chroma = _to_planes(colour)
        soft = cv2.resize(alpha, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return cls(
            top=top,
            keep_luma=np.rint(255.0 * (1.0 - alpha)).astype(np.uint8),
            add_luma=np.rint(luma * alpha).astype(np.uint8),
            keep_chroma=np.repeat(np.rint(255.0 * (1.0 - soft))[..., None], 2, axis=2).astype(np.uint8),
            add_chroma=np.rint(chroma * soft[..., None]).astype(np.uint8),
        )

    def over(self, frame: Frame, opacity: float) -> None:
        """Lay it over ``frame``."""
        if opacity > 0.0:
            _lay(frame.luma[self.top :], self.keep_luma, self.add_luma, opacity)
            _lay(frame.chroma[self.top // 2 :], self.keep_chroma, self.add_chroma, opacity)


def planes_of(picture: Image.Image) -> tuple[Pixels, Pixels]:
    """Bring an ``RGB`` picture (even sides) into luma and half-size chroma of BT.709, 16-235 and 16-240."""
    import numpy as np

    luma, chroma = _to_planes(np.asarray(picture))
    return np.asarray(luma, np.uint8), np.asarray(chroma, np.uint8)


def blend(one: Frame, two: Frame, share: float, into: Frame) -> None:
    """Dissolve from ``one`` (share 0) to ``two`` (share 1)."""
    import cv2

    cv2.addWeighted(one.buffer, 1.0 - share, two.buffer, share, 0.0, dst=into.buffer)


def _to_planes(colour: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Give luma and half-size chroma in the type of ``colour``; OpenCV rounds and clips whole numbers."""
    import cv2
    import numpy as np

    luma_row, chroma_rows = _matrix()
    half = cv2.resize(colour, (colour.shape[1] // 2, colour.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.transform(colour, luma_row)), np.asarray(cv2.transform(half, chroma_rows))


def _matrix() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import numpy as np

    kg = 1.0 - _KR - _KB
    y = np.array([_KR, kg, _KB])
    cb = (np.array([0.0, 0.0, 1.0]) - y) / (2 * (1 - _KB))
    cr = (np.array([1.0, 0.0, 0.0]) - y) / (2 * (1 - _KR))
    luma = np.concatenate([y * 219 / 255, [16.0]])[None, :]
    chroma = np.array([[*(cb * 224 / 255), 128.0], [*(cr * 224 / 255), 128.0]])
    return luma, chroma


def _lay(below: Pixels, keep: Pixels, add: Pixels, opacity: float) -> None:
    import cv2
    import numpy as np

    if opacity < 1.0:
        keep = np.asarray(cv2.convertScaleAbs(keep, alpha=opacity, beta=255.0 * (1.0 - opacity)), np.uint8)
        add = np.asarray(cv2.convertScaleAbs(add, alpha=opacity), np.uint8)
    cv2.multiply(below, keep, dst=below, scale=1 / 255.0)
    cv2.add(below, add, dst=below)


def warp(source: Pixels, target: Pixels, window: tuple[float, float, float, float], area: Window) -> None:
    """Fill ``target`` with ``window`` of the plane that shows ``area``, to fractions of a pixel."""
    import cv2
    import numpy as np

    rows, columns = target.shape[:2]
    x_scale, y_scale = source.shape[1] / area.width, source.shape[0] / area.height
    step_x = (window[2] - window[0]) * x_scale / columns
    step_y = (window[3] - window[1]) * y_scale / rows
    start_x = (window[0] - area.left) * x_scale + 0.5 * step_x - 0.5
    start_y = (window[1] - area.top) * y_scale + 0.5 * step_y - 0.5
    matrix = np.array([[step_x, 0.0, start_x], [0.0, step_y, start_y]])
    cv2.warpAffine(
        source,
        matrix,
        (columns, rows),
        dst=target,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )

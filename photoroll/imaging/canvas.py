"""The canvas that a slow move passes over: a cut of the photo, or all of it on its own blurred cover."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from photoroll.core.documents import Motion, PhotoRef, Window
from photoroll.imaging.pictures import picture_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

_LONGEST_SIDE = 6000
_COVER_DARK = 0.42
_GROUND_DARK = 0.85
_BAND = 128


def canvas_of(
    photo: PhotoRef, aspect: float, motion: Motion, area: Window, size: tuple[int, int]
) -> Image.Image:
    """Give the part of the photo that the move passes over, at the scale of its tightest frame.

    What reaches out of the photo shows its own cover: enlarged, blurred and darkened.
    """
    tight = min(motion.start.width, motion.end.width)
    across = size[0] / tight  # pixels for the photo's whole width
    side = math.ceil(max(across, across / aspect)) + 2
    picture = picture_of(photo, side=min(side, _LONGEST_SIDE))
    width = max(2, round(across * area.width / 2) * 2)
    height = max(2, round(size[1] / min(motion.start.height, motion.end.height) * area.height / 2) * 2)
    if min(area.left, area.top) >= 0.0 and max(area.right, area.bottom) <= 1.0:
        return _cut(picture, area, width, height)
    return _over_cover(picture, area, width, height)


def soft_canvas(photo: PhotoRef, size: tuple[int, int]) -> Image.Image:
    """Give the photo filling a frame of ``size``, out of focus: a ground for words in the middle."""
    import cv2
    import numpy as np
    from PIL import Image as Images

    picture = picture_of(photo, side=max(size) // 2)
    small = (max(2, size[0] // 4), max(2, size[1] // 4))
    filled = picture.resize(small, Images.Resampling.BICUBIC, box=_filling(picture.size, small))
    blurred = cv2.GaussianBlur(np.asarray(filled, np.float32), (0, 0), max(small) / 110)
    large = cv2.resize(blurred, size, interpolation=cv2.INTER_CUBIC)
    return Images.fromarray(_grained(large))


def cover_of(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Give a picture filling ``size``, blurred, a little darker, as the ground of a photo that does not."""
    return _blurred(picture, *size, dark=_GROUND_DARK)


def _cut(picture: Image.Image, area: Window, width: int, height: int) -> Image.Image:
    from PIL import Image as Images

    box = (
        area.left * picture.width,
        area.top * picture.height,
        area.right * picture.width,
        area.bottom * picture.height,
    )
    return picture.resize((width, height), Images.Resampling.BICUBIC, box=box)


def _over_cover(picture: Image.Image, area: Window, width: int, height: int) -> Image.Image:
    from PIL import Image as Images

    cover = _blurred(picture, width, height)
    left, top = round(-area.left / area.width * width), round(-area.top / area.height * height)
    right = round((1.0 - area.left) / area.width * width)
    bottom = round((1.0 - area.top) / area.height * height)
    whole = picture.resize((max(2, right - left), max(2, bottom - top)), Images.Resampling.BICUBIC)
    _shade(cover, (left, top, right, bottom))
    cover.paste(whole, (left, top))
    return cover


def _blurred(picture: Image.Image, width: int, height: int, *, dark: float = _COVER_DARK) -> Image.Image:
    """Fill a canvas with the photo, blurred, darkened, and grained so that it shows no bands."""
    import cv2
    import numpy as np
    from PIL import Image as Images

    small_size = (max(2, width // 16), max(2, height // 16))
    box = _filling(picture.size, (width, height))
    small = picture.resize(small_size, Images.Resampling.BOX, box=box)
    blurred = cv2.GaussianBlur(np.asarray(small, np.float32), (0, 0), max(small_size) / 22)
    blurred = blurred * np.float32(dark) + np.float32(6.0)
    large = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_CUBIC)
    return Images.fromarray(_grained(large))


def _filling(have: tuple[int, int], want: tuple[int, int]) -> tuple[float, float, float, float]:
    """Give the middle part of a picture of size ``have`` that has the shape of ``want``."""
    scale = max(want[0] / have[0], want[1] / have[1])
    # Rounding may reach a hair beyond the picture, which Pillow refuses.
    width, height = min(want[0] / scale, have[0]), min(want[1] / scale, have[1])
    left, top = (have[0] - width) / 2, (have[1] - height) / 2
    return left, top, min(left + width, have[0]), min(top + height, have[1])


def _grained(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Round to 8 bits with a little grain: even gradients show bands without it."""
    import numpy as np

    rng = np.random.default_rng(11)
    result = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), _BAND):  # in bands: a whole frame of fractions takes 30 MB
        band = values[top : top + _BAND]
        grain = rng.standard_normal((*band.shape[:2], 1), dtype=np.float32) * np.float32(1.1)
        result[top : top + _BAND] = np.clip(band + grain, 0, 255)
    return result


def _shade(cover: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Darken the cover softly around where the photo will lie."""
    from PIL import Image as Images
    from PIL import ImageDraw, ImageFilter

    reduced = (max(2, cover.width // 8), max(2, cover.height // 8))
    mask = Images.new("L", reduced, 0)
    ImageDraw.Draw(mask).rectangle(tuple(side / 8 for side in box), fill=120)
    mask = mask.filter(ImageFilter.GaussianBlur(max(reduced) / 60))
    soft = mask.resize(cover.size, Images.Resampling.BICUBIC)
    cover.paste((0, 0, 0), (0, 0), soft)


def union(one: Window, two: Window) -> Window:
    """Give the window around two."""
    return Window(
        min(one.left, two.left),
        min(one.top, two.top),
        max(one.right, two.right),
        max(one.bottom, two.bottom),
    )

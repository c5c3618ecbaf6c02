"""Makes the two thumbnails of a photo from its one reduced decode."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from photoroll.imaging import decode

if TYPE_CHECKING:
    from PIL import Image

LARGE, SMALL = 512, 256
"""Long sides, pixels."""
QUALITY = 85


def halved(large: Image.Image) -> Image.Image:
    """Make the small thumbnail's picture from the large one's."""
    from PIL import Image

    target = decode.fitted(*large.size, SMALL)
    if large.size == target:
        return large
    if large.size == (2 * target[0], 2 * target[1]):
        return large.reduce(2)
    return large.resize(target, Image.Resampling.BICUBIC)


def to_jpeg(picture: Image.Image, quality: int = QUALITY) -> bytes:
    """Encode as a baseline JPEG without any metadata or profile (the pixels are sRGB)."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=b"", icc_profile=None, comment=b"")
    return out.getvalue()

"""Brings any picture to 8-bit sRGB: profiles, CMYK, 16 bits, palettes, transparency."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageCms import ImageCmsTransform

MAX_PROFILE_BYTES = 4 << 20
_SPACE_OF_MODE = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_ADOBE_RGB = "adobe-rgb"
"""Stands for the profile that DCF cameras only name: interoperability index ``R03``."""


def profile_of(picture: Image.Image) -> bytes | str | None:
    """Give the embedded ICC profile, or the name of the one the camera says it used; ``None`` is sRGB."""
    profile = picture.info.get("icc_profile")
    if isinstance(profile, bytes) and 128 < len(profile) <= MAX_PROFILE_BYTES:
        return profile
    exif = picture.info.get("exif")
    if isinstance(exif, bytes) and b"R03\0" in exif and picture.getexif().get_ifd(0xA005).get(1) == "R03":
        return _ADOBE_RGB
    return None


def simplified(picture: Image.Image) -> Image.Image:
    """Bring a decoded picture to a mode that can be resized: ``L``, ``RGB``, ``RGBA`` or ``CMYK``."""
    mode = picture.mode
    if mode in ("L", "RGB") and "transparency" not in picture.info:
        return picture
    if mode in ("RGBA", "CMYK"):
        return picture
    if mode in ("I", "F") or mode.startswith("I;16"):
        return _eight_bits(picture)
    if mode == "LAB":
        return _from_lab(picture)
    if mode in ("LA", "La", "PA", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L" if mode == "1" else "RGB")


def to_srgb(picture: Image.Image, profile: bytes | str | None) -> Image.Image:
    """Convert a picture from :func:`simplified` to ``RGB`` in sRGB, transparency on white.

    A profile that does not fit the picture, or is broken, is ignored, as other viewers do.
    """
    if picture.mode == "RGBA":
        picture = _on_white(picture)
    if profile == _ADOBE_RGB and picture.mode == "RGB":
        return _from_adobe_rgb(picture)
    if isinstance(profile, bytes):
        converted = _by_profile(picture, profile)
        if converted is not None:
            return converted
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image | None:
    from PIL import ImageCms

    transform = _transform(profile, picture.mode)
    if transform is None and picture.mode == "L":  # grey pixels under a colour profile are common
        picture = picture.convert("RGB")
        transform = _transform(profile, "RGB")
    if transform is None:
        return None
    try:
        return ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, ValueError, OSError):
        return None


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Build the way from a profile to sRGB; ``None`` when there is nothing to do or it does not fit."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACE_OF_MODE.get(mode):
            return None
        if mode == "RGB" and "srgb" in (ImageCms.getProfileDescription(source) or "").lower():
            return None
        target = ImageCms.createProfile("sRGB")
        return ImageCms.buildTransform(source, target, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError):
        return None


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Scale 16-bit, 32-bit and floating-point grey to 8 bits."""
    import numpy as np
    from PIL import Image

    values = np.asarray(picture)
    if picture.mode.startswith("I;16"):
        return Image.fromarray((values >> 8).astype(np.uint8))
    if picture.mode == "I":  # 16-bit samples in 32 bits; wider ones are scaled by their largest
        most = float(values.max(initial=0))
        top = max(most, 65535.0) if most > 255 else 255.0
    else:
        values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0)
        top = max(float(values.max(initial=0)), 1.0)
    return Image.fromarray((np.clip(values, 0, top) * (255.0 / top)).astype(np.uint8))


def _from_lab(picture: Image.Image) -> Image.Image:
    from PIL import ImageCms

    way = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    converted = ImageCms.applyTransform(picture, way)
    return converted if converted is not None else picture.convert("L").convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    from PIL import Image

    page = Image.new("RGB", picture.size, (255, 255, 255))
    page.paste(picture, mask=picture.getchannel("A"))
    return page


def _from_adobe_rgb(picture: Image.Image) -> Image.Image:
    """Convert Adobe RGB (1998) to sRGB (IEC 61966-2-1); both have the D65 white point."""
    import numpy as np
    from PIL import Image

    matrix = np.array([[1.39836, -0.39836, 0.0], [0.0, 1.0, 0.0], [0.0, -0.04293, 1.04293]], dtype=np.float32)
    curve = (np.arange(256, dtype=np.float32) / 255) ** np.float32(563 / 256)
    linear = np.clip(curve[np.asarray(picture)] @ matrix.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return Image.fromarray((encoded * 255 + 0.5).astype(np.uint8))

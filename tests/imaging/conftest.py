"""Small real photos for the tests of the readers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoroll.imaging import decode


def _scene(width: int, height: int) -> Image.Image:
    """Four corners of different colours, so that every turn and mirror image can be told apart."""
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    red = 40 + 190 * (across < 0.5) * (down < 0.5)
    green = 40 + 190 * (across >= 0.5) * (down < 0.5)
    blue = 40 + 190 * (across < 0.5) * (down >= 0.5)
    shade = 8 * np.sin(40 * across * down)
    pixels = np.stack([red, green, blue], axis=-1) + shade[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def scene() -> Callable[..., Image.Image]:
    """Draw a picture with a red, a green, a blue and a dark corner (upper left, right, lower left, right)."""
    decode.set_up("HEIF", "AVIF")
    return lambda width=96, height=64: _scene(width, height)


@pytest.fixture(scope="session")
def corners() -> Callable[[Image.Image], str]:
    """Name the colours of the corners: ``RGBK`` is the scene upright."""

    def read(picture: Image.Image) -> str:
        wide, high = picture.size
        spots = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
        named = ""
        for x, y in spots:
            values = picture.convert("RGB").getpixel((int(wide * x), int(high * y)))
            named += "K" if max(values) < 110 else "RGB"[int(np.argmax(values))]
        return named

    return read


@pytest.fixture(scope="session")
def encoded() -> Callable[..., bytes]:
    """Encode a picture: ``encoded(picture, "JPEG", exif=…)``."""

    def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
        decode.set_up("HEIF", "AVIF")
        out = io.BytesIO()
        picture.save(out, kind, **options)
        return out.getvalue()

    return encode


@pytest.fixture
def photo(tmp_path: Path, scene, encoded) -> Callable[..., Path]:
    """Write a photo: ``photo("x.jpg", "JPEG", exif=…)``; gives its path."""

    def write(name: str = "x.jpg", kind: str = "JPEG", picture: Image.Image | None = None, **options) -> Path:
        path = tmp_path / name
        path.write_bytes(encoded(picture or scene(), kind, **options))
        return path

    return write

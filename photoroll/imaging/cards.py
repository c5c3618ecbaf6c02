"""The words of a film: scrims and type that lie over the pictures, as pictures with transparency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from photoroll.core.documents import Segment, SegmentKind
from photoroll.imaging.text import Face, broken, font_for

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

WHITE, SOFT, RULE = 255, 226, 150
"""Opacity of white type, of its second lines, and of the rule at the end."""
_SCRIM, _SCRIM_FOOT, _SCRIM_END = 0.62, 0.76, 0.62
"""Black behind the first line of words, at the frame's foot, and all over the end card."""


def card_of(part: Segment, size: tuple[int, int]) -> Image.Image | None:
    """Give the words of a segment on their scrim as an ``RGBA`` picture of the frame's size, or ``None``.

    White type lies on 62 % of black or more: at least 5.5 to 1 even over a white photo.
    """
    if part.kind is SegmentKind.MAP or not (part.heading or part.kicker or part.caption):
        return None
    if part.kind is SegmentKind.END:
        return _end_card(part, size)
    if part.heading or part.kicker:
        return _heading_card(part, size)
    return _caption_card(part.caption, size)


def unit_of(size: tuple[int, int]) -> float:
    """Give the scale of type: 1 for 1920 x 1080, by the square root of the area."""
    return math.sqrt(size[0] * size[1] / (1920 * 1080))


def _margins(size: tuple[int, int]) -> tuple[float, float]:
    """Give the free space left and below; tall frames keep clear of a phone's own controls."""
    width, height = size
    return (0.05 * width, 0.075 * height) if width >= height else (0.075 * width, 0.13 * height)


def _heading_card(part: Segment, size: tuple[int, int]) -> Image.Image:
    from PIL import Image as Images
    from PIL import ImageDraw

    unit = unit_of(size)
    left, below = _margins(size)
    is_title = part.kind is SegmentKind.TITLE
    room = (size[0] - 2 * left) * (1.0 if size[0] < size[1] else 0.78)
    big = round((112 if is_title else 88) * unit)
    lines, big = _sized(part.heading, Face.SERIF, big, room)
    small = max(round((30 if is_title else 28) * unit), 9)
    captions = broken(part.caption, Face.SANS, small, room, most=2) if part.caption else []
    kickers = broken(part.kicker, Face.SANS_MEDIUM, small, room, most=1) if part.kicker else []
    height = small * 1.45 * (len(captions) + len(kickers)) + big * 1.06 * len(lines) + 0.9 * small
    top = size[1] - below - height
    card = _scrim(size, top - 3.2 * big, top)
    words = Images.new("L", size, 0)
    drawing = ImageDraw.Draw(words)
    y = top
    for text in kickers:
        y += small * 1.45
        drawing.text((left + 0.04 * big, y), text, SOFT, font_for(text, Face.SANS_MEDIUM, small), anchor="ls")
    for text in lines:
        y += big * 1.06 if text is not lines[0] or kickers else big * 0.9
        drawing.text((left, y), text, WHITE, font_for(text, Face.SERIF, big), anchor="ls")
    y += 0.9 * small
    for text in captions:
        y += small * 1.45
        drawing.text((left + 0.04 * big, y), text, SOFT, font_for(text, Face.SANS, small), anchor="ls")
    return _lettered(card, words)


def _caption_card(caption: str, size: tuple[int, int]) -> Image.Image:
    from PIL import Image as Images
    from PIL import ImageDraw

    unit = unit_of(size)
    left, below = _margins(size)
    px = max(round(32 * unit), 9)
    lines = broken(caption, Face.SANS_MEDIUM, px, (size[0] - 2 * left) * 0.8, most=2)
    top = size[1] - below - px * 1.4 * len(lines)
    card = _scrim(size, top - 6 * px, top + 0.3 * px)
    words = Images.new("L", size, 0)
    drawing = ImageDraw.Draw(words)
    for number, text in enumerate(lines, start=1):
        drawing.text(
            (left, top + px * 1.4 * number), text, WHITE, font_for(text, Face.SANS_MEDIUM, px), anchor="ls"
        )
    return _lettered(card, words)


def _end_card(part: Segment, size: tuple[int, int]) -> Image.Image:
    from PIL import Image as Images
    from PIL import ImageDraw

    unit = unit_of(size)
    card = Images.new("RGBA", size, (8, 8, 9, round(255 * _SCRIM_END)))
    words = Images.new("L", size, 0)
    drawing = ImageDraw.Draw(words)
    lines, big = _sized(part.heading, Face.SERIF, round(100 * unit), size[0] * 0.8)
    small = max(round(32 * unit), 9)
    captions = broken(part.caption, Face.SANS, small, size[0] * 0.8, most=2) if part.caption else []
    height = big * 1.06 * len(lines) + small * (1.6 + 1.45 * len(captions))
    y = (size[1] - height) / 2 - big * 0.18
    for text in lines:
        y += big * 1.06
        drawing.text((size[0] / 2, y), text, WHITE, font_for(text, Face.SERIF, big), anchor="ms")
    y += small * 1.25
    half = 46 * unit
    thick = max(1, round(2 * unit))
    drawing.rectangle((size[0] / 2 - half, y, size[0] / 2 + half, y + thick - 1), fill=RULE)
    y += small * 0.5
    for text in captions:
        y += small * 1.5
        drawing.text((size[0] / 2, y), text, SOFT, font_for(text, Face.SANS, small), anchor="ms")
    return _lettered(card, words)


def _lettered(card: Image.Image, words: Image.Image) -> Image.Image:
    """Lay white type, given as its opacity, over a card."""
    from PIL import Image as Images

    layer = Images.new("RGBA", card.size, (255, 255, 255, 0))
    layer.putalpha(words)
    return Images.alpha_composite(card, layer)


def _sized(text: str, face: Face, px: int, room: float) -> tuple[list[str], int]:
    """Break a heading into two lines at most, in smaller type where it is long."""
    if not text:
        return [], px
    for share in (1.0, 0.86, 0.74, 0.64):
        size = max(round(px * share), 10)
        lines = broken(text, face, size, room, most=9)
        if len(lines) <= 2 and not any("…" in line for line in lines):
            return lines, size
    return broken(text, face, size, room, most=3), size


def _scrim(size: tuple[int, int], top: float, full: float) -> Image.Image:
    """Give a black gradient: clear above ``top``, dark enough for words from ``full`` on, darkest below."""
    import numpy as np
    from PIL import Image as Images

    rows = np.arange(size[1], dtype=np.float32)
    top = max(top, 0.0)
    u = np.clip((rows - top) / max(full - top, 1.0), 0.0, 1.0)
    v = np.clip((rows - full) / max(size[1] - full, 1.0), 0.0, 1.0)
    # A smooth start and end: a straight ramp shows as a bar.
    alpha = _SCRIM * u * u * (3 - 2 * u) + (_SCRIM_FOOT - _SCRIM) * v
    noise = _grain((size[1], size[0])) * 1.2  # a gradient of few greys shows as bands without grain
    values = np.clip(alpha[:, None] * 255.0 + np.where(alpha[:, None] > 0, noise, 0.0), 0, 255)
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    pixels[..., 3] = values.astype(np.uint8)
    return Images.fromarray(pixels)


def _grain(shape: tuple[int, int]) -> NDArray[np.float32]:
    import numpy as np

    return np.random.default_rng(7).random(shape, dtype=np.float32) - np.float32(0.5)

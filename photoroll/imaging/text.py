"""Words in pictures: the shipped fonts, fitting and breaking lines."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from photoroll import resources

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

ELLIPSIS = "…"


class Face(StrEnum):
    """The shipped fonts, by file."""

    SERIF = "EBGaramond12-Regular.otf"
    SERIF_ITALIC = "EBGaramond12-Italic.otf"
    SANS = "Inter-Regular.otf"
    SANS_MEDIUM = "Inter-Medium.otf"
    SANS_SEMIBOLD = "Inter-SemiBold.otf"


@lru_cache(maxsize=64)
def font(face: Face, px: int) -> FreeTypeFont:
    """Give a font whose em is ``px`` pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(str(resources.path("fonts", face.value)), max(px, 4))


def tidy(text: str) -> str:
    """Give text on one line: control signs out, runs of spaces as one."""
    visible = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text
    )
    return " ".join(visible.split())


def width_of(text: str, face: Face, px: int) -> float:
    """Give the width of a line in pixels."""
    return float(font(face, px).getlength(text))


def fitted_line(text: str, face: Face, px: int, width: float, *, least: float = 0.6) -> tuple[str, int]:
    """Fit a line into ``width``: smaller type first, down to ``least`` of ``px``, then an ellipsis."""
    text = tidy(text)
    full = width_of(text, face, px)
    if full <= width:
        return text, px
    small = max(int(px * max(width / full, least)), 4)
    while text and width_of(text, face, small) > width:
        text = text.removesuffix(ELLIPSIS).rstrip()[:-1].rstrip() + ELLIPSIS
        if text == ELLIPSIS:
            break
    return text, small


def broken(text: str, face: Face, px: int, width: float, *, most: int = 3) -> list[str]:
    """Break a text into as few lines as fit ``width``, of nearly equal length, so that no word stands alone.

    A text longer than ``most`` lines ends in an ellipsis.
    """
    words = tidy(text).split(" ")
    lines = _greedy(words, face, px, width)
    if len(lines) > most:
        last, _ = fitted_line(" ".join(lines[most - 1 :]), face, px, width, least=1.0)
        return [*lines[: most - 1], last]
    low, high = width / max(len(lines), 1) / 2, width
    for _ in range(12):
        middle = (low + high) / 2
        if len(_greedy(words, face, px, middle)) <= len(lines):
            high = middle
        else:
            low = middle
    return [fitted_line(line, face, px, width, least=1.0)[0] for line in _greedy(words, face, px, high)]


def _greedy(words: list[str], face: Face, px: int, width: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and width_of(f"{lines[-1]} {word}", face, px) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return [line for line in lines if line]

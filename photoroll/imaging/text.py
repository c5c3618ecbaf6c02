"""Words in pictures: the shipped fonts, fitting and breaking lines.

A letter that a font lacks would be drawn as an empty box. So a line whose font lacks letters is set in the
shipped font that has most of them, and what no shipped font has is left out. Fonts of the system are not
asked: the process that draws may not read them, and the same document shall look the same everywhere.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from photoroll import resources

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

ELLIPSIS = "…"
_TRIAL_PX = 40


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


@lru_cache(maxsize=4096)
def has_letter(face: Face, sign: str) -> bool:
    """Whether a font has a picture of its own for ``sign``; one that is not seen (a joiner) always passes."""
    if sign.isspace() or unicodedata.category(sign) in ("Cf", "Mn", "Me"):
        return True
    mask = font(face, _TRIAL_PX).getmask(sign)
    return (mask.size, bytes(mask)) != _missing(face)


@lru_cache(maxsize=len(Face))
def _missing(face: Face) -> tuple[tuple[int, int], bytes]:
    """Give what a font draws for a letter that it lacks: U+10FFFD, which no font has."""
    mask = font(face, _TRIAL_PX).getmask("\U0010fffd")
    return mask.size, bytes(mask)


def drawable(text: str) -> str:
    """Give text on one line without what no shipped font can draw; the rest is kept as one font has it."""
    text = tidy(text)
    return _kept(text, _face_for(text, Face.SANS))


def lacks_letters(text: str) -> bool:
    """Whether something of ``text`` cannot be drawn."""
    return drawable(text) != tidy(text)


def font_for(text: str, face: Face, px: int) -> FreeTypeFont:
    """Give ``face``, or, where it lacks letters of ``text``, the shipped font that has most of them."""
    return font(_face_for(text, face), px)


def _face_for(text: str, face: Face) -> Face:
    others = (Face.SERIF, Face.SANS) if face in (Face.SERIF, Face.SERIF_ITALIC) else (Face.SANS, Face.SERIF)
    return max((face, *others), key=lambda one: sum(has_letter(one, sign) for sign in text))


def _kept(text: str, face: Face) -> str:
    kept = tidy("".join(sign for sign in text if has_letter(face, sign)))
    # What was between letters that are gone says nothing.
    return kept if any(sign.isalnum() for sign in kept) or kept == text else ""


def tidy(text: str) -> str:
    """Give text on one line: control signs out, runs of spaces as one."""
    visible = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text
    )
    return " ".join(visible.split())


def width_of(text: str, face: Face, px: int) -> float:
    """Give the width of a line in pixels."""
    return float(font_for(text, face, px).getlength(text))


def fitted_line(text: str, face: Face, px: int, width: float, *, least: float = 0.6) -> tuple[str, int]:
    """Fit a line into ``width``: smaller type first, down to ``least`` of ``px``, then an ellipsis."""
    text = drawable(text)
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
    words = drawable(text).split(" ")
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

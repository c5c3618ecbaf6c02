"""Draws a collage from its document, and writes it as JPEG, PNG or PDF: fresh pixels, no metadata."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from photoroll.core.documents import CollageCell, CollageDocument, Window, collage_from_json
from photoroll.errors import CannotMake
from photoroll.imaging.canvas import cover_of
from photoroll.imaging.pictures import picture_of
from photoroll.imaging.text import Face, drawable, fitted_line, font_for, lacks_letters, tidy, width_of

if TYPE_CHECKING:
    from PIL import Image

Report = Callable[[float], None]
"""Called with the share that is done, 0 to 1; it may raise to stop the work."""

FORMS = ("jpeg", "png", "pdf")
QUALITY = 92
LOW_DPI = 150
"""A photo with fewer pixels to the inch of paper than this looks soft in print."""
_MASK_SCALE = 4
_FIXED_DATE = b"\x07\xe8\x00\x01\x00\x01\x00\x00\x00\x00\x00\x00"
"""2024-01-01 00:00 as an ICC dateTimeNumber: the profile is always the same."""


def make_collage(
    document_json: str, out: BinaryIO, report: Report, *, form: str = "jpeg", quality: int = QUALITY
) -> dict[str, object]:
    """Draw the collage of ``document_json`` and write it to ``out`` in ``form``: "jpeg", "png" or "pdf".

    The same document and photos give the same bytes. Returns ``width``, ``height``, ``dpi``, ``photos`` and
    ``low_resolution``: the numbers of the cells printed at fewer than 150 pixels to the inch;
    ``letters_left_out`` tells whether words have letters that no shipped font has, ``untitled`` that nothing
    of the title could be drawn.

    :raises CannotMake: the document cannot be used.
    :raises UnreadablePhoto: one of its photos cannot be read; ``path`` says which.
    """
    if form not in FORMS:
        raise CannotMake(f"A collage cannot be written as {form!r}", f"Choose {', '.join(FORMS)}.")
    document = collage_from_json(document_json)
    page, soft = draw(document, report)
    write(page, out, form=form, dpi=document.page.dpi, quality=quality, title=tidy(document.title))
    page.close()
    report(1.0)
    return {
        "width": document.page.width,
        "height": document.page.height,
        "dpi": document.page.dpi,
        "photos": len(document.cells),
        "low_resolution": soft,
        "letters_left_out": lacks_letters(document.title) or lacks_letters(document.subtitle),
        "untitled": bool(tidy(document.title)) and not drawable(document.title),
    }


def draw(document: CollageDocument, report: Report) -> tuple[Image.Image, list[int]]:
    """Draw the page (mode ``RGB``, sRGB); also give the numbers of cells with too few pixels for print."""
    from PIL import Image as Images

    page = Images.new("RGB", (document.page.width, document.page.height), document.background)
    soft: list[int] = []
    report(0.0)
    for number, cell in enumerate(document.cells):
        piece, scale = _piece(cell)
        if document.page.dpi / scale < LOW_DPI:
            soft.append(number)
        page.paste(piece, (cell.x, cell.y), _corners(piece.width, piece.height, document.radius))
        piece.close()
        report((number + 1) / (len(document.cells) + 1))
    _draw_words(page, document)
    return page, soft


def write(
    page: Image.Image, out: BinaryIO, *, form: str, dpi: int, quality: int = QUALITY, title: str = ""
) -> None:
    """Write a finished page."""
    buffer = io.BytesIO()  # encoders seek; ``out`` may be a pipe
    if form == "jpeg":
        page.save(
            buffer,
            "JPEG",
            quality=quality,
            subsampling=0,
            optimize=False,
            dpi=(dpi, dpi),
            icc_profile=srgb_profile(),
        )
    elif form == "png":
        page.save(buffer, "PNG", dpi=(dpi, dpi), icc_profile=srgb_profile(), compress_level=6)
    else:
        page.save(
            buffer,
            "PDF",
            resolution=float(dpi),
            quality=quality,
            subsampling=0,
            title=title or None,
            creationDate=None,
            modDate=None,
        )
    out.write(buffer.getbuffer())


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Give an ICC profile of sRGB, always the same bytes."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = _FIXED_DATE
    profile[84:100] = bytes(16)  # the profile's MD5, which covers no date anyway
    return bytes(profile)


def _piece(cell: CollageCell) -> tuple[Image.Image, float]:
    """Give a cell's picture at its size on the page, and page pixels per photo pixel (1 or less is sharp).

    The photo is decoded once at the scale of the page, so that cutting it out is the only step left. One
    that does not fill its cell lies on its own blurred cover: cells stay flush.
    """
    crop = cell.crop
    # As if square: the sides are only known after decoding, and the longer one decides.
    side = math.ceil(max(cell.w / crop.width, cell.h / crop.height)) + 2
    picture = picture_of(cell.photo, side=side)
    aspect = (picture.width * crop.width) / (picture.height * crop.height)
    piece, scale = _cut_out(picture, crop, _inside(cell, aspect))
    if piece.size != (cell.w, cell.h):
        ground = cover_of(picture, (cell.w, cell.h))
        ground.paste(piece, ((cell.w - piece.width) // 2, (cell.h - piece.height) // 2))
        piece = ground
    return piece, scale


def _cut_out(picture: Image.Image, crop: Window, size: tuple[int, int]) -> tuple[Image.Image, float]:
    from PIL import Image as Images

    width, height = size
    box = _box(crop, picture.width, picture.height)
    scale = width / (box[2] - box[0])
    if abs(scale - 1.0) < 0.004:
        left = min(max(round((box[0] + box[2] - width) / 2), 0), max(picture.width - width, 0))
        top = min(max(round((box[1] + box[3] - height) / 2), 0), max(picture.height - height, 0))
        if left + width <= picture.width and top + height <= picture.height:
            return picture.crop((left, top, left + width, top + height)), 1.0
    piece = picture.resize((width, height), Images.Resampling.LANCZOS, box=box)
    return piece, max(scale, 1.0)


def _inside(cell: CollageCell, aspect: float) -> tuple[int, int]:
    """Give the size of the picture in its cell: all of it, unless the shapes differ by more than 1 %."""
    shape = cell.w / cell.h
    if abs(aspect / shape - 1.0) < 0.012 or min(cell.w, cell.h) < 24:
        return cell.w, cell.h
    if aspect > shape:
        return cell.w, max(1, round(cell.w / aspect))
    return max(1, round(cell.h * aspect)), cell.h


def _box(crop: Window, width: int, height: int) -> tuple[float, float, float, float]:
    return (
        max(crop.left * width, 0.0),
        max(crop.top * height, 0.0),
        min(crop.right * width, float(width)),
        min(crop.bottom * height, float(height)),
    )


def _corners(width: int, height: int, radius: int) -> Image.Image | None:
    """Give a mask with smooth round corners; only the corners are drawn large and reduced."""
    from PIL import Image as Images
    from PIL import ImageDraw

    radius = min(radius, width // 2, height // 2)
    if radius < 1:
        return None
    mask = Images.new("L", (width, height), 255)
    large = Images.new("L", (2 * radius * _MASK_SCALE,) * 2, 0)
    ImageDraw.Draw(large).ellipse((0, 0, large.width - 1, large.height - 1), fill=255)
    disc = large.resize((2 * radius,) * 2, Images.Resampling.BOX)
    for x, dx in ((0, 0), (width - radius, radius)):
        for y, dy in ((0, 0), (height - radius, radius)):
            mask.paste(disc.crop((dx, dy, dx + radius, dy + radius)), (x, y))
    return mask


def _draw_words(page: Image.Image, document: CollageDocument) -> None:
    """Set the title below the photos: alone in the middle, or left with the subtitle right on its line."""
    from PIL import ImageDraw

    title, subtitle = drawable(document.title), drawable(document.subtitle)
    below = max((cell.y + cell.h for cell in document.cells), default=0)
    foot = page.height - below - document.margin
    if not (title or subtitle) or foot < 8:
        return
    drawing = ImageDraw.Draw(page)
    left, right = document.margin, page.width - document.margin
    title_px, small_px = round(foot * 0.66), max(round(foot * 0.28), 5)
    baseline = below + round(foot * 0.82)
    muted = _mixed(document.ink, document.background, 0.30)
    if title and subtitle:
        room = right - left - title_px
        subtitle, small_px = fitted_line(subtitle, Face.SANS, small_px, room * 0.45)
        taken = width_of(subtitle, Face.SANS, small_px)
        title, title_px = fitted_line(title, Face.SERIF, title_px, room - taken)
        drawing.text(
            (left, baseline), title, document.ink, font_for(title, Face.SERIF, title_px), anchor="ls"
        )
        drawing.text((right, baseline), subtitle, muted, font_for(subtitle, Face.SANS, small_px), anchor="rs")
        return
    face, px = (Face.SERIF, title_px) if title else (Face.SANS, small_px)
    text, px = fitted_line(title or subtitle, face, px, right - left)
    drawing.text((page.width // 2, baseline), text, document.ink, font_for(text, face, px), anchor="ms")


def _mixed(one: str, two: str, share: float) -> tuple[int, int, int]:
    a, b = bytes.fromhex(one[1:]), bytes.fromhex(two[1:])
    r, g, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return r, g, blue

"""Collages: from photos and a wish to the document that says where every pixel goes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from photoroll.core import layouts
from photoroll.core.documents import INK, PAPER, CollageCell, CollageDocument, Page, PhotoRef
from photoroll.core.framing import Interest
from photoroll.core.layouts.mosaic import best_page
from photoroll.core.models import FaceBox
from photoroll.errors import CannotMake

GAP, MARGIN, RADIUS = 0.012, 0.04, 0.006
"""Usual spacing, in shares of the page's size (the square root of its area)."""
FOOT = 0.075
"""Height kept free for a title, in the same unit."""
LONG_SIDE = 3000
"""Pixels of the longer side, where only a shape is asked for."""
LEAD_WEIGHT = 2.2

_PAPERS_MM = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "10X15": (100.0, 150.0),
    "LETTER": (215.9, 279.4),
}
_LENGTHS_MM = {"cm": 10.0, "mm": 1.0, "in": 25.4}


@dataclass(frozen=True, slots=True, kw_only=True)
class CollagePhoto:
    """What a collage needs to know of a photo."""

    photo: PhotoRef
    aspect: float
    """Upright width / height."""
    weight: float = 1.0
    """Area wished for, relative to the others; a photo of few pixels gets less."""
    pixels: tuple[int, int] | None = None
    """Upright width and height; ``None`` where unknown."""
    faces: tuple[FaceBox, ...] = ()
    interest: Interest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollageWish:
    """What was asked for; ``None`` is the usual."""

    page: Page | None = None
    """``None`` chooses the shape that suits up to four photos, and 4:3 for more."""
    template: str = "mosaic"
    seed: int = 0
    title: str = ""
    subtitle: str = ""
    gap: int | None = None
    """Pixels, as the next two."""
    margin: int | None = None
    radius: int | None = None
    background: str = PAPER
    ink: str = INK
    max_crop: float = 0.15
    keep_order: bool = False


def plan_collage(photos: Sequence[CollagePhoto], wish: CollageWish) -> CollageDocument:
    """Arrange photos on a page; the same photos and wish give the same document.

    :raises CannotMake: no photo, too many, or no room for them.
    :raises NotFound: an unknown template.
    """
    if not photos:
        raise CannotMake("There is no photo to make a collage of", "Choose at least one.")
    lay_out = layouts.template(wish.template)
    aspects = [one.aspect for one in photos]
    page = wish.page or _shape_for(photos, wish)
    gap, margin, foot = _spacing(page, wish)
    layout = lay_out(
        aspects,
        page=(page.width, page.height),
        gap=gap,
        margin=margin,
        foot=foot,
        weights=sharp_weights(photos, _room(page, gap, margin, foot, len(photos))),
        faces=[one.faces for one in photos],
        interest=[one.interest for one in photos],
        pixels=[one.pixels for one in photos],
        max_crop=wish.max_crop,
        keep_order=wish.keep_order,
        seed=wish.seed,
    )
    return CollageDocument(
        template=wish.template,
        seed=wish.seed,
        page=page,
        cells=_cells(photos, layout),
        gap=gap,
        margin=margin,
        radius=_or(wish.radius, RADIUS * _size(page)),
        background=wish.background,
        ink=wish.ink,
        title=wish.title,
        subtitle=wish.subtitle,
        tree=layout.tree,
    )


def _cells(photos: Sequence[CollagePhoto], layout: layouts.Layout) -> tuple[CollageCell, ...]:
    return tuple(
        CollageCell(photo=one.photo, x=cell.x, y=cell.y, w=cell.w, h=cell.h, crop=crop, faces_cut=cut)
        for one, cell, crop, cut in zip(photos, layout.cells, layout.crops, layout.faces_cut, strict=True)
    )


def lead_weights(qualities: Sequence[float]) -> list[float]:
    """Give areas to wish for: the best photo leads, the others differ a little by their quality (0-1)."""
    if len(qualities) < 3:
        return [1.0] * len(qualities)
    best = max(range(len(qualities)), key=lambda i: (qualities[i], -i))
    low, high = min(qualities), max(qualities)
    span = (high - low) or 1.0
    weights = [0.85 + 0.3 * (quality - low) / span for quality in qualities]
    weights[best] = LEAD_WEIGHT
    return weights


def sharp_weights(photos: Sequence[CollagePhoto], room: float) -> list[float]:
    """Give the areas to wish for in ``room`` pixels such that no photo is enlarged, where that can be.

    A photo that is too small to lead changes its weight with the best that is not. No wish falls below a
    sixth of an equal share: a stamp is still to be seen.
    """
    weights = _led_by_a_sharp_one(photos, [one.weight for one in photos], room)
    least = room / len(photos) / 6
    most = [max(least, one.pixels[0] * one.pixels[1]) if one.pixels else math.inf for one in photos]
    if sum(most) <= room:  # all are small for this page: the larger lead, mildly
        return [weight * math.sqrt(size) for weight, size in zip(weights, most, strict=True)]
    capped: set[int] = set()
    for _ in photos:
        free = sum(weight for index, weight in enumerate(weights) if index not in capped)
        left = room - sum(most[index] for index in capped)
        over = {i for i in range(len(photos)) if i not in capped and weights[i] / free * left > most[i]}
        if not over:
            break
        capped |= over
    if not capped:
        return weights
    return [most[i] if i in capped else weight / free * left for i, weight in enumerate(weights)]


def _led_by_a_sharp_one(photos: Sequence[CollagePhoto], weights: list[float], room: float) -> list[float]:
    order = sorted(range(len(weights)), key=lambda i: (-weights[i], i))
    if len(order) < 3 or weights[order[0]] < 1.4 * weights[order[1]]:
        return weights
    wanted = weights[order[0]] / sum(weights) * room
    sizes = [one.pixels[0] * one.pixels[1] if one.pixels else math.inf for one in photos]
    largest = max(sizes)
    lead = next((i for i in order if sizes[i] >= min(wanted, largest)), order[0])
    changed = list(weights)
    changed[order[0]], changed[lead] = weights[lead], weights[order[0]]
    return changed


def page_from_text(text: str, *, dpi: int = 300, long_side: int = LONG_SIDE) -> Page:
    """Read a page: "4:3", "A4", "A4 landscape", "10x15", "30x20cm", "12x8in" or "3000x2250" (pixels).

    Paper and lengths are rendered at ``dpi``; a shape alone gets ``long_side`` pixels.

    :raises CannotMake: when it is none of these, or too small or too large.
    """
    words = text.strip().upper().split()
    if words and words[0] in _PAPERS_MM and words[1:] in ([], ["PORTRAIT"], ["LANDSCAPE"]):
        short, long = _PAPERS_MM[words[0]]
        wide = words[1:] == ["LANDSCAPE"]
        return _page_mm(long if wide else short, short if wide else long, dpi)
    found = re.fullmatch(
        r"(\d+(?:\.\d+)?)\s*([:x×])\s*(\d+(?:\.\d+)?)\s*(cm|mm|in|px)?", text.strip(), re.IGNORECASE
    )
    if found is None:
        raise CannotMake(f"{text!r} is no page", "Say for example 4:3, A4, 30x20cm or 3000x2250.")
    width, height, unit = float(found[1]), float(found[3]), (found[4] or "").lower()
    if min(width, height) <= 0:
        raise CannotMake(f"{text!r} is no page", "Both sides must be longer than 0.")
    if found[2] == ":":
        scale = long_side / max(width, height)
        return _checked(Page(width=round(width * scale), height=round(height * scale), dpi=dpi), text)
    if unit in _LENGTHS_MM:
        return _page_mm(width * _LENGTHS_MM[unit], height * _LENGTHS_MM[unit], dpi)
    return _checked(Page(width=round(width), height=round(height), dpi=dpi), text)


def _page_mm(width: float, height: float, dpi: int) -> Page:
    page = Page(width=round(width / 25.4 * dpi), height=round(height / 25.4 * dpi), dpi=dpi)
    return _checked(page, f"{width:g} x {height:g} mm at {dpi} dpi")


def _checked(page: Page, text: str) -> Page:
    if min(page.width, page.height) < 64 or page.width * page.height > 400_000_000:
        raise CannotMake(
            f"A page of {text} has {page.width} x {page.height} pixels",
            "Choose 64 pixels a side at least, and 400 megapixels at most.",
        )
    if max(page.width, page.height) > 30_000:
        raise CannotMake(f"A page of {text} is too long", "Choose 30,000 pixels a side at most.")
    return page


def _size(page: Page) -> float:
    return math.sqrt(page.width * page.height)


def _room(page: Page, gap: int, margin: int, foot: int, count: int) -> float:
    """Give roughly how many pixels of a page the photos themselves cover."""
    width, height = page.width - 2 * margin, page.height - 2 * margin - foot
    gutters = gap * (math.sqrt(count) - 1)
    return max(width - gutters, 1.0) * max(height - gutters, 1.0)


def _or(value: int | None, usual: float) -> int:
    return value if value is not None else round(usual)


def _spacing(page: Page, wish: CollageWish) -> tuple[int, int, int]:
    size = _size(page)
    foot = round(FOOT * size) if wish.title or wish.subtitle else 0
    return _or(wish.gap, GAP * size), _or(wish.margin, MARGIN * size), foot


def _shape_for(photos: Sequence[CollagePhoto], wish: CollageWish) -> Page:
    page = Page(width=LONG_SIDE, height=round(LONG_SIDE * 3 / 4))
    gap, margin, foot = _spacing(page, wish)
    width, height = best_page(
        [one.aspect for one in photos],
        long_side=LONG_SIDE,
        gap=gap,
        margin=margin,
        foot=foot,
        faces=[one.faces for one in photos],
        seed=wish.seed,
    )
    return Page(width=width, height=height)

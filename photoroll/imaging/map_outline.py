"""Draws a route over country outlines (Natural Earth, bundled): no tiles, no request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from photoroll import resources
from photoroll.core.documents import Stop
from photoroll.imaging.text import Face, drawable, font, font_for, width_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

SEA, LAND, BORDER = (223, 231, 236), (247, 244, 236), (207, 202, 189)
ROUTE, RIM, LABEL = (36, 89, 184), (255, 255, 255), (29, 31, 34)
LEAST_SPAN, MOST_SPAN = 3.0, 45.0
"""Degrees of longitude across the map: the outlines are too coarse for less, and it grows no further to
show some."""
LEAST_POINTS = 60
"""Points of outlines that should be seen: a map without a coast or border tells nothing."""
FILLED = 0.58
"""Share of the picture that the stops take up at most."""
_TOP_LAT = 84.0
_SHIFT = 4
"""Fractional bits of OpenCV's drawing coordinates."""


@dataclass(frozen=True, slots=True)
class View:
    """A Mercator map: degrees of longitude and Mercator latitude of its upper left, pixels per degree."""

    left: float
    top: float
    scale: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Give the pixel of a position."""
        return (lon - self.left) * self.scale, (self.top - mercator(lat)) * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One dot on the map; several stops at nearly one place share it."""

    x: float
    y: float
    chapters: tuple[int, ...]
    name: str

    @property
    def text(self) -> str:
        """Give the chapters' numbers: "1", "1-3", "1, 4"; "" for a plain dot."""
        numbers = self.chapters
        if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
            return f"{numbers[0]}–{numbers[-1]}"
        return ", ".join(map(str, numbers[:3])) + (" …" if len(numbers) > 3 else "")


def mercator(lat: float) -> float:
    """Give the Mercator ordinate of a latitude, in degrees."""
    lat = min(max(lat, -_TOP_LAT), _TOP_LAT)
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)))


def draw_steps(stops: Sequence[Stop], size: tuple[int, int]) -> list[Image.Image]:
    """Draw the map of a route in mode ``RGB``: first without a stop, then with one more each time."""
    from PIL import Image as Images

    view, lons = _view(stops, size)
    ground = _ground(view, size)
    marks, path = _marks(stops, lons, view, size)
    pictures = [Images.fromarray(ground)]
    for count in range(1, len(stops) + 1):
        canvas = ground.copy()
        _draw_path(canvas, [marks[i] for i in path[:count]], size)
        picture = Images.fromarray(canvas)
        shown = sorted(set(path[:count]), key=path.index)
        way = [marks[i] for i in path]
        _draw_marks(picture, [_seen(marks[i], i, path, stops, count) for i in shown], way)
        pictures.append(picture)
    return pictures


def draw_route(stops: Sequence[Stop], size: tuple[int, int]) -> Image.Image:
    """Draw the whole route on its map."""
    return draw_steps(stops, size)[-1]


def _seen(mark: Mark, index: int, path: Sequence[int], stops: Sequence[Stop], count: int) -> Mark:
    """Give a mark with the chapters that are told by now."""
    numbers = [
        stop.chapter
        for stop, place in zip(stops[:count], path[:count], strict=True)
        if place == index and stop.chapter is not None
    ]
    return replace(mark, chapters=tuple(sorted(set(numbers))))


def _view(stops: Sequence[Stop], size: tuple[int, int]) -> tuple[View, list[float]]:
    """Give the view that holds all stops, and their longitudes unwrapped to lie next to each other."""
    plain = [stop.lon for stop in stops]
    turned = [lon % 360.0 for lon in plain]
    lons = plain if max(plain) - min(plain) <= max(turned) - min(turned) else turned
    tops = [mercator(stop.lat) for stop in stops]
    width, height = size
    span = max(
        (max(lons) - min(lons)) / FILLED, (max(tops) - min(tops)) / FILLED * width / height, LEAST_SPAN
    )
    span = min(span, 360.0)
    middle = (max(lons) + min(lons)) / 2, (max(tops) + min(tops)) / 2
    view = _around(middle, span, size)
    while span < MOST_SPAN and _points_in(view, size) < LEAST_POINTS:
        span *= 1.2
        view = _around(middle, span, size)
    return view, lons


def _around(middle: tuple[float, float], span: float, size: tuple[int, int]) -> View:
    return View(middle[0] - span / 2, middle[1] + span * size[1] / size[0] / 2, size[0] / span)


def _points_in(view: View, size: tuple[int, int]) -> int:
    """Count the points of outlines that are seen, not too near the edge."""
    import numpy as np

    points, _ = _outlines()
    x = (points[:, 0] - view.left) * view.scale / size[0]
    low = np.degrees(np.arctan(np.sinh(np.radians(view.top - size[1] / view.scale))))
    high = np.degrees(np.arctan(np.sinh(np.radians(view.top))))
    y = (points[:, 1] - low) / (high - low)
    inside = (np.abs((x % (360.0 * view.scale / size[0])) - 0.5) < 0.42) & (np.abs(y - 0.5) < 0.42)
    return int(np.count_nonzero(inside))


@lru_cache(maxsize=1)
def _outlines() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    import numpy as np

    with np.load(resources.path("map", "countries.npz"), allow_pickle=False) as arrays:
        return arrays["points"], arrays["starts"]


def _ground(view: View, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Draw sea, land and borders at twice the size and reduce them."""
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    canvas = np.empty((size[1] * 2, size[0] * 2, 3), np.uint8)
    canvas[:] = SEA
    rings = _rings_in(view, size)
    for ring in rings:
        cv2.fillPoly(canvas, [ring], LAND, lineType=cv2.LINE_AA, shift=_SHIFT)
    thick = max(2, round(math.sqrt(size[0] * size[1]) / 480))
    for ring in rings:
        cv2.polylines(
            canvas, [ring], isClosed=True, color=BORDER, thickness=thick, lineType=cv2.LINE_AA, shift=_SHIFT
        )
    return np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _rings_in(view: View, size: tuple[int, int]) -> list[NDArray[np.int32]]:
    """Give the outlines that touch the view, in fixed-point pixels of the doubled canvas."""
    import numpy as np

    points, starts = _outlines()
    lats = np.clip(points[:, 1].astype(np.float64), -_TOP_LAT, _TOP_LAT)
    tops = np.degrees(np.log(np.tan(np.pi / 4 + np.radians(lats) / 2)))
    found = []
    right, bottom = view.left + size[0] / view.scale, view.top - size[1] / view.scale
    for first, last in pairwise(starts):
        lons, ys = points[first:last, 0], tops[first:last]
        if ys.max() < bottom or ys.min() > view.top:
            continue
        for turn in (-360.0, 0.0, 360.0):
            if lons.max() + turn < view.left or lons.min() + turn > right:
                continue
            x = (lons + turn - view.left) * view.scale * 2
            y = (view.top - ys) * view.scale * 2
            pixels = np.column_stack([x, y]) * (1 << _SHIFT)
            found.append(np.clip(np.round(pixels), -(2**28), 2**28).astype(np.int32))
    return found


def _radius(size: tuple[int, int]) -> float:
    return math.sqrt(size[0] * size[1]) * 0.0165


def _marks(
    stops: Sequence[Stop], lons: Sequence[float], view: View, size: tuple[int, int]
) -> tuple[list[Mark], list[int]]:
    """Give the dots, and each stop's dot by number; near stops share one, others are moved apart."""
    near = 1.3 * _radius(size)
    marks: list[Mark] = []
    path: list[int] = []
    for stop, lon in zip(stops, lons, strict=True):
        x, y = view.place(lon, stop.lat)
        at = next((i for i, m in enumerate(marks) if math.hypot(m.x - x, m.y - y) < near), len(marks))
        if at == len(marks):
            marks.append(Mark(x=x, y=y, chapters=(), name=drawable(stop.name)))
        number = () if stop.chapter is None else (stop.chapter,)
        marks[at] = replace(marks[at], chapters=tuple(sorted({*marks[at].chapters, *number})))
        path.append(at)
    return _spread(marks, 2.2 * _radius(size)), path


def _spread(marks: list[Mark], least: float) -> list[Mark]:
    """Push dots that overlap apart."""
    for _ in range(30):
        for one in range(len(marks)):
            for two in range(one + 1, len(marks)):
                a, b = marks[one], marks[two]
                apart = math.hypot(a.x - b.x, a.y - b.y)
                if apart >= least:
                    continue
                push = (least - apart) / 2 / max(apart, 1e-6)
                dx, dy = (b.x - a.x) * push, (b.y - a.y) * push
                marks[one] = replace(a, x=a.x - dx, y=a.y - dy)
                marks[two] = replace(b, x=b.x + dx, y=b.y + dy)
    return marks


def _draw_path(canvas: NDArray[np.uint8], way: Sequence[Mark], size: tuple[int, int]) -> None:
    """Draw the dotted line through the dots."""
    import cv2

    radius = _radius(size)
    dot, step = radius * 0.17, radius * 0.62
    for a, b in pairwise(way):
        length = math.hypot(b.x - a.x, b.y - a.y)
        count = int((length - 2.2 * radius) / step)
        for i in range(count + 1):
            t = (1.1 * radius + (length - 2.2 * radius) * i / max(count, 1)) / max(length, 1e-6)
            centre = (
                round((a.x + (b.x - a.x) * t) * (1 << _SHIFT)),
                round((a.y + (b.y - a.y) * t) * (1 << _SHIFT)),
            )
            cv2.circle(canvas, centre, round(dot * (1 << _SHIFT)), ROUTE, -1, cv2.LINE_AA, _SHIFT)


def _draw_marks(picture: Image.Image, marks: Sequence[Mark], way: Sequence[Mark]) -> None:
    """Draw the dots with their numbers, then the names where there is room beside the whole ``way``."""
    from PIL import ImageDraw

    size = (picture.width, picture.height)
    radius = _radius(size)
    for mark in marks:
        _draw_disc(picture, mark, radius)
    drawing = ImageDraw.Draw(picture)
    px = round(radius * 1.05)
    used = [_disc_box(mark, radius) for mark in way] + _way_boxes(way, radius)
    for mark in marks:
        box = _label_box(mark, radius, px, used, size) if mark.name else None
        if box is not None:
            used.append(box)
            where = (box[0], (box[1] + box[3]) / 2)
            halo = max(2, px // 7)
            face = font_for(mark.name, Face.SANS_SEMIBOLD, px)
            drawing.text(where, mark.name, LABEL, face, anchor="lm", stroke_width=halo, stroke_fill=LAND)


def _way_boxes(way: Sequence[Mark], radius: float) -> list[tuple[float, float, float, float]]:
    """Give small boxes along the dotted line, which names keep clear of."""
    half = radius * 0.25
    boxes = []
    for a, b in pairwise(way):
        steps = max(1, int(math.hypot(b.x - a.x, b.y - a.y) / half))
        for i in range(1, steps):
            x, y = a.x + (b.x - a.x) * i / steps, a.y + (b.y - a.y) * i / steps
            boxes.append((x - half, y - half, x + half, y + half))
    return boxes


def _half_width(mark: Mark, radius: float) -> float:
    if not mark.text:
        return radius * 0.5
    return max(radius, width_of(mark.text, Face.SANS_SEMIBOLD, round(radius * 1.1)) / 2 + radius * 0.55)


def _disc_box(mark: Mark, radius: float) -> tuple[float, float, float, float]:
    half, high = _half_width(mark, radius), radius if mark.text else radius * 0.5
    return mark.x - half, mark.y - high, mark.x + half, mark.y + high


def _draw_disc(picture: Image.Image, mark: Mark, radius: float) -> None:
    """Draw one white-rimmed dot, four times as large, and set it in place to the quarter pixel."""
    from PIL import Image as Images
    from PIL import ImageDraw

    zoom = 4
    box = _disc_box(mark, radius)
    rim = radius * 0.2
    left, top = math.floor(box[0] - rim) - 1, math.floor(box[1] - rim) - 1
    width, height = math.ceil(box[2] + rim) + 1 - left, math.ceil(box[3] + rim) + 1 - top
    large = Images.new("RGBA", (width * zoom, height * zoom), (*ROUTE, 0))
    drawing = ImageDraw.Draw(large)
    for grow, fill in ((rim, RIM), (0.0, ROUTE)):
        sides = (box[0] - grow - left, box[1] - grow - top, box[2] + grow - left, box[3] + grow - top)
        scaled = tuple(side * zoom for side in sides)
        drawing.rounded_rectangle(scaled, (scaled[3] - scaled[1]) / 2, fill=(*fill, 255))
    if mark.text:
        face = font(Face.SANS_SEMIBOLD, round(radius * 1.1 * zoom))
        centre = ((mark.x - left) * zoom, (mark.y - top) * zoom)
        drawing.text(centre, mark.text, (*RIM, 255), face, anchor="mm")
    small = large.resize((width, height), Images.Resampling.BOX)
    picture.paste(small.convert("RGB"), (left, top), small.getchannel("A"))


def _label_box(
    mark: Mark,
    radius: float,
    px: int,
    used: Sequence[tuple[float, float, float, float]],
    size: tuple[int, int],
) -> tuple[float, float, float, float] | None:
    """Give a free place for a name beside its dot: right, left, below, above; ``None`` if there is none."""
    width, half = width_of(mark.name, Face.SANS_SEMIBOLD, px), _half_width(mark, radius)
    away, high = half + radius * 0.55, px * 0.62
    below = radius * 1.35 + high
    spots = (
        (mark.x + away, mark.y),
        (mark.x - away - width, mark.y),
        (mark.x - width / 2, mark.y + below),
        (mark.x - width / 2, mark.y - below),
    )
    for left, middle in spots:
        box = (left, middle - high, left + width, middle + high)
        if box[0] < px or box[2] > size[0] - px or box[1] < px or box[3] > size[1] - px:
            continue
        if not any(box[0] < o[2] and o[0] < box[2] and box[1] < o[3] and o[1] < box[3] for o in used):
            return box
    return None

"""Framing: which part of a photo to show when all of it does not fit, so that faces and subjects stay in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from photoroll.core.documents import Window
from photoroll.core.models import FaceBox

FACE_SIDE = 0.25
"""A face box is grown by a quarter of its size on each side ..."""
FACE_UP = 0.40
"""... and by more above, for the hair."""
TIGHT_SIDE, TIGHT_UP = 0.04, 0.12
"""What is left around a face where there is no room for its surroundings."""
FACE_AREA = 0.01
"""Smaller faces than this share of the photo may be cut (they are counted)."""
FACE_PULL = 5.0
"""How much more than an average column or row a face column or row draws the crop."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Where a photo is worth looking at: weights of its columns (left to right) and rows (top to bottom)."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]


def grown(face: FaceBox) -> Window:
    """Give a face's box with its surroundings, clipped to the photo."""
    left = min(max(face.x - FACE_SIDE * face.w, 0.0), 0.999)
    top = min(max(face.y - FACE_UP * face.h, 0.0), 0.999)
    right = min(max(face.x + face.w + FACE_SIDE * face.w, left + 0.001), 1.0)
    bottom = min(max(face.y + face.h + FACE_SIDE * face.h, top + 0.001), 1.0)
    return Window(left, top, right, bottom)


def _snug(face: FaceBox) -> Window:
    side, up = TIGHT_SIDE * face.w, TIGHT_UP * face.h
    left, top = min(max(face.x - side, 0.0), 0.999), min(max(face.y - up, 0.0), 0.999)
    right = min(max(face.x + face.w + side, left + 0.001), 1.0)
    bottom = min(max(face.y + face.h + side, top + 0.001), 1.0)
    return Window(left, top, right, bottom)


def hull(faces: Sequence[FaceBox], *, smallest: float = FACE_AREA, tight: bool = False) -> Window | None:
    """Give the rectangle around all faces above ``smallest`` of the photo's area.

    Around their grown boxes, or, if ``tight``, around the faces with a hair's breadth to spare.
    """
    boxes = [_snug(face) if tight else grown(face) for face in faces if face.w * face.h > smallest]
    if not boxes:
        return None
    return Window(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def crop_to(
    aspect: float, shape: float, *, faces: Sequence[FaceBox] = (), interest: Interest | None = None
) -> tuple[Window, bool]:
    """Crop a photo of ``aspect`` (width / height) to ``shape`` along one axis only.

    The window is slid to where the photo's interest and faces are; it contains the grown boxes of all large
    faces, or, where these do not fit, the faces themselves. Where not even they fit, it is widened until they
    do, and the second value is ``True``: the photo is then shown smaller than its cell.
    """
    interest = interest or Interest((), ())
    across = shape < aspect
    part = shape / aspect if across else aspect / shape
    low, high = _kept(hull(faces), across=across)
    if high - low > part:
        low, high = _kept(hull(faces, tight=True), across=across)
    boxes = [grown(face) for face in faces]
    if across:
        spans = [(box.left, box.right) for box in boxes]
        start, length = _slide(part, low, high, spans, interest.columns, rest=0.5)
        return Window(start, 0.0, start + length, 1.0), length > part + 1e-6
    spans = [(box.top, box.bottom) for box in boxes]
    start, length = _slide(part, low, high, spans, interest.rows, rest=0.42)
    return Window(0.0, start, 1.0, start + length), length > part + 1e-6


def _kept(box: Window | None, *, across: bool) -> tuple[float, float]:
    """Give from where to where a crop must reach; twice the same place when there is nothing to keep."""
    if box is None:
        return 0.5, 0.5
    return (box.left, box.right) if across else (box.top, box.bottom)


def _slide(
    part: float,
    low: float,
    high: float,
    faces: Sequence[tuple[float, float]],
    profile: Sequence[float],
    *,
    rest: float,
) -> tuple[float, float]:
    """Place a window of length ``part`` in 0-1 so that it covers [low, high] and the most of the interest.

    Without any interest it lies at ``rest`` of its freedom: heads and horizons are above the middle.
    """
    length = min(max(part, high - low), 1.0)
    first = max(0.0, high - length) if high > low else 0.0
    last = min(1.0 - length, low) if high > low else 1.0 - length
    last = max(first, last)
    sums = list(accumulate(_importance(faces, profile), initial=0.0))
    if len(sums) < 2 or last - first < 1e-9:
        return min(max((1.0 - length) * rest, first), last), length
    steps = 64
    best, best_value = first, -1.0
    for step in range(steps + 1):
        start = first + (last - first) * step / steps
        value = _sum_between(sums, start, start + length)
        value -= 0.02 * sums[-1] * abs(start - (1.0 - length) * rest)  # ties: stay near the rest position
        if value > best_value + 1e-12:
            best, best_value = start, value
    return best, length


def _importance(faces: Sequence[tuple[float, float]], profile: Sequence[float]) -> list[float]:
    """Give interest per column or row, mean 1, plus the faces' pull; empty when nothing is known."""
    if not profile and not faces:
        return []
    count = len(profile) or 64
    total = sum(profile)
    values = [value * count / total for value in profile] if total > 0 else [1.0] * count
    for low, high in faces:
        for index in range(count):
            if low * count - 1 < index < high * count:
                values[index] += FACE_PULL
    return values


def _sum_between(sums: Sequence[float], start: float, end: float) -> float:
    return _sum_until(sums, end) - _sum_until(sums, start)


def _sum_until(sums: Sequence[float], where: float) -> float:
    place = min(max(where, 0.0), 1.0) * (len(sums) - 1)
    index = min(int(place), len(sums) - 2)
    return sums[index] + (sums[index + 1] - sums[index]) * (place - index)


def faces_touched(faces: Sequence[FaceBox], crop: Window) -> int:
    """Count the faces whose own box (not grown) reaches out of ``crop``."""
    slack = 1e-6
    return sum(
        face.x < crop.left - slack
        or face.y < crop.top - slack
        or face.x + face.w > crop.right + slack
        or face.y + face.h > crop.bottom + slack
        for face in faces
    )

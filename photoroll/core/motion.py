"""Slow camera moves over still photos: from which window to which, and where it is at a moment between."""

from __future__ import annotations

from collections.abc import Sequence

from photoroll.core.documents import WHOLE, Motion, Window
from photoroll.core.framing import Interest, crop_to, hull
from photoroll.core.models import FaceBox

ZOOM_MOST = 1.08
ZOOM_LEAST = 1.05
ZOOM_PER_SECOND = 0.025
PAN_PER_SECOND = 0.035
"""Share of the frame that a pan passes in a second, at most."""
COVER_LEAST = 0.60
"""A photo of which the frame would show less than this is shown whole, over its own blurred cover."""
FACE_ROOM = 0.15


def smoothstep(u: float) -> float:
    """Ease ``u`` in 0-1 by 3u^2 - 2u^3: no jerk at either end."""
    u = min(max(u, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


def window_at(motion: Motion, u: float) -> tuple[float, float, float, float]:
    """Give left, top, right, bottom of the window at ``u`` (0 start, 1 end), eased."""
    t = smoothstep(u)
    a, b = motion.start, motion.end
    return (
        a.left + (b.left - a.left) * t,
        a.top + (b.top - a.top) * t,
        a.right + (b.right - a.right) * t,
        a.bottom + (b.bottom - a.bottom) * t,
    )


def plan_motion(
    aspect: float,
    frame: float,
    *,
    seconds: float,
    inwards: bool,
    faces: Sequence[FaceBox] = (),
    interest: Interest | None = None,
) -> Motion:
    """Plan the move over a photo of ``aspect`` in a frame of shape ``frame`` (both width / height).

    The zoom is 1.00 to 1.05-1.08 (``inwards``) or back, at most 2.5 % a second. Both windows contain the hull
    of the large faces with 15 % around it. A photo that is much longer than the frame is panned, along its
    long axis only. A photo that would lose too much, or a face, is shown whole; its windows then reach out of
    the photo.
    """
    keep = _kept(faces)
    wide, moved = crop_to(aspect, frame, faces=faces, interest=interest)
    if wide.width * wide.height < COVER_LEAST or moved or not _contains(wide, keep):
        wide = _whole(aspect, frame)
    zoom = min(ZOOM_MOST, max(ZOOM_LEAST, 1.0 + ZOOM_PER_SECOND * seconds))
    tight = _tightened(wide, keep, zoom, interest, sideways=aspect >= 1.0)
    start, end = (wide, tight) if inwards else (tight, wide)
    travel = _travel(aspect, frame, wide, seconds)
    if travel > 0.01:
        sideways = aspect > frame
        sign = 1.0 if inwards else -1.0
        start = _shifted(start, -sign * travel / 2, keep, sideways=sideways)
        end = _shifted(end, sign * travel / 2, keep, sideways=sideways)
    return Motion(start=start, end=end)


def is_whole(aspect: float, frame: float, motion: Motion) -> bool:
    """Whether a move shows the photo whole, with its blurred cover beside it."""
    window = motion.start if motion.start.width > motion.end.width else motion.end
    return window.width > 1.001 or window.height > 1.001


def _kept(faces: Sequence[FaceBox]) -> Window | None:
    box = hull(faces)
    if box is None:
        return None
    side, up = FACE_ROOM * box.width / 2, FACE_ROOM * box.height / 2
    return Window(
        max(0.0, box.left - side),
        max(0.0, box.top - up),
        min(1.0, box.right + side),
        min(1.0, box.bottom + up),
    )


def _contains(window: Window, keep: Window | None) -> bool:
    slack = 1e-5
    return keep is None or (
        window.left <= keep.left + slack
        and window.top <= keep.top + slack
        and window.right >= keep.right - slack
        and window.bottom >= keep.bottom - slack
    )


def _whole(aspect: float, frame: float) -> Window:
    if aspect >= frame:
        height = aspect / frame
        return Window(0.0, 0.5 - height / 2, 1.0, 0.5 + height / 2)
    width = frame / aspect
    return Window(0.5 - width / 2, 0.0, 0.5 + width / 2, 1.0)


def _tightened(
    wide: Window, keep: Window | None, zoom: float, interest: Interest | None, *, sideways: bool
) -> Window:
    """Shrink ``wide`` by ``zoom``, less where faces ask for it, towards what is seen in the photo.

    The centre moves along the photo's long axis only, unless faces ask for more.
    """
    if keep is not None:
        zoom = max(1.0, min(zoom, wide.width / keep.width, wide.height / keep.height))
    width, height = wide.width / zoom, wide.height / zoom
    x, y = _focus(keep, interest)
    centre_x = x if sideways else (wide.left + wide.right) / 2
    centre_y = (wide.top + wide.bottom) / 2 if sideways else y
    left = _held(centre_x - width / 2, width, wide.left, wide.right, _columns(keep))
    top = _held(centre_y - height / 2, height, wide.top, wide.bottom, _rows(keep))
    return Window(left, top, left + width, top + height)


def _held(start: float, length: float, low: float, high: float, keep: tuple[float, float] | None) -> float:
    """Move an interval as little as possible so that it lies in [low, high] and covers ``keep``."""
    if keep is not None:
        start = min(max(start, keep[1] - length), keep[0])
    return min(max(start, low), high - length)


def _columns(keep: Window | None) -> tuple[float, float] | None:
    return (keep.left, keep.right) if keep else None


def _rows(keep: Window | None) -> tuple[float, float] | None:
    return (keep.top, keep.bottom) if keep else None


def _focus(keep: Window | None, interest: Interest | None) -> tuple[float, float]:
    if keep is not None:
        return (keep.left + keep.right) / 2, (keep.top + keep.bottom) / 2
    if interest is None:
        return 0.5, 0.5
    return _centre(interest.columns), _centre(interest.rows)


def _centre(profile: Sequence[float]) -> float:
    total = sum(profile)
    if total <= 0:
        return 0.5
    return sum((i + 0.5) * value for i, value in enumerate(profile)) / (total * len(profile))


def _travel(aspect: float, frame: float, wide: Window, seconds: float) -> float:
    """Give how far to pan, as a share of the photo's side; 0 where the overflow is not on its long axis."""
    sideways = aspect > frame
    if sideways != (aspect >= 1.0) or wide.width > 1.0 + 1e-6 or wide.height > 1.0 + 1e-6:
        return 0.0
    shown = wide.width if sideways else wide.height
    return min(1.0 - shown, shown * PAN_PER_SECOND * seconds)


def _shifted(window: Window, by: float, keep: Window | None, *, sideways: bool) -> Window:
    x, y = (by, 0.0) if sideways else (0.0, by)
    left = _held(window.left + x, window.width, WHOLE.left, WHOLE.right, _columns(keep))
    top = _held(window.top + y, window.height, WHOLE.top, WHOLE.bottom, _rows(keep))
    return Window(left, top, left + window.width, top + window.height)

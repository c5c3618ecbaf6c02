"""What a recap is made from: the facts of photos, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from photoroll.core.documents import Pace, PhotoRef
from photoroll.core.framing import Interest
from photoroll.core.models import FaceBox, GeoPoint

PRESETS = {20: 7, 45: 15, 90: 30}
"""Length in seconds, and how many photos a steady pace shows in it."""
SIZES = {"1080p": (1920, 1080), "720p": (1280, 720), "square": (1080, 1080), "story": (1080, 1920)}
FPS = 30
KINDS = ("trip", "month")
MAP_KM = 20.0
"""Stops closer together than this make no map: it would be an empty square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapPhoto:
    """What a recap needs to know of a photo."""

    photo: PhotoRef
    taken: datetime | None
    """Wall-clock time; photos without one come last."""
    aspect: float
    """Upright width / height."""
    event: int = -1
    """Number of the event; -1 for none."""
    moment: int = -1
    """Photos of one moment or look-alike stack share a number."""
    place: str = ""
    point: GeoPoint | None = None
    quality: float = 0.5
    """0-1, see :func:`photoroll.core.selection.overall_quality`."""
    faces: tuple[FaceBox, ...] = ()
    interest: Interest | None = None
    descriptor: bytes | None = None
    """431 little-endian float16."""
    phash: int | None = None
    """64-bit, unsigned; ``None`` where flat or unknown."""
    caption: str = ""
    """The user's own words."""
    pinned: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapWish:
    """What was asked for."""

    kind: str
    """``trip`` or ``month``."""
    title: str
    seconds: int = 45
    pace: Pace = Pace.STEADY
    size: tuple[int, int] = SIZES["1080p"]
    fps: int = FPS
    subtitle: str = ""
    """Below the title; left empty, the dates."""
    event_titles: Mapping[int, str] = field(default_factory=dict)
    """Titles of events, for chapters that are one event."""

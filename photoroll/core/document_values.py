"""The values that collages and recaps are documents of; ``core.documents`` reads and writes them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum

from photoroll.core.models import Json

PAPER = "#FBF7F0"
INK = "#1D1F22"


@dataclass(frozen=True, slots=True)
class Window:
    """A part of an upright photo in fractions of its width and height, rounded to a millionth.

    A recap's window may reach beyond 0-1: what lies outside the photo is filled with its blurred cover.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        for name in ("left", "top", "right", "bottom"):
            object.__setattr__(self, name, round(float(getattr(self, name)), 6))
        if not (self.left < self.right and self.top < self.bottom):
            raise ValueError(f"a window must have an area, got {self}")

    @property
    def width(self) -> float:
        """Fraction of the photo's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Fraction of the photo's height."""
        return self.bottom - self.top


WHOLE = Window(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRef:
    """A photo as a document names it."""

    path: bytes
    """Absolute, as the operating system has it."""
    id: str = ""
    """The photo's public id; empty where the photo is not in a library."""

    @classmethod
    def at(cls, path: str | bytes | os.PathLike[str], photo_id: str = "") -> PhotoRef:
        """Name the photo at ``path`` (text with surrogate escapes is fine)."""
        return cls(path=os.fsencode(path), id=photo_id)

    @property
    def text(self) -> str:
        """The path for ``open``: bytes that are no UTF-8 are surrogate escapes."""
        return os.fsdecode(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of a collage."""

    width: int
    """Pixels."""
    height: int
    dpi: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CollageCell:
    """One photo on the page."""

    photo: PhotoRef
    x: int
    """Pixels of the page, of the upper left corner."""
    y: int
    w: int
    h: int
    crop: Window = WHOLE
    """The part of the photo that is shown. Where its shape is not the cell's, it is centred in the cell."""
    faces_cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CollageDocument:
    """A collage: everything that decides its pixels, but for the photos' own."""

    template: str
    seed: int
    page: Page
    cells: tuple[CollageCell, ...]
    gap: int = 0
    margin: int = 0
    radius: int = 0
    background: str = PAPER
    """#RRGGBB."""
    ink: str = INK
    title: str = ""
    subtitle: str = ""
    tree: Json = None
    """The template's own structure, for the editor: nested lists of "v" or "h", and cell numbers."""


class SegmentKind(StrEnum):
    """The parts that a recap is made of."""

    TITLE = "title"
    MAP = "map"
    CHAPTER = "chapter"
    """A photo that opens a chapter, with the chapter's heading over it."""
    PHOTO = "photo"
    END = "end"


class Pace(StrEnum):
    """How long photos stay."""

    CALM = "calm"
    STEADY = "steady"
    QUICK = "quick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A slow move over a photo, from one window to another, eased by 3u^2 - 2u^3."""

    start: Window
    end: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place on the route map."""

    lat: float
    lon: float
    name: str = ""
    chapter: int | None = None
    """Number of the chapter, counted from 1; ``None`` draws a plain dot."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lat", round(float(self.lat), 4))
        object.__setattr__(self, "lon", round(float(self.lon), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a recap; it dissolves into the next during ``fade_ms`` (both are seen then)."""

    kind: SegmentKind
    at_ms: int
    """When it begins to appear, from the start of the film."""
    for_ms: int
    """How long it is seen, both fades included."""
    fade_ms: int
    """Length of the dissolve from the segment before; the first fades in from black."""
    photo: PhotoRef | None = None
    aspect: float = 1.0
    """Upright width / height of the photo."""
    motion: Motion | None = None
    heading: str = ""
    """Large, serif."""
    kicker: str = ""
    """Small, above the heading: a date or a place."""
    caption: str = ""
    """Small, below the heading, or alone at the photo's foot."""
    chapter: int = 0
    """Number of the chapter it belongs to, from 1; 0 for title, map and end."""
    stops: tuple[Stop, ...] = ()
    why: str = ""
    """Why this photo was chosen, one sentence."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "aspect", round(float(self.aspect), 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapDocument:
    """A recap: the script of a film."""

    kind: str
    """``trip``, ``month`` ..."""
    title: str
    width: int
    """Pixels, even."""
    height: int
    fps: int
    pace: Pace
    segments: tuple[Segment, ...]
    subtitle: str = ""
    candidates: int = 0
    """Photos that were considered."""

    @property
    def duration_ms(self) -> int:
        """Length of the film."""
        return max((part.at_ms + part.for_ms for part in self.segments), default=0)

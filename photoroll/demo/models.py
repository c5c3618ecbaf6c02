"""The known truth of a demo library: what was photographed when, where and by whom, what belongs together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from photoroll.core.models import GeoPoint


class Style(StrEnum):
    """How eagerly the owners take photos."""

    LIGHT = "light"
    NORMAL = "normal"
    HEAVY = "heavy"


class Scene(StrEnum):
    """What a photo shows."""

    SUNSET = "sunset"
    BEACH = "beach"
    FOREST = "forest"
    MEADOW = "meadow"
    MOUNTAIN = "mountain"
    SNOW = "snow"
    CITY_DAY = "city-day"
    CITY_NIGHT = "city-night"
    INDOOR = "indoor"
    FOOD = "food"
    FLOWERS = "flowers"
    PORTRAIT = "portrait"
    GROUP = "group"
    PET = "pet"
    DOCUMENT = "document"
    SCREENSHOT = "screenshot"


class Look(StrEnum):
    """What kind of picture a file is."""

    PHOTO = "photo"
    SCREENSHOT = "screenshot"
    DOCUMENT = "document"
    BLACK_AND_WHITE = "black-and-white"
    PANORAMA = "panorama"


class Fault(StrEnum):
    """How a file is broken; the first five cannot be read as a picture."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    TEXT = "text"
    BOMB = "bomb"
    BAD_HEADER = "bad-header"
    WRONG_EXTENSION = "wrong-extension"
    BAD_EXIF = "bad-exif"
    IMPOSSIBLE_DATE = "impossible-date"


class CopyKind(StrEnum):
    """How a file came from another one."""

    SAME = "same"
    """The same bytes."""
    EDITED = "edited"
    """Cropped and toned by a program; own bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTruth:
    """A device and its habits."""

    id: str
    make: str
    model: str
    lens: str
    owner: str
    has_gps: bool
    writes_offset: bool
    writes_subsec: bool
    clock_error_s: int
    """Added to the true wall time by a clock that was set wrongly."""
    names: str
    """How it names files: ``pxl``, ``img``, ``iphone``, ``dsc``, ``canon``."""
    aspect: float
    f_number: float
    focal_mm: float
    focal_35mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTruth:
    """A spot where photos were taken."""

    id: int
    name: str
    kind: str
    """``home``, ``office``, ``familiar``, ``sight``, ``town``, ``on-the-way``."""
    city: str
    country: str
    zone: str
    point: GeoPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTruth:
    """Where the owners live, from (inclusive) to (exclusive)."""

    place: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TripTruth:
    """At least one night more than 50 km from home."""

    id: int
    kind: str
    """``weekend``, ``week``, ``abroad`` or ``multi-stop``."""
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    start: datetime
    end: datetime
    nights: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTruth:
    """One thing that people did, at one place or on one walk: the unit that events are judged by."""

    id: int
    kind: str
    """``everyday``, ``meal``, ``walk``, ``visit``, ``party``, ``sights``, ``beach``, ``transit`` ..."""
    title: str
    place: int
    person: str
    start: datetime
    end: datetime
    trip: int | None
    day_out: int | None
    parallel: bool
    """Whether somebody else took photos elsewhere at the same time."""
    photos: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPhoto:
    """One file of the library, with all that is true about it."""

    id: int
    path: str
    """Relative, with slashes."""
    wall: datetime
    """True wall-clock time at the place, to the millisecond."""
    utc_offset_min: int
    camera_wall: datetime
    """What the camera's clock showed; differs from ``wall`` where that clock is wrong."""
    point: GeoPoint
    """Where it was taken, whether or not the file says so."""
    gps: GeoPoint | None
    """What the file says."""
    has_exif: bool
    """False for pictures that came by a messenger, and for screenshots."""
    camera: str
    person: str
    event: int
    trip: int | None
    day_out: int | None
    place: int
    burst: int | None
    best: bool
    """The sharp one of its burst; true outside bursts."""
    copy_of: int | None
    copy_kind: CopyKind | None
    scene: Scene
    look: Look
    fault: Fault | None
    container: str
    """``JPEG``, ``PNG`` or ``HEIC``, as the bytes are."""
    aspect: float
    """Width by height, upright."""
    orientation: int
    """EXIF orientation 1, 3, 6 or 8 that the file carries."""
    sun_altitude: float
    """Degrees above the horizon."""
    scene_seed: int
    """Photos of one subject share it: bursts, copies, several looks at one scene."""
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole library: photos in the order of their true moments, and the truth about them."""

    seed: int
    style: Style
    start: datetime
    end: datetime
    photos: tuple[PlannedPhoto, ...]
    events: tuple[EventTruth, ...]
    trips: tuple[TripTruth, ...]
    days_out: tuple[int, ...]
    homes: tuple[HomeTruth, ...]
    places: tuple[PlaceTruth, ...]
    cameras: tuple[CameraTruth, ...]

    def original(self, photo: PlannedPhoto) -> PlannedPhoto:
        """Give the photo that this one is a copy of, or itself."""
        return photo if photo.copy_of is None else self.photos[photo.copy_of]

"""The values that all rooms share: frozen, typed, without pixels, files or SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, TypeAlias

PhotoId = NewType("PhotoId", int)
"""The photo's row in one library; never shown, never stable across libraries."""
PublicId = NewType("PublicId", str)
"""The first 16 hex digits of the blake2b-256 of the photo's first version: stable everywhere."""
GroupId = NewType("GroupId", str)
"""A UUID that a group keeps through every recompute."""

Json: TypeAlias = "None | bool | int | float | str | list[Json] | Mapping[str, Json]"


class MediaKind(StrEnum):
    """What a file shows."""

    PHOTO = "photo"
    VIDEO = "video"


class Precision(StrEnum):
    """How exactly a date is known."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    UNKNOWN = "unknown"


class DateSource(StrEnum):
    """Where a date was read, in falling order of trust."""

    USER = "user"
    EXIF = "exif"
    GPS = "gps"
    XMP = "xmp"
    TAKEOUT = "takeout"
    FILENAME = "filename"
    FOLDER = "folder"
    MTIME = "mtime"


class PositionSource(StrEnum):
    """Where a position was read; an inherited one is a guess from the neighbours and shown hollow."""

    CAMERA = "camera"
    SIDECAR = "sidecar"
    INHERITED = "inherited"
    USER = "user"


class PhotoState(StrEnum):
    """Whether a photo's pixels can be reached."""

    OK = "ok"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class GroupKind(StrEnum):
    """The kinds of groups."""

    EVENT = "event"
    TRIP = "trip"
    DAY_OUT = "day-out"
    PLACE = "place"
    THEME = "theme"
    UNNAMED_SET = "unnamed-set"
    """Photos alike by looks that no theme names; the user may name it."""
    LOOKALIKE = "lookalike"


class TitleSource(StrEnum):
    """Who named a group."""

    AUTO = "auto"
    USER = "user"


class Certainty(StrEnum):
    """How sure a theme is of a photo."""

    SURE = "sure"
    FAIRLY_SURE = "fairly_sure"
    PLEASE_CHECK = "please_check"


class Relation(StrEnum):
    """What binds a look-alike stack (identical files are one photo with several paths)."""

    BURST = "burst"
    EDITED = "edited"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A place on Earth, WGS-84 degrees; unknown is ``None``, never (0, 0)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a photo was taken, and who says so."""

    point: GeoPoint
    source: PositionSource = PositionSource.CAMERA
    error_m: float | None = None
    """The camera's own estimate of its error in metres; above 2,000 m the point names a city at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAt:
    """When a photo was taken: wall-clock time at the place it was taken, naive, to the millisecond."""

    wall: datetime | None
    """The best single moment; ``None`` when nothing is known."""
    precision: Precision
    source: DateSource | None
    start: datetime | None
    """First moment of the span that the date stands for (inclusive)."""
    end: datetime | None
    """Last moment of that span (inclusive)."""
    utc_offset_min: int | None = None
    """Minutes east of UTC, where known."""
    raw: str = ""
    """The text as the file has it, kept also when it was refused."""


NO_DATE = TakenAt(wall=None, precision=Precision.UNKNOWN, source=None, start=None, end=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """The camera and its settings; ``None`` or empty is unknown."""

    make: str = ""
    model: str = ""
    lens: str = ""
    iso: int | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    focal_mm: float | None = None
    focal_35mm: float | None = None
    flash: bool | None = None
    subject_distance_m: float | None = None

    @property
    def name(self) -> str:
        """Make and model, without the make twice; empty when unknown."""
        if self.model.lower().startswith(self.make.lower().partition(" ")[0]):
            return self.model
        return f"{self.make} {self.model}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceBox:
    """A face in an upright photo; fractions of its width and height, ``x`` and ``y`` the upper left."""

    x: float
    y: float
    w: float
    h: float
    score: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Measures of one photo's technical quality; comparable within a look-alike stack only."""

    sharpness: float
    """Mean Tenengrad of the sharpest fifth of 8x8 tiles at 512 px after a Gaussian blur of sigma 1."""
    exposure: float
    """1 well exposed, 0 a quarter or more of the pixels black or white."""
    contrast: float
    """Standard deviation of the luminance, 0-1."""
    colourfulness: float
    """Hasler and Suesstrunk (2003), divided by 100 and clipped to 0-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a photo is in a group, or a group exists: one sentence for a person, traceable to facts."""

    code: str
    """Stable, for tests and translation: ``gap``, ``far_from_home``, ``head`` ..."""
    text: str
    """English, whole: "3 hours after the photo before"."""
    weight: float | None = None
    """Strength in the unit of the algorithm, where one exists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A photo in a group."""

    photo: PhotoId
    reasons: tuple[Reason, ...] = ()
    score: float | None = None
    """Calibrated probability for themes, 0-1."""
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGroup:
    """What an algorithm found, before ``core.identity`` gives it a lasting id."""

    kind: GroupKind
    title: str
    members: tuple[Member, ...]
    """In the order of time."""
    reasons: tuple[Reason, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    cover: PhotoId | None = None
    key: str = ""
    """For groups that exist once by name (``theme:greenery``); empty for all others."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """Kind-specific: boundary strength, nights, km from home, lat and lon, country, best shot ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group as the library keeps it."""

    id: GroupId
    found: FoundGroup
    title_source: TitleSource = TitleSource.AUTO
    auto_title: str = ""
    """The machine's last title while the user's is shown; empty where it is not known, or shown itself."""
    hidden: bool = False
    pinned: bool = False
    aliases: tuple[GroupId, ...] = ()
    """Ids of groups that were merged into this one; links to them still resolve."""
    parent: GroupId | None = None
    """The group that this one was split from."""

    @property
    def photo_ids(self) -> tuple[PhotoId, ...]:
        """The members' ids, in order."""
        return tuple(member.photo for member in self.found.members)


class ConstraintKind(StrEnum):
    """The user's corrections; they always win over the machine."""

    CUT_BEFORE = "cut_before"
    """An event starts at this photo."""
    NO_CUT_BEFORE = "no_cut_before"
    """No event starts at this photo."""
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One correction, bound to photos by id and, for add and remove, to a group or theme."""

    kind: ConstraintKind
    photo: PhotoId
    group_kind: GroupKind
    group: str = ""
    """A group id, or a theme's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A named place from the gazetteer."""

    name: str
    region: str
    country: str
    country_code: str
    """ISO 3166-1 alpha-2."""
    timezone: str = ""
    """IANA name, of the gazetteer's nearest place."""
    distance_km: float = 0.0
    relation: str = "in"
    """``in``, ``near`` (more than 40 km away) or ``remote`` (more than 150 km, or at sea)."""
    district: str = ""
    """The part of the city, where the gazetteer knows one close by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one write touched: views compare it with what they show."""

    photos: frozenset[PhotoId] = frozenset()
    groups: bool = False
    merged: Mapping[PhotoId, PhotoId] = field(default_factory=dict)
    """Old row to new row, where two rows turned out to be one photo."""

    def __or__(self, other: Changes) -> Changes:
        """Both changes as one."""
        return Changes(
            photos=self.photos | other.photos,
            groups=self.groups or other.groups,
            merged={**self.merged, **other.merged},
        )

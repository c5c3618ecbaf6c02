"""How our values lie in the columns: times as milliseconds, hashes as signed numbers, lists as JSON."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from photoroll.core.models import (
    DateSource,
    GeoPoint,
    Json,
    Position,
    PositionSource,
    Precision,
    Reason,
    TakenAt,
)

_EPOCH = datetime(1970, 1, 1)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MS = 86_400_000
_DAY_STARTS_MS = 4 * 3_600_000
ASPECT_UNIT = 1000
"""Aspect ratios are summed as whole thousandths, so that sums never drift."""
UNKNOWN_DAY = -1_000_000
"""The day of photos without a date: before every date that can be written."""


def to_ms(moment: datetime | None) -> int | None:
    """Milliseconds of a naive wall-clock time since 1970-01-01 00:00 of the same clock."""
    return None if moment is None else (moment.replace(tzinfo=None) - _EPOCH) // _MILLISECOND


def from_ms(ms: int | None) -> datetime | None:
    """The naive wall-clock time of :func:`to_ms`."""
    return None if ms is None else _EPOCH + timedelta(milliseconds=ms)


def now_ms() -> int:
    """Now in UTC milliseconds, for book-keeping only."""
    return time.time_ns() // 1_000_000


def day_of(wall_ms: int | None) -> int:
    """Number of the 04:00-to-04:00 day that a wall-clock time falls into."""
    return UNKNOWN_DAY if wall_ms is None else (wall_ms - _DAY_STARTS_MS) // _DAY_MS


def aspect_of(width: int, height: int) -> int:
    """Width / height in thousandths, kept between 1/20 and 20 so that a damaged size breaks no layout."""
    if width <= 0 or height <= 0:
        return ASPECT_UNIT
    return min(max(width * ASPECT_UNIT // height, ASPECT_UNIT // 20), ASPECT_UNIT * 20)


def to_signed(value: int) -> int:
    """A number of at most 64 bits as SQLite's signed integer of the same bits."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    return value - (1 << 64) if value >> 63 else value


def clamped(value: int) -> int:
    """A number that a hostile file system made up, brought into SQLite's range."""
    return min(max(value, -(1 << 63)), (1 << 63) - 1)


def hamming(one: int, other: int) -> int:
    """Number of differing bits of two 64-bit hashes."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def dump(value: object) -> str:
    """Canonical JSON: equal values give equal text; NaN is refused."""
    return json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":"))


def load(text: str | None) -> Any:
    """The value of :func:`dump`; ``None`` for no text."""
    return None if text is None or text == "" else json.loads(text)


def checksum(values: Sequence[object]) -> bytes:
    """16 bytes that tell whether a row of the user's work was damaged on disk."""
    return hashlib.blake2b(repr(list(values)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def date_columns(taken: TakenAt) -> tuple[object, ...]:
    """``wall_ms, start_ms, end_ms, precision, date_source, offset_min, date_raw, day`` of a date."""
    wall = to_ms(taken.wall)
    source = taken.source.value if taken.source else None
    return (
        wall,
        wall if taken.start is taken.wall else to_ms(taken.start),
        wall if taken.end is taken.wall else to_ms(taken.end),
        taken.precision.value,
        source,
        taken.utc_offset_min,
        storable(taken.raw),
        day_of(wall),
    )


_PRECISIONS = {precision.value: precision for precision in Precision}  # faster than calling the enum
_DATE_SOURCES = {source.value: source for source in DateSource}
_POSITION_SOURCES = {source.value: source for source in PositionSource}


def date_from(columns: Sequence[Any]) -> TakenAt:
    """The date of the first seven values of :func:`date_columns`."""
    wall, start, end, precision, source, offset, raw = columns[:7]
    moment = from_ms(wall)
    return TakenAt(
        wall=moment,
        precision=_PRECISIONS[precision],
        source=_DATE_SOURCES[source] if source else None,
        start=moment if start == wall else from_ms(start),
        end=moment if end == wall else from_ms(end),
        utc_offset_min=offset,
        raw=raw,
    )


def position_columns(position: Position | None) -> tuple[object, ...]:
    """``lat, lon, position_source, position_error_m`` of a position."""
    if position is None:
        return (None, None, None, None)
    return (position.point.lat, position.point.lon, position.source.value, position.error_m)


def position_from(columns: Sequence[Any]) -> Position | None:
    """The position of :func:`position_columns`."""
    lat, lon, source, error = columns
    if lat is None or lon is None:
        return None
    return Position(point=GeoPoint(lat, lon), source=_POSITION_SOURCES[source], error_m=error)


def storable(text: str) -> str:
    """Text that SQLite can keep: what is not Unicode (lone surrogates) is escaped, NULs made visible."""
    if "\0" in text:
        text = text.replace("\0", "\u2400")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def reasons_json(reasons: Sequence[Reason]) -> str:
    """Reasons as JSON."""
    return dump([[reason.code, reason.text, reason.weight] for reason in reasons]) if reasons else ""


def reasons_from(text: str | None) -> tuple[Reason, ...]:
    """The reasons of :func:`reasons_json`."""
    return tuple(Reason(code=code, text=words, weight=weight) for code, words, weight in load(text) or ())


def facts_json(facts: Mapping[str, Json]) -> str:
    """A group's facts as JSON."""
    return dump(dict(facts)) if facts else ""

"""Positions for photos without one, from the photos around them: guesses, marked as such, never passed on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from photoroll.core.geo import haversine_km
from photoroll.core.models import Reason

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Bools, Floats, Ints


class InheritedFrom(IntEnum):
    """How a position was guessed."""

    NOTHING = 0
    BETWEEN = 1
    """Between two photos close in time and place: the point in between, by time."""
    NEAREST = 2
    """The nearest photo in time, at most half an hour away."""
    SAME_CITY = 3
    """Both neighbours within 12 hours lie in one city: right for the city, not for the street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InheritParams:
    """How far a position reaches."""

    between_s: float = 2 * 3600.0
    """Both neighbours at most this far in time ..."""
    between_km: float = 3.0
    """... and this far from each other."""
    nearest_s: float = 30 * 60.0
    city_s: float = 12 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inherited:
    """Guessed positions of N photos; NaN and ``NOTHING`` where there is no good guess, or no need of one."""

    lat: Floats
    lon: Floats
    how: Ints
    """(N,) :class:`InheritedFrom`."""
    source: Ints
    """(N,) the located photo that is nearest in time, -1 for none."""
    away_s: Floats
    """(N,) seconds to it."""


def inherit_positions(
    times_s: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    city: ArrayLike | None = None,
    stream: ArrayLike | None = None,
    params: InheritParams | None = None,
) -> Inherited:
    """Guess positions for photos without one.

    All arrays have shape (N,). ``times_s``: seconds, NaN for photos without an exact time, which neither give
    nor take. ``lat``, ``lon``: measured, checked positions in degrees, NaN for none; guessed ones must not be
    among them. ``city``: city of each located photo (any numbering), -1 for unknown; without it no city is
    inherited. ``stream``: ``EventCut.stream``; photos inherit from their own stream only.
    """
    import numpy as np

    rule = params or InheritParams()
    times = np.asarray(times_s, dtype=np.float64)
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    n = len(times)
    cities = np.full(n, -1, np.int64) if city is None else np.asarray(city, dtype=np.int64)
    streams = np.zeros(n, np.int64) if stream is None else np.asarray(stream, dtype=np.int64)
    result = Inherited(
        lat=np.full(n, np.nan),
        lon=np.full(n, np.nan),
        how=np.full(n, InheritedFrom.NOTHING, dtype=np.int64),
        source=np.full(n, -1, dtype=np.int64),
        away_s=np.full(n, np.nan),
    )
    timed, located = np.isfinite(times), np.isfinite(lat) & np.isfinite(lon)
    for number in np.unique(streams[timed & ~located]).tolist():
        mine = timed & (streams == number)
        _fill(result, times, lat, lon, cities, mine & located, mine & ~located, rule)
    return result


def _fill(
    result: Inherited,
    times: Floats,
    lat: Floats,
    lon: Floats,
    cities: Ints,
    givers: Bools,
    takers: Bools,
    rule: InheritParams,
) -> None:
    """Fill in one stream's guesses."""
    import numpy as np

    give, take = np.flatnonzero(givers), np.flatnonzero(takers)
    if len(give) == 0 or len(take) == 0:
        return
    give = give[np.lexsort((lon[give], lat[give], times[give]))]
    right = np.searchsorted(times[give], times[take], side="right")
    before, after = give[np.maximum(right - 1, 0)], give[np.minimum(right, len(give) - 1)]
    early = np.where(right > 0, times[take] - times[before], np.inf)
    late = np.where(right < len(give), times[after] - times[take], np.inf)
    longest, km = np.maximum(early, late), haversine_km(lat[before], lon[before], lat[after], lon[after])
    near = np.where(early <= late, before, after)
    away = np.minimum(early, late)
    between = (longest <= rule.between_s) & (km <= rule.between_km)
    nearest = ~between & (away <= rule.nearest_s)
    same = (cities[before] >= 0) & (cities[before] == cities[after])
    city = ~between & ~nearest & (longest <= rule.city_s) & same
    early = np.where(between, early, 0.0)
    part = early / np.where(between, np.maximum(early + late, 1e-9), 1.0)
    straight = _between(lat, lon, before, after, part)
    found = between | nearest | city
    for values, middle, plain in ((result.lat, straight[0], lat[near]), (result.lon, straight[1], lon[near])):
        values[take[found]] = np.where(between, middle, plain)[found]
    kinds = (InheritedFrom.BETWEEN, InheritedFrom.NEAREST, InheritedFrom.SAME_CITY)
    result.how[take] = np.select([between, nearest, city], kinds, InheritedFrom.NOTHING)
    result.source[take[found]], result.away_s[take[found]] = near[found], away[found]


def _between(lat: Floats, lon: Floats, a: Ints, b: Ints, part: Floats) -> tuple[Floats, Floats]:
    """Interpolate over a few kilometres; the date line is minded, the curvature need not be."""
    east = (lon[b] - lon[a] + 540.0) % 360.0 - 180.0
    return lat[a] + part * (lat[b] - lat[a]), (lon[a] + part * east + 540.0) % 360.0 - 180.0


def why_inherited(how: int, away_s: float) -> Reason:
    """Say where a guessed position comes from."""
    minutes = max(1, round(away_s / 60))
    span = f"{minutes} minute{'s' if minutes > 1 else ''}" if minutes < 90 else f"{round(minutes / 60)} hours"
    text = {
        InheritedFrom.BETWEEN: "Estimated from the photos before and after, which were taken close by",
        InheritedFrom.NEAREST: f"Estimated from the nearest photo with a position, {span} away",
        InheritedFrom.SAME_CITY: "Only the city is estimated: the photos before and after were taken in it",
    }[InheritedFrom(how)]
    return Reason(code=f"inherited_{InheritedFrom(how).name.lower()}", text=text, weight=away_s)

"""Trips and days out: stretches of photos far from every home that was valid at the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.geo import centre, extent_km, haversine_km
from photoroll.core.homes import DAY_S, DAY_STARTS_S, Home, HomeParams, find_homes
from photoroll.core.models import GroupKind, Reason

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Bools, Floats, Ints

__all__ = ["Home", "HomeParams", "Stop", "Trip", "TripParams", "find_homes", "find_trips", "why_no_trips"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TripParams:
    """What makes a trip, and a day out."""

    away_km: float = 50.0
    small_away_km: float = 25.0
    """For those who move little: the usual day of theirs spans less than ``small_range_km``."""
    small_range_km: float = 5.0
    silence_s: float = 4 * DAY_S
    """A longer pause ends a trip."""
    least_photos: int = 6
    moved_silence_s: float = 40 * 3600.0
    """So does a pause longer than this, if the place after it is another one ..."""
    moved_km: float = 50.0
    """... further than this from the one before: one may have been home in between."""
    near_km: float = 100.0
    """Closer to home than this, one drives home for the night ..."""
    near_silence_s: float = 16 * 3600.0
    """... unless there are photos before and after it with a shorter pause in between."""
    edge_s: float = 36 * 3600.0
    """Photos without a position join a far trip's first and last photos across pauses up to this ..."""
    near_edge_s: float = 3 * 3600.0
    """... and a near one's across pauses up to this."""
    day_out_km: float = 25.0
    day_out_photos: int = 8
    stop_share: float = 0.15
    """A stop has a night, or at least this share of the trip's photos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place on a trip."""

    city: int
    """As given to :func:`find_trips`; -1 for places with no city."""
    nights: int
    photos: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A trip (at least a night away) or a day out."""

    kind: GroupKind
    """``TRIP`` or ``DAY_OUT``."""
    photos: tuple[int, ...]
    """Indices, in the order of time; unlocated ones in between belong to it."""
    start_s: float
    end_s: float
    nights: int
    """How often 04:00 passed."""
    furthest_km: float
    """From the nearest home."""
    lat: float
    lon: float
    """The middle of its photos."""
    stops: tuple[Stop, ...]
    """In the order of arrival."""
    reasons: tuple[Reason, ...]


def why_no_trips(homes: Sequence[Home], located: int) -> Reason | None:
    """Say why no trips can be found; ``None`` if they can. ``located``: how many photos have a position."""
    if any(not home.familiar for home in homes):
        return None
    if located == 0:
        return Reason(code="no_positions", text="No photo says where it was taken, so trips cannot be found")
    text = "No home was found (photos there in six weeks or more), so trips cannot be told from everyday life"
    return Reason(code="no_home", text=text)


def find_trips(
    times_s: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
    homes: Sequence[Home],
    *,
    city: ArrayLike | None = None,
    stream: ArrayLike | None = None,
    params: TripParams | None = None,
) -> tuple[Trip, ...]:
    """Find trips and days out, in the order of their start; no photo is in two of them.

    Arrays have shape (N,). ``times_s``: seconds as for :func:`find_homes`, NaN for photos without an exact
    time, which belong to no trip. ``lat``, ``lon``: checked fixes in degrees, NaN for none; inherited ones
    must not be among them. ``homes``: from :func:`find_homes`; familiar places count as home. ``city``: city
    of each located photo (any numbering), -1 for unknown, the unit of stops. ``stream``: ``EventCut.stream``;
    somebody else's photos at home end no trip. Empty where there is no home: see :func:`why_no_trips`.
    """
    import numpy as np

    rule = params or TripParams()
    if not any(not home.familiar for home in homes):
        return ()
    road = _road(times_s, lat, lon, homes, city, stream)
    trips = [_trip(road, part, GroupKind.TRIP, rule) for part in _stretches(road, _radius(road, rule), rule)]
    trips = [trip for trip in trips if trip.nights >= 1 and len(trip.photos) >= rule.least_photos]
    taken = np.isin(road.rows, [photo for trip in trips for photo in trip.photos])
    days = [
        _trip(road, part, GroupKind.DAY_OUT, rule)
        for part in _stretches(road.without(taken), rule.day_out_km, rule)
    ]
    outings = [day for day in days if day.nights == 0 and len(day.photos) >= rule.day_out_photos]
    return tuple(sorted(trips + outings, key=lambda trip: (trip.start_s, trip.photos)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Road:
    """All timed photos in the order of time, and how far from home they were taken."""

    rows: Ints
    t: Floats
    lat: Floats
    lon: Floats
    city: Ints
    stream: Ints
    km: Floats
    """From the nearest home, NaN where unlocated."""

    def without(self, gone: Bools) -> _Road:
        """Give the road where the photos ``gone`` are at home, so that no outing crosses them."""
        import numpy as np

        return _Road(
            rows=self.rows,
            t=self.t,
            lat=self.lat,
            lon=self.lon,
            city=self.city,
            stream=self.stream,
            km=np.where(gone, 0.0, self.km),
        )


def _road(
    times_s: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
    homes: Sequence[Home],
    city: ArrayLike | None,
    stream: ArrayLike | None,
) -> _Road:
    import numpy as np

    times = np.asarray(times_s, dtype=np.float64)
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    timed = np.flatnonzero(np.isfinite(times))
    rows = timed[np.lexsort((lon[timed], lat[timed], times[timed]))]
    return _Road(
        rows=rows,
        t=times[rows],
        lat=lat[rows],
        lon=lon[rows],
        city=_or_constant(city, -1, rows),
        stream=_or_constant(stream, 0, rows),
        km=_from_home(times[rows], lat[rows], lon[rows], homes),
    )


def _or_constant(values: ArrayLike | None, constant: int, rows: Ints) -> Ints:
    import numpy as np

    if values is None:
        return np.full(len(rows), constant, dtype=np.int64)
    result: Ints = np.asarray(values, dtype=np.int64)[rows]
    return result


def _from_home(t: Floats, lat: Floats, lon: Floats, homes: Sequence[Home]) -> Floats:
    """Give the km to the nearest home or familiar place that was valid at the time."""
    import numpy as np

    km = np.full(len(t), np.inf)
    for home in homes:
        valid = np.ones(len(t), dtype=bool)
        if home.start_s is not None:
            valid &= t >= home.start_s
        if home.end_s is not None:
            valid &= t < home.end_s
        km[valid] = np.minimum(km[valid], haversine_km(lat[valid], lon[valid], home.lat, home.lon))
    return np.where(np.isfinite(lat) & np.isfinite(lon), km, np.nan)


def _radius(road: _Road, rule: TripParams) -> float:
    """Give the distance that counts as away: smaller for those whose usual day spans little."""
    import numpy as np

    located = np.flatnonzero(np.isfinite(road.km) & (road.km <= rule.away_km))
    days = np.split(located, np.flatnonzero(np.diff(_day(road.t[located]))) + 1)
    spans = [extent_km(road.lat[day], road.lon[day]) for day in days if len(day) > 1]
    return rule.small_away_km if spans and np.median(spans) < rule.small_range_km else rule.away_km


def _day(t: Floats) -> Ints:
    import numpy as np

    return np.floor((t - DAY_STARTS_S) / DAY_S).astype(np.int64)


def _stretches(road: _Road, radius: float, rule: TripParams) -> list[Ints]:
    """Give the stretches away from home as positions on the road, with the unlocated photos in between."""
    import numpy as np

    located = np.flatnonzero(np.isfinite(road.km))
    away = _bridged(road, located, road.km[located] > radius)
    edges = np.flatnonzero(np.diff(away, prepend=0, append=0))
    found = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        first, last = int(located[a]), int(located[b - 1])
        inside = np.arange(first, last + 1)
        streams = np.unique(road.stream[located[a:b]])
        mine = ~(road.km[inside] <= radius)  # unlocated ones too
        inside = inside[mine & np.isin(road.stream[inside], streams)]
        found += np.split(inside, _pauses(road, inside, rule))
    parts = [part for part in found if np.isfinite(road.km[part]).any()]
    bounds = [-1, *(int(part[-1]) for part in parts)]
    limits = [*(int(part[0]) for part in parts[1:]), len(road.t)]
    return [_with_edges(road, *each, rule) for each in zip(parts, bounds, limits, strict=False)]


def _pauses(road: _Road, inside: Ints, rule: TripParams) -> Ints:
    """Find the pauses in which one may have been home, although no photo says so."""
    import numpy as np

    fixes = inside[np.isfinite(road.km[inside])]
    at = np.searchsorted(fixes, inside[1:])  # the first fix at or after each photo but the first
    last, following = fixes[np.maximum(at - 1, 0)], fixes[np.minimum(at, len(fixes) - 1)]
    pause = np.diff(road.t[inside])
    moved = haversine_km(road.lat[last], road.lon[last], road.lat[following], road.lon[following])
    near = np.minimum(road.km[last], road.km[following]) < rule.near_km
    cut = (pause > rule.silence_s) | ((pause > rule.moved_silence_s) & (moved > rule.moved_km))
    cut |= (pause > rule.near_silence_s) & near
    result: Ints = np.flatnonzero(cut) + 1
    return result


def _bridged(road: _Road, located: Ints, away: Bools) -> Ints:
    """Count photos at home as away where nobody could have gone home between the photos around them.

    They are somebody else's, or a photo whose position is wrong; they do not join the trip.
    """
    import numpy as np

    result = away.astype(np.int64)
    edges = np.flatnonzero(np.diff(result, prepend=1, append=1))
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if a == 0 or b == len(located):
            continue
        before, after = located[a - 1], located[b]
        streams = {int(road.stream[before]), int(road.stream[after])}
        there = _too_fast(road, before, located[a], before)
        back = _too_fast(road, located[b - 1], after, after)
        if there or back or not streams & set(road.stream[located[a:b]].tolist()):
            result[a:b] = 1
    return result


def _too_fast(road: _Road, start: int, end: int, away: int) -> bool:
    """Tell whether a journey home from the photo ``away``, or to it, took less than half of what it takes."""
    km = float(road.km[away])
    needed_h = min(km / 130.0, 2.0 + km / 850.0)  # by fast road or rail, or with an aeroplane
    return float(road.t[end] - road.t[start]) < 0.5 * needed_h * 3600.0


def _with_edges(road: _Road, part: Ints, bound: int, limit: int, rule: TripParams) -> Ints:
    """Let photos without a position join at both ends, across pauses; strictly between bound and limit."""
    import numpy as np

    fixes = part[np.isfinite(road.km[part])]
    reach = [rule.edge_s if road.km[k] >= rule.near_km else rule.near_edge_s for k in fixes[[0, -1]]]
    before, after = int(part[0]), int(part[-1])
    while before - 1 > bound and np.isnan(road.km[before - 1]) and _pause(road, before) <= reach[0]:
        before -= 1
    while after + 1 < limit and np.isnan(road.km[after + 1]) and _pause(road, after + 1) <= reach[1]:
        after += 1
    return np.concatenate([np.arange(before, part[0]), part, np.arange(part[-1] + 1, after + 1)])


def _pause(road: _Road, k: int) -> float:
    return float(road.t[k] - road.t[k - 1])


def _trip(road: _Road, part: Ints, kind: GroupKind, rule: TripParams) -> Trip:
    import numpy as np

    day, located = _day(road.t[part]), part[np.isfinite(road.km[part])]
    nights = int(day[-1] - day[0])
    furthest = float(road.km[located].max())
    lat, lon = centre(road.lat[located], road.lon[located])
    how_long = f"{nights} night{'s' if nights != 1 else ''}" if nights else "One day"
    text = f"{how_long}, {furthest:,.0f} km from home"
    reasons = [Reason(code="far_from_home", text=text, weight=furthest)]
    if len(located) < len(part):
        count = len(part) - len(located)
        words = "photo without a position lies" if count == 1 else "photos without a position lie"
        reasons.append(Reason(code="in_between", text=f"{count:,} {words} in between", weight=float(count)))
    return Trip(
        kind=kind,
        photos=tuple(road.rows[part].tolist()),
        start_s=float(road.t[part[0]]),
        end_s=float(road.t[part[-1]]),
        nights=nights,
        furthest_km=furthest,
        lat=lat,
        lon=lon,
        stops=_stops(road, located, rule),
        reasons=tuple(reasons),
    )


def _stops(road: _Road, located: Ints, rule: TripParams) -> tuple[Stop, ...]:
    """Give the cities with a night or a good share of the photos, in the order of arrival."""
    import numpy as np

    city, day = road.city[located], _day(road.t[located])
    nights: dict[int, int] = {}
    for k in np.flatnonzero(np.diff(day)).tolist():
        nights[int(city[k])] = nights.get(int(city[k]), 0) + int(day[k + 1] - day[k])
    stops = []
    for number in dict.fromkeys(city.tolist()):
        here = located[city == number]
        if not nights.get(number, 0) and len(here) < rule.stop_share * len(located):
            continue
        lat, lon = centre(road.lat[here], road.lon[here])
        stops.append(Stop(city=number, nights=nights.get(number, 0), photos=len(here), lat=lat, lon=lon))
    return tuple(stops)

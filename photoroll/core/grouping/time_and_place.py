"""Events, trips, days out and places as groups with titles and reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from photoroll.core.events import why_event_starts
from photoroll.core.gazetteer import Gazetteer
from photoroll.core.geo import centre, haversine_km
from photoroll.core.grouping.frame import AT_HOME_KM, EPOCH, Frame, Located, locate
from photoroll.core.homes import Home
from photoroll.core.inherited import InheritedFrom, why_inherited
from photoroll.core.models import (
    FoundGroup,
    GeoPoint,
    GroupKind,
    Json,
    Member,
    PhotoId,
    PlaceName,
    Reason,
)
from photoroll.core.places import find_places
from photoroll.core.titles import (
    EventFacts,
    StopFact,
    Title,
    TripFacts,
    day_out_title,
    event_title,
    place_title,
    trip_title,
)
from photoroll.core.trips import Stop, Trip, find_trips, why_no_trips

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

Holidays = Mapping[date, str]
LEAST_PLACE_PHOTOS = 3
CITY_ERROR_M = 10_000.0
"""What a position inherited at city level may be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAndPlace:
    """What times and places tell about N photos."""

    events: tuple[FoundGroup, ...]
    trips: tuple[FoundGroup, ...]
    days_out: tuple[FoundGroup, ...]
    places: tuple[FoundGroup, ...]
    """One for each city with at least three photos, the largest first."""
    inherited: tuple[tuple[PhotoId, GeoPoint | None, float | None], ...]
    """A guess, or ``None`` for every photo that has no position by itself; with the error in metres."""
    names: tuple[tuple[PhotoId, PlaceName | None], ...]
    event_of: Ints
    """(N,) number of each photo's event, -1 for none."""
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    """(N,) measured or guessed; NaN for none."""
    homes: tuple[Home, ...]
    notes: tuple[Reason, ...]
    """What could not be told, and why."""


def group_by_time_and_place(
    frame: Frame, gazetteer: Gazetteer, *, holidays: Holidays | None = None, language: str = "en"
) -> TimeAndPlace:
    """Group photos by when and where they were taken.

    ``holidays`` names the days of festive windows, ``language`` (two letters) the language of place names.
    """
    located = locate(frame, gazetteer)
    namer = _Namer(frame, located, gazetteer, language)
    trips = find_trips(
        frame.times, located.lat, located.lon, located.homes, city=located.city, stream=frame.cut.stream
    )
    found = [_trip_group(frame, trip, namer, holidays) for trip in trips]
    note = why_no_trips(located.homes, int(located.fixes.exact.sum()))
    return TimeAndPlace(
        events=tuple(
            _event_group(frame, located, namer, number, holidays) for number in range(len(frame.cut))
        ),
        trips=tuple(group for group in found if group.kind is GroupKind.TRIP),
        days_out=tuple(group for group in found if group.kind is GroupKind.DAY_OUT),
        places=tuple(_place_groups(frame, located, namer)),
        inherited=tuple(_inherited(frame, located)),
        names=tuple((frame.photo(row), namer.of_row(row)) for row in range(len(frame))),
        event_of=frame.cut.event,
        lat=located.all_lat,
        lon=located.all_lon,
        homes=located.homes,
        notes=(note,) if note else (),
    )


class _Namer:
    """Names cities of the gazetteer, each asked once."""

    def __init__(self, frame: Frame, located: Located, gazetteer: Gazetteer, language: str) -> None:
        self._located, self._gazetteer, self._language = located, gazetteer, language
        self._known: dict[tuple[int, float, str], PlaceName] = {}
        self.home = self._home(frame)

    def of_row(self, row: int) -> PlaceName | None:
        """Name the place of a photo."""
        city = int(self._located.city[row])
        return self.of_city(city, float(self._located.city_km[row])) if city >= 0 else None

    def of_stop(self, stop: Stop) -> PlaceName:
        """Name a stop of a trip, from where its photos were taken."""
        km = haversine_km(stop.lat, stop.lon, *self._gazetteer.position(stop.city))
        return self.of_city(stop.city, float(km))

    def of_city(self, city: int, km: float = 0.0, *, language: str | None = None) -> PlaceName:
        """Name a row of the gazetteer, seen from ``km`` away."""
        key = (city, round(km, 1), language or self._language)
        if key not in self._known:
            self._known[key] = self._gazetteer.describe(city, language=key[2], distance_km=key[1])
        return self._known[key]

    def _home(self, frame: Frame) -> PlaceName | None:
        homes = [home for home in self._located.homes if not home.familiar]
        if not homes:
            return None
        last = homes[-1]
        return self._gazetteer.nearest([last.lat], [last.lon], language=self._language)[0]


def _event_group(
    frame: Frame, located: Located, namer: _Namer, number: int, holidays: Holidays | None
) -> FoundGroup:
    import numpy as np

    rows: list[int] = frame.cut.photos_of(number).tolist()
    moments = [moment for row in rows if (moment := frame.moment(row))]
    start, end = min(moments), max(moments)
    km = located.home_km[rows]
    place = _main_city(located, rows)
    facts = EventFacts(
        start=start,
        end=end,
        photos=len(rows),
        at_home=bool(np.isfinite(km).any() and np.nanmedian(km) <= AT_HOME_KM),
        home=namer.home,
        place=namer.of_row(place) if place >= 0 else None,
    )
    title = event_title(facts, holidays=holidays)
    return FoundGroup(
        kind=GroupKind.EVENT,
        title=title.text,
        members=tuple(Member(photo=frame.photo(row)) for row in rows),
        reasons=(why_event_starts(frame.cut, number), _because(title)),
        start=start,
        end=end,
        cover=frame.best(rows),
        facts={
            "strength": _finite(float(frame.cut.margin[number])),
            "gap_s": _finite(float(frame.cut.gap_s[number])),
            "moments": len(set(frame.cut.moment[rows].tolist())),
            "place": facts.place.name if facts.place else None,
            **_middle(located, rows),
        },
    )


def _trip_group(frame: Frame, trip: Trip, namer: _Namer, holidays: Holidays | None) -> FoundGroup:
    rows = list(trip.photos)
    stops, names = _stays(trip, namer)
    facts = TripFacts(
        start=EPOCH + timedelta(seconds=trip.start_s),
        end=EPOCH + timedelta(seconds=trip.end_s),
        photos=len(rows),
        nights=trip.nights,
        km=trip.furthest_km,
        stops=[
            StopFact(name=name, nights=stop.nights, photos=stop.photos)
            for name, stop in zip(names, stops, strict=True)
        ],
    )
    named = day_out_title if trip.kind is GroupKind.DAY_OUT else trip_title
    title = named(facts, holidays=holidays)
    listed: list[Json] = [
        {"name": name.name, "nights": stop.nights, "photos": stop.photos, "lat": stop.lat, "lon": stop.lon}
        for name, stop in zip(names, stops, strict=True)
    ]
    return FoundGroup(
        kind=trip.kind,
        title=title.text,
        members=tuple(Member(photo=frame.photo(row)) for row in rows),
        reasons=(*trip.reasons, _because(title)),
        start=facts.start,
        end=facts.end,
        cover=frame.best(rows),
        facts={
            "nights": trip.nights,
            "km_from_home": round(trip.furthest_km, 1),
            "lat": round(trip.lat, 5),
            "lon": round(trip.lon, 5),
            "stops": listed,
            "countries": list(dict.fromkeys(name.country for name in names)),
        },
    )


def _stays(trip: Trip, namer: _Namer) -> tuple[list[Stop], list[PlaceName]]:
    """Give the stops and their names; a night on a plane or a ship is no stay in the nearest town."""
    named = [(stop, namer.of_stop(stop)) for stop in trip.stops if stop.city >= 0]
    stays = [(stop, name) for stop, name in named if name.relation == "in"] or named
    return [stop for stop, _ in stays], [name for _, name in stays]


def _place_groups(frame: Frame, located: Located, namer: _Namer) -> list[FoundGroup]:
    import numpy as np

    order = np.argsort(located.city, kind="stable")
    cities, first = np.unique(located.city[order], return_index=True)
    parts = np.split(order, first[1:])
    # Far from any town a "city" would be a name for half an ocean: such photos stay in the list of positions.
    groups = [
        _place_group(frame, located, namer, int(city), part.tolist())
        for city, part in zip(cities, parts)
        if city >= 0 and len(part) >= LEAST_PLACE_PHOTOS
    ]
    kept = [group for group in groups if group is not None]
    return sorted(kept, key=lambda group: (-len(group.members), group.key))


def _place_group(
    frame: Frame, located: Located, namer: _Namer, city: int, rows: list[int]
) -> FoundGroup | None:
    import numpy as np

    name = namer.of_city(city, float(np.median(located.city_km[rows])))
    if name.relation == "remote":
        return None
    title = place_title(name)
    moments = [moment for row in rows if (moment := frame.moment(row))]
    english = namer.of_city(city, language="en")
    spots = find_places(located.lat[rows], located.lon[rows]).places
    return FoundGroup(
        kind=GroupKind.PLACE,
        title=title.text,
        members=tuple(_place_member(frame, located, row) for row in rows),
        reasons=(_because(title),),
        start=min(moments, default=None),
        end=max(moments, default=None),
        cover=frame.best(rows),
        key=f"place:{english.country_code}:{english.region}:{english.name}",
        facts={
            "country": name.country,
            "country_code": name.country_code,
            "region": name.region,
            "spots": [
                {"lat": round(spot.lat, 5), "lon": round(spot.lon, 5), "photos": spot.photos}
                for spot in spots
                if spot is not None
            ],
            **_middle(located, rows),
        },
    )


def _place_member(frame: Frame, located: Located, row: int) -> Member:
    how = int(located.inherited.how[row])
    if how == InheritedFrom.NOTHING or math.isfinite(located.lat[row]):
        return Member(photo=frame.photo(row))
    reason = why_inherited(how, float(located.inherited.away_s[row]))
    return Member(photo=frame.photo(row), reasons=(reason,))


def _inherited(frame: Frame, located: Located) -> list[tuple[PhotoId, GeoPoint | None, float | None]]:
    found: list[tuple[PhotoId, GeoPoint | None, float | None]] = []
    for row, source in enumerate(frame.columns.position_source):
        if source not in ("", "inherited"):
            continue
        how = int(located.inherited.how[row])
        if how == InheritedFrom.NOTHING:
            found.append((frame.photo(row), None, None))
            continue
        point = GeoPoint(float(located.inherited.lat[row]), float(located.inherited.lon[row]))
        error = CITY_ERROR_M if how == InheritedFrom.SAME_CITY else None
        found.append((frame.photo(row), point, error))
    return found


def _main_city(located: Located, rows: Sequence[int]) -> int:
    """Give a row whose city is that of most photos, -1 when none is known."""
    import numpy as np

    cities = located.city[rows]
    known = np.flatnonzero(cities >= 0)
    if len(known) == 0:
        return -1
    values, counts = np.unique(cities[known], return_counts=True)
    return int(rows[int(np.flatnonzero(cities == values[np.argmax(counts)])[0])])


def _middle(located: Located, rows: Sequence[int]) -> dict[str, Json]:
    import numpy as np

    lat, lon = located.all_lat[rows], located.all_lon[rows]
    known = np.isfinite(lat) & np.isfinite(lon)
    if not known.any():
        return {"lat": None, "lon": None}
    middle = centre(lat[known], lon[known])
    return {"lat": round(float(middle[0]), 5), "lon": round(float(middle[1]), 5)}


def _because(title: Title) -> Reason:
    return Reason(code="title", text=title.because)


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None

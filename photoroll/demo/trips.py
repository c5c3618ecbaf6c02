"""Trips: at least one night far from home, at one stop or several, with the way there and back."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from math import cos, pi, sin

from photoroll.core.models import GeoPoint
from photoroll.demo.cities import City, cities, distance_km, moved
from photoroll.demo.home_life import Household
from photoroll.demo.kinds import ACTIVITIES
from photoroll.demo.life import PEOPLE, Diary, Happening, live, pause_between, start_on, utc_of, wall_of
from photoroll.demo.models import PlaceTruth, TripTruth

AWAY_KM = 60.0
"""Everything on a trip happens at least this far from home."""
FEWEST_PHOTOS = 8
_KINDS = {  # nights, nearest and farthest first stop in km, weight
    "weekend": ((1, 3), (90, 900), 4.0),
    "week": ((5, 8), (250, 3000), 2.0),
    "abroad": ((3, 9), (500, 20000), 2.0),
    "multi-stop": ((6, 12), (300, 20000), 1.5),
}
_TRAVEL_KM_H = 18.0


def trip_kind(rng: random.Random, photos_left: int) -> str:
    """Draw what kind of trip comes next, small ones only when few photos are left for trips."""
    kinds = ["weekend"] if photos_left < 90 else list(_KINDS)
    return rng.choices(kinds, [_KINDS[kind][2] for kind in kinds])[0]


def travel(diary: Diary, house: Household, number: int, kind: str) -> TripTruth | None:
    """Go on a trip; ``None`` when there was no time for it, or hardly a photo was taken."""
    rng = diary.rng
    nights = rng.randint(*_KINDS[kind][0])
    first = _first_day(diary, house, kind, nights)
    stops = _stops(diary, house, kind, first) if first else []
    if first is None or not stops:
        return None
    journey = _Journey(diary, house, stops, number, first, nights)
    journey.go()
    photos = sum(len(happening.shots) for happening in journey.lived)
    away = {happening.shots[0].wall.date() for happening in journey.lived}
    if photos < FEWEST_PHOTOS or len(away) < 2 or diary.taken + photos > diary.budget:
        return None
    for happening in journey.lived:
        diary.keep(happening)
    diary.visited.update(stop.name for stop in stops)
    diary.block(first - timedelta(days=1), first + timedelta(days=nights + 1))
    return TripTruth(
        id=number,
        kind=kind,
        cities=tuple(stop.name for stop in stops),
        countries=tuple(dict.fromkeys(stop.country for stop in stops)),
        start=journey.lived[0].shots[0].wall,
        end=journey.lived[-1].shots[-1].wall,
        nights=nights,
        people=PEOPLE,
    )


def _first_day(diary: Diary, house: Household, kind: str, nights: int) -> date | None:
    """Find free days, with a day to spare on either side (time zones, packing)."""
    span = (house.end - house.start).days - nights - 3
    for _ in range(12 if span > 0 else 0):
        first = house.start + timedelta(days=1 + diary.rng.randrange(span))
        if kind == "weekend":
            first += timedelta(days=(4 - first.weekday()) % 7 + (nights == 1))
        last = first + timedelta(days=nights + 1)
        if last < house.end and diary.days_free(first - timedelta(days=1), last):
            return first
    return None


def _first_stops(house: Household, kind: str, first: date) -> list[City]:
    home = house.home
    near, far = _KINDS[kind][1]
    choices = [city for city in cities() if near <= distance_km(city.point, home.point) <= far]
    if kind in ("abroad", "multi-stop"):
        choices = [city for city in choices if city.country != home.country]
    if kind == "week":
        choices = [city for city in choices if city.kind != "city"]
    wintry = [city for city in choices if city.kind == "mountain" and first.month in (12, 1, 2, 3)]
    return choices + 3 * wintry


def _stops(diary: Diary, house: Household, kind: str, first: date) -> list[City]:
    """Choose where to go, somewhere new while there is something new."""
    rng, home = diary.rng, house.home
    choices = _first_stops(house, kind, first)
    choices = [city for city in choices if city.name not in diary.visited] or choices
    stops = [rng.choice(choices)] if choices else []
    while stops and kind == "multi-stop" and len(stops) < 4:
        onward = [
            city
            for city in cities()
            if city not in stops
            and distance_km(city.point, stops[-1].point) <= 700
            and distance_km(city.point, home.point) >= 150
        ]
        if not onward or (len(stops) >= 2 and rng.random() < 0.5):
            break
        stops.append(rng.choice(onward))
    return stops


class _Journey:
    """Lives the days of one trip in order."""

    def __init__(
        self, diary: Diary, house: Household, stops: list[City], number: int, first: date, nights: int
    ) -> None:
        self._diary, self._rng, self._house = diary, diary.rng, house
        self._stops, self._number, self._first, self._nights = stops, number, first, nights
        self._spots: dict[str, list[PlaceTruth]] = {}
        self.lived: list[Happening] = []
        self._free_from = utc_of(datetime.combine(first, time()), house.home.zone)

    def go(self) -> None:
        """Travel there, live the days, travel back."""
        zone_shift = abs(_offset_of(self._stops[0], self._first) - _offset_of(self._house.home, self._first))
        for number in range(self._nights + 1):
            day = self._first + timedelta(days=number)
            stop = self._stops[number * len(self._stops) // (self._nights + 1)]
            if number == 0:
                self._on_the_way(day, self._stops[0])
            if number == 0 and zone_shift > 3:
                continue
            activities = self._rng.choices((1, 2, 3, 4), (0.25, 0.4, 0.25, 0.1))[0]
            if number in (0, self._nights):
                activities = min(activities, 2)
            self._day(day, stop, activities, earliest=13.0 if number == 0 else 0.0)

    def _on_the_way(self, day: date, stop: City) -> None:
        home = self._house.home.point
        away = distance_km(home, stop.point)
        if self._rng.random() < 0.4:
            return
        share = self._rng.uniform(AWAY_KM / away * 1.1, 0.95)
        point = GeoPoint(
            home.lat + share * (stop.point.lat - home.lat), home.lon + share * (stop.point.lon - home.lon)
        )
        if distance_km(point, home) < AWAY_KM:
            return
        place = self._diary.place("On the way", "on-the-way", "", "", self._house.home.zone, point)
        start = start_on(day, ACTIVITIES["transit"], self._rng)
        self._live("transit", place, start, self._rng.randint(1, 5))

    def _day(self, day: date, stop: City, activities: int, *, earliest: float) -> None:
        dawn = datetime.combine(day, time()) + timedelta(hours=earliest)
        before: PlaceTruth | None = None
        for number in range(activities):
            name = _activity(self._rng, stop, day, late=number >= 2)
            place = self._spot(stop)
            start = max(start_on(day, ACTIVITIES[name], self._rng), dawn)
            if before is not None:
                hours = distance_km(before.point, place.point) / _TRAVEL_KM_H
                start = (
                    wall_of(self._free_from, place.zone) + pause_between(self._rng) + timedelta(hours=hours)
                )
            elif utc_of(start, place.zone) < self._free_from + timedelta(hours=1):
                start = wall_of(self._free_from, place.zone) + timedelta(hours=5)
            if start.date() != day or start.hour >= 22:
                return
            self._live(name, place, start, self._diary.photo_count(0.5, 0.985))
            before = place

    def _live(self, name: str, place: PlaceTruth, start: datetime, count: int) -> None:
        coast = any(stop.kind == "coast" for stop in self._stops)
        happening = live(
            self._diary, name, place, start, count, person=self._rng.choice(PEOPLE),
            together=count >= 6, trip=self._number, coast=coast,
            title=f"{ACTIVITIES[name].title} in {place.city}" if place.city else "",
        )  # fmt: skip
        self._free_from = happening.end
        self.lived.append(happening)

    def _spot(self, stop: City) -> PlaceTruth:
        """Choose a sight of the city, now and then one seen before."""
        known = self._spots.setdefault(stop.name, [])
        if known and self._rng.random() < 0.25:
            return self._rng.choice(known)
        angle, away = self._rng.uniform(0, 2 * pi), min(self._rng.lognormvariate(0.4, 0.8), 9.0)
        point = moved(stop.point, east_km=away * cos(angle), north_km=away * sin(angle))
        name = f"{stop.name} {len(known) + 1}"
        known.append(self._diary.place(name, "sight", stop.name, stop.country, stop.zone, point))
        return known[-1]


def _offset_of(place: PlaceTruth | City, day: date) -> float:
    noon = datetime.combine(day, time(12))
    return (noon - utc_of(noon, place.zone)).total_seconds() / 3600


def _activity(rng: random.Random, stop: City, day: date, *, late: bool) -> str:
    if late:
        return rng.choice(("evening", "meal"))
    winter = day.month in (12, 1, 2, 3) if stop.point.lat > 0 else day.month in (6, 7, 8, 9)
    if stop.kind == "mountain":
        return rng.choice(("snow", "snow", "sights") if winter else ("hike", "hike", "sights", "evening"))
    if stop.kind == "coast":
        return rng.choice(("sights", "town", "walk") if winter else ("beach", "beach", "sights", "evening"))
    return rng.choice(("sights", "sights", "town", "museum", "evening", "meal"))

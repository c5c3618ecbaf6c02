"""Plans a photo library with known truth: pure, seeded, fast (30,000 photos in about a second).

How truth arises: two people live through the years first. They settle in a home (and may move), have
familiar places, feasts, days out and trips; each thing they do (a dinner, a walk, a beach afternoon) is one
*event* by intention, at one place or on one walk. Only then are photos taken: their pauses, their bursts
and the steps between them are drawn from distributions measured on real traces (``traces.toml``), with the
measured correlation of successive pauses. Pauses inside events reach hours (a long dinner), pauses between
two events of a day start at ten minutes, so no fixed pause, distance or hour gives the truth back. A *trip*
is a journey with at least a night at 60 km or more from home; a *burst* is one subject photographed again
within 10 s.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from photoroll.demo.cities import HomeTown, distance_km, home_towns
from photoroll.demo.files import as_files
from photoroll.demo.home_life import (
    Household,
    day_out,
    feast,
    feast_days,
    ordinary_event,
    random_day,
    settle,
)
from photoroll.demo.life import Diary, Happening
from photoroll.demo.models import (
    CameraTruth,
    EventTruth,
    HomeTruth,
    Plan,
    PlannedPhoto,
    Style,
    TripTruth,
)
from photoroll.demo.trips import travel, trip_kind

START = datetime(2021, 3, 1)
MOST_PER_DAY = 100
COPY_SHARE = 0.025


def plan_library(
    seed: int,
    *,
    photos: int = 1000,
    years: float = 3,
    gps_share: float = 0.7,
    style: Style | str = Style.NORMAL,
    moves_house: bool = True,
    wrong_clock: bool = True,
    parallel: bool = True,
    faults: bool = True,
    start: datetime = START,
) -> Plan:
    """Plan a library of exactly ``photos`` files; the same numbers give the same plan.

    ``gps_share``: share of camera photos whose file has a position. ``wrong_clock``: one camera's clock
    is off by a constant. ``parallel``: now and then two people take photos in different places at once.
    ``faults``: some files are broken, screenshots, documents, messenger pictures or copies.

    Raises :exc:`ValueError` for numbers that make no library (no photo, more than 100 a day).
    """
    days = round(years * 365.25)
    _check(photos, days, gps_share)
    rng, copies = random.Random(seed), round(photos * COPY_SHARE) if faults else 0
    diary = Diary(rng, Style(style), boost=min(4.0, max(1.0, photos / days / 4)), budget=photos - copies)
    first, last = start.date(), start.date() + timedelta(days=days)
    houses = _houses(diary, first, last, moves=moves_house and days >= 240)
    trips, days_out = _live_years(diary, houses, parallel=parallel)
    lived = _in_order(diary)
    files, cameras = as_files(
        rng, lived, copies=copies, gps_share=gps_share, wrong_clock=wrong_clock, faults=faults
    )
    found = _plan(diary, houses, lived, files, cameras)
    return replace(found, seed=seed, start=start, trips=trips, days_out=days_out)


def _plan(
    diary: Diary,
    houses: list[Household],
    lived: list[Happening],
    files: tuple[PlannedPhoto, ...],
    cameras: tuple[CameraTruth, ...],
) -> Plan:
    homes = tuple(map(_home, houses))
    return Plan(
        seed=0,
        style=diary.style,
        start=homes[0].start,
        end=homes[-1].end,
        photos=files,
        events=tuple(_events(lived, files)),
        trips=(),
        days_out=(),
        homes=homes,
        places=tuple(diary.places),
        cameras=cameras,
    )


def _in_order(diary: Diary) -> list[Happening]:
    happenings = sorted(diary.happenings, key=lambda one: one.shots[0].utc)
    for number, happening in enumerate(happenings):
        happening.id = number
    return happenings


def _home(house: Household) -> HomeTruth:
    begin, end = datetime.combine(house.start, time()), datetime.combine(house.end, time())
    return HomeTruth(place=house.home.id, start=begin, end=end)


def _check(photos: int, days: int, gps_share: float) -> None:
    if photos < 1 or days < 30:
        raise ValueError(f"A library needs a photo and a month at least, got {photos} photos in {days} days")
    if photos / days > MOST_PER_DAY:
        raise ValueError(f"Nobody takes {photos / days:.0f} photos a day for long: ask for more years")
    if not 0 <= gps_share <= 1:
        raise ValueError(f"gps_share must be from 0 to 1, got {gps_share}")


def _houses(diary: Diary, first: date, last: date, *, moves: bool) -> list[Household]:
    rng = diary.rng
    town = rng.choice(home_towns())
    if not moves:
        return [settle(diary, town, first, last)]
    turn = first + timedelta(days=round((last - first).days * rng.uniform(0.35, 0.65)))
    return [settle(diary, town, first, turn), settle(diary, _next_town(rng, town), turn, last)]


def _next_town(rng: random.Random, town: HomeTown) -> HomeTown:
    others = [
        other
        for other in home_towns()
        if other is not town and distance_km(other.city.point, town.city.point) < 1500
    ]
    return rng.choice(others or [other for other in home_towns() if other is not town])


def _live_years(
    diary: Diary, houses: list[Household], *, parallel: bool
) -> tuple[tuple[TripTruth, ...], tuple[int, ...]]:
    """Fill the years: feasts, trips and days out first, ordinary life until the photos are used up."""
    rng, budget = diary.rng, diary.budget
    for day, name, title in feast_days(rng, houses[0].start, houses[-1].end):
        if diary.taken < 0.12 * budget:
            feast(diary, _house_on(houses, day), day, name, title)
    trips = _travels(diary, houses, until=0.5 * budget)
    days_out = list(_days_out(diary, houses, until=min(diary.taken + 0.06 * budget, 0.6 * budget)))
    failed = 0
    while not diary.full:
        house = _weighted_house(rng, houses)
        lived = ordinary_event(diary, house, anytime=failed > 30, parallel=parallel)
        failed = 0 if lived else failed + 1
        if failed > 3000:
            raise ValueError("These years are too full of photos: ask for fewer photos or more years")
    return trips, tuple(days_out)


def _travels(diary: Diary, houses: list[Household], *, until: float) -> tuple[TripTruth, ...]:
    trips: list[TripTruth] = []
    days = (houses[-1].end - houses[0].start).days
    for _ in range(60):
        if diary.taken + 12 > until or sum(trip.nights + 1 for trip in trips) > 0.16 * days:
            break
        house = _weighted_house(diary.rng, houses)
        trip = travel(diary, house, len(trips), trip_kind(diary.rng, int(until - diary.taken)))
        if trip is not None:
            trips.append(trip)
    return tuple(trips)


def _days_out(diary: Diary, houses: list[Household], *, until: float) -> Iterator[int]:
    number = 0
    for _ in range(40):
        if diary.taken + 8 > until:
            return
        house = _weighted_house(diary.rng, houses)
        if day_out(diary, house, number, random_day(diary.rng, house.start, house.end)):
            yield number
            number += 1


def _weighted_house(rng: random.Random, houses: list[Household]) -> Household:
    return rng.choices(houses, [(house.end - house.start).days for house in houses])[0]


def _house_on(houses: list[Household], day: date) -> Household:
    return next(house for house in houses if house.start <= day < house.end)


def _events(happenings: list[Happening], files: tuple[PlannedPhoto, ...]) -> Iterator[EventTruth]:
    members: dict[int, list[int]] = {happening.id: [] for happening in happenings}
    for photo in files:
        members[photo.event].append(photo.id)
    for happening in happenings:
        yield EventTruth(
            id=happening.id,
            kind=happening.activity.name,
            title=happening.title,
            place=happening.place.id,
            person=happening.person,
            start=min(shot.wall for shot in happening.shots),
            end=max(shot.wall for shot in happening.shots),
            trip=happening.trip,
            day_out=happening.day_out,
            parallel=happening.parallel,
            photos=tuple(members[happening.id]),
        )

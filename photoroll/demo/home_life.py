"""Life at home: everyday photos, meals, walks, visits, feasts and days out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, pi, sin

from photoroll.demo.cities import HomeTown, moved
from photoroll.demo.kinds import ACTIVITIES
from photoroll.demo.life import PEOPLE, Diary, Happening, live, pause_between, start_on, utc_of
from photoroll.demo.models import PlaceTruth

_FAMILIAR = (
    # name, kind, nearest and farthest km from home, what is done there
    ("Office", "office", 2.0, 9.0, ("office",)),
    ("Parents", "familiar", 7.0, 18.0, ("visit", "meal")),
    ("Friends", "familiar", 1.5, 9.0, ("visit", "party", "meal")),
    ("Park", "familiar", 0.5, 2.5, ("walk",)),
    ("Lake", "familiar", 4.0, 14.0, ("walk",)),
    ("Old town", "familiar", 1.5, 5.0, ("town", "meal", "evening")),
    ("Café", "familiar", 0.3, 2.0, ("meal",)),
)


@dataclass(frozen=True, slots=True)
class Household:
    """One home, for as long as it was one, with what lies around it."""

    town: HomeTown
    home: PlaceTruth
    around: tuple[tuple[PlaceTruth, tuple[str, ...]], ...]
    start: date
    end: date
    """Exclusive."""


def settle(diary: Diary, town: HomeTown, start: date, end: date) -> Household:
    """Move into a home somewhere in a town, and get to know the places around."""
    rng, city = diary.rng, town.city
    spot = moved(city.point, east_km=rng.uniform(-3, 3), north_km=rng.uniform(-3, 3))
    home = diary.place("Home", "home", city.name, city.country, city.zone, spot)
    around = []
    for name, kind, near, far, done in _FAMILIAR:
        away = rng.uniform(near, far)
        angle = rng.uniform(0, 2 * pi)
        point = moved(spot, east_km=away * cos(angle), north_km=away * sin(angle))
        around.append((diary.place(name, kind, city.name, city.country, city.zone, point), done))
    return Household(town, home, tuple(around), start, end)


def random_day(rng: random.Random, start: date, end: date) -> date:
    """Draw a day; weekends are photographed about twice as often as other days."""
    while True:
        day = start + timedelta(days=rng.randrange(max(1, (end - start).days)))
        if day.weekday() >= 5 or rng.random() < 0.5:
            return day


def ordinary_event(
    diary: Diary, house: Household, *, anytime: bool = False, parallel: bool = True
) -> Happening | None:
    """Live one ordinary event at or around home; ``None`` when everybody was busy then."""
    rng = diary.rng
    day = random_day(rng, house.start, house.end)
    count = diary.photo_count()
    place, name = _where(rng, house, count, weekend=day.weekday() >= 5)
    start = start_on(day, ACTIVITIES[name], rng)
    if anytime:
        start = start.replace(hour=rng.randint(6, 22))
    happening = live(
        diary,
        name,
        place,
        start,
        count,
        person=rng.choice(PEOPLE),
        together=count >= 8 and rng.random() < 0.4,
    )
    if not diary.is_free(happening.shots[0].utc, happening.end):
        return None
    diary.keep(happening)
    if parallel and count >= 4 and rng.random() < 0.2 and not diary.full:
        _meanwhile(diary, house, happening)
    return happening


def _where(rng: random.Random, house: Household, count: int, *, weekend: bool) -> tuple[PlaceTruth, str]:
    if rng.random() < (0.6 if count < 5 else 0.3):
        return house.home, "everyday" if count < 5 else rng.choice(("everyday", "meal", "visit", "party"))
    choices = [spot for spot in house.around if spot[0].kind != "office" or not weekend]
    place, done = rng.choice(choices)
    return place, rng.choice(done)


def _meanwhile(diary: Diary, house: Household, main: Happening) -> None:
    """Let the other person take photos elsewhere while an event goes on."""
    rng = diary.rng
    elsewhere = [spot for spot in house.around if spot[0].id != main.place.id]
    place, done = rng.choice(elsewhere)
    other = next(person for person in PEOPLE if person != main.person)
    if any(shot.person == other for shot in main.shots):
        return
    span = (main.end - main.shots[0].utc).total_seconds()
    start = main.shots[0].wall + timedelta(seconds=int(rng.uniform(0.1, 0.7) * span))
    beside = live(diary, rng.choice(done), place, start, diary.photo_count(0.6, 0.95), person=other)
    beside.shots = [shot for shot in beside.shots if shot.utc <= main.end]
    if len(beside.shots) >= 2:
        main.parallel = beside.parallel = True
        diary.keep(beside)


def feast(diary: Diary, house: Household, day: date, name: str, title: str) -> None:
    """Celebrate a birthday, Christmas or New Year, mostly at home."""
    rng = diary.rng
    place = house.home
    if name == "christmas" and rng.random() < 0.3:
        place = house.around[1][0]
    start = start_on(day, ACTIVITIES[name], rng)
    count = diary.photo_count(0.82, 0.985)
    happening = live(diary, name, place, start, count, person=rng.choice(PEOPLE), together=True, title=title)
    if diary.is_free(happening.shots[0].utc, happening.end):
        diary.keep(happening)


def feast_days(rng: random.Random, start: date, end: date) -> list[tuple[date, str, str]]:
    """List the festive days of some years: day, activity, title."""
    birthdays = [(name, rng.randint(1, 12), rng.randint(1, 28)) for name in (*PEOPLE, "Mia")]
    days = []
    for year in range(start.year, end.year + 1):
        days.append((date(year, 12, 24), "christmas", "Christmas Eve"))
        if rng.random() < 0.6:
            days.append((date(year, 12, 31), "new-year", "New Year's Eve"))
        for name, month, number in birthdays:
            if rng.random() < 0.8:
                days.append((date(year, month, number), "birthday", f"{name}'s birthday"))
    return [entry for entry in days if start <= entry[0] < end]


def day_out(diary: Diary, house: Household, number: int, day: date) -> bool:
    """Spend a day in a town nearby; False when there was no time for it."""
    rng = diary.rng
    name, point = rng.choice(house.town.towns)
    city = house.town.city
    start = start_on(day, ACTIVITIES["sights"], rng)
    noon = utc_of(start, city.zone)
    if not diary.is_free(noon - timedelta(hours=3), noon + timedelta(hours=11)):
        return False
    spot = moved(point, east_km=rng.uniform(-0.6, 0.6), north_km=rng.uniform(-0.6, 0.6))
    place = diary.place(name, "town", name, city.country, city.zone, spot)
    kind = "hike" if rng.random() < 0.3 else "sights"
    who = rng.choice(PEOPLE)
    first = live(
        diary, kind, place, start, max(8, diary.photo_count(0.8, 0.97)), person=who, together=True,
        day_out=number, title=f"Day out in {name}",
    )  # fmt: skip
    if len(first.shots) < 8 or diary.taken + len(first.shots) > diary.budget:
        return False
    diary.keep(first)
    later: datetime = first.shots[-1].wall + pause_between(rng)
    if rng.random() < 0.5 and later.hour < 20 and later.date() == day:
        meal = live(diary, "meal", place, later, diary.photo_count(0.5, 0.85), person=who, day_out=number)
        if diary.is_free(meal.shots[0].utc, meal.end):
            diary.keep(meal)
    return True

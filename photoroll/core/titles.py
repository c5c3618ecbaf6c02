"""Titles from facts: no word without a reason, kept as templates and parts that can be translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from photoroll.core.models import Json, PlaceName

TEMPLATES: Mapping[str, str] = {
    "place_days": "{place}, {days} days",
    "place_day": "{place}, one day",
    "weekend": "Weekend in {place}",
    "two_places": "{place} & {other}",
    "three_places": "{place}, {other} & {third}",
    "country_days": "{place}, {days} days",
    "two_countries": "{place} and {other}",
    "many_countries": "{place}, {other} and {count} more",
    "holiday_in": "{holiday} in {place}",
    "holiday_home": "{holiday} at home",
    "holiday": "{holiday}",
    "day_out": "Day out to {place}",
    "near": "Near {place}",
    "remote": "Far from any town",
    "trip_days": "A trip of {days} days",
    "day_away": "A day out",
    "theme_in": "{theme} in {place}",
    "theme_when": "{theme}, {when}",
    "place_when": "{place}, {when}",
    "when": "{when}",
    "place": "{place}",
    "with_year": "{title} {year}",
}
"""English words of every title; a translation replaces this table and the names of days and months."""

PARTS_OF_DAY = (
    (5, "night"),
    (11, "morning"),
    (13, "midday"),
    (18, "afternoon"),
    (22, "evening"),
    (24, "night"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title, what it was made of, and why."""

    text: str
    template: str
    """A key of :data:`TEMPLATES`."""
    parts: Mapping[str, Json] = field(default_factory=dict)
    """The words that fill the template; places and holidays are names, ``days`` numbers."""
    because: str = ""
    """The facts in one line: "14-17 June 2024, 212 photos, 3 nights 2,280 km from home"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFact:
    """A stop of a trip: its name, nights and photos."""

    name: PlaceName
    nights: int = 0
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TripFacts:
    """What a trip's or day out's title may speak of."""

    start: datetime
    end: datetime
    photos: int
    nights: int
    km: float
    stops: Sequence[StopFact] = ()
    """In the order of arrival."""
    places: int = 0
    """How many cities have photos at all, when more than the stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What an event's title may speak of."""

    start: datetime
    end: datetime
    photos: int
    at_home: bool = False
    home: PlaceName | None = None
    place: PlaceName | None = None
    """Where it was, if located."""
    spot: str = ""
    """The user's own name of the place, which binds."""
    theme: str = ""
    """A theme that the user made, or a sure one of most photos."""


def trip_title(facts: TripFacts, *, holidays: Mapping[date, str] | None = None) -> Title:
    """Name a trip by its stops, its countries or its weekend, and by a holiday that it spans."""
    because = _trip_because(facts)
    days = (_photo_day(facts.end) - _photo_day(facts.start)).days + 1
    named = [stop for stop in facts.stops if stop.name.relation != "remote"]
    places = list(dict.fromkeys(stop.name.name for stop in named))
    countries = _countries(named)
    holiday = _holiday(facts.start, facts.end, holidays)
    if not places:
        template = "remote" if facts.stops else "trip_days"
        return _title(template, because, days=days)
    whole = places[0] if len(places) == 1 else countries[0] if len(countries) == 1 else ""
    if holiday and whole:
        return _title("holiday_in", because, holiday=holiday, place=whole)
    if len(countries) > 2:
        return _title(
            "many_countries", because, place=countries[0], other=countries[1], count=len(countries) - 2
        )
    if len(countries) == 2 and len(places) > 2:
        return _title("two_countries", because, place=countries[0], other=countries[1])
    if len(places) == 1:
        if _is_weekend(facts):
            return _title("weekend", because, place=places[0])
        return _title("place_days", because, place=places[0], days=days)
    if len(places) == 2:
        return _title("two_places", because, place=places[0], other=places[1])
    if len(places) == 3:
        return _title("three_places", because, place=places[0], other=places[1], third=places[2])
    return _title("country_days", because, place=countries[0], days=days)


def day_out_title(facts: TripFacts, *, holidays: Mapping[date, str] | None = None) -> Title:
    """Name a day out by the place with most photos."""
    because = _trip_because(facts)
    named = [stop for stop in facts.stops if stop.name.relation != "remote"]
    if not named:
        return _title("day_away", because)
    place = max(named, key=lambda stop: stop.photos).name.name
    holiday = _holiday(facts.start, facts.end, holidays)
    if holiday:
        return _title("holiday_in", because, holiday=holiday, place=place)
    return _title("day_out", because, place=place)


def event_title(facts: EventFacts, *, holidays: Mapping[date, str] | None = None) -> Title:
    """Name an event by its holiday, theme or place, else by its time of day."""
    because = f"{_span(facts.start, facts.end)}, {_photos(facts.photos)}"
    when = part_of_day(facts.start, facts.end)
    holiday = _holiday(facts.start, facts.end, holidays)
    place = facts.spot or _where(facts)
    if holiday and facts.at_home:
        return _title("holiday_home", f"{because}, at home", holiday=holiday)
    if holiday:
        return _title("holiday_in" if place else "holiday", _at(because, place), holiday=holiday, place=place)
    if facts.theme:
        template = "theme_in" if place and not facts.at_home else "theme_when"
        return _title(template, _at(because, place), theme=facts.theme, place=place, when=when)
    if place and not facts.at_home:
        return _title("place_when", _at(because, place), place=place, when=when)
    return _title("when", because, when=when)


def place_title(name: PlaceName | None, *, spot: str = "") -> Title:
    """Name a place: the user's word, else the gazetteer's, with "Near" where it is not in it."""
    if spot:
        return _title("place", "You named it", place=spot)
    if name is None or name.relation == "remote":
        return _title("remote", "No town within 150 km" if name else "No position")
    because = f"{name.distance_km:.1f} km from the middle of {name.name}, {name.country}"
    return _title("near" if name.relation == "near" else "place", because, place=name.name)


def with_year(title: Title, year: int) -> Title:
    """Add the year, for lists that cross years."""
    parts: dict[str, Json] = {**title.parts, "title": title.text, "year": year, "of": title.template}
    return Title(
        text=TEMPLATES["with_year"].format(title=title.text, year=year),
        template="with_year",
        parts=parts,
        because=title.because,
    )


def part_of_day(start: datetime, end: datetime) -> str:
    """Say when something was: "Saturday evening, 14 June" or "14-16 June"; the day begins at 04:00."""
    first, last = _photo_day(start), _photo_day(end)
    if first != last:
        return _dates(first, last)
    middle = start + (end - start) / 2
    name = next(name for hour, name in PARTS_OF_DAY if middle.hour < hour)
    whole = (end - start) > timedelta(hours=6)
    return f"{WEEKDAYS[first.weekday()]}{'' if whole else ' ' + name}, {first.day} {MONTHS[first.month - 1]}"


def _title(template: str, because: str, **parts: Json) -> Title:
    used = {key: value for key, value in parts.items() if "{" + key + "}" in TEMPLATES[template]}
    return Title(text=TEMPLATES[template].format(**used), template=template, parts=used, because=because)


def _where(facts: EventFacts) -> str:
    """Give the place's name; the home city's own name says nothing new and stays away."""
    if facts.place is None or facts.place.relation == "remote":
        return ""
    if facts.home and (facts.place.name, facts.place.region) == (facts.home.name, facts.home.region):
        return ""
    return f"near {facts.place.name}" if facts.place.relation == "near" else facts.place.name


def _at(because: str, place: str) -> str:
    return f"{because}, {place}" if place else because


def _countries(stops: Sequence[StopFact]) -> list[str]:
    """Give the countries by nights, then photos, then arrival."""
    weight: dict[str, tuple[int, int]] = {}
    for stop in stops:
        nights, photos = weight.get(stop.name.country, (0, 0))
        weight[stop.name.country] = (nights + stop.nights, photos + stop.photos)
    return sorted(weight, key=lambda country: weight[country], reverse=True)


def _is_weekend(facts: TripFacts) -> bool:
    first, last = _photo_day(facts.start), _photo_day(facts.end)
    return facts.nights <= 2 and first.weekday() in (4, 5) and last.weekday() == 6 and facts.nights >= 1


def _holiday(start: datetime, end: datetime, holidays: Mapping[date, str] | None) -> str:
    """Give the holiday whose days (of the window passed) make up at least a third of the span's days."""
    if not holidays:
        return ""
    first, last = _photo_day(start), _photo_day(end)
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    named = [holidays[day] for day in days if day in holidays]
    if not named:
        return ""
    most = max(dict.fromkeys(named), key=named.count)
    return most if 3 * named.count(most) >= len(days) else ""


def _photo_day(moment: datetime) -> date:
    return (moment - timedelta(hours=4)).date()


def _trip_because(facts: TripFacts) -> str:
    nights = f"{facts.nights} night{'' if facts.nights == 1 else 's'} " if facts.nights else ""
    return f"{_span(facts.start, facts.end)}, {_photos(facts.photos)}, {nights}{facts.km:,.0f} km from home"


def _photos(count: int) -> str:
    return f"{count:,} photo{'' if count == 1 else 's'}"


def _span(start: datetime, end: datetime) -> str:
    first, last = _photo_day(start), _photo_day(end)
    return f"{_dates(first, last)} {last.year}"


def _dates(first: date, last: date) -> str:
    """Say "14 June", "14-17 June", "30 June-2 July" or "30 December 2023-2 January"."""
    if first == last:
        return f"{first.day} {MONTHS[first.month - 1]}"
    end = f"{last.day} {MONTHS[last.month - 1]}"
    if first.year != last.year:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year}–{end}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month - 1]}–{end}"
    return f"{first.day}–{end}"

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.models import PlaceName
from photoroll.core.titles import (
    TEMPLATES,
    EventFacts,
    StopFact,
    TripFacts,
    day_out_title,
    event_title,
    part_of_day,
    place_title,
    trip_title,
    with_year,
)


def place(name: str, country: str = "Portugal", relation: str = "in") -> PlaceName:
    return PlaceName(
        name=name,
        region=f"{name} region",
        country=country,
        country_code="PT",
        distance_km=2.0,
        relation=relation,
    )


LISBON, PORTO, FARO, EVORA = (
    StopFact(name=place(n), nights=2, photos=30) for n in ("Lisbon", "Porto", "Faro", "Évora")
)
MADRID, PARIS = (
    StopFact(name=place(n, c), nights=1, photos=9) for n, c in (("Madrid", "Spain"), ("Paris", "France"))
)
FRIDAY = datetime(2024, 6, 14, 10)


def trip(*stops: StopFact, start: datetime = FRIDAY, days: int = 4) -> TripFacts:
    end = start + timedelta(days=days - 1, hours=5)
    return TripFacts(start=start, end=end, photos=212, nights=days - 1, km=2280, stops=stops)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (trip(LISBON), "Lisbon, 4 days"),
        (trip(PORTO, days=3), "Weekend in Porto"),
        (trip(PORTO, start=FRIDAY + timedelta(days=1), days=2), "Weekend in Porto"),
        (trip(PORTO, days=2), "Porto, 2 days"),
        (trip(PORTO, LISBON), "Porto & Lisbon"),
        (trip(PORTO, LISBON, PORTO), "Porto & Lisbon"),
        (trip(PORTO, LISBON, FARO), "Porto, Lisbon & Faro"),
        (trip(PORTO, LISBON, FARO, EVORA, days=12), "Portugal, 12 days"),
        (trip(PORTO, LISBON, FARO, MADRID), "Portugal and Spain"),
        (trip(LISBON, MADRID), "Lisbon & Madrid"),
        (trip(PARIS, LISBON, MADRID, FARO), "Portugal, France and 1 more"),
        (trip(), "A trip of 4 days"),
        (trip(StopFact(name=place("X", relation="remote"), nights=3)), "Far from any town"),
    ],
)
def test_trips_are_named_by_where_they_went(facts, text):
    assert trip_title(facts).text == text


def test_the_title_says_why():
    title = trip_title(trip(LISBON))
    assert title.because == "14–17 June 2024, 212 photos, 3 nights 2,280 km from home"
    assert (title.template, title.parts) == ("place_days", {"place": "Lisbon", "days": 4})


CHRISTMAS = {date(2024, 12, day): "Christmas" for day in range(23, 28)}


def test_holidays_name_trips_and_events_that_they_fill():
    vienna = StopFact(name=place("Vienna", "Austria"), nights=3)
    assert (
        trip_title(trip(vienna, start=datetime(2024, 12, 23, 9)), holidays=CHRISTMAS).text
        == "Christmas in Vienna"
    )
    long = trip(vienna, start=datetime(2024, 12, 10, 9), days=16)
    assert trip_title(long, holidays=CHRISTMAS).text == "Vienna, 16 days"
    evening = {"start": datetime(2024, 12, 24, 17), "end": datetime(2024, 12, 24, 23), "photos": 40}
    assert event_title(EventFacts(**evening, at_home=True), holidays=CHRISTMAS).text == "Christmas at home"
    away = EventFacts(**evening, place=place("Graz", "Austria"))
    assert event_title(away, holidays=CHRISTMAS).text == "Christmas in Graz"
    assert event_title(EventFacts(**evening), holidays=CHRISTMAS).text == "Christmas"
    assert event_title(EventFacts(**evening)).text == "Tuesday evening, 24 December"


def event(**more: object) -> EventFacts:
    start = more.pop("start", datetime(2024, 6, 15, 19))
    end = more.pop("end", start + timedelta(hours=2))
    return EventFacts(start=start, end=end, photos=12, **more)


def test_events_are_named_by_theme_place_or_time_of_day():
    home = place("Munich", "Germany")
    assert event_title(event(place=home, home=home)).text == "Saturday evening, 15 June"
    assert event_title(event(place=PORTO.name, home=home)).text == "Porto, Saturday evening, 15 June"
    assert event_title(event(place=place("Faro", relation="near"))).text.startswith("near Faro, ")
    assert event_title(event(spot="Grandma's garden")).text.startswith("Grandma's garden, ")
    assert event_title(event(theme="Concert", place=PORTO.name)).text == "Concert in Porto"
    assert event_title(event(theme="Birthday", at_home=True)).text == "Birthday, Saturday evening, 15 June"


@pytest.mark.parametrize(
    ("start", "hours", "text"),
    [
        (datetime(2024, 6, 15, 7), 2, "Saturday morning, 15 June"),
        (datetime(2024, 6, 15, 11, 30), 1, "Saturday midday, 15 June"),
        (datetime(2024, 6, 15, 23), 4, "Saturday night, 15 June"),
        (datetime(2024, 6, 15, 9), 9, "Saturday, 15 June"),
        (datetime(2024, 6, 15, 9), 50, "15–17 June"),
        (datetime(2024, 6, 30, 9), 50, "30 June–2 July"),
        (datetime(2023, 12, 31, 9), 24, "31 December 2023–1 January"),
    ],
)
def test_when_something_was(start, hours, text):
    assert part_of_day(start, start + timedelta(hours=hours)) == text


def test_days_out_and_places():
    assert day_out_title(trip(PARIS, LISBON, days=1)).text == "Day out to Lisbon"
    assert day_out_title(trip(days=1)).text == "A day out"
    assert place_title(place("Porto")).text == "Porto"
    assert place_title(place("Porto", relation="near")).text == "Near Porto"
    assert place_title(place("Porto", relation="remote")).text == "Far from any town"
    assert place_title(place("Porto"), spot="Our beach").text == "Our beach"
    assert place_title(None).because == "No position"


def test_years_are_added_where_lists_cross_them():
    title = with_year(trip_title(trip(LISBON)), 2024)
    assert title.text == "Lisbon, 4 days 2024"
    assert title.parts["of"] == "place_days"


stops = st.lists(st.sampled_from([LISBON, PORTO, FARO, EVORA, MADRID, PARIS]), max_size=6)


@settings(max_examples=60, deadline=None)
@given(stops, st.integers(1, 20), st.integers(0, 400), st.booleans())
def test_every_word_is_a_template_word_or_a_fact(visited, days, shift, festive):
    facts = trip(*visited, start=FRIDAY + timedelta(days=shift), days=days)
    for title in (trip_title(facts, holidays=CHRISTMAS if festive else None), day_out_title(facts)):
        assert title.text == TEMPLATES[title.template].format(**title.parts)
        words = {stop.name.name for stop in visited} | {stop.name.country for stop in visited} | {"Christmas"}
        assert all(part in words or isinstance(part, int) for part in title.parts.values())
        assert not re.search(r"[{}]", title.text)

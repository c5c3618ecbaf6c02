from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.models import GroupKind
from photoroll.core.trips import Home, find_homes, find_trips, why_no_trips

HOUR, DAY = 3600.0, 86400.0
MUNICH, PORTO, LISBON, DACHAU = (48.137, 11.575), (41.15, -8.61), (38.72, -9.14), (48.26, 11.434)
START = 19723 * DAY  # 1 January 2024

Shots = list[tuple[float, float, float]]


def at(place: tuple[float, float] | None, day: float, hours: list[float]) -> Shots:
    lat, lon = place or (float("nan"), float("nan"))
    return [(START + day * DAY + hour * HOUR, lat, lon) for hour in hours]


def a_year_at(place: tuple[float, float], first: int = 0, days: int = 365, step: int = 3) -> Shots:
    return [shot for day in range(first, first + days, step) for shot in at(place, day, [12, 18.5])]


def arrays(shots: Shots) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(sorted(shots)) if shots else np.empty((0, 3))
    return table[:, 0], table[:, 1], table[:, 2]


def trips_of(shots: Shots, **more):
    t, lat, lon = arrays(shots)
    return find_trips(t, lat, lon, find_homes(t, lat, lon), **more)


def without(shots: Shots, first: float, last: float) -> Shots:
    return [shot for shot in shots if not START + first * DAY <= shot[0] < START + last * DAY]


LISBON_WEEK = [shot for day in range(100, 104) for shot in at(LISBON, day, [9, 11, 16])]


def test_home_is_where_most_weeks_are():
    (home,) = find_homes(*arrays(a_year_at(MUNICH) + LISBON_WEEK * 9))
    assert (home.lat, home.lon) == pytest.approx(MUNICH, abs=0.002)
    assert (home.start_s, home.end_s, home.familiar) == (None, None, False)
    assert home.weeks > 50
    assert home.reasons[0].text.startswith("Home: photos here on ")


def test_a_move_is_dated_and_the_old_home_is_no_home_afterwards():
    shots = a_year_at(MUNICH, 0, 500) + a_year_at(PORTO, 500, 500)
    one, other = find_homes(*arrays(shots))
    assert (one.lat, one.lon) == pytest.approx(MUNICH, abs=0.002)
    assert (other.lat, other.lon) == pytest.approx(PORTO, abs=0.002)
    assert one.start_s is None
    assert other.end_s is None
    assert one.end_s == other.start_s
    assert abs(one.end_s - (START + 500 * DAY)) < 5 * DAY
    visit = [shot for day in range(800, 803) for shot in at(MUNICH, day, [10, 12, 15])]
    (trip,) = trips_of(without(shots, 798, 805) + visit)
    assert trip.nights == 2
    assert trip.furthest_km == pytest.approx(1800, abs=100)


def test_a_second_place_with_many_weeks_is_familiar_and_no_trip():
    parents = [shot for day in range(5, 365, 7) for shot in at(DACHAU, day, [11, 15])]
    homes = find_homes(*arrays(a_year_at(MUNICH) + parents))
    assert [home.familiar for home in homes] == [False, True]
    assert (homes[1].lat, homes[1].lon) == pytest.approx(DACHAU, abs=0.002)


def test_without_a_home_there_are_no_trips_and_it_says_so():
    assert find_homes(*arrays(LISBON_WEEK)) == ()
    assert trips_of(LISBON_WEEK) == ()
    assert why_no_trips((), 12).code == "no_home"
    assert why_no_trips((), 0).code == "no_positions"
    assert why_no_trips(find_homes(*arrays(a_year_at(MUNICH))), 12) is None
    assert find_homes([], [], []) == ()
    assert find_trips([], [], [], ()) == ()


def test_four_days_far_away_are_a_trip_with_its_reason():
    shots = without(a_year_at(MUNICH), 99, 105) + LISBON_WEEK
    (trip,) = trips_of(shots)
    assert trip.kind is GroupKind.TRIP
    assert (len(trip.photos), trip.nights) == (12, 3)
    assert trip.reasons[0].text == "3 nights, 1,964 km from home"
    assert (trip.lat, trip.lon) == pytest.approx(LISBON, abs=0.01)


def test_a_beach_week_without_moving_is_a_trip():
    week = [shot for day in range(100, 107) for shot in at(LISBON, day, [12])]
    (trip,) = trips_of(without(a_year_at(MUNICH), 99, 108) + week)
    assert trip.nights == 6


def test_photos_without_a_position_in_between_belong_to_the_trip():
    lost = at(None, 101, [13, 13.5]) + at(None, 103, [18])
    shots = without(a_year_at(MUNICH), 98, 107) + LISBON_WEEK + lost
    (trip,) = trips_of(shots)
    assert len(trip.photos) == 15
    assert trip.reasons[1].text == "3 photos without a position lie in between"


def test_stops_are_the_cities_with_nights_in_the_order_of_arrival():
    shots = (
        at(PORTO, 100, [12, 15, 20]) + at(PORTO, 101, [10, 20]) + at((40.2, -8.4), 102, [12])
        + at(LISBON, 102, [20]) + at(LISBON, 103, [10, 12, 15])
    )  # fmt: skip
    t, lat, lon = arrays(without(a_year_at(MUNICH), 98, 106) + shots)
    city = np.select([np.isclose(lat, 41.15), np.isclose(lat, 38.72), np.isclose(lat, 40.2)], [1, 2, 3], 0)
    (trip,) = find_trips(t, lat, lon, find_homes(t, lat, lon), city=city)
    assert [(stop.city, stop.nights, stop.photos) for stop in trip.stops] == [(1, 2, 5), (2, 1, 4)]


def test_a_silence_of_five_days_makes_two_trips():
    again = [shot for day in range(109, 112) for shot in at(LISBON, day, [9, 11, 16])]
    assert len(trips_of(without(a_year_at(MUNICH), 99, 113) + LISBON_WEEK + again)) == 2


def test_somebody_elses_photo_at_home_does_not_end_a_trip():
    shots = without(a_year_at(MUNICH), 99, 105) + LISBON_WEEK
    at_home = at(MUNICH, 101, [11.2])  # 12 minutes after a photo in Lisbon: nobody flies as fast
    (trip,) = trips_of(shots + at_home)
    t, lat, _ = arrays(shots + at_home)
    assert len(trip.photos) == 12
    assert not np.isclose(lat[list(trip.photos)], MUNICH[0]).any()
    assert (np.diff(t[list(trip.photos)]) > 0).all()


def test_a_day_far_away_is_a_day_out():
    salzburg = at((47.8, 13.045), 200, [9 + k for k in range(9)])
    (day,) = trips_of(without(a_year_at(MUNICH), 199, 202) + salzburg)
    assert (day.kind, day.nights, len(day.photos)) == (GroupKind.DAY_OUT, 0, 9)
    assert day.reasons[0].text == "One day, 116 km from home"
    assert trips_of(without(a_year_at(MUNICH), 199, 202) + salzburg[:5]) == ()


def test_two_days_out_in_a_row_are_no_trip():
    near = (48.137 + 60 / 111.2, 11.575)
    days = at(near, 200, [10 + k / 2 for k in range(9)]) + at(near, 202, [10 + k / 2 for k in range(9)])
    found = trips_of(without(a_year_at(MUNICH), 199, 204) + days)
    assert [trip.kind for trip in found] == [GroupKind.DAY_OUT, GroupKind.DAY_OUT]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(90, 110), st.integers(5, 23), st.integers(0, 3)), max_size=25),
    st.integers(0, 99),
)
def test_no_photo_is_in_two_trips_and_order_does_not_matter(visits, seed):
    places = [MUNICH, LISBON, PORTO, None]
    shots = without(a_year_at(MUNICH), 90, 111)
    shots += [
        shot
        for k, (day, hour, place) in enumerate(visits)
        for shot in at(places[place], day, [hour + k / 100])
    ]
    t, lat, lon = arrays(shots)
    homes = find_homes(t, lat, lon)
    trips = find_trips(t, lat, lon, homes)
    members = [photo for trip in trips for photo in trip.photos]
    assert len(members) == len(set(members))
    order = np.random.default_rng(seed).permutation(len(t))
    assert find_homes(t[order], lat[order], lon[order]) == homes
    mixed = find_trips(t[order], lat[order], lon[order], homes)
    assert {frozenset(order[list(trip.photos)].tolist()) for trip in mixed} == {
        frozenset(trip.photos) for trip in trips
    }
    for trip in trips:
        assert not np.isclose(lat[list(trip.photos)], MUNICH[0]).any()
        assert trip.nights >= 1 or trip.kind is GroupKind.DAY_OUT


def test_a_home_given_by_hand_counts_in_its_time_only():
    shots = LISBON_WEEK
    t, lat, lon = arrays(shots)
    usual = {"weeks": 50, "days": 200, "familiar": False, "reasons": ()}
    here = Home(lat=LISBON[0], lon=LISBON[1], start_s=None, end_s=START + 100 * DAY, **usual)
    there = Home(lat=MUNICH[0], lon=MUNICH[1], start_s=START + 100 * DAY, end_s=None, **usual)
    assert len(find_trips(t, lat, lon, (here, there))) == 1
    assert (
        find_trips(t, lat, lon, (Home(lat=LISBON[0], lon=LISBON[1], start_s=None, end_s=None, **usual),))
        == ()
    )

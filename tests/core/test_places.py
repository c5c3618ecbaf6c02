from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.geo import centre, extent_km, haversine_km
from photoroll.core.inherited import InheritedFrom, inherit_positions, why_inherited
from photoroll.core.places import FixCheck, find_places, grow_places, valid_fixes

FEW = settings(max_examples=40, deadline=None)
MINUTE, HOUR = 60.0, 3600.0
KM = 1 / 111.195  # degrees of latitude

walks = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), min_size=1, max_size=60)


def on_grid(cells: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Points about 110 to 140 m apart: dense enough to touch, sparse enough to leave holes."""
    return 48 + np.array([a for a, _ in cells]) * 0.0013, 11 + np.array([b for _, b in cells]) * 0.0019


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels[labels >= 0])}


@pytest.mark.parametrize(
    ("lat", "lon", "check"),
    [
        (48.137, 11.575, FixCheck.GOOD),
        (float("nan"), 11.5, FixCheck.NONE),
        (0.0, 0.0, FixCheck.OFF_MAP),
        (0.004, -0.003, FixCheck.OFF_MAP),
        (52.0, 13.0, FixCheck.OFF_MAP),
        (91.2, 11.5, FixCheck.OFF_MAP),
        (48.137, 180.5, FixCheck.OFF_MAP),
        (-17.71, 179.99, FixCheck.GOOD),
    ],
)
def test_positions_that_are_no_places(lat, lon, check):
    assert valid_fixes([lat], [lon]).check.tolist() == [check]


def test_a_camera_unsure_of_itself_names_a_city_at_most():
    fixes = valid_fixes([48.137, 48.137], [11.575, 11.575], error_m=[20.0, 3000.0])
    assert fixes.exact.tolist() == [True, False]
    assert fixes.usable.tolist() == [True, True]


def test_a_teleport_is_not_believed_but_a_flight_and_another_camera_are():
    t = np.array([0.0, 5.0, 10.0]) * MINUTE
    assert valid_fixes([48.137, 40.71, 48.138], [11.575, -74.01, 11.576], times_s=t).check.tolist() == [
        FixCheck.GOOD, FixCheck.TELEPORT, FixCheck.GOOD,
    ]  # fmt: skip
    flight = np.array([0.0, 9.0, 18.0]) * HOUR
    assert valid_fixes([48.137, 40.71, 48.138], [11.575, -74.01, 11.576], times_s=flight).exact.all()
    two = valid_fixes([48.137, 40.71, 48.138], [11.575, -74.01, 11.576], times_s=t, camera=["a", "b", "a"])
    assert two.exact.all()


def test_two_spots_and_a_single_photo():
    lat = [48.1371, 48.1373, 48.1372, 48.1900, 48.1901, 48.1902, 48.1901, 48.3000]
    result = find_places(lat, [11.5754] * 8)
    assert result.place.tolist() == [1, 1, 1, 0, 0, 0, 0, -1]
    assert [place.photos for place in result.places] == [4, 3]
    assert result.places[1].lat == pytest.approx(48.1372, abs=1e-5)
    assert result.places[1].extent_km < 0.1


def test_a_place_on_the_date_line_is_one_place():
    result = find_places([-17.8, -17.8, -17.8, -17.8], [179.9995, -179.9995, 179.9996, -179.9996])
    assert result.place.tolist() == [0, 0, 0, 0]
    assert abs(result.places[0].lon) == pytest.approx(180, abs=0.01)
    assert result.places[0].extent_km < 0.2


def test_a_long_promenade_is_divided():
    lat = 54 + np.arange(0, 12, 0.1) * KM
    busy = np.concatenate([np.full(30, 54 + 2 * KM), np.full(30, 54 + 9 * KM)])
    lat = np.concatenate([lat, busy])
    result = find_places(lat, np.full(len(lat), 13.1))
    assert (result.place >= 0).all()
    assert len(result.places) >= 3
    assert max(place.extent_km for place in result.places) < 4


@FEW
@given(walks, st.integers(0, 99))
def test_the_order_of_input_does_not_matter(cells, seed):
    lat, lon = on_grid(cells)
    order = np.random.default_rng(seed).permutation(len(lat))
    one, other = find_places(lat, lon).place, find_places(lat[order], lon[order]).place
    assert np.array_equal(one[order], other)


@FEW
@given(walks, st.integers(0, 60))
def test_places_only_grow_or_merge(cells, known):
    lat, lon = on_grid(cells)
    known = min(known, len(lat))
    before = find_places(lat[:known], lon[:known])
    old = np.concatenate([before.place, np.full(len(lat) - known, -1)])
    after = grow_places(lat, lon, old)
    for k in range(len(before.places)):
        now = set(after.place[:known][before.place == k].tolist())
        assert len(now) == 1  # nobody leaves, and nobody is left behind
        assert now == {after.merged.get(k, k)}
    assert all(after.places[gone] is None and into < gone for gone, into in after.merged.items())
    # what is found at once is found piece by piece too: no photo of a spot stays without a place
    assert ((after.place >= 0) >= (find_places(lat, lon).place >= 0)).all()


@FEW
@given(walks)
def test_growing_by_nothing_changes_nothing(cells):
    lat, lon = on_grid(cells)
    before = find_places(lat, lon)
    after = grow_places(lat, lon, before.place)
    assert np.array_equal(before.place, after.place)
    assert after.merged == {}


def test_a_bridge_merges_two_places_into_the_older():
    lat = np.array([48.1] * 3 + [48.1 + 0.7 * KM] * 3)
    lon = np.full(6, 11.05)
    old = find_places(lat, lon).place
    assert len(set(old.tolist())) == 2
    more = np.concatenate([lat, [48.1 + 0.35 * KM] * 3])
    grown = grow_places(more, np.full(9, 11.05), np.concatenate([old, [-1] * 3]))
    assert set(grown.place.tolist()) == {0}
    assert grown.merged == {1: 0}
    assert grown.places[0].photos == 9


def test_nothing_gives_no_places():
    assert find_places([], []).places == ()
    assert grow_places([float("nan")], [float("nan")], [-1]).place.tolist() == [-1]


def inherit(minutes, lat, **more):
    t = np.asarray(minutes, dtype=float) * MINUTE
    return inherit_positions(t, lat, np.where(np.isfinite(lat), 11.0, np.nan), **more)


def test_between_two_close_photos_the_position_is_in_between():
    guess = inherit([0, 30, 60], np.array([48.0, np.nan, 48.0 + 2 * KM]))
    assert guess.how.tolist() == [0, InheritedFrom.BETWEEN, 0]
    assert guess.lat[1] == pytest.approx(48.0 + KM)
    assert guess.away_s[1] == 30 * MINUTE


def test_far_neighbours_give_the_nearest_within_half_an_hour_only():
    lat = np.array([48.0, np.nan, np.nan, 48.0 + 20 * KM])
    guess = inherit([0, 20, 50, 100], lat)
    assert guess.how.tolist() == [0, InheritedFrom.NEAREST, 0, 0]
    assert guess.lat[1] == 48.0
    assert np.isnan(guess.lat[2])
    assert guess.source[1] == 0


def test_a_whole_day_in_one_city_gives_the_city():
    lat = np.array([48.0, np.nan, 48.0 + 6 * KM])
    assert inherit([0, 300, 600], lat).how[1] == InheritedFrom.NOTHING
    assert inherit([0, 300, 600], lat, city=[7, -1, 7]).how[1] == InheritedFrom.SAME_CITY
    assert inherit([0, 300, 600], lat, city=[7, -1, 8]).how[1] == InheritedFrom.NOTHING
    assert inherit([0, 300, 1100], lat, city=[7, -1, 7]).how[1] == InheritedFrom.NOTHING


def test_a_photo_inherits_from_its_own_stream_and_never_from_a_guess():
    lat = np.array([48.0, np.nan, np.nan])
    assert inherit([0, 20, 45], lat).how.tolist() == [0, InheritedFrom.NEAREST, 0]
    assert inherit([0, 20, 45], lat, stream=[0, 1, 1]).how.tolist() == [0, 0, 0]
    assert inherit([0, np.nan, 45], lat).how.tolist() == [0, 0, 0]


@FEW
@given(st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=40), st.integers(0, 99))
def test_guesses_stay_within_the_rule(shots, seed):
    t = np.array([float(a) for a, _ in shots]) * MINUTE
    rng = np.random.default_rng(seed)
    known = np.array([b for _, b in shots], dtype=bool)
    lat = np.where(known, 48 + rng.integers(0, 30, len(t)) * 0.01, np.nan)
    guess = inherit_positions(t, lat, np.where(known, 11.0, np.nan))
    assert not (guess.how[known] > 0).any()
    for k in np.flatnonzero(guess.how > 0).tolist():
        km = haversine_km(lat[known], 11.0, guess.lat[k], guess.lon[k])
        apart = np.abs(t[known] - t[k])
        assert apart.min() == guess.away_s[k] <= 2 * HOUR
        assert km[apart <= 2 * HOUR].min() <= 1.5 + 1e-9 if guess.how[k] == 1 else km.min() < 1e-9


def test_guesses_say_where_they_come_from():
    assert "20 minutes away" in why_inherited(InheritedFrom.NEAREST, 1200).text
    assert why_inherited(InheritedFrom.SAME_CITY, 9000).code == "inherited_same_city"


def test_distances_on_the_globe():
    assert float(haversine_km(52.52, 13.405, 48.8566, 2.3522)) == pytest.approx(877.5, abs=1.5)
    assert float(haversine_km(0, 179.9, 0, -179.9)) == pytest.approx(22.24, abs=0.01)
    assert np.isnan(haversine_km(float("nan"), 0, 0, 0))
    lat, lon = centre(np.array([10.0, 10.0]), np.array([179.0, -179.0]))
    assert abs(lon) == pytest.approx(180)
    assert lat == pytest.approx(10.0, abs=0.01)
    assert extent_km(np.array([0.0, 0.0]), np.array([179.9, -179.9])) == pytest.approx(22.24, abs=0.01)

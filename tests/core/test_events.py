from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.events import (
    BoundaryReason,
    DateStrength,
    EventCut,
    EventParams,
    find_events,
    is_everyday,
    strength_of_date,
    why_apart,
    why_event_starts,
)
from photoroll.core.models import NO_DATE, DateSource, Precision, TakenAt

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
NOON = 12 * HOUR
FEW = settings(max_examples=50, deadline=None)

pauses = st.lists(
    st.one_of(
        st.integers(0, 20_000),  # within a shot and an event, to the millisecond
        st.integers(60_000, 2_400_000),
        st.integers(2_400_000, 40_000_000),
        st.integers(40_000_000, 400_000_000),
    ),
    min_size=1,
    max_size=60,
)


def times_of(gaps_ms: list[int]) -> np.ndarray:
    return np.cumsum(np.array(gaps_ms, dtype=np.int64)) / 1000.0


def nowhere(n: int) -> np.ndarray:
    return np.full(n, np.nan)


def cut(times: object, **more: object) -> EventCut:
    t = np.asarray(times, dtype=float)
    return find_events(t, more.pop("lat", nowhere(len(t))), more.pop("lon", nowhere(len(t))), **more)


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)}


def some_places(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    lat, lon = 48 + rng.integers(0, 4, n) * 0.02, 11 + rng.integers(0, 4, n) * 0.02
    lost = rng.random(n) < 0.4
    return np.where(lost, np.nan, lat), np.where(lost, np.nan, lon)


@FEW
@given(pauses)
def test_events_are_an_ordered_partition(gaps):
    t = times_of(gaps)
    result = cut(t)
    assert (np.diff(result.event[np.argsort(t, kind="stable")]) >= 0).all()
    assert sorted(result.order.tolist()) == list(range(len(t)))
    assert set(result.event.tolist()) == set(range(len(result)))
    assert [result.event[first] for first in result.first] == list(range(len(result)))
    for number in range(len(result)):
        photos = result.photos_of(number)
        assert photos[0] == result.first[number]
        assert (np.diff(t[photos]) >= 0).all()


@FEW
@given(pauses, st.integers(-5000, 5000), st.integers(0, 9))
def test_shifting_all_times_by_whole_days_changes_nothing(gaps, days, seed):
    t = times_of(gaps)
    lat, lon = some_places(len(t), seed)
    one, other = cut(t, lat=lat, lon=lon), cut(t + days * DAY, lat=lat, lon=lon)
    assert np.array_equal(one.event, other.event)
    assert np.array_equal(one.moment, other.moment)
    assert np.array_equal(one.burst, other.burst)
    assert np.array_equal(one.margin, other.margin)


@FEW
@given(pauses, st.integers(0, 10**6))
def test_the_order_of_input_changes_nothing(gaps, seed):
    t = times_of(gaps)
    n = len(t)
    rng = np.random.default_rng(seed)
    lat, lon = some_places(n, seed)
    camera, phash = rng.integers(0, 2, n), rng.integers(0, 2**63, n).astype(np.uint64)
    weak = rng.choice([0, 0, 0, 1, 2], n)
    shuffle = rng.permutation(n)
    one = cut(t, lat=lat, lon=lon, camera=camera, phash=phash, weak=weak)
    other = cut(
        t[shuffle], lat=lat[shuffle], lon=lon[shuffle], camera=camera[shuffle], phash=phash[shuffle],
        weak=weak[shuffle],
    )  # fmt: skip
    assert np.array_equal(one.event[shuffle], other.event)
    assert partition(one.moment[shuffle]) == partition(other.moment)
    assert partition(one.burst[shuffle]) == partition(other.burst)


@FEW
@given(pauses, st.data())
def test_the_users_cuts_always_win(gaps, data):
    t = times_of([gap + 1 for gap in gaps])
    n = len(t)
    forced = data.draw(st.sets(st.integers(0, n - 1)))
    forbidden = data.draw(st.sets(st.integers(0, n - 1)))
    result = cut(t, forced=forced, forbidden=forbidden)
    starts = {int(result.first[k]) for k in range(len(result))}
    assert forced <= starts
    assert not (forbidden - forced - {0}) & starts
    users = {int(f) for f, why in zip(result.first, result.reason, strict=True) if why == BoundaryReason.USER}
    assert users == forced - {0}


@FEW
@given(pauses, pauses, st.integers(0, 9))
def test_photos_far_away_in_time_change_nothing(gaps, others, seed):
    t, far = times_of(gaps), times_of(others)
    lat, lon = some_places(len(t), seed)
    alone = cut(t, lat=lat, lon=lon)
    later = t[-1] + 30 * DAY + far
    both = cut(
        np.concatenate([t, later]),
        lat=np.concatenate([lat, nowhere(len(later))]),
        lon=np.concatenate([lon, nowhere(len(later))]),
    )
    assert np.array_equal(both.event[: len(t)], alone.event)
    assert np.array_equal(both.margin[: len(alone)], alone.margin)


@FEW
@given(pauses, st.integers(2, 6), st.integers(0, 10**6))
def test_importing_in_portions_gives_the_same_events(gaps, portions, seed):
    t = times_of(gaps)
    lat, lon = some_places(len(t), seed)
    order = np.random.default_rng(seed).permutation(len(t))
    whole = partition(cut(t, lat=lat, lon=lon).event)
    for part in np.array_split(np.arange(len(t)), min(portions, len(t))):
        got = order[: part[-1] + 1]
        last = cut(t[got], lat=lat[got], lon=lon[got])
    assert {frozenset(order[sorted(members)].tolist()) for members in partition(last.event)} == whole


def test_a_long_dinner_is_one_event_and_the_next_day_another():
    dinner = NOON + np.array([0, 5, 25, 26, 60, 75]) * MINUTE
    result = cut(np.concatenate([dinner, dinner + DAY]))
    assert partition(result.event) == {frozenset(range(6)), frozenset(range(6, 12))}
    assert why_event_starts(result, 0).text == "The first photos"
    assert why_event_starts(result, 1).text == "23 hours after the photo before"
    assert result.margin[1] > 1


def test_a_drive_cuts_where_the_same_pause_at_one_place_does_not():
    t = NOON + np.array([0, 2, 4, 44, 46, 48]) * MINUTE
    here, there = np.full(6, 48.0), np.array([48.0] * 3 + [48.1] * 3)
    lon = np.full(6, 11.0)
    assert len(cut(t, lat=here, lon=lon)) == 1
    moved = cut(t, lat=there, lon=lon)
    assert moved.event.tolist() == [0, 0, 0, 1, 1, 1]
    assert moved.reason[1] == BoundaryReason.MOVED
    assert why_event_starts(moved, 1).text == "40 minutes and 11 km after the photo before"


def test_a_journey_without_fixes_is_not_cut_at_every_pause():
    t = NOON + np.arange(20) * 25 * MINUTE
    lat, lon = nowhere(20), nowhere(20)
    lat[[0, -1]], lon[[0, -1]] = [48.0, 49.0], [11.0, 11.0]
    assert len(cut(t, lat=lat, lon=lon)) < 4


def test_bursts_do_not_make_ordinary_pauses_look_long():
    burst = np.arange(30) * 0.3
    t = NOON + np.concatenate([burst + k * 9 * MINUTE for k in range(5)])
    assert len(cut(t)) == 1


def test_a_stretch_of_days_is_cut_in_its_nights():
    day = np.arange(8 * HOUR, 23.5 * HOUR, 10 * MINUTE)
    three = np.concatenate([day, day + DAY, day + 2 * DAY])
    result = cut(three, params=EventParams(base_gap_s=11 * HOUR, most_gap_s=11 * HOUR, shrink=1.0))
    assert len(result) == 3
    assert (result.reason[1:] == BoundaryReason.NIGHT).all()
    assert why_event_starts(result, 1).code == "night"
    kept = cut(
        three, params=EventParams(base_gap_s=11 * HOUR, most_gap_s=11 * HOUR, shrink=1.0),
        forbidden=[len(day), 2 * len(day)],
    )  # fmt: skip
    assert len(kept) == 1


def test_a_party_past_midnight_stays_together():
    t = 20 * HOUR + np.arange(0, 7 * HOUR, 12 * MINUTE)
    assert len(cut(t)) == 1


def test_two_cameras_in_two_cities_have_events_of_their_own():
    t = NOON + np.arange(40) * 4 * MINUTE
    camera = np.array(["phone", "camera"])[np.arange(40) % 2]
    lat = np.where(camera == "phone", 48.14, 52.52)
    lon = np.where(camera == "phone", 11.58, 13.40)
    result = cut(t, lat=lat, lon=lon, camera=camera)
    assert partition(result.event) == {frozenset(range(0, 40, 2)), frozenset(range(1, 40, 2))}
    assert sorted(result.reason.tolist()) == [BoundaryReason.FIRST, BoundaryReason.ELSEWHERE]
    assert set(result.stream.tolist()) == {0, 1}


def test_two_cameras_on_one_aeroplane_are_one_person():
    t = NOON + np.arange(30) * 3 * MINUTE
    lat, lon = 48 + np.arange(30) * 0.3, np.full(30, 11.0)
    assert set(cut(t, lat=lat, lon=lon, camera=np.arange(30) % 2).stream.tolist()) == {0}


def test_photos_of_a_day_join_its_largest_event():
    t = np.array([9, 9.1, 15, 15.1, 15.2]) * HOUR
    result = cut(np.append(t, [NOON, NOON + 3 * DAY]), weak=[0, 0, 0, 0, 0, 1, 1])
    assert result.event.tolist() == [0, 0, 1, 1, 1, 1, 2]
    assert result.reason[2] == BoundaryReason.DAY_ONLY
    split = cut(np.append(t, [NOON, NOON + 3 * DAY]), weak=[0, 0, 0, 0, 0, 1, 1], forced=[5])
    assert split.event[5] not in split.event[:5]


def test_vague_dates_stand_apart_with_a_reason():
    weak = [DateStrength.EXACT, DateStrength.VAGUE, DateStrength.FILE_TIME, DateStrength.EXACT]
    result = cut([NOON, NOON, NOON, np.nan], weak=weak)
    assert result.event.tolist() == [0, -1, -1, -1]
    assert result.strength.tolist() == [0, 2, 3, 4]
    assert why_apart(0) is None
    assert [why_apart(k).code for k in (2, 3, 4)] == ["date_vague", "date_from_file", "no_date"]


def taken(precision: Precision, source: DateSource) -> TakenAt:
    moment = datetime(2024, 6, 1, 12)
    return TakenAt(wall=moment, precision=precision, source=source, start=moment, end=moment)


@pytest.mark.parametrize(
    ("date", "strength"),
    [
        (taken(Precision.SECOND, DateSource.EXIF), DateStrength.EXACT),
        (taken(Precision.DAY, DateSource.FILENAME), DateStrength.DAY),
        (taken(Precision.YEAR, DateSource.FOLDER), DateStrength.VAGUE),
        (taken(Precision.SECOND, DateSource.MTIME), DateStrength.FILE_TIME),
        (NO_DATE, DateStrength.NONE),
    ],
)
def test_how_a_date_takes_part(date, strength):
    assert strength_of_date(date) is strength


def test_bursts_are_of_one_camera_and_survive_another_in_between():
    t = NOON + np.array([0, 0.5, 1, 1.5, 2, 40, 46, 60])
    camera = [0, 1, 0, 1, 0, 0, 0, 0]
    alike = np.array([7, 1, 7, 1, 7, 0xFF, 0xFE, 0xFFFF_FFFF], dtype=np.uint64)
    result = cut(t, camera=camera, phash=alike)
    assert partition(result.burst) == {
        frozenset({0, 2, 4}), frozenset({1, 3}), frozenset({5, 6}), frozenset({7}),
    }  # fmt: skip


def test_moments_part_at_pauses_and_earlier_where_the_picture_changes():
    t = NOON + np.array([0, 5, 10, 23]) * MINUTE
    same = np.full(4, 0x0F0F, dtype=np.uint64)
    other = np.array([0x0F0F, 0xFFFF_FFFF_0000_0000, 0x0F0F, 0x0F0F], dtype=np.uint64)
    assert cut(t, phash=same).moment.tolist() == [0, 0, 0, 1]
    assert cut(t, phash=other).moment.tolist() == [0, 1, 2, 3]
    assert cut(t).moment.tolist() == [0, 0, 0, 1]


def test_small_events_at_home_are_everyday():
    t = np.concatenate([[NOON], NOON + DAY + np.arange(5) * MINUTE, NOON + 2 * DAY + np.arange(2) * MINUTE])
    lat = np.array([48.0] * 6 + [48.0, 48.01])
    result = cut(t, lat=lat, lon=np.full(8, 11.0))
    assert is_everyday(result, lat, np.full(8, 11.0), np.full(8, True)).tolist() == [True, False, False]
    assert not is_everyday(result, lat, np.full(8, 11.0), np.full(8, False)).any()


def test_nothing_gives_nothing_and_nonsense_is_refused():
    assert len(cut([])) == 0
    assert len(cut([np.nan])) == 0
    with pytest.raises(ValueError, match="one value for each photo"):
        find_events([1.0, 2.0], [0.0], [0.0])
    with pytest.raises(ValueError, match="must name photos"):
        cut([1.0], forced=[1])

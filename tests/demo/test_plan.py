import math
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.demo.cities import cities, distance_km, home_towns
from photoroll.demo.models import CopyKind, Fault, Look
from photoroll.demo.plan import plan_library
from photoroll.demo.traces import habits

SEEDS = st.integers(0, 2**31)


def utc(photo):
    return photo.wall - timedelta(minutes=photo.utc_offset_min)


def home_on(plan, wall):
    home = next((one for one in plan.homes if one.start <= wall < one.end), plan.homes[-1])
    return plan.places[home.place].point


def distance_of_distributions(values, table):
    """The largest difference between the shares below any value (Kolmogorov and Smirnov)."""
    ordered = sorted(values)
    return max(abs((k + 0.5) / len(ordered) - table.below(value)) for k, value in enumerate(ordered))


@given(seed=SEEDS, photos=st.integers(1, 700), gps=st.sampled_from((0.0, 0.3, 0.7, 1.0)))
@settings(max_examples=30, deadline=None)
def test_a_plan_has_exactly_the_photos_asked_for_each_in_one_event_and_at_one_path(seed, photos, gps):
    plan = plan_library(seed, photos=photos, years=2, gps_share=gps)
    assert len(plan.photos) == photos
    assert [photo.id for photo in plan.photos] == list(range(photos))
    assert len({photo.path.lower() for photo in plan.photos}) == photos
    members = Counter(number for event in plan.events for number in event.photos)
    assert members == Counter(range(photos))
    for event in plan.events:
        assert all(plan.photos[number].event == event.id for number in event.photos)
        assert {plan.photos[number].trip for number in event.photos} == {event.trip}


@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_time_runs_forward_and_nobody_is_in_two_events_at_once(seed):
    plan = plan_library(seed, photos=600, years=2)
    moments = [utc(photo) for photo in plan.photos]
    assert moments == sorted(moments)
    spans = defaultdict(list)
    for event in plan.events:
        by_person = defaultdict(list)
        for number in event.photos:
            by_person[plan.photos[number].person].append(moments[number])
        for person, times in by_person.items():
            spans[person].append((min(times), max(times)))
    for times in spans.values():
        times.sort()
        assert all(before[1] < after[0] for before, after in pairwise(times))


@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_trips_are_far_from_home_with_a_night_and_days_out_are_not(seed):
    plan = plan_library(seed, photos=800, years=3)
    for trip in plan.trips:
        own = [photo for photo in plan.photos if photo.trip == trip.id]
        assert len(own) >= 8
        assert len({photo.wall.date() for photo in own}) >= 2
        assert all(distance_km(photo.point, home_on(plan, photo.wall)) > 50 for photo in own)
        between = [photo for photo in plan.photos if utc(own[0]) <= utc(photo) <= utc(own[-1])]
        assert {photo.trip for photo in between} == {trip.id}
    for number in plan.days_out:
        own = [photo for photo in plan.photos if photo.day_out == number]
        assert len(own) >= 8
        assert all(distance_km(photo.point, home_on(plan, photo.wall)) > 25 for photo in own)
    rest = [photo for photo in plan.photos if photo.trip is None and photo.day_out is None]
    assert all(distance_km(photo.point, home_on(plan, photo.wall)) < 50 for photo in rest)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_bursts_are_one_subject_by_one_camera_with_one_best(seed):
    plan = plan_library(seed, photos=500, years=2, style="heavy")
    bursts = defaultdict(list)
    for photo in plan.photos:
        if photo.burst is not None:
            bursts[photo.burst].append(photo)
    assert bursts
    for members in bursts.values():
        assert len({(one.scene_seed, one.camera, one.person, one.event, one.aspect) for one in members}) == 1
        assert all((utc(b) - utc(a)).total_seconds() <= 10.6 for a, b in pairwise(members))
        if len(members) > 1:
            assert sum(one.best for one in members) == 1


def test_the_same_seed_gives_the_same_plan_and_another_seed_another():
    assert plan_library(5, photos=300) == plan_library(5, photos=300)
    assert plan_library(5, photos=300) != plan_library(6, photos=300)


def test_pauses_inside_events_follow_the_measured_ones():
    pauses = []
    for seed in range(6):
        plan = plan_library(seed, photos=1500, years=4, faults=False)
        for event in plan.events:
            times = [utc(plan.photos[number]) for number in event.photos]
            pauses += [(b - a).total_seconds() for a, b in pairwise(times)]
    table = habits()
    assert distance_of_distributions(pauses, table.gap_s) < 0.12
    within = sum(pause <= 10 for pause in pauses) / len(pauses)
    assert within == pytest.approx(table.share_within_10_s, abs=0.05)
    logs = [math.log(max(pause, 0.5)) for pause in pauses]
    mean = sum(logs) / len(logs)
    spread = sum((value - mean) ** 2 for value in logs)
    together = sum((a - mean) * (b - mean) for a, b in pairwise(logs)) / spread
    assert together > 0.25


def test_pauses_inside_and_between_events_overlap_so_no_fixed_pause_is_the_truth():
    inside, between = [], []
    for seed in range(6):
        plan = plan_library(seed, photos=1200, parallel=False, faults=False)
        for a, b in pairwise(plan.photos):
            (inside if a.event == b.event else between).append((utc(b) - utc(a)).total_seconds())
    inside.sort()
    between.sort()
    assert max(inside) > 2 * 3600
    assert between[0] < 3600
    assert sum(pause < inside[int(0.99 * len(inside))] for pause in between) > 0.03 * len(between)
    best = max(
        2 * hit / (2 * hit + false + missed)
        for cut in range(600, 12 * 3600, 600)
        for hit in [sum(pause >= cut for pause in between)]
        for false in [sum(pause >= cut for pause in inside)]
        for missed in [len(between) - hit]
    )
    assert best < 0.97


def test_events_of_ordinary_life_have_as_many_photos_as_measured_outings():
    sizes = []
    for seed in range(6):
        plan = plan_library(seed, photos=2500, years=6, faults=False)
        feasts = {"christmas", "birthday", "new-year"}
        sizes += [
            len(event.photos)
            for event in plan.events
            if event.trip is None and event.day_out is None and event.kind not in feasts
        ]
    table = habits().photos_per_outing
    shares = {n: sum(size <= n for size in sizes) / len(sizes) for n in (1, 2, 5, 15)}
    measured = {1: 0.55, 2: 0.66, 5: 0.80, 15: 0.90}
    assert all(shares[n] == pytest.approx(measured[n], abs=0.12) for n in measured)
    assert max(sizes) <= table.values[-1]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.9])
def test_the_wanted_share_of_camera_photos_has_a_position_close_to_the_true_one(share):
    plan = plan_library(11, photos=900, gps_share=share)
    taken = [photo for photo in plan.photos if photo.has_exif and photo.copy_of is None]
    located = [photo for photo in taken if photo.gps is not None]
    assert len(located) / len(taken) == pytest.approx(share, abs=0.02)
    assert all(distance_km(photo.gps, photo.point) < 0.1 for photo in located)


def test_a_wrong_clock_is_one_constant_of_one_camera():
    plan = plan_library(2, photos=800)
    errors = defaultdict(set)
    for photo in plan.photos:
        errors[photo.camera].add(photo.camera_wall - photo.wall)
    assert all(len(found) == 1 for found in errors.values())
    assert {camera for camera, found in errors.items() if found != {timedelta(0)}} == {"ben-camera"}
    assert all(
        photo.camera_wall == photo.wall for photo in plan_library(2, photos=800, wrong_clock=False).photos
    )


def test_a_library_has_every_kind_of_trouble_and_a_plain_one_has_none():
    plan = plan_library(4, photos=1000)
    assert {photo.fault for photo in plan.photos} == {None, *Fault}
    assert {photo.look for photo in plan.photos} == set(Look)
    assert {photo.container for photo in plan.photos} == {"JPEG", "PNG", "HEIC"}
    kinds = Counter(photo.copy_kind for photo in plan.photos)
    assert kinds[CopyKind.SAME] == 15
    assert kinds[CopyKind.EDITED] == 10
    assert any(event.parallel for seed in range(4) for event in plan_library(seed).events)
    plain = plan_library(4, photos=300, faults=False)
    assert all(photo.fault is None and photo.copy_of is None and photo.has_exif for photo in plain.photos)


def test_copies_know_their_originals():
    plan = plan_library(4, photos=600)
    copies = [photo for photo in plan.photos if photo.copy_of is not None]
    for photo in copies:
        original = plan.original(photo)
        assert original.copy_of is None
        assert (original.event, original.wall, original.scene_seed) == (
            photo.event,
            photo.wall,
            photo.scene_seed,
        )


def test_people_move_house_once_or_never():
    moved = plan_library(8, photos=200)
    assert len(moved.homes) == 2
    assert moved.homes[0].end == moved.homes[1].start
    assert len(plan_library(8, photos=200, moves_house=False).homes) == 1


def test_styles_differ_in_bursts():
    def in_bursts(style):
        plans = [plan_library(seed, photos=600, style=style) for seed in range(4)]
        return sum(photo.burst is not None for plan in plans for photo in plan.photos)

    assert in_bursts("heavy") > 1.7 * in_bursts("normal")


@pytest.mark.parametrize(
    ("photos", "years", "gps"), [(0, 3, 0.7), (10, 0.01, 0.7), (40_000, 1, 0.7), (10, 3, 1.5)]
)
def test_numbers_that_make_no_library_are_refused(photos, years, gps):
    with pytest.raises(ValueError, match=r"\w"):
        plan_library(1, photos=photos, years=years, gps_share=gps)


def test_the_table_of_cities_is_sound():
    assert len(cities()) >= 60
    assert len({city.name for city in cities()}) == len(cities())
    for home in home_towns():
        assert all(25 < distance_km(home.city.point, point) < 110 for _, point in home.towns)

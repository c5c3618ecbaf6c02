"""The best k photos: good, from everywhere, never twice the same, the same for the same photos."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.selection import Candidates, SelectionParams, choose, overall_quality
from photoroll.core.similar import hamming


def library(n, seed=0, *, months=12, per_event=20, descriptors=True):
    """A year of ``n`` photos."""
    rng = np.random.default_rng(seed)
    events = np.arange(n) // per_event
    return Candidates(
        quality=rng.random(n).round(6),
        months=2023 * 12 + (np.arange(n) * months // n),
        events=events,
        trips=np.where(events % 5 == 0, events // 5, -1),
        moments=np.arange(n) // 2,
        phash=rng.integers(0, 2**64, n, dtype=np.uint64),
        flat=np.zeros(n, bool),
        people=rng.random(n) < 0.4,
        descriptors=rng.normal(size=(n, 64)).astype(np.float32) if descriptors else None,
    )


def without(photos, index):
    fields = {name: getattr(photos, name) for name in photos.__slots__}
    return Candidates(
        **{name: None if value is None else np.delete(value, index, axis=0) for name, value in fields.items()}
    )


def chosen(photos, k, **more):
    return [pick.index for pick in choose(photos, k, **more)]


def test_every_month_is_seen_and_each_pick_says_why():
    photos = library(600)
    picks = choose(photos, 24)
    assert len(picks) == 24
    assert {int(photos.months[pick.index]) for pick in picks} == set(range(2023 * 12, 2023 * 12 + 12))
    assert picks[0].why.text.startswith("the best of ")
    assert picks[0].why.text.endswith(" 2023")
    assert all(pick.why.text for pick in picks)


def test_the_same_photos_give_the_same_picks():
    assert choose(library(300), 12) == choose(library(300), 12)


def test_no_event_and_no_trip_takes_all():
    photos = library(400)
    photos.quality[:20] = 1.0  # one brilliant event, which is a trip
    picks = chosen(photos, 20)
    assert (photos.events[picks] == 0).sum() <= 5
    counts = np.unique(photos.trips[picks][photos.trips[picks] >= 0], return_counts=True)[1]
    assert counts.max(initial=0) <= 8


def test_one_event_alone_still_fills_the_page():
    photos = replace(
        library(40, per_event=40),
        trips=np.zeros(40, int),
        months=np.full(40, 2023 * 12),
        moments=np.full(40, -1),
    )
    assert len(chosen(photos, 16)) == 16


def test_moments_give_a_second_photo_only_when_nothing_else_is_left():
    photos = library(20, per_event=20)
    assert len({index // 2 for index in chosen(photos, 10)}) == 10
    assert len(chosen(photos, 14)) == 14


def test_people_are_seen_about_as_often_as_in_the_library():
    photos = library(500)
    photos.quality[photos.people] = 0.01
    share = photos.people[chosen(photos, 20)].mean()
    assert abs(share - photos.people.mean()) <= 0.25


@pytest.mark.parametrize("seed", range(6))
def test_one_photo_more_changes_two_picks_at_most(seed):
    photos = library(300, seed)
    gone = 17 * seed + 5
    before = {index + (index >= gone) for index in chosen(without(photos, gone), 24)}
    assert len(before - set(chosen(photos, 24))) <= 2


@settings(max_examples=40)
@given(st.integers(1, 120), st.integers(0, 30), st.integers(0, 5))
def test_never_near_duplicates_never_what_is_excluded(n, k, seed):
    rng = np.random.default_rng(seed)
    photos = library(n, seed)
    source = rng.integers(0, n, n)
    near = photos.phash[source] ^ np.uint64(0b1011)  # many near pairs
    photos = replace(
        photos, phash=np.where(rng.random(n) < 0.5, near, photos.phash), excluded=rng.random(n) < 0.2
    )
    picks = chosen(photos, k)
    assert len(picks) == len(set(picks)) <= k
    assert not photos.excluded[picks].any()
    for place, index in enumerate(picks):
        assert (hamming(photos.phash[picks[:place]], photos.phash[index]) > 14).all()


def test_what_the_user_wants_comes_first_unless_it_is_hidden():
    photos = library(100)
    photos.quality[:2] = 0.0
    wanted = np.zeros(100, bool)
    wanted[:2] = True
    hidden = np.zeros(100, bool)
    hidden[1] = True
    picks = choose(replace(photos, pinned=wanted, excluded=hidden), 10)
    assert picks[0].index == 0
    assert picks[0].why.code == "pinned"
    assert 1 not in [pick.index for pick in picks]


def test_undated_photos_are_chosen_for_quality_and_variety():
    n = 60
    groups = np.eye(6, 32, dtype=np.float32)[np.arange(n) % 6]
    photos = replace(
        library(n),
        months=np.full(n, -1),
        events=np.full(n, -1),
        trips=np.full(n, -1),
        moments=np.full(n, -1),
        descriptors=groups,
    )
    assert {index % 6 for index in chosen(photos, 6)} == set(range(6))


def test_a_large_library_is_thinned_fairly():
    photos = library(6000, per_event=200)
    photos.quality[:200] *= 0.6  # a dull event keeps its place among the candidates
    picks = chosen(photos, 60, params=SelectionParams(candidates=300))
    assert len(picks) == 60
    assert len({int(photos.events[index]) for index in picks}) == 30


def test_photos_without_descriptors_can_be_chosen():
    assert len(chosen(library(50, descriptors=False), 8)) == 8
    assert chosen(library(5), 0) == []


def test_quality_counts_the_user_most_and_survives_missing_measures():
    unknown = np.full(3, np.nan)
    value = overall_quality(
        unknown, unknown, unknown, unknown, unknown, np.array([False, True, False]), np.array([0, 0, 1])
    )
    assert value[1] > value[0] > value[2]
    assert ((value >= 0) & (value <= 1)).all()

"""Why a photo was chosen: percentages only of many, and only what is true."""

from __future__ import annotations

import numpy as np
import pytest

from photoroll.core.selection import Candidates, choose
from photoroll.core.selection_words import Standing, standing, words

MAY = 2024 * 12 + 4


def say(place, count, standings=None, *, fresh=(), first_people=False, unlike=False):
    found = words(
        Standing(place=place, count=count),
        standings or {},
        month=MAY,
        fresh=frozenset(fresh),
        first_people=first_people,
        unlike=unlike,
    )
    return found.text


@pytest.mark.parametrize(
    ("place", "count", "text"),
    [
        (1, 2, "the better of the two"),
        (1, 3, "the best of 3 photos"),
        (1, 1200, "the best of 1,200 photos"),
        (2, 49, "good, and different from the photos chosen before it"),
        (2, 50, "among the best 4 % of 50 photos"),
        (5, 50, "among the best 10 % of 50 photos"),
        (6, 50, "good, and different from the photos chosen before it"),
        (2, 1200, "among the best 1 % of 1,200 photos"),
        (13, 1200, "among the best 2 % of 1,200 photos"),
    ],
)
def test_percentages_are_of_many_and_true(place, count, text):
    assert say(place, count) == text


@pytest.mark.parametrize(
    ("within", "text"),
    [
        ((1, 1), "the only photo to choose from May 2024"),
        ((1, 2), "the better of two from May 2024"),
        ((1, 9), "the best of May 2024"),
        ((2, 9), "from May 2024, not shown before"),
    ],
)
def test_the_first_of_a_month_says_how_it_stands_there(within, text):
    place, count = within
    assert say(9, 60, {"month": Standing(place=place, count=count)}, fresh={"month"}) == text


def test_facts_come_before_the_empty_sentence():
    second = {"event": Standing(place=2, count=9)}
    ninth = {"event": Standing(place=9, count=9)}
    assert say(9, 60, ninth, fresh={"place", "trip"}) == "from a place not shown before"
    assert say(9, 60, ninth, fresh={"trip", "moment"}) == "from a trip not shown before"
    assert say(9, 60, second, first_people=True) == "the first with people"
    assert say(9, 60, second, unlike=True) == "looks unlike the photos chosen before it"
    assert say(9, 60, second, fresh={"moment"}) == "the second best of its event"
    assert say(9, 60, ninth, fresh={"moment"}) == "another moment of its event"


def test_standings_count_only_what_shares_the_label():
    quality, labels = np.array([0.5, 0.9, 0.7, 0.7]), np.array([1, 2, 1, 1])
    assert standing(quality, labels, 2) == Standing(place=1, count=3)
    assert standing(quality, labels, 0) == Standing(place=3, count=3)
    assert Standing.among(quality, 2) == Standing(place=2, count=4)


def candidates(n, **changed):
    rng = np.random.default_rng(n)
    none = np.full(n, -1)
    usual = {
        "quality": rng.random(n),
        "months": np.full(n, MAY),
        "events": np.arange(n) // 12,
        "trips": none,
        "moments": none,
        "phash": rng.integers(0, 2**64, n, dtype=np.uint64),
        "flat": np.zeros(n, bool),
        "people": np.zeros(n, bool),
    }
    return Candidates(**(usual | changed))


def test_choosing_of_two_speaks_of_no_percent():
    picks = choose(candidates(2), 2)
    assert len(picks) == 2
    assert not any("%" in pick.why.text for pick in picks)


def test_every_best_of_is_true():
    photos = candidates(144, months=MAY + np.arange(144) // 48)
    picks = choose(photos, 24)
    for pick in picks:
        if pick.why.text.startswith("the best of its event"):
            mine = photos.events == photos.events[pick.index]
            assert photos.quality[pick.index] == photos.quality[mine].max()
        if pick.why.text.startswith("the best of May"):
            assert photos.quality[pick.index] == photos.quality[photos.months == MAY].max()
    empty = sum(pick.why.code == "balance" for pick in picks)
    assert empty <= 6
    assert {pick.why.code for pick in picks} >= {"month", "event"}


def test_a_place_not_seen_yet_is_said():
    places = np.repeat([3, 4], 10)
    same = np.zeros(20, int)
    picks = choose(candidates(20, events=same, places=places), 8)
    assert sum(pick.why.code == "place" for pick in picks) == 1

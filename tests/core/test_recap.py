"""Recaps: length, chapters, order, what is shown and what never is."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.documents import Pace, PhotoRef, SegmentKind, recap_to_json
from photoroll.core.models import FaceBox, GeoPoint
from photoroll.core.recap import PRESETS, RecapPhoto, RecapWish, plan_recap
from photoroll.core.recap_headings import says, with_headings
from photoroll.core.recap_story import Chapter, alike, without_three_alike
from photoroll.core.recap_words import count_words, days_words, km_along, km_between, span_words
from photoroll.errors import CannotMake

START = datetime(2025, 5, 3, 9)
PLACES = [
    ("Porto", GeoPoint(41.15, -8.61)),
    ("Coimbra", GeoPoint(40.21, -8.43)),
    ("Lisbon", GeoPoint(38.72, -9.14)),
]
FACE = FaceBox(x=0.4, y=0.3, w=0.2, h=0.25)
SHOWN = (SegmentKind.CHAPTER, SegmentKind.PHOTO)


def looks(rng: random.Random) -> bytes:
    import numpy as np

    return np.array([rng.gauss(0, 1) for _ in range(431)]).astype("<f2").tobytes()


def a_photo(number: int, *, seed: int = 1, **changed) -> RecapPhoto:
    rng = random.Random(f"{seed}-{number}")
    usual = {
        "photo": PhotoRef(path=f"/photos/{number:04}.jpg".encode(), id=f"{number:016x}"),
        "taken": START + timedelta(minutes=7 * number),
        "aspect": rng.choice([1.5, 1.3333, 0.75]),
        "quality": round(rng.random(), 3),
        "phash": rng.getrandbits(64),
        "descriptor": looks(rng),
        "faces": (FACE,) if rng.random() < 0.3 else (),
    }
    return RecapPhoto(**usual | changed)


def a_trip(count: int = 80, seed: int = 1) -> list[RecapPhoto]:
    """Three places, one after the other, two events each, over six days."""
    photos = []
    for number in range(count):
        stop = number * 3 // count
        event = number * 6 // count
        taken = START + timedelta(days=event, minutes=9 * (number % (count // 6 + 1)))
        name, point = PLACES[stop]
        photos.append(a_photo(number, seed=seed, taken=taken, event=event, place=name, point=point))
    return photos


def shown(document) -> list:
    return [part for part in document.segments if part.kind in SHOWN]


@pytest.mark.parametrize("seconds", sorted(PRESETS))
@pytest.mark.parametrize("pace", list(Pace))
def test_a_recap_is_as_long_as_asked(seconds, pace):
    document = plan_recap(a_trip(200), RecapWish(kind="trip", title="Portugal", seconds=seconds, pace=pace))
    assert document.duration_ms / 1000 == pytest.approx(seconds, rel=0.1)


@pytest.mark.parametrize("seconds", sorted(PRESETS))
def test_a_steady_recap_shows_as_many_photos_as_the_preset_says(seconds):
    document = plan_recap(a_trip(200), RecapWish(kind="trip", title="Portugal", seconds=seconds))
    assert len(shown(document)) == pytest.approx(PRESETS[seconds], abs=2)


def test_segments_follow_each_other_and_overlap_by_their_fades():
    document = plan_recap(a_trip(), RecapWish(kind="trip", title="Portugal"))
    parts = document.segments
    for before, after in itertools.pairwise(parts):
        assert after.at_ms == before.at_ms + before.for_ms - after.fade_ms
        assert 600 <= after.fade_ms <= 800
        assert before.for_ms > before.fade_ms + after.fade_ms, "a photo is never seen by itself"


def test_a_trip_tells_title_map_chapters_and_end():
    document = plan_recap(a_trip(), RecapWish(kind="trip", title="Portugal"))
    kinds = [part.kind for part in document.segments]
    assert kinds[:3] == [SegmentKind.TITLE, SegmentKind.MAP, SegmentKind.CHAPTER]
    assert kinds[-1] is SegmentKind.END
    chapters = [part for part in document.segments if part.kind is SegmentKind.CHAPTER]
    assert [part.heading for part in chapters] == ["Porto", "Coimbra", "Lisbon"]
    assert [part.kicker for part in chapters] == ["3 to 4 May", "5 to 6 May", "7 to 8 May"]
    route = document.segments[1].stops
    assert [stop.chapter for stop in route] == [1, 2, 3]
    assert [stop.name for stop in route] == ["Porto", "Coimbra", "Lisbon"]
    assert document.segments[0].caption == "3 to 8 May 2025"
    used = len({part.photo for part in document.segments if part.photo})
    assert document.segments[-1].caption == f"{used} of 80 photos · 6 days · 280 km"
    assert document.candidates == 80


def test_without_two_places_there_is_no_map():
    here = [replace(one, place="Porto", point=PLACES[0][1]) for one in a_trip()]
    nowhere = [replace(one, place="", point=None) for one in a_trip()]
    for photos in (here, nowhere):
        document = plan_recap(photos, RecapWish(kind="trip", title="Porto"))
        assert SegmentKind.MAP not in [part.kind for part in document.segments]


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(12, 120), st.sampled_from(sorted(PRESETS)))
def test_every_larger_event_is_shown_in_time_order_without_repeats(seed, count, seconds):
    photos = a_trip(count, seed)
    document = plan_recap(photos, RecapWish(kind="trip", title="Portugal", seconds=seconds))
    facts = {one.photo: one for one in photos}
    seen = [facts[part.photo] for part in shown(document)]
    assert len({one.photo for one in seen}) == len(seen)
    sizes = {event: sum(one.event == event for one in photos) for event in range(6)}
    opening = facts[document.segments[0].photo]
    for event, size in sizes.items():
        if size >= 0.05 * count:
            assert event in {one.event for one in [*seen, opening]}
    for number in {part.chapter for part in shown(document)}:
        times = [facts[part.photo].taken for part in shown(document) if part.chapter == number]
        out_of_place = sum(a != b for a, b in zip(times, sorted(times), strict=True))
        assert out_of_place <= 2, "more than one swap away from time order"
    chapters = [part.chapter for part in shown(document)]
    assert chapters == sorted(chapters)


def test_hidden_photos_never_appear_and_pinned_ones_always():
    photos = a_trip()
    hidden = {one.photo for one in photos[::2]}
    photos = [replace(one, hidden=one.photo in hidden) for one in photos]
    pinned = replace(photos[11], pinned=True, quality=0.0)
    photos[11] = pinned
    document = plan_recap(photos, RecapWish(kind="trip", title="Portugal", seconds=20))
    used = {part.photo for part in document.segments if part.photo}
    assert not used & hidden
    assert pinned.photo in used
    assert document.candidates == 40


def test_near_duplicates_do_not_meet():
    photos = [replace(one, phash=one.phash & ~3 if one.phash else None) for one in a_trip(30)]
    twins = [
        replace(one, photo=PhotoRef(path=one.photo.path + b"b"), phash=(one.phash or 0) | 1) for one in photos
    ]
    document = plan_recap([*photos, *twins], RecapWish(kind="trip", title="Portugal"))
    names = [part.photo.path.removesuffix(b"b") for part in shown(document)]
    assert len(set(names)) == len(names)


def test_three_alike_never_follow_each_other():
    one_look = looks(random.Random(9))
    photos = [replace(one, descriptor=one_look, event=0) for one in a_trip(60)]
    document = plan_recap(photos, RecapWish(kind="trip", title="Portugal", seconds=90))
    facts = {one.photo: one for one in photos}
    seen = [facts[part.photo] for part in shown(document)]
    assert alike(seen[0], seen[1])
    by_chapter: dict[int, int] = {}
    for part in shown(document):
        by_chapter[part.chapter] = by_chapter.get(part.chapter, 0) + 1
    assert max(by_chapter.values()) <= 2
    assert without_three_alike([]) == []


def test_a_chapter_opens_with_a_landscape_where_there_is_one():
    photos = [replace(one, aspect=0.75 if number % 4 else 1.5) for number, one in enumerate(a_trip(90))]
    document = plan_recap(photos, RecapWish(kind="trip", title="Portugal", seconds=90))
    facts = {one.photo: one for one in photos}
    for number in {part.chapter for part in shown(document)}:
        chapter = [facts[part.photo] for part in shown(document) if part.chapter == number]
        wide = [one for one in chapter if one.aspect > 1.2 and not one.faces]
        if wide:
            assert chapter[0] in wide


def test_the_same_photos_give_the_same_script():
    wish = RecapWish(kind="trip", title="Portugal")
    photos = a_trip()
    shuffled = random.Random(3).sample(photos, len(photos))
    assert recap_to_json(plan_recap(photos, wish)) == recap_to_json(plan_recap(shuffled, wish))


def test_each_photo_says_why_it_is_there():
    document = plan_recap(a_trip(), RecapWish(kind="trip", title="Portugal"))
    assert all(part.why for part in document.segments if part.photo)
    assert not any("you wanted" in part.why for part in document.segments)


def test_a_month_is_told_by_its_events_and_their_titles():
    photos = [
        a_photo(n, event=n // 10, taken=datetime(2025, 6, 1 + 6 * (n // 10), 12, n % 10)) for n in range(50)
    ]
    wish = RecapWish(kind="month", title="June 2025", event_titles={0: "Garden party", 1: "At the lake"})
    document = plan_recap(photos, wish)
    headings = [part.heading for part in document.segments if part.kind is SegmentKind.CHAPTER]
    assert headings[:2] == ["Garden party", "At the lake"]
    assert headings[2] == "Friday 13 June"
    assert "km" not in document.segments[-1].caption


def test_few_photos_make_a_shorter_film_and_undated_ones_come_last():
    photos = [a_photo(n) for n in range(4)] + [a_photo(9, taken=None)]
    document = plan_recap(photos, RecapWish(kind="month", title="May", seconds=90))
    assert document.duration_ms < 45_000
    last = [part for part in document.segments if part.kind in SHOWN][-1]
    assert last.photo.path == b"/photos/0009.jpg" or document.segments[0].photo.path == b"/photos/0009.jpg"


def test_what_cannot_be_told_is_said():
    with pytest.raises(CannotMake, match="at least two"):
        plan_recap([a_photo(1)], RecapWish(kind="trip", title=""))
    with pytest.raises(CannotMake, match="'opera'"):
        plan_recap(a_trip(), RecapWish(kind="opera", title=""))


def test_days_and_distances_in_words():
    days = [datetime(2025, 4, 30).date(), datetime(2025, 5, 2).date()]
    assert span_words(days) == "30 April to 2 May 2025"
    assert span_words([datetime(2024, 12, 30).date(), days[0]]) == "30 December 2024 to 30 April 2025"
    assert days_words(days[:1]) == "Wednesday 30 April"
    assert days_words(days) == "30 April to 2 May"
    assert span_words([]) == days_words([]) == ""
    assert count_words(1, "photo") == "1 photo"
    assert count_words(1204, "photo") == "1,204 photos"
    # Paris to London, great circle: 344 km.
    assert km_between(GeoPoint(48.8566, 2.3522), GeoPoint(51.5074, -0.1278)) == pytest.approx(344, abs=1)
    near = GeoPoint(48.8567, 2.3523)
    assert km_along([GeoPoint(48.8566, 2.3522), near, near]) == 0.0


def on(day: int, hour: int, place: str = "", **changed) -> RecapPhoto:
    return a_photo(day * 100 + hour, taken=datetime(2021, 10, day, hour), place=place, **changed)


def headed(photos, seen=None, **changed) -> list[tuple[str, str]]:
    """Heading and kicker of one chapter that shows ``photos`` in their order."""
    days = tuple(one.taken.date() for one in photos)
    places = sorted({one.place for one in photos if one.place})
    chapter = Chapter(
        photos=tuple(photos), whys=("",) * len(photos), days=days, place=" and ".join(places[:2])
    )
    found = with_headings([replace(chapter, **changed)], seen or photos, {7: "Porto, Saturday 16 October"})
    return [(one.heading, one.kicker) for one in found]


def test_a_place_heads_a_chapter_only_where_it_is_true():
    beer, later = on(16, 20), on(18, 9, "Mount Currie")
    assert headed([beer, later]) == [("16 to 18 October", "")]
    assert headed([later, beer]) == [("Mount Currie", "16 to 18 October")]
    between = [on(16, 8, "Ubud"), on(16, 12), on(16, 20, "Ubud")]
    assert headed([between[1], between[2]], between) == [("Ubud", "Saturday 16 October")]
    other = [on(16, 8, "Kuta"), *between[1:]]
    assert headed(other[1:], other) == [("Saturday 16 October", "")]
    assert headed([on(16, 8, "Ubud"), on(16, 9, "Kuta"), on(16, 10, "Sanur")]) == [
        ("Saturday 16 October", "")
    ]
    two = [on(16, 8, "Kuta"), on(16, 9, "Ubud")]
    assert headed(two) == [("Kuta and Ubud", "Saturday 16 October")]


def test_the_place_of_one_later_photo_is_told_at_that_photo():
    photos = [on(16, 20, event=0), on(16, 21, event=0), on(17, 9, event=1, faces=())]
    photos += [on(18, hour, "Mount Currie", event=2) for hour in (8, 9)] + [on(18, 12, event=3)]
    photos = [replace(one, aspect=1.5, faces=(), pinned=True) for one in photos]
    document = plan_recap(photos, RecapWish(kind="trip", title="Away", seconds=20))
    facts = {one.photo: one for one in photos}
    for part in shown(document):
        if "Mount Currie" in f"{part.heading} {part.kicker} {part.caption}":
            assert facts[part.photo].place == "Mount Currie"
    headings = [part.heading for part in document.segments if part.kind is SegmentKind.CHAPTER]
    assert headings == ["16 to 17 October", "Mount Currie"]


def test_two_headings_never_repeat_each_other():
    photos = [on(16, 8), on(16, 9)]
    assert headed(photos, event=7) == [("Porto, Saturday 16 October", "")]
    assert says("Saturday afternoon, 16 October", "Saturday 16 October")
    assert says("Lakes, 3\u20135 May 2025", "3 to 5 May")
    assert not says("Porto", "3 to 5 May")
    assert not says("Saturday 16 October", "Sunday 17 October")
    halves = [Chapter(photos=(one,), whys=("",), days=(one.taken.date(),)) for one in photos]
    (one,) = with_headings(halves, photos, {})
    assert one.photos == tuple(photos)


@pytest.mark.parametrize(("count", "words"), [(2, "2 photos"), (79, "of 79 photos")])
def test_the_end_says_how_many_are_shown(count, words):
    photos = [a_photo(number) for number in range(count)]
    document = plan_recap(photos, RecapWish(kind="month", title="May"))
    used = len({part.photo for part in document.segments if part.photo})
    said = document.segments[-1].caption.split(" · ")[0]
    assert said == (words if used == count else f"{used} {words}")
    assert "photo" not in document.segments[0].caption


def test_a_picture_opens_for_what_it_is():
    wide = plan_recap([a_photo(n, aspect=1.5) for n in range(4)], RecapWish(kind="month", title="May"))
    tall = plan_recap([a_photo(n, aspect=0.75) for n in range(4)], RecapWish(kind="month", title="May"))
    assert wide.segments[0].why == "the best wide picture"
    assert "wide" not in tall.segments[0].why

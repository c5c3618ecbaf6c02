from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

import pytest

from photoroll.core.models import (
    Certainty,
    Constraint,
    ConstraintKind,
    FoundGroup,
    Group,
    GroupId,
    GroupKind,
    Member,
    Reason,
    TitleSource,
)
from photoroll.errors import NotFound, PhotoRollError
from photoroll.library import PhotoFilter


@pytest.fixture
def photos(build):
    return [build.add(f"{n}.jpg", b"%d" % n, minutes=60 * n).id for n in range(6)]


def group(photos, *, kind=GroupKind.EVENT, title="Day", key="", **changed) -> Group:
    reason = Reason(code="gap", text="3 hours after the photo before", weight=3.0)
    members = tuple(Member(photo=photo, reasons=(reason,)) for photo in photos)
    found = FoundGroup(
        kind=kind,
        title=title,
        members=members,
        reasons=(reason,),
        start=datetime(2024, 6, 14, 12),
        end=datetime(2024, 6, 14, 18),
        cover=photos[0],
        key=key,
        facts={"nights": 2, "places": ["Zürich"]},
    )
    return Group(id=GroupId(str(uuid.uuid4())), found=found, **changed)


def test_groups_round_trip_and_writing_them_again_changes_nothing(build, photos):
    groups = [
        group(photos[:3]),
        group(photos[3:], title="Evening", title_source=TitleSource.USER, pinned=True),
    ]
    first = build.library.groups.replace(GroupKind.EVENT, groups)
    assert (first.photos, first.groups) == (frozenset(photos), True)
    assert build.library.groups.all(GroupKind.EVENT) == groups
    again = build.library.groups.replace(GroupKind.EVENT, build.library.groups.all(GroupKind.EVENT))
    assert (again.photos, again.groups) == (frozenset(), False)


def test_only_what_differs_is_reported(build, photos):
    one, two = group(photos[:3]), group(photos[3:])
    build.library.groups.replace(GroupKind.EVENT, [one, two])
    trip = group(photos, kind=GroupKind.TRIP)
    build.library.groups.replace(GroupKind.TRIP, [trip])
    changes = build.library.groups.replace(GroupKind.EVENT, [one])
    assert changes.photos == frozenset(photos[3:])
    assert build.library.groups.all(GroupKind.TRIP) == [trip]
    assert build.library.groups.counts() == {GroupKind.EVENT: 1, GroupKind.TRIP: 1}
    assert build.library.groups.member_counts(GroupKind.EVENT) == {one.id: 3}


def test_renaming_and_hiding_outlive_a_recompute_that_keeps_the_group(build, photos):
    store = build.library.groups
    one = group(photos)
    store.replace(GroupKind.EVENT, [one])
    assert store.rename(one.id, "  Grandma's party ").found.title == "Grandma's party"
    store.hide(one.id)
    assert store.all(GroupKind.EVENT) == []
    (kept,) = store.all(GroupKind.EVENT, hidden=True)
    assert (kept.title_source, kept.hidden) == (TitleSource.USER, True)
    assert not store.replace(GroupKind.EVENT, [kept]).groups
    assert store.show(one.id).hidden is False


def test_merged_events_answer_to_both_ids_and_are_not_cut_again(build, photos):
    store = build.library.groups
    one, two, three = group(photos[:2]), group(photos[2:4]), group(photos[4:])
    store.replace(GroupKind.EVENT, [one, two, three])
    merged = store.merge([two.id, one.id])
    assert merged.id == two.id
    assert merged.photo_ids == tuple(photos[:4])
    assert store.get(one.id) == merged
    assert store.constraints() == [
        Constraint(kind=ConstraintKind.NO_CUT_BEFORE, photo=photos[2], group_kind=GroupKind.EVENT)
    ]
    assert build.library.photos.count(PhotoFilter(group=one.id)) == 4
    assert store.photo_ids(one.id) == tuple(photos[:4])
    with pytest.raises(PhotoRollError):
        store.merge([two.id, two.id])


def test_a_split_event_is_two_and_the_cut_is_remembered(build, photos):
    store = build.library.groups
    one, after = group(photos), group(photos[:1], title="After")
    store.replace(GroupKind.EVENT, [one, after])
    first, second = store.split(one.id, photos[4])
    assert (first.id, first.photo_ids, second.photo_ids) == (one.id, tuple(photos[:4]), tuple(photos[4:]))
    assert second.parent == one.id
    assert first.found.end < second.found.start
    assert store.constraints()[0].kind is ConstraintKind.CUT_BEFORE
    store.merge([first.id, second.id])
    assert [item.kind for item in store.constraints()] == [ConstraintKind.NO_CUT_BEFORE]
    for photo in (photos[0], 10**6):
        with pytest.raises(PhotoRollError):
            store.split(one.id, photo)


def test_themes_are_corrected_by_photo(build, photos):
    store = build.library.groups
    reason = Reason(code="head", text="Looks like greenery")
    members = tuple(
        Member(photo=photo, reasons=(reason,), score=0.9, certainty=Certainty.SURE) for photo in photos
    )
    found = FoundGroup(kind=GroupKind.THEME, title="Greenery", key="theme:greenery", members=members)
    theme = Group(id=GroupId(str(uuid.uuid4())), found=found)
    store.replace(GroupKind.THEME, [theme])
    first, second = store.split(theme.id, photos[3])
    assert (first.found.key, second.found.key) == ("theme:greenery", "")
    kinds = {(item.kind, item.group) for item in store.constraints()}
    assert kinds == {(ConstraintKind.REMOVE, "theme:greenery"), (ConstraintKind.ADD, second.id)}
    (mark,) = build.photo("0.jpg").themes
    assert (mark.theme, mark.score, mark.reasons) == ("Greenery", 0.9, ("Looks like greenery",))
    for text in ("greenery", "Greenery", "theme:greenery"):
        wanted = PhotoFilter(theme=text)
        assert build.library.photos.count(wanted) == (6 if text != "theme:greenery" else 3)


def test_a_constraint_withdraws_its_opposite_and_can_be_withdrawn(build, photos):
    store = build.library.groups
    add = Constraint(kind=ConstraintKind.ADD, photo=photos[0], group_kind=GroupKind.THEME, group="theme:food")
    remove = Constraint(
        kind=ConstraintKind.REMOVE, photo=photos[0], group_kind=GroupKind.THEME, group="theme:food"
    )
    store.add_constraint(add)
    store.add_constraint(add)
    store.add_constraint(remove)
    assert store.constraints() == [remove]
    assert store.remove_constraint(remove).groups
    assert not store.remove_constraint(remove).groups
    assert store.constraints() == []


def test_groups_and_constraints_follow_photos_that_merge(build, photos):
    build.sync(build.file("copy.jpg"))
    build.metadata("copy.jpg")
    stand_in = build.photo("copy.jpg").id
    one = group([stand_in, *photos])
    build.library.groups.replace(GroupKind.EVENT, [one])
    build.library.groups.add_constraint(
        Constraint(kind=ConstraintKind.CUT_BEFORE, photo=stand_in, group_kind=GroupKind.EVENT)
    )
    changes = build.pixels("copy.jpg", b"0")
    assert changes.groups
    kept = build.library.groups.get(one.id)
    assert sorted(kept.photo_ids) == sorted(photos)
    assert kept.found.cover == photos[0]
    assert build.library.groups.constraints()[0].photo == photos[0]
    assert build.library.groups.member_counts(GroupKind.EVENT) == {one.id: 6}


def test_unknown_groups_are_named(build, photos):
    for call in (build.library.groups.get, build.library.groups.hide):
        with pytest.raises(NotFound, match="nothing"):
            call("nothing")


def test_groups_of_a_photo(build, photos):
    one = group(photos[:2])
    build.library.groups.replace(GroupKind.EVENT, [one])
    assert build.library.groups.of_photo(photos[0]) == [(one.id, GroupKind.EVENT, "Day")]
    assert build.library.groups.containing([photos[1], photos[5]], GroupKind.EVENT) == [one]


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_name_brings_the_machines_title_back_at_once(build, photos, empty):
    store = build.library.groups
    one = group(photos)
    store.replace(GroupKind.EVENT, [one])
    store.rename(one.id, "Party")
    named = store.rename(one.id, "Grandma's party")
    assert (named.auto_title, named.found.facts) == ("Day", one.found.facts)
    assert store.rename(one.id, empty) == one
    assert store.rename(one.id, empty) == one, "a second time changes nothing"


def test_a_recompute_keeps_the_machines_newest_title_for_later(build, photos):
    store = build.library.groups
    one = group(photos)
    store.replace(GroupKind.EVENT, [one])
    named = store.rename(one.id, "Party")
    assert not store.replace(GroupKind.EVENT, [named]).groups
    assert store.replace(GroupKind.EVENT, [replace(named, auto_title="Two days")]).groups
    assert store.get(one.id).found.title == "Party"
    assert store.rename(one.id, "").found.title == "Two days"


def test_a_title_that_is_not_known_stays_until_the_next_recompute(build, photos):
    store = build.library.groups
    one = group(photos, title="Ours", title_source=TitleSource.USER)
    store.replace(GroupKind.EVENT, [one])
    given_back = store.rename(one.id, "")
    assert (given_back.found.title, given_back.title_source) == ("Ours", TitleSource.AUTO)


def test_half_of_a_named_group_has_the_machines_title(build, photos):
    store = build.library.groups
    one = group(photos)
    store.replace(GroupKind.EVENT, [one])
    store.rename(one.id, "Party")
    first, second = store.split(one.id, photos[3])
    assert (first.found.title, second.found.title, second.title_source) == ("Party", "Day", TitleSource.AUTO)


def test_a_restored_name_can_be_given_back_too(build, photos):
    store = build.library.groups
    one = group(photos)
    store.replace(GroupKind.EVENT, [one])
    store.rename(one.id, "Party")
    exported = build.library.work.export()
    store.replace(GroupKind.EVENT, [one])
    build.library.work.restore(exported)
    assert store.get(one.id).found.title == "Party"
    assert store.rename(one.id, "") == one

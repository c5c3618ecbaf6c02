from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.identity import ADDED, KEPT, keep_identities
from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    FoundGroup,
    Group,
    GroupId,
    GroupKind,
    Member,
    PhotoId,
    TitleSource,
)

FEW = settings(max_examples=50, deadline=None)


def found(*photos: int, kind: GroupKind = GroupKind.EVENT, title: str = "auto", key: str = "") -> FoundGroup:
    members = tuple(Member(photo=PhotoId(photo)) for photo in photos)
    return FoundGroup(kind=kind, title=title, members=members, key=key)


def known(name: str, *photos: int, **more: object) -> Group:
    kind = more.pop("kind", GroupKind.EVENT)
    return Group(
        id=GroupId(name), found=found(*photos, kind=kind, title=name, key=more.pop("key", "")), **more
    )


def by_first(group: FoundGroup) -> GroupId:
    return GroupId(f"{group.kind}-{group.members[0].photo}")


def keep(old, new, **more):
    return keep_identities(old, new, new_id=by_first, **more)


def ids(groups: list[Group]) -> list[str]:
    return [str(group.id) for group in groups]


def test_a_group_keeps_its_id_as_photos_come_and_go():
    (group,) = keep([known("a", 1, 2, 3, 4)], [found(2, 3, 4, 5, 6)])
    assert group.id == "a"
    assert group.photo_ids == (2, 3, 4, 5, 6)
    assert group.found.title == "auto"


def test_a_small_rest_within_a_big_group_is_the_same_group():
    assert ids(keep([known("a", *range(100))], [found(1, 2, 3)])) == ["a"]


def test_strangers_are_new_and_the_old_ones_go():
    (group,) = keep([known("a", 1, 2, 3)], [found(7, 8, 9)])
    assert group.id == "event-7"
    assert group.parent is None


def test_kinds_never_mix():
    old = [known("event", 1, 2, 3), known("trip", 1, 2, 3, kind=GroupKind.TRIP)]
    new = [found(1, 2, 3, kind=GroupKind.TRIP), found(1, 2, 3)]
    assert ids(keep(old, new)) == ["trip", "event"]


def test_the_users_words_stay():
    old = [known("Grandma's 80th", 1, 2, 3, title_source=TitleSource.USER, pinned=True)]
    (group,) = keep(old, [found(1, 2, 3, 4)])
    assert (group.found.title, group.title_source, group.pinned) == ("Grandma's 80th", TitleSource.USER, True)


@pytest.mark.parametrize(
    "touch", [{"title_source": TitleSource.USER}, {"pinned": True}, {"hidden": True}], ids=str
)
def test_what_the_user_touched_is_kept_when_nothing_continues_it(touch):
    result = keep([known("mine", 1, 2, 3, **touch)], [found(7, 8, 9)])
    assert ids(result) == ["event-7", "mine"]
    assert result[1].photo_ids == (1, 2, 3)
    assert result[1].found.reasons == (KEPT,)
    again = keep(result, [found(7, 8, 9)])
    assert again == result


def test_a_split_leaves_the_id_with_the_bigger_part():
    small, big = keep([known("a", *range(10))], [found(0, 1, 2), found(*range(3, 10))])
    assert big.id == "a"
    assert small.id == "event-0"
    assert small.parent == "a"


def test_a_split_never_gives_an_id_twice():
    old = [Group(id=GroupId("event-0"), found=found(*range(10)))]
    result = keep(old, [found(0, 1, 2), found(*range(3, 10))])
    assert result[1].id == "event-0"
    assert result[0].id != "event-0"


def test_a_merge_keeps_the_older_id_and_an_alias():
    (group,) = keep([known("older", 1, 2, 3), known("newer", 4, 5, 6, 7)], [found(*range(1, 8))])
    assert group.id == "older"
    assert group.aliases == ("newer",)


def test_in_a_merge_the_users_group_survives():
    old = [known("older", 1, 2, 3, 4, 5), known("mine", 6, 7, 8, title_source=TitleSource.USER)]
    (group,) = keep(old, [found(*range(1, 9))])
    assert (group.id, group.found.title) == ("mine", "mine")
    assert group.aliases == ("older",)


def test_two_groups_of_the_user_both_survive_a_merge():
    old = [known("one", 1, 2, 3, hidden=True), known("two", 4, 5, 6, 7, title_source=TitleSource.USER)]
    result = keep(old, [found(*range(1, 8))])
    assert set(ids(result)) == {"one", "two"}


def test_groups_with_a_key_match_by_it_alone():
    old = [known("g", 1, 2, kind=GroupKind.THEME, key="theme:greenery")]
    new = [
        found(8, 9, kind=GroupKind.THEME, key="theme:greenery"),
        found(1, 2, kind=GroupKind.THEME, key="theme:snow"),
    ]
    assert ids(keep(old, new)) == ["g", "theme-1"]


def correction(kind: ConstraintKind, photo: int, group: str) -> Constraint:
    return Constraint(kind=kind, photo=PhotoId(photo), group_kind=GroupKind.EVENT, group=group)


def test_additions_and_removals_outlive_every_recompute():
    said = [correction(ConstraintKind.ADD, 9, "a"), correction(ConstraintKind.REMOVE, 2, "a")]
    groups = [known("a", 1, 2, 3)]
    for _ in range(3):
        groups = keep(groups, [found(1, 2, 3), found(9, 10, 11)], constraints=said)
        assert groups[0].photo_ids == (1, 3, 9)
        assert groups[0].found.members[-1].reasons == (ADDED,)
    assert groups[0].id == "a"
    assert groups[1].photo_ids == (9, 10, 11)  # a photo may be in two groups if the user says so


def test_corrections_follow_an_alias_and_respect_the_kind():
    said = [
        correction(ConstraintKind.REMOVE, 2, "newer"),
        replace(correction(ConstraintKind.REMOVE, 3, "older"), group_kind=GroupKind.TRIP),
    ]
    (group,) = keep(
        [known("older", 1, 2, 3), known("newer", 4, 5, 6)], [found(*range(1, 7))], constraints=said
    )
    assert group.photo_ids == (1, 3, 4, 5, 6)


partitions = st.lists(st.integers(0, 7), min_size=1, max_size=40).map(
    lambda labels: [
        [photo for photo, label in enumerate(labels) if label == number] for number in sorted(set(labels))
    ]
)


@FEW
@given(partitions)
def test_a_second_run_without_a_change_writes_nothing(parts):
    once = keep([], [found(*part) for part in parts])
    assert keep(once, [found(*part) for part in parts]) == once


@FEW
@given(partitions, partitions, st.sets(st.integers(0, 7)))
def test_ids_are_unique_and_the_users_groups_always_resolve(before, after, touched):
    old = keep([], [found(*part) for part in before])
    old = [replace(group, pinned=number in touched) for number, group in enumerate(old)]
    result = keep(old, [found(*part) for part in after])
    assert len(set(ids(result))) == len(result)
    names = list(itertools.chain(*([group.id, *group.aliases] for group in result)))
    assert len(set(names)) == len(names)
    assert {group.id for group in old if group.pinned} <= {group.id for group in result if group.pinned}
    assert [group.photo_ids for group in result[: len(after)]] == [tuple(part) for part in after]


@FEW
@given(partitions, st.integers(0, 999))
def test_ten_percent_of_losses_change_no_id_of_a_good_group(parts, seed):
    parts = [part for part in parts if len(part) >= 4]
    old = keep([], [found(*part) for part in parts])
    lost = random.Random(seed)
    fewer = [part[:k] + part[k + 1 :] for part in parts for k in [lost.randrange(len(part))]]
    assert ids(keep(old, [found(*part) for part in fewer])) == ids(old)

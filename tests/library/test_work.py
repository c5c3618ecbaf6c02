from __future__ import annotations

import json
from datetime import datetime

import pytest

from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    DateSource,
    FoundGroup,
    GeoPoint,
    Group,
    GroupId,
    GroupKind,
    Member,
    PositionSource,
    Precision,
    TakenAt,
)
from photoroll.errors import NotFound, PhotoRollError
from photoroll.library import Library, PhotoFilter

IN_1987 = TakenAt(
    wall=datetime(1987, 7, 1),
    precision=Precision.YEAR,
    source=DateSource.USER,
    start=datetime(1987, 1, 1),
    end=datetime(1987, 12, 31, 23, 59, 59, 999_000),
)


def test_what_the_user_says_wins_and_can_be_taken_back(build):
    before = build.add("a.jpg", b"one", rating=2, caption="from the file")
    work = build.library.work
    work.favourite([before.id])
    work.rate([before.id], 5)
    work.tag([before.id], add=["beach", " sun ", "", "beach"])
    work.caption([before.id], "Ours")
    work.set_date([before.id], IN_1987)
    work.set_position([before.id], GeoPoint(1.0, 2.0))
    now = build.photo("a.jpg")
    assert (now.favourite, now.rating, now.tags, now.caption) == (True, 5, ("beach", "sun"), "Ours")
    assert now.taken == IN_1987
    assert (now.position.point, now.position.source) == (GeoPoint(1.0, 2.0), PositionSource.USER)
    assert work.tags() == {"beach": 1, "sun": 1}
    work.favourite([before.id], on=False)
    work.rate([before.id], None)
    work.tag([before.id], remove=["beach", "sun"])
    work.caption([before.id], "")
    work.set_date([before.id], None)
    work.set_position([before.id], None)
    assert build.photo("a.jpg") == before
    assert build.library.work.export()["photos"] == []


def test_a_users_date_moves_the_photo_on_the_timeline(build):
    record = build.add("a.jpg", b"one")
    (before,) = build.library.days()
    build.library.work.set_date([record.id], IN_1987)
    (after,) = build.library.days()
    assert after.number < before.number
    build.library.work.hide([record.id])
    assert build.library.days() == []
    assert build.library.photos.query() == []
    assert build.library.photos.count(PhotoFilter(hidden=True)) == 1


def test_reading_again_keeps_the_users_date_and_the_new_reading_below_it(build, a_date):
    record = build.add("a.jpg", b"one")
    build.library.work.set_date([record.id], IN_1987)
    build.library.work.set_position([record.id], GeoPoint(1.0, 2.0))
    build.read("a.jpg", b"one", minutes=30)
    assert build.photo("a.jpg").taken == IN_1987
    build.library.work.set_date([record.id], None)
    build.library.work.set_position([record.id], None)
    assert build.photo("a.jpg").taken.wall == datetime(2024, 6, 14, 12, 30, 0, 250_000)
    assert build.photo("a.jpg").position.source is PositionSource.CAMERA


def test_what_changes_nothing_is_no_change(build):
    record = build.add("a.jpg", b"one")
    assert build.library.work.favourite([record.id]).photos == {record.id}
    assert not build.library.work.favourite([record.id]).photos
    assert not build.library.work.favourite([10**6]).photos
    with pytest.raises(ValueError, match="rating"):
        build.library.work.rate([record.id], 6)


def test_work_on_two_rows_that_merge_is_joined(build):
    record = build.add("a.jpg", b"same")
    build.library.work.tag([record.id], add=["one"])
    build.library.work.rate([record.id], 3)
    build.sync(build.file("b.jpg"))
    build.metadata("b.jpg")
    stand_in = build.photo("b.jpg").id
    build.library.work.tag([stand_in], add=["two"])
    build.library.work.set_date([stand_in], IN_1987)
    build.pixels("b.jpg", b"same")
    now = build.photo("a.jpg")
    assert (now.id, now.tags, now.rating, now.taken) == (record.id, ("one", "two"), 3, IN_1987)
    assert build.library.work.favourite([stand_in]).photos == {record.id}, "the old row still answers"


def test_all_work_goes_to_a_new_library_of_the_same_photos(build, builder, tmp_path):
    one, two = build.add("a.jpg", b"one"), build.add("b.jpg", b"two", minutes=60)
    work = build.library.work
    work.rate([one.id], 4)
    work.tag([one.id, two.id], add=["beach"])
    work.set_date([two.id], IN_1987)
    work.set_position([two.id], GeoPoint(1.0, 2.0))
    members = (Member(photo=one.id), Member(photo=two.id))
    event = Group(id=GroupId("event"), found=FoundGroup(kind=GroupKind.EVENT, title="Day", members=members))
    build.library.groups.replace(GroupKind.EVENT, [event])
    build.library.groups.rename("event", "Summer")
    build.library.groups.split("event", two.id)
    build.library.documents.save("collage", {"template": "mosaic"})
    build.library.own.set_setting("homes", [{"lat": 1.0, "lon": 2.0}])
    build.library.own.add_occasion("birthday", "Ada", month=12, day=10)
    build.library.own.add_quiet_dates(datetime(2020, 1, 1), datetime(2020, 2, 1), reason="private")
    exported = json.loads(json.dumps(work.export(), allow_nan=False))

    with Library.open(tmp_path / "second") as second:
        other = builder(second, tmp_path / "elsewhere")
        new_two, new_one = other.add("y.jpg", b"two", minutes=60), other.add("x.jpg", b"one")
        members = (Member(photo=new_one.id), Member(photo=new_two.id))
        fresh = Group(
            id=GroupId("new id"), found=FoundGroup(kind=GroupKind.EVENT, title="Day", members=members)
        )
        second.groups.replace(GroupKind.EVENT, [fresh])
        changes = second.work.restore(exported)
        assert changes.photos == {new_one.id, new_two.id}
        restored = {record.public_id: record for record in second.photos.query()}
        for record in build.library.photos.query():
            mine = restored[record.public_id]
            assert (mine.rating, mine.tags, mine.taken, mine.position) == (
                record.rating,
                record.tags,
                record.taken,
                record.position,
            )
        assert second.groups.constraints() == [
            Constraint(kind=ConstraintKind.CUT_BEFORE, photo=new_two.id, group_kind=GroupKind.EVENT)
        ]
        assert [document.content for document in second.documents.all()] == [{"template": "mosaic"}]
        assert second.own.setting("homes") == [{"lat": 1.0, "lon": 2.0}]
        assert [occasion.name for occasion in second.own.occasions()] == ["Ada"]
        assert second.own.quiet_dates() == build.library.own.quiet_dates()
        assert second.work.restore(exported).photos == frozenset(), "restoring twice changes nothing"
        assert second.work.export()["photos"] == sorted(
            exported["photos"], key=lambda item: item["hash"] != two.content_hash.hex()
        )
        assert second.check().clean


def test_foreign_files_are_refused_as_work(build):
    for data in ({}, {"format": "else", "version": 1}, {"format": "photoroll-work", "version": 99}):
        with pytest.raises(PhotoRollError, match="work file"):
            build.library.work.restore(data)


def test_documents_are_kept_replaced_and_removed(library):
    key = library.documents.save("collage", {"seed": 1})
    assert library.documents.save("collage", {"seed": 2}, document_id=key) == key
    library.documents.save("recap", {"seed": 3})
    assert library.documents.get(key).content == {"seed": 2}
    assert [document.kind for document in library.documents.all("recap")] == ["recap"]
    assert len(library.documents.all()) == 2
    library.documents.remove(key)
    with pytest.raises(NotFound):
        library.documents.get(key)


def test_settings_of_the_library(library):
    assert library.own.setting("homes", []) == []
    library.own.set_setting("homes", [1])
    library.own.set_setting("homes", None)
    assert library.own.setting("homes") is None
    occasion = library.own.add_occasion("anniversary", "Us", month=2, day=29, year=2000)
    assert library.own.occasions() == [occasion]
    library.own.remove(occasion.id)
    assert library.own.occasions() == []

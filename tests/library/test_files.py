from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from photoroll.core.models import PhotoState
from photoroll.library import FoundFile, Pass, PhotoFilter


def found_again(build, path, old, **changed):
    """The same file at another path."""
    was = build.found[old.encode()]
    return build.file(path, **{"size": was.size, "mtime_ns": was.mtime_ns, "inode": was.inode, **changed})


def test_new_files_wait_for_each_pass_newest_first(build, photos_folder):
    build.sync(build.file("old.jpg", mtime_ns=1), build.file("new.jpg", mtime_ns=2))
    waiting = build.library.files.pending(Pass.METADATA, limit=10)
    assert [file.path for file in waiting] == [bytes(photos_folder / name) for name in ("new.jpg", "old.jpg")]
    assert build.library.files.pending(Pass.PIXELS) == []
    build.metadata("old.jpg")
    assert [Path(file.path.decode()).name for file in build.library.files.pending(Pass.PIXELS)] == ["old.jpg"]
    assert build.library.files.waiting(Pass.METADATA) == 1
    assert build.library.files.pending(Pass.METADATA, newest_first=False, limit=1)[0].path.endswith(
        b"new.jpg"
    )


def test_unchanged_files_change_nothing(build):
    build.add("a.jpg", b"one")
    changes = build.sync(build.found[b"a.jpg"])
    assert (changes.added, changes.changed, changes.moved, changes.returned) == ((), (), (), ())
    assert build.library.files.pending(Pass.METADATA) == []


def test_a_renamed_file_keeps_its_photo_and_is_not_read_again(build):
    before = build.add("a.jpg", b"one")
    old = build.id_of("a.jpg")
    changes = build.sync(found_again(build, "sub/b.jpg", "a.jpg"), gone=[old])
    assert changes.moved == (old,)
    after = build.photo("sub/b.jpg")
    assert (after.id, [path.name for path in after.paths]) == (before.id, ["b.jpg"])
    assert build.library.files.pending(Pass.PIXELS) == []
    assert [file.id for file in build.library.files.to_confirm()] == [old]
    build.pixels("sub/b.jpg", b"one")
    assert build.library.files.to_confirm() == []


def test_a_rename_seen_before_its_old_place_is_known_to_be_empty(build):
    before = build.add("a.jpg", b"one")
    build.library.work.favourite([before.id])
    old = build.id_of("a.jpg")
    build.sync(found_again(build, "b.jpg", "a.jpg"))
    build.metadata("b.jpg")
    stand_in = build.photo("b.jpg").id
    changes = build.library.files.mark_missing([old])
    assert changes.moved
    assert changes.changes.merged == {stand_in: before.id}
    after = build.photo("b.jpg")
    assert (after.id, after.favourite, len(after.paths)) == (before.id, True, 1)
    assert build.library.files.pending(Pass.PIXELS) == []


def test_a_move_that_the_bytes_do_not_confirm_is_another_photo(build):
    before = build.add("a.jpg", b"one")
    build.sync(found_again(build, "b.jpg", "a.jpg"), gone=[build.id_of("a.jpg")])
    build.pixels("b.jpg", b"something else")
    after = build.photo("b.jpg")
    assert after.id != before.id
    assert build.library.photos.get([before.id])[before.id].state is PhotoState.MISSING
    assert [file.id for file in build.library.files.pending(Pass.METADATA)] == [build.id_of("b.jpg")]
    build.metadata("b.jpg", minutes=99)


def test_hard_links_are_one_photo_in_two_places(build):
    build.add("a.jpg", b"one")
    changes = build.sync(found_again(build, "b.jpg", "a.jpg"), build.found[b"a.jpg"])
    assert changes.moved == ()
    build.read("b.jpg", b"one")
    assert len(build.photo("a.jpg").paths) == 2


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_swapped_names_follow_the_content(build, in_one_batch):
    one, two = build.add("a.jpg", b"one"), build.add("b.jpg", b"two", minutes=500)
    build.library.work.rate([one.id], 1)
    first, second = build.found[b"a.jpg"], build.found[b"b.jpg"]
    swapped = [
        FoundFile(path=b"a.jpg", size=second.size, mtime_ns=second.mtime_ns, inode=second.inode, device=7),
        FoundFile(path=b"b.jpg", size=first.size, mtime_ns=first.mtime_ns, inode=first.inode, device=7),
    ]
    if in_one_batch:
        changes = build.sync(*swapped)
        assert len(changes.moved) == 2
    else:
        for item in swapped:
            build.sync(item)
        for file in build.library.files.pending(Pass.METADATA):
            is_first = file.path.endswith(b"b.jpg")
            build.read(
                "b.jpg" if is_first else "a.jpg",
                b"one" if is_first else b"two",
                minutes=0 if is_first else 500,
            )
    assert (build.photo("a.jpg").id, build.photo("b.jpg").id) == (two.id, one.id)
    assert build.photo("b.jpg").rating == 1
    assert len(build.library.photos.query()) == 2


@pytest.mark.parametrize("minutes", [0, 500])
def test_swapped_contents_follow_the_content_too(build, minutes):
    one, two = build.add("a.jpg", b"one"), build.add("b.jpg", b"two", minutes=minutes)
    build.sync(build.file("a.jpg", size=7), build.file("b.jpg", size=8))
    build.metadata("a.jpg", minutes=minutes)
    build.metadata("b.jpg", minutes=0)
    build.pixels("a.jpg", b"two")
    build.pixels("b.jpg", b"one")
    assert (build.photo("a.jpg").id, build.photo("b.jpg").id) == (two.id, one.id)
    assert build.photo("a.jpg").taken == two.taken
    assert build.photo("b.jpg").taken == one.taken
    assert {record.versions for record in build.library.photos.query()} == {1}


def test_a_file_moved_over_another_leaves_the_other_missing_with_its_path(build):
    one, two = build.add("a.jpg", b"one"), build.add("b.jpg", b"two")
    build.sync(found_again(build, "b.jpg", "a.jpg"), gone=[build.id_of("a.jpg")])
    assert build.photo("b.jpg").id == one.id
    lost = build.library.photos.get([two.id])[two.id]
    assert (lost.state, [path.name for path in lost.paths]) == (PhotoState.MISSING, ["b.jpg"])


def test_a_moved_file_with_another_in_its_old_place(build):
    one = build.add("a.jpg", b"one")
    build.sync(
        found_again(build, "b.jpg", "a.jpg"), FoundFile(path=b"a.jpg", size=3, mtime_ns=3, inode=3, device=7)
    )
    build.read("a.jpg", b"new", minutes=9)
    assert build.photo("b.jpg").id == one.id
    assert build.photo("a.jpg").id != one.id


def test_missing_files_return_as_they_were(build):
    before = build.add("a.jpg", b"one")
    gone = build.library.files.mark_missing([build.id_of("a.jpg")], datetime(2024, 1, 1))
    assert gone.changes.photos == {before.id}
    assert build.library.files.known(build.root.id)[b"a.jpg"].state == "missing"
    back = build.sync(build.found[b"a.jpg"])
    assert back.returned == (build.id_of("a.jpg"),)
    assert build.photo("a.jpg") == before
    assert build.library.files.pending(Pass.METADATA) == []


def test_refused_files_are_listed_with_their_reason_and_not_tried_again(build):
    build.sync(build.file("a.txt"), build.file("b.jpg"))
    build.library.files.refuse(
        [
            (build.id_of("a.txt"), "unsupported", "This is a text.", 1),
            (build.id_of("b.jpg"), "damaged", "The picture ends too early.", 2),
        ]
    )
    assert build.library.files.pending(Pass.METADATA) == []
    (unsupported,), (damaged,) = (build.library.files.refused(unsupported=wanted) for wanted in (True, False))
    assert (unsupported.code, damaged.reason, damaged.tries) == (
        "unsupported",
        "The picture ends too early.",
        2,
    )
    assert len(build.library.files.refused()) == 2
    build.sync(*build.found.values())
    assert build.library.files.pending(Pass.METADATA) == []
    info = build.library.info()
    assert (info.unsupported, info.unreadable, info.photos) == (1, 1, 0)
    build.sync(build.file("b.jpg", size=5))
    assert [file.id for file in build.library.files.pending(Pass.METADATA)] == [build.id_of("b.jpg")]
    assert build.library.files.retry() == 1
    assert len(build.library.files.pending(Pass.METADATA)) == 2


def test_a_photo_whose_pixels_cannot_be_read_is_unreadable_and_keeps_its_date(build):
    build.sync(build.file("a.jpg"))
    build.metadata("a.jpg")
    build.library.files.refuse([(build.id_of("a.jpg"), "damaged", "No.", 2)])
    (record,) = build.library.photos.query(PhotoFilter(state=PhotoState.UNREADABLE))
    assert record.taken.wall is not None
    assert build.library.photos.query() == []
    assert build.library.days() == []


def test_a_photo_overwritten_by_rubbish_is_unreadable_and_comes_back_when_repaired(build):
    before = build.add("a.jpg", b"one")
    build.library.work.favourite([before.id])
    build.sync(build.file("a.jpg", size=5))
    build.metadata("a.jpg")
    build.library.files.refuse([(build.id_of("a.jpg"), "damaged", "No.", 2)])
    assert build.library.photos.get([before.id])[before.id].state is PhotoState.UNREADABLE
    build.sync(build.file("a.jpg", size=6))
    build.read("a.jpg", b"one")
    after = build.photo("a.jpg")
    assert (after.id, after.favourite, after.state) == (before.id, True, PhotoState.OK)


def test_a_file_that_vanished_before_it_was_read_is_missing(build):
    build.sync(build.file("a.jpg"))
    build.library.files.refuse([(build.id_of("a.jpg"), "gone", "It is gone.", 1)])
    assert build.library.files.refused() == []
    assert build.library.files.known(build.root.id)[b"a.jpg"].state == "missing"
    build.sync(build.found[b"a.jpg"])
    assert len(build.library.files.pending(Pass.METADATA)) == 1


def test_a_rescan_reads_everything_again_and_changes_nothing(build):
    before = [build.add(f"{n}.jpg", b"%d" % n, minutes=n) for n in range(3)]
    build.add("copy.jpg", b"0")
    before = build.library.photos.query()
    assert build.library.files.read_again() == 4
    assert build.library.photos.query() == before, "photos keep their places meanwhile"
    for n in range(3):
        build.read(f"{n}.jpg", b"%d" % n, minutes=n)
    build.read("copy.jpg", b"0")
    assert build.library.photos.query() == before
    assert build.library.files.pending(Pass.METADATA) == []


def test_nested_roots_never_list_a_file_twice(build, photos_folder):
    record = build.add("2024/a.jpg", b"one")
    roots = build.library.roots
    inner = roots.add(photos_folder / "2024", volume_id="disk", marker="")
    assert inner == build.root
    assert roots.add(photos_folder, volume_id="disk", marker="new").id == build.root.id
    outer = roots.add(photos_folder.parent, volume_id="disk", marker="")
    assert roots.all() == [outer]
    name = os.fsencode(photos_folder.name)
    assert list(build.library.files.known(outer.id)) == [name + b"/2024/a.jpg"]
    assert build.library.photos.query() == [record]


def test_a_drive_mounted_inside_a_root_stays_a_root_of_its_own(build, photos_folder):
    drive = build.library.roots.add(photos_folder / "usb", volume_id="stick", marker="")
    outer = build.library.roots.get(build.root.id)
    assert outer.excludes == (b"usb",)
    build.sync(build.file("usb/a.jpg"), build.file("usb2/a.jpg"))
    assert list(build.library.files.known(outer.id)) == [b"usb2/a.jpg"]
    assert drive.id != outer.id
    moved = build.library.roots.move(drive.id, photos_folder.parent / "media")
    assert moved.path.name == "media"
    assert build.library.roots.get(build.root.id).excludes == ()


def test_folders_with_like_names_are_not_nested(build, photos_folder):
    other = build.library.roots.add(Path(f"{photos_folder}2"), volume_id="disk", marker="")
    assert other.id != build.root.id


def test_the_path_given_is_below_a_folder_that_is_there(library, builder, tmp_path):
    """A folder was renamed and added again: its files stay known below the old name, which is gone."""
    (tmp_path / "nest2").mkdir()
    (tmp_path / "nest2" / "a.jpg").touch()
    (tmp_path / "unplugged").mkdir()
    for name in ("nest", "unplugged", "nest2"):
        builder(library, tmp_path / name).add("a.jpg", b"one")
    (record,) = library.photos.query()
    assert record.path == tmp_path / "nest2" / "a.jpg"
    assert record.paths[1:] == (tmp_path / "nest" / "a.jpg", tmp_path / "unplugged" / "a.jpg")
    for name in ("nest", "nest2"):
        found = library.photos.by_path(tmp_path / name / "a.jpg")
        assert found.path == record.path


def test_a_present_file_comes_before_a_missing_one_below_a_folder_that_is_there(library, builder, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "other.jpg").touch()
    first = builder(library, tmp_path / "here")
    first.add("a.jpg", b"one")
    builder(library, tmp_path / "drive").add("a.jpg", b"one")
    library.files.mark_missing([first.id_of("a.jpg")])
    (record,) = library.photos.query()
    assert record.path == tmp_path / "drive" / "a.jpg"


def test_files_of_which_nothing_could_be_read_are_listed_with_the_unreadable(build, photos_folder):
    build.add("good.jpg", b"one")
    build.sync(*(build.file(name) for name in ("a.txt", "b.jpg", "c.jpg", "half.jpg")))
    build.metadata("half.jpg")
    build.library.files.refuse(
        [
            (build.id_of("a.txt"), "unsupported", "This is a text.", 1),
            *((build.id_of(name), "damaged", "No.", 2) for name in ("b.jpg", "c.jpg", "half.jpg")),
        ]
    )
    photos = build.library.photos
    records = photos.query(PhotoFilter(state=PhotoState.UNREADABLE))
    assert [record.path for record in records] == [
        photos_folder / name for name in ("half.jpg", "b.jpg", "c.jpg")
    ]
    assert [(record.public_id, record.format) for record in records[1:]] == [(None, ""), (None, "")]
    assert {record.state for record in records} == {PhotoState.UNREADABLE}
    assert len({record.id for record in records}) == 3
    assert photos.get([record.id for record in records[1:]]) == {}
    everything = PhotoFilter(state=None)
    assert len(photos.query(everything)) == photos.count(everything) == 2, "of photos"
    for limit in range(1, 4):
        limited = PhotoFilter(state=PhotoState.UNREADABLE, limit=limit)
        assert photos.query(limited) == records[:limit]
        assert photos.count(limited) == limit
    assert len(photos.query()) == 1
    assert photos.query(PhotoFilter(state=PhotoState.UNREADABLE, favourites=True)) == []

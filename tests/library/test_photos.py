from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from photoroll.core.models import DateSource, FaceBox, GeoPoint, PhotoState, PlaceName, PositionSource
from photoroll.core.readings import FacesReading
from photoroll.errors import NotFound
from photoroll.library import Pass, PhotoFilter

PLACE = PlaceName(
    name="Zürich", region="Zürich", country="Switzerland", country_code="CH", timezone="Europe/Zurich"
)


def test_a_file_becomes_a_photo_with_everything_that_was_read(build, photos_folder):
    record = build.add("a.jpg", b"one")
    assert record.path == photos_folder / "a.jpg"
    assert record.public_id == record.content_hash.hex()[:16]
    assert record.taken.wall == datetime(2024, 6, 14, 12, 0, 0, 250_000)
    assert record.position.point == GeoPoint(47.37, 8.54)
    assert (record.camera.make, record.camera.iso, record.camera.f_number) == ("Acme", 100, 1.8)
    assert (record.width, record.height, record.state, record.versions) == (4032, 3024, PhotoState.OK, 1)
    assert build.library.thumbs.get(record.content_hash, 256) == b"small one"
    assert build.library.thumbs.get(record.content_hash, 512) == b"large one"


def test_before_its_bytes_are_known_a_photo_has_no_public_id_and_shows_the_preview(build):
    build.sync(build.file("a.jpg"))
    changes = build.metadata("a.jpg", preview=b"tiny jpeg")
    record = build.photo("a.jpg")
    assert changes.photos == {record.id}
    assert record.public_id is None
    assert build.library.thumbs.preview(build.id_of("a.jpg")) == b"tiny jpeg"
    build.pixels("a.jpg", b"one")
    assert build.library.thumbs.preview(build.id_of("a.jpg")) is None


def test_a_preview_of_a_changed_file_is_not_shown(build):
    build.sync(build.file("a.jpg"))
    build.metadata("a.jpg", preview=b"tiny jpeg")
    build.sync(build.file("a.jpg", mtime_ns=2 * 10**18))
    assert build.library.thumbs.preview(build.id_of("a.jpg")) is None


def test_equal_bytes_are_one_photo_with_two_files(build):
    first = build.add("a.jpg", b"same")
    build.sync(build.file("b.jpg"))
    build.metadata("b.jpg")
    second = build.photo("b.jpg").id
    changes = build.pixels("b.jpg", b"same")
    assert changes.merged == {second: first.id}
    records = build.library.photos.query()
    assert [record.id for record in records] == [first.id]
    assert [path.name for path in records[0].paths] == ["a.jpg", "b.jpg"]
    assert build.library.photos.get([second])[second].id == first.id


def test_equal_bytes_in_one_batch_merge_too(build, a_reading, a_pixel_reading):
    build.sync(*(build.file(f"{n}.jpg") for n in range(5)))
    ids = [build.id_of(f"{n}.jpg") for n in range(5)]
    build.library.photos.store_metadata([(file_id, a_reading()) for file_id in ids])
    build.library.photos.store_pixels([(file_id, a_pixel_reading(b"same")) for file_id in ids])
    assert len(build.library.photos.query()) == 1
    assert sum(day.count for day in build.library.days()) == 1


def test_of_equal_files_the_better_date_stays_whatever_the_order(build, a_date):
    by_name = {"taken": a_date(datetime(2020, 1, 1), DateSource.FILENAME)}
    build.add("a.jpg", b"same", **by_name)
    build.add("b.jpg", b"same")
    build.add("c.jpg", b"same", **by_name)
    assert build.photo("a.jpg").taken.source is DateSource.EXIF


def test_a_file_edited_in_place_keeps_its_id_and_the_users_work(build):
    before = build.add("a.jpg", b"one")
    build.library.work.favourite([before.id])
    build.sync(build.file("a.jpg", size=1200))
    assert build.photo("a.jpg").id == before.id, "it is shown while it is read again"
    changes = build.read("a.jpg", b"one, brighter")
    after = build.photo("a.jpg")
    assert (after.id, after.public_id, after.favourite, after.versions) == (
        before.id,
        before.public_id,
        True,
        2,
    )
    assert after.content_hash != before.content_hash
    assert before.id in changes.merged.values()


def test_an_edit_that_loses_exif_is_known_by_its_looks(build, a_pixel_reading, a_date):
    before = build.add("a.jpg", b"one")
    looks = a_pixel_reading(b"one").phash ^ 0b11_1111
    build.sync(build.file("a.jpg", size=1200))
    build.metadata("a.jpg", taken=a_date(None))
    build.pixels("a.jpg", b"edited", phash=looks)
    assert build.photo("a.jpg").id == before.id
    build.sync(build.file("a.jpg", size=1300))
    build.metadata("a.jpg", taken=a_date(None))
    build.pixels("a.jpg", b"another", phash=looks ^ (0b111_1111 << 20))
    assert build.photo("a.jpg").id != before.id


def test_flat_pictures_are_never_the_same_by_looks(build, a_date):
    build.sync(build.file("a.jpg"))
    build.metadata("a.jpg", taken=a_date(None))
    build.pixels("a.jpg", b"white", phash=0, flat=True)
    before = build.photo("a.jpg")
    build.sync(build.file("a.jpg", size=1))
    build.metadata("a.jpg", taken=a_date(None))
    build.pixels("a.jpg", b"black", phash=0, flat=True)
    assert build.photo("a.jpg").id != before.id


def test_a_file_replaced_by_another_is_a_new_photo_and_the_old_one_is_missing(build):
    before = build.add("a.jpg", b"one")
    build.library.work.rate([before.id], 5)
    build.sync(build.file("a.jpg", size=5))
    build.read("a.jpg", b"two", minutes=600)
    after = build.photo("a.jpg")
    assert after.id != before.id
    old = build.library.photos.get([before.id])[before.id]
    assert (old.state, old.rating, old.path.name) == (PhotoState.MISSING, 5, "a.jpg")
    assert [record.id for record in build.library.photos.query()] == [after.id]


def test_a_missing_photo_that_comes_back_has_its_work_again(build):
    before = build.add("a.jpg", b"one")
    build.library.work.tag([before.id], add=["beach"])
    build.library.files.mark_missing([build.id_of("a.jpg")])
    assert build.library.photos.query() == []
    assert build.library.days() == []
    after = build.add("elsewhere/b.jpg", b"one")
    assert (after.id, after.tags, after.state) == (before.id, ("beach",), PhotoState.OK)
    assert [path.name for path in after.paths] == ["b.jpg", "a.jpg"]


def test_one_of_two_equal_files_removed_leaves_the_photo(build):
    build.add("a.jpg", b"same")
    record = build.add("b.jpg", b"same")
    build.library.files.mark_missing([build.id_of("a.jpg")])
    assert [r.id for r in build.library.photos.query()] == [record.id]
    assert build.photo("b.jpg").path.name == "b.jpg"


def test_an_edit_undone_shows_the_first_version_again(build):
    before = build.add("a.jpg", b"one")
    build.sync(build.file("a.jpg", size=2))
    build.read("a.jpg", b"edited")
    build.sync(build.file("a.jpg", size=3))
    build.read("a.jpg", b"one")
    after = build.photo("a.jpg")
    assert (after.id, after.content_hash) == (before.id, before.content_hash)
    assert len(build.library.photos.query()) == 1


def test_storing_the_same_twice_changes_nothing(build, a_reading, a_pixel_reading):
    build.add("a.jpg", b"one")
    first = build.photo("a.jpg")
    build.read("a.jpg", b"one")
    build.read("a.jpg", b"one")
    assert build.photo("a.jpg") == first
    assert build.library.info().photos == 1


def test_readings_of_files_that_left_the_list_are_ignored(build, a_reading, a_pixel_reading):
    assert not build.library.photos.store_metadata([(999, a_reading())]).photos
    assert not build.library.photos.store_pixels([(999, a_pixel_reading(b"x"))]).photos


def test_faces_are_counted_and_the_largest_comes_first(build):
    record = build.add("a.jpg", b"one")
    small, large = FaceBox(x=0.1, y=0.1, w=0.1, h=0.1), FaceBox(x=0.5, y=0.5, w=0.2, h=0.2)
    assert build.photo("a.jpg").faces is None
    assert [file.photo for file in build.library.files.pending(Pass.FACES)] == [record.id]
    build.library.photos.store_faces([(record.id, FacesReading(faces=(small, large), detector="d"))])
    assert build.photo("a.jpg").faces == 2
    assert build.library.photos.faces()[record.id] == (large, small)
    assert build.library.files.pending(Pass.FACES) == []
    build.add("copy.jpg", b"one")
    assert build.library.files.pending(Pass.FACES) == [], "a copy needs no counting"


def test_inherited_positions_never_replace_better_ones(build):
    with_gps, without = build.add("a.jpg", b"one"), build.add("b.jpg", b"two", position=None)
    guess = GeoPoint(1.0, 2.0)
    changes = build.library.photos.set_inherited_positions(
        [(with_gps.id, guess, 50.0), (without.id, guess, 50.0)]
    )
    assert changes.photos == {without.id}
    assert build.photo("a.jpg").position.source is PositionSource.CAMERA
    assert build.photo("b.jpg").position.source is PositionSource.INHERITED
    again = build.library.photos.set_inherited_positions([(without.id, guess, 50.0)])
    assert not again.photos
    build.library.work.set_position([without.id], GeoPoint(3.0, 4.0))
    assert not build.library.photos.set_inherited_positions([(without.id, None, None)]).photos
    assert build.photo("b.jpg").position.point == GeoPoint(3.0, 4.0)


def test_places_are_named_once_and_found_by_any_part(build):
    record = build.add("a.jpg", b"one")
    assert build.library.photos.set_places([(record.id, PLACE)]).photos == {record.id}
    assert not build.library.photos.set_places([(record.id, PLACE)]).photos
    assert build.photo("a.jpg").place == PLACE
    for text in ("zürich", "SWITZ", "ch"):
        assert build.library.photos.count(PhotoFilter(place=text)) == 1
    assert build.library.photos.count(PhotoFilter(place="%")) == 0
    build.library.photos.set_places([(record.id, None)])
    assert build.photo("a.jpg").place is None


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (PhotoFilter(), ["a", "b", "c", "d"]),
        (PhotoFilter(limit=2), ["a", "b"]),
        (PhotoFilter(date_from=datetime(2024, 6, 14, 12, 30)), ["b", "c"]),
        (PhotoFilter(date_to=datetime(2024, 6, 14, 12, 30)), ["a"]),
        (PhotoFilter(camera="one"), ["a", "b", "c", "d"]),
        (PhotoFilter(camera="acme t"), []),
        (PhotoFilter(favourites=True), ["b"]),
        (PhotoFilter(rating=3), ["c"]),
        (PhotoFilter(rating=4), []),
        (PhotoFilter(hidden=True), ["a", "b", "c", "e", "d"]),
        (PhotoFilter(state=PhotoState.MISSING), ["f"]),
        (PhotoFilter(state=None, limit=100), ["a", "b", "c", "f", "d"]),
    ],
)
def test_filters(build, a_date, wanted, names):
    for minute, name in enumerate("abcef"):
        build.add(f"{name}.jpg", name.encode(), minutes=60 * minute)
    build.add("d.jpg", b"d", taken=a_date(None))
    build.library.work.favourite([build.photo("b.jpg").id])
    build.library.work.rate([build.photo("c.jpg").id], 3)
    build.library.work.hide([build.photo("e.jpg").id])
    build.library.files.mark_missing([build.id_of("f.jpg")])
    records = build.library.photos.query(wanted)
    assert [record.path.stem for record in records] == names
    assert build.library.photos.count(wanted) == len(names)


def test_photos_are_found_by_id_and_path_or_named_as_unknown(build, photos_folder):
    record = build.add("sub/a.jpg", b"one")
    assert build.library.photos.by_public_id(record.public_id).id == record.id
    assert build.library.photos.by_public_id(record.public_id[:8].upper()).id == record.id
    assert build.library.photos.by_path(photos_folder / "sub" / ".." / "sub" / "a.jpg").id == record.id
    for unknown in ("", "0123456789abcdef", record.public_id[:4], "x' OR 1=1 --"):
        with pytest.raises(NotFound):
            build.library.photos.by_public_id(unknown)
    for path in (photos_folder / "b.jpg", Path("/elsewhere/a.jpg"), photos_folder):
        with pytest.raises(NotFound):
            build.library.photos.by_path(path)


def test_names_that_are_no_unicode_round_trip(build, photos_folder):
    names = [b"caf\xe9.jpg", b"a\nb.jpg", "é.jpg".encode(), "e\u0301.jpg".encode(), b"x" * 255, b"'; --.jpg"]
    for number, name in enumerate(names):
        build.add(name, b"%d" % number)
    paths = {bytes(record.path) for record in build.library.photos.query()}
    assert paths == {bytes(photos_folder) + b"/" + name for name in names}


def test_hostile_text_and_numbers_are_kept_without_an_error(build):
    text = "\0 \ud800 '; DROP TABLE photos; -- \u202e"
    build.sync(build.file("a.jpg", inode=2**64 - 1, mtime_ns=2**70, size=2**62, device=2**63))
    build.read("a.jpg", b"one", software=text, title=text, caption=text, keywords=(text,), warnings=(text,))
    record = build.photo("a.jpg")
    assert "DROP TABLE" in record.title
    assert record.keywords == (text,)
    known = build.library.files.known(build.root.id)[b"a.jpg"]
    assert known.is_like(build.found[b"a.jpg"]) or known.mtime_ns == 2**63 - 1


def test_columns_hold_all_live_photos_in_the_order_of_time(build, a_date):
    build.add("b.jpg", b"b", minutes=10)
    build.add("a.jpg", b"a", minutes=5, position=None)
    build.add("c.jpg", b"c", taken=a_date(None))
    gone = build.add("gone.jpg", b"gone")
    build.library.files.mark_missing([build.id_of("gone.jpg")])
    columns = build.library.photos.columns()
    assert [Path(path.decode()).stem for path in columns.path] == ["a", "b", "c"]
    assert len(columns) == 3
    assert gone.id not in columns.id
    assert columns.wall_s[1] - columns.wall_s[0] == 300.0
    assert columns.wall_s[2] != columns.wall_s[2], "unknown is NaN"
    assert columns.lat[0] != columns.lat[0]
    assert columns.lat[1] == 47.37
    assert list(columns.faces) == [-1, -1, -1]
    assert columns.camera[0] == columns.camera[1] > 0


def test_columns_turn_into_arrays_at_no_cost(build):
    import numpy as np

    record = build.add("b.jpg", b"b")
    columns = build.library.photos.columns()
    assert np.frombuffer(columns.lat).tolist() == [47.37]
    ids = np.frombuffer(columns.id, np.int64).tolist()
    assert ids == [record.id]
    descriptors = np.frombuffer(build.library.features.descriptors([record.id, 999]), "<f2").reshape(-1, 431)
    assert np.isnan(descriptors[1]).all()
    assert descriptors[0].tobytes() == (record.content_hash * 27)[:862]
    assert len(build.library.features.statistics([record.id])) == 58
    assert build.library.features.with_features([999, record.id]) == [record.id]


def test_an_empty_library_has_empty_columns(build):
    assert len(build.library.photos.columns()) == 0
    assert build.library.photos.query() == []

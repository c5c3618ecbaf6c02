import hashlib
import json
import warnings
from datetime import datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image, UnidentifiedImageError

from photoroll.core.models import GeoPoint
from photoroll.demo.cities import distance_km
from photoroll.demo.encode import pixel_size
from photoroll.demo.models import CopyKind, Fault, Look
from photoroll.demo.plan import plan_library
from photoroll.demo.write import truth, write_library
from photoroll.errors import PhotoRollError

SIZE = (160, 120)
UNREADABLE = {Fault.EMPTY, Fault.TEXT, Fault.BOMB, Fault.BAD_HEADER}


def fingerprints(folder: Path):
    return {
        str(path.relative_to(folder)): (
            hashlib.blake2b(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def read(path):
    import pillow_heif

    pillow_heif.register_heif_opener()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # broken EXIF warns; that is what it is for
        with Image.open(path) as picture:
            picture.load()
            exif = picture.getexif()
            tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
            return picture.size, picture.format, tags, dict(exif.get_ifd(ExifTags.IFD.GPSInfo))


def degrees(parts, half):
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return -value if half in "SW" else value


def test_every_planned_file_is_there_and_nothing_else(small_plan, small_library):
    assert set(fingerprints(small_library)) == {photo.path for photo in small_plan.photos}


def test_dates_positions_and_orientation_read_back_as_the_truth_says(small_plan, small_library):
    seen = 0
    cameras = {camera.id: camera for camera in small_plan.cameras}
    for photo in small_plan.photos:
        if photo.fault is not None:
            continue
        size, kind, tags, gps = read(small_library / photo.path)
        assert kind == {"HEIC": "HEIF"}.get(photo.container, photo.container)
        turned = photo.orientation in (6, 8) and photo.container != "HEIC"
        assert size == (pixel_size(photo, SIZE)[::-1] if turned else pixel_size(photo, SIZE))
        text = tags.get(ExifTags.Base.DateTimeOriginal)
        assert text == (f"{photo.camera_wall:%Y:%m:%d %H:%M:%S}" if photo.has_exif else None)
        if not photo.has_exif:
            assert not gps
            continue
        camera = cameras[photo.camera]
        assert tags[ExifTags.Base.Model] == camera.model
        if photo.container == "JPEG":
            assert tags[ExifTags.Base.Orientation] == photo.orientation
        if camera.writes_offset:
            hours, minutes = tags[ExifTags.Base.OffsetTimeOriginal].split(":")
            assert (
                int(hours) * 60 + (int(minutes) if hours[0] == "+" else -int(minutes)) == photo.utc_offset_min
            )
        if camera.writes_subsec:
            assert int(tags[ExifTags.Base.SubsecTimeOriginal]) == photo.camera_wall.microsecond // 1000
        assert bool(gps) == (photo.gps is not None)
        if photo.gps is not None:
            place = GeoPoint(degrees(gps[2], gps[1]), degrees(gps[4], gps[3]))
            assert distance_km(place, photo.gps) < 0.001
            seen += 1
    assert seen > 60


def test_jpegs_carry_a_preview_as_cameras_write_it(small_plan, small_library):
    import exifread

    photo = next(
        one for one in small_plan.photos if one.container == "JPEG" and one.has_exif and not one.fault
    )
    with (small_library / photo.path).open("rb") as file:
        tags = exifread.process_file(file, details=True)
    assert tags["JPEGThumbnail"][:2] == b"\xff\xd8"
    assert str(tags["EXIF DateTimeOriginal"]) == f"{photo.camera_wall:%Y:%m:%d %H:%M:%S}"


def test_broken_files_are_broken_as_said(small_plan, small_library):
    faults = {photo.fault: photo for photo in small_plan.photos if photo.fault is not None}
    assert set(faults) == set(Fault)
    for fault, photo in faults.items():
        path = small_library / photo.path
        if fault in UNREADABLE or fault is Fault.TRUNCATED:
            with pytest.raises((UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError)):
                read(path)
        elif fault is Fault.WRONG_EXTENSION:
            assert read(path)[1] == "PNG"
            assert path.suffix.lower() == ".jpg"
        else:
            text = read(path)[2].get(ExifTags.Base.DateTimeOriginal, "")
            with pytest.raises(ValueError, match=r"\w"):
                datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    assert (small_library / faults[Fault.EMPTY].path).stat().st_size == 0
    assert (small_library / faults[Fault.BOMB].path).stat().st_size < 1000


def test_copies_have_the_bytes_of_their_originals_and_edits_have_not(small_plan, small_library):
    kinds = set()
    for photo in small_plan.photos:
        if photo.copy_of is not None:
            original = small_plan.original(photo)
            same = (small_library / photo.path).read_bytes() == (small_library / original.path).read_bytes()
            assert same == (photo.copy_kind is CopyKind.SAME)
            kinds.add(photo.copy_kind)
    assert kinds == set(CopyKind)


def test_the_same_seed_gives_the_same_bytes_and_times_whatever_the_number_of_jobs(tmp_path):
    plan = plan_library(9, photos=48, years=1)
    runs = []
    for name, jobs in (("one", 1), ("two", 2)):
        for step in write_library(plan, tmp_path / name, size=(96, 72), jobs=jobs):
            last = step
        assert (last.done, last.total) == (48, 48)
        runs.append(fingerprints(tmp_path / name))
    assert runs[0] == runs[1]


def test_heic_and_png_are_drawn_the_same_each_time(small_plan):
    from photoroll.demo.encode import file_bytes

    cameras = {camera.id: camera for camera in small_plan.cameras}
    plan = plan_library(4, photos=1000)
    for container in ("HEIC", "PNG"):
        photo = next(one for one in plan.photos if one.container == container and one.fault is None)
        first, second = (file_bytes(photo, cameras[photo.camera], size=SIZE) for _ in range(2))
        assert first == second


def test_tiny_photos_have_all_metadata(tmp_path):
    plan = plan_library(9, photos=40, years=1, faults=False)
    for _ in write_library(plan, tmp_path / "tiny", tiny=True, jobs=1):
        pass
    for photo in plan.photos:
        size, _, tags, _ = read(tmp_path / "tiny" / photo.path)
        assert max(size) == 64
        assert tags[ExifTags.Base.DateTimeOriginal] == f"{photo.camera_wall:%Y:%m:%d %H:%M:%S}"


def test_a_folder_with_files_is_never_written_into(tmp_path):
    (tmp_path / "own.jpg").write_bytes(b"mine")
    with pytest.raises(PhotoRollError, match="not empty"):
        next(iter(write_library(plan_library(1, photos=5, years=1), tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["own.jpg"]


def test_the_truth_is_json_and_tells_what_can_be_read(small_plan):
    told = json.loads(json.dumps(truth(small_plan)))
    assert len(told["photos"]) == 200
    assert len(told["events"]) == len(small_plan.events)
    for photo, entry in zip(small_plan.photos, told["photos"], strict=True):
        assert entry["path"] == photo.path
        assert entry["readable"] == (photo.fault not in UNREADABLE)
        dated = photo.has_exif and photo.fault not in {*UNREADABLE, Fault.BAD_EXIF, Fault.IMPOSSIBLE_DATE}
        assert (entry["exif_date"] is not None) == dated
    assert all(entry["look"] in set(Look) for entry in told["photos"])

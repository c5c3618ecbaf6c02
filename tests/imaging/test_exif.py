"""EXIF facts are checked; hostile values end as nothing, never as an error."""

import io
import math
import struct

import piexif
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from photoroll.core.models import DateSource
from photoroll.imaging import decode, exif, formats


def read(block, kind="JPEG", **options):
    out = io.BytesIO()
    decode.set_up("HEIF", "AVIF")
    Image.new("RGB", (32, 24)).save(out, kind, exif=block, **options)
    file = io.BytesIO(out.getvalue())
    known = {"JPEG": formats.JPEG, "HEIF": formats.HEIC}.get(kind) or getattr(formats, kind)
    with decode.opened(file, known) as picture:
        return exif.read_exif(picture, file, known)


A_CAMERA = {
    "0th": {
        piexif.ImageIFD.Make: b"Example",
        piexif.ImageIFD.Model: b"One",
        piexif.ImageIFD.Software: b"1.2",
        piexif.ImageIFD.ImageDescription: "Café at noon".encode(),
        piexif.ImageIFD.DateTime: b"2024:06:15 10:00:00",
        piexif.ImageIFD.Rating: 4,
        piexif.ImageIFD.XPTitle: "Lisbon".encode("utf-16-le"),
        piexif.ImageIFD.XPKeywords: "sea; boat".encode("utf-16-le"),
    },
    "Exif": {
        piexif.ExifIFD.DateTimeOriginal: b"2024:06:14 21:03:11",
        piexif.ExifIFD.SubSecTimeOriginal: b"25",
        piexif.ExifIFD.OffsetTimeOriginal: b"+02:00",
        piexif.ExifIFD.ISOSpeedRatings: 200,
        piexif.ExifIFD.ExposureTime: (1, 250),
        piexif.ExifIFD.FNumber: (28, 10),
        piexif.ExifIFD.FocalLength: (425, 100),
        piexif.ExifIFD.FocalLengthIn35mmFilm: 26,
        piexif.ExifIFD.Flash: 0x19,
        piexif.ExifIFD.LensModel: b"Example 26mm",
        piexif.ExifIFD.SubjectDistance: (15, 10),
    },
    "GPS": {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: ((38, 1), (42, 1), (3000, 100)),
        piexif.GPSIFD.GPSLongitudeRef: b"W",
        piexif.GPSIFD.GPSLongitude: ((9, 1), (8, 1), (1200, 100)),
        piexif.GPSIFD.GPSDateStamp: b"2024:06:14",
        piexif.GPSIFD.GPSTimeStamp: ((19, 1), (3, 1), (115, 10)),
        piexif.GPSIFD.GPSHPositioningError: (12, 1),
    },
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_container_tells_the_same(kind):
    data = piexif.dump(A_CAMERA)
    if kind == "TIFF":  # the writer takes tags, not a block
        holder = Image.Exif()
        holder.load(data)
        data = holder
    found = read(data, kind)
    dates = {one.field: one for one in found.candidates}
    assert dates["DateTimeOriginal"].text == "2024:06:14 21:03:11"
    assert found.camera.make == "Example"
    assert found.camera.iso == 200
    assert found.camera.exposure_s == pytest.approx(1 / 250)
    assert found.position.point.lat == pytest.approx(38.70833, abs=1e-4)
    assert found.position.point.lon == pytest.approx(-9.13667, abs=1e-4)


def test_all_facts_of_a_photo():
    found = read(piexif.dump(A_CAMERA))
    camera = found.camera
    assert (camera.model, camera.lens, found.software) == ("One", "Example 26mm", "1.2")
    assert (camera.f_number, camera.focal_mm, camera.focal_35mm) == (2.8, 4.25, 26)
    assert (camera.flash, camera.subject_distance_m) == (True, 1.5)
    assert (found.title, found.caption, found.keywords, found.rating) == (
        "Lisbon",
        "Café at noon",
        ("sea", "boat"),
        4,
    )
    assert found.position.error_m == 12
    assert found.warnings == ()
    original, modified, satellite = found.candidates
    assert (original.subsec, original.offset) == ("25", "+02:00")
    assert modified.field == "DateTime"
    assert satellite.source is DateSource.GPS
    assert (satellite.text, satellite.subsec, satellite.offset) == ("2024:06:14 19:03:11", "500", "Z")


def with_gps(**changed):
    gps = dict(A_CAMERA["GPS"]) | {getattr(piexif.GPSIFD, name): value for name, value in changed.items()}
    return read(piexif.dump({"GPS": {tag: value for tag, value in gps.items() if value is not None}}))


@pytest.mark.parametrize(
    "changed",
    [
        {"GPSLatitude": ((38, 0), (42, 1), (0, 1))},
        {"GPSLatitude": ((0, 0), (0, 0), (0, 0))},
        {"GPSLatitude": ((4_294_967_295, 1), (0, 1), (0, 1))},
        {"GPSLatitude": ((90, 1), (30, 1), (0, 1))},
        {"GPSLongitude": ((181, 1), (0, 1), (0, 1))},
        {"GPSLatitude": ((38, 1), (99, 1), (0, 1))},
        {"GPSLatitude": ((38, 1),)},
        {"GPSLatitudeRef": None},
        {"GPSLongitudeRef": b"X"},
        {"GPSLatitudeRef": b""},
        {"GPSLongitude": None},
        {"GPSLatitude": ((0, 1), (0, 1), (0, 1)), "GPSLongitude": ((0, 1), (0, 1), (0, 1))},
    ],
)
def test_a_position_that_is_none_is_ignored_and_said(changed):
    found = with_gps(**changed)
    assert found.position is None
    assert len(found.warnings) == 1


def test_south_and_west_are_negative_in_any_spelling():
    point = with_gps(GPSLatitudeRef=b"s", GPSLongitudeRef=b"East").position.point
    assert point.lat < 0 < point.lon


def test_no_position_is_no_complaint():
    assert read(piexif.dump({"0th": {piexif.ImageIFD.Make: b"x"}})).warnings == ()


@pytest.mark.parametrize(
    "tags",
    [
        {piexif.ExifIFD.ExposureTime: (1, 0), piexif.ExifIFD.FNumber: (0, 0)},
        {piexif.ExifIFD.FocalLength: (0, 1), piexif.ExifIFD.SubjectDistance: (0xFFFFFFFF, 1)},
        {piexif.ExifIFD.ISOSpeedRatings: 0},
    ],
)
def test_settings_without_meaning_are_unknown(tags):
    camera = read(piexif.dump({"Exif": tags})).camera
    settings = (camera.exposure_s, camera.f_number, camera.focal_mm, camera.subject_distance_m, camera.iso)
    assert settings == (None,) * 5


def test_apex_values_stand_in_for_missing_settings():
    tags = {piexif.ExifIFD.ShutterSpeedValue: (8, 1), piexif.ExifIFD.ApertureValue: (3, 1)}
    camera = read(piexif.dump({"Exif": tags})).camera
    assert camera.exposure_s == pytest.approx(1 / 256)
    assert camera.f_number == pytest.approx(2.83)


def test_what_cameras_write_into_every_description_is_no_caption():
    assert (
        read(piexif.dump({"0th": {piexif.ImageIFD.ImageDescription: b"OLYMPUS DIGITAL CAMERA  "}})).caption
        == ""
    )


def test_hostile_strings_are_cut_and_made_visible():
    hostile = b"<img src=x>\x1b[31m\x07\n'; DROP TABLE--" + "\u202egpj".encode() + b"%s%n" + b"A" * 5000
    found = read(
        piexif.dump({"0th": {piexif.ImageIFD.ImageDescription: hostile, piexif.ImageIFD.Make: b"\xff\xfe"}})
    )
    assert len(found.caption) <= 500
    assert "\x1b" not in found.caption
    assert "\u202e" not in found.caption
    assert "\\u001b" in found.caption
    assert found.caption.startswith("<img src=x>")
    found.camera.make.encode("utf-8")


@pytest.mark.parametrize(
    "data",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff\0\0\0\0" * 50,
        b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\x08",  # a directory whose next one is itself
        b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08\0\0\0\0",  # EXIF inside itself
        b"Exif\0\0II*\0\x08\0\0\0\1\0\x0f\x01\2\0\xa8\x94\0\x3c\x08\0\0\0\0\0\0\0",  # a text of 1 GB
        b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 10_000) + b"\0\x01\0\x01\0\0\0\x01\0\0\0\0" * 5000,
    ],
)
def test_a_broken_block_is_no_error(data):
    found = read(data)
    assert found.position is None
    assert found.candidates == ()
    assert len(found.camera.make) <= 500


tag = st.tuples(
    st.sampled_from(["image", "exif", "gps", "thumbnail"]),
    st.sampled_from(
        [1, 2, 3, 4, 7, 0x1D, 0x1F, 0x201, 0x202, 0x10E, 0x10F, 0x9003, 0x829A, 0x8827, 0x9C9B, 0x9C9E]
    ),
)
number = st.one_of(st.floats(), st.integers(-(2**33), 2**33).map(float))
value = st.one_of(
    st.text(max_size=30),
    st.binary(max_size=30),
    st.lists(number, max_size=4).map(tuple),
    st.just((math.nan,) * 3),
)


@example(tags={("image", 40091): (float("inf"), 65.0)}, data=b"")
@given(st.dictionaries(tag, value, max_size=16), st.binary(max_size=300))
def test_no_tags_are_an_error(tags, data):
    found = exif.facts(tags, data)
    if found.position is not None:
        assert abs(found.position.point.lat) <= 90
        assert abs(found.position.point.lon) <= 180
    found.caption.encode("utf-8")
    assert len(found.title) <= 500

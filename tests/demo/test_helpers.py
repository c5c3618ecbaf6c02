from datetime import datetime

import pytest
from PIL import ExifTags, Image

from photoroll.core.models import GeoPoint
from photoroll.demo.exif import exposure, exposure_value
from photoroll.demo.helpers import a_camera, draw_photo
from photoroll.demo.models import Scene
from photoroll.demo.sunlight import sun_altitude

TAKEN = datetime(2023, 6, 14, 21, 3, 11, 250_000)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".heic"])
def test_one_photo_carries_what_was_asked_for(tmp_path, suffix):
    import pillow_heif

    pillow_heif.register_heif_opener()
    path = draw_photo(
        tmp_path / "a" / f"x{suffix}", taken=TAKEN, offset_min=120, point=(48.2, 16.37), size=(96, 64)
    )
    with Image.open(path) as picture:
        assert picture.size == (96, 64)
        exif = picture.getexif()
        own = exif.get_ifd(ExifTags.IFD.Exif)
        assert own[ExifTags.Base.DateTimeOriginal] == "2023:06:14 21:03:11"
        assert own[ExifTags.Base.SubsecTimeOriginal] == "250"
        assert own[ExifTags.Base.OffsetTimeOriginal] == "+02:00"
        assert exif.get_ifd(ExifTags.IFD.GPSInfo)[1] == "N"
    assert path.stat().st_mtime == pytest.approx(
        datetime.fromisoformat("2023-06-14T19:03:11.25+00:00").timestamp()
    )


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_turned_pixels_look_upright_to_who_obeys_the_orientation(tmp_path, orientation):
    from PIL import ImageChops, ImageOps, ImageStat

    upright = draw_photo(tmp_path / "1.jpg", size=(96, 64), scene=Scene.BEACH)
    turned = draw_photo(tmp_path / "2.jpg", size=(96, 64), scene=Scene.BEACH, orientation=orientation)
    with Image.open(upright) as expected, Image.open(turned) as stored:
        assert stored.size == ((64, 96) if orientation in (6, 8) else (96, 64))
        seen = ImageOps.exif_transpose(stored)
        difference = ImageChops.difference(seen.convert("RGB"), expected.convert("RGB"))
        assert max(ImageStat.Stat(difference).mean) < 3


def test_a_photo_may_have_no_exif_at_all(tmp_path):
    with Image.open(draw_photo(tmp_path / "x.jpg", taken=TAKEN, exif=False, size=(64, 48))) as picture:
        assert not picture.getexif()


def test_exposure_matches_the_light():
    bright = exposure(exposure_value(Scene.BEACH, 50), 1.8)
    dim = exposure(exposure_value(Scene.CITY_NIGHT, -20), 1.8)
    assert bright[0] == 50
    assert bright[1] > 1000
    assert dim[0] > 400
    assert dim[1] < 100
    assert a_camera("ben-camera").has_gps is False


@pytest.mark.parametrize(
    ("utc", "point", "expected"),
    [
        # Solstice noon at Greenwich: 90 - 51.48 + 23.44; equinox sunrise at the equator; polar night.
        (datetime(2023, 6, 21, 12, 2), GeoPoint(51.48, 0.0), 61.96),
        (datetime(2023, 3, 20, 6, 7), GeoPoint(0.0, 0.0), 0.0),
        (datetime(2023, 12, 21, 12, 0), GeoPoint(80.0, 0.0), -13.4),
    ],
)
def test_the_sun_stands_where_it_should(utc, point, expected):
    assert sun_altitude(utc, point) == pytest.approx(expected, abs=1.2)

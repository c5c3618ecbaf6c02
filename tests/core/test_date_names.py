"""Names of files and folders tell dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.core.dates import from_filename, from_folders, judge
from photoroll.core.models import DateSource


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IMG_20190714_153310.jpg", "2019-07-14T15:33:10"),
        ("IMG_20190714_153310123.jpg", "2019-07-14T15:33:10.123"),
        ("IMG_20190714_153310_1.jpg", "2019-07-14T15:33:10"),
        ("VID_20190714_153310.mp4", "2019-07-14T15:33:10"),
        ("20190714_153310.jpg", "2019-07-14T15:33:10"),
        ("20190714_153310(0).jpg", "2019-07-14T15:33:10"),
        ("PXL_20210714_133310123.jpg", "2021-07-14T13:33:10.123"),
        ("PXL_20210714_133310123.PORTRAIT.jpg", "2021-07-14T13:33:10.123"),
        ("Screenshot_20190714-153310.png", "2019-07-14T15:33:10"),
        ("Screenshot_20190714-153310_Chrome.jpg", "2019-07-14T15:33:10"),
        ("Screenshot_2019-07-14-15-33-10-123_com.x.png", "2019-07-14T15:33:10.123"),
        ("Screenshot 2019-07-14 at 15.33.10.png", "2019-07-14T15:33:10"),
        ("Screen Shot 2019-07-14 at 3.33.10 PM.png", "2019-07-14T15:33:10"),
        ("Screen Shot 2019-07-14 at 12.33.10 AM.png", "2019-07-14T00:33:10"),
        ("Screenshot from 2019-07-14 15-33-10.png", "2019-07-14T15:33:10"),
        ("Bildschirmfoto 2019-07-14 um 15.33.10.png", "2019-07-14T15:33:10"),
        ("IMG-20190714-WA0001.jpg", "2019-07-14"),
        ("WhatsApp Image 2019-07-14 at 15.33.10.jpeg", "2019-07-14T15:33:10"),
        ("WhatsApp Image 2019-07-14 at 15.33.10 (1).jpeg", "2019-07-14T15:33:10"),
        ("signal-2019-07-14-153310.jpg", "2019-07-14T15:33:10"),
        ("signal-2019-07-14-15-33-10-123.jpg", "2019-07-14T15:33:10.123"),
        ("2019-07-14 15.33.10.jpg", "2019-07-14T15:33:10"),
        ("2019-07-14 15.33.10-2.jpg", "2019-07-14T15:33:10"),
        ("2019-07-14T15:33:10.jpg", "2019-07-14T15:33:10"),
        ("photo_2019-07-14_15-33-10.jpg", "2019-07-14T15:33:10"),
        ("WP_20140714_15_33_10_Pro.jpg", "2014-07-14T15:33:10"),
        ("WP_20140714_001.jpg", "2014-07-14"),
        ("20190714153310.jpg", "2019-07-14T15:33:10"),
        ("FB_IMG_1563111190123.jpg", "2019-07-14T13:33:10.123"),
        ("mmexport1563111190123.jpg", "2019-07-14T13:33:10.123"),
        ("IMG_20190714.jpg", "2019-07-14"),
        ("2019-07-14 Picnic 3.jpg", "2019-07-14"),
        ("Picnic 14.07.2019.jpg", "2019-07-14"),
        ("1955-06 Grandma.jpg", "1955-06"),
        ("caf\udce9 2019-07-14.jpg", "2019-07-14"),
    ],
)  # fmt: skip
def test_what_phones_cameras_and_people_write(name, text):
    found = from_filename(name)
    assert found is not None
    assert (found.source, found.text) == (DateSource.FILENAME, text)
    assert judge([found], now=None)[0].wall is not None


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.jpg",
        "DSC_0042.JPG",
        "IMG_5195.HEIC",
        "P1010042.JPG",
        "20191399.jpg",
        "20190230.jpg",
        "scan 300dpi 2480x3508.png",
        "received_10153542983641.jpeg",
        "3840x2160.png",
        "1234567890123.jpg",
        "99990101_000000.jpg",
        "invoice 120190714.jpg",
        "",
        ".jpg",
        ".2019",
    ],
)
def test_other_numbers_are_no_dates(name):
    assert from_filename(name) is None


def test_pixel_names_are_in_utc_and_others_local():
    assert from_filename("PXL_20210714_133310123.jpg").offset == "Z"
    assert from_filename("FB_IMG_1563111190123.jpg").offset == "Z"
    assert from_filename("IMG_20190714_153310.jpg").offset == ""


@pytest.mark.parametrize(
    ("folders", "text"),
    [
        (("2019",), "2019"),
        (("2019", "2019-07 Lisbon"), "2019-07"),
        (("2019-07-14 Picnic",), "2019-07-14"),
        (("2019", "07"), "2019-07"),
        (("2019", "07", "14"), "2019-07-14"),
        (("2019", "7 - July", "raw"), "2019-07"),
        (("2019", "July"), "2019-07"),
        (("2019", "07-14 Picnic"), "2019-07-14"),
        (("2019", "Lisbon"), "2019"),
        (("Lisbon 2019",), "2019"),
        (("July 2019",), "2019-07"),
        (("20190714 Picnic",), "2019-07-14"),
        (("2019_07_14",), "2019-07-14"),
        (("14.07.2019 Picknick",), "2019-07-14"),
        (("2019-07-14 - 2019-07-21 Lisbon",), "2019-07"),
        (("Album", "1950s"), "1950s"),
        (("Grandma 1950s scans",), "1950s"),
        (("2019", "2018 leftovers"), "2018"),
        (("2019-07 Lisbon", "best"), "2019-07"),
    ],
)
def test_what_people_call_their_folders(folders, text):
    found = from_folders(folders)
    assert found is not None
    assert (found.source, found.text) == (DateSource.FOLDER, text)
    assert judge([found], now=None)[0].wall is not None


@pytest.mark.parametrize(
    "folders",
    [(), ("DCIM", "100CANON"), ("2048px",), ("Room 1999b",), ("12",), ("Lisbon",), ("May",), ("1080p",)],
)
def test_other_folders_tell_none(folders):
    assert from_folders(folders) is None


@given(st.text(max_size=60))
def test_no_name_is_an_error(name):
    for found in (from_filename(name), from_folders(name.split("/"))):
        if found is not None:
            taken, refused = judge([found], now=None)
            assert (taken.wall is None) == bool(refused)
            assert taken.wall is None or taken.start <= taken.wall <= taken.end


@given(
    st.datetimes(),
    st.sampled_from(["IMG_%Y%m%d_%H%M%S.jpg", "%Y-%m-%d %H.%M.%S.png", "signal-%Y-%m-%d-%H%M%S.jpg"]),
)
def test_a_moment_in_a_name_is_read_back(moment, pattern):
    moment = moment.replace(year=1990 + moment.year % 60, day=min(moment.day, 28), microsecond=0)
    assert from_filename(moment.strftime(pattern)).text == moment.isoformat()

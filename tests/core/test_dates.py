"""Dates are parsed, the impossible refused with its text kept, and the most trusted chosen."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.core.dates import from_mtime as mtime
from photoroll.core.dates import judge, offset_between, parse, parse_offset
from photoroll.core.models import DateSource, Precision
from photoroll.core.readings import DateCandidate

NOW = datetime(2026, 11, 22, 12)


DATE_LIKE = st.from_regex(r"\d{4}[:-]\d\d[:-]\d\d[ T]\d\d:\d\d:\d\d", fullmatch=True)


def exif(text, field="DateTimeOriginal", **more):
    return DateCandidate(source=DateSource.EXIF, field=field, text=text, **more)


def other(source, text, **more):
    return DateCandidate(source=source, field="x", text=text, **more)


def taken(*candidates, now=NOW):
    return judge(candidates, now=now)[0]


def test_the_cameras_moment_is_kept_to_the_millisecond():
    found = taken(exif("2024:06:14 21:03:11", subsec="25", offset="+02:00"))
    assert found.wall == found.start == found.end == datetime(2024, 6, 14, 21, 3, 11, 250_000)
    assert found.precision is Precision.SECOND
    assert found.source is DateSource.EXIF
    assert found.utc_offset_min == 120
    assert found.raw == "2024:06:14 21:03:11"


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2024:06:14 21:03:11", datetime(2024, 6, 14, 21, 3, 11)),
        ("2024-06-14T21:03:11.5", datetime(2024, 6, 14, 21, 3, 11, 500_000)),
        ("2024/06/14 21:03:11\0", datetime(2024, 6, 14, 21, 3, 11)),
        ("2024-06-14T21:03:11.123456Z", datetime(2024, 6, 14, 21, 3, 11, 123_000)),
        ("2024-06-14T21:03", datetime(2024, 6, 14, 21, 3)),
        ("2016:12:31 23:59:60", datetime(2016, 12, 31, 23, 59, 59)),  # a leap second
        ("1826:01:01 00:00:00", datetime(1826, 1, 1)),
        (
            "٢٠٢٤:٠٦:١٤ ٢١:٠٣:١١",
            datetime(2024, 6, 14, 21, 3, 11),
        ),  # some phones write their language's digits
    ],
)
def test_every_usual_spelling_is_read(text, wall):
    assert taken(exif(text)).wall == wall


@pytest.mark.parametrize(
    ("text", "precision", "start", "end"),
    [
        ("2024-06-14", Precision.DAY, datetime(2024, 6, 14), datetime(2024, 6, 14, 23, 59, 59, 999_000)),
        (
            "2024:06:00 00:00:00",
            Precision.MONTH,
            datetime(2024, 6, 1),
            datetime(2024, 6, 30, 23, 59, 59, 999_000),
        ),
        ("2023-12", Precision.MONTH, datetime(2023, 12, 1), datetime(2023, 12, 31, 23, 59, 59, 999_000)),
        ("1955:00:00", Precision.YEAR, datetime(1955, 1, 1), datetime(1955, 12, 31, 23, 59, 59, 999_000)),
        ("1955", Precision.YEAR, datetime(1955, 1, 1), datetime(1955, 12, 31, 23, 59, 59, 999_000)),
        ("1950s", Precision.DECADE, datetime(1950, 1, 1), datetime(1959, 12, 31, 23, 59, 59, 999_000)),
    ],
)
def test_a_vague_date_stands_for_its_span(text, precision, start, end):
    found = taken(other(DateSource.FOLDER, text))
    assert (found.precision, found.start, found.end) == (precision, start, end)
    assert found.start < found.wall < found.end


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "2023:02:30 10:00:00",
        "2023:13:01 10:00:00",
        "2023:06:14 24:61:00",
        "2023:06:14 23:59:61",
        "2023:06:00 10:00:00",
        "1800:01:01 10:00:00",
        "10000:01:01 00:00:00",
        "9999:12:31 23:59:59",
        "1970:01:01 00:00:00",
        "1970:01:01 01:00:00",
        "1969:12:31 19:00:00",
        "1980:01:01 00:00:13",
        "2000:01:01 00:00:00",
        "1999:12:31 23:30:00",
        "2026:11:23 12:00:01",
        "2187:01:01 00:00:00",
        "yesterday",
    ],
)
def test_a_date_that_cannot_be_is_refused_and_its_text_kept(text):
    found, warnings = judge([exif(text)], now=NOW)
    assert found.wall is found.start is found.end is None
    assert found.precision is Precision.UNKNOWN
    assert found.raw == text
    assert len(warnings) == 1
    assert warnings[0].endswith(".")


def test_blank_dates_mean_unknown_and_are_nothing_to_complain_about():
    found, warnings = judge([exif("    :  :     :  :  "), exif("\0" * 20)], now=NOW)
    assert found.precision is Precision.UNKNOWN
    assert warnings == ()


def test_a_days_difference_to_our_clock_is_no_future():
    assert taken(exif("2026:11:23 11:59:00")).wall == datetime(2026, 11, 23, 11, 59)
    assert taken(exif("2126:11:23 11:59:00"), now=None).wall is not None


def test_somebody_who_writes_new_year_2000_means_it():
    assert taken(other(DateSource.FOLDER, "2000-01-01")).wall is not None
    assert taken(other(DateSource.FILENAME, "1970-01-01")).wall is not None
    assert taken(other(DateSource.USER, "2000-01-01T00:00:00")).wall is not None
    assert taken(other(DateSource.FILENAME, "1970-01-01T00:00:00")).wall is None  # a phone's unset clock


def test_trust_falls_from_camera_to_file_time():
    ranked = [
        exif("2001:01:02 00:00:00"),
        exif("2002:01:02 00:00:00", "DateTimeDigitized"),
        other(DateSource.GPS, "2003:01:02 00:00:00", offset="Z"),
        other(DateSource.XMP, "2004-01-02T00:00:00"),
        other(DateSource.TAKEOUT, "2005-01-02T00:00:00"),
        other(DateSource.FILENAME, "2006-01-02T00:00:00"),
        other(DateSource.FOLDER, "2007-01-02"),
        exif("2008:01:02 00:00:00", "DateTime"),
        other(DateSource.MTIME, "2009-01-02T00:00:00"),
    ]
    for first in range(len(ranked)):
        assert taken(*reversed(ranked[first:])).wall.year == 2001 + first


def test_the_next_best_date_replaces_a_refused_one():
    found, warnings = judge([exif("0000:00:00 00:00:00"), other(DateSource.FILENAME, "2024-06-14")], now=NOW)
    assert found.source is DateSource.FILENAME
    assert found.precision is Precision.DAY
    assert "DateTimeOriginal" in warnings[0]


def test_a_finer_date_inside_a_vague_one_makes_it_finer():
    day = other(DateSource.FILENAME, "2024-06-14")
    inside, outside = exif("2024:06:14 21:03:11", "DateTime"), exif("2025:01:01 21:03:11", "DateTime")
    assert taken(day, inside).wall == datetime(2024, 6, 14, 21, 3, 11)
    assert taken(day, outside).wall == datetime(2024, 6, 14, 12)
    copied = other(DateSource.MTIME, "2024-06-14T23:00:00")
    assert taken(day, copied).precision is Precision.DAY


def test_satellite_time_tells_the_time_zone():
    satellite = other(DateSource.GPS, "2024:06:14 19:03:02", offset="Z")
    assert taken(exif("2024:06:14 21:03:11"), satellite).utc_offset_min == 120
    assert taken(exif("2024:06:15 00:48:11"), satellite).utc_offset_min == 345  # Nepal
    assert taken(exif("2024:06:14 21:03:11", offset="+03:00"), satellite).utc_offset_min == 180
    assert taken(exif("2024:06:14 21:10:00"), satellite).utc_offset_min is None  # an old fix
    assert taken(exif("2024:06:16 21:03:11"), satellite).utc_offset_min is None


def test_satellite_time_alone_is_utc():
    found = taken(other(DateSource.GPS, "2024:06:14 19:03:02", offset="Z"))
    assert (found.wall, found.utc_offset_min) == (datetime(2024, 6, 14, 19, 3, 2), 0)


def test_the_zone_may_stand_in_another_note_on_the_same_moment():
    written = other(DateSource.XMP, "2024-06-14T21:03:11+09:30")
    assert taken(exif("2024:06:14 21:03:11"), written).utc_offset_min == 570


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("+02:00", 120),
        ("-0330", -210),
        ("Z", 0),
        ("+14:00", 840),
        ("+15:00", None),
        ("+02:75", None),
        ("", None),
    ],
)
def test_time_zones(text, minutes):
    assert parse_offset(text) == minutes


@given(st.integers(-56, 56), st.integers(-140, 140), st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)))
def test_any_quarter_of_an_hour_is_found_between_two_clocks(quarters, drift_s, utc):
    wall = utc + timedelta(minutes=15 * quarters, seconds=drift_s)
    assert offset_between(wall, utc) == 15 * quarters


@given(st.integers(-(2**63), 2**63), st.one_of(st.none(), st.integers(-840, 840)))
def test_no_file_time_is_an_error(mtime_ns, offset):
    candidate = mtime(mtime_ns, offset)
    if candidate is not None:
        taken, refused = judge([candidate], now=NOW)
        assert (taken.wall is None) == bool(refused)
        assert taken.wall is None or taken.source is DateSource.MTIME


def test_a_file_time_is_shown_in_local_time():
    candidate = mtime(1_718_391_791_250_000_000, 120)
    assert candidate.text == "2024-06-14T21:03:11.250"
    found = taken(candidate)
    assert (found.source, found.utc_offset_min) == (DateSource.MTIME, 120)
    assert taken(mtime(1_718_391_791_000_000_000, -210)).utc_offset_min == -210
    assert mtime(None, 0) is None


@given(st.datetimes(datetime(1826, 1, 2), datetime(2026, 11, 22)))
def test_what_a_camera_writes_is_read_back(moment):
    written = exif(moment.strftime("%Y:%m:%d %H:%M:%S").rjust(19, "0"), subsec=f"{moment.microsecond:06}")
    found = parse(written)
    assert found.wall == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(st.lists(st.builds(
    DateCandidate,
    source=st.sampled_from(DateSource),
    field=st.sampled_from(["DateTimeOriginal", "DateTime", "x"]),
    text=st.one_of(st.text(max_size=40), DATE_LIKE),
    subsec=st.text(max_size=5),
    offset=st.text(max_size=8),
), max_size=5))  # fmt: skip
def test_no_text_is_an_error_and_the_span_holds_the_moment(candidates):
    found, warnings = judge(candidates, now=NOW)
    if found.wall is None:
        assert found.precision is Precision.UNKNOWN
    else:
        assert found.start <= found.wall <= found.end
        assert found.start <= NOW + timedelta(days=1)
        assert found.wall.microsecond % 1000 == 0
    assert all(isinstance(sentence, str) and sentence for sentence in warnings)
    assert judge(list(reversed(candidates)), now=NOW)[0].precision is found.precision

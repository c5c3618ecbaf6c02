from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.core.models import DateSource, Precision, TakenAt
from photoroll.library import encoding


@given(st.datetimes(min_value=datetime(1826, 1, 1), max_value=datetime(2100, 1, 1)))
def test_dates_round_trip_to_the_millisecond(moment):
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    taken = TakenAt(
        wall=whole,
        precision=Precision.SECOND,
        source=DateSource.EXIF,
        start=whole,
        end=whole + timedelta(seconds=1),
        utc_offset_min=-90,
        raw="x",
    )
    assert encoding.date_from(encoding.date_columns(taken)) == taken


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(1970, 1, 1, 4), 0),
        (datetime(1970, 1, 1, 3, 59, 59, 999_000), -1),
        (datetime(1970, 1, 2, 3, 59), 0),
        (datetime(1969, 12, 31, 4), -1),
    ],
)
def test_a_day_runs_from_four_to_four(moment, day):
    assert encoding.day_of(encoding.to_ms(moment)) == day


def test_no_date_lies_before_every_date():
    assert encoding.day_of(None) < encoding.day_of(encoding.to_ms(datetime.min))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_hashes_keep_their_bits(one, other):
    signed = encoding.to_signed(one)
    assert -(2**63) <= signed < 2**63
    assert signed & (2**64 - 1) == one
    assert encoding.hamming(signed, encoding.to_signed(other)) == (one ^ other).bit_count()


@pytest.mark.parametrize(
    ("width", "height", "aspect"), [(4032, 3024, 1333), (0, 10, 1000), (10, 0, 1000), (10**6, 1, 20_000)]
)
def test_aspects_are_whole_thousandths_and_never_absurd(width, height, aspect):
    assert encoding.aspect_of(width, height) == aspect


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_stored(text):
    stored = encoding.storable(text)
    assert "\0" not in stored
    stored.encode()


def test_a_checksum_tells_values_apart():
    assert encoding.checksum([1, "a"]) == encoding.checksum((1, "a"))
    assert encoding.checksum([1, "a"]) != encoding.checksum(["1", "a"])

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.sun import sun_elevation


def seconds(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("moment", "lat", "lon", "elevation", "within"),
    [
        # Reda and Andreas, NREL/TP-560-34302 (2008), example A.5: zenith 50.11162 at 820 mbar and 1,830 m
        ((2003, 10, 17, 19, 30, 30), 39.742476, -105.1786, 39.888, 0.03),
        # declinations from the Astronomical Almanac: the sun stands overhead where and when they say
        ((2024, 6, 20, 12, 2), 23.44, 0.0, 90.0, 0.15),
        ((2024, 3, 20, 12, 7), 0.0, 0.0, 90.0, 0.2),
        ((2024, 12, 21, 9, 21), -90.0, 0.0, 23.44, 0.06),
        ((2024, 12, 21, 9, 21), 90.0, 0.0, -23.44, 0.06),
    ],
)
def test_published_positions_of_the_sun(moment, lat, lon, elevation, within):
    found = float(sun_elevation([seconds(*moment)], [lat], [lon])[0])
    assert found == pytest.approx(elevation, abs=within)


@pytest.mark.parametrize(
    ("sunrise", "sunset", "lat", "lon"),
    [  # UTC, to the minute: US Naval Observatory, 21 June 2024, London and Sydney (there 20 June to 21 June)
        ((2024, 6, 21, 3, 43), (2024, 6, 21, 20, 22), 51.5, -0.117),
        ((2024, 6, 20, 21, 0), (2024, 6, 21, 6, 54), -33.87, 151.21),
    ],
)
def test_published_sunrises_and_sunsets(sunrise, sunset, lat, lon):
    edges = sun_elevation([seconds(*sunrise), seconds(*sunset)], [lat] * 2, [lon] * 2, refraction=False)
    assert edges == pytest.approx([-0.833, -0.833], abs=0.25)


def test_polar_summer_and_winter_are_just_high_and_low():
    day = seconds(2024, 6, 21) + np.arange(24) * 3600.0
    assert (sun_elevation(day, np.full(24, 78.2), np.full(24, 15.6)) > 10).all()
    night = seconds(2024, 12, 21) + np.arange(24) * 3600.0
    assert (sun_elevation(night, np.full(24, 78.2), np.full(24, 15.6)) < -10).all()


def test_the_air_lifts_the_setting_sun():
    moment, lat, lon = [seconds(2024, 6, 21, 20, 16)], [51.5], [-0.117]
    plain = sun_elevation(moment, lat, lon, refraction=False)
    assert plain == pytest.approx([0.0], abs=0.25)
    assert sun_elevation(moment, lat, lon) - plain == pytest.approx([0.48], abs=0.12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4_000_000_000), st.floats(-90, 90), st.floats(-180, 180))
def test_always_an_elevation(moment, lat, lon):
    found = float(sun_elevation([moment], [lat], [lon])[0])
    assert -90.0 <= found <= 90.01
    plain = float(sun_elevation([moment], [lat], [lon], refraction=False)[0])
    assert abs(found - plain) < 0.7


def test_the_unknown_stays_unknown():
    assert np.isnan(sun_elevation([0.0, float("nan")], [float("nan"), 10.0], [0.0, 0.0])).all()

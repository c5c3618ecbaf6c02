"""Where the sun stands: enough to know whether a demo photo is taken by day, at dusk or at night."""

from __future__ import annotations

from datetime import datetime
from math import asin, cos, degrees, pi, radians, sin

from photoroll.core.models import GeoPoint


def sun_altitude(utc: datetime, point: GeoPoint) -> float:
    """Give the sun's height above the horizon in degrees, right to about one degree.

    Declination and equation of time by the Fourier series of Spencer (1971), *Search* 2(5), 172.
    """
    day = utc.timetuple().tm_yday
    hour = utc.hour + utc.minute / 60 + utc.second / 3600
    angle = 2 * pi * (day - 1 + (hour - 12) / 24) / 365
    declination = (
        0.006918
        - 0.399912 * cos(angle)
        + 0.070257 * sin(angle)
        - 0.006758 * cos(2 * angle)
        + 0.000907 * sin(2 * angle)
        - 0.002697 * cos(3 * angle)
        + 0.00148 * sin(3 * angle)
    )
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * cos(angle)
        - 0.032077 * sin(angle)
        - 0.014615 * cos(2 * angle)
        - 0.040849 * sin(2 * angle)
    )
    solar_hour = hour + point.lon / 15 + equation_min / 60
    lat, turn = radians(point.lat), radians(15 * (solar_hour - 12))
    height = sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(turn)
    return degrees(asin(max(-1.0, min(1.0, height))))

"""How high the sun stands: NOAA's solar equations (Meeus, Astronomical Algorithms), for arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Floats


def sun_elevation(utc_s: ArrayLike, lat: ArrayLike, lon: ArrayLike, *, refraction: bool = True) -> Floats:
    """Give the sun's elevation above the horizon in degrees, -90 to 90.

    Parameters
    ----------
    utc_s : (N,) array
        Seconds since 1970-01-01 00:00 UTC.
    lat, lon : (N,) arrays
        Degrees, north and east positive.
    refraction : bool
        Add the atmosphere's lift, as NOAA's calculator does; without, the geometric elevation.

    Returns
    -------
    (N,) array
        NaN where an input is NaN; defined at the poles and in polar day and night. Good to 0.02 degrees
        between 1900 and 2100 (within 0.3 near the horizon, where the air decides).
    """
    import numpy as np

    utc, phi = np.asarray(utc_s, dtype=np.float64), np.radians(np.asarray(lat, dtype=np.float64))
    century = (utc / 86400.0 + 2440587.5 - 2451545.0) / 36525.0
    declination, minutes = _sun(century)
    clock = np.mod(utc, 86400.0) / 60.0 + minutes + 4.0 * np.asarray(lon, dtype=np.float64)
    hour_angle = np.radians(clock / 4.0 - 180.0)
    sine = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    elevation: Floats = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return elevation + _refraction(elevation) if refraction else elevation


def _sun(century: Floats) -> tuple[Floats, Floats]:
    """Give the sun's declination in radians and the equation of time in minutes, for Julian centuries."""
    import numpy as np

    t = century
    longitude = np.radians(np.mod(280.46646 + t * (36000.76983 + t * 0.0003032), 360.0))
    anomaly = np.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = (
        np.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * t)
    apparent = longitude + np.radians(centre - 0.00569 - 0.00478 * np.sin(node))
    seconds = 21.448 - t * (46.8150 + t * (0.00059 - t * 0.001813))
    tilt = np.radians(23.0 + (26.0 + seconds / 60.0) / 60.0 + 0.00256 * np.cos(node))
    declination = np.arcsin(np.clip(np.sin(tilt) * np.sin(apparent), -1.0, 1.0))
    y = np.tan(tilt / 2) ** 2
    equation = (
        y * np.sin(2 * longitude)
        - 2 * eccentricity * np.sin(anomaly)
        + 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * longitude)
        - 0.5 * y * y * np.sin(4 * longitude)
        - 1.25 * eccentricity**2 * np.sin(2 * anomaly)
    )
    return declination, 4.0 * np.degrees(equation)


def _refraction(elevation: Floats) -> Floats:
    """Give the atmosphere's lift in degrees (NOAA's approximation in four pieces)."""
    import numpy as np

    tangent = np.tan(np.radians(np.clip(elevation, -89.0, 85.0)))
    safe = np.where(np.abs(tangent) < 1e-6, 1e-6, tangent)
    high = 58.1 / safe - 0.07 / safe**3 + 0.000086 / safe**5
    low = 1735.0 + elevation * (-518.2 + elevation * (103.4 + elevation * (-12.79 + elevation * 0.711)))
    seconds = np.select(
        [elevation > 85.0, elevation > 5.0, elevation > -0.575], [0.0 * elevation, high, low], -20.772 / safe
    )
    result: Floats = np.where(elevation <= -85.0, 0.0, seconds / 3600.0)
    return result

"""Where the sun stood when photos were taken, as far as times, zones and places tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.sun import sun_elevation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HORIZON = -0.833
"""Geometric elevation, in degrees, at which the sun's upper edge rises and sets (refraction and radius)."""
LOW = 18.0
"""Only with the sun this near to the horizon is the time of its setting looked for."""
_REACH_MIN = 180
_STEP_MIN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """The sun over N photos; NaN where time, zone or place are not known."""

    elevation: Floats
    """(N,) degrees above the horizon."""
    minutes: Floats
    """(N,) to the nearest sunset or sunrise: negative before it, positive after; NaN beyond three hours."""
    rising: Floats
    """(N,) 1 where that is a sunrise, 0 where a sunset."""


def sky_of(times_s: Floats, utc_offset_min: Floats, lat: Floats, lon: Floats) -> Sky:
    """Find the sun for N photos: wall-clock seconds, minutes east of UTC, degrees; NaN for unknown."""
    import numpy as np

    utc = times_s - 60.0 * utc_offset_min
    known = np.isfinite(utc) & np.isfinite(lat) & np.isfinite(lon)
    elevation, minutes, rising = (np.full(len(times_s), np.nan) for _ in range(3))
    elevation[known] = sun_elevation(utc[known], lat[known], lon[known])
    for part in _in_pieces(np.flatnonzero(known & (np.abs(elevation) < LOW))):
        minutes[part], rising[part] = _crossing(utc[part], lat[part], lon[part])
    return Sky(elevation=elevation, minutes=minutes, rising=rising)


def _in_pieces(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    import numpy as np

    return np.array_split(rows, max(1, -(-len(rows) // 20_000))) if len(rows) else []


def _crossing(utc: Floats, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Give the minutes since the nearest crossing of the horizon, and whether the sun rose in it."""
    import numpy as np

    steps = np.arange(-_REACH_MIN, _REACH_MIN + 1, _STEP_MIN, dtype=np.float64)
    grid = utc[:, None] + 60.0 * steps
    shape = grid.shape
    high = sun_elevation(
        grid.ravel(),
        np.broadcast_to(lat[:, None], shape).ravel(),
        np.broadcast_to(lon[:, None], shape).ravel(),
        refraction=False,
    ).reshape(shape)
    above = high > HORIZON
    crosses = above[:, 1:] != above[:, :-1]
    share = (HORIZON - high[:, :-1]) / np.where(crosses, high[:, 1:] - high[:, :-1], 1.0)
    at = np.where(crosses, steps[:-1] + share * _STEP_MIN, np.inf)
    nearest = np.argmin(np.abs(at), axis=1)
    rows = np.arange(len(utc))
    minutes = -at[rows, nearest]
    found = np.isfinite(minutes)
    rises = above[rows, nearest + 1].astype(np.float64)
    return np.where(found, minutes, np.nan), np.where(found, rises, np.nan)

"""Distances on the globe, for arrays of points; a point with a NaN has no distance to anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


def haversine_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> NDArray[np.float64]:
    """Give great-circle distances in km between points in degrees; shapes broadcast, NaN stays NaN."""
    import numpy as np

    a1, o1, a2, o2 = (np.radians(np.asarray(value, dtype=np.float64)) for value in (lat1, lon1, lat2, lon2))
    half = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin((o2 - o1) / 2) ** 2
    result: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return result


def unit_vectors(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Give points in degrees as unit vectors, shape (N, 3): straight-line distance keeps their order."""
    import numpy as np

    phi, lam = np.radians(np.asarray(lat, dtype=np.float64)), np.radians(np.asarray(lon, dtype=np.float64))
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def chord(km: float) -> float:
    """Give the straight-line length between unit vectors that lie ``km`` apart on the globe."""
    import math

    return 2 * math.sin(min(km / EARTH_KM, math.pi) / 2)


def chord_km(length: ArrayLike) -> NDArray[np.float64]:
    """Give the distance on the globe in km for straight-line lengths between unit vectors."""
    import numpy as np

    half = np.clip(np.asarray(length, dtype=np.float64) / 2, 0.0, 1.0)
    result: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(half)
    return result


def centre(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> tuple[float, float]:
    """Give the point in the middle of all points, in degrees, also across the date line; NaN for none."""
    import numpy as np

    if len(lat) == 0:
        return float("nan"), float("nan")
    x, y, z = unit_vectors(lat, lon).mean(axis=0)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def extent_km(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> float:
    """Give the diagonal of the box around points, also across the date line."""
    import numpy as np

    east = (lon - lon[0] + 540.0) % 360.0 - 180.0
    return float(haversine_km(np.min(lat), lon[0] + np.min(east), np.max(lat), lon[0] + np.max(east)))

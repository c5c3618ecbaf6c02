"""Places from positions: checked fixes, spots by density, and growth that never breaks a place apart.

Spots are DBSCAN (Ester et al. 1996) on cells of 0.001 degrees weighted by their photos, computed with a k-d
tree on the sphere; stretches longer than 3 km (promenades, walks through a city) are divided where they thin.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from photoroll.core.geo import extent_km, haversine_km, unit_vectors
from photoroll.core.spots import Cells, PlaceParams, compact, divide, groups, linked, snap

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Bools, Floats, Ints

__all__ = [
    "FixCheck",
    "Fixes",
    "Place",
    "PlaceCut",
    "PlaceParams",
    "find_places",
    "grow_places",
    "valid_fixes",
]


class FixCheck(IntEnum):
    """Whether a position can be believed."""

    GOOD = 0
    CITY_ONLY = 1
    """The camera says that it may be more than 2 km off: it names a city at most."""
    NONE = 2
    """No position."""
    OFF_MAP = 3
    """Outside the globe, (0, 0), or whole degrees on both axes: a default, not a place."""
    TELEPORT = 4
    """Nobody could have been there between the photo before and the photo after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """Checked positions of N photos."""

    check: Ints
    """(N,) :class:`FixCheck`."""

    @property
    def exact(self) -> Bools:
        """(N,) whether a position is good for spots and distances."""
        result: Bools = self.check == FixCheck.GOOD
        return result

    @property
    def usable(self) -> Bools:
        """(N,) whether a position is good enough to name a city."""
        result: Bools = self.check <= FixCheck.CITY_ONLY
        return result


def valid_fixes(
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    times_s: ArrayLike | None = None,
    camera: ArrayLike | None = None,
    error_m: ArrayLike | None = None,
) -> Fixes:
    """Check N positions; degrees, NaN for none.

    With ``times_s`` (seconds, NaN for none; exact times only), a fix is a teleport if it takes more than
    1,000 km/h to come from the fix before and to go to the fix after, of the same ``camera``, while these two
    lie within 5 km of each other. ``error_m`` is the camera's own estimate of its error, NaN for none.
    """
    import numpy as np

    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    check = np.full(len(lat), FixCheck.GOOD, dtype=np.int64)
    if error_m is not None:
        check[np.asarray(error_m, dtype=np.float64) > 2000.0] = FixCheck.CITY_ONLY
    nowhere = np.abs(lat) + np.abs(lon) < 0.01
    whole = (lat == np.round(lat)) & (lon == np.round(lon))
    check[nowhere | whole | (np.abs(lat) > 90) | (np.abs(lon) > 180)] = FixCheck.OFF_MAP
    check[~(np.isfinite(lat) & np.isfinite(lon))] = FixCheck.NONE
    if times_s is not None:
        times = np.asarray(times_s, dtype=np.float64)
        who = np.zeros(len(lat), np.int64) if camera is None else np.unique(camera, return_inverse=True)[1]
        timed = np.flatnonzero((check == FixCheck.GOOD) & np.isfinite(times))
        check[_teleports(times, lat, lon, who, timed)] = FixCheck.TELEPORT
    return Fixes(check=check)


def _teleports(times: Floats, lat: Floats, lon: Floats, who: Ints, timed: Ints) -> Ints:
    import numpy as np

    rows = timed[np.lexsort((lon[timed], lat[timed], times[timed], who[timed]))]
    if len(rows) < 3:
        return rows[:0]
    a, b, c = rows[:-2], rows[1:-1], rows[2:]
    there = haversine_km(lat[a], lon[a], lat[b], lon[b])
    back = haversine_km(lat[b], lon[b], lat[c], lon[c])
    around = haversine_km(lat[a], lon[a], lat[c], lon[c])
    fast = (there > 1000 * _hours(times, a, b)) & (back > 1000 * _hours(times, b, c))
    odd = fast & (around < 5.0) & (np.minimum(there, back) > 5.0) & (who[a] == who[c])
    result: Ints = rows[1:-1][odd]
    return result


def _hours(times: Floats, a: Ints, b: Ints) -> Floats:
    import numpy as np

    result: Floats = np.maximum(times[b] - times[a], 1.0) / 3600.0
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot where several photos were taken."""

    lat: float
    lon: float
    """The middle of its photos, degrees."""
    photos: int
    extent_km: float
    """The diagonal of the box around its cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCut:
    """How N photos fall into P places."""

    place: Ints
    """(N,) place of each photo, -1 for photos without a fix and for one-off points."""
    places: tuple[Place | None, ...]
    """(P,) ``None`` where an old place was merged into another."""
    merged: dict[int, int]
    """Old places that grew together: from the number that went to the number that stays."""


def find_places(lat: ArrayLike, lon: ArrayLike, *, params: PlaceParams | None = None) -> PlaceCut:
    """Find places among N positions (degrees, NaN for none; checked fixes only).

    Places are numbered by their number of photos, the largest first; the order of input does not matter.
    """
    import numpy as np

    rule = params or PlaceParams()
    cells = snap(lat, lon)
    label = divide(cells, linked(cells, rule), rule)
    size = np.bincount(label[label >= 0], weights=cells.weight[label >= 0]).astype(np.int64)
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(size))
    label = np.where(label >= 0, rank[label], -1) if len(size) else label
    return _table(_of_photos(cells, label), len(size), {}, lat, lon)


def grow_places(
    lat: ArrayLike, lon: ArrayLike, old: ArrayLike, *, params: PlaceParams | None = None
) -> PlaceCut:
    """Give new photos their places: known places only grow or merge, and keep their numbers.

    Parameters
    ----------
    lat, lon : (N,) arrays
        Degrees, NaN for none: all photos, old and new.
    old : (N,) array of int
        Known place of each photo, lower numbers being older; -1 for new photos and for one-off points.

    Returns
    -------
    PlaceCut
        A photo with a known place keeps it, or is in the place that its own was merged into. Places that
        became one spot (at most ``params.chain_km`` wide) merge into the oldest. New places have new numbers.
    """
    import numpy as np

    rule = params or PlaceParams()
    cells = snap(lat, lon)
    old = np.asarray(old, dtype=np.int64)
    known = _known_cells(cells, old)
    spots = linked(cells, rule)
    before = linked(cells.weighing(cells.photos_in(old >= 0)), rule)
    merged: dict[int, int] = {}
    label = known.copy()
    for spot in groups(spots):
        if (known[spot] >= 0).any():
            merged |= _merge(cells, spot, known, before, rule)
            label[spot] = _join(cells, spot, label[spot], merged, rule)
    fresh = divide(cells, np.where(label < 0, spots, -1), rule)
    count = int(old.max(initial=-1)) + 1
    label = np.where(fresh >= 0, compact(fresh) + count, label)
    label = _renamed(label, merged)
    place = np.where(old >= 0, _renamed(old, merged), _of_photos(cells, label))
    return _table(place, count + int(fresh.max(initial=-1)) + 1, merged, lat, lon)


def _known_cells(cells: Cells, old: Ints) -> Ints:
    """Give the oldest known place in each cell, -1 for none."""
    import numpy as np

    known = np.full(len(cells.lat), np.iinfo(np.int64).max)
    rows = np.flatnonzero((old >= 0) & (cells.of_photo >= 0))
    np.minimum.at(known, cells.of_photo[rows], old[rows])
    return np.where(known == np.iinfo(np.int64).max, -1, known)


def _merge(cells: Cells, spot: Ints, known: Ints, before: Ints, params: PlaceParams) -> dict[int, int]:
    """Say which known places of one spot grew together: those that were apart and are one small spot now."""
    import numpy as np

    old = np.unique(known[spot][known[spot] >= 0])
    apart = np.unique(before[spot][known[spot] >= 0])
    if len(old) < 2 or len(apart) < 2 or extent_km(cells.lat[spot], cells.lon[spot]) > params.chain_km:
        return {}
    return {int(place): int(old[0]) for place in old[1:]}


def _join(cells: Cells, spot: Ints, label: Ints, merged: dict[int, int], params: PlaceParams) -> Ints:
    """Give each new cell of a spot the nearest known place, if it is near enough."""
    import numpy as np
    from scipy.spatial import cKDTree

    known, new = np.flatnonzero(label >= 0), np.flatnonzero(label < 0)
    if len(new) == 0:
        return label
    points = unit_vectors(cells.lat[spot], cells.lon[spot])
    _, nearest = cKDTree(points[known]).query(points[new])
    target = known[nearest]
    km = haversine_km(
        cells.lat[spot[new]], cells.lon[spot[new]], cells.lat[spot[target]], cells.lon[spot[target]]
    )
    small = extent_km(cells.lat[spot], cells.lon[spot]) <= params.chain_km
    near = (km <= params.join_km) | small
    result = label.copy()
    result[new[near]] = label[target[near]]
    return _renamed(result, merged)


def _renamed(label: Ints, merged: dict[int, int]) -> Ints:
    import numpy as np

    if not merged:
        return label
    table = np.arange(int(label.max(initial=-1)) + 1)
    for old, new in merged.items():
        if old < len(table):
            table[old] = new
    return np.where(label >= 0, table[np.maximum(label, 0)], -1) if len(table) else label


def _of_photos(cells: Cells, label: Ints) -> Ints:
    import numpy as np

    result = np.full(len(cells.of_photo), -1, dtype=np.int64)
    located = cells.of_photo >= 0
    result[located] = label[cells.of_photo[located]]
    return result


def _table(place: Ints, count: int, merged: dict[int, int], lat: ArrayLike, lon: ArrayLike) -> PlaceCut:
    """Measure the places; the middle is taken on the sphere, so that the date line does no harm."""
    import numpy as np

    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    inside = np.flatnonzero((place >= 0) & np.isfinite(lat) & np.isfinite(lon))
    number, vectors = place[inside], unit_vectors(lat[inside], lon[inside])
    x, y, z = (np.bincount(number, vectors[:, axis], count) for axis in range(3))
    middle_lat, middle_lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    photos = np.bincount(place[place >= 0], minlength=count)
    wide = np.zeros(count)
    for members in groups(number):
        wide[number[members[0]]] = extent_km(lat[inside[members]], lon[inside[members]])
    rows = zip(middle_lat.tolist(), middle_lon.tolist(), photos.tolist(), wide.tolist(), strict=True)
    places = tuple(
        Place(lat=a, lon=b, photos=size, extent_km=km) if size else None for a, b, size, km in rows
    )
    return PlaceCut(place=place, places=places, merged=merged)

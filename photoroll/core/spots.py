"""Cells of 0.001 degrees, spots of dense cells, and the division of spots that are too long for one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.geo import chord, extent_km, haversine_km, unit_vectors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Bools, Floats, Ints

PER_DEGREE = 1000
"""Cells to a degree: about 110 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceParams:
    """What makes a place."""

    reach_km: float = 0.4
    """Cells this close are neighbours."""
    least_photos: int = 3
    """Photos within reach that make a cell part of a place."""
    chain_km: float = 3.0
    """A longer spot is divided."""
    hill_km: float = 1.0
    """The busiest points that divide a long spot are at least this far apart."""
    join_km: float = 1.0
    """A new cell of a long spot joins a known place no further away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """C occupied cells, in the order of their position on the grid, and N photos in them."""

    lat: Floats
    lon: Floats
    weight: Ints
    """(C,) photos in each cell."""
    of_photo: Ints
    """(N,) cell of each photo, -1 for none."""

    def photos_in(self, chosen: Bools) -> Ints:
        """Give the cells' number of photos among the chosen ones ((N,) bool), shape (C,)."""
        import numpy as np

        cells = self.of_photo[chosen & (self.of_photo >= 0)]
        return np.bincount(cells, minlength=len(self.lat)).astype(np.int64)

    def weighing(self, weight: Ints) -> Cells:
        """Give the same cells with other weights; a cell that weighs nothing belongs to nothing."""
        return Cells(lat=self.lat, lon=self.lon, weight=weight, of_photo=self.of_photo)


def snap(lat: ArrayLike, lon: ArrayLike) -> Cells:
    """Snap N positions (degrees, NaN for none) to cells."""
    import numpy as np

    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    located = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    row = np.rint(lat[located] * PER_DEGREE).astype(np.int64) + 90 * PER_DEGREE
    wide = 360 * PER_DEGREE
    column = (np.rint(lon[located] * PER_DEGREE).astype(np.int64) + 180 * PER_DEGREE) % wide
    keys, inverse, counts = np.unique(row * wide + column, return_inverse=True, return_counts=True)
    of_photo = np.full(len(lat), -1, dtype=np.int64)
    of_photo[located] = inverse
    return Cells(
        lat=(keys // wide) / PER_DEGREE - 90.0,
        lon=(keys % wide) / PER_DEGREE - 180.0,
        weight=counts.astype(np.int64),
        of_photo=of_photo,
    )


def linked(cells: Cells, params: PlaceParams) -> Ints:
    """Label the spots: (C,) DBSCAN labels from 0 in the order of cells, -1 for cells in no spot.

    A cell on the border of several spots joins the nearest, so that the result depends on no order.
    """
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(cells.lat)
    label = np.full(n, -1, dtype=np.int64)
    used = np.flatnonzero(cells.weight > 0)
    if len(used) == 0:
        return label
    a, b, km = _pairs(cells, used, params.reach_km)
    around = cells.weight + np.bincount(a, cells.weight[b], n) + np.bincount(b, cells.weight[a], n)
    core = (around >= params.least_photos) & (cells.weight > 0)
    both = core[a] & core[b]
    graph = coo_matrix((np.ones(int(both.sum()), np.int8), (a[both], b[both])), shape=(n, n))
    component = connected_components(graph, directed=False)[1]
    label[core] = component[core]
    one = core[a] != core[b]
    outer, inner = np.where(core[a], b, a)[one], np.where(core[a], a, b)[one]
    order = np.lexsort((inner, km[one], outer))
    border, at = np.unique(outer[order], return_index=True)
    label[border] = component[inner[order][at]]
    return compact(label)


def _pairs(cells: Cells, used: Ints, km: float) -> tuple[Ints, Ints, Floats]:
    """Give the pairs of used cells at most ``km`` apart, and their distances in km."""
    import numpy as np
    from scipy.spatial import cKDTree

    points = unit_vectors(cells.lat[used], cells.lon[used])
    pairs = cKDTree(points).query_pairs(chord(km), output_type="ndarray")
    a, b = used[pairs[:, 0].astype(np.int64)], used[pairs[:, 1].astype(np.int64)]
    return a, b, haversine_km(cells.lat[a], cells.lon[a], cells.lat[b], cells.lon[b])


def compact(label: Ints) -> Ints:
    """Number labels from 0 in the order of their first appearance; negative ones become -1."""
    import numpy as np

    result = np.full(len(label), -1, dtype=np.int64)
    known = np.flatnonzero(label >= 0)
    _, first, inverse = np.unique(label[known], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    result[known] = rank[inverse]
    return result


def groups(label: Ints) -> Iterator[Ints]:
    """Give the cells of each label from 0 upwards, as ascending indices."""
    import numpy as np

    order = np.argsort(label, kind="stable")
    order = order[np.searchsorted(label[order], 0) :]
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return iter(np.split(order, cuts) if len(order) else [])


def divide(cells: Cells, label: Ints, params: PlaceParams) -> Ints:
    """Divide spots wider than ``chain_km`` among their busiest points. Gives labels from 0, -1 kept.

    The busiest cell is a top, then the busiest further than ``hill_km`` from all tops, and so on; each cell
    belongs to the nearest top, so that no part is much wider than twice ``hill_km``.
    """
    import numpy as np

    result = np.full(len(label), -1, dtype=np.int64)
    used = 0
    for spot in groups(label):
        if extent_km(cells.lat[spot], cells.lon[spot]) <= params.chain_km:
            result[spot], used = used, used + 1
            continue
        tops = _tops(cells, spot, params)
        result[spot] = used + tops
        used += int(tops.max()) + 1
    return result


def _tops(cells: Cells, spot: Ints, params: PlaceParams) -> Ints:
    """Give the number of the nearest top of each cell of one spot."""
    import numpy as np
    from scipy.spatial import cKDTree

    points, weight = unit_vectors(cells.lat[spot], cells.lon[spot]), cells.weight[spot]
    tree = cKDTree(points)
    near = tree.query_pairs(chord(params.reach_km), output_type="ndarray")
    a, b, n = near[:, 0], near[:, 1], len(spot)
    height = weight + np.bincount(a, weight[b], n) + np.bincount(b, weight[a], n)
    free, tops = np.ones(n, dtype=bool), []
    for cell in np.lexsort((np.arange(n), -height)).tolist():
        if free[cell]:
            tops.append(cell)
            free[tree.query_ball_point(points[cell], chord(params.hill_km))] = False
    return compact(np.asarray(cKDTree(points[tops]).query(points)[1], dtype=np.int64))

"""Cameras in different places at the same time: two people, two streams, each with its own events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoroll.core.eventrule import EventParams, Stream
from photoroll.core.geo import haversine_km

if TYPE_CHECKING:
    from photoroll.core.eventrule import Ints


def split_streams(stream: Stream, camera: Ints, params: EventParams) -> Ints:
    """Give the stream number of each of N photos in the order of time: 0 for almost all.

    Two cameras conflict where their photos lie further apart than anyone travels in the time between, and one
    of them is soon seen again where it was (which rules out two cameras on one aeroplane). While conflicts
    last, the camera with fewer photos gets a stream of its own.
    """
    import numpy as np

    result = np.zeros(len(camera), dtype=np.int64)
    if len(camera) == 0 or camera.min() == camera.max():
        return result
    pairs = _conflicts(stream, camera, params)
    if len(pairs) == 0:
        return result
    begin = stream.t_ms[pairs[:, 0]]
    end = stream.t_ms[pairs[:, 1]]
    new = np.concatenate([[True], begin[1:] - end[:-1] > params.apart_span_s * 1000])
    spans = np.cumsum(new) - 1
    for span in range(int(spans[-1]) + 1):
        here = pairs[spans == span]
        a, b = int(here[0, 0]), int(here[-1, 1])
        result[a : b + 1] = _colours(camera[a : b + 1], camera[here])
    return result


def _conflicts(stream: Stream, camera: Ints, params: EventParams) -> Ints:
    """Give (K, 2) indices of consecutive located photos that no single person took."""
    import numpy as np

    where = np.flatnonzero(np.isfinite(stream.lat) & np.isfinite(stream.lon))
    a, b = where[:-1], where[1:]
    km = haversine_km(stream.lat[a], stream.lon[a], stream.lat[b], stream.lon[b])
    hours = (stream.t_ms[b] - stream.t_ms[a]) / 3.6e6
    odd = (camera[a] != camera[b]) & (km > params.apart_km) & (km > params.apart_kmh * (hours + 1 / 60))
    if not odd.any():
        return np.empty((0, 2), dtype=np.int64)
    before, after = _own_neighbours(where, camera)
    again = np.flatnonzero(odd)
    kept = [k for k in again.tolist() if _is_parallel(stream, a[k], b[k], km[k], before, after)]
    return np.stack([a[kept], b[kept]], axis=1).astype(np.int64)


def _own_neighbours(where: Ints, camera: Ints) -> tuple[dict[int, int], dict[int, int]]:
    """Map each located photo to the one before and after it of the same camera."""
    import numpy as np

    by_camera = where[np.argsort(camera[where], kind="stable")]
    same = camera[by_camera[1:]] == camera[by_camera[:-1]]
    first, second = by_camera[:-1][same].tolist(), by_camera[1:][same].tolist()
    return dict(zip(second, first, strict=True)), dict(zip(first, second, strict=True))


def _is_parallel(
    stream: Stream, a: int, b: int, km: float, before: dict[int, int], after: dict[int, int]
) -> bool:
    """Tell whether the camera of ``a`` comes back to where it was, or that of ``b`` was there before."""
    for here, other in ((a, after.get(int(a))), (b, before.get(int(b)))):
        if other is None:
            continue
        own = haversine_km(stream.lat[here], stream.lon[here], stream.lat[other], stream.lon[other])
        if float(own) < km / 2 and abs(int(stream.t_ms[here]) - int(stream.t_ms[other])) < 12 * 3_600_000:
            return True
    return False


def _colours(camera: Ints, clashes: Ints) -> Ints:
    """Give each photo of a span the first stream in which its camera clashes with nobody."""
    import numpy as np

    names, inverse, counts = np.unique(camera, return_inverse=True, return_counts=True)
    enemies: dict[int, set[int]] = {int(name): set() for name in names}
    for one, other in clashes.tolist():
        enemies[one].add(other)
        enemies[other].add(one)
    number: dict[int, int] = {}
    for k in np.lexsort((names, -counts)).tolist():
        name = int(names[k])
        taken = {number[other] for other in enemies[name] if other in number}
        number[name] = next(k for k in range(len(names) + 1) if k not in taken)
    colours: Ints = np.array([number[int(name)] for name in names], dtype=np.int64)[inverse]
    return colours

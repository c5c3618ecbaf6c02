"""How photos are gathered, cut stream by stream and numbered: the table behind ``events.find_events``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from photoroll.core.eventrule import (
    DAY_MS,
    BoundaryReason,
    EventParams,
    Starts,
    Stream,
    cut_stream,
)
from photoroll.core.moments import MomentParams, find_bursts, find_moments
from photoroll.core.streams import split_streams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from photoroll.core.eventrule import Bools, Floats, Ints


class DateStrength(IntEnum):
    """How a photo's date takes part in events."""

    EXACT = 0
    DAY = 1
    """Only the day is known: it joins the largest event of that day."""
    VAGUE = 2
    """Month, year or decade: its own lane."""
    FILE_TIME = 3
    """Only the file's own time: its own lane."""
    NONE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCut:
    """How N photos fall into E events; per-photo arrays are in the order in which the photos were given."""

    event: Ints
    """(N,) event of each photo, numbered by start; -1 is in no event (see ``strength``)."""
    moment: Ints
    """(N,) moment of each photo, numbered through the library in the order of events; -1 in no event."""
    burst: Ints
    """(N,) burst of each photo, a single photo being a burst of its own; -1 in no event."""
    order: Ints
    """(M,) the photos in events, event by event, each in the order of time."""
    first: Ints
    """(E,) the photo at which each event starts."""
    reason: Ints
    """(E,) :class:`BoundaryReason` of each event's start."""
    margin: Floats
    """(E,) log of gap over threshold: 0 is just a cut; inf for the first event and the user's own cuts.

    Showing only the starts with ``margin > s`` joins neighbours: a zoom for free.
    """
    gap_s: Floats
    """(E,) seconds since the photo before, NaN for none."""
    moved_km: Floats
    """(E,) distance from the last known place before the start to the first after, NaN where unknown."""
    strength: Ints
    """(N,) :class:`DateStrength` as used; photos beyond ``DAY`` stand in lanes of their own."""
    stream: Ints
    """(N,) 0, or the number of the other camera's stream where two cameras were in two places at once."""

    def __len__(self) -> int:
        """Give the number of events."""
        return len(self.first)

    def photos_of(self, event: int) -> Ints:
        """Give the photos of one event, in the order of time."""
        import numpy as np

        numbers = self.event[self.order]
        low, high = np.searchsorted(numbers, [event, event + 1])
        return self.order[low:high]


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """The photos as given, checked."""

    t_ms: Ints
    strength: Ints
    lat: Floats
    lon: Floats
    camera: Ints
    phash: NDArray[np.uint64]
    forced: Bools
    forbidden: Bools


def gather(
    times_s: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
    camera: ArrayLike | None,
    phash: ArrayLike | None,
    weak: ArrayLike | None,
    forced: Collection[int],
    forbidden: Collection[int],
) -> Photos:
    """Check and convert what ``events.find_events`` was given; see there."""
    import numpy as np

    times = np.asarray(times_s, dtype=np.float64)
    n = len(times)
    strength = np.zeros(n, np.int64) if weak is None else np.asarray(weak, dtype=np.int64).copy()
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    names = np.zeros(n, np.int64) if camera is None else np.asarray(camera)
    hashes = np.zeros(n, np.uint64) if phash is None else np.asarray(phash, dtype=np.uint64)
    if not len(lat) == len(lon) == len(strength) == len(names) == len(hashes) == n:
        raise ValueError("times, positions, cameras, hashes and strengths must have one value for each photo")
    strength[~np.isfinite(times)] = DateStrength.NONE
    return Photos(
        t_ms=np.rint(np.nan_to_num(times) * 1000.0).astype(np.int64),
        strength=strength,
        lat=lat,
        lon=lon,
        camera=np.unique(names, return_inverse=True)[1].astype(np.int64) if camera is not None else names,
        phash=hashes,
        forced=_marked(forced, n),
        forbidden=_marked(forbidden, n),
    )


def _marked(indices: Collection[int], n: int) -> Bools:
    import numpy as np

    marks = np.zeros(n, dtype=bool)
    at = np.fromiter(indices, dtype=np.int64, count=len(indices))
    if len(at) and (at.min() < 0 or at.max() >= n):
        raise ValueError(f"forced and forbidden cuts must name photos 0 to {n - 1}")
    marks[at] = True
    return marks


def _sorted(photos: Photos, chosen: Ints) -> Ints:
    """Sort photos by time; ties by what the photos are, never by the order in which they were given."""
    import numpy as np

    t = photos.t_ms[chosen]
    if len(t) < 2 or bool(np.all(t[1:] > t[:-1])):
        return chosen
    by_time = chosen[np.argsort(t, kind="stable")]
    t = photos.t_ms[by_time]
    same = t[1:] == t[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    if len(tied):
        at = by_time[tied]
        keys = (photos.phash[at], photos.lon[at], photos.lat[at], photos.camera[at], ~photos.forced[at])
        by_time[tied] = at[np.lexsort((*keys, photos.t_ms[at]))]
    return by_time


def assemble(photos: Photos, params: EventParams, moments: MomentParams) -> EventCut:
    """Cut each stream, let photos of a day join, and number everything."""
    import numpy as np

    exact = _sorted(photos, np.flatnonzero(photos.strength == DateStrength.EXACT))
    stream = Stream(
        t_ms=photos.t_ms[exact],
        lat=photos.lat[exact],
        lon=photos.lon[exact],
        forced=photos.forced[exact],
        forbidden=photos.forbidden[exact] & ~photos.forced[exact],
    )
    numbers = split_streams(stream, photos.camera[exact], params)
    label, starts = _cut_streams(stream, numbers, params)
    day_only = _sorted(photos, np.flatnonzero(photos.strength == DateStrength.DAY))
    days = _join_days(photos, stream.t_ms, label, day_only, int(label.max(initial=-1)) + 1)
    chosen, labels = np.concatenate([exact, day_only]), np.concatenate([label, days])
    at_start = np.concatenate([starts.start, np.zeros(len(day_only), dtype=bool)])
    rows, event, first = _number(photos, chosen, labels, at_start)
    table = _Table(photos=photos, exact=len(exact), chosen=chosen, rows=rows, event=event, first=first)
    streams = np.zeros(len(photos.t_ms), dtype=np.int64)
    streams[exact] = numbers
    return _table_to_cut(table, starts, streams, moments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Photos in events: ``rows`` orders ``chosen``, whose first ``exact`` photos have exact times."""

    photos: Photos
    exact: int
    chosen: Ints
    rows: Ints
    event: Ints
    first: Ints


def _table_to_cut(table: _Table, starts: Starts, streams: Ints, moments: MomentParams) -> EventCut:
    import numpy as np

    photos, order, n = table.photos, table.chosen[table.rows], len(table.photos.t_ms)
    t, phash, camera = photos.t_ms[order], photos.phash[order], photos.camera[order]
    timed = table.rows < table.exact
    moment = find_moments(t, phash, table.event, timed, moments)
    burst = find_bursts(t, phash, camera, table.event, timed, moments)
    named = photos.forced[table.chosen[table.first]]
    day_reason = np.where(named, BoundaryReason.USER, BoundaryReason.DAY_ONLY).astype(np.float64)
    nothing = np.full(len(table.first), np.nan)
    return EventCut(
        event=_spread(n, order, table.event),
        moment=_spread(n, order, moment),
        burst=_spread(n, order, burst),
        order=order,
        first=table.chosen[table.first],
        reason=_at_first(table, starts.reason, day_reason).astype(np.int64),
        margin=_at_first(table, starts.strength, np.full(len(nothing), np.inf)),
        gap_s=_at_first(table, starts.gap_s, nothing),
        moved_km=_at_first(table, starts.moved_km, nothing),
        strength=photos.strength,
        stream=streams,
    )


def _at_first(table: _Table, values: Ints | Floats, otherwise: Floats) -> Floats:
    """Give the values at the photos that start events; ``otherwise`` for events of days only."""
    result = otherwise.copy()
    known = table.first < table.exact
    result[known] = values[table.first[known]]
    return result


def _spread(n: int, order: Ints, values: Ints) -> Ints:
    import numpy as np

    result = np.full(n, -1, dtype=np.int64)
    result[order] = values
    return result


def _cut_streams(stream: Stream, numbers: Ints, params: EventParams) -> tuple[Ints, Starts]:
    """Cut each stream for itself; labels are unique across streams, in no order."""
    import numpy as np

    starts = cut_stream(stream, params)
    if len(numbers) == 0 or numbers.max() == 0:
        return np.cumsum(starts.start) - 1, starts
    label, used = np.zeros(len(numbers), dtype=np.int64), 0
    for number in range(int(numbers.max()) + 1):
        mine = numbers == number
        part = cut_stream(stream.part(mine), params)
        label[mine] = used + np.cumsum(part.start) - 1
        used = int(label[mine].max()) + 1
        if number:
            part.reason[part.reason != BoundaryReason.USER] = BoundaryReason.ELSEWHERE
        for whole, own in zip(_columns(starts), _columns(part), strict=True):
            whole[mine] = own
    return label, starts


def _columns(starts: Starts) -> tuple[NDArray[np.generic], ...]:
    return starts.start, starts.reason, starts.strength, starts.gap_s, starts.moved_km


def _join_days(photos: Photos, t_ms: Ints, label: Ints, day_only: Ints, new: int) -> Ints:
    """Give photos of a day the label of that calendar day's largest event, else one of their own.

    From a photo at which the user started an event, the day's further photos without a time follow it.
    """
    import numpy as np

    result = np.empty(len(day_only), dtype=np.int64)
    if len(day_only) == 0:
        return result
    pairs, counts = np.unique(np.stack([t_ms // DAY_MS, label], axis=1), axis=0, return_counts=True)
    largest: dict[int, tuple[int, int]] = {}
    for (day, event), count in zip(pairs.tolist(), counts.tolist(), strict=True):
        if count > largest.get(day, (0, 0))[0]:
            largest[day] = (count, event)
    current: dict[int, int] = {day: event for day, (_, event) in largest.items()}
    for k, photo in enumerate(day_only.tolist()):
        day = int(photos.t_ms[photo] // DAY_MS)
        if day not in current or photos.forced[photo]:
            current[day], new = new, new + 1
        result[k] = current[day]
    return result


def _number(photos: Photos, chosen: Ints, labels: Ints, at_start: Bools) -> tuple[Ints, Ints, Ints]:
    """Number events by the time of their first photo; give photos in order, their numbers, the starts' rows.

    The starts' rows index ``chosen``; an event without a photo that starts it begins at its first photo.
    """
    import numpy as np

    if len(chosen) == 0:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, empty
    t = photos.t_ms[chosen]
    count = int(labels.max()) + 1
    if at_start.sum() == count and bool(np.all(np.diff(labels) >= 0)) and bool(np.all(np.diff(t) >= 0)):
        return np.arange(len(chosen)), labels, np.flatnonzero(at_start)  # one stream, no days: all in order
    begin = np.full(count, np.iinfo(np.int64).max)
    timed = np.flatnonzero(at_start)
    begin[labels[timed]] = t[timed]
    others = begin[labels] == np.iinfo(np.int64).max
    np.minimum.at(begin, labels[others], t[others])
    rank = np.empty(count, dtype=np.int64)
    rank[np.lexsort((np.arange(count), begin))] = np.arange(count)
    event = rank[labels]
    rows = np.lexsort((np.arange(len(chosen)), ~at_start, t, event))
    first = rows[np.searchsorted(event[rows], np.arange(count))]
    first[event[timed]] = timed
    return rows, event[rows], first

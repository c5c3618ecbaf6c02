"""The rule that cuts one ordered stream of photos: which gaps start an event, why, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from photoroll.core.geo import haversine_km

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints: TypeAlias = NDArray[np.int64]
    Floats: TypeAlias = NDArray[np.float64]
    Bools: TypeAlias = NDArray[np.bool_]

HOUR_S = 3600.0
DAY_MS = 86_400_000
DAY_STARTS_MS = 4 * 3_600_000
"""A day of photos runs from 04:00 to 04:00, so that a party after midnight stays together."""


class BoundaryReason(IntEnum):
    """Why an event starts where it does."""

    FIRST = 0
    GAP = 1
    MOVED = 2
    """A gap that cuts because the place changed too."""
    NIGHT = 3
    """The longest night of a stretch too long for one event."""
    USER = 4
    ELSEWHERE = 5
    """Another camera took photos far away at the same time."""
    DAY_ONLY = 6
    """Photos of a day on which no photo has an exact time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParams:
    """The rule's numbers; the first two are the ones worth showing to a person.

    Chosen by ``benchmarks/grouping.py`` (seeds 1-5) and real people's times; the optimum is flat: no number
    changes the F1 of boundaries by more than 0.01 when it moves by a fifth.
    """

    base_gap_s: float = 1 * HOUR_S
    """The gap that cuts where the surroundings say nothing."""
    jump_km: float = 1.0
    """Moving further than this makes a cut easier."""
    burst_s: float = 10.0
    """Photos this close follow each other within one shot."""
    reach: int = 8
    """Shots on both sides that make the surroundings."""
    cap_s: float = 3 * HOUR_S
    """A longer gap tells no more about the surroundings than this one."""
    ratio: float = 10.0
    """How many times its surroundings' typical gap cuts."""
    shrink: float = 0.9
    """Weight of the base gap against the surroundings."""
    silence_s: float = 36 * HOUR_S
    """Shots beyond a longer gap do not count as surroundings."""
    fill_s: float = 4 * 60.0
    """What stands for surroundings that are missing at the ends of a stretch."""
    stay_km: float = 0.5
    jump_ease: float = 2.0
    """How much (in log seconds) a jump of just ``jump_km`` lowers the threshold."""
    jump_more: float = 0.2
    """How much more for each time that the distance is e times greater, up to ``jump_most`` in all."""
    jump_most: float = 3.0
    stay_ease: float = 0.7
    """How much staying within ``stay_km`` raises it."""
    least_gap_s: float = 0.75 * HOUR_S
    most_gap_s: float = 5 * HOUR_S
    least_ease: float = 1.0
    """How far below ``least_gap_s`` (in log seconds) a jump may cut."""
    longest_s: float = 20 * HOUR_S
    """A longer event is cut at its longest gap that spans 04:00."""
    night_gap_s: float = 1 * HOUR_S
    """A gap over 04:00 shorter than this is no night."""
    apart_km: float = 2.0
    """Two cameras this far apart ..."""
    apart_kmh: float = 60.0
    """... with more than this speed between their photos are two people, in two places."""
    apart_span_s: float = 36 * HOUR_S
    """Signs of two places this close in time belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Photos of one stream in the order of time."""

    t_ms: Ints
    lat: Floats
    lon: Floats
    forced: Bools
    forbidden: Bools

    def part(self, keep: Bools) -> Stream:
        """Give some of the photos as a stream of their own."""
        return Stream(
            t_ms=self.t_ms[keep],
            lat=self.lat[keep],
            lon=self.lon[keep],
            forced=self.forced[keep],
            forbidden=self.forbidden[keep],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """For each photo of a stream: whether an event starts at it, and what stands before it."""

    start: Bools
    reason: Ints
    strength: Floats
    gap_s: Floats
    moved_km: Floats


def cut_stream(stream: Stream, params: EventParams) -> Starts:
    """Apply the rule to a stream of N photos; all results have shape (N,)."""
    import numpy as np

    n = len(stream.t_ms)
    if n == 0:
        none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
        return Starts(start=none > 0, reason=none, strength=nothing, gap_s=nothing, moved_km=nothing)
    gap_s = np.full(n, np.nan)
    gap_s[1:] = np.diff(stream.t_ms) / 1000.0
    shots = np.flatnonzero(gap_s > params.burst_s)
    km, share = _moved(stream, shots)
    moved, margin, jumped = np.full(n, np.nan), np.full(n, -np.inf), np.zeros(n, dtype=bool)
    if len(shots):
        moved[shots] = km
        margin[shots], jumped[shots] = _margin(gap_s[shots], km, share, params)
    start = margin >= 0
    reason = np.where(jumped, BoundaryReason.MOVED, BoundaryReason.GAP).astype(np.int64)
    strength = np.where(start, margin, 0.0)
    start[stream.forbidden] = False
    for mark, why in ((stream.forced, BoundaryReason.USER), (np.arange(n) == 0, BoundaryReason.FIRST)):
        start[mark], reason[mark], strength[mark] = True, why, np.inf
    nights = _night_cuts(stream, start, gap_s, params)
    start[nights], reason[nights] = True, BoundaryReason.NIGHT
    return Starts(start=start, reason=reason, strength=strength, gap_s=gap_s, moved_km=moved)


def _moved(stream: Stream, shots: Ints) -> tuple[Floats, Floats]:
    """Give the km between the fixes around the gap before each shot, and the gap's share of their time.

    Where photos without a fix lie between, the move happened in any of their gaps: each gets its share.
    """
    import numpy as np

    moved, share = np.full(len(shots), np.nan), np.zeros(len(shots))
    located = np.isfinite(stream.lat) & np.isfinite(stream.lon)
    where = np.flatnonzero(located)
    after: Ints = (np.cumsum(located) - located)[shots]  # the first fix at or after each shot
    known = np.flatnonzero((after > 0) & (after < len(where)))
    if len(known) == 0:
        return moved, share
    last, following = where[after[known] - 1], where[after[known]]
    moved[known] = haversine_km(
        stream.lat[last], stream.lon[last], stream.lat[following], stream.lon[following]
    )
    gap = stream.t_ms[shots[known]] - stream.t_ms[shots[known] - 1]
    share[known] = gap / np.maximum(stream.t_ms[following] - stream.t_ms[last], 1)
    return moved, share


def _over_four(t_ms: Ints) -> Bools:
    """Tell for each photo whether the gap before it spans 04:00."""
    import numpy as np

    day = (t_ms - DAY_STARTS_MS) // DAY_MS
    over = np.zeros(len(day), dtype=bool)
    over[1:] = day[1:] > day[:-1]
    return over


def _margin(gaps: Floats, km: Floats, share: Floats, params: EventParams) -> tuple[Floats, Bools]:
    """Give log gap minus threshold for the gap before each shot, and where a jump decided."""
    import numpy as np

    g = np.log(gaps + 10.0)
    local = np.log(params.ratio) + _surroundings(gaps, g, params)
    plain = params.shrink * np.log(params.base_gap_s) + (1 - params.shrink) * local
    low, high = np.log(params.least_gap_s), np.log(params.most_gap_s)
    jump, stay = _ease(km, params) * share, np.where(km < params.stay_km, share, 0.0)
    least = low - params.least_ease * np.minimum(jump, params.jump_ease) / max(params.jump_ease, 1e-9)
    margin: Floats = g - np.clip(plain - jump + params.stay_ease * stay, least, high)
    jumped: Bools = (jump > 0) & (g < np.clip(plain, low, high))
    return margin, jumped


def _ease(km: Floats, params: EventParams) -> Floats:
    """Give how much a move of so many km lowers the threshold; NaN km give 0."""
    import numpy as np

    far = km > params.jump_km
    times = np.where(far, km, params.jump_km) / params.jump_km
    ease = np.minimum(params.jump_ease + params.jump_more * np.log(times), params.jump_most)
    return np.where(far, ease, 0.0)


def _surroundings(gaps: Floats, g: Floats, params: EventParams) -> Floats:
    """Give the mean of capped log gaps over ``reach`` shots on both sides, never across a silence.

    Sums are exact (integers of a millionth), so that photos elsewhere cannot change a result by rounding.
    """
    import numpy as np

    silent = gaps > params.silence_s
    capped = np.rint(np.minimum(g, np.log(params.cap_s)) * 1e6).astype(np.int64)
    capped[silent] = 0
    total = np.concatenate([[0], np.cumsum(capped)])
    index = np.arange(len(gaps))
    previous = np.maximum.accumulate(np.where(silent, index, -1))
    following = np.minimum.accumulate(np.where(silent, index, len(gaps))[::-1])[::-1]
    low = np.maximum(index - params.reach, previous + 1)
    high = np.maximum(np.minimum(index + params.reach + 1, following), low)
    size = 2 * params.reach + 1
    missing = size - (high - low)
    fill = np.log(params.fill_s)
    result: Floats = ((total[high] - total[low]) / 1e6 + missing * fill) / size
    return result


def _night_cuts(stream: Stream, start: Bools, gap_s: Floats, params: EventParams) -> Ints:
    """Find further cuts for events that last too long: their longest gaps that span 04:00."""
    import numpy as np

    night = _over_four(stream.t_ms) & (gap_s >= params.night_gap_s) & ~stream.forbidden
    first = np.flatnonzero(start)
    last = np.append(first[1:], len(gap_s)) - 1
    long = (stream.t_ms[last] - stream.t_ms[first]) / 1000.0 > params.longest_s
    waiting = list(zip(first[long].tolist(), last[long].tolist(), strict=True))
    cuts: list[int] = []
    while waiting:
        a, b = waiting.pop()
        nights = a + 1 + np.flatnonzero(night[a + 1 : b + 1])
        if (stream.t_ms[b] - stream.t_ms[a]) / 1000.0 <= params.longest_s or len(nights) == 0:
            continue
        at = int(nights[np.argmax(gap_s[nights])])
        cuts.append(at)
        waiting += [(a, at - 1), (at, b)]
    return np.array(sorted(cuts), dtype=np.int64)

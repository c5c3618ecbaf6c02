"""Where the photos' owner lives, and since when: cells of 0.01 degrees vote with their weeks and days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.geo import haversine_km
from photoroll.core.models import Reason

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Floats, Ints

DAY_S = 86400.0
DAY_STARTS_S = 4 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeParams:
    """What makes a home."""

    least_weeks: int = 6
    least_span_days: int = 45
    day_weight: float = 0.25
    """Worth of a day against a week."""
    neighbour_weight: float = 0.5
    """Worth of the eight cells around."""
    window_days: int = 365
    step_days: int = 30
    same_km: float = 3.0
    """Homes of successive windows this close are one."""
    near_km: float = 0.6
    """Photos this close to a first guess say exactly where the home is."""
    familiar_share: float = 0.4
    """Another place with this share of the home's score is familiar: being there is no trip."""
    familiar_km: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home, or a familiar place such as the office or the parents' house."""

    lat: float
    lon: float
    start_s: float | None
    """Since when, in seconds as given; ``None`` from the first photo on."""
    end_s: float | None
    """Until when (exclusive); ``None`` to the last photo."""
    weeks: int
    """Distinct weeks with photos there in that time."""
    days: int
    familiar: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Votes:
    """Days with photos in cells: V pairs in the order of days, C cells."""

    cell: Ints
    """(V,)"""
    day: Ints
    """(V,)"""
    lat: Floats
    """(C,) middle of the cell, degrees."""
    lon: Floats
    around: Ints
    """(C, 8) the neighbouring cells, C for empty ones."""


@dataclass(slots=True)
class _Period:
    """One home while its span is being found."""

    lat: float
    lon: float
    first: int
    last: int
    windows: int = 1


@dataclass(frozen=True, slots=True)
class _Span:
    """A home from a day (inclusive) to a day (exclusive)."""

    lat: float
    lon: float
    first: int | None
    last: int | None


def find_homes(
    times_s: ArrayLike, lat: ArrayLike, lon: ArrayLike, *, params: HomeParams | None = None
) -> tuple[Home, ...]:
    """Find homes and familiar places over time.

    ``times_s``, ``lat``, ``lon`` have shape (N,): seconds of wall-clock time since any Thursday's midnight
    (the Unix epoch is one), degrees; NaN for unknown; checked fixes only. Homes come first, in the order of
    time, and their spans follow each other without gaps; familiar places follow. Empty where no place has
    photos of six weeks that span 45 days: then no trip can be told from everyday life.
    """
    import numpy as np

    rule = params or HomeParams()
    times = np.asarray(times_s, dtype=np.float64)
    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    chosen = np.flatnonzero(np.isfinite(times) & np.isfinite(lat) & np.isfinite(lon))
    if len(chosen) == 0:
        return ()
    times, lat, lon = times[chosen], lat[chosen], lon[chosen]
    day = np.floor((times - DAY_STARTS_S) / DAY_S).astype(np.int64)
    votes = _votes(day, lat, lon)
    spans = _switch_days(_merge(_windows(votes, rule), rule), day, lat, lon)
    homes = [_home(span, day, lat, lon, rule) for span in spans]
    familiar = [
        _home(other, day, lat, lon, rule, familiar=True)
        for home, span in zip(homes, spans, strict=True)
        for other in _familiar(home, votes, span, rule)
    ]
    return (*homes, *familiar)


def _votes(day: Ints, lat: Floats, lon: Floats) -> _Votes:
    import numpy as np

    wide = 36000
    row = np.floor(lat * 100).astype(np.int64) + 9000
    column = (np.floor(lon * 100).astype(np.int64) + 18000) % wide
    keys, cell = np.unique(row * wide + column, return_inverse=True)
    pairs = np.unique(day * len(keys) + cell)
    rows, columns = keys // wide, keys % wide
    around = []
    for up in (-1, 0, 1):
        for right in (-1, 0, 1):
            if up or right:
                wanted = (rows + up) * wide + (columns + right) % wide
                at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
                around.append(np.where(keys[at] == wanted, at, len(keys)))
    return _Votes(
        cell=pairs % len(keys),
        day=pairs // len(keys),
        lat=(rows - 9000) / 100 + 0.005,
        lon=(columns - 18000) / 100 + 0.005,
        around=np.stack(around, axis=1),
    )


def _score(votes: _Votes, first: int, last: int, rule: HomeParams) -> Floats:
    """Score cells by their distinct weeks and days in [first, last), each a little by those around it."""
    import numpy as np

    low, high = np.searchsorted(votes.day, [first, last])
    cell, day, count = votes.cell[low:high], votes.day[low:high], len(votes.lat)
    weeks = np.unique(cell * 1_000_000 + _week(day) % 1_000_000) // 1_000_000
    plain = np.bincount(weeks, minlength=count) + rule.day_weight * np.bincount(cell, minlength=count)
    padded = np.append(plain, 0.0)
    result: Floats = plain + rule.neighbour_weight * padded[votes.around].sum(axis=1)
    return result


def _week(day: Ints) -> Ints:
    result: Ints = (day + 3) // 7
    return result


def _evidence(votes: _Votes, cell: int, first: int, last: int) -> tuple[int, int, int]:
    """Give the distinct weeks, the distinct days and the span in days of a cell and those around it."""
    import numpy as np

    low, high = np.searchsorted(votes.day, [first, last])
    here = np.isin(votes.cell[low:high], np.append(votes.around[cell], cell))
    days = np.unique(votes.day[low:high][here])
    if len(days) == 0:
        return 0, 0, 0
    return len(np.unique(_week(days))), len(days), int(days[-1] - days[0])


def _windows(votes: _Votes, rule: HomeParams) -> list[_Period]:
    """Give the best cell of each rolling window that has a good one; of all years where no window has."""
    first, last = int(votes.day[0]), int(votes.day[-1]) + 1
    starts = range(first, max(first + 1, last - rule.window_days + rule.step_days), rule.step_days)
    spans = [(start, min(start + rule.window_days, last)) for start in starts]
    found = [best for start, end in spans if (best := _best(votes, start, end, rule))]
    return found or [best for best in (_best(votes, first, last, rule),) if best]


def _best(votes: _Votes, first: int, last: int, rule: HomeParams) -> _Period | None:
    import numpy as np

    if first >= last:
        return None
    cell = int(np.argmax(_score(votes, first, last, rule)))
    weeks, _, span = _evidence(votes, cell, first, last)
    if weeks < rule.least_weeks or span < rule.least_span_days:
        return None
    return _Period(lat=float(votes.lat[cell]), lon=float(votes.lon[cell]), first=first, last=last)


def _merge(windows: list[_Period], rule: HomeParams) -> list[_Period]:
    """Join successive windows with the same home; a short change to and fro is no move."""
    periods: list[_Period] = []
    for window in windows:
        previous = periods[-1] if periods else None
        if previous and _km(previous.lat, previous.lon, window.lat, window.lon) <= rule.same_km:
            previous.last, previous.windows = window.last, previous.windows + 1
        else:
            periods.append(window)
    k = 1
    while k < len(periods) - 1:
        before, here, after = periods[k - 1 : k + 2]
        if here.windows < 3 and _km(before.lat, before.lon, after.lat, after.lon) <= rule.same_km:
            before.last, before.windows = after.last, before.windows + after.windows
            del periods[k : k + 2]
        else:
            k += 1
    return periods


def _km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    return float(haversine_km(lat1, lon1, lat2, lon2))


def _switch_days(periods: list[_Period], day: Ints, lat: Floats, lon: Floats) -> list[_Span]:
    """Find the days of moving house: those that leave the fewest photo days on the wrong side."""
    spans: list[_Span] = []
    first: int | None = None
    for k, period in enumerate(periods):
        last = _switch(period, periods[k + 1], day, lat, lon) if k + 1 < len(periods) else None
        if first is not None and last is not None and last <= first:
            continue
        spans.append(_Span(lat=period.lat, lon=period.lon, first=first, last=last))
        first = last if last is not None else first
    return spans


def _switch(one: _Period, other: _Period, day: Ints, lat: Floats, lon: Floats) -> int:
    import numpy as np

    inside = (day >= min(one.first, other.first)) & (day < max(one.last, other.last))
    here = np.unique(day[inside & (haversine_km(lat, lon, one.lat, one.lon) < 2.0)])
    there = np.unique(day[inside & (haversine_km(lat, lon, other.lat, other.lon) < 2.0)])
    days = np.union1d(here, there)
    if len(days) == 0:
        return (one.last + other.first) // 2
    before = np.searchsorted(here, days, side="left")
    after = len(there) - np.searchsorted(there, days, side="left")
    return int(days[np.argmax(before + after)])


def _home(
    span: _Span, day: Ints, lat: Floats, lon: Floats, rule: HomeParams, *, familiar: bool = False
) -> Home:
    """Measure a home from its span's photos (those of other days are passed over)."""
    import numpy as np

    inside = np.ones(len(day), dtype=bool)
    if span.first is not None:
        inside &= day >= span.first
    if span.last is not None:
        inside &= day < span.last
    place = span.lat, span.lon
    near = inside & (haversine_km(lat, lon, *place) < 2 * rule.near_km)
    for _ in range(4):
        if not near.any():
            break
        place = _middle(day[near], lat[near], lon[near])
        near = inside & (haversine_km(lat, lon, *place) < rule.near_km)
    days = np.unique(day[near])
    weeks = len(np.unique(_week(days)))
    what = "Familiar" if familiar else "Home"
    text = f"{what}: photos here on {len(days)} days of {weeks} weeks"
    return Home(
        lat=place[0],
        lon=place[1],
        start_s=None if span.first is None else span.first * DAY_S + DAY_STARTS_S,
        end_s=None if span.last is None else span.last * DAY_S + DAY_STARTS_S,
        weeks=weeks,
        days=len(days),
        familiar=familiar,
        reasons=(Reason(code="familiar" if familiar else "home", text=text, weight=float(weeks)),),
    )


def _middle(day: Ints, lat: Floats, lon: Floats) -> tuple[float, float]:
    """Give the median over days of each day's median position, so that one busy day does not count more."""
    import numpy as np

    order = np.argsort(day, kind="stable")
    cuts = np.flatnonzero(np.diff(day[order])) + 1
    starts = np.concatenate([[0], cuts])
    middle = (starts + np.concatenate([cuts, [len(order)]])) // 2
    each = [values[np.lexsort((values, day))[middle]] for values in (lat, lon)]
    return float(np.median(each[0])), float(np.median(each[1]))


def _familiar(home: Home, votes: _Votes, span: _Span, rule: HomeParams) -> list[_Span]:
    """Find other places with a good share of the home's score in its time."""
    import numpy as np

    first = span.first if span.first is not None else int(votes.day[0])
    last = span.last if span.last is not None else int(votes.day[-1]) + 1
    score = _score(votes, first, last, rule)
    at_home = haversine_km(votes.lat, votes.lon, home.lat, home.lon)
    if not (at_home < 2.0).any():
        return []
    least = rule.familiar_share * float(score[at_home < 2.0].max())
    found: list[_Span] = []
    for cell in np.argsort(-score, kind="stable").tolist():
        lat, lon = float(votes.lat[cell]), float(votes.lon[cell])
        if score[cell] < least:
            break
        near = at_home[cell] <= rule.familiar_km
        if near or any(_km(lat, lon, other.lat, other.lon) <= rule.familiar_km for other in found):
            continue
        weeks, _, days = _evidence(votes, cell, first, last)
        if weeks >= rule.least_weeks and days >= rule.least_span_days:
            found.append(_Span(lat=lat, lon=lon, first=span.first, last=span.last))
    return found

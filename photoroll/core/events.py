"""Events from times and places: a pause cuts where it is long for its surroundings or the place changes.

The rule (``eventrule``) is a log-gap rule in the family of PhotoTOC (Platt 2003), with bursts collapsed to
one shot, the local estimate shrunk to a prior, the threshold clamped, and a term for the distance moved.
"""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite
from typing import TYPE_CHECKING

from photoroll.core.eventcut import DateStrength, EventCut, assemble, gather
from photoroll.core.eventrule import BoundaryReason, EventParams
from photoroll.core.geo import haversine_km
from photoroll.core.models import DateSource, Precision, Reason, TakenAt
from photoroll.core.moments import MomentParams

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from photoroll.core.eventrule import Bools

__all__ = [
    "BoundaryReason",
    "DateStrength",
    "EventCut",
    "EventParams",
    "MomentParams",
    "find_events",
    "is_everyday",
    "strength_of_date",
    "why_apart",
    "why_event_starts",
]


def strength_of_date(taken: TakenAt) -> DateStrength:
    """Tell how a photo's date takes part in events."""
    if taken.wall is None or taken.precision is Precision.UNKNOWN:
        return DateStrength.NONE
    if taken.source is DateSource.MTIME:
        return DateStrength.FILE_TIME
    if taken.precision is Precision.SECOND:
        return DateStrength.EXACT
    return DateStrength.DAY if taken.precision is Precision.DAY else DateStrength.VAGUE


_APART = {
    DateStrength.VAGUE: ("date_vague", "Only the month or year is known"),
    DateStrength.FILE_TIME: ("date_from_file", "The only date is that of the file itself"),
    DateStrength.NONE: ("no_date", "No date is known"),
}


def why_apart(strength: int) -> Reason | None:
    """Say why a photo with a date of this :class:`DateStrength` is in no event; ``None`` if it may be."""
    entry = _APART.get(DateStrength(strength))
    return Reason(code=entry[0], text=entry[1]) if entry else None


def why_event_starts(cut: EventCut, event: int) -> Reason:
    """Say why an event starts where it does, with the margin as weight."""
    why = BoundaryReason(int(cut.reason[event]))
    pause = _pause(float(cut.gap_s[event]))
    km = float(cut.moved_km[event])
    text = {
        BoundaryReason.FIRST: "The first photos",
        BoundaryReason.GAP: f"{pause} after the photo before",
        BoundaryReason.MOVED: f"{pause} and {_distance(km)} after the photo before",
        BoundaryReason.NIGHT: f"The night before, {pause} without a photo",
        BoundaryReason.USER: "You started an event here",
        BoundaryReason.ELSEWHERE: "Taken with another camera, in another place at the same time",
        BoundaryReason.DAY_ONLY: "Only the day of these photos is known",
    }[why]
    margin = float(cut.margin[event])
    return Reason(code=why.name.lower(), text=text, weight=margin if isfinite(margin) else None)


def _pause(gap_s: float) -> str:
    if gap_s != gap_s:
        return "a while"
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if gap_s >= 1.5 * unit or (gap_s >= unit and name != "minute"):
            count = round(gap_s / unit)
            return f"{count} {name}" if count == 1 else f"{count:,} {name}s"
    return f"{round(gap_s)} seconds"


def _distance(km: float) -> str:
    return f"{km:,.0f} km" if km >= 10 else f"{km:.1f} km"


def find_events(
    times_s: ArrayLike,
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    camera: ArrayLike | None = None,
    phash: ArrayLike | None = None,
    weak: ArrayLike | None = None,
    forced: Collection[int] = (),
    forbidden: Collection[int] = (),
    params: EventParams | None = None,
    moments: MomentParams | None = None,
) -> EventCut:
    """Cut photos into events, moments and bursts.

    Parameters
    ----------
    times_s : (N,) array
        Seconds of wall-clock time since any fixed midnight, used to the millisecond, in any order; NaN for
        photos without a date. For a photo of which only the day is known, any moment of that day.
    lat, lon : (N,) arrays
        Degrees, NaN where unknown: checked, measured positions only; inherited ones cut nothing.
    camera : (N,) array of any values, optional
        Two cameras in two places at the same time have events of their own, which may overlap.
    phash : (N,) array of uint64, optional
        Perceptual hashes; 0 is unknown.
    weak : (N,) array, optional
        :class:`DateStrength` of each photo; all exact by default.
    forced, forbidden : indices of photos
        The user's word: events must, or must not, start there. Forced wins, and the first photo always does.

    Returns an :class:`EventCut`: without parallel cameras, events are consecutive stretches of time. It
    depends neither on the order of input nor on photos beyond a silence of ``params.silence_s``.
    Raises :exc:`ValueError` if lengths differ, or a forced or forbidden index is out of range.
    """
    photos = gather(times_s, lat, lon, camera, phash, weak, forced, forbidden)
    return assemble(photos, params or EventParams(), moments or MomentParams())


def is_everyday(cut: EventCut, lat: ArrayLike, lon: ArrayLike, at_home: ArrayLike) -> Bools:
    """Tell for each event whether it is too small to stand alone on screen: a page may join a month's such.

    An event is everyday with fewer than 3 photos, all at home (``at_home``: (N,) bool, unlocated photos
    count as wherever the others are) and within 250 m. Display only: the data keep each event.
    """
    import numpy as np

    lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    home, located = np.asarray(at_home, dtype=bool), np.isfinite(lat) & np.isfinite(lon)
    number = cut.event[cut.order]
    size = np.bincount(number, minlength=len(cut))
    outside = np.bincount(number, weights=(located & ~home)[cut.order], minlength=len(cut))
    inside = np.bincount(number, weights=(located & home)[cut.order], minlength=len(cut))
    wide = np.zeros(len(cut), dtype=bool)
    for event in np.flatnonzero((size == 2) & (inside == 2)).tolist():
        a, b = cut.photos_of(event).tolist()
        wide[event] = float(haversine_km(lat[a], lon[a], lat[b], lon[b])) > 0.25
    result: Bools = (size < 3) & (outside == 0) & (inside > 0) & ~wide
    return result

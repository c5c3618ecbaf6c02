"""The facts that a recap says in words: dates, counts, distances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from photoroll.core.models import GeoPoint

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EARTH_KM = 6371.0088
STEP_KM = 0.3
"""Shorter steps are the receiver's noise and strolls, and add no distance."""


def day_of(taken: datetime) -> date:
    """Give the day that a moment belongs to: it lasts from 04:00 to 04:00."""
    return (taken - timedelta(hours=4)).date()


def span_words(days: Sequence[date]) -> str:
    """Give "14 June 2025", "3 to 11 May 2025", "30 April to 2 May 2025" or "" without days."""
    if not days:
        return ""
    first, last = min(days), max(days)
    end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year} to {end}"
    if first.month != last.month:
        return f"{first.day} {_MONTHS[first.month - 1]} to {end}"
    return f"{first.day} to {end}"


def days_words(days: Sequence[date]) -> str:
    """Give a chapter's days without the year: "Saturday 3 May", "3 to 5 May"."""
    if not days:
        return ""
    first, last = min(days), max(days)
    if first == last:
        return f"{_WEEKDAYS[first.weekday()]} {first.day} {_MONTHS[first.month - 1]}"
    return span_words([first, last]).removesuffix(f" {last.year}")


def count_words(count: int, noun: str) -> str:
    """Give "1 photo", "1,204 photos"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def km_between(one: GeoPoint, two: GeoPoint) -> float:
    """Give the great-circle distance (haversine formula)."""
    lat1, lat2 = math.radians(one.lat), math.radians(two.lat)
    dlat, dlon = lat2 - lat1, math.radians(two.lon - one.lon)
    h = math.sin(dlat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def km_along(points: Sequence[GeoPoint]) -> float:
    """Give the length of the way through ``points``, without steps shorter than 300 m."""
    total = 0.0
    here: GeoPoint | None = None
    for point in points:
        step = km_between(here, point) if here else 0.0
        if here is None or step >= STEP_KM:
            total += step
            here = point
    return total

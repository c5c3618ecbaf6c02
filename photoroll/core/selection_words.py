"""Says why a photo was chosen: only what is true of it, the most telling fact first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from photoroll.core.models import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_PERCENT_FROM = 50
"""With fewer photos a percentage says nothing."""
_ORDINALS = {2: "second", 3: "third"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The place of a photo among ``count`` by quality: 1 is the best; equals share a place."""

    place: int
    count: int

    @classmethod
    def among(cls, quality: NDArray[np.float64], index: int) -> Standing:
        """Rank one of n photos, ``quality`` of shape (n,)."""
        return cls(place=1 + int((quality > quality[index]).sum()), count=len(quality))


def standing(quality: NDArray[np.float64], labels: NDArray[np.int_], index: int) -> Standing:
    """Rank one of n photos among those that share its label; both arrays have shape (n,)."""
    mine = quality[labels == labels[index]]
    return Standing(place=1 + int((mine > quality[index]).sum()), count=len(mine))


def words(
    overall: Standing,
    standings: Mapping[str, Standing],
    *,
    month: int,
    fresh: frozenset[str],
    first_people: bool,
    unlike: bool,
) -> Reason:
    """Give the reason for one choice.

    ``standings`` are those within the photo's ``month`` and ``event``, where it has one; ``month`` is year *
    12 + month - 1. ``fresh`` names what no photo chosen before shares with it: ``month``, ``event``,
    ``trip``, ``place``.
    """
    names = {"month": f"{_MONTHS[month % 12]} {month // 12}", "event": "its event"}
    for name, whole in names.items():
        if name in fresh and name in standings:
            return Reason(code=name, text=_first(standings[name], whole))
    if "place" in fresh:
        return Reason(code="place", text="from a place not shown before")
    if "trip" in fresh:
        return Reason(code="trip", text="from a trip not shown before")
    found = _by_quality(overall)
    if found is None and first_people:
        found = Reason(code="people", text="the first with people")
    if found is None and unlike:
        found = Reason(code="variety", text="looks unlike the photos chosen before it")
    for name, whole in reversed(names.items()):
        if found is None and name in standings:
            found = _high(name, standings[name], whole)
    if found is None and "moment" in fresh and "event" in standings:
        found = Reason(code="moment", text="another moment of its event")
    return found or Reason(code="balance", text="good, and different from the photos chosen before it")


def _first(within: Standing, whole: str) -> str:
    """Say how the first photo of a month or event stands in it."""
    if within.count == 1:
        return f"the only photo to choose from {whole}"
    if within.place == 1:
        return f"the better of two from {whole}" if within.count == 2 else f"the best of {whole}"
    return f"from {whole}, not shown before"


def _by_quality(overall: Standing) -> Reason | None:
    """Say that a photo is among the best of all, in percent only where there are enough photos."""
    place, count = overall.place, overall.count
    if place == 1 and count > 1:
        text = "the better of the two" if count == 2 else f"the best of {count:,} photos"
        return Reason(code="quality", text=text)
    if count >= _PERCENT_FROM and 10 * place <= count:
        text = f"among the best {ceil(100 * place / count)} % of {count:,} photos"
        return Reason(code="quality", text=text)
    return None


def _high(name: str, within: Standing, whole: str) -> Reason | None:
    if within.place == 1 and within.count > 1:
        return Reason(code=name, text=f"the best of {whole}")
    if within.place in _ORDINALS and within.count >= 2 * within.place:
        return Reason(code=name, text=f"the {_ORDINALS[within.place]} best of {whole}")
    return None

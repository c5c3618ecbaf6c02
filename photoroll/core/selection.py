"""The best k of n photos: good ones, from all months and events, that show different things.

Greedy maximisation of a monotone submodular function (Nemhauser, Wolsey and Fisher 1978; Lin and Bilmes
2011): at least 63 % of the best possible value, and the same answer for the same photos. Without any
date, maximal marginal relevance (Carbonell and Goldstein 1998) takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor
from typing import TYPE_CHECKING

from photoroll.core.models import Reason
from photoroll.core.selection_words import Standing, standing, words
from photoroll.core.similar.pairs import hamming

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Mask = NDArray[np.bool_]

_UNLIKE = 0.3
"""Cosine to the most alike pick below which a photo looks unlike all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionParams:
    """Weights and limits."""

    month_weight: float = 1.2
    event_weight: float = 0.8
    variety_weight: float = 0.5
    event_cap: float = 0.25
    """No event gives more than this share of the picks, while others can still give."""
    trip_cap: float = 0.40
    month_photos: int = 5
    """A month with this many photos gets one pick at least, where k allows."""
    people_slack: float = 0.20
    """The share of pictures with people stays this close to the share among all."""
    near_phash: int = 14
    relevance: float = 0.7
    """Lambda of the maximal marginal relevance."""
    candidates: int = 2000
    """More photos than this are thinned first, each event in proportion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """n photos to choose from; every array has shape (n,) unless said otherwise."""

    quality: Floats
    """0-1, comparable across scenes: see :func:`overall_quality`."""
    months: Ints
    """Year * 12 + month - 1; -1 unknown."""
    events: Ints
    """Any number for each event; -1 for none."""
    trips: Ints
    moments: Ints
    """Photos of one moment or one look-alike stack share a number; -1 for none."""
    phash: NDArray[np.uint64]
    flat: Mask
    people: Mask
    """Whether faces were found."""
    descriptors: NDArray[np.float32] | None = None
    """Shape (n, d)."""
    places: Ints | None = None
    """Any number for each place, -1 for unknown: a photo of a place not seen yet is told as such."""
    pinned: Mask | None = None
    """Photos that the user wants: taken first."""
    excluded: Mask | None = None
    """Photos that must not be taken: hidden, trashed, removed by the user. Wins over ``pinned``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A chosen photo."""

    index: int
    why: Reason


def overall_quality(
    exposure: Floats,
    contrast: Floats,
    colourfulness: Floats,
    sharpness: Floats,
    face_area: Floats,
    favourite: Mask,
    rating: Ints,
) -> Floats:
    """Give one number 0-1 for each of n photos, from measures as in
    :class:`~photoroll.core.models.Quality`.

    Sharpness counts little and only by its rank, because it depends on the scene; what the user said
    counts most. Measures that are not known (NaN) count as average.
    """
    import numpy as np

    def known(values: Floats) -> Floats:
        return np.where(np.isnan(values), 0.5, values)

    n = len(exposure)
    ranks = np.argsort(np.argsort(known(sharpness), kind="stable"), kind="stable") / max(n - 1, 1)
    stars = np.where(rating > 0, (rating - 3) / 2, 0.0)
    user = np.where(favourite, np.maximum(stars, 1.0), stars)
    value = (
        0.20 * known(exposure)
        + 0.10 * np.minimum(known(contrast) / 0.25, 1.0)
        + 0.10 * known(colourfulness)
        + 0.15 * ranks
        + 0.15 * np.minimum(np.nan_to_num(face_area) / 0.05, 1.0)
        + 0.30 * user
    )
    return np.asarray(np.clip(value, 0.0, 1.0))


def choose(photos: Candidates, k: int, *, params: SelectionParams | None = None) -> list[Pick]:
    """Choose ``k`` photos, fewer when there are not that many different ones, in the order of choice.

    Near duplicates (pHash within ``near_phash`` bits) never meet, two of one moment only when nothing
    else is left. Caps on events and trips are widened step by step when they would leave places empty.
    """
    import numpy as np

    params = params or SelectionParams()
    allowed = np.ones(len(photos.quality), dtype=bool)
    if photos.excluded is not None:
        allowed &= ~photos.excluded
    if k <= 0 or not allowed.any():
        return []
    kept = _thinned(photos, np.flatnonzero(allowed), params)
    undated = (photos.months[kept] < 0).all() and (photos.events[kept] < 0).all()
    greedy = _Greedy.start(photos, kept, min(k, len(kept)), params, by_relevance=bool(undated))
    for index in _wanted_first(photos, kept):
        if len(greedy.picks) < greedy.k and not greedy.near[index]:
            greedy.take(index, Reason(code="pinned", text="you wanted it"))
    while len(greedy.picks) < greedy.k:
        open_now = greedy.open()
        if not open_now.any():
            if not greedy.widen():
                break
            continue
        gains = np.where(open_now, greedy.gains(), -np.inf)
        index = int(np.argmax(np.round(gains, 9)))
        greedy.take(index, greedy.why(index))
    return greedy.picks


def _wanted_first(photos: Candidates, kept: NDArray[np.intp]) -> list[int]:
    import numpy as np

    return np.flatnonzero(photos.pinned[kept]).tolist() if photos.pinned is not None else []


def _thinned(photos: Candidates, allowed: NDArray[np.intp], params: SelectionParams) -> NDArray[np.intp]:
    """Keep at most ``candidates`` photos: of each event the best, in proportion to its size; pinned ones
    stay.
    """
    import numpy as np

    if len(allowed) <= params.candidates:
        return allowed
    wish = photos.quality[allowed].astype(np.float64)
    if photos.pinned is not None:
        wish = wish + 2.0 * photos.pinned[allowed]
    groups = np.where(photos.events[allowed] >= 0, photos.events[allowed], -2 - photos.months[allowed])
    order = np.lexsort((allowed, -wish, groups))
    sizes = np.unique(groups, return_counts=True)[1]
    place = np.arange(len(allowed)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    turn = (place + 0.5) / np.repeat(sizes, sizes)  # the i-th of m comes at (i + 1/2) / m
    first = np.lexsort((order, turn))[: params.candidates]
    return np.sort(allowed[order[first]])


@dataclass(slots=True)
class _Greedy:
    """The state of one selection; positions count within the kept photos."""

    photos: Candidates
    kept: NDArray[np.intp]
    k: int
    params: SelectionParams
    by_relevance: bool
    quality: Floats
    groups: dict[str, Ints]
    likeness: NDArray[np.float32] | None
    """Cosine of each pair of descriptors, 0-1; 16 MB for 2,000 photos."""
    near: Mask
    covered: Floats
    """How alike the most alike pick is, for every photo, 0-1."""
    caps: dict[str, int]
    target_people: tuple[int, int]
    strict: bool = True
    picks: list[Pick] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    @classmethod
    def start(
        cls,
        photos: Candidates,
        kept: NDArray[np.intp],
        k: int,
        params: SelectionParams,
        *,
        by_relevance: bool,
    ) -> _Greedy:
        """Prepare a selection of ``k`` among the ``kept`` photos."""
        import numpy as np

        likeness = None
        if photos.descriptors is not None:
            looks = np.asarray(photos.descriptors[kept], dtype=np.float32)
            looks = looks / np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-9)
            likeness = np.clip(looks @ looks.T, 0.0, 1.0)
        share = float(photos.people[kept].mean())
        slack = params.people_slack
        return cls(
            photos=photos,
            kept=kept,
            k=k,
            params=params,
            by_relevance=by_relevance,
            quality=np.asarray(photos.quality[kept], dtype=np.float64),
            groups={
                "month": photos.months[kept],
                "event": photos.events[kept],
                "trip": photos.trips[kept],
                "moment": photos.moments[kept],
            },
            likeness=likeness,
            near=np.zeros(len(kept), dtype=bool),
            covered=np.zeros(len(kept)),
            caps={"event": max(1, int(params.event_cap * k)), "trip": max(1, int(params.trip_cap * k))},
            target_people=(ceil(max(0.0, share - slack) * k), floor(min(1.0, share + slack) * k)),
        )

    def open(self) -> Mask:
        """Mark the photos that may be taken next."""
        import numpy as np

        free = ~self.near
        if not self.strict:
            return free
        for name, cap in self.caps.items():
            free &= self._count(name) < cap
        moments = self.groups["moment"]
        free &= ~(np.isin(moments, moments[self.taken]) & (moments >= 0))
        for narrower in (self._people_wanted(), self._months_wanted()):
            if narrower is not None and (free & narrower).any():
                free &= narrower
        return np.asarray(free)

    def widen(self) -> bool:
        """Loosen the limits by one step; False when nothing is left to loosen."""
        if not self.strict:
            return False
        if min(self.caps.values()) < self.k:
            self.caps = {name: min(self.k, cap + max(1, self.k // 8)) for name, cap in self.caps.items()}
        else:
            self.strict = False  # from here on a moment may give a second photo
        return True

    def gains(self) -> Floats:
        """Give what each photo would add."""
        import numpy as np

        if self.by_relevance:
            weight = self.params.relevance
            return np.asarray(weight * self.quality - (1 - weight) * self.covered)
        gain = self.quality + self.params.variety_weight * self._variety()
        gain += self.params.month_weight * self._month_gain()
        gain += self.params.event_weight * self._event_gain()
        return np.asarray(gain)

    def take(self, index: int, why: Reason) -> None:
        """Choose a photo; those too like it can no longer be chosen."""
        import numpy as np

        self.picks.append(Pick(index=int(self.kept[index]), why=why))
        self.taken.append(index)
        photos, kept = self.photos, self.kept
        if not photos.flat[kept[index]]:
            alike = hamming(photos.phash[kept], photos.phash[kept[index]]) <= self.params.near_phash
            self.near |= alike & ~photos.flat[kept]
        self.near[index] = True
        if self.likeness is not None:
            self.covered = np.maximum(self.covered, self.likeness[index])

    def why(self, index: int) -> Reason:
        """Say what a photo adds that was not there yet: see :mod:`photoroll.core.selection_words`."""
        photos, kept = self.photos, self.kept
        labels = {name: (photos.months if name == "month" else photos.events) for name in ("month", "event")}
        standings = {
            name: standing(photos.quality, label, int(kept[index]))
            for name, label in labels.items()
            if label[kept[index]] >= 0
        }
        others = {**self.groups, **({} if photos.places is None else {"place": photos.places[kept]})}
        fresh = {
            name
            for name, label in others.items()
            if label[index] >= 0 and not (label[self.taken] == label[index]).any()
        }
        people = photos.people[kept]
        return words(
            Standing.among(photos.quality, int(kept[index])),
            standings,
            month=int(photos.months[kept[index]]),
            fresh=frozenset(fresh),
            first_people=bool(people[index] and not people[self.taken].any()),
            unlike=self.likeness is not None and bool(self.taken) and float(self.covered[index]) < _UNLIKE,
        )

    def _count(self, name: str) -> Ints:
        """Give how many picks share each photo's group; 0 for photos in none."""
        import numpy as np

        labels = self.groups[name]
        chosen = labels[self.taken]
        found, count = np.unique(chosen[chosen >= 0], return_counts=True)
        if not len(found):
            return np.zeros(len(labels), dtype=np.int_)
        place = np.minimum(np.searchsorted(found, labels), len(found) - 1)
        return np.where(found[place] == labels, count[place], 0)

    def _month_gain(self) -> Floats:
        import numpy as np

        months = self.groups["month"]
        mass = np.zeros(len(months))
        for index in self.taken:
            mass += self.quality[index] * (months == months[index])
        gain = np.sqrt(mass + self.quality) - np.sqrt(mass)
        return np.where(months >= 0, gain, 0.0)

    def _event_gain(self) -> Floats:
        import numpy as np

        count = self._count("event")
        return np.where(self.groups["event"] >= 0, np.sqrt(count + 1) - np.sqrt(count), 0.0)

    def _variety(self) -> Floats:
        """Give how much better each photo would represent all, times k, so that it weighs as a photo
        does.
        """
        import numpy as np

        if self.likeness is None:
            return np.zeros(len(self.kept))
        better = np.maximum(self.likeness - self.covered[None, :].astype(np.float32), 0.0)
        return np.asarray(better.mean(axis=1, dtype=np.float64) * self.k)

    def _people_wanted(self) -> Mask | None:
        people = self.photos.people[self.kept]
        now, left = int(people[self.taken].sum()), self.k - len(self.taken)
        low, high = self.target_people
        if now >= high:
            return ~people
        return people if low - now >= left else None

    def _months_wanted(self) -> Mask | None:
        """Give the photos of months still without a pick, once only as many places are left."""
        import numpy as np

        months = self.groups["month"]
        found, count = np.unique(months[months >= 0], return_counts=True)
        due = np.setdiff1d(found[count >= self.params.month_photos], months[self.taken])
        return np.isin(months, due) if len(due) and len(due) >= self.k - len(self.taken) else None

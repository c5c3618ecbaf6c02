"""The story of a recap: chapters by stop and day, and the order of the photos inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from photoroll.core.recap_words import day_of

if TYPE_CHECKING:
    from photoroll.core.models import FaceBox

ALIKE = 0.8
"""Cosine of two descriptors from which photos look alike."""
WIDE = 1.2
FACE_AREA = 0.01


class StoryPhoto(Protocol):
    """What the story needs to know of a photo."""

    @property
    def taken(self) -> datetime | None:
        """Wall-clock time."""
        ...

    @property
    def aspect(self) -> float:
        """Upright width / height."""
        ...

    @property
    def event(self) -> int:
        """Number of the event; -1 for none."""
        ...

    @property
    def place(self) -> str:
        """Name of the place, or nothing."""
        ...

    @property
    def quality(self) -> float:
        """0-1."""
        ...

    @property
    def faces(self) -> tuple[FaceBox, ...]:
        """Faces found."""
        ...

    @property
    def descriptor(self) -> bytes | None:
        """Float16 numbers, or nothing."""
        ...


P = TypeVar("P", bound=StoryPhoto)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(Generic[P]):
    """Photos of one stop, day or event, in the order in which they are told."""

    photos: tuple[P, ...]
    heading: str = ""
    kicker: str = ""
    place: str = ""
    """One or two names, of all its candidates until it has its heading."""
    days: tuple[date, ...] = ()
    """Of all its candidates."""
    event: int = -1
    """The event that all its candidates belong to, else -1."""
    whys: tuple[str, ...] = ()


def chapters_of(photos: Sequence[P], *, most: int, by_stop: bool) -> list[Chapter[P]]:
    """Divide photos in time order into at most ``most`` chapters of at least two photos, where there are.

    A chapter ends where the place changes; ``by_stop``, with two places or more, only there; else also where
    the event or the day (04:00 to 04:00) does. Too many chapters are joined, the pair with the fewest photos
    first, those of one place before others.
    """
    by_stop = by_stop and not _one_place(photos)
    groups: list[list[P]] = []
    for one in photos:
        if groups and _same_chapter(groups[-1][-1], one, by_stop=by_stop):
            groups[-1].append(one)
        else:
            groups.append([one])
    while len(groups) > 1 and (len(groups) > most or min(map(len, groups)) < 2):
        small = min(map(len, groups)) < 2
        pairs = [
            (not _one_place(a + b), len(a) + len(b), index)
            for index, (a, b) in enumerate(pairwise(groups))
            if not small or min(len(a), len(b)) < 2
        ]
        _, _, index = min(pairs)
        groups[index : index + 2] = [groups[index] + groups[index + 1]]
    return [_chapter_of(group) for group in groups]


def in_story_order(chapter: Chapter[P]) -> Chapter[P]:
    """Open a chapter with an establishing photo and bring people next, by one swap at most."""
    count = len(chapter.photos)
    roles = [_role(one) for one in chapter.photos]
    best, best_value = list(range(count)), _order_value(roles, list(range(count)))
    for one in range(count):
        for two in range(one + 1, count):
            order = list(range(count))
            order[one], order[two] = order[two], order[one]
            value = _order_value(roles, order) - 0.15 - 0.02 * (two - one)
            if value > best_value + 1e-9:
                best, best_value = order, value
    return replace(
        chapter,
        photos=tuple(chapter.photos[i] for i in best),
        whys=tuple(chapter.whys[i] for i in best),
    )


def without_three_alike(chapters: Sequence[Chapter[P]]) -> list[Chapter[P]]:
    """Leave out every photo that would be the third in a row of photos that look alike.

    A photo that is its event's only one is kept; then the one before it goes, where that is not.
    """
    events = [one.event for chapter in chapters for one in chapter.photos]
    shown: list[P] = []
    result: list[Chapter[P]] = []
    for chapter in chapters:
        kept: list[int] = []
        for index, one in enumerate(chapter.photos):
            third = len(shown) >= 2 and alike(shown[-1], one) and alike(shown[-2], shown[-1])
            if third and len(chapter.photos) > 2 and events.count(one.event) > 1 and len(kept) >= 1:
                events.remove(one.event)
                continue
            kept.append(index)
            shown.append(one)
        result.append(
            replace(
                chapter,
                photos=tuple(chapter.photos[i] for i in kept),
                whys=tuple(chapter.whys[i] for i in kept),
            )
        )
    return result


def alike(one: StoryPhoto, two: StoryPhoto) -> bool:
    """Whether two photos' descriptors have a cosine above 0.8; unknown ones are not alike."""
    import numpy as np

    if not one.descriptor or not two.descriptor or len(one.descriptor) != len(two.descriptor):
        return False
    a = np.frombuffer(one.descriptor, dtype="<f2").astype(np.float64)
    b = np.frombuffer(two.descriptor, dtype="<f2").astype(np.float64)
    norms = float(np.linalg.norm(a) * np.linalg.norm(b))
    return norms > 0 and float(a @ b) / norms > ALIKE


def _same_chapter(before: StoryPhoto, after: StoryPhoto, *, by_stop: bool) -> bool:
    if before.place and after.place and (by_stop or before.place != after.place):
        return before.place == after.place
    if before.taken is None or after.taken is None:
        return before.taken is after.taken
    if before.event >= 0 and before.event == after.event:
        return True
    return day_of(before.taken) == day_of(after.taken)


def _places(photos: Sequence[StoryPhoto]) -> str:
    """Give the one or two commonest places: "Page", "Page and Zion"; "" when none is known."""
    counts: dict[str, int] = {}
    for one in photos:
        if one.place:
            counts[one.place] = counts.get(one.place, 0) + 1
    names = list(counts)
    leading = sorted(names, key=lambda name: (-counts[name], names.index(name)))[:2]
    if len(leading) == 2 and counts[leading[1]] < 0.25 * counts[leading[0]]:
        leading = leading[:1]
    return " and ".join(sorted(leading, key=names.index))


def _one_place(photos: Sequence[StoryPhoto]) -> bool:
    return len({one.place for one in photos if one.place}) <= 1


def _days(photos: Sequence[StoryPhoto]) -> list[date]:
    return [day_of(one.taken) for one in photos if one.taken]


def _chapter_of(group: Sequence[P]) -> Chapter[P]:
    events = {one.event for one in group}
    return Chapter(
        photos=tuple(group),
        place=_places(group),
        days=tuple(_days(group)),
        event=events.pop() if len(events) == 1 else -1,
    )


def _role(one: StoryPhoto) -> str:
    if any(face.w * face.h > FACE_AREA for face in one.faces):
        return "people"
    return "wide" if one.aspect >= WIDE else "detail"


def _order_value(roles: Sequence[str], order: Sequence[int]) -> float:
    told = [roles[i] for i in order]
    value = 1.0 if told and told[0] == "wide" else 0.0
    if len(told) > 1 and told[1] == "people":
        value += 0.4
    return value - 0.2 * sum(a == b == c for a, b, c in zip(told, told[1:], told[2:], strict=False))

"""What is worth telling first: the group for the best collage, and the trip or month for the best recap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from photoroll.core.models import Certainty, Group, GroupKind, PhotoId
from photoroll.core.selection import choose
from photoroll.library import Library
from photoroll.services.candidates import Candidate, candidates_of, for_choosing, showable
from photoroll.services.recaps import month_title, photos_of_month

LEAST_COLLAGE = 4
LEAST_RECAP = 5
LOOKED_AT = 24
"""So many of the largest groups are compared."""
_TELLING = {GroupKind.TRIP: 1.4, GroupKind.DAY_OUT: 1.15, GroupKind.EVENT: 1.0, GroupKind.THEME: 0.9}
"""How much rather one sees a group of that kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to tell, and of which photos."""

    title: str
    kind: str
    """``trip``, ``month`` or the kind of the group."""
    candidates: tuple[Candidate, ...]
    group: Group | None = None


def best_for_collage(library: Library) -> Choice | None:
    """Give the trip, day out, event or theme whose best photos are the best; ``None`` with too few photos."""
    choices = [choice for choice in _group_choices(library) if len(choice.candidates) >= LEAST_COLLAGE]
    if choices:
        return max(choices, key=lambda one: _worth(one, 9))
    everything = showable(candidates_of(library, _all(library)))
    if not everything:
        return None
    return Choice(title="", kind="all", candidates=tuple(everything))


def best_for_recap(library: Library) -> Choice | None:
    """Give the trip or else the month that tells most; ``None`` with too few photos."""
    trips = [choice for choice in _group_choices(library, (GroupKind.TRIP,)) if _fills_a_recap(choice)]
    months = [choice for choice in _month_choices(library) if _fills_a_recap(choice)]
    if trips or months:
        return max(trips + months, key=lambda one: _worth(one, 15))
    everything = showable(candidates_of(library, _all(library)))
    if len(everything) < 2:
        return None
    return Choice(title="Your photos", kind="month", candidates=tuple(everything))


def _all(library: Library) -> list[PhotoId]:
    return [PhotoId(photo) for photo in library.photos.columns().id]


def _fills_a_recap(choice: Choice) -> bool:
    return len(choice.candidates) >= LEAST_RECAP


def _group_choices(library: Library, kinds: Sequence[GroupKind] = tuple(_TELLING)) -> Iterator[Choice]:
    for kind in kinds:
        groups = sorted(library.groups.all(kind), key=lambda group: -len(group.found.members))
        for group in groups[:LOOKED_AT]:
            photos = [
                member.photo
                for member in group.found.members
                if member.certainty in (None, Certainty.SURE, Certainty.FAIRLY_SURE)
            ]
            found = showable(candidates_of(library, photos), least=LEAST_COLLAGE)
            yield Choice(title=group.found.title, kind=kind.value, candidates=tuple(found), group=group)


def _month_choices(library: Library) -> Iterator[Choice]:
    months = Counter(
        (record.taken.wall.year, record.taken.wall.month)
        for record in library.photos.stream()
        if record.taken.wall is not None and record.taken.source != "mtime"
    )
    for (year, month), _ in months.most_common(LOOKED_AT):
        photos: list[PhotoId] = photos_of_month(library, year, month)
        found = showable(candidates_of(library, photos), least=LEAST_RECAP)
        yield Choice(title=month_title(year, month), kind="month", candidates=tuple(found))


def _worth(choice: Choice, count: int) -> float:
    """Sum the quality of the best different photos: few good ones lose against many."""
    picks = choose(for_choosing(choice.candidates), min(count, len(choice.candidates)))
    weight = _TELLING.get(GroupKind(choice.kind), 1.0) if choice.group else 1.0
    return weight * sum(0.25 + choice.candidates[pick.index].quality for pick in picks)

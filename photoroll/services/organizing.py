"""What is worth telling first: the group for the best collage, and the trip or month for the best recap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from photoroll.core.models import Certainty, Group, GroupKind, PhotoId
from photoroll.core.selection import choose
from photoroll.library import Library
from photoroll.services.candidates import Candidate, CandidateSource, for_choosing, showable
from photoroll.services.recaps import month_title, photos_of_month

LEAST_COLLAGE = 4
LEAST_RECAP = 5
LOOKED_AT = 24
"""So many of the largest groups are compared."""
_TELLING = {GroupKind.TRIP: 1.6, GroupKind.DAY_OUT: 1.2, GroupKind.EVENT: 1.0, GroupKind.THEME: 0.9}
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
    source = CandidateSource(library)
    choices = [one for one in _group_choices(library, source) if len(one.candidates) >= LEAST_COLLAGE]
    if choices:
        return _with_thumbnails(max(choices, key=lambda one: _worth(one, 9)), source)
    everything = showable(source.everything())
    return (
        _with_thumbnails(Choice(title="", kind="all", candidates=tuple(everything)), source)
        if everything
        else None
    )


def best_for_recap(library: Library) -> Choice | None:
    """Give the trip or else the month that tells most; ``None`` with too few photos."""
    source = CandidateSource(library)
    choices = [*_group_choices(library, source, (GroupKind.TRIP,)), *_month_choices(library, source)]
    choices = [one for one in choices if len(one.candidates) >= LEAST_RECAP]
    if choices:
        return _with_thumbnails(max(choices, key=lambda one: _worth(one, 15)), source)
    everything = showable(source.everything())
    if len(everything) < 2:
        return None
    return _with_thumbnails(Choice(title="Your photos", kind="month", candidates=tuple(everything)), source)


def _with_thumbnails(choice: Choice, source: CandidateSource) -> Choice:
    ids = [one.id for one in choice.candidates if one.id is not None]
    return replace(choice, candidates=tuple(source.of(ids, all_kinds=True)))


def _group_choices(
    library: Library, source: CandidateSource, kinds: Sequence[GroupKind] = tuple(_TELLING)
) -> Iterator[Choice]:
    for kind in kinds:
        groups = sorted(library.groups.all(kind), key=lambda group: -len(group.found.members))
        for group in groups[:LOOKED_AT]:
            photos = [
                member.photo
                for member in group.found.members
                if member.certainty in (None, Certainty.SURE, Certainty.FAIRLY_SURE)
            ]
            found = showable(source.of(photos, thumbnails=False), least=LEAST_COLLAGE)
            yield Choice(title=group.found.title, kind=kind.value, candidates=tuple(found), group=group)


def _month_choices(library: Library, source: CandidateSource) -> Iterator[Choice]:
    months = Counter(
        (record.taken.wall.year, record.taken.wall.month)
        for record in library.photos.stream()
        if record.taken.wall is not None and record.taken.source != "mtime"
    )
    for (year, month), _ in months.most_common(LOOKED_AT):
        photos: list[PhotoId] = photos_of_month(library, year, month)
        found = showable(source.of(photos, thumbnails=False), least=LEAST_RECAP)
        yield Choice(title=month_title(year, month), kind="month", candidates=tuple(found))


def _worth(choice: Choice, count: int) -> float:
    """Add up what the best different photos are worth: good ones, people, views, wide ones."""
    picks = choose(for_choosing(choice.candidates), min(count, len(choice.candidates)))
    weight = _TELLING.get(GroupKind(choice.kind), 1.0) if choice.group else 1.0
    return weight * sum(_appeal(choice.candidates[pick.index]) for pick in picks)


def _appeal(one: Candidate) -> float:
    appeal = max(0.0, one.quality - 0.1) + 0.25 * one.scenic + 0.1 * bool(one.faces)
    return appeal * (1.0 if one.aspect >= 1 else 0.75)

"""Chooses the photos of each chapter of a recap: good, different, and none of the larger events left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from photoroll.core.recap_facts import RecapPhoto
from photoroll.core.recap_story import Chapter
from photoroll.core.selection import Candidates, Pick, SelectionParams

Choose = Callable[..., list[Pick]]
"""As :func:`photoroll.core.selection.choose`."""
_NEAR_PHASH = SelectionParams().near_phash


def by_time(one: RecapPhoto) -> tuple[datetime, bytes]:
    """Order photos by time, those without one last."""
    return (one.taken or datetime.max, one.photo.path)


def choose_photos(
    chapters: Sequence[Chapter[RecapPhoto]], wanted: int, opening: RecapPhoto, chooser: Choose
) -> list[Chapter[RecapPhoto]]:
    """Choose each chapter's photos: the budget goes by the square root of its size, two at least."""
    budgets = _budgets([len(chapter.photos) for chapter in chapters], wanted)
    total = sum(len(chapter.photos) for chapter in chapters)
    taken = [opening]
    chosen: list[Chapter[RecapPhoto]] = []
    for chapter, budget in zip(chapters, budgets, strict=True):
        musts = _must_show(chapter.photos, total)
        picks = chooser(
            _candidates(chapter.photos, musts, taken),
            max(budget, len(musts)),
            params=SelectionParams(event_cap=1.0, trip_cap=1.0),
        )
        found = sorted(
            ((chapter.photos[pick.index], _why(chapter.photos[pick.index], pick)) for pick in picks),
            key=lambda one: by_time(one[0]),
        )
        taken += [one for one, _ in found]
        chosen.append(
            replace(chapter, photos=tuple(one for one, _ in found), whys=tuple(why for _, why in found))
        )
    return chosen


def _why(one: RecapPhoto, pick: Pick) -> str:
    """Say why a photo was chosen; those that stand for their event were not the user's wish."""
    return pick.why.text if pick.why.code != "pinned" or one.pinned else "the best of its event"


def _budgets(sizes: Sequence[int], wanted: int) -> list[int]:
    roots = [size**0.5 for size in sizes]
    budgets = [min(size, max(2, int(wanted * root / sum(roots)))) for size, root in zip(sizes, roots)]
    order = sorted(range(len(sizes)), key=lambda i: (-roots[i], i))
    while sum(budgets) < wanted:
        open_now = [i for i in order if budgets[i] < sizes[i]]
        if not open_now:
            break
        neediest = min(open_now, key=lambda i: (budgets[i] / roots[i], i))
        budgets[neediest] += 1
    return budgets


def _must_show(photos: Sequence[RecapPhoto], total: int) -> set[int]:
    """Give the best photo of each event that holds at least 5 % of all photos, and what the user pinned."""
    events: dict[int, list[int]] = {}
    for index, one in enumerate(photos):
        if one.event >= 0:
            events.setdefault(one.event, []).append(index)
    best = {
        max(members, key=lambda i: (photos[i].quality, -i))
        for members in events.values()
        if len(members) >= 0.05 * total
    }
    return best | {index for index, one in enumerate(photos) if one.pinned}


def _candidates(photos: Sequence[RecapPhoto], musts: set[int], taken: Sequence[RecapPhoto]) -> Candidates:
    import numpy as np

    months = [one.taken.year * 12 + one.taken.month - 1 if one.taken else -1 for one in photos]
    rows = [np.frombuffer(one.descriptor or b"", dtype="<f2").astype(np.float32) for one in photos]
    alike = len({len(row) for row in rows}) == 1 and len(rows[0]) > 0
    near = [looks_taken(one, taken) and index not in musts for index, one in enumerate(photos)]
    return Candidates(
        quality=np.array([one.quality for one in photos], dtype=np.float64),
        months=np.array(months, dtype=np.int_),
        events=np.array([one.event for one in photos], dtype=np.int_),
        trips=np.full(len(photos), -1, dtype=np.int_),
        moments=np.array([one.moment for one in photos], dtype=np.int_),
        phash=np.array([one.phash or 0 for one in photos], dtype=np.uint64),
        flat=np.array([one.phash is None for one in photos], dtype=bool),
        people=np.array([bool(one.faces) for one in photos], dtype=bool),
        descriptors=np.stack(rows) if alike else None,
        pinned=np.array([index in musts for index in range(len(photos))], dtype=bool),
        excluded=np.array(near, dtype=bool),
    )


def looks_taken(one: RecapPhoto, taken: Sequence[RecapPhoto]) -> bool:
    """Whether a photo is too like one that the film already has."""
    if any(other.photo == one.photo for other in taken):
        return True
    if one.phash is None:
        return False
    return any(
        other.phash is not None and (one.phash ^ other.phash).bit_count() <= _NEAR_PHASH for other in taken
    )

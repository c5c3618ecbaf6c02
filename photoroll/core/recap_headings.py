"""Headings of a recap's chapters: a place only where it is true of what is shown, else the days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from photoroll.core.recap_story import Chapter, P, StoryPhoto
from photoroll.core.recap_words import days_words


def with_headings(
    chapters: Sequence[Chapter[P]], seen: Sequence[P], event_titles: Mapping[int, str]
) -> list[Chapter[P]]:
    """Head each chapter, in the order in which its photos are shown, with what tells it apart.

    That is its event's title, its place, else its days. A place is told only when all photos shown under it
    that have a place are there, and the first is: it has that place, or none but lies in time between two of
    ``seen`` (all candidates in the order of time) that have. Neighbours with one heading become one chapter.
    """
    placed = [replace(one, place=_true_place(one, seen)) for one in chapters]
    joined: list[Chapter[P]] = []
    for chapter in _headed(placed, event_titles):
        if joined and joined[-1].heading == chapter.heading:
            joined[-1] = _together(joined[-1], chapter)
        else:
            joined.append(chapter)
    return joined


def _headed(chapters: Sequence[Chapter[P]], event_titles: Mapping[int, str]) -> list[Chapter[P]]:
    places = [chapter.place for chapter in chapters]
    named: list[Chapter[P]] = []
    for chapter in chapters:
        days = days_words(chapter.days)
        title = event_titles.get(chapter.event, "") if chapter.event >= 0 else ""
        heading, kicker = title or chapter.place, days
        if not title and places.count(chapter.place) > 1:
            heading, kicker = days, chapter.place
        if not heading:
            heading, kicker = days or chapter.place, ""
        named.append(replace(chapter, heading=heading, kicker="" if says(heading, kicker) else kicker))
    return named


def says(heading: str, kicker: str) -> bool:
    """Whether a heading already says all that is above it: its place, or its date but for the weekday."""
    words = set(_words(heading))
    rest = [word for word in _words(kicker) if not word.endswith("day") and word != "to"]
    return set(rest) <= words


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _together(one: Chapter[P], two: Chapter[P]) -> Chapter[P]:
    kicker = one.kicker if one.kicker == two.kicker else ""
    place = one.place if one.place == two.place else ""
    return replace(
        one,
        photos=one.photos + two.photos,
        whys=one.whys + two.whys,
        days=one.days + two.days,
        kicker=kicker,
        place=place,
    )


def _true_place(chapter: Chapter[P], seen: Sequence[P]) -> str:
    """Give the chapter's place, one or two names, where it is true of what is shown, else nothing."""
    shown = {one.place for one in chapter.photos if one.place}
    if not chapter.photos or not shown:
        return ""
    first = chapter.photos[0]
    if len(shown) == 1:
        (place,) = shown
        return place if first.place or _lies_at(first, place, seen) else ""
    # Two places are told as two, where the chapter begins at one of them.
    names = chapter.place.split(" and ")
    return chapter.place if set(names) == shown and first.place else ""


def _lies_at(one: StoryPhoto, place: str, seen: Sequence[StoryPhoto]) -> bool:
    """Whether the nearest photos with a place before and after ``one`` are both at ``place``."""
    located = [other for other in seen if other.place and other.taken]
    if one.taken is None:
        return False
    return any(
        before.taken is not None
        and after.taken is not None
        and before.taken <= one.taken <= after.taken
        and before.place == after.place == place
        for before, after in pairwise(located)
    )

"""Recaps: which photos tell a trip or a month, in what order, how long, and with what move: the script.

The rules are those of short film making: an establishing picture, then people, then details; time order
between chapters always, inside a chapter with at most one swap; never three alike in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from photoroll.core.documents import Motion, Pace, RecapDocument, Segment, SegmentKind, Stop
from photoroll.core.models import GeoPoint
from photoroll.core.motion import plan_motion
from photoroll.core.recap_choice import Choose, by_time, choose_photos, looks_taken
from photoroll.core.recap_facts import FPS, KINDS, MAP_KM, PRESETS, SIZES, RecapPhoto, RecapWish
from photoroll.core.recap_headings import says, with_headings
from photoroll.core.recap_story import Chapter, chapters_of, in_story_order, without_three_alike
from photoroll.core.recap_words import count_words, day_of, km_along, km_between, span_words
from photoroll.core.selection import choose
from photoroll.errors import CannotMake

__all__ = ["FPS", "KINDS", "PRESETS", "SIZES", "RecapPhoto", "RecapWish", "plan_recap"]

_PHOTOS_BY_PACE = {Pace.CALM: 0.8, Pace.STEADY: 1.0, Pace.QUICK: 1.3}
_FADE_S = {Pace.CALM: 0.8, Pace.STEADY: 0.7, Pace.QUICK: 0.6}
_TITLE_S, _MAP_S, _CHAPTER_EXTRA_S, _END_S = 3.4, 4.0, 0.9, 3.4
_PEOPLE_EXTRA_S, _PANORAMA_EXTRA_S = 0.4, 0.6
_PHOTO_LEAST_S, _PHOTO_MOST_S = 1.5, 5.2
_OPENING_FADE_S = 0.5
_CHAPTERS_MOST, _PHOTOS_A_CHAPTER = 8, 3


def plan_recap(photos: Sequence[RecapPhoto], wish: RecapWish, *, chooser: Choose = choose) -> RecapDocument:
    """Write the script of a recap; the same photos and wish give the same script.

    Parameters
    ----------
    photos : all candidates; hidden ones are left out
    wish : kind, length, pace, frame size, words
    chooser : chooses the best k of a chapter, as :func:`photoroll.core.selection.choose`

    Raises
    ------
    CannotMake
        If there are not at least two photos to show, or the kind is unknown.
    """
    if wish.kind not in KINDS:
        raise CannotMake(f"There is no recap called {wish.kind!r}", f"There are: {', '.join(KINDS)}.")
    seen = sorted((one for one in photos if not one.hidden), key=by_time)
    if len(seen) < 2:
        raise CannotMake("A recap needs at least two photos", "Choose more photos, or a longer time.")
    opening = _opening(seen)
    wanted = max(2, round(_preset_photos(wish.seconds) * _PHOTOS_BY_PACE[wish.pace]))
    chapters = _chapters(seen, opening, wanted, wish)
    chosen = choose_photos(chapters, wanted, opening, chooser)
    chosen = without_three_alike([in_story_order(chapter) for chapter in chosen if chapter.photos])
    chosen = with_headings([chapter for chapter in chosen if chapter.photos], seen, wish.event_titles)
    parts = _Parts(wish, seen, opening, chosen).all()
    return RecapDocument(
        kind=wish.kind,
        title=wish.title,
        subtitle=wish.subtitle,
        width=wish.size[0],
        height=wish.size[1],
        fps=wish.fps,
        pace=wish.pace,
        segments=tuple(_timed(parts, wish)),
        candidates=len(seen),
    )


def _chapters(
    seen: Sequence[RecapPhoto], opening: RecapPhoto, wanted: int, wish: RecapWish
) -> list[Chapter[RecapPhoto]]:
    return chapters_of(
        [one for one in seen if one is not opening] if len(seen) > 3 else seen,
        most=max(1, min(_CHAPTERS_MOST, wanted // _PHOTOS_A_CHAPTER)),
        by_stop=wish.kind == "trip",
    )


def _preset_photos(seconds: int) -> int:
    return PRESETS.get(seconds, max(3, round(seconds / 3)))


def _opening(photos: Sequence[RecapPhoto]) -> RecapPhoto:
    """Give the photo under the title: the best wide one without large faces."""

    def worth(one: RecapPhoto) -> tuple[float, float]:
        people = sum(face.w * face.h for face in one.faces)
        shape = 1.0 if _is_wide(one) else 0.0
        return (one.quality + shape - min(people * 5.0, 0.5), -len(one.photo.path))

    return max(photos, key=worth)


def _is_wide(one: RecapPhoto) -> bool:
    return 1.25 <= one.aspect <= 2.2


def _why_it_opens(one: RecapPhoto) -> str:
    return "the best wide picture" if _is_wide(one) else "the best picture to open with"


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment before it has its time."""

    segment: Segment
    fixed_s: float | None = None
    """Its length, where it does not depend on the film's."""
    extra_s: float = 0.0
    source: RecapPhoto | None = None


class _Parts:
    """Builds the parts of a recap in their order."""

    def __init__(
        self,
        wish: RecapWish,
        seen: Sequence[RecapPhoto],
        opening: RecapPhoto,
        chapters: Sequence[Chapter[RecapPhoto]],
    ) -> None:
        self.wish, self.seen, self.opening, self.chapters = wish, seen, opening, chapters

    def all(self) -> list[_Part]:
        """Give title, map, chapters and end."""
        parts = [self._title()]
        stops = self._stops()
        if len(stops) >= 2 and km_along([GeoPoint(s.lat, s.lon) for s in stops]) >= MAP_KM:
            parts.append(_Part(_segment(SegmentKind.MAP, stops=stops), fixed_s=_MAP_S))
        for number, chapter in enumerate(self.chapters, start=1):
            parts += self._chapter(number, chapter)
        return [*parts, self._end()]

    def _title(self) -> _Part:
        subtitle = self.wish.subtitle or span_words(self._days())
        segment = _segment(
            SegmentKind.TITLE,
            self.opening,
            heading=self.wish.title,
            caption="" if says(self.wish.title, subtitle) else subtitle,
            why=_why_it_opens(self.opening),
        )
        return _Part(segment, fixed_s=_TITLE_S, source=self.opening)

    def _stops(self) -> tuple[Stop, ...]:
        stops: list[Stop] = []
        for number, chapter in enumerate(self.chapters, start=1):
            numbered = False
            for one in chapter.photos:
                if one.point is None or (stops and _near(stops[-1], one) and numbered):
                    continue
                chapter_number = None if numbered else number
                stops.append(
                    Stop(lat=one.point.lat, lon=one.point.lon, name=one.place, chapter=chapter_number)
                )
                numbered = True
        return tuple(stops)

    def _chapter(self, number: int, chapter: Chapter[RecapPhoto]) -> list[_Part]:
        parts: list[_Part] = []
        place = chapter.place
        alone = len(self.chapters) == 1
        for index, (one, why) in enumerate(zip(chapter.photos, chapter.whys, strict=True)):
            opens = index == 0 and not alone
            told = opens and says(f"{chapter.heading} {chapter.kicker}", one.place)
            caption = one.caption or (one.place if one.place != place and not told else "")
            place = one.place or place
            segment = _segment(
                SegmentKind.CHAPTER if opens else SegmentKind.PHOTO,
                one,
                heading=chapter.heading if opens else "",
                kicker=chapter.kicker if opens else "",
                caption=caption,
                chapter=number,
                why=why,
            )
            extra = (_CHAPTER_EXTRA_S if opens else 0.0) + _extra(one)
            parts.append(_Part(segment, extra_s=extra, source=one))
        return parts

    def _end(self) -> _Part:
        last, why = self._closing()
        days = self._days()
        km = km_along([one.point for one in self.seen if one.point])
        facts = [self._shown_words(last), count_words(len(set(days)), "day") if days else ""]
        if km >= MAP_KM and self.wish.kind == "trip":
            facts.append(f"{round(km, -1 if km >= 100 else 0):,.0f} km")
        segment = _segment(
            SegmentKind.END,
            last,
            heading=self.wish.title,
            caption=" · ".join(fact for fact in facts if fact),
            why=why,
        )
        return _Part(segment, fixed_s=_END_S, source=last)

    def _shown_words(self, last: RecapPhoto) -> str:
        """Say how many of the photos the film shows: "15 of 79 photos", "4 photos"."""
        shown = {one.photo for chapter in self.chapters for one in chapter.photos}
        shown |= {self.opening.photo, last.photo}
        every = count_words(len(self.seen), "photo")
        return every if len(shown) == len(self.seen) else f"{len(shown):,} of {every}"

    def _closing(self) -> tuple[RecapPhoto, str]:
        """Give the best group photo that was not shown, else the last photo shown."""
        shown = [one for chapter in self.chapters for one in chapter.photos]
        names = {one.photo for one in shown} | {self.opening.photo}
        groups = [one for one in self.seen if len(one.faces) >= 3 and one.photo not in names]
        fresh = [one for one in groups if not looks_taken(one, shown)]
        if fresh:
            return max(fresh, key=lambda one: (one.quality, one.photo.path)), "the best picture of a group"
        return (shown[-1] if shown else self.opening), "the last picture once more"

    def _days(self) -> list[date]:
        return [day_of(one.taken) for one in self.seen if one.taken]


def _near(stop: Stop, one: RecapPhoto) -> bool:
    """Whether a photo was taken at a stop: at the same named place, or within 5 km."""
    if one.point is None or (stop.name and stop.name == one.place):
        return True
    return km_between(GeoPoint(stop.lat, stop.lon), one.point) < 5.0


def _segment(
    kind: SegmentKind,
    one: RecapPhoto | None = None,
    *,
    heading: str = "",
    kicker: str = "",
    caption: str = "",
    chapter: int = 0,
    stops: tuple[Stop, ...] = (),
    why: str = "",
) -> Segment:
    return Segment(
        kind=kind,
        at_ms=0,
        for_ms=1,
        fade_ms=0,
        photo=one.photo if one else None,
        aspect=one.aspect if one else 1.0,
        heading=heading,
        kicker=kicker,
        caption=caption,
        chapter=chapter,
        stops=stops,
        why=why,
    )


def _extra(one: RecapPhoto) -> float:
    if one.aspect > 2.2 or len(one.faces) >= 4:
        return _PANORAMA_EXTRA_S
    return _PEOPLE_EXTRA_S if one.faces else 0.0


def _timed(parts: Sequence[_Part], wish: RecapWish) -> list[Segment]:
    """Give each part its time, so that the whole is as long as asked (shorter when there are few photos)."""
    fade = _FADE_S[wish.pace]
    free = [part for part in parts if part.fixed_s is None]
    fixed = sum(part.fixed_s or 0.0 for part in parts) + sum(part.extra_s for part in free)
    room = wish.seconds + fade * (len(parts) - 1) - fixed
    each = min(max(room / max(len(free), 1), _PHOTO_LEAST_S), _PHOTO_MOST_S)
    segments: list[Segment] = []
    at = 0
    for number, part in enumerate(parts):
        seconds = part.fixed_s if part.fixed_s is not None else each + part.extra_s
        fade_ms = round(1000 * (fade if number else _OPENING_FADE_S))
        at -= fade_ms if number else 0
        motion = _motion_of(part.source, wish, seconds, number) if part.source else None
        for_ms = round(1000 * seconds)
        segments.append(replace(part.segment, at_ms=at, for_ms=for_ms, fade_ms=fade_ms, motion=motion))
        at += for_ms
    return segments


def _motion_of(one: RecapPhoto, wish: RecapWish, seconds: float, number: int) -> Motion:
    return plan_motion(
        one.aspect,
        wish.size[0] / wish.size[1],
        seconds=seconds,
        inwards=number % 2 == 0,
        faces=one.faces,
        interest=one.interest,
    )

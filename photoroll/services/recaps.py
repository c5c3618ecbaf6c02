"""Recaps: tells a trip or a month as a film and as a web page, from one document."""

from __future__ import annotations

import calendar
import json
import time
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from photoroll.core.documents import RecapDocument, recap_to_json
from photoroll.core.framing import Interest
from photoroll.core.models import Group, GroupKind, PhotoId
from photoroll.core.progress import CancelToken, Progress
from photoroll.core.recap import RecapPhoto, RecapWish, plan_recap
from photoroll.core.titles import MONTHS
from photoroll.errors import CannotMake
from photoroll.imaging.film import make_film
from photoroll.imaging.webpage import make_page
from photoroll.library import Library
from photoroll.library.records import PhotoFilter
from photoroll.services.candidates import Candidate
from photoroll.services.making import Make, folders_of, interests, make_file
from photoroll.services.writing import writing_new
from photoroll.workers.maker import Maker

MAKERS: dict[str, tuple[Make[dict[str, object]], str]] = {
    ".mp4": (make_film, "Making the film"),
    ".html": (make_page, "Making the web page"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecapMade:
    """A recap that was written."""

    output: Path
    document: RecapDocument
    letters_left_out: bool
    """Whether a title had letters that no shipped font can draw."""
    seconds: float


def month_title(year: int, month: int) -> str:
    """Name a month: "June 2024"."""
    return f"{MONTHS[month - 1]} {year}"


def photos_of_month(library: Library, year: int, month: int) -> list[PhotoId]:
    """Give the photos of a calendar month; those of which only the year is known are not among them."""
    first = datetime(year, month, 1)
    last = datetime(year, month, calendar.monthrange(year, month)[1], 23, 59, 59, 999_999)
    found = library.photos.query(PhotoFilter(date_from=first, date_to=last))
    return [
        one.id
        for one in found
        if one.taken.start and one.taken.end and one.taken.start >= first and one.taken.end <= last
    ]


def photos_between(library: Library, first: datetime, last: datetime) -> list[PhotoId]:
    """Give the photos whose date lies between two moments."""
    return [one.id for one in library.photos.query(PhotoFilter(date_from=first, date_to=last))]


def plan(
    candidates: Sequence[Candidate], wish: RecapWish, *, pinned: Collection[PhotoId] = ()
) -> RecapDocument:
    """Write the script of a recap; the same photos and wish give the same script.

    Raises
    ------
    CannotMake
        If there are not enough photos.
    """
    drafted = plan_recap([_recap_photo(one, pinned, None) for one in candidates], wish)
    # Where a photo is worth looking at decides only how the film moves over it, so it is asked of the chosen.
    shown = {part.photo for part in drafted.segments}
    chosen = [one for one in candidates if one.ref in shown]
    where = dict(zip([one.ref for one in chosen], interests([one.thumbnail for one in chosen]), strict=True))
    return plan_recap([_recap_photo(one, pinned, where.get(one.ref)) for one in candidates], wish)


def _recap_photo(one: Candidate, pinned: Collection[PhotoId], interest: Interest | None) -> RecapPhoto:
    return RecapPhoto(
        photo=one.ref,
        taken=one.taken,
        aspect=one.aspect,
        event=one.event,
        moment=one.moment,
        place=one.place,
        point=one.point,
        quality=one.quality,
        faces=one.faces,
        interest=interest,
        descriptor=one.descriptor or None,
        phash=one.phash,
        caption=one.caption,
        pinned=one.id in pinned,
    )


def event_titles(library: Library) -> dict[int, str]:
    """Give the titles of events by the numbers that candidates carry."""
    events = library.groups.all(GroupKind.EVENT, hidden=True)
    return {number: group.found.title for number, group in enumerate(events)}


def kind_of(group: Group) -> str:
    """Tell which kind of recap suits a group."""
    return "trip" if group.found.kind in (GroupKind.TRIP, GroupKind.DAY_OUT) else "month"


def check_ending(target: Path) -> None:
    """Raise :exc:`CannotMake` unless a recap can be a file of that ending."""
    if target.suffix.lower() not in (*MAKERS, ".json"):
        title = f"A recap cannot be a “{target.suffix}” file" if target.suffix else "The file needs an ending"
        raise CannotMake(title, "Use .mp4, .html or .json.", path=target)


def render(
    document: RecapDocument, target: Path, *, token: CancelToken
) -> Generator[Progress, None, RecapMade]:
    """Render a recap to ``target``: .mp4, .html, or .json for the document itself.

    Raises
    ------
    CannotMake
        If the ending is none of these, a photo cannot be read, or the file cannot be written.
    Cancelled
        If ``token`` was cancelled; no file is left.
    """
    began = time.monotonic()
    check_ending(target)
    facts: dict[str, object] = {}
    text = recap_to_json(document)
    if target.suffix.lower() == ".json":
        with writing_new(target) as out:
            out.write(text.encode("utf-8"))
    else:
        function, phase = MAKERS[target.suffix.lower()]
        paths = [Path(part.photo.text) for part in document.segments if part.photo]
        with Maker(roots=folders_of(paths)) as maker:
            facts = yield from make_file(maker, function, text, target, phase=phase, token=token)
    return RecapMade(
        output=target,
        document=document,
        letters_left_out=bool(facts.get("letters_left_out")),
        seconds=time.monotonic() - began,
    )


def keep(library: Library, document: RecapDocument) -> str:
    """Keep a recap in the library; gives its id."""
    return library.documents.save("recap", json.loads(recap_to_json(document)))

"""``photoroll recap``: a trip or a month as a film and as a web page."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from pathlib import Path

import click

from photoroll.cli.chosen import Chosen, choose_photos, chosen_options
from photoroll.cli.common import Session, as_usage, parse_date, session_options, stopping_gently
from photoroll.cli.main import DONE
from photoroll.cli.output import complain, emit, follow, path_text, say
from photoroll.core.documents import Pace, SegmentKind
from photoroll.core.recap import SIZES, RecapWish
from photoroll.errors import NotFound, show_path
from photoroll.library import Library
from photoroll.services import recaps
from photoroll.services.candidates import Candidate, CandidateSource, showable
from photoroll.services.recaps import RecapMade

LENGTHS = {"20s": 20, "45s": 45, "90s": 90}


@click.command(name="recap")
@chosen_options
@click.option("--year", type=click.IntRange(1826, 9998), metavar="Y")
@click.option("--month", metavar="Y-M")
@click.option("--last-days", type=click.IntRange(min=1, max=3660), metavar="N")
@click.option("--length", type=click.Choice(list(LENGTHS)), default="45s", show_default=True)
@click.option("--size", type=click.Choice(list(SIZES)), default="1080p", show_default=True)
@click.option("--pace", type=click.Choice([pace.value for pace in Pace]), default="steady", show_default=True)
@click.option("--title", default="")
@click.option("--save", is_flag=True, help="Keep it in the library, too.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="OUT.mp4|html|json")
@session_options
def recap_command(
    session: Session, *, chosen: Chosen, year: int | None, month: str | None, last_days: int | None,
    length: str, size: str, pace: str, title: str, save: bool, output: Path,
) -> int:  # fmt: skip
    """Make a recap of a group, a year, a month, the last days, or of the photos named."""
    with as_usage():
        recaps.check_ending(output)
    candidates, usual, kind, events = _gather(session, chosen, year, month, last_days)
    wish = RecapWish(
        kind=kind,
        title=title or usual,
        seconds=LENGTHS[length],
        pace=Pace(pace),
        size=SIZES[size],
        event_titles=events,
    )
    document = recaps.plan(candidates, wish)
    with stopping_gently() as token:
        work = recaps.render(document, output.absolute(), token=token)
        made = follow(work, quiet=session.quiet)
    if save:
        with session.open(write=True) as library:
            recaps.keep(library, document)
    if made.letters_left_out:
        complain("Some letters of the titles were left out: no font that ships with PhotoRoll has them.")
    if session.json:
        emit(recap_as_json(made))
    else:
        say(f"{show_path(made.output)}: {document.duration_ms / 1000:.0f} s ({made.seconds:.1f} s to make)")
    return DONE


def recap_as_json(made: RecapMade) -> dict[str, object]:
    """Give a recap in the shape of the command line's contract."""
    document = made.document
    shown = [part for part in document.segments if part.photo is not None]
    return {
        "output": path_text(made.output),
        "duration_s": document.duration_ms / 1000,
        "photos": [
            {
                "path": path_text(part.photo.path),
                "at_s": part.at_ms / 1000,
                "for_s": part.for_ms / 1000,
                "chapter": part.chapter,
                "why": part.why,
            }
            for part in shown
            if part.photo is not None
        ],
        "chapters": [
            {"title": part.heading, "start_s": part.at_ms / 1000}
            for part in document.segments
            if part.kind is SegmentKind.CHAPTER
        ],
        "candidates": document.candidates,
    }


def _gather(
    session: Session, chosen: Chosen, year: int | None, month: str | None, last_days: int | None
) -> tuple[list[Candidate], str, str, dict[int, str]]:
    """Give the photos, the usual title, the kind of recap and the titles of events."""
    spans = [value for value in (year, month, last_days) if value is not None]
    if len(spans) + bool(chosen.group) + bool(chosen.paths) != 1:
        raise click.UsageError("Name one of: photos, --group, --year, --month, --last-days.")
    if chosen.paths:
        candidates, _ = choose_photos(session, chosen)
        return candidates, "Your photos", "month", {}
    with session.open() as library:
        if chosen.group:
            candidates, title = choose_photos(session, chosen)
            kind = recaps.kind_of(library.groups.get(chosen.group))
        else:
            candidates, title = _of_span(library, year, month, last_days)
            kind = "month"
        return candidates, title, kind, recaps.event_titles(library)


def _of_span(
    library: Library, year: int | None, month: str | None, last_days: int | None
) -> tuple[list[Candidate], str]:
    if month is not None:
        first = parse_date(month, last=False)
        if first is None or month.count("-") != 1:
            raise click.BadParameter(f"“{month}” is no month; write 2024-06.")
        photos = recaps.photos_of_month(library, first.year, first.month)
        title = recaps.month_title(first.year, first.month)
    elif year is not None:
        last = calendar.monthrange(year, 12)[1]
        photos = recaps.photos_between(library, datetime(year, 1, 1), datetime(year, 12, last, 23, 59, 59))
        title = str(year)
    else:
        now = datetime.now()
        photos = recaps.photos_between(library, now - timedelta(days=last_days or 1), now)
        title = f"the last {last_days} days" if last_days != 1 else "the last day"
    if not photos:
        raise NotFound(f"There are no photos of {title}", "Look at “photoroll photos” for what there is.")
    return showable(CandidateSource(library).of(photos)), title[0].upper() + title[1:]

"""Options that commands share, and the session they open."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from photoroll import settings as user_settings
from photoroll.core.models import MediaKind, PhotoState
from photoroll.core.progress import CancelToken
from photoroll.errors import PhotoRollError
from photoroll.library import Library
from photoroll.library.records import PhotoFilter
from photoroll.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What every command knows: where the library is and how to speak."""

    library_folder: Path
    json: bool
    quiet: bool
    settings: Settings

    def open(self, *, write: bool = False, create: bool = False) -> Library:
        """Open the library; one that does not exist yet is an error with a sentence, unless ``create``."""
        return Library.open(self.library_folder, write=write, create=create)


def session_options(command: F) -> F:
    """Add ``--library``, ``--json`` and ``--quiet``, and pass a :class:`Session` as first argument."""

    @click.option(
        "--library", "library_folder", type=click.Path(path_type=Path), metavar="DIR", help="Library folder."
    )
    @click.option(
        "--json", "as_json", is_flag=True, help="One JSON object a line, and nothing else on stdout."
    )
    @click.option("--quiet", is_flag=True, help="No progress.")
    @functools.wraps(command)
    def with_session(library_folder: Path | None, as_json: bool, quiet: bool, **rest: Any) -> Any:  # noqa: FBT001
        folder = library_folder or user_settings.default_library()
        session = Session(
            library_folder=folder.absolute(), json=as_json, quiet=quiet, settings=user_settings.load()
        )
        return command(session, **rest)

    return with_session  # type: ignore[return-value]


_FILTER = (
    click.option("--from", "date_from", metavar="DATE", help="Taken on this day or later (YYYY[-MM[-DD]])."),
    click.option("--to", "date_to", metavar="DATE", help="Taken on this day or before."),
    click.option("--place", metavar="TEXT", help="In a place, region or country of that name."),
    click.option("--theme", metavar="NAME"),
    click.option("--group", metavar="ID"),
    click.option("--camera", metavar="TEXT"),
    click.option("--favourites", is_flag=True),
    click.option("--rating", type=click.IntRange(0, 5), metavar="N", help="At least N stars."),
    click.option("--kind", "media", type=click.Choice(["photo", "video"])),
    click.option("--hidden", is_flag=True, help="Hidden photos too."),
    click.option("--state", type=click.Choice(["ok", "missing", "unreadable"])),
    click.option("--limit", type=click.IntRange(min=1), metavar="N"),
)


def filter_options(command: F) -> F:
    """Add the shared FILTER options and pass them as one :class:`PhotoFilter` named ``chosen``."""

    @functools.wraps(command)
    def with_filter(*args: Any, date_from: str | None, date_to: str | None, **rest: Any) -> Any:
        kind, state = rest.pop("media"), rest.pop("state")
        first, last = parse_date(date_from, last=False), parse_date(date_to, last=True)
        if first and last and first > last:
            raise click.BadParameter(f"--from {date_from} is after --to {date_to}.")
        chosen = PhotoFilter(
            date_from=first,
            date_to=last,
            kind=MediaKind(kind) if kind else None,
            state=PhotoState(state) if state else None,
            place=rest.pop("place") or "",
            theme=rest.pop("theme") or "",
            group=rest.pop("group") or "",
            camera=rest.pop("camera") or "",
            favourites=rest.pop("favourites"),
            rating=rest.pop("rating"),
            hidden=rest.pop("hidden"),
            limit=rest.pop("limit"),
        )
        return command(*args, chosen=chosen, **rest)

    for option in reversed(_FILTER):
        with_filter = option(with_filter)
    return with_filter  # type: ignore[return-value]


@contextmanager
def as_usage() -> Iterator[None]:
    """Turn what is wrong with an option's value into wrong usage."""
    try:
        yield
    except PhotoRollError as exc:
        raise click.BadParameter(str(exc)) from exc


def check_group(library: Library, chosen: PhotoFilter) -> None:
    """Raise :exc:`NotFound` when the filter names a group that there is not."""
    if chosen.group:
        library.groups.get(chosen.group)


def parse_date(text: str | None, *, last: bool) -> datetime | None:
    """Give the first (or last) moment of ``2024-06-14``, ``2024-06`` or ``2024``."""
    if text is None:
        return None
    for form, span in (("%Y-%m-%d", "day"), ("%Y-%m", "month"), ("%Y", "year")):
        try:
            first = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return datetime.combine(_end(first, span), time.max) if last else datetime.combine(first, time.min)
    raise click.BadParameter(f"“{text}” is no date; write 2024-06-14, 2024-06 or 2024.")


def _end(first: date, span: str) -> date:
    if span == "day":
        return first
    if span == "year":
        return first.replace(month=12, day=31)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


@contextmanager
def stopping_gently() -> Iterator[CancelToken]:
    """Turn the first Ctrl-C or SIGTERM into a stop after the current batch; the second one stops at once."""
    token = CancelToken()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

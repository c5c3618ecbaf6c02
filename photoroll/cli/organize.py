"""``photoroll organize``, the main job in one go, and what ``photoroll FOLDER…`` does."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import click

from photoroll.cli.common import Session, session_options, stopping_gently
from photoroll.cli.index import exit_code, left_out_as_json, tell
from photoroll.cli.output import complain, emit, follow, path_text, say, table
from photoroll.cli.recap import LENGTHS
from photoroll.core.collage import CollageWish, page_from_text
from photoroll.core.models import Group, GroupKind
from photoroll.core.progress import CancelToken, Progress
from photoroll.core.recap import SIZES, RecapWish
from photoroll.errors import CannotMake, show_path
from photoroll.library import Library
from photoroll.services import collages, recaps
from photoroll.services.grouping import GroupingReport, open_compute, regroup
from photoroll.services.index_report import IndexReport
from photoroll.services.indexing import index
from photoroll.services.organizing import best_for_collage, best_for_recap
from photoroll.services.roots import check_folders
from photoroll.services.writing import free_name

SHOWN = 8
_SECTIONS = (
    (GroupKind.TRIP, "Trips"),
    (GroupKind.DAY_OUT, "Days out"),
    (GroupKind.EVENT, "Events"),
    (GroupKind.PLACE, "Places"),
    (GroupKind.THEME, "Themes"),
    (GroupKind.UNNAMED_SET, "Sets without a name"),
    (GroupKind.LOOKALIKE, "Look-alikes"),
)


@click.command(name="open", hidden=True)
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
@session_options
@click.pass_context
def open_command(ctx: click.Context, session: Session, folders: tuple[Path, ...]) -> int:
    """Open folders; without a window, organize them and say so."""
    if not folders:
        raise click.UsageError("Name the folders with your photos: photoroll FOLDER…")
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        complain("PhotoRoll has no window yet: it sorts these folders here.")
    else:
        complain("There is no display, so there is no window: PhotoRoll sorts these folders here.")
    return _organize(session, folders)


@click.command(name="organize")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER…")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the best collage and recap there."
)
@click.option(
    "--length", type=click.Choice(list(LENGTHS)), default="45s", show_default=True, help="Of the recap."
)
@click.option(
    "--size", type=click.Choice(list(SIZES)), default="1080p", show_default=True, help="Of the recap."
)
@click.option("--confirm-missing", is_flag=True, help="Believe that files are gone, however many.")
@session_options
def organize_command(
    session: Session,
    folders: tuple[Path, ...],
    *,
    out: Path | None,
    length: str,
    size: str,
    confirm_missing: bool,
) -> int:
    """Index, group, and print what was found; with --out, make the best collage and recap."""
    wish = RecapWish(kind="month", title="", seconds=LENGTHS[length], size=SIZES[size])
    return _organize(session, folders, out=out, wish=wish, confirm_missing=confirm_missing)


def _organize(
    session: Session,
    folders: tuple[Path, ...],
    *,
    out: Path | None = None,
    wish: RecapWish | None = None,
    confirm_missing: bool = False,
) -> int:
    began = time.monotonic()
    check_folders(folders)
    if out is not None:
        out = _prepared(out.absolute(), folders)
    with session.open(write=True, create=True) as library, stopping_gently() as token:
        work = _sorted(library, folders, session, token, confirm_missing=confirm_missing)
        read, grouped = follow(work, quiet=session.quiet)
        if not session.json:
            tell(read)
            _print_groups(library, grouped)
        collage: Path | None = None
        recap: list[Path] = []
        if out is not None:
            telling = _told(library, out, wish or RecapWish(kind="month", title=""), token)
            collage, recap = follow(telling, quiet=session.quiet)
    if session.json:
        emit(_as_json(read, grouped, collage, recap, seconds=time.monotonic() - began))
    else:
        for path in [path for path in (collage, *recap) if path]:
            say(f"Made: {show_path(path)}")
    return exit_code(read)


def _prepared(out: Path, folders: tuple[Path, ...]) -> Path:
    """Make the folder for what is made; not among the photos, whose folders are never written to."""
    if any(out.resolve().is_relative_to(folder.resolve()) for folder in folders):
        raise CannotMake("That folder is among your photos", "Choose one outside of them.", path=out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise CannotMake(
            f"The folder cannot be made: {exc.strerror}", "Choose another one.", path=out
        ) from exc
    return out


def _sorted(
    library: Library,
    folders: tuple[Path, ...],
    session: Session,
    token: CancelToken,
    *,
    confirm_missing: bool,
) -> Generator[Progress, None, tuple[IndexReport, GroupingReport]]:
    with open_compute() as compute:
        compute.start()  # it gets ready while the photos are read
        read = yield from index(
            library,
            folders,
            settings=session.settings,
            faces=session.settings.faces,
            confirm_missing=confirm_missing,
            token=token,
        )
        grouped = yield from regroup(library, compute, settings=session.settings, token=token)
    return read, grouped


def _told(
    library: Library, out: Path, wish: RecapWish, token: CancelToken
) -> Generator[Progress, None, tuple[Path | None, list[Path]]]:
    """Make the best collage and the best recap; what cannot be made is said, and the rest goes on."""
    collage: Path | None = None
    try:
        collage = yield from _collage(library, out, token)
    except CannotMake as exc:
        complain(f"No collage: {exc}")
    recap: list[Path] = []
    try:
        recap = yield from _recap(library, out, wish, token)
    except CannotMake as exc:
        complain(f"No recap: {exc}")
    return collage, recap


def _collage(library: Library, out: Path, token: CancelToken) -> Generator[Progress, None, Path | None]:
    choice = best_for_collage(library)
    if choice is None:
        complain("No collage: there is no photo to show.")
        return None
    chosen = collages.choose_for_collage(choice.candidates)
    wish = CollageWish(page=page_from_text("4:3"), title=choice.title)
    made = yield from collages.render(
        collages.arrange(chosen, wish), free_name(out / "collage.jpg"), token=token
    )
    return made.output


def _recap(
    library: Library, out: Path, wish: RecapWish, token: CancelToken
) -> Generator[Progress, None, list[Path]]:
    choice = best_for_recap(library)
    if choice is None:
        complain("No recap: it needs two photos at least.")
        return []
    wish = replace(
        wish,
        kind="trip" if choice.kind == "trip" else "month",
        title=choice.title,
        event_titles=recaps.event_titles(library),
    )
    document = recaps.plan(choice.candidates, wish)
    made = []
    for name in ("recap.mp4", "recap.html"):
        done = yield from recaps.render(document, free_name(out / name), token=token)
        made.append(done.output)
    return made


def _as_json(
    read: IndexReport, grouped: GroupingReport, collage: Path | None, recap: list[Path], *, seconds: float
) -> dict[str, object]:
    counts = grouped.counts
    return {
        "indexed": read.indexed + read.unchanged + read.moved,
        "events": counts[GroupKind.EVENT],
        "trips": counts[GroupKind.TRIP],
        "places": counts[GroupKind.PLACE],
        "themes": counts[GroupKind.THEME],
        "lookalikes": counts[GroupKind.LOOKALIKE],
        **left_out_as_json(read),
        "collage": path_text(collage) if collage else None,
        "recap": [path_text(path) for path in recap],
        "seconds": round(seconds, 3),
    }


def _print_groups(library: Library, grouped: GroupingReport) -> None:
    for kind, heading in _SECTIONS:
        count = grouped.counts[kind]
        if not count:
            continue
        say(f"\n{heading}: {count:,}")
        groups = sorted(library.groups.all(kind), key=lambda group: -len(group.found.members))
        table(_row(group) for group in groups[:SHOWN])
    for note in grouped.notes:
        say(f"\n{note.text}.")


def _row(group: Group) -> tuple[str, ...]:
    found = group.found
    when = found.start.strftime("%Y-%m-%d") if found.start else ""
    why = found.reasons[0].text if found.reasons else ""
    return ("  ", f"{len(found.members):,}", found.title, when, why)

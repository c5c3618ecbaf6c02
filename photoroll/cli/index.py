"""``photoroll index``: read the folders, nothing else."""

from __future__ import annotations

from pathlib import Path

import click

from photoroll.cli.common import Session, session_options, stopping_gently
from photoroll.cli.main import DONE, SOME_UNREADABLE
from photoroll.cli.output import complain, emit, follow, path_text, say
from photoroll.errors import show_path
from photoroll.services.index_report import IndexReport
from photoroll.services.indexing import index

SHOWN_UNREADABLE = 20


@click.command(name="index")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER…")
@click.option("--rescan", is_flag=True, help="Read every file anew, also those that could not be read.")
@click.option("--confirm-missing", is_flag=True, help="Believe that files are gone, however many.")
@click.option("--no-faces", is_flag=True, help="Do not count faces.")
@session_options
def index_command(
    session: Session, folders: tuple[Path, ...], *, rescan: bool, no_faces: bool, confirm_missing: bool
) -> int:
    """Read the photos of these folders into the library. Unchanged files are not opened."""
    faces = session.settings.faces and not no_faces
    with session.open(write=True) as library, stopping_gently() as token:
        work = index(
            library,
            folders,
            settings=session.settings,
            rescan=rescan,
            faces=faces,
            confirm_missing=confirm_missing,
            token=token,
        )
        report = follow(work, quiet=session.quiet)
    if session.json:
        emit(report_as_json(report))
    else:
        tell(report)
    return SOME_UNREADABLE if report.unreadable else DONE


def report_as_json(report: IndexReport) -> dict[str, object]:
    """Give the report in the shape of the command line's contract, with the files left out named too."""
    return {
        "found": report.found,
        "indexed": report.indexed,
        "unchanged": report.unchanged,
        "moved": report.moved,
        "missing": report.missing,
        "unsupported": len(report.unsupported),
        "unreadable": [{"path": path_text(one.path), "reason": one.reason} for one in report.unreadable],
        "listed": [{"path": path_text(one.path), "reason": one.reason} for one in report.listed],
        "seconds": round(report.seconds, 3),
    }


def tell(report: IndexReport) -> None:
    """Print the report for a person; what could not be read goes to stderr."""
    say(
        f"{report.found:,} files found: {report.indexed:,} indexed, {report.unchanged:,} unchanged, "
        f"{report.moved:,} moved, {report.missing:,} missing, {len(report.unsupported):,} of other kinds, "
        f"{len(report.unreadable):,} could not be read ({report.seconds:.1f} s)."
    )
    for one in report.unreadable[:SHOWN_UNREADABLE]:
        complain(f"Could not be read: {show_path(one.path)}: {one.reason}")
    if len(report.unreadable) > SHOWN_UNREADABLE:
        more = len(report.unreadable) - SHOWN_UNREADABLE
        complain(f"… and {more:,} more; --json lists them all.")
    if report.held_back:
        complain(report.held_back)

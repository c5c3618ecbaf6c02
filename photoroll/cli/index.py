"""``photoroll index``: read the folders, nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from photoroll.cli.common import Session, session_options, stopping_gently
from photoroll.cli.main import DONE, FAILED, SOME_UNREADABLE
from photoroll.cli.output import complain, emit, follow, path_text, say
from photoroll.errors import show_path
from photoroll.services.index_report import IndexReport
from photoroll.services.indexing import index
from photoroll.services.roots import check_folders

SHOWN = 20


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
    check_folders(folders)
    with session.open(write=True, create=True) as library, stopping_gently() as token:
        work = index(
            library,
            folders,
            settings=session.settings,
            rescan=rescan,
            faces=session.settings.faces and not no_faces,
            confirm_missing=confirm_missing,
            token=token,
        )
        report = follow(work, quiet=session.quiet)
    if session.json:
        emit(report_as_json(report))
    else:
        tell(report)
    return exit_code(report)


def exit_code(report: IndexReport) -> int:
    """Give 3 where files or folders could not be read, 1 where a question is open, else 0."""
    if report.unreadable or report.unlisted:
        return SOME_UNREADABLE
    return FAILED if report.held_back else DONE


def report_as_json(report: IndexReport) -> dict[str, object]:
    """Give the report in the shape of the command line's contract, with all that was left out named too."""
    return {
        "found": report.found,
        "indexed": report.indexed,
        "unchanged": report.unchanged,
        "moved": report.moved,
        "missing": report.missing,
        "unsupported": len(report.unsupported),
        **left_out_as_json(report),
        "seconds": round(report.seconds, 3),
    }


def left_out_as_json(report: IndexReport) -> dict[str, object]:
    """Name what could not be read, what is no photo, and the open question, if any."""
    return {
        "unreadable": [
            {"path": path_text(one.path), "reason": one.reason} for one in report.unreadable + report.unlisted
        ],
        "listed": [{"path": path_text(one.path), "reason": one.reason} for one in report.listed],
        "held_back": report.held_back or None,
    }


def tell(report: IndexReport) -> None:
    """Print the report for a person; what could not be read, and open questions, go to stderr."""
    say(
        f"{report.found:,} files found: {report.indexed:,} indexed, {report.unchanged:,} unchanged, "
        f"{report.moved:,} moved, {len(report.unsupported):,} of other kinds, "
        f"{len(report.unreadable):,} could not be read; {report.missing:,} missing ({report.seconds:.1f} s)."
    )
    _tell_kinds(report)
    failed = report.unlisted + report.unreadable
    for one in failed[:SHOWN]:
        complain(f"Could not be read: {show_path(one.path)}: {one.reason}")
    if len(failed) > SHOWN:
        complain(f"… and {len(failed) - SHOWN:,} more; --json lists them all.")
    if report.held_back:
        complain(report.held_back)


def _tell_kinds(report: IndexReport) -> None:
    """Say what was left out, by its reason, with one example each."""
    kinds = Counter(one.reason for one in report.listed)
    examples = {one.reason: one.path for one in reversed(report.listed)}
    for reason, count in kinds.most_common(SHOWN):
        say(f"Left out, {count:,}: {reason.split('. ')[0]}, such as {show_path(examples[reason])}")
    if len(kinds) > SHOWN:
        say(f"Left out for {len(kinds) - SHOWN:,} more reasons; --json lists them all.")

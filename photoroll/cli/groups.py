"""``photoroll groups`` lists groups; ``photoroll group`` corrects them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from photoroll.cli.common import Session, check_group, filter_options, session_options
from photoroll.cli.main import DONE
from photoroll.cli.output import emit, path_text, say, table
from photoroll.cli.photos import moment_text
from photoroll.core.models import Certainty, Group, GroupKind, PhotoId, Reason
from photoroll.library import Library
from photoroll.library.records import PhotoFilter, PhotoRecord
from photoroll.services.correcting import merge_groups, split_group

KINDS: dict[str, tuple[GroupKind, ...]] = {
    "events": (GroupKind.EVENT,),
    "trips": (GroupKind.TRIP,),
    "days-out": (GroupKind.DAY_OUT,),
    "places": (GroupKind.PLACE,),
    "themes": (GroupKind.THEME, GroupKind.UNNAMED_SET),
    "lookalikes": (GroupKind.LOOKALIKE,),
}
_SURENESS = (Certainty.SURE, Certainty.FAIRLY_SURE, Certainty.PLEASE_CHECK)


@click.command(name="groups")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@filter_options
@session_options
def groups_command(session: Session, kind: str, *, chosen: PhotoFilter) -> int:
    """List groups: events, trips, days-out, places, themes or lookalikes, each with its reasons.

    A filter keeps the groups that hold any photo it lets through.
    """
    with session.open() as library:
        check_group(library, chosen)
        groups = [group for one in KINDS[kind] for group in library.groups.all(one, hidden=chosen.hidden)]
        if chosen != PhotoFilter(hidden=chosen.hidden, limit=chosen.limit, state=chosen.state):
            groups = _holding(library, groups, chosen)
        groups = groups[: chosen.limit]
        show_groups(session, library, groups)
    return DONE


@click.group(name="group")
def group_command() -> None:
    """Your corrections: they outlive every recompute."""


@group_command.command(name="rename")
@click.argument("group_id", metavar="ID")
@click.argument("title")
@session_options
def rename_command(session: Session, group_id: str, title: str) -> int:
    """Name a group; an empty TITLE gives the naming back."""
    with session.open(write=True) as library:
        show_groups(session, library, [library.groups.rename(group_id, title)])
    return DONE


@group_command.command(name="hide")
@click.argument("group_id", metavar="ID")
@session_options
def hide_command(session: Session, group_id: str) -> int:
    """Do not show a group any more; its photos stay."""
    with session.open(write=True) as library:
        show_groups(session, library, [library.groups.hide(group_id)])
    return DONE


@group_command.command(name="show")
@click.argument("group_id", metavar="ID")
@session_options
def show_command(session: Session, group_id: str) -> int:
    """Show a hidden group again."""
    with session.open(write=True) as library:
        show_groups(session, library, [library.groups.show(group_id)])
    return DONE


@group_command.command(name="merge")
@click.argument("group_ids", metavar="ID ID…", nargs=-1, required=True)
@session_options
def merge_command(session: Session, group_ids: tuple[str, ...]) -> int:
    """Make several groups of one kind the first of them."""
    if len(group_ids) < 2:
        raise click.UsageError("Merging needs two groups at least.")
    with session.open(write=True) as library:
        show_groups(session, library, [merge_groups(library, group_ids)])
    return DONE


@group_command.command(name="split")
@click.argument("group_id", metavar="ID")
@click.option(
    "--at",
    "at",
    required=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="First photo of the second half.",
)
@session_options
def split_command(session: Session, group_id: str, at: Path) -> int:
    """Cut a group in two before the photo PATH."""
    with session.open(write=True) as library:
        photo = library.photos.by_path(at.absolute()).id
        show_groups(session, library, split_group(library, group_id, photo))
    return DONE


def show_groups(session: Session, library: Library, groups: Sequence[Group]) -> None:
    """Print groups, as JSON Lines or for a person."""
    needed = {photo for group in groups for photo in group.photo_ids}
    needed |= {group.found.cover for group in groups if group.found.cover is not None}
    records = library.photos.get(needed)
    if session.json:
        for group in groups:
            emit(group_as_json(group, records))
        return
    if not groups:
        grouped = any(library.groups.counts().values())
        say("None." if grouped else "None yet: “photoroll organize FOLDER…” groups the photos.")
    table(_row(group) for group in groups)


def group_as_json(group: Group, records: dict[PhotoId, PhotoRecord]) -> dict[str, object]:
    """Give a group in the shape of the command line's contract."""
    found = group.found
    cover = records.get(found.cover) if found.cover is not None else None
    paths = [path_text(one.path) for photo in group.photo_ids if (one := records.get(photo)) and one.path]
    values: dict[str, object] = {
        "id": group.id,
        "kind": found.kind,
        "title": found.title,
        "title_source": group.title_source,
        "start": moment_text(found.start),
        "end": moment_text(found.end),
        "count": len(found.members),
        "paths": paths,
        "cover": path_text(cover.path) if cover and cover.path else None,
        "reasons": _texts(found.reasons),
        "hidden": group.hidden,
    }
    return values | _by_kind(group, values)


def _by_kind(group: Group, values: dict[str, object]) -> dict[str, object]:
    found = group.found
    if found.kind is GroupKind.LOOKALIKE:
        relation = found.facts.get("relation")
        return {"best": values["cover"], "best_reasons": _texts(found.reasons), "relation": relation}
    if found.kind in (GroupKind.THEME, GroupKind.UNNAMED_SET):
        return {"certainty": _certainty(group)}
    return {"facts": dict(found.facts)} | (
        {name: found.facts.get(name) for name in ("lat", "lon", "country")}
        if found.kind is GroupKind.PLACE
        else {}
    )


def _certainty(group: Group) -> Certainty:
    """Give what most of a theme's photos are: the certainty of its median member."""
    marks = sorted(_SURENESS.index(one.certainty) for one in group.found.members if one.certainty)
    return _SURENESS[marks[len(marks) // 2]] if marks else Certainty.PLEASE_CHECK


def _texts(reasons: Sequence[Reason]) -> list[str]:
    return [reason.text for reason in reasons if reason.text]


def _holding(library: Library, groups: Sequence[Group], chosen: PhotoFilter) -> list[Group]:
    import dataclasses

    photos = {record.id for record in library.photos.stream(dataclasses.replace(chosen, limit=None))}
    return [group for group in groups if photos.intersection(group.photo_ids)]


def _row(group: Group) -> tuple[str, ...]:
    found = group.found
    when = found.start.strftime("%Y-%m-%d") if found.start else ""
    why = next(iter(_texts(found.reasons)), "")
    return (group.id, when, f"{len(found.members):,}", found.title, why)

"""What the user says about groups: kept as rows and as constraints, so that recomputing obeys."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    Group,
    GroupId,
    GroupKind,
    Member,
    PhotoId,
    TitleSource,
)
from photoroll.errors import NotFound, PhotoRollError
from photoroll.library import grouprows
from photoroll.library.connection import Database
from photoroll.library.encoding import from_ms
from photoroll.library.workrows import constraint_columns

Change: TypeAlias = "Callable[[Database, Group], None]"

_OPPOSITE = {
    ConstraintKind.ADD: ConstraintKind.REMOVE,
    ConstraintKind.REMOVE: ConstraintKind.ADD,
    ConstraintKind.CUT_BEFORE: ConstraintKind.NO_CUT_BEFORE,
    ConstraintKind.NO_CUT_BEFORE: ConstraintKind.CUT_BEFORE,
}
_IN_TIME = (GroupKind.EVENT, GroupKind.TRIP, GroupKind.DAY_OUT)


def rename(db: Database, group: Group, *, title: str) -> None:
    """Name a group, or give the naming back."""
    title = title.strip()
    if not title:
        _write(db, _named_by_machine(group))
        return
    auto = group.auto_title if group.title_source is TitleSource.USER else group.found.title
    found = replace(group.found, title=title)
    _write(db, replace(group, found=found, title_source=TitleSource.USER, auto_title=auto))


def set_hidden(db: Database, group: Group, *, hidden: bool) -> None:
    """Hide or show a group."""
    _write(db, replace(group, hidden=hidden))


def merge(db: Database, groups: Sequence[Group]) -> None:
    """Make several groups the first; constraints keep the next recompute from taking them apart."""
    kinds = {group.found.kind for group in groups}
    if len({group.id for group in groups}) < 2 or len(kinds) != 1:
        raise PhotoRollError("These groups cannot be merged", "Choose at least two groups of the same kind.")
    first, *others = groups
    members = {member.photo: member for group in groups for member in group.found.members}
    ordered = _in_time(db, list(members.values()))
    kind = first.found.kind
    if kind in _IN_TIME:
        starts = {group.found.members[0].photo for group in groups if group.found.members}
        cuts = starts - {ordered[0].photo}
        kept = [
            Constraint(kind=ConstraintKind.NO_CUT_BEFORE, photo=photo, group_kind=kind)
            for photo in sorted(cuts)
        ]
    else:
        ref = first.found.key or first.id
        kept = [
            Constraint(kind=ConstraintKind.ADD, photo=member.photo, group_kind=kind, group=ref)
            for group in others
            for member in group.found.members
        ]
    aliases = [*first.aliases, *(alias for group in others for alias in (group.id, *group.aliases))]
    for group in others:
        for table, column in (("members", "group_id"), ("aliases", "group_id"), ("groups", "id")):
            db.sql.execute(f"DELETE FROM {table} WHERE {column} = ?", (group.id,))  # noqa: S608 - our tables
    _repoint(db, [group.id for group in others], first.id)
    whole = replace(
        first.found,
        members=tuple(ordered),
        start=min((g.found.start for g in groups if g.found.start), default=None),
        end=max((g.found.end for g in groups if g.found.end), default=None),
    )
    _write(db, replace(first, found=whole, aliases=tuple(dict.fromkeys(GroupId(alias) for alias in aliases))))
    constrain(db, kept)


def split(db: Database, group: Group, at: PhotoId) -> GroupId:
    """Cut a group before a photo; gives the new group's id."""
    photos = group.photo_ids
    if at not in photos:
        raise NotFound("This photo is not in the group", "Choose one of the group's own photos.")
    place = photos.index(at)
    if place == 0:
        raise PhotoRollError("The group already begins with this photo", "Choose a later one.")
    kind = group.found.kind
    before, after = group.found.members[:place], group.found.members[place:]
    new = GroupId(str(uuid.uuid4()))
    if kind in _IN_TIME:
        kept = [Constraint(kind=ConstraintKind.CUT_BEFORE, photo=at, group_kind=kind)]
    else:
        ref = group.found.key or group.id
        kept = [
            Constraint(kind=ConstraintKind.REMOVE, photo=member.photo, group_kind=kind, group=ref)
            for member in after
        ]
        kept += [
            Constraint(kind=ConstraintKind.ADD, photo=member.photo, group_kind=kind, group=new)
            for member in after
        ]
    _write(db, _part(db, group, before))
    second = _named_by_machine(_part(db, group, after))
    second = replace(second, id=new, parent=group.id, aliases=(), pinned=False)
    if second.found.key:
        second = replace(second, found=replace(second.found, key=""))
    _write(db, second, after=group.id)
    constrain(db, kept)
    return new


def constrain(db: Database, constraints: Sequence[Constraint]) -> None:
    """Keep corrections, and withdraw their opposites."""
    for item in constraints:
        db.sql.execute(
            "DELETE FROM constraints WHERE kind = ? AND photo_id = ? AND group_kind = ? AND group_ref = ?",
            (_OPPOSITE[item.kind].value, item.photo, item.group_kind.value, item.group),
        )
    db.sql.executemany(
        "INSERT OR IGNORE INTO constraints (kind, photo_id, group_kind, group_ref, checksum) VALUES "
        "(?, ?, ?, ?, ?)",
        [
            constraint_columns(item.kind.value, item.photo, item.group_kind.value, item.group)
            for item in constraints
        ],
    )


def _named_by_machine(group: Group) -> Group:
    found = replace(group.found, title=group.auto_title or group.found.title)
    return replace(group, found=found, title_source=TitleSource.AUTO, auto_title="")


def _part(db: Database, group: Group, members: Sequence[Member]) -> Group:
    times = _times(db, members)
    cover = (
        group.found.cover if group.found.cover in {member.photo for member in members} else members[0].photo
    )
    found = replace(
        group.found,
        members=tuple(members),
        cover=cover,
        start=min(times, default=group.found.start),
        end=max(times, default=group.found.end),
    )
    return replace(group, found=found)


def _times(db: Database, members: Sequence[Member]) -> list[datetime]:
    moments = _walls(db, members)
    return [moment for value in moments.values() if (moment := from_ms(value)) is not None]


def _walls(db: Database, members: Sequence[Member]) -> dict[PhotoId, int | None]:
    return {
        member.photo: row[0]
        for member in members
        if (row := db.row("SELECT wall_ms FROM photos WHERE id = ?", (member.photo,))) is not None
    }


def _in_time(db: Database, members: Sequence[Member]) -> list[Member]:
    walls = _walls(db, members)

    def order(member: Member) -> tuple[bool, int, int]:
        wall = walls.get(member.photo)
        return (wall is None, wall or 0, member.photo)

    return sorted(members, key=order)


def _repoint(db: Database, old: Sequence[str], new: str) -> None:
    """Corrections bound to a merged group are bound to what it became."""
    for group in old:
        rows = db.rows("SELECT kind, photo_id, group_kind FROM constraints WHERE group_ref = ?", (group,))
        db.sql.execute("DELETE FROM constraints WHERE group_ref = ?", (group,))
        db.sql.executemany(
            "INSERT OR IGNORE INTO constraints (kind, photo_id, group_kind, group_ref, checksum) "
            "VALUES (?, ?, ?, ?, ?)",
            [constraint_columns(kind, photo, group_kind, new) for kind, photo, group_kind in rows],
        )


def _write(db: Database, group: Group, *, after: str | None = None) -> None:
    row = db.row("SELECT position, params FROM groups WHERE id = ?", (after or group.id,))
    position, params = row if row else (0, "")
    grouprows.rewrite(db, group, position=position, params=params)

"""Groups as rows: written only where they differ from what is there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from photoroll.core.models import (
    Certainty,
    Changes,
    FoundGroup,
    Group,
    GroupId,
    GroupKind,
    Member,
    PhotoId,
    TitleSource,
)
from photoroll.library.connection import Database, Row
from photoroll.library.encoding import (
    dump,
    facts_json,
    from_ms,
    load,
    reasons_from,
    reasons_json,
    storable,
    to_ms,
)

_COLUMNS = (
    "id, kind, title, title_source, hidden, pinned, key, position, count, start_ms, end_ms, cover, parent, "
    "facts, reasons, params, digest"
)
_INSERT = f"INSERT OR REPLACE INTO groups ({_COLUMNS}) VALUES ({', '.join('?' * 17)})"  # noqa: S608
_MEMBER = (
    "INSERT INTO members (group_id, position, photo_id, score, certainty, reasons) VALUES (?, ?, ?, ?, ?, ?)"
)
_AUTO_TITLE = "auto_title"
"""Beside a group's facts as stored, not among them: the title to go back to."""
_CERTAINTY = {certainty.value: certainty for certainty in Certainty}


def read(db: Database, where: str, values: Sequence[object]) -> list[Group]:
    """Groups with their members, in order."""
    rows = db.rows(f"SELECT {_COLUMNS} FROM groups WHERE {where} ORDER BY position, id", values)  # noqa: S608
    listed = dump([row[0] for row in rows])
    members: dict[str, list[Member]] = {}
    for group, photo, score, certainty, reasons in db.rows(
        "SELECT group_id, photo_id, score, certainty, reasons FROM members "
        "WHERE group_id IN (SELECT value FROM json_each(?)) ORDER BY group_id, position",
        (listed,),
    ):
        member = Member(
            photo=photo,
            reasons=reasons_from(reasons),
            score=score,
            certainty=_CERTAINTY[certainty] if certainty else None,
        )
        members.setdefault(group, []).append(member)
    aliases: dict[str, list[GroupId]] = {}
    for alias, group in db.rows("SELECT alias, group_id FROM aliases ORDER BY rowid"):
        aliases.setdefault(group, []).append(GroupId(alias))
    return [_group(row, members.get(row[0], []), aliases.get(row[0], [])) for row in rows]


def replace(db: Database, kind: GroupKind, groups: Sequence[Group], params: str) -> Changes:
    """Make ``groups`` the whole state of a kind, inside the caller's transaction."""
    before: dict[str, bytes] = dict(db.rows("SELECT id, digest FROM groups WHERE kind = ?", (kind.value,)))
    photos: set[PhotoId] = set()
    differing: list[tuple[Row, Group, list[Row]]] = []
    for position, group in enumerate(groups):
        members = _member_rows(group)
        row = _row(group, position, params, members)
        if before.get(group.id) != row[-1]:
            differing.append((row, group, members))
    gone = before.keys() - {group.id for group in groups}
    if not differing and not gone:
        return Changes()
    db.sql.execute("PRAGMA defer_foreign_keys = ON")
    touched = [*gone, *(group.id for _, group, _ in differing)]
    photos |= _members_of(db, touched)
    _drop(db, gone, {alias for group in groups for alias in group.aliases})
    for row, group, members in differing:
        db.sql.execute("DELETE FROM members WHERE group_id = ?", (group.id,))
        db.sql.execute(_INSERT, row)
        db.sql.executemany(_MEMBER, members)
        set_aliases(db, group.id, group.aliases)
        photos.update(group.photo_ids)
    return Changes(photos=frozenset(photos), groups=True)


def set_aliases(db: Database, group: str, aliases: Sequence[str]) -> None:
    """Let the ids of merged groups resolve to this one."""
    db.sql.execute("DELETE FROM aliases WHERE group_id = ?", (group,))
    db.sql.executemany(
        "INSERT OR REPLACE INTO aliases (alias, group_id) VALUES (?, ?)",
        [(alias, group) for alias in aliases],
    )


def rewrite(db: Database, group: Group, *, position: int, params: str = "") -> None:
    """Write one group, whatever is there."""
    members = _member_rows(group)
    db.sql.execute("PRAGMA defer_foreign_keys = ON")
    db.sql.execute("DELETE FROM members WHERE group_id = ?", (group.id,))
    db.sql.execute(_INSERT, _row(group, position, params, members))
    db.sql.executemany(_MEMBER, members)
    set_aliases(db, group.id, group.aliases)


def _drop(db: Database, gone: set[str], still_aliases: set[GroupId]) -> None:
    """Remove groups; an alias of a group that is gone means nothing any more, unless it was handed on."""
    rows = [(group,) for group in gone]
    db.sql.executemany("DELETE FROM members WHERE group_id = ?", rows)
    db.sql.executemany("DELETE FROM aliases WHERE group_id = ?", rows)
    db.sql.executemany("DELETE FROM groups WHERE id = ?", rows)
    db.sql.executemany("DELETE FROM aliases WHERE alias = ?", [(alias,) for alias in still_aliases])


def _members_of(db: Database, groups: Sequence[str]) -> set[PhotoId]:
    rows = db.rows(
        "SELECT DISTINCT photo_id FROM members WHERE group_id IN (SELECT value FROM json_each(?))",
        (dump(list(groups)),),
    )
    return {row[0] for row in rows}


def _member_rows(group: Group) -> list[Row]:
    return [
        (
            group.id,
            number,
            member.photo,
            member.score,
            member.certainty.value if member.certainty else None,
            reasons_json(member.reasons),
        )
        for number, member in enumerate(group.found.members)
    ]


def _row(group: Group, position: int, params: str, members: Sequence[Row]) -> Row:
    found = group.found
    values: tuple[Any, ...] = (
        group.id,
        found.kind.value,
        storable(found.title),
        group.title_source.value,
        int(group.hidden),
        int(group.pinned),
        found.key,
        position,
        len(members),
        to_ms(found.start),
        to_ms(found.end),
        found.cover,
        group.parent,
        facts_json(
            dict(found.facts) | ({_AUTO_TITLE: storable(group.auto_title)} if group.auto_title else {})
        ),
        reasons_json(found.reasons),
        params,
    )
    digest = hashlib.blake2b(
        repr((values, group.aliases)).encode("utf-8", "backslashreplace"), digest_size=16
    )
    for member in members:
        digest.update(repr(member).encode("utf-8", "backslashreplace"))
    return (*values, digest.digest())


def _group(row: Row, members: Sequence[Member], aliases: Sequence[GroupId]) -> Group:
    group_id, kind, title, title_source, hidden, pinned, key = row[:7]
    start, end, cover, parent, facts_text, reasons = row[9:15]
    facts = load(facts_text) or {}
    auto_title = facts.pop(_AUTO_TITLE, "")
    found = FoundGroup(
        kind=GroupKind(kind),
        title=title,
        members=tuple(members),
        reasons=reasons_from(reasons),
        start=from_ms(start),
        end=from_ms(end),
        cover=cover,
        key=key,
        facts=facts,
    )
    return Group(
        id=GroupId(group_id),
        found=found,
        title_source=TitleSource(title_source),
        auto_title=auto_title,
        hidden=bool(hidden),
        pinned=bool(pinned),
        aliases=tuple(aliases),
        parent=parent,
    )

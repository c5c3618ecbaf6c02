"""Groups: what the algorithms found, and the user's corrections, which outlive every recompute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from photoroll.core.models import (
    Changes,
    Constraint,
    ConstraintKind,
    Group,
    GroupId,
    GroupKind,
    PhotoId,
)
from photoroll.errors import NotFound
from photoroll.library import corrections, grouprows
from photoroll.library.connection import Database, id_list
from photoroll.library.workrows import constraint_columns


class GroupStore:
    """The groups, their members, aliases and constraints; every write is one transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, kind: GroupKind, *, hidden: bool = False) -> list[Group]:
        """All groups of a kind with their members, in the order in which they were stored."""
        return grouprows.read(self._db, "kind = ? AND hidden <= ?", (kind.value, int(hidden)))

    def get(self, group_id: str) -> Group:
        """A group by its id, or by the id of a group that was merged into it."""
        row = self._db.row("SELECT group_id FROM aliases WHERE alias = ?", (group_id,))
        found = grouprows.read(self._db, "id = ?", (row[0] if row else group_id,))
        if not found:
            raise NotFound(f"No group has the id {group_id}", "List ids with “photoroll groups KIND --json”.")
        return found[0]

    def counts(self) -> dict[GroupKind, int]:
        """How many groups of each kind are shown."""
        rows = self._db.rows("SELECT kind, count(*) FROM groups WHERE hidden = 0 GROUP BY kind")
        return {GroupKind(kind): number for kind, number in rows}

    def member_counts(self, kind: GroupKind) -> dict[GroupId, int]:
        """How many photos each group of a kind has, without reading them."""
        rows = self._db.rows("SELECT id, count FROM groups WHERE kind = ? ORDER BY position", (kind.value,))
        return {GroupId(group): number for group, number in rows}

    def of_photo(self, photo: PhotoId) -> list[tuple[GroupId, GroupKind, str]]:
        """The groups that a photo is in: id, kind, title."""
        rows = self._db.rows(
            "SELECT groups.id, kind, title FROM members JOIN groups ON groups.id = group_id "
            "WHERE photo_id = ? AND hidden = 0 ORDER BY kind, groups.position",
            (photo,),
        )
        return [(GroupId(group), GroupKind(kind), title) for group, kind, title in rows]

    def replace(self, kind: GroupKind, groups: Sequence[Group], *, params: str = "") -> Changes:
        """Make ``groups`` the whole state of a kind; what is the same already is not written.

        ``params`` names the version of the algorithm's parameters. ``Changes`` is empty when nothing
        differed; its photos are the members of groups that came, went or changed.
        """
        with self._db.transaction():
            return grouprows.replace(self._db, kind, groups, params)

    # the user's corrections

    def rename(self, group_id: str, title: str) -> Group:
        """Name a group; an empty title gives the naming back to the machine.

        The machine's last title is shown at once. Where it is not known (a library put together from older
        work), the title stays until the groups are next made.
        """
        return self._corrected(group_id, partial(corrections.rename, title=title))

    def hide(self, group_id: str) -> Group:
        """Do not show a group; its photos stay where they are."""
        return self._corrected(group_id, partial(corrections.set_hidden, hidden=True))

    def show(self, group_id: str) -> Group:
        """Show a hidden group again."""
        return self._corrected(group_id, partial(corrections.set_hidden, hidden=False))

    def merge(self, ids: Sequence[str]) -> Group:
        """Make groups of one kind the first of them; the others' ids keep resolving to it."""
        groups = [self.get(group_id) for group_id in ids]
        with self._db.transaction(durable=True):
            corrections.merge(self._db, groups)
        return self.get(groups[0].id)

    def split(self, group_id: str, at: PhotoId) -> tuple[Group, Group]:
        """Cut a group in two: the second begins with the photo ``at`` and gets an id of its own."""
        group = self.get(group_id)
        with self._db.transaction(durable=True):
            new = corrections.split(self._db, group, at)
        return self.get(group.id), self.get(new)

    def constraints(self) -> list[Constraint]:
        """All corrections, in the order in which they were made."""
        rows = self._db.rows("SELECT kind, photo_id, group_kind, group_ref FROM constraints ORDER BY id")
        return [
            Constraint(kind=ConstraintKind(kind), photo=photo, group_kind=GroupKind(group_kind), group=ref)
            for kind, photo, group_kind, ref in rows
        ]

    def add_constraint(self, constraint: Constraint) -> Changes:
        """Keep a correction; its opposite on the same photo and group is withdrawn."""
        return self.add_constraints([constraint])

    def add_constraints(self, constraints: Iterable[Constraint]) -> Changes:
        """Keep several corrections at once."""
        listed = list(constraints)
        with self._db.transaction(durable=True):
            corrections.constrain(self._db, listed)
        return Changes(photos=frozenset(item.photo for item in listed), groups=True)

    def remove_constraint(self, constraint: Constraint) -> Changes:
        """Withdraw a correction."""
        values = constraint_columns(
            constraint.kind.value, constraint.photo, constraint.group_kind.value, constraint.group
        )
        with self._db.transaction(durable=True) as sql:
            removed = sql.execute(
                "DELETE FROM constraints WHERE kind = ? AND photo_id = ? AND group_kind = ? AND "
                "group_ref = ?",
                values[:4],
            ).rowcount
        return Changes(photos=frozenset({constraint.photo}), groups=True) if removed else Changes()

    def _corrected(self, group_id: str, change: corrections.Change) -> Group:
        group = self.get(group_id)
        with self._db.transaction(durable=True):
            change(self._db, group)
        return self.get(group.id)

    def photo_ids(self, group_id: str) -> tuple[PhotoId, ...]:
        """The members' rows, in order, without their reasons."""
        rows = self._db.rows(
            "SELECT photo_id FROM members WHERE group_id = coalesce("
            "(SELECT group_id FROM aliases WHERE alias = ?1), ?1) ORDER BY position",
            (group_id,),
        )
        return tuple(row[0] for row in rows)

    def containing(self, photos: Iterable[PhotoId], kind: GroupKind) -> list[Group]:
        """The shown groups of a kind that hold any of these photos."""
        return grouprows.read(
            self._db,
            "kind = ? AND hidden = 0 AND id IN (SELECT group_id FROM members "
            "WHERE photo_id IN (SELECT value FROM json_each(?)))",
            (kind.value, id_list(photos)),
        )

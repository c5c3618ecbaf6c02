"""What a walk found against what the library knows: new, changed, moved and returned files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from photoroll.core.models import Changes, PhotoId
from photoroll.library import merging, states
from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import clamped, to_signed
from photoroll.library.records import FileChanges, FileId, FoundFile, RootId

Identity = tuple[int, int, int]
"""Inode, size and mtime: equal where a file was only renamed."""


@dataclass(slots=True)
class _Known:
    id: FileId
    path: bytes
    root: int
    identity: Identity
    device: int
    state: str


@dataclass(slots=True)
class _Found:
    path: bytes
    identity: Identity
    device: int


@dataclass(slots=True)
class _Sorted:
    added: list[_Found] = field(default_factory=list)
    changed: list[tuple[_Known, _Found]] = field(default_factory=list)
    returned: list[_Known] = field(default_factory=list)


class Comparison:
    """One batch of found files; runs inside the caller's transaction."""

    def __init__(self, db: Database, root_id: RootId, gone: frozenset[FileId]) -> None:
        self._db = db
        self._root = root_id
        self._gone = gone
        self._touched: set[PhotoId] = set()

    def run(self, found: Sequence[FoundFile]) -> FileChanges:
        """Write the differences and say what they were."""
        sorted_out = self._sort_out([_as_found(item) for item in found])
        moves = self._moves(sorted_out)
        self._move(moves, sorted_out)
        moved_ids = {known.id for known, _ in moves}
        moved_paths = {item.path for _, item in moves}
        changed = [
            (known, item)
            for known, item in sorted_out.changed
            if item.path not in moved_paths and known.id not in moved_ids
        ]
        # what stood where a moved file now is, or moved away while something new took its place, is new there
        fresh = [item for item in sorted_out.added if item.path not in moved_paths]
        fresh += [
            item
            for known, item in sorted_out.changed
            if item.path not in moved_paths and known.id in moved_ids
        ]
        self._change(changed)
        added = self._add(fresh)
        self._return(sorted_out.returned)
        return FileChanges(
            added=tuple(added),
            changed=tuple(known.id for known, _ in changed),
            moved=tuple(moved_ids),
            returned=tuple(known.id for known in sorted_out.returned),
            changes=Changes(photos=states.refresh(self._db, self._touched)),
        )

    def _sort_out(self, found: Sequence[_Found]) -> _Sorted:
        known = self._at({item.path for item in found})
        out = _Sorted()
        seen: set[bytes] = set()
        for item in found:
            if item.path in seen:
                continue
            seen.add(item.path)
            row = known.get(item.path)
            if row is None:
                out.added.append(item)
            elif row.identity != item.identity:
                out.changed.append((row, item))
            elif row.state == "missing":
                out.returned.append(row)
        return out

    def _at(self, paths: Iterable[bytes]) -> dict[bytes, _Known]:
        found: dict[bytes, _Known] = {}
        for path in paths:
            row = self._db.sql.execute(
                "SELECT id, path, root_id, inode, size, mtime_ns, device, state FROM files "
                "WHERE root_id = ? AND path = ? AND gone = 0",
                (self._root, path),
            ).fetchone()
            if row is not None:
                found[path] = _as_known(row)
        return found

    def _moves(self, sorted_out: _Sorted) -> list[tuple[_Known, _Found]]:
        """Pair each new or changed path with a known file that left its own path, by identity."""
        vacated = {known.id for known, item in sorted_out.changed if known.identity[0] != item.identity[0]}
        wanted = [*sorted_out.added, *(item for _, item in sorted_out.changed)]
        if not wanted:
            return []
        inodes = {item.identity[0] for item in wanted}
        rows = self._db.rows(
            "SELECT id, path, root_id, inode, size, mtime_ns, device, state FROM files "
            "WHERE inode IN (SELECT value FROM json_each(?)) AND inode <> 0",
            (id_list(inodes),),
        )
        leaving: dict[Identity, list[_Known]] = {}
        for row in rows:
            known = _as_known(row)
            if known.state == "missing" or known.id in vacated or known.id in self._gone:
                leaving.setdefault(known.identity, []).append(known)
        moves = []
        for item in wanted:
            candidates = leaving.get(item.identity, [])
            match = next((k for k in candidates if k.root == self._root or k.device == item.device), None)
            if match is not None:
                candidates.remove(match)
                moves.append((match, item))
        return moves

    def _move(self, moves: Sequence[tuple[_Known, _Found]], sorted_out: _Sorted) -> None:
        sql = self._db.sql
        sql.executemany("UPDATE files SET gone = id WHERE id = ?", [(known.id,) for known, _ in moves])
        moving = {known.id for known, _ in moves}
        taken = {item.path for _, item in moves}
        displaced = [
            known for known, item in sorted_out.changed if item.path in taken and known.id not in moving
        ]
        sql.executemany(
            "UPDATE files SET gone = id, state = 'missing' WHERE id = ?", [(known.id,) for known in displaced]
        )
        sql.executemany(
            "UPDATE files SET gone = 0, root_id = ?, path = ?, device = ?, confirm = passes >> 1 & "
            "1, missing_ms = NULL, "
            "state = iif(code IN ('', 'gone'), 'ok', 'refused'), code = iif(code = 'gone', '', code) "
            "WHERE id = ?",
            [(self._root, item.path, item.device, known.id) for known, item in moves],
        )
        self._touch([known.id for known, _ in moves] + [known.id for known in displaced])

    def _change(self, changed: Sequence[tuple[_Known, _Found]]) -> None:
        detach(self._db, [known.id for known, _ in changed])
        self._db.sql.executemany(
            "UPDATE files SET inode = ?, size = ?, mtime_ns = ?, device = ?, state = 'ok', confirm = "
            "0, code = '', "
            "reason = '', tries = 0, missing_ms = NULL WHERE id = ?",
            [(*item.identity, item.device, known.id) for known, item in changed],
        )
        self._touch(known.id for known, _ in changed)

    def _add(self, fresh: Sequence[_Found]) -> list[FileId]:
        first = self._db.next_id("files")
        ids = [FileId(first + number) for number in range(len(fresh))]
        self._db.sql.executemany(
            "INSERT INTO files (id, root_id, path, inode, size, mtime_ns, device) VALUES (?, ?, ?, "
            "?, ?, ?, ?)",
            [
                (file_id, self._root, item.path, *item.identity, item.device)
                for file_id, item in zip(ids, fresh, strict=True)
            ],
        )
        return ids

    def _return(self, returned: Sequence[_Known]) -> None:
        self._db.sql.executemany(
            "UPDATE files SET state = iif(code IN ('', 'gone'), 'ok', 'refused'), missing_ms = NULL, "
            "code = iif(code = 'gone', '', code) WHERE id = ?",
            [(known.id,) for known in returned],
        )
        self._touch(known.id for known in returned)

    def _touch(self, ids: Iterable[int]) -> None:
        rows = self._db.rows(
            "SELECT photo_id, was_photo_id FROM files WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
        self._touched.update(photo for row in rows for photo in row if photo is not None)


def detach(db: Database, ids: Iterable[int]) -> None:
    """Let files be read anew: each remembers the photo it stood for until its bytes are known again."""
    listed = id_list(ids)
    # a stand-in that was never finished is dropped: its file is about to be read once more
    db.sql.execute(
        "UPDATE files SET was_photo_id = coalesce((SELECT stands_for FROM photos WHERE id = photo_id), "
        "iif((SELECT version_id FROM photos WHERE id = photo_id) IS NULL, was_photo_id, photo_id), "
        "was_photo_id) "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (listed,),
    )
    db.sql.execute(
        "UPDATE files SET passes = 0, version_id = NULL, "
        "photo_id = iif((SELECT version_id FROM photos WHERE id = photo_id) IS NULL, photo_id, NULL) "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (listed,),
    )


def follow_moves(db: Database, ids: Iterable[FileId]) -> tuple[dict[FileId, FileId], Changes]:
    """Match files that are gone with newer rows of the same identity; give old file to the file it became.

    The walk may meet the new place of a file before it knows that the old place is empty. A new row that
    has not been hashed yet takes over all that is known; one that has been is the same photo already.
    """
    rows = db.rows(
        "SELECT old.id, new.id, new.passes & 2, new.photo_id, old.photo_id FROM files AS old "
        "JOIN files AS new ON new.inode = old.inode AND new.size = old.size AND new.mtime_ns = old.mtime_ns "
        "AND new.id > old.id AND new.state = 'ok' AND new.gone = 0 AND new.inode <> 0 "
        "AND (new.root_id = old.root_id OR new.device = old.device) "
        "WHERE old.passes & 2 = 2 AND old.photo_id IS NOT NULL AND new.id NOT IN (SELECT value FROM "
        "json_each(?1)) "
        "AND old.id IN (SELECT value FROM json_each(?1)) ORDER BY new.id",
        (id_list(ids),),
    )
    moved: dict[FileId, FileId] = {}
    changes = Changes()
    for old, new, hashed, new_photo, old_photo in rows:
        if old in moved or new in moved.values() or (hashed and new_photo != old_photo):
            continue
        if not hashed:
            changes = changes | _take_over(db, old, new, new_photo, old_photo)
        db.sql.execute("DELETE FROM files WHERE id = ?", (old,))
        moved[old] = new
        changes = changes | Changes(photos=states.refresh(db, {old_photo}))
    return moved, changes


def _take_over(db: Database, old: int, new: int, new_photo: int | None, old_photo: int) -> Changes:
    db.sql.execute(
        "UPDATE files SET (photo_id, version_id, passes, confirm) = "
        "(SELECT photo_id, version_id, passes, 1 FROM files WHERE id = ?) WHERE id = ?",
        (old, new),
    )
    if new_photo is None or new_photo == old_photo:
        return Changes()
    return merging.absorb(db, PhotoId(new_photo), PhotoId(old_photo), merging.Metadata.LEAVE)


def _as_found(item: FoundFile) -> _Found:
    identity = (to_signed(item.inode), clamped(item.size), clamped(item.mtime_ns))
    return _Found(item.path, identity, to_signed(item.device))


def _as_known(row: tuple[int, bytes, int, int, int, int, int, str]) -> _Known:
    file_id, path, root, inode, size, mtime_ns, device, state = row
    return _Known(FileId(file_id), path, root, (inode, size, mtime_ns), device, state)

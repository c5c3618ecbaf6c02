"""The files under the roots: what was seen, what waits for reading, what was refused and why."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from photoroll.core.models import Changes, PhotoId
from photoroll.library import comparing, merging, states
from photoroll.library.connection import Database, Row, id_list
from photoroll.library.records import (
    FileChanges,
    FileId,
    FileToRead,
    FoundFile,
    KnownFile,
    Pass,
    RefusedFile,
    RootId,
)
from photoroll.library.roots import RootStore
from photoroll.library.thumbs import ThumbStore

_PASSES = tuple(Pass(bits) for bits in range(8))
_NEEDS = {Pass.METADATA: 0, Pass.PIXELS: 1, Pass.FACES: 2}
_TO_READ = """
    SELECT files.id, roots.path, files.path, files.size, files.mtime_ns, files.photo_id, files.tries
    FROM files JOIN roots ON roots.id = files.root_id
"""


class FileStore:
    """The files table; every write is one transaction."""

    def __init__(self, db: Database, roots: RootStore, thumbs: ThumbStore) -> None:
        self._db = db
        self._roots = roots
        self._thumbs = thumbs
        self._looked_for_lost = not db.writable

    def known(self, root_id: RootId) -> dict[bytes, KnownFile]:
        """All files of a root by relative path, missing and refused ones too."""
        rows = self._db.rows(
            "SELECT path, id, size, mtime_ns, inode, state, passes FROM files WHERE root_id = ? AND gone = 0",
            (root_id,),
        )
        return {
            path: KnownFile(file_id, size, mtime_ns, inode, state, _PASSES[passes])
            for path, file_id, size, mtime_ns, inode, state, passes in rows
        }

    def sync(
        self, root_id: RootId, found: Sequence[FoundFile], *, gone: Iterable[FileId] = ()
    ) -> FileChanges:
        """Note new and changed files; unchanged ones may be among them and cost little.

        A file with the inode, size and mtime of a known one that is no longer at its place (missing,
        replaced in this batch, or named in ``gone``) was moved: it keeps its photo and is not read again,
        only confirmed when idle (:meth:`to_confirm`). A changed file is read again; whether it is a new
        version of its photo or another photo shows when its bytes are known.
        """
        root = self._roots.get(root_id)
        inside = [item for item in found if root is None or not _covered(item.path, root.excludes)]
        with self._db.transaction():
            return comparing.Comparison(self._db, root_id, frozenset(gone)).run(inside)

    def mark_missing(self, ids: Iterable[FileId], when: datetime | None = None) -> FileChanges:
        """Note that files are not where they were; nothing is removed.

        Those that the last walk found at another path (same inode, size and mtime) move there instead.
        """
        moment = int((when or datetime.now(UTC)).timestamp() * 1000)
        with self._db.transaction():
            moved, changes = comparing.follow_moves(self._db, ids)
            left = [file_id for file_id in ids if file_id not in moved]
            touched = self._photos_of(left)
            self._db.sql.execute(
                "UPDATE files SET state = 'missing', missing_ms = ? "
                "WHERE state <> 'missing' AND id IN (SELECT value FROM json_each(?))",
                (moment, id_list(left)),
            )
            changed = states.refresh(self._db, touched)
        return FileChanges(
            moved=tuple(moved.values()),
            missing=tuple(FileId(file_id) for file_id in left),
            changes=Changes(photos=changed) | changes,
        )

    def follow_moves(self, gone: Iterable[FileId]) -> FileChanges:
        """Let files that are gone be the ones found at another path (same inode, size and mtime)."""
        with self._db.transaction():
            moved, changes = comparing.follow_moves(self._db, gone)
        return FileChanges(moved=tuple(moved.values()), changes=changes)

    def refuse(self, batch: Iterable[tuple[FileId, str, str, int]]) -> Changes:
        """List files that cannot be read: (file, code, reason as a sentence, tries).

        They are not tried again while they stay the same, unless :meth:`retry` asks. ``gone`` marks a file
        that vanished before it was read as missing.
        """
        rows = [
            ("missing" if code == "gone" else "refused", code, reason, tries, file_id)
            for file_id, code, reason, tries in batch
        ]
        ids = [FileId(row[-1]) for row in rows]
        with self._db.transaction():
            self._db.sql.executemany(
                "UPDATE files SET state = ?, code = ?, reason = ?, tries = ? WHERE id = ?", rows
            )
            touched = self._photos_of(ids)
            changes = merging.drop_stand_ins(self._db, ids)
            return changes | Changes(photos=states.refresh(self._db, touched))

    def refused(self, *, unsupported: bool | None = None) -> list[RefusedFile]:
        """Refused files with their reasons: all, only the unsupported, or only the unreadable ones."""
        rows = self._db.rows(
            "SELECT files.id, roots.path, files.path, code, reason, tries FROM files "
            "JOIN roots ON roots.id = files.root_id "
            "WHERE state = 'refused' AND (?1 IS NULL OR (code = 'unsupported') = ?1) "
            "ORDER BY roots.path, files.path",
            (unsupported,),
        )
        return [
            RefusedFile(id=file_id, path=absolute(root, path), code=code, reason=reason, tries=tries)
            for file_id, root, path, code, reason, tries in rows
        ]

    def retry(self, root_id: RootId | None = None) -> int:
        """Let refused files be read again, as a rescan asks; gives how many."""
        with self._db.transaction() as sql:
            where = "state = 'refused' AND (root_id = ?1 OR ?1 IS NULL)"
            ids = [row[0] for row in sql.execute(f"SELECT id FROM files WHERE {where}", (root_id,))]  # noqa: S608
            sql.execute(
                "UPDATE files SET state = 'ok', code = '', reason = '', tries = 0 "
                "WHERE id IN (SELECT value FROM json_each(?))",
                (id_list(ids),),
            )
            states.refresh(self._db, self._photos_of(ids))
        return len(ids)

    def read_again(self, root_id: RootId | None = None) -> int:
        """Let every present file be read anew, as a rescan asks; photos keep their places meanwhile."""
        with self._db.transaction():
            rows = self._db.rows(
                "SELECT id FROM files WHERE state = 'ok' AND (root_id = ?1 OR ?1 IS NULL)", (root_id,)
            )
            comparing.detach(self._db, [row[0] for row in rows])
        return len(rows)

    def pending(
        self,
        reading_pass: Pass,
        *,
        limit: int | None = None,
        newest_first: bool = True,
        root_id: RootId | None = None,
    ) -> list[FileToRead]:
        """Files that wait for a pass and have the one before behind them; for faces, one file a photo.

        The writer's first question for pixels also finds the files whose thumbnails were lost.
        """
        if reading_pass is Pass.PIXELS and not self._looked_for_lost:
            self._thumbs.mark_lost()
            self._looked_for_lost = True
        bit, needs = int(reading_pass), _NEEDS[reading_pass]
        rows = self._db.rows(
            f"{_TO_READ} WHERE files.state = 'ok' AND files.passes & {bit} = 0 "
            f"AND files.passes & {needs} = {needs} AND (?1 IS NULL OR files.root_id = ?1) "
            f"ORDER BY files.mtime_ns {'DESC' if newest_first else 'ASC'} LIMIT ?2",
            (root_id, -1 if limit is None else limit),
        )
        if reading_pass is Pass.FACES:
            rows = list({row[5]: row for row in reversed(rows)}.values())[::-1]
        return [_to_read(row) for row in rows]

    def waiting(self, reading_pass: Pass) -> int:
        """How many files wait for a pass."""
        bit, needs = int(reading_pass), _NEEDS[reading_pass]
        return self._db.number(
            f"SELECT count(*) FROM files WHERE state = 'ok' AND passes & {bit} = 0 "  # noqa: S608
            f"AND passes & {needs} = {needs}"
        )

    def to_confirm(self, *, limit: int | None = None) -> list[FileToRead]:
        """Moved files whose bytes are to be compared when idle: read their pixels and store them."""
        rows = self._db.rows(
            f"{_TO_READ} WHERE files.state = 'ok' AND files.confirm = 1 LIMIT ?",
            (-1 if limit is None else limit,),
        )
        return [_to_read(row) for row in rows]

    def path_of(self, file_id: FileId) -> bytes | None:
        """A file's absolute path."""
        row = self._db.row(f"{_TO_READ} WHERE files.id = ?", (file_id,))
        return absolute(row[1], row[2]) if row else None

    def _photos_of(self, ids: Iterable[int]) -> set[PhotoId]:
        rows = self._db.rows(
            "SELECT photo_id, was_photo_id FROM files WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(ids),),
        )
        return {photo for row in rows for photo in row if photo is not None}


def absolute(root: bytes, path: bytes) -> bytes:
    """Join a root and a relative path, both as the system has them."""
    return root + path if root.endswith(b"/") else root + b"/" + path


def _to_read(row: Row) -> FileToRead:
    file_id, root, path, size, mtime_ns, photo, tries = row
    return FileToRead(
        id=file_id,
        path=absolute(root, path),
        root=Path(os.fsdecode(root)),
        size=size,
        mtime_ns=mtime_ns,
        photo=photo,
        tries=tries,
    )


def _covered(path: bytes, excludes: tuple[bytes, ...]) -> bool:
    return any(path == folder or path.startswith(folder + b"/") for folder in excludes)

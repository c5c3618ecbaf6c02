"""The folders that the user added."""

from __future__ import annotations

import os
from pathlib import Path

from photoroll.library.connection import Database
from photoroll.library.encoding import now_ms
from photoroll.library.records import Root, RootId


class RootStore:
    """The roots table; every write is one transaction.

    Files are never listed twice. A root inside another one on the same volume is covered by the outer:
    adding it gives the outer, and adding an outer one takes over the inner's files, with all that is known
    of them. A root inside another one but on another volume (a drive mounted there) stays a root of its
    own, because the two come and go separately; the outer names it in ``Root.excludes``, and
    ``files.sync`` leaves what lies in there to it.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[Root]:
        """All roots, in the order they were added."""
        rows = self._db.rows("SELECT id, path, volume_id, marker FROM roots ORDER BY id")
        paths = [row[1] for row in rows]
        return [
            Root(
                id=RootId(root_id),
                path=Path(os.fsdecode(path)),
                volume_id=volume,
                marker=marker,
                excludes=tuple(other[len(_within(path)) :] for other in paths if _is_inside(other, path)),
            )
            for root_id, path, volume, marker in rows
        ]

    def get(self, root_id: RootId) -> Root | None:
        """One root."""
        return next((root for root in self.all() if root.id == root_id), None)

    def add(self, path: Path, *, volume_id: str, marker: str) -> Root:
        """Add a folder (absolute), or give the root that covers it already."""
        key = os.path.normpath(os.path.abspath(bytes(path)))  # noqa: PTH100 - links are the caller's choice
        with self._db.transaction(durable=True) as sql:
            rows = sql.execute("SELECT id, path, volume_id FROM roots ORDER BY length(path) DESC").fetchall()
            for root_id, known, volume in rows:
                if known == key:
                    sql.execute(
                        "UPDATE roots SET volume_id = ?, marker = ? WHERE id = ?",
                        (volume_id, marker, root_id),
                    )
                    return self._found(root_id)
                if _is_inside(key, known) and volume == volume_id:
                    return self._found(root_id)
            new = self._db.next_id("roots")
            sql.execute("INSERT INTO roots VALUES (?, ?, ?, ?, ?)", (new, key, volume_id, marker, now_ms()))
            for root_id, known, volume in rows:
                if _is_inside(known, key) and volume == volume_id:
                    self._absorb(RootId(root_id), known[len(_within(key)) :], RootId(new))
        return self._found(new)

    def move(self, root_id: RootId, path: Path) -> Root:
        """Follow a volume that is mounted at another place now."""
        with self._db.transaction(durable=True) as sql:
            sql.execute("UPDATE roots SET path = ? WHERE id = ?", (os.path.normpath(bytes(path)), root_id))
        return self._found(root_id)

    def _found(self, root_id: int) -> Root:
        return next(root for root in self.all() if root.id == root_id)

    def _absorb(self, inner: RootId, prefix: bytes, outer: RootId) -> None:
        rows = self._db.rows("SELECT id, path FROM files WHERE root_id = ?", (inner,))
        self._db.sql.executemany(
            "UPDATE files SET root_id = ?, path = ? WHERE id = ?",
            [(outer, prefix + b"/" + path, file_id) for file_id, path in rows],
        )
        self._db.sql.execute("DELETE FROM roots WHERE id = ?", (inner,))


def _within(folder: bytes) -> bytes:
    return folder if folder.endswith(b"/") else folder + b"/"


def _is_inside(path: bytes, folder: bytes) -> bool:
    return path != folder and path.startswith(_within(folder))

"""Thumbnails and previews in a file of their own: it may be deleted and is made again from the photos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import clamped
from photoroll.library.records import FileId

Size = Literal[256, 512]

SCHEMA = """
    CREATE TABLE IF NOT EXISTS small (hash BLOB PRIMARY KEY NOT NULL, jpeg BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS large (hash BLOB PRIMARY KEY NOT NULL, jpeg BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS previews (
        file_id INTEGER PRIMARY KEY, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, jpeg BLOB NOT NULL
    ) STRICT;
"""


_TABLES = 3


def are_in(db: Database) -> bool:
    """Whether a file has the tables of thumbnails: SQLite opens a file of a few bytes as an empty one."""
    found = "SELECT count(*) FROM sqlite_master WHERE name IN ('small', 'large', 'previews')"
    return db.number(found) == _TABLES


class ThumbStore:
    """Upright JPEGs in sRGB: 256 and 512 px by content hash; the camera's preview by file, mtime, size."""

    def __init__(self, db: Database, catalogue: Database) -> None:
        self._db = db
        self._catalogue = catalogue

    def put(self, batch: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Keep (content hash, 256 px, 512 px) thumbnails; done before the catalogue says they exist."""
        rows = list(batch)
        with self._db.transaction() as sql:
            sql.executemany(
                "INSERT INTO small (hash, jpeg) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET jpeg "
                "= excluded.jpeg "
                "WHERE jpeg <> excluded.jpeg",
                [(content_hash, small) for content_hash, small, _ in rows],
            )
            sql.executemany(
                "INSERT INTO large (hash, jpeg) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET jpeg "
                "= excluded.jpeg "
                "WHERE jpeg <> excluded.jpeg",
                [(content_hash, large) for content_hash, _, large in rows],
            )

    def get(self, content_hash: bytes, size: Size = 256) -> bytes | None:
        """A thumbnail's JPEG."""
        table = "small" if size == 256 else "large"
        row = self._db.row(f"SELECT jpeg FROM {table} WHERE hash = ?", (content_hash,))  # noqa: S608
        return row[0] if row else None

    def put_previews(self, batch: Sequence[tuple[FileId, bytes]]) -> None:
        """Keep cameras' previews until pass B has made thumbnails."""
        if not batch:
            return
        stamps = self._stamps(file_id for file_id, _ in batch)
        with self._db.transaction() as sql:
            sql.executemany(
                "INSERT OR REPLACE INTO previews (file_id, mtime_ns, size, jpeg) VALUES (?, ?, ?, ?)",
                [(file_id, *stamps[file_id], jpeg) for file_id, jpeg in batch if file_id in stamps],
            )

    def preview(self, file_id: FileId) -> bytes | None:
        """The camera's preview of a file, unless the file has changed since."""
        row = self._db.row("SELECT mtime_ns, size, jpeg FROM previews WHERE file_id = ?", (file_id,))
        if row is None or self._stamps([file_id]).get(file_id) != (row[0], row[1]):
            return None
        return bytes(row[2])

    def drop_previews(self, files: Iterable[FileId]) -> None:
        """Forget previews that thumbnails have replaced."""
        with self._db.transaction() as sql:
            sql.execute(
                "DELETE FROM previews WHERE file_id IN (SELECT value FROM json_each(?))", (id_list(files),)
            )

    def hashes(self) -> set[bytes]:
        """The content hashes that have both sizes."""
        return {row[0] for row in self._db.rows("SELECT hash FROM small INTERSECT SELECT hash FROM large")}

    def mark_lost(self) -> None:
        """Let the files whose thumbnails are not there wait for pass B, whatever way they were lost."""
        there = self.hashes()
        rows = self._catalogue.rows(
            "SELECT files.id, hash FROM files JOIN versions ON versions.id = version_id "
            "WHERE state = 'ok' AND passes & 2 = 2"
        )
        lost = [file_id for file_id, content_hash in rows if content_hash not in there]
        if lost:
            with self._catalogue.transaction() as sql:
                sql.execute(
                    "UPDATE files SET passes = passes & ~2 WHERE id IN (SELECT value FROM json_each(?))",
                    (id_list(lost),),
                )

    def _stamps(self, files: Iterable[FileId]) -> dict[FileId, tuple[int, int]]:
        rows = self._catalogue.rows(
            "SELECT id, mtime_ns, size FROM files WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(files),),
        )
        return {file_id: (clamped(mtime_ns), size) for file_id, mtime_ns, size in rows}

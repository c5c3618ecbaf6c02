"""How a library gets a newer schema: on a verified copy that then replaces the file; the old one is kept."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from photoroll.errors import LibraryBusy, LibraryDamaged, LibraryError, LibraryTooNew
from photoroll.library import migrations
from photoroll.library.connection import Database, explained
from photoroll.library.migrations import MIGRATIONS, Migration

_log = logging.getLogger(__name__)

KEPT_BACKUPS = 3
_COUNTED = ("photos", "files", "versions", "work", "constraints", "documents", "groups", "members")


def create(path: Path, steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Make an empty library file; it appears whole or not at all."""
    part = _part(path)
    with explained(path), closing(_plain(part)) as connection:
        migrations.apply(connection, steps)
        _finish(connection)
    _replace(part, path)


def schema_of(path: Path) -> tuple[str, ...]:
    """The migrations that a file has behind it; raises where the file is damaged."""
    _look_at_header(path)
    database = Database.for_reading(path)
    try:
        with explained(path):
            found = migrations.applied(database.sql)
    finally:
        database.close()
    if not found:
        raise LibraryDamaged(
            "The library's file is not a PhotoRoll library",
            "If it was copied, its companion “library.db-wal” may be missing: copy the whole folder.",
            path=path,
        )
    return found


def upgrade(path: Path, backups: Path, steps: Sequence[Migration] = MIGRATIONS) -> Path | None:
    """Bring a file to the newest schema if it is older; gives the backup that was kept.

    The caller holds the writer's lock. Killed at any step, the file is the old one or the new one.
    """
    _part(path)  # what a killed run left is worth nothing
    found = schema_of(path)
    known = migrations.names(steps)
    if newer := [name for name in found if name not in known]:
        raise LibraryTooNew(
            "This library was made by a newer PhotoRoll",
            f"Update PhotoRoll; until then it can be opened for reading only (it knows {newer[-1]}).",
            path=path,
        )
    if len(found) == len(known):
        return None
    kept = backup(path, backups)
    part = _part(path)
    with explained(path), closing(_plain(kept)) as source, closing(_plain(part)) as copy:
        source.backup(copy)
        before = _counts(copy)
        migrations.apply(copy, steps)
        _verify(copy, part, at_least=before)
        _finish(copy)
    _empty_log(path)
    _replace(part, path)
    _log.info("the library has the schema %s now", known[-1])
    return kept


def backup(path: Path, backups: Path) -> Path:
    """A verified copy of a file in use, in ``backups``; the newest three stay."""
    backups.mkdir(exist_ok=True)
    name = f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1_000_000_000:09d}.db"
    target = backups / name
    part = _part(target)
    try:
        database = Database.for_reading(path)
        try:
            with explained(path), closing(_plain(part)) as copy:
                database.sql.backup(copy)
                _verify(copy, part, at_least=_counts(database.sql))
                _finish(copy)
        finally:
            database.close()
        _replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    for old in list_backups(backups)[:-KEPT_BACKUPS]:
        old.unlink()
    return target


def list_backups(backups: Path) -> list[Path]:
    """Finished backups, oldest first."""
    return sorted(backups.glob("*.db")) if backups.is_dir() else []


def _look_at_header(path: Path) -> None:
    """SQLite takes a file of the wrong kind for an empty one if it is short enough."""
    with path.open("rb") as file:
        header = file.read(16)
    if header != b"SQLite format 3\x00":
        raise LibraryDamaged(
            "The library's file is damaged",
            "Put back a file from its folder “backups”, or rebuild the library; your photos are untouched.",
            path=path,
        )


def _part(path: Path) -> Path:
    """The unfinished file beside ``path``, with nothing in it."""
    part = path.with_name(path.name + ".part")
    for name in (part.name, part.name + "-journal", part.name + "-wal", part.name + "-shm"):
        part.with_name(name).unlink(missing_ok=True)
    return part


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables = {name.decode() if isinstance(name, bytes) else name for name in tables}
    return {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
        for table in _COUNTED
        if table in tables
    }


def _verify(connection: sqlite3.Connection, path: Path, *, at_least: dict[str, int]) -> None:
    problems = connection.execute("PRAGMA quick_check").fetchall()
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    counts = _counts(connection)
    short = [table for table, number in at_least.items() if counts.get(table, 0) < number]
    if problems != [("ok",)] or broken or short:
        raise LibraryDamaged(
            "The library could not be copied without loss",
            "Nothing was changed. Run “photoroll library check”.",
            path=path,
        )


def _finish(connection: sqlite3.Connection) -> None:
    """One file without a log beside it, and on the disk."""
    if connection.in_transaction:
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    connection.execute("PRAGMA optimize").fetchall()


def _empty_log(path: Path) -> None:
    """Bring the old file's log home: a log must never meet the file that takes its place."""
    with explained(path), closing(_plain(path)) as connection:
        connection.execute("PRAGMA busy_timeout = 5000")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LibraryBusy(
                "The library is being read by another PhotoRoll",
                "Close it, so that it can be renewed.",
                path=path,
            )


def _replace(part: Path, path: Path) -> None:
    try:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise LibraryError(
            "The library could not be written", "Free some space on its disk.", path=path
        ) from error

"""One connection to one SQLite file: transactions, ways in for readers, errors that a person understands."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from photoroll.errors import LibraryBusy, LibraryDamaged, LibraryError
from photoroll.library.encoding import dump

_log = logging.getLogger(__name__)

THUMBS = "thumbs.db"
"""The file's name: all of it can be made again, which the catalogue cannot."""
BUSY_MS = 10_000
_CACHE_KIB = 32_768
Row = tuple[Any, ...]


class Database:
    """A connection that every store of one library shares.

    Reads may come from any thread; writes are one at a time, each in a transaction. In one process the
    window's readers open libraries of their own, so that they never wait for the writer.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, writable: bool) -> None:
        self.sql = connection
        self.path = path
        self.writable = writable
        self._lock = threading.RLock()
        self._copy: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def for_writing(cls, path: Path) -> Database:
        """Open or create ``path`` for writing; the caller holds the library's lock."""
        with explained(path):
            connection = _connect(f"file:{_quoted(path)}?mode=rwc")
            try:
                connection.execute("PRAGMA journal_mode = WAL").fetchone()
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA journal_size_limit = 67108864")
            except BaseException:
                connection.close()
                raise
        return cls(connection, path, writable=True)

    @classmethod
    def for_reading(cls, path: Path) -> Database:
        """Open ``path`` without ever writing to it, also in a folder that cannot be written to.

        Readers of a WAL file need its shared-memory file; where none can be made, a file without a log is
        read as unchangeable, and one with a log from a temporary copy of both, so that nothing is missed.
        """
        with explained(path):
            try:
                return cls(_checked(_connect(f"file:{_quoted(path)}?mode=ro")), path, writable=False)
            except sqlite3.OperationalError as error:
                _log.info("plain reading failed (%s); reading it as unchangeable", error)
            log = path.with_name(path.name + "-wal")
            if log.exists() and log.stat().st_size > 0:
                return cls._from_copy(path, log)
            return cls(_checked(_connect(f"file:{_quoted(path)}?immutable=1")), path, writable=False)

    @classmethod
    def _from_copy(cls, path: Path, log: Path) -> Database:
        folder = tempfile.TemporaryDirectory(prefix="photoroll-")
        try:
            copy = Path(folder.name, path.name)
            shutil.copyfile(path, copy)
            shutil.copyfile(log, copy.with_name(log.name))
            database = cls(_checked(_connect(f"file:{_quoted(copy)}?mode=rw")), path, writable=False)
            database.sql.execute("PRAGMA query_only = ON")
        except BaseException:
            folder.cleanup()
            raise
        database._copy = folder
        return database

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """All or nothing; ``durable`` waits until the disk has it (the user's own work)."""
        if not self.writable:
            raise LibraryError("The library is open for reading only", "Open it for writing.", path=self.path)
        with self._lock, explained(self.path):
            if self.sql.in_transaction:
                yield self.sql
                return
            self.sql.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self.sql.execute("BEGIN IMMEDIATE")
            try:
                yield self.sql
                self.sql.execute("COMMIT")
            except BaseException:
                self.sql.rollback()  # does nothing where SQLite did it itself, as when the disk is full
                raise

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """All rows of a query."""
        with explained(self.path):
            return self.sql.execute(sql, values).fetchall()

    def chunks(self, sql: str, size: int) -> Iterator[list[Row]]:
        """The rows of a query, ``size`` at a time."""
        with explained(self.path):
            cursor = self.sql.execute(sql)
            while rows := cursor.fetchmany(size):
                yield rows

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        """The first row, if there is one."""
        with explained(self.path):
            found: Row | None = self.sql.execute(sql, values).fetchone()
            return found

    def number(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
        """The whole number that a query gives; 0 for NULL."""
        found = self.row(sql, values)
        return int(found[0] or 0) if found else 0

    def next_id(self, table: str) -> int:
        """The first free id of a table; photos never reuse the id of one that was merged away."""
        last = self.number(f"SELECT max(id) FROM {table}")  # noqa: S608 - a table name of ours
        if table == "photos":
            last = max(last, self.number("SELECT max(old) FROM merged"))
        return last + 1

    def close(self) -> None:
        """Write the log back and close; safe to call twice."""
        try:
            if self.writable:
                self.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:  # closing never loses what was committed: the log stays
            _log.info("the log stays: %s", error)
        finally:
            self.sql.close()
            if self._copy is not None:
                self._copy.cleanup()


def has_empty_log(path: Path) -> bool:
    """Whether a log is beside a file that holds nothing."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size == 0
    except OSError:
        return False


def id_list(ids: Iterable[int]) -> str:
    """Ids as JSON, for ``IN (SELECT value FROM json_each(?))``: any number of them in one statement."""
    return dump(list(ids))


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_MS / 1000,
        cached_statements=256,
    )
    try:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def _checked(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Touch the file: SQLite opens lazily and would fail at the first query."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _quoted(path: Path) -> str:
    return quote_from_bytes(bytes(path))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about the world into ours; a wrong statement stays a bug."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        found = _explanation(str(error), path)
        if found is None:
            raise
        raise found from error
    except UnicodeDecodeError as error:  # SQLite quotes damaged text in its own message
        raise _damaged(path) from error


def _explanation(text: str, path: Path) -> LibraryError | None:
    if "disk is full" in text or "disk I/O error" in text:
        return LibraryError(
            "The library could not be written",
            "Free some space on its disk; nothing kept so far is lost.",
            path=path,
        )
    if "readonly" in text or "unable to open" in text:
        return LibraryError(
            "The library cannot be opened here", "Check that its folder may be read and written.", path=path
        )
    if "locked" in text:
        return LibraryBusy("Another program is using the library", "Close it and try again.", path=path)
    if "malformed" in text or "not a database" in text or "no such table" in text:
        return _damaged(path)
    return None


def _damaged(path: Path) -> LibraryDamaged:
    if path.name == THUMBS:
        return LibraryDamaged(
            "The file of the thumbnails is damaged",
            "Delete this file; it is made again by the next indexing.",
            path=path,
        )
    return LibraryDamaged(
        "The library's file is damaged",
        "Put back a file from its folder “backups”, or rebuild the library; your photos are untouched.",
        path=path,
    )

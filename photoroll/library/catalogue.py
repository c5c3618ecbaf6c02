"""One library on disk: opened, described, checked, backed up."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from types import TracebackType

from photoroll.core.progress import CancelToken
from photoroll.errors import LibraryDamaged, LibraryError
from photoroll.library import check, migrations, thumbs, upgrade
from photoroll.library.connection import THUMBS, Database, has_empty_log
from photoroll.library.documents import DocumentStore
from photoroll.library.encoding import ASPECT_UNIT
from photoroll.library.features import FeatureStore
from photoroll.library.files import FileStore
from photoroll.library.groups import GroupStore
from photoroll.library.lock import WriterLock
from photoroll.library.own import OwnStore
from photoroll.library.photos import PhotoStore
from photoroll.library.records import CheckReport, Day, LibraryInfo, Pass
from photoroll.library.roots import RootStore
from photoroll.library.thumbs import ThumbStore
from photoroll.library.work import WorkStore

_log = logging.getLogger(__name__)

CATALOGUE = "library.db"
BACKUPS = "backups"


class Library:
    """The stores of one library; use it in a ``with`` block, from one thread or behind a lock.

    One process writes at a time; readers are always welcome, also on read-only media.
    """

    def __init__(
        self, folder: Path, catalogue: Database, thumb_file: Database, lock: WriterLock | None
    ) -> None:
        self.folder = folder
        self._db = catalogue
        self._thumb_file = thumb_file
        self._lock = lock
        self.roots = RootStore(catalogue)
        self.thumbs = ThumbStore(thumb_file, catalogue)
        self.files = FileStore(catalogue, self.roots, self.thumbs)
        self.photos = PhotoStore(catalogue, self.roots, self.thumbs)
        self.features = FeatureStore(catalogue)
        self.groups = GroupStore(catalogue)
        self.work = WorkStore(catalogue)
        self.documents = DocumentStore(catalogue)
        self.own = OwnStore(catalogue)

    @classmethod
    def open(cls, folder: Path, *, write: bool = True, create: bool = True) -> Library:
        """Open the library in ``folder``; with ``write`` it is made if there is none (``create``).

        Raises
        ------
        LibraryBusy
            If another process (or another ``Library`` of this one) is writing; readers never meet it.
        LibraryTooNew
            If a newer PhotoRoll made it: open it with ``write=False``.
        LibraryDamaged
            If the file is no library, or SQLite finds it damaged.
        LibraryError
            If there is none to read, or its folder cannot be used.
        """
        path = folder / CATALOGUE
        if not write:
            return cls._open_for_reading(folder, path)
        if not path.exists() and not create:
            raise _nothing_in(folder)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                "The library's folder cannot be made", "Choose another folder for it.", path=folder
            ) from error
        lock = WriterLock(folder)
        try:
            if path.exists():
                upgrade.upgrade(path, folder / BACKUPS)
            else:
                upgrade.create(path)
            return cls._open_for_writing(folder, path, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _open_for_writing(cls, folder: Path, path: Path, lock: WriterLock) -> Library:
        catalogue = Database.for_writing(path)
        try:
            thumb_file = _open_thumbs(folder / THUMBS)
        except BaseException:
            catalogue.close()
            raise
        return cls(folder, catalogue, thumb_file, lock)

    @classmethod
    def _open_for_reading(cls, folder: Path, path: Path) -> Library:
        if not path.exists():
            raise _nothing_in(folder)
        upgrade.schema_of(path)
        catalogue = Database.for_reading(path)
        try:
            thumb_file = _read_thumbs(folder / THUMBS)
        except BaseException:
            catalogue.close()
            raise
        return cls(folder, catalogue, thumb_file, None)

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files and let others write; safe to call twice."""
        try:
            self._thumb_file.close()
            self._db.close()
        finally:
            if self._lock is not None:
                self._lock.release()
            else:
                _tidy(self.folder)

    @property
    def writable(self) -> bool:
        """Whether this is the library's writer."""
        return self._db.writable

    def days(self) -> list[Day]:
        """The timeline's geometry: every day with photos, oldest first; photos without a date come first."""
        rows = self._db.rows("SELECT day, count, aspects FROM days ORDER BY day")
        return [Day(number=day, count=count, aspects=aspects / ASPECT_UNIT) for day, count, aspects in rows]

    def info(self) -> LibraryInfo:
        """The library in figures."""
        number = self._db.number
        backups = self.folder / BACKUPS
        groups = self._db.rows(
            "SELECT kind, count(*) FROM groups WHERE hidden = 0 GROUP BY kind ORDER BY kind"
        )
        return LibraryInfo(
            folder=self.folder,
            schema=migrations.applied(self._db.sql)[-1],
            writable=all(os.access(place, os.W_OK) for place in (self.folder, self.folder / CATALOGUE)),
            roots=tuple(self.roots.all()),
            photos=number("SELECT count(*) FROM photos WHERE state = 'ok' AND stands_for IS NULL"),
            missing=number("SELECT count(*) FROM photos WHERE state = 'missing'"),
            hidden=number("SELECT count(*) FROM photos WHERE hidden = 1"),
            files=number("SELECT count(*) FROM files WHERE state = 'ok'"),
            unsupported=number("SELECT count(*) FROM files WHERE state = 'refused' AND code = 'unsupported'"),
            unreadable=number("SELECT count(*) FROM files WHERE state = 'refused' AND code <> 'unsupported'"),
            waiting=self.files.waiting(Pass.METADATA) + self.files.waiting(Pass.PIXELS),
            groups=dict(groups),
            documents=number("SELECT count(*) FROM documents"),
            bytes_catalogue=_size(self.folder / CATALOGUE),
            bytes_thumbs=_size(self.folder / THUMBS),
            bytes_photos=number("SELECT sum(size) FROM files WHERE state = 'ok'"),
            backups=tuple(upgrade.list_backups(backups)),
        )

    def check(self, *, token: CancelToken | None = None) -> CheckReport:
        """Whether the files are whole and everything in them agrees; never repairs."""
        return check.check(self._db, self._thumb_file, token)

    def back_up(self) -> Path:
        """A verified copy of the catalogue in the folder ``backups``; the newest three stay."""
        return upgrade.backup(self.folder / CATALOGUE, self.folder / BACKUPS)


def _tidy(folder: Path) -> None:
    """Remove the empty logs that SQLite's readers leave; it does so itself where nobody else reads.

    Under the writer's lock, since no log may go while the file that it belongs to is being replaced.
    """
    left = [path for path in (folder / CATALOGUE, folder / THUMBS) if has_empty_log(path)]
    if not left:
        return
    try:
        lock = WriterLock(folder, wait_s=0)
    except LibraryError:  # a writer removes them when it closes; what cannot be written to stays as it is
        return
    try:
        for path in left:
            if has_empty_log(path):
                Database.for_writing(path).close()
    except LibraryError as error:
        _log.info("an empty log stays: %s", error)
    finally:
        lock.release()


def _open_thumbs(path: Path) -> Database:
    """The thumbnails' file; a damaged one is made anew, and the next indexing fills it."""
    try:
        return _thumbs_at(path)
    except LibraryDamaged as error:
        _log.warning("thumbnails are made again: %s", error)
    for name in (path.name, path.name + "-wal", path.name + "-shm"):
        path.with_name(name).unlink(missing_ok=True)
    return _thumbs_at(path)


def _thumbs_at(path: Path) -> Database:
    database = Database.for_writing(path)
    try:
        with database.transaction() as sql:
            for statement in thumbs.SCHEMA.split(";"):
                sql.execute(statement)
    except BaseException:
        database.close()
        raise
    return database


def _read_thumbs(path: Path) -> Database:
    """The thumbnails' file for reading; where there is none, or none that can be read, an empty one."""
    if path.exists():
        try:
            database = Database.for_reading(path)
            try:
                if thumbs.are_in(database):
                    return database
            except BaseException:
                database.close()
                raise
            database.close()
        except LibraryError as error:
            _log.warning("no thumbnails can be read: %s", error)
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(thumbs.SCHEMA)
    return Database(connection, path, writable=False)


def _size(path: Path) -> int:
    log = path.with_name(path.name + "-wal")
    return sum(file.stat().st_size for file in (path, log) if file.exists())


def _nothing_in(folder: Path) -> LibraryError:
    return LibraryError(
        "There is no library here", "Index a folder first: “photoroll index FOLDER”.", path=folder
    )

"""Whether a library is what it should be; looks, and never repairs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from photoroll.core.progress import CancelToken
from photoroll.errors import LibraryDamaged
from photoroll.library import own, states, workrows
from photoroll.library.connection import Database, Row
from photoroll.library.encoding import checksum
from photoroll.library.records import CheckReport
from photoroll.library.schema import SHOWN
from photoroll.library.thumbs import ThumbStore

_SHOWN_FEW = 3

# table: columns under the checksum, in the order in which they were summed
_SUMMED = {
    "work": workrows.COLUMNS,
    "constraints": "kind, photo_id, group_kind, group_ref",
    "documents": "id, kind, json, made_ms, changed_ms",
    **own.TABLES,
}

_AGREE: tuple[tuple[str, str], ...] = (
    (
        "{n} read files belong to no photo",
        "SELECT count(*) FROM files WHERE state = 'ok' AND passes & 1 = 1 AND photo_id IS NULL",
    ),
    (
        "{n} files with known bytes have no version, or one of another photo",
        "SELECT count(*) FROM files LEFT JOIN versions ON versions.id = files.version_id "
        "WHERE passes & 2 = 2 AND (versions.id IS NULL OR versions.photo_id IS NOT files.photo_id)",
    ),
    (
        "{n} photos show a version that is not theirs",
        "SELECT count(*) FROM photos LEFT JOIN versions ON versions.id = photos.version_id "
        "WHERE photos.version_id IS NOT NULL AND versions.photo_id IS NOT photos.id",
    ),
    (
        "{n} photos with known bytes have no descriptor",
        "SELECT count(*) FROM photos WHERE version_id IS NOT NULL AND id NOT IN (SELECT photo_id "
        "FROM features)",
    ),
    (
        "{n} photos have an id that does not come from their first version",
        "SELECT count(*) FROM photos JOIN versions ON photo_id = photos.id AND number = 1 "
        "WHERE instr(lower(hex(hash)), public_id) = 0",
    ),
    (
        "{n} photos belong to no file",
        "SELECT count(*) FROM photos WHERE NOT EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id) "
        "AND NOT EXISTS (SELECT 1 FROM files WHERE was_photo_id = photos.id) "
        "AND NOT EXISTS (SELECT 1 FROM work WHERE photo_id = photos.id) AND version_id IS NULL",
    ),
    (
        "{n} groups count other members than they have",
        "SELECT count(*) FROM groups WHERE count <> (SELECT count(*) FROM members WHERE group_id = "
        "groups.id)",
    ),
    (
        "{n} photos do not show what the user set",
        "SELECT count(*) FROM photos LEFT JOIN work ON work.photo_id = photos.id "
        "WHERE photos.favourite <> ifnull(work.favourite, 0) OR photos.hidden <> ifnull(work.hidden, 0) "
        "OR photos.rating IS NOT work.rating",
    ),
    (
        "{n} photos have another state than their files",
        f"SELECT count(*) FROM photos WHERE state <> ({states.RULE})",  # noqa: S608 - our own text
    ),
    (
        "{n} days of the timeline count other photos than there are",
        "SELECT count(*) FROM (SELECT * FROM (SELECT day, count, aspects FROM days EXCEPT "
        "SELECT day, count(*), sum(aspect) FROM photos WHERE {shown} GROUP BY day) UNION ALL "
        "SELECT * FROM (SELECT day, count(*), sum(aspect) FROM photos WHERE {shown} GROUP BY day "
        "EXCEPT SELECT day, count, aspects FROM days))".replace("{shown}", SHOWN.format(row="photos")),
    ),
)


def check(db: Database, thumbs: Database, token: CancelToken | None) -> CheckReport:
    """Look at everything; ``token`` may stop it between two looks."""
    looks: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("the catalogue's file", lambda: _file(db)),
        ("the thumbnails' file", lambda: _thumb_file(thumbs)),
        ("the links between tables", lambda: _links(db)),
        ("counts that must agree", lambda: _agreement(db)),
        ("checksums of your own work", lambda: _sums(db)),
        ("a thumbnail for every photo", lambda: _thumbs(db, thumbs)),
    )
    problems: list[str] = []
    checked = []
    for name, look in looks:
        if token is not None:
            token.check()
        try:
            problems += look()
        except LibraryDamaged as error:
            problems.append(str(error))
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            problems.append(f"While looking at {name}: {error}.")
        checked.append(name)
    return CheckReport(problems=tuple(problems), checked=tuple(checked))


def _file(db: Database) -> Iterator[str]:
    """SQLite's own check, on bytes: the text of a damaged file need not be Unicode."""
    before = db.sql.text_factory
    db.sql.text_factory = bytes
    try:
        with closing(db.sql.cursor()) as cursor:
            lines = [row[0] for row in cursor.execute("PRAGMA integrity_check(20)")]
    finally:
        db.sql.text_factory = before
    texts = [line.decode("utf-8", "replace") if isinstance(line, bytes) else str(line) for line in lines]
    if texts != ["ok"]:
        yield f"{db.path.name} is damaged: {'; '.join(texts[:_SHOWN_FEW])}."


def _thumb_file(thumbs: Database) -> Iterator[str]:
    """What cannot be opened the next writer replaces; damage inside shows only where all is looked at."""
    place = thumbs.sql.execute("PRAGMA database_list").fetchone()[2]
    if not place and thumbs.path.exists():
        yield f"{thumbs.path.name} is damaged. It is made again by the next indexing."
    try:
        problems = list(_file(thumbs))
    except sqlite3.DatabaseError as error:
        problems = [f"{thumbs.path.name} is damaged: {error}."]
    yield from (f"{problem} Delete this file: it is made again by the next indexing." for problem in problems)


def _links(db: Database) -> Iterator[str]:
    broken: dict[str, int] = {}
    for row in db.sql.execute("PRAGMA foreign_key_check"):
        broken[row[0]] = broken.get(row[0], 0) + 1
    for table, number in broken.items():
        yield f"{number} rows of {table} point at something that is not there."


def _agreement(db: Database) -> Iterator[str]:
    for sentence, sql in _AGREE:
        number = db.sql.execute(sql).fetchone()[0]
        if number:
            yield sentence.format(n=number) + "."


def _sums(db: Database) -> Iterator[str]:
    for table, columns in _SUMMED.items():
        rows: list[Row] = db.sql.execute(f"SELECT {columns}, checksum FROM {table}").fetchall()  # noqa: S608
        bad = [str(row[0]) for row in rows if checksum(row[:-1]) != row[-1]]
        if bad:
            few = ", ".join(bad[:_SHOWN_FEW])
            yield f"{len(bad)} rows of your own work in {table} were damaged on disk ({few})."


def _thumbs(db: Database, thumbs: Database) -> Iterator[str]:
    there = ThumbStore(thumbs, db).hashes()
    wanted = {
        row[0]
        for row in db.sql.execute(
            "SELECT hash FROM versions JOIN photos ON photos.version_id = versions.id "
            "JOIN files ON files.version_id = versions.id AND files.state = 'ok' AND passes & 2 = 2"
        )
    }
    missing = len(wanted - there)
    if missing:
        yield f"{missing} photos have no thumbnail. It is made again by the next indexing of their folder."

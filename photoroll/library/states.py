"""A photo's state follows from its files; every write that touches files ends here."""

from __future__ import annotations

from collections.abc import Iterable

from photoroll.core.models import PhotoId
from photoroll.library.connection import Database, id_list

RULE = """
    CASE
      WHEN EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND files.state = 'ok')
        OR EXISTS (SELECT 1 FROM files WHERE was_photo_id = photos.id AND files.state = 'ok') THEN 'ok'
      WHEN EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id AND files.state = 'refused')
        OR EXISTS (SELECT 1 FROM files WHERE was_photo_id = photos.id AND files.state = 'refused')
        THEN 'unreadable'
      ELSE 'missing'
    END
"""


def refresh(db: Database, photos: Iterable[int]) -> frozenset[PhotoId]:
    """Bring the states of photos up to date; gives those that changed.

    A photo is there while one of its files is; a changed file counts for the photo that it was until its
    bytes are known. Without any, it is unreadable if a file is there but refused, else missing.
    """
    listed = id_list(set(photos))
    rows = db.rows(
        f"SELECT id, {RULE} AS now FROM photos "  # noqa: S608 - our own text
        "WHERE id IN (SELECT value FROM json_each(?)) AND state <> now",
        (listed,),
    )
    db.sql.executemany("UPDATE photos SET state = ? WHERE id = ?", [(state, photo) for photo, state in rows])
    return frozenset(PhotoId(photo) for photo, _ in rows)


def accept(db: Database, files: Iterable[int]) -> None:
    """Files that were refused have been read after all; one that is missing stays so."""
    listed = id_list(files)
    db.sql.execute(
        "UPDATE files SET state = 'ok', code = '', reason = '' "
        "WHERE state = 'refused' AND id IN (SELECT value FROM json_each(?))",
        (listed,),
    )
    rows = db.rows(
        "SELECT photo_id, was_photo_id FROM files WHERE id IN (SELECT value FROM json_each(?))", (listed,)
    )
    refresh(db, {photo for row in rows for photo in row if photo is not None})

"""What the user set over what was read: dates, positions, favourites, ratings, hides.

The columns of ``photos`` hold what counts; where the user overrides a date or position, what was read is
kept beside it as JSON, so that taking the override back loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from photoroll.core.models import DateSource, GeoPoint, Position, PositionSource, TakenAt
from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import (
    date_columns,
    date_from,
    dump,
    load,
    position_columns,
    position_from,
)
from photoroll.library.schema import DATE_COLUMNS, POSITION_COLUMNS

_DATE_SET = ", ".join(f"{name} = ?" for name in DATE_COLUMNS)
_POSITION_SET = ", ".join(f"{name} = ?" for name in POSITION_COLUMNS)
_BOTH = ", ".join((*DATE_COLUMNS, *POSITION_COLUMNS))


def date_json(taken: TakenAt) -> str:
    """A date as the work table keeps it."""
    return dump(list(date_columns(taken)[:7]))


def date_of(text: str) -> TakenAt:
    """The date of :func:`date_json`."""
    return date_from(load(text))


def position_json(point: GeoPoint) -> str:
    """A user's position as the work table keeps it."""
    return dump([point.lat, point.lon])


def lift(db: Database, photos: Iterable[int]) -> None:
    """Show what was read again, before it is changed or merged; :func:`apply` puts the user's back."""
    rows = db.rows(
        "SELECT id, read_date, read_position FROM photos WHERE id IN (SELECT value FROM json_each(?)) "
        "AND (read_date IS NOT NULL OR read_position IS NOT NULL)",
        (id_list(photos),),
    )
    for photo, date, position in rows:
        if date is not None:
            _set(db, photo, f"{_DATE_SET}, read_date = NULL", load(date))
        if position is not None:
            _set(db, photo, f"{_POSITION_SET}, read_position = NULL, place_id = NULL", load(position))


def apply(db: Database, photos: Iterable[int]) -> None:
    """Bring the photos' columns in line with the user's work."""
    rows = db.rows(
        f"SELECT photos.id, read_date, read_position, work.favourite, work.rating, work.hidden, work.date, "  # noqa: S608
        f"work.position, {_BOTH} "
        "FROM photos JOIN work ON work.photo_id = photos.id "
        "WHERE photos.id IN (SELECT value FROM json_each(?))",
        (id_list(photos),),
    )
    for photo, read_date, read_position, favourite, rating, hidden, date, position, *now in rows:
        _set(db, photo, "favourite = ?, rating = ?, hidden = ?", (favourite, rating, hidden))
        count = len(DATE_COLUMNS)
        _apply_date(db, photo, date, read_date, now[:count])
        _apply_position(db, photo, position, read_position, now[count:])


def _apply_date(db: Database, photo: int, wanted: str, read: str | None, now: list[Any]) -> None:
    if wanted:
        values = date_columns(date_of(wanted))
        source = DateSource.USER.value
        values = (*values[:4], source, *values[5:])
        _set(db, photo, f"{_DATE_SET}, read_date = ?", (*values, read if read is not None else dump(now)))
    elif read is not None:
        _set(db, photo, f"{_DATE_SET}, read_date = NULL", load(read))


def _apply_position(db: Database, photo: int, wanted: str, read: str | None, now: list[Any]) -> None:
    if wanted:
        lat, lon = load(wanted)
        values = position_columns(Position(point=GeoPoint(lat, lon), source=PositionSource.USER))
        if tuple(now) == values and read is not None:
            return
        kept = read if read is not None else dump(_unguessed(now))
        _set(db, photo, f"{_POSITION_SET}, read_position = ?, place_id = NULL", (*values, kept))
    elif read is not None:
        _set(db, photo, f"{_POSITION_SET}, read_position = NULL, place_id = NULL", load(read))


def _unguessed(now: list[Any]) -> list[Any]:
    """A position inherited from neighbours is not worth keeping: it is guessed anew."""
    position = position_from(now)
    inherited = position is not None and position.source is PositionSource.INHERITED
    return [None] * len(now) if inherited else now


def _set(db: Database, photo: int, columns: str, values: Iterable[Any]) -> None:
    db.sql.execute(f"UPDATE photos SET {columns} WHERE id = ?", (*values, photo))  # noqa: S608 - our own columns

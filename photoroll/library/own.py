"""What the user tells the library about life: settings of this library, occasions, quiet dates."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from photoroll.core.models import Json
from photoroll.library.connection import Database
from photoroll.library.encoding import checksum, dump, from_ms, load, storable, to_ms

TABLES = {
    "settings": "key, json",
    "occasions": "id, kind, name, month, day, year",
    "quiet_dates": "id, start_ms, end_ms, reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A day that comes back every year: a birthday, an anniversary."""

    id: str
    kind: str
    """``birthday`` or ``anniversary``."""
    name: str
    month: int
    day: int
    year: int | None
    """The year of the first one, where the user gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietDates:
    """A span of which nothing is suggested."""

    id: str
    start: datetime
    end: datetime
    """Inclusive."""
    reason: str


class OwnStore:
    """Settings (the homes among them), occasions and quiet dates; every write waits for the disk."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def setting(self, key: str, default: Json = None) -> Json:
        """One of the library's own settings."""
        row = self._db.row("SELECT json FROM settings WHERE key = ?", (key,))
        value: Json = load(row[0]) if row else default
        return value

    def set_setting(self, key: str, value: Json) -> None:
        """Keep a setting; ``None`` removes it."""
        with self._db.transaction(durable=True) as sql:
            if value is None:
                sql.execute("DELETE FROM settings WHERE key = ?", (key,))
            else:
                self._write("settings", (key, dump(value)))

    def occasions(self) -> list[Occasion]:
        """All occasions, by day of the year."""
        rows = self._db.rows(
            "SELECT id, kind, name, month, day, year FROM occasions ORDER BY month, day, name"
        )
        return [
            Occasion(id=key, kind=kind, name=name, month=month, day=day, year=year)
            for key, kind, name, month, day, year in rows
        ]

    def add_occasion(
        self, kind: str, name: str, *, month: int, day: int, year: int | None = None
    ) -> Occasion:
        """Keep an occasion."""
        occasion = Occasion(
            id=str(uuid.uuid4()), kind=kind, name=storable(name), month=month, day=day, year=year
        )
        with self._db.transaction(durable=True):
            self._write("occasions", (occasion.id, kind, occasion.name, month, day, year))
        return occasion

    def quiet_dates(self) -> list[QuietDates]:
        """All quiet dates, by their beginning."""
        rows = self._db.rows("SELECT id, start_ms, end_ms, reason FROM quiet_dates ORDER BY start_ms")
        spans = [(key, from_ms(start), from_ms(end), reason) for key, start, end, reason in rows]
        return [
            QuietDates(id=key, start=start, end=end, reason=reason)
            for key, start, end, reason in spans
            if start is not None and end is not None
        ]

    def add_quiet_dates(self, start: datetime, end: datetime, *, reason: str = "") -> QuietDates:
        """Keep a span of which nothing is suggested."""
        span = QuietDates(id=str(uuid.uuid4()), start=start, end=end, reason=storable(reason))
        with self._db.transaction(durable=True):
            self._write("quiet_dates", (span.id, to_ms(start), to_ms(end), span.reason))
        return span

    def remove(self, key: str) -> None:
        """Forget an occasion or quiet dates."""
        with self._db.transaction(durable=True) as sql:
            sql.execute("DELETE FROM occasions WHERE id = ?", (key,))
            sql.execute("DELETE FROM quiet_dates WHERE id = ?", (key,))

    def export(self) -> dict[str, Json]:
        """All of it as plain values."""
        return {
            table: [list(row) for row in self._db.rows(f"SELECT {columns} FROM {table} ORDER BY 1")]  # noqa: S608
            for table, columns in TABLES.items()
        }

    def restore(self, exported: Mapping[str, Any]) -> None:
        """Put exported values back, inside the caller's transaction; what is here already stays."""
        for table, columns in TABLES.items():
            key = columns.split(",")[0]
            for row in exported.get(table, ()):
                known = self._db.row(f"SELECT 1 FROM {table} WHERE {key} = ?", (row[0],))  # noqa: S608
                if known is None and len(row) == len(columns.split(",")):
                    self._write(table, tuple(row))

    def _write(self, table: str, values: tuple[object, ...]) -> None:
        columns = TABLES[table]
        marks = ", ".join("?" * (len(values) + 1))
        self._db.sql.execute(
            f"INSERT OR REPLACE INTO {table} ({columns}, checksum) VALUES ({marks})",  # noqa: S608 - our tables
            (*values, checksum(values)),
        )

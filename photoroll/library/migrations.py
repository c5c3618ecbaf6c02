"""The catalogue's schema as named migrations; how they reach a library is in ``upgrade.py``.

A released migration is never edited: a change of the schema is a new entry at the end of ``MIGRATIONS``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from photoroll.library.m001_library import m001_library

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration: TypeAlias = "tuple[str, Callable[[Database], None]]"

SET = "photoroll"
MIGRATIONS: tuple[Migration, ...] = (("m001_library", m001_library),)


def names(migrations: Sequence[Migration] = MIGRATIONS) -> tuple[str, ...]:
    """The names of all migrations, in order."""
    return tuple(name for name, _ in migrations)


def applied(connection: sqlite3.Connection) -> tuple[str, ...]:
    """The migrations that a file has behind it; read without sqlite-utils, which loads slowly."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if found is None:
        return ()
    rows = connection.execute(
        "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (SET,)
    )
    return tuple(_text(name) for (name,) in rows)


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def apply(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Run what is missing, each migration in one transaction with the record that it ran."""
    from sqlite_utils import Database, Migrations  # slow to load; only when a file is made or changed

    database = Database(connection, execute_plugins=False, recursive_triggers=False)
    migration_set = Migrations(SET)
    for name, change in migrations:
        migration_set(name=name)(change)
    migration_set.apply(database)

"""Collages and recaps as JSON documents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from photoroll.core.models import Json
from photoroll.errors import NotFound
from photoroll.library.connection import Database, Row
from photoroll.library.encoding import checksum, dump, load, now_ms

_COLUMNS = "id, kind, json, made_ms, changed_ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A collage or a recap as the library keeps it."""

    id: str
    kind: str
    """``collage`` or ``recap``."""
    content: Mapping[str, Json]
    made_ms: int
    """UTC milliseconds."""
    changed_ms: int

    def as_json(self) -> dict[str, Json]:
        """Plain values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "content": dict(self.content),
            "made_ms": self.made_ms,
            "changed_ms": self.changed_ms,
        }


class DocumentStore:
    """The documents table; the user's work, so every write waits for the disk."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, kind: str, content: Mapping[str, Json], *, document_id: str | None = None) -> str:
        """Keep a document, or replace the one with this id; gives the id."""
        key = document_id or str(uuid.uuid4())
        moment = now_ms()
        with self._db.transaction(durable=True):
            made = self._db.number("SELECT made_ms FROM documents WHERE id = ?", (key,)) or moment
            self._write(key, kind, dump(dict(content)), made, moment)
        return key

    def get(self, document_id: str) -> Document:
        """One document."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM documents WHERE id = ?", (document_id,))  # noqa: S608
        if row is None:
            raise NotFound(f"No document has the id {document_id}", "It may have been removed.")
        return _document(row)

    def all(self, kind: str | None = None) -> list[Document]:
        """All documents, or those of a kind, newest first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM documents WHERE ?1 IS NULL OR kind = ?1 ORDER BY made_ms DESC, id",  # noqa: S608
            (kind,),
        )
        return [_document(row) for row in rows]

    def remove(self, document_id: str) -> None:
        """Forget a document."""
        with self._db.transaction(durable=True) as sql:
            sql.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def restore(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Put exported documents back; the newer of two states wins."""
        for item in items:
            known = self._db.number("SELECT changed_ms FROM documents WHERE id = ?", (item["id"],))
            if item["changed_ms"] > known:
                self._write(
                    item["id"], item["kind"], dump(item["content"]), item["made_ms"], item["changed_ms"]
                )

    def _write(self, key: str, kind: str, text: str, made: int, changed: int) -> None:
        values = (key, kind, text, made, changed)
        self._db.sql.execute(
            f"INSERT OR REPLACE INTO documents ({_COLUMNS}, checksum) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
            (*values, checksum(values)),
        )


def _document(row: Row) -> Document:
    document_id, kind, text, made, changed = row
    return Document(id=document_id, kind=kind, content=load(text), made_ms=made, changed_ms=changed)

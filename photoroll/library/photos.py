"""Photos: what the reading passes store, and how they are asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from photoroll.core.columns import PhotoColumns
from photoroll.core.models import (
    Camera,
    Changes,
    FaceBox,
    GeoPoint,
    PhotoId,
    PlaceName,
    PublicId,
)
from photoroll.core.readings import FacesReading, MetadataReading, PixelReading
from photoroll.errors import NotFound
from photoroll.library import arrays, facts, query, reading_rows
from photoroll.library.arrivals import Arrivals
from photoroll.library.connection import Database, id_list
from photoroll.library.records import FaceRecord, FileId, PhotoFilter, PhotoRecord
from photoroll.library.roots import RootStore
from photoroll.library.thumbs import ThumbStore


class PhotoStore:
    """The photos table and what hangs on it; every write is one transaction and says what it touched."""

    def __init__(self, db: Database, roots: RootStore, thumbs: ThumbStore) -> None:
        self._db = db
        self._roots = roots
        self._thumbs = thumbs
        self._cameras = reading_rows.Cameras(db)

    # what the passes store

    def store_metadata(self, batch: Sequence[tuple[FileId, MetadataReading]]) -> Changes:
        """Pass A: a file stands for a photo of its own until its bytes are known."""
        self._thumbs.put_previews(
            [(file_id, reading.preview) for file_id, reading in batch if reading.preview]
        )
        try:
            with self._db.transaction():
                return Changes(photos=reading_rows.store(self._db, self._cameras, batch))
        except BaseException:
            self._cameras.forget()
            raise

    def store_pixels(self, batch: Sequence[tuple[FileId, PixelReading]]) -> Changes:
        """Pass B: files with equal bytes become one photo (``Changes.merged`` says old → new).

        A changed file with the same EXIF time and camera as the photo that it was, or a perceptual hash
        within 6 bits of it, is that photo's new version; else it is a photo of its own, and the one that
        it was is missing unless it has another file.
        """
        self._thumbs.put((reading.content_hash, reading.thumb256, reading.thumb512) for _, reading in batch)
        with self._db.transaction():
            changes = Arrivals(self._db).run(batch)
        self._thumbs.drop_previews(file_id for file_id, _ in batch)
        return changes

    def store_faces(self, batch: Sequence[tuple[PhotoId, FacesReading]]) -> Changes:
        """Pass C: the faces of photos; replaces what was there."""
        with self._db.transaction():
            current = self.resolve(photo for photo, _ in batch)
            rows = {current[photo]: reading for photo, reading in batch if photo in current}
            return Changes(photos=facts.store_faces(self._db, rows))

    # facts that grouping derives

    def set_inherited_positions(
        self, batch: Iterable[tuple[PhotoId, GeoPoint | None, float | None]]
    ) -> Changes:
        """Positions guessed from the neighbours: (photo, point or ``None``, error in metres).

        They never replace one that a camera, a sidecar or the user gave.
        """
        with self._db.transaction():
            return Changes(photos=facts.set_inherited(self._db, batch))

    def set_places(self, batch: Iterable[tuple[PhotoId, PlaceName | None]]) -> Changes:
        """Names of the places where photos were taken; ``None`` takes a name away."""
        with self._db.transaction():
            return Changes(photos=facts.set_places(self._db, batch))

    # asking

    def query(self, wanted: PhotoFilter | None = None) -> list[PhotoRecord]:
        """The photos that a filter lets through, in the order of time (unknown dates last)."""
        return list(self.stream(wanted))

    def stream(self, wanted: PhotoFilter | None = None) -> Iterator[PhotoRecord]:
        """As :meth:`query`, one at a time."""
        return query.stream(self._db, wanted or PhotoFilter())

    def count(self, wanted: PhotoFilter | None = None) -> int:
        """How many photos a filter lets through."""
        return query.count(self._db, wanted or PhotoFilter())

    def get(self, ids: Iterable[PhotoId]) -> dict[PhotoId, PhotoRecord]:
        """Photos by row, whatever their state; rows that were merged answer under their old id too."""
        current = self.resolve(ids)
        wanted = PhotoFilter(ids=tuple(set(current.values())), hidden=True, state=None)
        found = {record.id: record for record in query.stream(self._db, wanted)}
        return {old: found[new] for old, new in current.items() if new in found}

    def by_public_id(self, public_id: PublicId) -> PhotoRecord:
        """The photo with this id (at least 8 digits, where they name one photo only)."""
        rows = self._db.rows(
            "SELECT id FROM photos WHERE public_id >= ?1 AND public_id < ?1 || 'g' LIMIT 2",
            (public_id.lower(),),
        )
        if len(rows) != 1 or len(public_id) < 8:
            raise NotFound(f"No photo has the id {public_id}", "List ids with “photoroll photos --json”.")
        return self.get([rows[0][0]])[rows[0][0]]

    def by_path(self, path: Path) -> PhotoRecord:
        """The photo of a file, by the file's absolute path."""
        key = os.path.normpath(os.path.abspath(bytes(path)))  # noqa: PTH100 - links are not followed
        for root in self._roots.all():
            folder = bytes(root.path)
            prefix = folder if folder.endswith(b"/") else folder + b"/"
            if key.startswith(prefix):
                row = self._db.row(
                    "SELECT coalesce(was_photo_id, photo_id) FROM files "
                    "WHERE root_id = ? AND path = ? AND gone = 0",
                    (root.id, key[len(prefix) :]),
                )
                if row is not None and row[0] is not None:
                    return self.get([row[0]])[row[0]]
        raise NotFound("This file is not in the library", "Add its folder with “photoroll index”.", path=path)

    def columns(self) -> PhotoColumns:
        """All live photos (present, readable) as columns, hidden ones too."""
        return arrays.columns(self._db)

    def faces(self, ids: Iterable[PhotoId] | None = None) -> dict[PhotoId, tuple[FaceBox, ...]]:
        """The faces of photos, largest first; of all photos without ``ids``."""
        return {record.photo: record.faces for record in self.face_records(ids)}

    def face_records(self, ids: Iterable[PhotoId] | None = None) -> list[FaceRecord]:
        """As :meth:`faces`, in the order of ids."""
        return facts.faces(self._db, ids)

    def cameras(self) -> dict[int, str]:
        """The names of cameras by the codes that :meth:`columns` gives."""
        rows = self._db.rows("SELECT id, make, model FROM cameras")
        return {code: Camera(make=make, model=model).name for code, make, model in rows}

    def files_of(self, photo: PhotoId) -> list[FileId]:
        """The rows of a photo's present files."""
        rows = self._db.rows("SELECT id FROM files WHERE photo_id = ? AND state = 'ok' ORDER BY id", (photo,))
        return [row[0] for row in rows]

    def resolve(self, ids: Iterable[PhotoId]) -> dict[PhotoId, PhotoId]:
        """What rows are now: themselves, or the row that they were merged into; unknown ones are left out."""
        rows = self._db.rows(
            "SELECT value, coalesce(photos.id, merged.new) FROM json_each(?) "
            "LEFT JOIN photos ON photos.id = value LEFT JOIN merged ON merged.old = value "
            "WHERE coalesce(photos.id, merged.new) IS NOT NULL",
            (id_list(ids),),
        )
        return {PhotoId(old): PhotoId(new) for old, new in rows}

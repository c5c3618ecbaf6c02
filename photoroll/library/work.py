"""The user's own work on photos: kept durably, by photo, and never lost by anything that a scan finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from photoroll.core.models import Changes, GeoPoint, Json, PhotoId, TakenAt
from photoroll.library import overrides, transfer, workrows
from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import now_ms, storable
from photoroll.library.workrows import WorkRow

_NOTHING = WorkRow()
MAX_RATING = 5


class WorkStore:
    """Favourites, ratings, hides, tags, captions, dates and positions; each call is one durable transaction.

    Photos may be named by a row that was merged into another meanwhile. What changes nothing writes nothing.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def favourite(self, photos: Iterable[PhotoId], *, on: bool = True) -> Changes:
        """Mark photos as favourites, or take the mark away."""
        return self._change(photos, lambda row: replace(row, favourite=on))

    def rate(self, photos: Iterable[PhotoId], rating: int | None) -> Changes:
        """Give 0 to 5 stars; ``None`` goes back to what the file says."""
        if rating is not None and not 0 <= rating <= MAX_RATING:
            raise ValueError(f"a rating is 0 to {MAX_RATING}, got {rating}")
        return self._change(photos, lambda row: replace(row, rating=rating))

    def hide(self, photos: Iterable[PhotoId], *, on: bool = True) -> Changes:
        """Hide photos, or show them again; files are not touched."""
        return self._change(photos, lambda row: replace(row, hidden=on))

    def tag(
        self, photos: Iterable[PhotoId], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Changes:
        """Add and remove tags; their order is the order in which they were given."""
        new = [storable(tag.strip()) for tag in add if tag.strip()]
        old = {storable(tag.strip()) for tag in remove}

        def change(row: WorkRow) -> WorkRow:
            tags = dict.fromkeys((*(tag for tag in row.tags if tag not in old), *new))
            return replace(row, tags=tuple(tags))

        return self._change(photos, change)

    def caption(self, photos: Iterable[PhotoId], text: str) -> Changes:
        """Write a caption; empty goes back to the file's."""
        return self._change(photos, lambda row: replace(row, caption=storable(text.strip())))

    def set_date(self, photos: Iterable[PhotoId], taken: TakenAt | None) -> Changes:
        """Say when photos were taken, as exactly as known; ``None`` goes back to what was read."""
        text = overrides.date_json(taken) if taken is not None else ""
        return self._change(photos, lambda row: replace(row, date=text))

    def set_position(self, photos: Iterable[PhotoId], point: GeoPoint | None) -> Changes:
        """Say where photos were taken; ``None`` goes back to what was read."""
        text = overrides.position_json(point) if point is not None else ""
        return self._change(photos, lambda row: replace(row, position=text))

    def tags(self) -> dict[str, int]:
        """All of the user's tags, and on how many photos each is."""
        rows = self._db.rows(
            "SELECT tag.value, count(*) FROM work, json_each(iif(tags = '', '[]', tags)) AS tag "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return dict(rows)

    def export(self) -> dict[str, Json]:
        """All of the user's work as plain values, keyed by the photos' ids and content hashes."""
        return transfer.export(self._db)

    def restore(self, exported: Mapping[str, Json]) -> Changes:
        """Put exported work back on the photos with these contents; the newer of two states wins.

        What belongs to photos that this library does not have is counted in the log and left out.
        """
        with self._db.transaction(durable=True):
            return transfer.restore(self._db, exported)

    def _change(self, photos: Iterable[PhotoId], change: Callable[[WorkRow], WorkRow]) -> Changes:
        with self._db.transaction(durable=True):
            ids = self._current(photos)
            known = workrows.read(self._db, ids)
            new = {photo: change(known.get(photo, _NOTHING)) for photo in ids}
            differing = {
                photo: replace(row, changed_ms=now_ms())
                for photo, row in new.items()
                if row != known.get(photo, _NOTHING)
            }
            transfer.put(self._db, differing)
        return Changes(photos=frozenset(differing))

    def _current(self, photos: Iterable[PhotoId]) -> list[PhotoId]:
        rows = self._db.rows(
            "SELECT DISTINCT coalesce(photos.id, merged.new) FROM json_each(?) "
            "LEFT JOIN photos ON photos.id = value LEFT JOIN merged ON merged.old = value "
            "WHERE coalesce(photos.id, merged.new) IS NOT NULL",
            (id_list(photos),),
        )
        return [row[0] for row in rows]

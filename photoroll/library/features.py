"""What pass B measured: descriptors and statistics, as bytes for numpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from photoroll.core.models import PhotoId
from photoroll.core.readings import DESCRIPTOR_SIZE, STATISTICS_SIZE
from photoroll.library.connection import Database, id_list


class FeatureStore:
    """Reading only; ``photos.store_pixels`` writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def with_features(self, ids: Iterable[PhotoId] | None = None) -> list[PhotoId]:
        """Which of these photos (or of all) were measured, in the order given."""
        if ids is None:
            return [row[0] for row in self._db.rows("SELECT photo_id FROM features ORDER BY photo_id")]
        rows = self._db.rows(
            "SELECT value FROM json_each(?) JOIN features ON photo_id = value ORDER BY key", (id_list(ids),)
        )
        return [row[0] for row in rows]

    def descriptors(self, ids: Sequence[PhotoId]) -> bytes:
        """Descriptors one after the other: ``numpy.frombuffer(…, '<f2').reshape(-1, 431)``; N rows for N ids.

        A photo without one has a row of NaN.
        """
        return self._blobs("descriptor", ids, DESCRIPTOR_SIZE)

    def statistics(self, ids: Sequence[PhotoId]) -> bytes:
        """The interpretable statistics: ``numpy.frombuffer(…, '<f2').reshape(-1, 29)``, as above."""
        return self._blobs("statistics", ids, STATISTICS_SIZE)

    def _blobs(self, column: str, ids: Sequence[PhotoId], size: int) -> bytes:
        nothing = b"\x00\x7e" * size  # float16 NaN
        rows = self._db.rows(
            f"SELECT {column} FROM json_each(?) LEFT JOIN features ON photo_id = value ORDER BY key",  # noqa: S608
            (id_list(ids),),
        )
        return b"".join(blob if blob is not None and len(blob) == 2 * size else nothing for (blob,) in rows)

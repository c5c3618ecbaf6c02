"""What the library costs over bare SQLite: 20,000 metadata rows by ``store_metadata`` and by ``executemany``.

Both write the same rows into the same schema with the same indexes, triggers and batches; in turn, so that
a busy machine slows both. CPU seconds count. Run ``python benchmarks/catalogue_writes.py [ROWS] [RUNS]``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from photoroll.core.models import Camera, DateSource, GeoPoint, MediaKind, Position, Precision, TakenAt
from photoroll.core.readings import MetadataReading
from photoroll.library import FileId, FoundFile, Library
from photoroll.library.connection import Database

BATCH = 200


def readings(count: int) -> list[MetadataReading]:
    """Photos a few minutes apart, as a camera writes them."""
    start = datetime(2015, 1, 1)
    moments = [start + timedelta(minutes=7 * number) for number in range(count)]
    return [
        MetadataReading(
            format="JPEG",
            kind=MediaKind.PHOTO,
            width=4032,
            height=3024,
            orientation=1,
            taken=TakenAt(
                wall=moment,
                precision=Precision.SECOND,
                source=DateSource.EXIF,
                start=moment,
                end=moment,
                raw=moment.strftime("%Y:%m:%d %H:%M:%S"),
            ),
            position=Position(point=GeoPoint(47 + number / 1e5, 8 + number / 1e5)),
            camera=Camera(make="Acme", model="One", lens="35 mm", iso=100, f_number=1.8, exposure_s=0.01),
        )
        for number, moment in enumerate(moments)
    ]


def prepared(folder: Path, count: int) -> list[FileId]:
    """An empty library that knows ``count`` files."""
    with Library.open(folder) as library:
        root = library.roots.add(Path("/photos"), volume_id="disk", marker="")
        found = [
            FoundFile(path=b"%04d/%07d.jpg" % (n // 500, n), size=n, mtime_ns=n, inode=n + 1)
            for n in range(count)
        ]
        return list(library.files.sync(root.id, found).added)


def by_the_library(folder: Path, ids: list[FileId], values: list[MetadataReading]) -> float:
    """CPU seconds of ``store_metadata``."""
    with Library.open(folder) as library:
        before = time.process_time()
        for start in range(0, len(ids), BATCH):
            part = slice(start, start + BATCH)
            library.photos.store_metadata(list(zip(ids[part], values[part], strict=True)))
        return time.process_time() - before


def by_hand(
    folder: Path, rows: list[tuple[object, ...]], columns: list[str], files: list[tuple[int, ...]]
) -> float:
    """CPU seconds of the bare statements, with rows made beforehand."""
    database = Database.for_writing(folder / "library.db")
    database.sql.execute("INSERT INTO cameras VALUES (1, 'Acme', 'One')")
    insert = f"INSERT INTO photos ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    before = time.process_time()
    for start in range(0, len(rows), BATCH):
        part = slice(start, start + BATCH)
        with database.transaction() as sql:
            sql.executemany(insert, rows[part])
            sql.executemany("UPDATE files SET passes = passes | 1, photo_id = ? WHERE id = ?", files[part])
    spent = time.process_time() - before
    database.close()
    return spent


def rows_of(folder: Path) -> tuple[list[tuple[object, ...]], list[str], list[tuple[int, ...]]]:
    """What the library wrote, to be written by hand."""
    database = Database.for_reading(folder / "library.db")
    columns = [row[1] for row in database.rows("PRAGMA table_info(photos)")]
    rows = database.rows("SELECT * FROM photos ORDER BY id")
    files = database.rows("SELECT photo_id, id FROM files ORDER BY photo_id")
    database.close()
    return rows, columns, files


def main(count: int = 20_000, runs: int = 5) -> None:
    values = readings(count)
    ours, bare = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as name:
            one, other = Path(name, "one"), Path(name, "other")
            ids = prepared(one, count)
            prepared(other, count)
            ours.append(by_the_library(one, ids, values))
            bare.append(by_hand(other, *rows_of(one)))
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    print(f"{count} rows, batches of {BATCH}, median of {runs} runs, CPU seconds")
    print(f"store_metadata {statistics.median(ours):.3f}   executemany {statistics.median(bare):.3f}")
    print(f"ratio {statistics.median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

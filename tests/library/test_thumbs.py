from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from photoroll.errors import LibraryDamaged
from photoroll.library import Library, Pass


@pytest.mark.parametrize("rubbish", [None, b"", b"\n", b"rubbish" * 1000])
def test_lost_thumbnails_are_made_again(filled, rubbish, builder, photos_folder):
    if rubbish is None:
        (filled / "thumbs.db").unlink()
    else:
        (filled / "thumbs.db").write_bytes(rubbish)
    with Library.open(filled, write=False) as library:
        record = library.photos.query()[0]
        assert library.thumbs.get(record.content_hash, 256) is None
        problems = " ".join(library.check().problems)
        assert "3 photos have no thumbnail. It is made again by the next indexing" in problems
        assert ("thumbs.db is damaged. It is made again by the next indexing." in problems) is bool(
            rubbish is not None
        )
    Library.open(filled).close()  # a writer that does not index, or is killed before
    with Library.open(filled) as library:
        assert len(library.files.pending(Pass.PIXELS)) == 3
        build = builder(library, photos_folder)
        before = library.photos.query()
        for n in range(3):
            build.pixels(f"{n}.jpg", b"%d" % n)
        assert library.photos.query() == before
        assert library.thumbs.get(record.content_hash, 512) == b"large 0"
        assert library.check().clean


def test_a_few_lost_thumbnails_are_made_again(filled):
    with closing(sqlite3.connect(filled / "thumbs.db")) as connection:
        connection.execute("DELETE FROM large WHERE jpeg = CAST('large 1' AS BLOB)")
        connection.commit()
    with Library.open(filled, write=False) as library:
        assert "1 photos have no thumbnail" in " ".join(library.check().problems)
        assert library.files.pending(Pass.PIXELS) == [], "a reader changes nothing"
    with Library.open(filled) as library:
        assert [Path(file.path.decode()).name for file in library.files.pending(Pass.PIXELS)] == ["1.jpg"]
        assert library.files.pending(Pass.METADATA) == []


def test_damage_inside_the_thumbnails_is_found_with_what_to_do(filled):
    whole = (filled / "thumbs.db").read_bytes()
    (filled / "thumbs.db").write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with Library.open(filled, write=False) as library:
        problems = library.check().problems
        assert any("thumbs.db" in one and "Delete this file" in one for one in problems), problems
        assert not any("backups" in one for one in problems), problems
    with Library.open(filled) as library, pytest.raises(LibraryDamaged, match="thumbnails"):
        library.files.pending(Pass.PIXELS)
    for path in filled.glob("thumbs.db*"):
        path.unlink()
    with Library.open(filled) as library:
        assert len(library.files.pending(Pass.PIXELS)) == 3

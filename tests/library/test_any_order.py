"""Whatever the order in which readings arrive, and however often: the same photos."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photoroll.core.models import DateSource
from photoroll.library import Library, Pass, PhotoFilter

FILES = 6


@pytest.fixture(scope="module")
def empty() -> Path:
    """A new library, made once and copied for each example."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name, "library")
        Library.open(place).close()
        yield place


def present(library: Library, record) -> list[bytes]:
    return [library.files.path_of(file) for file in library.photos.files_of(record.id)]


def pixels_hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=32).digest()


def photos_of(library: Library) -> list[object]:
    return sorted(
        (
            record.public_id,
            sorted(record.files),
            record.taken.source,
            record.taken.wall,
            record.versions,
            record.tags,
        )
        for record in library.photos.query()
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    contents=st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=FILES, max_size=FILES),
    dates=st.lists(st.sampled_from(["exif", "filename", "mtime"]), min_size=FILES, max_size=FILES),
    steps=st.lists(st.tuples(st.integers(0, FILES - 1), st.booleans()), max_size=30),
    batch=st.integers(1, 4),
)
def test_the_same_photos_in_any_order(
    empty, builder, a_reading, a_pixel_reading, a_date, contents, dates, steps, batch
):
    def readings(number):
        moment = datetime(2020, 1, 1 + ["exif", "filename", "mtime"].index(dates[number]))
        if dates[number] == "exif":  # lies in the bytes
            moment = datetime(2019, 1, 1 + contents[number][0] % 7)
        taken = a_date(moment, DateSource(dates[number]))
        return a_reading(taken=taken), a_pixel_reading(contents[number])

    def store(library, ids, chosen):
        for start in range(0, len(chosen), batch):
            part = chosen[start : start + batch]
            library.photos.store_metadata([(ids[n], readings(n)[0]) for n, pixels in part if not pixels])
            library.photos.store_pixels([(ids[n], readings(n)[1]) for n, pixels in part if pixels])

    straight = [(n, pixels) for pixels in (False, True) for n in range(FILES)]
    results = []
    for order in (straight, steps + straight[::-1]):
        with tempfile.TemporaryDirectory() as name:
            shutil.copytree(empty, Path(name, "library"))
            with Library.open(Path(name, "library")) as library:
                build = builder(library, Path("/photos"))
                build.sync(*(build.file(f"{n}.jpg") for n in range(FILES)))
                ids = [build.id_of(f"{n}.jpg") for n in range(FILES)]
                store(library, ids, order)
                assert library.check().clean, library.check().problems
                assert library.files.pending(Pass.PIXELS) == []
                results.append(photos_of(library))
    assert results[0] == results[1]
    assert len(results[0]) == len(set(contents))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["write", "read", "half", "lose", "refuse", "rename", "rescan", "tag"]),
            st.integers(0, 3),
            st.integers(0, 3),
        ),
        max_size=14,
    )
)
def test_no_history_of_a_folder_breaks_the_library_or_loses_work(empty, builder, steps):
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(empty, Path(name, "library"))
        with Library.open(Path(name, "library")) as library:
            build = builder(library, Path("/photos"))
            disk: dict[str, bytes] = {}
            tagged = set()
            clock = iter(range(1, 1000))

            def see(path):
                build.sync(build.file(path, mtime_ns=next(clock)))

            def read(path):
                content = disk[path]
                build.metadata(path, minutes=500 * content[0])
                build.pixels(path, content)

            for verb, one, other in steps:
                path = f"{one}.jpg"
                if verb == "write":
                    disk[path] = bytes([other])
                    see(path)
                elif path not in disk:
                    continue
                elif verb == "read":
                    read(path)
                elif verb == "half":
                    build.metadata(path, minutes=500 * disk[path][0])
                elif verb == "lose":
                    del disk[path]
                    library.files.mark_missing([build.id_of(path)])
                elif verb == "refuse":
                    library.files.refuse([(build.id_of(path), "damaged", "No.", 2)])
                    see(path)
                elif verb == "rename" and f"{other}.jpg" not in disk:
                    was = build.found[path.encode()]
                    found = build.file(f"{other}.jpg", inode=was.inode, size=was.size, mtime_ns=was.mtime_ns)
                    build.sync(found, gone=[build.id_of(path)])
                    disk[f"{other}.jpg"] = disk.pop(path)
                elif verb == "rescan":
                    library.files.read_again()
                elif verb == "tag":
                    read(path)
                    library.work.tag([build.photo(path).id], add=[disk[path].hex()])
                    tagged.add(disk[path])
                assert library.check().clean, library.check().problems
            for path in disk:
                see(path)
                read(path)
            assert library.check().clean, library.check().problems
            records = library.photos.query()
            assert len(records) == len(set(disk.values()))
            for path, content in disk.items():
                (shown,) = (
                    record for record in records if f"/photos/{path}".encode() in present(library, record)
                )
                assert shown.content_hash == pixels_hash(content)
            everything = library.photos.query(PhotoFilter(state=None, hidden=True))
            assert tagged == {bytes.fromhex(tag) for record in everything for tag in record.tags}

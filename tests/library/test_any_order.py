"""Whatever the order in which readings arrive, and however often: the same photos."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photoroll.core.models import DateSource
from photoroll.library import Library, Pass, PhotoFilter

FILES = 6


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


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    contents=st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=FILES, max_size=FILES),
    dates=st.lists(st.sampled_from(["exif", "filename", "mtime"]), min_size=FILES, max_size=FILES),
    steps=st.lists(st.tuples(st.integers(0, FILES - 1), st.booleans()), max_size=30),
    batch=st.integers(1, 4),
)
def test_the_same_photos_in_any_order(
    empty_library, builder, a_reading, a_pixel_reading, a_date, contents, dates, steps, batch
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
            shutil.copytree(empty_library, Path(name, "library"))
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


class Folder:
    """A folder with up to four files, each with one of four contents, and the library that follows it."""

    def __init__(self, build) -> None:
        self.build = build
        self.library = build.library
        self.disk: dict[str, bytes] = {}
        self.tagged: set[bytes] = set()
        self.clock = iter(range(1, 1000))

    def see(self, path: str) -> None:
        self.build.sync(self.build.file(path, mtime_ns=next(self.clock)))

    def half_read(self, path: str, other: int = 0) -> None:
        self.build.metadata(path, minutes=500 * self.disk[path][0])

    def read(self, path: str, other: int = 0) -> None:
        self.half_read(path)
        self.build.pixels(path, self.disk[path])

    def write(self, path: str, other: int) -> None:
        self.disk[path] = bytes([other])
        self.see(path)

    def lose(self, path: str, other: int) -> None:
        del self.disk[path]
        self.library.files.mark_missing([self.build.id_of(path)])

    def refuse(self, path: str, other: int) -> None:
        self.library.files.refuse([(self.build.id_of(path), "damaged", "No.", 2)])

    def rename(self, path: str, other: int) -> None:
        target = f"{other}.jpg"
        was = self.build.found[path.encode()]
        found = self.build.file(target, inode=was.inode, size=was.size, mtime_ns=was.mtime_ns)
        self.disk[target] = self.disk.pop(path)
        gone = [] if path == target else [self.build.id_of(path)]
        self.build.sync(found, gone=gone)

    def rename_seen_late(self, path: str, other: int) -> None:
        target = f"{other}.jpg"
        if target == path or target in self.disk:
            return
        was = self.build.found[path.encode()]
        old = self.build.id_of(path)
        self.disk[target] = self.disk.pop(path)
        self.build.sync(self.build.file(target, inode=was.inode, size=was.size, mtime_ns=was.mtime_ns))
        self.half_read(target)
        self.library.files.mark_missing([old])

    def rescan(self, path: str, other: int) -> None:
        self.library.files.read_again()

    def tag(self, path: str, other: int) -> None:
        self.see(path)
        self.read(path)
        self.library.work.tag([self.build.photo(path).id], add=[self.disk[path].hex()])
        self.tagged.add(self.disk[path])


VERBS = (
    "write",
    "write",
    "read",
    "half_read",
    "lose",
    "refuse",
    "rename",
    "rename_seen_late",
    "rescan",
    "tag",
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(0, 3)), max_size=20))
def test_no_history_of_a_folder_breaks_the_library_or_loses_work(empty_library, builder, steps):
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(empty_library, Path(name, "library"))
        with Library.open(Path(name, "library")) as library:
            folder = Folder(builder(library, Path("/photos")))
            for verb, one, other in steps:
                path = f"{one}.jpg"
                if verb == "write" or path in folder.disk:
                    getattr(folder, verb)(path, other)
                assert library.check().clean, library.check().problems
            for path in folder.disk:
                folder.see(path)
                folder.read(path)
            assert library.check().clean, library.check().problems
            assert_like(folder)


def assert_like(folder: Folder) -> None:
    """The library shows what is on disk, and everything that was ever tagged is still tagged."""
    library = folder.library
    records = library.photos.query()
    assert len(records) == len(set(folder.disk.values()))
    for path, content in folder.disk.items():
        (shown,) = (record for record in records if f"/photos/{path}".encode() in present(library, record))
        assert shown.content_hash == pixels_hash(content)
    everything = library.photos.query(PhotoFilter(state=None, hidden=True))
    assert folder.tagged == {bytes.fromhex(tag) for record in everything for tag in record.tags}

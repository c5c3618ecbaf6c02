"""Indexes folders: walk, compare, read in passes; every file is indexed or listed with its reason."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from photoroll.core.models import PhotoId
from photoroll.core.progress import CancelToken, Progress
from photoroll.errors import show_path
from photoroll.imaging.reading import ReadRequest, read_faces, read_metadata, read_pixels
from photoroll.library import Library
from photoroll.library.records import FileId, FileToRead, FoundFile, Pass, RefusedFile, Root
from photoroll.services.batches import LARGEST, Batch
from photoroll.services.roots import add_roots
from photoroll.services.walk import LeftOut, WalkedFile, walk
from photoroll.settings import Settings
from photoroll.workers.pool import DecoderPool, Outcome

PAGE = 5_000
BRAKE_SHARE = 0.05
BRAKE_FILES = 50
SYNC_BATCH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that was not indexed, and why."""

    path: bytes
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What one run did; every file found is in exactly one of indexed, unchanged and the listed ones."""

    found: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    unsupported: tuple[Refused, ...] = ()
    unreadable: tuple[Refused, ...] = ()
    left_out: tuple[Refused, ...] = ()
    """Links, pipes, hidden folders: seen, not taken."""
    held_back: str = ""
    """A question for the user, where so many files are gone that nothing was marked missing."""
    seconds: float = 0.0

    @property
    def listed(self) -> tuple[Refused, ...]:
        """All that was seen and is no photo."""
        return self.unsupported + self.left_out


@dataclass(slots=True)
class _Tally:
    """Counts of a run while it runs."""

    found: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    left_out: list[Refused] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    indexed: set[FileId] = field(default_factory=set)


def index(
    library: Library,
    folders: tuple[Path, ...],
    *,
    settings: Settings,
    token: CancelToken,
    rescan: bool = False,
    faces: bool = True,
    confirm_missing: bool = False,
) -> Generator[Progress, None, IndexReport]:
    """Read the photos below ``folders`` into the library; stopping at any moment loses at most one batch.

    ``rescan`` tries again what could not be read before. ``confirm_missing`` marks files as missing even
    where so many are gone at once that it would otherwise stop and ask.

    Raises
    ------
    PhotoRollError
        If a folder cannot be used, or the library cannot be written.
    Cancelled
        If ``token`` was cancelled; what was read is kept.
    """
    began = time.monotonic()
    roots = add_roots(library, folders)
    tally = _Tally()
    with DecoderPool(roots=[root.path for root in roots], workers=settings.chosen_workers()) as pool:
        for root in roots:
            yield from _look(library, root, tally, token, confirm_missing=confirm_missing)
        if rescan:
            for root in roots:
                library.files.retry(root.id)
        for reading in _readings(library, faces=faces):
            yield from _read(library, pool, reading, tally, token)
    refused = [one for one in library.files.refused() if _is_below(one.path, roots)]
    return IndexReport(
        found=tally.found,
        indexed=len(tally.indexed),
        unchanged=tally.unchanged,
        moved=tally.moved,
        missing=tally.missing,
        unsupported=_told(one for one in refused if one.code == "unsupported"),
        unreadable=_told(one for one in refused if one.code != "unsupported"),
        left_out=tuple(tally.left_out),
        held_back=" ".join(tally.held_back),
        seconds=time.monotonic() - began,
    )


def _is_below(path: bytes, roots: list[Root]) -> bool:
    return any(path.startswith(os.fsencode(root.path).rstrip(b"/") + b"/") for root in roots)


def _told(refused: Iterator[RefusedFile]) -> tuple[Refused, ...]:
    return tuple(Refused(path=one.path, reason=one.reason) for one in refused)


# --- looking: names only ------------------------------------------------------------------------------------


def _look(
    library: Library, root: Root, tally: _Tally, token: CancelToken, *, confirm_missing: bool
) -> Iterator[Progress]:
    """Compare one folder with what the library knows of it."""
    known = library.files.known(root.id)
    seen: set[bytes] = set()
    batch: list[FoundFile] = []
    prefix = os.fsencode(root.path).rstrip(b"/") + b"/"
    for one in walk(os.fsencode(root.path)):
        if isinstance(one, LeftOut):
            tally.left_out.append(Refused(path=one.path, reason=one.reason))
            continue
        name = one.path[len(prefix) :]
        if _elsewhere(name, root) or _is_library(one, library):
            continue
        seen.add(name)
        tally.found += 1
        found = _found(one, name)
        before = known.get(name)
        if before is not None and before.state != "missing" and before.is_like(found):
            tally.unchanged += 1
        else:
            batch.append(found)
        if len(batch) >= SYNC_BATCH:
            _sync(library, root, batch, tally)
        if tally.found % 500 == 0:
            token.check()
            yield Progress(phase="Looking for photos", done=tally.found)
    _sync(library, root, batch, tally)
    yield Progress(phase="Looking for photos", done=tally.found)
    _mark_missing(library, root, seen, tally, confirm=confirm_missing)


def _elsewhere(name: bytes, root: Root) -> bool:
    return any(name.startswith(other.rstrip(b"/") + b"/") for other in root.excludes)


def _is_library(one: WalkedFile, library: Library) -> bool:
    return one.path.startswith(os.fsencode(library.folder) + b"/")


def _found(one: WalkedFile, name: bytes) -> FoundFile:
    return FoundFile(path=name, size=one.size, mtime_ns=one.mtime_ns, inode=one.inode, device=one.device)


def _sync(library: Library, root: Root, batch: list[FoundFile], tally: _Tally) -> None:
    if batch:
        done = library.files.sync(root.id, batch)
        tally.moved += len(done.moved)
        tally.unchanged += len(done.returned)
        batch.clear()


def _mark_missing(library: Library, root: Root, seen: set[bytes], tally: _Tally, *, confirm: bool) -> None:
    # Asked again after the comparison: a file that moved is known at its new path now.
    tally.moved += len(library.files.follow_moves(_gone(library, root, seen)).moved)
    gone = _gone(library, root, seen)
    known = [file for file in library.files.known(root.id).values() if file.state == "ok"]
    lost = len({file.id for file in known} & set(gone))
    if (lost > BRAKE_FILES or lost > BRAKE_SHARE * len(known)) and lost > 1 and not confirm:
        tally.held_back.append(
            f"{lost:,} of {len(known):,} known photos are not in {show_path(root.path)} any more. "
            "Nothing was changed; if you removed them yourself, run again with --confirm-missing."
        )
        return
    library.files.mark_missing(gone)
    tally.missing += lost


def _gone(library: Library, root: Root, seen: set[bytes]) -> list[FileId]:
    known = library.files.known(root.id)
    return [file.id for name, file in known.items() if file.state != "missing" and name not in seen]


# --- reading: three passes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One pass: what the workers are asked, and where their answers go."""

    which: Pass
    phase: str
    chunk: int
    """Files a call: the quicker a file is read, the more of them travel together."""
    function: Callable[[Any], Any]
    """Of ``imaging``, run in a worker: services, and the library with them, are never loaded there."""
    questions: Callable[[list[FileToRead]], Iterator[tuple[Any, FileToRead]]]
    """What ``function`` is asked, with the file it is about."""
    store: Callable[[list[tuple[FileToRead, Any]]], object]


def _readings(library: Library, *, faces: bool) -> Iterator[_Reading]:
    photos = library.photos
    yield _Reading(
        which=Pass.METADATA,
        phase="Reading dates and places",
        chunk=16,
        function=read_metadata,
        questions=_requests,
        store=lambda batch: photos.store_metadata([(file.id, value) for file, value in batch]),
    )
    yield _Reading(
        which=Pass.PIXELS,
        phase="Reading pictures",
        chunk=2,
        function=read_pixels,
        questions=_requests,
        store=lambda batch: photos.store_pixels([(file.id, value) for file, value in batch]),
    )
    if faces:
        yield _Reading(
            which=Pass.FACES,
            phase="Looking for faces",
            chunk=4,
            function=read_faces,
            questions=partial(_thumbnails, library),
            store=lambda batch: photos.store_faces([(_photo(file), value) for file, value in batch]),
        )


def _requests(files: list[FileToRead]) -> Iterator[tuple[ReadRequest, FileToRead]]:
    for file in files:
        below = file.path[len(os.fsencode(file.root).rstrip(b"/")) + 1 :]
        yield ReadRequest(path=file.path, relative=below, mtime_ns=file.mtime_ns), file


def _photo(file: FileToRead) -> PhotoId:
    assert file.photo is not None, "faces are looked for in photos only"
    return file.photo


def _thumbnails(library: Library, files: list[FileToRead]) -> Iterator[tuple[bytes, FileToRead]]:
    for start in range(0, len(files), LARGEST):
        part = files[start : start + LARGEST]
        records = library.photos.get(_photo(file) for file in part)
        for file in part:
            record = records.get(_photo(file))
            if record is not None and record.content_hash is not None:
                jpeg = library.thumbs.get(record.content_hash, 512)
                if jpeg is not None:
                    yield jpeg, file


def _read(
    library: Library, pool: DecoderPool, reading: _Reading, tally: _Tally, token: CancelToken
) -> Iterator[Progress]:
    total = library.files.waiting(reading.which)
    done = 0
    good: Batch[tuple[FileToRead, Any]] = Batch(reading.store)
    bad: Batch[tuple[FileId, str, str, int]] = Batch(library.files.refuse)
    while pending := library.files.pending(reading.which, limit=PAGE):
        # Two photos may ask the same question (equal thumbnails), so each question keeps all its files.
        about: dict[Any, list[FileToRead]] = {}
        try:
            for outcome in pool.run(
                reading.function, _noted(reading.questions(pending), about), token=token, chunk=reading.chunk
            ):
                _sort(about[outcome.item].pop(), outcome, good, bad, tally)
                done += 1
                if done % 16 == 0 or done == total:
                    yield Progress(phase=reading.phase, done=done, total=total)
        finally:
            good.flush()
            bad.flush()
        token.check()


def _noted(questions: Iterator[tuple[Any, FileToRead]], about: dict[Any, list[FileToRead]]) -> Iterator[Any]:
    for question, file in questions:
        about.setdefault(question, []).append(file)
        yield question


def _sort(
    file: FileToRead,
    outcome: Outcome[Any, Any],
    good: Batch[tuple[FileToRead, Any]],
    bad: Batch[tuple[FileId, str, str, int]],
    tally: _Tally,
) -> None:
    if outcome.failure is None:
        tally.indexed.add(file.id)
        good.add((file, outcome.value))
    else:
        tally.indexed.discard(file.id)
        bad.add((file.id, outcome.failure.code, outcome.failure.reason, file.tries + outcome.failure.tries))

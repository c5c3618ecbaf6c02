"""The reading passes: what the sealed workers are asked about each file, and where their answers go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from photoroll.core.models import PhotoId
from photoroll.core.progress import CancelToken, Progress
from photoroll.imaging.reading import ReadRequest, read_faces, read_metadata, read_pixels
from photoroll.library import Library
from photoroll.library.records import FileId, FileToRead, Pass, Root
from photoroll.services.batches import LARGEST, Batch
from photoroll.services.index_report import Tally
from photoroll.workers.pool import DecoderPool, Outcome

PAGE = 5_000

Pending = Callable[[], list[FileToRead]]
Answered = list[tuple[FileToRead, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One pass over the files of one folder."""

    phase: str
    pending: Pending
    """The next page of files, those read and those refused left out."""
    chunk: int
    """Files a call: the quicker a file is read, the more of them travel together."""
    function: Callable[[Any], Any]
    """Of ``imaging``, run in a worker: services, and the library with them, are never loaded there."""
    questions: Callable[[list[FileToRead]], Iterator[tuple[Any, FileToRead]]]
    """What ``function`` is asked, with the file it is about."""
    store: Callable[[Answered], object]
    counts: bool = True
    """Whether files read by it count as indexed."""


def readings_of(library: Library, root: Root, *, faces: bool) -> Iterator[Reading]:
    """Give the passes over one folder, in their order."""
    photos, files = library.photos, library.files
    yield Reading(
        phase="Reading dates and places",
        pending=partial(files.pending, Pass.METADATA, limit=PAGE, root_id=root.id),
        chunk=16,
        function=read_metadata,
        questions=_requests,
        store=lambda batch: photos.store_metadata([(file.id, value) for file, value in batch]),
    )
    yield Reading(
        phase="Reading pictures",
        pending=partial(files.pending, Pass.PIXELS, limit=PAGE, root_id=root.id),
        chunk=2,
        function=read_pixels,
        questions=_requests,
        store=lambda batch: photos.store_pixels([(file.id, value) for file, value in batch]),
    )
    yield Reading(
        phase="Making sure of moved photos",
        pending=partial(_to_confirm, library, root),
        chunk=2,
        function=read_pixels,
        questions=_requests,
        store=lambda batch: photos.store_pixels([(file.id, value) for file, value in batch]),
        counts=False,
    )
    if faces:
        yield Reading(
            phase="Looking for faces",
            pending=partial(files.pending, Pass.FACES, limit=PAGE, root_id=root.id),
            chunk=4,
            function=read_faces,
            questions=partial(_thumbnails, library),
            counts=False,
            store=lambda batch: photos.store_faces([(_photo(file), value) for file, value in batch]),
        )


def read(
    library: Library, pool: DecoderPool, reading: Reading, tally: Tally, token: CancelToken
) -> Iterator[Progress]:
    """Run one pass to its end, writing as answers come; what cannot be read is listed with its reason."""
    done = 0
    good: Batch[tuple[FileToRead, Any]] = Batch(reading.store)
    bad: Batch[tuple[FileId, str, str, int]] = Batch(library.files.refuse)
    while pending := reading.pending():
        total = done + len(pending) if len(pending) < PAGE else None
        # Two photos may ask the same question (equal thumbnails), so each question keeps all its files.
        about: dict[Any, list[FileToRead]] = {}
        questions = _noted(reading.questions(pending), about)
        try:
            for outcome in pool.run(reading.function, questions, token=token, chunk=reading.chunk):
                _sort(about[outcome.item].pop(), outcome, good, bad, tally if reading.counts else Tally())
                done += 1
                if done % 16 == 0 or done == total:
                    yield Progress(phase=reading.phase, done=done, total=total)
        finally:
            good.flush()
            bad.flush()
        token.check()


def _requests(files: list[FileToRead]) -> Iterator[tuple[ReadRequest, FileToRead]]:
    for file in files:
        below = file.path[len(os.fsencode(file.root).rstrip(b"/")) + 1 :]
        yield ReadRequest(path=file.path, relative=below, mtime_ns=file.mtime_ns), file


def _to_confirm(library: Library, root: Root) -> list[FileToRead]:
    return [file for file in library.files.to_confirm(limit=PAGE) if file.root == root.path]


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


def _noted(questions: Iterator[tuple[Any, FileToRead]], about: dict[Any, list[FileToRead]]) -> Iterator[Any]:
    for question, file in questions:
        about.setdefault(question, []).append(file)
        yield question


def _sort(
    file: FileToRead,
    outcome: Outcome[Any, Any],
    good: Batch[tuple[FileToRead, Any]],
    bad: Batch[tuple[FileId, str, str, int]],
    tally: Tally,
) -> None:
    if outcome.failure is None:
        tally.indexed.add(file.id)
        good.add((file, outcome.value))
    else:
        tally.indexed.discard(file.id)
        bad.add((file.id, outcome.failure.code, outcome.failure.reason, file.tries + outcome.failure.tries))

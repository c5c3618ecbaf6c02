"""Indexes folders: walk, compare, read in passes; every file is indexed or listed with its reason."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from photoroll.core.progress import CancelToken, Progress
from photoroll.imaging.reading import warm_up
from photoroll.library import Library
from photoroll.library.records import RefusedFile, Root
from photoroll.services.index_report import IndexReport, Refused, Tally
from photoroll.services.looking import look
from photoroll.services.reading import read, readings_of
from photoroll.services.roots import add_roots
from photoroll.settings import Settings
from photoroll.workers.pool import DecoderPool


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

    ``rescan`` reads every file anew, also what could not be read before. ``confirm_missing`` believes that
    files are gone, however many. Raises :exc:`PhotoRollError` if a folder or the library cannot be used, and
    :exc:`Cancelled` if ``token`` was cancelled; what was read is kept.
    """
    began = time.monotonic()
    roots = add_roots(library, folders)
    tally = Tally()
    places = [root.path for root in roots]
    with DecoderPool(roots=places, workers=settings.chosen_workers(), warm_up=warm_up) as pool:
        for root in roots:
            yield from look(library, root, tally, token, confirm_missing=confirm_missing)
            if rescan:
                library.files.retry(root.id)
                library.files.read_again(root.id)
        for passes in zip(*(tuple(readings_of(library, root, faces=faces)) for root in roots), strict=True):
            for reading in passes:
                yield from read(library, pool, reading, tally, token)
    return _report(library, roots, tally, time.monotonic() - began)


def _report(library: Library, roots: Sequence[Root], tally: Tally, seconds: float) -> IndexReport:
    refused = [one for one in library.files.refused() if _is_below(one.path, roots)]
    known = len(tally.indexed) + tally.moved + len(refused)
    return IndexReport(
        found=tally.found,
        indexed=len(tally.indexed),
        unchanged=max(0, tally.found - known),  # a file may vanish while the others are read
        moved=tally.moved,
        missing=tally.missing,
        unsupported=_told(one for one in refused if one.code == "unsupported"),
        unreadable=_told(one for one in refused if one.code != "unsupported"),
        left_out=tuple(tally.left_out),
        unlisted=tuple(tally.unlisted),
        held_back=" ".join(tally.held_back),
        seconds=seconds,
    )


def _is_below(path: bytes, roots: Sequence[Root]) -> bool:
    return any(path.startswith(os.fsencode(root.path).rstrip(b"/") + b"/") for root in roots)


def _told(refused: Iterator[RefusedFile]) -> tuple[Refused, ...]:
    return tuple(Refused(path=one.path, reason=one.reason) for one in refused)

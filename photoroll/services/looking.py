"""Compares a folder with what the library knows of it: by names, sizes and times only, nothing is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator

from photoroll.core.progress import CancelToken, Progress
from photoroll.errors import show_path
from photoroll.library import Library
from photoroll.library.records import FileId, FoundFile, Root
from photoroll.services.index_report import Refused, Tally
from photoroll.services.walk import LeftOut, WalkedFile, walk

BRAKE_SHARE = 0.05
BRAKE_FILES = 50
BATCH = 2_000


def look(
    library: Library, root: Root, tally: Tally, token: CancelToken, *, confirm_missing: bool
) -> Iterator[Progress]:
    """Note new, changed, moved and missing files of one folder.

    More than 5 % or 50 photos missing at once are held back as a question, unless ``confirm_missing``.
    """
    known = library.files.known(root.id)
    seen: set[bytes] = set()
    batch: list[FoundFile] = []
    prefix = os.fsencode(root.path).rstrip(b"/") + b"/"
    for one in walk(os.fsencode(root.path)):
        if isinstance(one, LeftOut):
            told = tally.unlisted if one.failed else tally.left_out
            told.append(Refused(path=one.path, reason=one.reason))
            continue
        name = one.path[len(prefix) :]
        if _elsewhere(name, root) or _is_librarys(one, library):
            continue
        seen.add(name)
        tally.found += 1
        found = _found(one, name)
        before = known.get(name)
        if before is None or before.state == "missing" or not before.is_like(found):
            batch.append(found)
        if len(batch) >= BATCH:
            _sync(library, root, batch, tally)
        if tally.found % 500 == 0:
            token.check()
            yield Progress(phase="Looking for photos", done=tally.found)
    _sync(library, root, batch, tally)
    yield Progress(phase="Looking for photos", done=tally.found)
    _mark_missing(library, root, seen, tally, confirm=confirm_missing)


def _elsewhere(name: bytes, root: Root) -> bool:
    return any(name.startswith(other.rstrip(b"/") + b"/") for other in root.excludes)


def _is_librarys(one: WalkedFile, library: Library) -> bool:
    """Whether a file belongs to the library itself, kept inside a photo folder."""
    return one.path.startswith(os.fsencode(library.folder) + b"/")


def _found(one: WalkedFile, name: bytes) -> FoundFile:
    return FoundFile(path=name, size=one.size, mtime_ns=one.mtime_ns, inode=one.inode, device=one.device)


def _sync(library: Library, root: Root, batch: list[FoundFile], tally: Tally) -> None:
    if batch:
        done = library.files.sync(root.id, batch)
        tally.moved += len(done.moved)
        batch.clear()


def _mark_missing(library: Library, root: Root, seen: set[bytes], tally: Tally, *, confirm: bool) -> None:
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

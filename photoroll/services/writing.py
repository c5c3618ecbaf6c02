"""Files that PhotoRoll makes appear whole or not at all, and never replace a photo."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from photoroll.errors import CannotMake


@contextmanager
def writing_new(target: Path) -> Iterator[BinaryIO]:
    """Give an open file that becomes ``target`` when the block ends well, and vanishes when it does not.

    The bytes are synced before the name appears. An existing file is never replaced, by whatever name or link
    it is meant, nor one that appears meanwhile: it could be a photo.

    Raises
    ------
    CannotMake
        If the target exists, its folder is missing or read-only, or the disk is full.
    """
    if os.path.lexists(target):
        raise CannotMake("There is a file of that name already", "Choose another name.", path=target)
    with _explaining(target):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".photoroll-", suffix=target.suffix)
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as out:
            with _explaining(target, only_full=True):
                yield out
            with _explaining(target):
                out.flush()
                os.fsync(out.fileno())
        with _explaining(target):
            part.chmod(0o666 & ~_umask())
            _publish(part, target)
            _sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def free_name(target: Path) -> Path:
    """Give ``target``, or ``target (2)``, ``(3)`` … when there is a file of that name."""
    for number in range(2, 10_000):
        if not os.path.lexists(target):
            return target
        stem = target.stem.removesuffix(f" ({number - 1})")
        target = target.with_name(f"{stem} ({number}){target.suffix}")
    raise CannotMake("There are too many files of that name", "Choose another folder.", path=target)


def _publish(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # fails when the name was taken meanwhile; rename would replace it
    except FileExistsError:
        raise CannotMake(
            "There is a file of that name already", "Choose another name.", path=target
        ) from None
    except OSError:  # a file system without hard links
        part.rename(target)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems cannot sync a folder; the file itself is synced
        pass
    finally:
        os.close(handle)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def _explaining(target: Path, *, only_full: bool = False) -> Iterator[None]:
    """Turn errors of writing into sentences; ``only_full`` leaves errors that may be about other files."""
    try:
        yield
    except OSError as exc:
        if only_full and exc.errno not in _FULL:
            raise
        raise _explained(exc, target) from exc


def _explained(exc: OSError, target: Path) -> CannotMake:
    elsewhere = "Choose another folder."
    if isinstance(exc, FileNotFoundError):
        return CannotMake("That folder does not exist", elsewhere, path=target.parent)
    if isinstance(exc, PermissionError):
        return CannotMake("Not saved: no permission to write there", elsewhere, path=target)
    if exc.errno in _FULL:
        return CannotMake("Not saved: the disk is full", elsewhere, path=target)
    return CannotMake(f"Not saved: {exc.strerror or exc}", elsewhere, path=target)

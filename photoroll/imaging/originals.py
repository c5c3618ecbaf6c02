"""Opens the user's photos: read-only, no links followed, regular files only, never larger than a limit."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from photoroll.errors import UnreadablePhoto

MAX_FILE_BYTES = 1 << 30
"""Largest photo that is opened at all; a sparse file of a terabyte ends here."""
MAX_READ_BYTES = 192 << 20
"""Largest file that is held in memory whole; larger ones are read as a stream."""
_BUFFER = 64 << 10
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}
_LINKS_AND_DEVICES = {errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR}


def open_original(path: bytes | str | Path, *, limit: int = MAX_FILE_BYTES) -> BinaryIO:
    """Open one photo for reading; the caller closes it.

    ``O_NONBLOCK`` lets a pipe named ``x.jpg`` return at once instead of waiting for a writer for ever; it is
    cleared again once the file is known to be regular.

    :raises UnreadablePhoto: ``gone``, ``permission``, ``not_regular``, ``empty``, ``too_large`` or ``io``.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise explain(error, path) from None
    try:
        check_regular(os.fstat(handle), path, limit=limit)
        os.set_blocking(handle, True)
        return os.fdopen(handle, "rb", buffering=_BUFFER)
    except BaseException:
        os.close(handle)
        raise


def read_original(path: bytes | str | Path, limit: int = MAX_READ_BYTES) -> bytes:
    """Read a whole photo of at most ``limit`` bytes.

    :raises UnreadablePhoto: as :func:`open_original`; ``too_large`` also for a file that grows meanwhile.
    """
    with open_original(path, limit=limit) as file:
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise explain(error, path) from None
    if len(data) > limit:
        raise _too_large(path, limit)
    return data


def check_regular(status: os.stat_result, path: bytes | str | Path, *, limit: int) -> None:
    """Raise :exc:`UnreadablePhoto` unless ``status`` is of a regular file of 1 to ``limit`` bytes."""
    if not stat.S_ISREG(status.st_mode):
        raise _not_regular(path)
    if status.st_size == 0:
        raise UnreadablePhoto(
            "The file is empty", "Copy it again from where it came from.", path=as_path(path), code="empty"
        )
    if status.st_size > limit:
        raise _too_large(path, limit)


def explain(error: OSError | ValueError, path: bytes | str | Path) -> UnreadablePhoto:
    """Turn what the operating system said into a sentence and a stable code."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _GONE:
        title, advice, code = (
            "The file is no longer there",
            "Bring it back, or read the folder again.",
            "gone",
        )
    elif number in (errno.EACCES, errno.EPERM):
        title, advice, code = "You may not read this file", "Change its permissions.", "permission"
    elif number in _LINKS_AND_DEVICES:
        return _not_regular(path)
    else:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        title, code = f"The system could not read the file ({reason})", "io"
        advice = "Check the disk or card that it is on."
    return UnreadablePhoto(title, advice, path=as_path(path), code=code)


def as_path(path: bytes | str | Path) -> Path:
    """Give the path as a ``Path`` that opens the same file."""
    return Path(os.fsdecode(path))


def _not_regular(path: bytes | str | Path) -> UnreadablePhoto:
    return UnreadablePhoto(
        "This is a link, a folder, a pipe or a device, not a file",
        "Add the folder where the photo itself lies.",
        path=as_path(path),
        code="not_regular",
    )


def _too_large(path: bytes | str | Path, limit: int) -> UnreadablePhoto:
    return UnreadablePhoto(
        f"The file is larger than {limit >> 20} MB",
        "PhotoRoll reads no larger photos.",
        path=as_path(path),
        code="too_large",
    )

"""Walks the user's folders by names only: nothing is opened, no link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

LEFT_OUT_FOLDERS = frozenset({b"@eaDir", b"lost+found", b"System Volume Information", b"$RECYCLE.BIN"})
"""Folders that other systems keep for themselves (thumbnails, waste): named in the report, not entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkedFile:
    """A regular file as its folder lists it."""

    path: bytes
    """Absolute."""
    size: int
    mtime_ns: int
    inode: int
    device: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that was seen and not taken, with the reason for a person."""

    path: bytes
    reason: str
    failed: bool = False
    """Whether it could not be looked at, so that photos may be missed."""


def walk(root: bytes) -> Iterator[WalkedFile | LeftOut]:
    """List all files below ``root``, the newest folders first.

    Hidden folders, other systems' folders, links and special files are told as :class:`LeftOut`. Folders are
    entered once by device and inode, so that a mount loop ends. Memory is bounded by the widest folder.

    Raises
    ------
    OSError
        If ``root`` itself cannot be listed.
    """
    entered: set[tuple[int, int]] = set()
    pending = [(0, root)]
    while pending:
        _, folder = pending.pop()
        try:
            status = os.lstat(folder)
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as exc:
            if folder == root:
                raise
            yield LeftOut(path=folder, reason=_why_not_listed(exc), failed=True)
            continue
        deeper: list[tuple[int, bytes]] = []
        for entry in sorted(entries, key=lambda entry: entry.name):
            yield from _one(entry, deeper)
        pending.extend(sorted(deeper))  # the last one is popped first: the newest


def _one(entry: os.DirEntry[bytes], deeper: list[tuple[int, bytes]]) -> Iterator[WalkedFile | LeftOut]:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as exc:
        yield LeftOut(path=entry.path, reason=_why_not_listed(exc), failed=True)
        return
    if stat.S_ISDIR(status.st_mode):
        if entry.name.startswith(b".") or entry.name in LEFT_OUT_FOLDERS:
            yield LeftOut(path=entry.path, reason="a hidden folder or one of the system's")
        else:
            deeper.append((status.st_mtime_ns, entry.path))
    elif stat.S_ISREG(status.st_mode):
        yield WalkedFile(
            path=entry.path,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            inode=status.st_ino,
            device=status.st_dev,
        )
    else:
        yield LeftOut(path=entry.path, reason=_special(status.st_mode))


def _special(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link to elsewhere; links are not followed"
    if stat.S_ISFIFO(mode):
        return "a pipe, not a photo"
    if stat.S_ISSOCK(mode):
        return "a socket, not a photo"
    return "a device, not a photo"


def _why_not_listed(exc: OSError) -> str:
    if isinstance(exc, PermissionError):
        return "no permission to look inside"
    if isinstance(exc, FileNotFoundError):
        return "it went away while its folder was read"
    return f"it cannot be listed: {exc.strerror}"

"""What a worker must not be able to do to files, programs and other processes; it runs inside the worker.

``folder`` is one that decoders and the maker may read. It holds ``photo.jpg``, which nobody may change.
"""

# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH123, PTH208, PTH211, S103, S606 - every road is tried here
from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable
from pathlib import Path

from photoroll.privacy.ways.attempts import Tried, attempt

PHOTO = "photo.jpg"


def _open_for_writing(folder: Path) -> None:
    os.close(os.open(folder / PHOTO, os.O_RDWR))


def _append(folder: Path) -> None:
    with open(folder / PHOTO, "ab") as photo:
        photo.write(b"x")


def _new_file(folder: Path) -> None:
    os.close(os.open(folder / "new.jpg", os.O_WRONLY | os.O_CREAT, 0o600))


def _temporary_file(folder: Path) -> None:
    os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600))


def _truncate(folder: Path) -> None:
    os.truncate(folder / PHOTO, 0)


def _unlink(folder: Path) -> None:
    os.unlink(folder / PHOTO)


def _rename(folder: Path) -> None:
    os.rename(folder / PHOTO, folder / "other.jpg")


def _link(folder: Path) -> None:
    os.link(folder / PHOTO, folder / "link.jpg")


def _symlink(folder: Path) -> None:
    os.symlink(folder / PHOTO, folder / "symlink.jpg")


def _mkdir(folder: Path) -> None:
    os.mkdir(folder / "new")


def _chmod(folder: Path) -> None:
    os.chmod(folder / PHOTO, 0o777)


def _chown(folder: Path) -> None:
    os.chown(folder / PHOTO, os.getuid(), os.getgid())


def _utime(folder: Path) -> None:
    os.utime(folder / PHOTO, (1, 1))


def _setxattr(folder: Path) -> None:
    os.setxattr(folder / PHOTO, "user.photoroll", b"x")


def _reopen(folder: Path) -> None:
    descriptor = os.open(folder / PHOTO, os.O_RDONLY)
    try:
        os.close(os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR))
    finally:
        os.close(descriptor)


def _passwords(_: Path) -> None:
    with open("/etc/passwd", "rb") as found:
        found.read(1)


def _home(_: Path) -> None:
    os.listdir("/home")


def _device(_: Path) -> None:
    os.close(os.open("/dev/tty", os.O_RDWR))


def _exec(_: Path) -> None:
    os.execv("/bin/true", ["true"])


def _kill_parent(_: Path) -> None:
    os.kill(os.getppid(), 0)


def _raise_limits(_: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard + 1))


def _unshare(_: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x10000000):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _read_photo(folder: Path) -> None:
    with open(folder / PHOTO, "rb") as photo:
        photo.read(1)


DEEDS: dict[str, Callable[[Path], None]] = {
    "open a photo for writing": _open_for_writing,
    "append to a photo": _append,
    "make a new file": _new_file,
    "make a nameless file": _temporary_file,
    "truncate a photo": _truncate,
    "delete a photo": _unlink,
    "rename a photo": _rename,
    "link a photo": _link,
    "make a symbolic link": _symlink,
    "make a folder": _mkdir,
    "change a photo's rights": _chmod,
    "change a photo's owner": _chown,
    "change a photo's time": _utime,
    "change a photo's attributes": _setxattr,
    "reopen a photo for writing": _reopen,
    "read a file outside the folders": _passwords,
    "list a folder outside the folders": _home,
    "open the terminal": _device,
    "start a program": _exec,
    "signal the app": _kill_parent,
    "raise its own limits": _raise_limits,
    "make a namespace of its own": _unshare,
}

COMPUTE_DEEDS = {"read a photo": _read_photo}


def try_all(where: tuple[str, str]) -> list[Tried]:
    """Try every deed; ``where`` is the role and the folder."""
    role, folder = where
    deeds = {**DEEDS, **COMPUTE_DEEDS} if role == "compute" else DEEDS
    return [attempt(name, deed, Path(folder)) for name, deed in deeds.items()]

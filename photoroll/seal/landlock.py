"""Landlock: the kernel refuses files outside the folders that are named (Linux 5.13 and later).

Numbers are from the kernel's public header ``linux/landlock.h``; a kernel is only asked for the rights that
its version (ABI) knows, and every right that it knows is taken away unless it is given back here.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
# How many file rights each ABI knows, in the order of their bits: execute, write, read, ... refer (2),
# truncate (3), ioctl on devices (5).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_BIND_AND_CONNECT = 0b11  # ABI 4
_SCOPE_SIGNALS_AND_ABSTRACT_SOCKETS = 0b11  # ABI 6


class CannotLandlock(OSError):
    """The kernel cannot restrict files; the text says why."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    answer = int(libc.syscall(ctypes.c_long(number), *arguments))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


def abi() -> int:
    """Give the kernel's Landlock version; 0 where it has none or it is switched off."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def no_new_privileges() -> None:
    """Make sure that no program started from here can gain rights (set-user-id and the like)."""
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero):
        raise OSError(ctypes.get_errno(), "the kernel refused no_new_privs")


def restrict(read: Iterable[Path]) -> int:
    """Leave this thread nothing but reading under ``read``; give the ABI that is in force.

    Threads that were started earlier keep their rights: call it before there are any.
    """
    version = abi()
    if version < 1:
        raise CannotLandlock(errno.ENOSYS, "this kernel has no Landlock")
    ruleset = _create(version)
    try:
        for path in read:
            _allow_reading(ruleset, path)
        no_new_privileges()
        _call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    except OSError as exc:
        raise CannotLandlock(exc.errno, f"the kernel refused the Landlock rules ({exc.strerror})") from exc
    finally:
        os.close(ruleset)
    return version


def _create(version: int) -> int:
    rights = _FILE_RIGHTS[min(version, max(_FILE_RIGHTS))]
    wanted = _Ruleset(
        files=(1 << rights) - 1,
        net=_NET_BIND_AND_CONNECT if version >= 4 else 0,
        scoped=_SCOPE_SIGNALS_AND_ABSTRACT_SOCKETS if version >= 6 else 0,
    )
    words = 3 if version >= 6 else 2 if version >= 4 else 1
    size = ctypes.c_size_t(words * ctypes.sizeof(ctypes.c_uint64))
    try:
        return _call(_CREATE, ctypes.byref(wanted), size, ctypes.c_uint32(0))
    except OSError as exc:
        raise CannotLandlock(exc.errno, f"the kernel refused a Landlock rule set ({exc.strerror})") from exc


def _allow_reading(ruleset: int, path: Path) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # a folder that is not there (a drive that is not plugged in) needs no right
    try:
        allowed = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
        beneath = _Beneath(allowed, opened)
        _call(
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(beneath),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(opened)

"""The app's own rules: Python audit hooks.

They make a mistake readable where the system refuses anyway, and they are all there is where the system
cannot seal. They are no sandbox: native code does not pass through them (Python issue gh-87604), which is why
:class:`~photoroll.seal.state.SealState` never calls them one.
"""

from __future__ import annotations

import errno
import os
import sys

_AF_UNIX = 1
_UNSAID = -1  # a socket made from a descriptor: its family is known only later
_SOCKET_USES = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_NAME_LOOKUPS = frozenset(
    {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
)
_CHANGES = frozenset(
    {
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.mkdir",
        "os.link",
        "os.symlink",
        "os.truncate",
        "os.chmod",
        "os.chown",
        "os.utime",
        "os.setxattr",
        "os.removexattr",
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "subprocess.Popen",
        "pty.spawn",
        "shutil.move",
        "shutil.rmtree",
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

_installed: set[str] = set()


def refuse_sockets() -> None:
    """Raise a clear error in Python code that tries to go online."""
    if "sockets" not in _installed:
        _installed.add("sockets")
        sys.addaudithook(_check_socket)


def refuse_changes() -> None:
    """Raise a clear error in Python code that tries to write a file or to start a program."""
    if "changes" not in _installed:
        _installed.add("changes")
        sys.addaudithook(_check_change)


def refuse_opening() -> None:
    """Raise a clear error in Python code that tries to open any file."""
    if "opening" not in _installed:
        _installed.add("opening")
        sys.addaudithook(_check_opening)


def _check_socket(event: str, arguments: tuple[object, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event == "socket.__new__" and arguments[1] not in (_AF_UNIX, _UNSAID):
        _refuse("PhotoRoll opens no network connection")
    if event in _NAME_LOOKUPS:
        _refuse("PhotoRoll looks up no network names")
    if event in _SOCKET_USES and getattr(arguments[0], "family", _AF_UNIX) != _AF_UNIX:
        _refuse("PhotoRoll uses no network connection")


def _check_change(event: str, arguments: tuple[object, ...]) -> None:
    if event in _CHANGES:
        _refuse(f"this part of PhotoRoll changes nothing and starts nothing ({event})")
    if event != "open" or isinstance(arguments[0], int):  # a descriptor is open already
        return
    if isinstance(arguments[2], int) and arguments[2] & _WRITING:
        _refuse("this part of PhotoRoll opens no file for writing")


def _check_opening(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("open", "os.listdir", "os.scandir") and not isinstance(arguments[0], int):
        _refuse("this part of PhotoRoll opens no file")


def _refuse(sentence: str) -> None:
    raise PermissionError(errno.EACCES, sentence)

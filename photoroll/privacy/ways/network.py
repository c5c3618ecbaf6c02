"""The ways to the network, one function each. Everything aims at the loopback of this computer."""

# ruff: noqa: S603, S605 - starting programs is what is tried here
from __future__ import annotations

import ctypes
import errno
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from photoroll.privacy.ways.attempts import Aim, Ended, NotHere, Tried, attempt

LIMIT_S = 2.0
_HOST = "127.0.0.1"


# ------------------------------------------------------------------------------------------ Python's own
def _create_connection(aim: Aim) -> None:
    with socket.create_connection((_HOST, aim.tcp), LIMIT_S) as out:
        out.sendall(aim.bytes)


def _plain_socket(aim: Aim) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as out:
        out.settimeout(LIMIT_S)
        out.connect((_HOST, aim.tcp))
        out.sendall(aim.bytes)


def _inner_socket(aim: Aim) -> None:
    import _socket

    out = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        out.settimeout(LIMIT_S)
        out.connect((_HOST, aim.tcp))
        out.send(aim.bytes)
    finally:
        out.close()


def _connect_ex(aim: Aim) -> None:
    with socket.socket() as out:
        out.settimeout(LIMIT_S)
        if code := out.connect_ex((_HOST, aim.tcp)):
            raise OSError(code, os.strerror(code))
        out.sendall(aim.bytes)


def _udp_sendto(aim: Aim) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(aim.bytes, (_HOST, aim.udp))


def _udp_sendmsg(aim: Aim) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendmsg([aim.bytes], [], 0, (_HOST, aim.udp))


def _urllib(aim: Aim) -> None:
    from urllib.request import ProxyHandler, build_opener

    build_opener(ProxyHandler({})).open(f"http://{_HOST}:{aim.tcp}/{aim.token}", timeout=LIMIT_S).close()


def _http_client(aim: Aim) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection(_HOST, aim.tcp, timeout=LIMIT_S)
    try:
        connection.request("GET", f"/{aim.token}")
        connection.getresponse().read()
    finally:
        connection.close()


def _asyncio(aim: Aim) -> None:
    import asyncio

    async def go() -> None:
        _, writer = await asyncio.wait_for(asyncio.open_connection(_HOST, aim.tcp), LIMIT_S)
        writer.write(aim.bytes)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    asyncio.run(go())


def _getaddrinfo(aim: Aim) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(_HOST, aim.tcp, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as out:
        out.settimeout(LIMIT_S)
        out.connect(address)
        out.sendall(aim.bytes)


# ------------------------------------------------------------------------------------------ other programs
def _bash(aim: Aim) -> list[str]:
    found = shutil.which("bash")
    if found is None:
        raise NotHere("bash is not installed")
    return [found, "-c", f"echo {aim.token} >/dev/tcp/{_HOST}/{aim.tcp}"]


def _python(aim: Aim) -> list[str]:
    code = f"import socket; socket.create_connection(({_HOST!r}, {aim.tcp}), 2).sendall({aim.bytes!r})"
    return [sys.executable, "-I", "-S", "-c", code]


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, input=b"", capture_output=True, timeout=4 * LIMIT_S, check=False)
    if done.returncode:
        raise Ended(f"{Path(command[0]).name} ended with code {done.returncode}")


def _curl(aim: Aim) -> None:
    found = shutil.which("curl")
    if found is None:
        raise NotHere("curl is not installed")
    _run([found, "-sS", "--max-time", "2", "--noproxy", "*", f"http://{_HOST}:{aim.tcp}/{aim.token}"])


def _bash_dev_tcp(aim: Aim) -> None:
    _run(_bash(aim))


def _os_system(aim: Aim) -> None:
    _bash(aim)
    code = os.system(f"bash -c 'echo {aim.token} >/dev/tcp/{_HOST}/{aim.tcp}' >/dev/null 2>&1")
    if code:
        raise Ended(f"the shell ended with code {code}")


def _posix_spawn(aim: Aim) -> None:
    command = _python(aim)
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    if code := os.waitpid(child, 0)[1]:
        raise Ended(f"the program ended with code {code}")


def _child_python(aim: Aim) -> None:
    _run(_python(aim))


def _fork(aim: Aim) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            by_ctypes(aim)
            code = 0
        finally:
            os._exit(code)
    if code := os.waitpid(child, 0)[1]:
        raise Ended(f"the fork was stopped too (code {code})")


def _qt(aim: Aim) -> None:
    code = (
        "import sys\ntry:\n    from PySide6.QtNetwork import QTcpSocket\n"
        "    from PySide6.QtCore import QCoreApplication\nexcept ImportError:\n    sys.exit(3)\n"
        f"app = QCoreApplication([])\nout = QTcpSocket()\nout.connectToHost({_HOST!r}, {aim.tcp})\n"
        f"ok = out.waitForConnected(2000)\nout.write({aim.bytes!r})\nout.waitForBytesWritten(1000)\n"
        "sys.exit(0 if ok else 1)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, timeout=10, check=False)
    if done.returncode == 3:
        raise NotHere("Qt's network library is not installed")
    if done.returncode:
        raise Ended(f"Qt could not connect (code {done.returncode})")


# ------------------------------------------------------------------------------------------ native code
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(answer: int) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


def _send_through(libc: ctypes.CDLL, descriptor: int, aim: Aim) -> None:
    address = (
        struct.pack("=H", socket.AF_INET) + struct.pack("!H", aim.tcp) + socket.inet_aton(_HOST) + bytes(8)
    )
    try:
        _checked(libc.connect(descriptor, address, len(address)))
        _checked(libc.write(descriptor, aim.bytes, len(aim.bytes)))
    finally:
        os.close(descriptor)


def by_ctypes(aim: Aim) -> None:
    """Connect and send through the C library, past everything that Python could notice."""
    libc = _libc()
    _send_through(libc, _checked(libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)), aim)


def _raw_system_call(aim: Aim) -> None:
    # The kernel looks at the low 32 bits of the family only; a filter must not be taken in by the others.
    libc = _libc()
    number = {"x86_64": 41, "aarch64": 198}.get(os.uname().machine)
    if number is None:
        raise NotHere("the number of the system call is not known here")
    family = ctypes.c_long((1 << 32) | socket.AF_INET)
    descriptor = libc.syscall(ctypes.c_long(number), family, ctypes.c_long(1), ctypes.c_long(0))
    _send_through(libc, _checked(descriptor), aim)


def _cffi(aim: Aim) -> None:
    try:
        from cffi import FFI  # type: ignore[import-untyped, unused-ignore]
    except ImportError as exc:
        raise NotHere("cffi is not installed") from exc
    ffi = FFI()
    ffi.cdef("int socket(int, int, int);")
    descriptor = ffi.dlopen(None).socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if descriptor < 0:
        raise OSError(ffi.errno, os.strerror(ffi.errno))
    _send_through(_libc(), descriptor, aim)


# ------------------------------------------------------------------------------------------ taking it back
def _second_filter(aim: Aim) -> None:
    lib = ctypes.CDLL("libseccomp.so.2")
    lib.seccomp_init.restype = ctypes.c_void_p
    allow_all = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(0x7FFF0000)))
    lib.seccomp_load(allow_all)
    lib.seccomp_release(allow_all)
    by_ctypes(aim)


def _prctl(aim: Aim) -> None:
    libc = _libc()
    zero = ctypes.c_ulong(0)
    undone = libc.prctl(22, zero, zero, zero, zero)  # PR_SET_SECCOMP, off
    code = ctypes.get_errno()
    by_ctypes(aim)
    if undone:
        raise OSError(code, os.strerror(code))


def _io_uring(_: Aim) -> None:
    room = ctypes.create_string_buffer(120)
    os.close(_checked(_libc().syscall(ctypes.c_long(425), ctypes.c_uint(1), room)))


def _family(number: int, kind: int, protocol: int = 0) -> Callable[[Aim], None]:
    def open_one(_: Aim) -> None:
        try:
            os.close(_checked(_libc().socket(number, kind, protocol)))
        except OSError as exc:
            if exc.errno in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT):
                raise NotHere("this kernel has no such sockets") from exc
            raise

    return open_one


WAYS: dict[str, Callable[[Aim], None]] = {
    "socket.create_connection": _create_connection,
    "socket.socket": _plain_socket,
    "_socket.socket": _inner_socket,
    "connect_ex": _connect_ex,
    "UDP sendto": _udp_sendto,
    "UDP sendmsg": _udp_sendmsg,
    "urllib": _urllib,
    "http.client": _http_client,
    "asyncio": _asyncio,
    "getaddrinfo": _getaddrinfo,
    "curl": _curl,
    "bash /dev/tcp": _bash_dev_tcp,
    "os.system": _os_system,
    "os.posix_spawn": _posix_spawn,
    "another Python": _child_python,
    "fork": _fork,
    "libc by ctypes": by_ctypes,
    "libc by cffi": _cffi,
    "raw system call": _raw_system_call,
    "a second filter that allows all": _second_filter,
    "prctl to take the filter back": _prctl,
    "io_uring": _io_uring,
    "AF_INET6": _family(10, 1),
    "AF_NETLINK": _family(16, 3),
    "AF_PACKET": _family(17, 3, 0x0300),
    "AF_VSOCK": _family(40, 1),
    "AF_ALG": _family(38, 5),
    "AF_BLUETOOTH": _family(31, 3, 1),
}
"""Ways that every role tries, in the order of the table."""

THREAD = "a thread that was started before the seal"

APP_WAYS: dict[str, Callable[[Aim], None]] = {"Qt's QTcpSocket": _qt}
"""Ways that only make sense where programs may be started."""


def aims(role: str, *, tcp: int, udp: int, nonce: str) -> dict[str, Aim]:
    """Give each way of ``role`` its own token."""
    names = [*WAYS, *APP_WAYS, THREAD]
    return {n: Aim(tcp=tcp, udp=udp, token=f"{nonce}.{role}.{i}") for i, n in enumerate(names)}


def try_all(where: tuple[str, int, int, str]) -> list[Tried]:
    """Try every way that a worker has; ``where`` is role, TCP port, UDP port and nonce."""
    role, tcp, udp, nonce = where
    each = aims(role, tcp=tcp, udp=udp, nonce=nonce)
    return [attempt(name, way, each[name]) for name, way in WAYS.items()]

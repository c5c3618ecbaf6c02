"""The witness of the proof: a process outside the seal that can really receive, and says what it received.

A proof that nothing gets out is worth something only if it could fail. So this listener is started before the
process seals itself, and an unsealed child of its own first delivers to it: the control. Standard library
only; the listener runs as ``python -I -S witness.py``.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

TOKEN = re.compile(rb"[0-9a-f]{16}\.[a-z_]+\.\d+")
"""What each attempt sends: the proof's nonce, the role, the number of the way."""
_LOOPBACK = "127.0.0.1"
_ANSWER_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where the witness listens, and the nonce that marks deliveries of this proof."""

    tcp: int
    udp: int
    nonce: str


class Witness:
    """A handle on the listener and on the unsealed process that will play the app."""

    def __init__(self) -> None:
        self._listener = _start("-S", str(Path(__file__)))
        self.app = _start("-c", _APP_CODE.format(folder=str(Path(__file__).resolve().parents[2])))
        """Started outside the seal too, so that it can start a thread before it seals itself."""
        hello = self._line() or {}
        self.address = Address(hello.get("tcp", 0), hello.get("udp", 0), hello.get("nonce", ""))
        self.control: str = hello.get("control", "no_witness")
        """``received``, ``no_network`` (this computer has not even a loopback), or ``no_witness``."""
        self.why: str = hello.get("why", "the witness could not be started outside the seal")

    def deliveries(self) -> set[str]:
        """Give the tokens of everything that has arrived so far."""
        if self.control != "received":
            return set()
        _tell(self._listener, "report")
        return set((self._line() or {}).get("received", []))

    def _line(self) -> dict[str, Any] | None:
        return read_line(self._listener, _ANSWER_LIMIT_S)

    def close(self) -> None:
        """End both processes."""
        for process in (self._listener, self.app):
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_APP_CODE = """
import sys
sys.path.insert(0, {folder!r})
from photoroll.privacy.ways import app
app.play_the_app()
"""

_current: Witness | None = None


def start_witness_before_sealing() -> Witness:
    """Start the witness; the entry point calls this before it seals the process, for the proof only."""
    global _current
    if _current is None:
        _current = Witness()
    return _current


def current() -> Witness | None:
    """Give the witness that was started in this process."""
    return _current


def forget() -> None:
    """End the witness, if there is one."""
    global _current
    if _current is not None:
        _current.close()
        _current = None


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own file, run by our own Python
        [sys.executable, "-I", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
    )  # fmt: skip


def _tell(process: subprocess.Popen[bytes], text: str) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(text.encode() + b"\n")
    except OSError:
        return  # it has ended; the missing answer says so


def tell(process: subprocess.Popen[bytes], text: str) -> None:
    """Send one line to a process of this proof."""
    _tell(process, text)


def read_line(process: subprocess.Popen[bytes], limit_s: float) -> dict[str, Any] | None:
    """Read one JSON line of a process of this proof; ``None`` if none comes in time."""
    assert process.stdout is not None
    deadline, data = time.monotonic() + limit_s, b""
    while not data.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            return None
        piece = os.read(process.stdout.fileno(), 65536)
        if not piece:
            return None
        data += piece
    found = json.loads(data)
    return found if isinstance(found, dict) else None


# --------------------------------------------------------------------- the listener, in its own process
class _Listener:
    """Accepts on the loopback, keeps tokens, answers HTTP so that clients end quickly."""

    def __init__(self) -> None:
        self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.tcp.bind((_LOOPBACK, 0))
        self.tcp.listen(64)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((_LOOPBACK, 0))
        self.received: set[str] = set()
        self._open: list[socket.socket] = []

    def turn(self, timeout_s: float, also: list[IO[bytes]]) -> bool:
        """Take what arrives within ``timeout_s``; say whether one of ``also`` is ready."""
        sources: list[Any] = [self.tcp, self.udp, *self._open, *also]
        ready = select.select(sources, [], [], timeout_s)[0]
        for source in ready:
            if source is self.tcp:
                self._open.append(self.tcp.accept()[0])
            elif source is self.udp:
                self._note(self.udp.recv(4096))
            elif source in self._open:
                self._take(source)
        return any(source in ready for source in also)

    def _take(self, source: socket.socket) -> None:
        try:
            data = source.recv(4096)
            self._note(data)
            if data.startswith(b"GET"):
                source.sendall(b"HTTP/1.0 204 No Content\r\n\r\n")
                data = b""
        except OSError:
            data = b""
        if not data:
            self._open.remove(source)
            source.close()

    def _note(self, data: bytes) -> None:
        self.received.update(token.decode() for token in TOKEN.findall(data))


def _control(listener: _Listener, nonce: str) -> tuple[str, str]:
    """Let an unsealed child deliver once by TCP and once by UDP."""
    wanted = {f"{nonce}.control.0", f"{nonce}.control.1"}
    tcp, udp = listener.tcp.getsockname(), listener.udp.getsockname()
    child = os.fork()
    if child == 0:
        try:
            with socket.create_connection(tcp, 2) as out:
                out.sendall(f"{nonce}.control.0".encode())
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.sendto(f"{nonce}.control.1".encode(), udp)
        finally:
            os._exit(0)
    deadline = time.monotonic() + 3
    while not wanted <= listener.received and time.monotonic() < deadline:
        listener.turn(0.05, [])
        if os.waitpid(child, os.WNOHANG)[0]:
            break
    for _ in range(3):
        listener.turn(0.02, [])
    if wanted <= listener.received:
        return "received", "an unsealed process delivered by TCP and UDP"
    return "no_network", "this computer has no network at all, not even to itself"


def _serve() -> None:
    nonce = secrets.token_hex(8)
    try:
        listener = _Listener()
    except PermissionError:
        _say({"control": "no_witness", "why": "the witness itself is sealed: it was started too late"})
        return
    except OSError as exc:
        _say({"control": "no_network", "why": f"no loopback address can be had ({exc.strerror})"})
        return
    control, why = _control(listener, nonce)
    tcp, udp = listener.tcp.getsockname()[1], listener.udp.getsockname()[1]
    _say({"tcp": tcp, "udp": udp, "nonce": nonce, "control": control, "why": why})
    while True:
        if not listener.turn(1.0, [sys.stdin.buffer]):
            continue
        if not os.read(0, 4096):
            return
        for _ in range(5):
            listener.turn(0.02, [])
        _say({"received": sorted(listener.received)})


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()

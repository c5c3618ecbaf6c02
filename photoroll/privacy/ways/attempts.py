"""What an attempt is: where it aims, and what is said about it afterwards."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass


class NotHere(Exception):
    """There is no such way on this computer, or in this role."""


class Ended(Exception):
    """Another program ended with an error; why, only the witness can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Where the witness listens, and what one attempt sends so that it is told from the others."""

    tcp: int
    udp: int
    token: str

    @property
    def bytes(self) -> bytes:
        """What is sent."""
        return self.token.encode()


Tried = tuple[str, str, str]
"""The way; ``returned``, ``stopped``, ``ended``, ``nowhere`` or ``not_here``; and the detail."""


_NOWHERE = {
    errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EADDRNOTAVAIL,
    errno.ETIMEDOUT,
}  # fmt: skip


def attempt(name: str, action: Callable[..., None], *arguments: object) -> Tried:
    """Try one thing and say what happened, as plain data."""
    try:
        action(*arguments)
    except NotHere as exc:
        return name, "not_here", str(exc)
    except Ended as exc:
        return name, "ended", str(exc)
    except BaseException as exc:  # noqa: BLE001 - whatever stops an attempt is its result
        reason = getattr(exc, "reason", None)  # urllib wraps the system's error
        inner = reason if isinstance(reason, OSError) else exc
        nowhere = getattr(inner, "errno", None) in _NOWHERE
        return name, "nowhere" if nowhere else "stopped", f"{type(exc).__name__}: {exc}"[:200]
    return name, "returned", ""

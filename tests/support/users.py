"""Tests that must hold for root and for an ordinary user alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534
GIVE_UP_POWERS = (
    "import ctypes as c; c.CDLL(None).capset((c.c_uint32 * 2)(0x20080522, 0), (c.c_uint32 * 6)())"
)
"""Python for a child: a root without capabilities is bound by permissions, whoever else there is."""


def _knows_nobody() -> bool:
    """Whether there is another user at all: in a namespace made by `unshare -r` there is only root."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = (int(word) for word in line.split())
        if first <= NOBODY < first + count:
            return True
    return False


class OrdinaryUser:
    """Runs programs without privileges: as oneself, as `nobody` where the suite runs as root, or as a root
    without its powers where there is nobody else.

    Attributes:
        folder: a folder that this user owns, outside root's private temporary folders.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix: list[str] = []
        self._who: dict[str, Any] = {}
        if os.geteuid() != 0:
            return
        if _knows_nobody():
            os.chown(folder, NOBODY, NOBODY)
            self._who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        else:
            self._prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]

    def run(
        self, argv: Sequence[str | Path], *, timeout_s: float = 60, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run `argv` in the user's folder and give back how it ended, its output and its errors (text)."""
        usual = {
            "cwd": self.folder,
            "timeout": timeout_s,
            "text": True,
            "capture_output": True,
            "check": False,
        }
        words = [*self._prefix, *(str(part) for part in argv)]
        return subprocess.run(words, **{**usual, **self._who, **more})


@pytest.fixture
def ordinary_user() -> Iterator[OrdinaryUser]:
    """A user without privileges with a folder of its own (see `OrdinaryUser`)."""
    folder = Path(tempfile.mkdtemp(prefix="photoroll-user-"))
    try:
        folder.chmod(0o755)
        yield OrdinaryUser(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def as_user_only() -> None:
    """Skip as root: permissions of files do not bind it."""
    if os.geteuid() == 0:
        pytest.skip("root may read and write everything: runs as an ordinary user")


@pytest.fixture
def as_root_only() -> None:
    """Skip as an ordinary user: the test makes or mounts what only root may."""
    if os.geteuid() != 0:
        pytest.skip("needs root: runs as root")


@pytest.fixture
def give_up_powers() -> str:
    """Give a line of Python by which a child makes permissions bind it, whoever runs the suite."""
    return GIVE_UP_POWERS

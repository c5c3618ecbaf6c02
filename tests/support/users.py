"""Tests that must hold for root and for an ordinary user alike."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

NOBODY = 65534


class OrdinaryUser:
    """Runs programs as a user without privileges: `nobody` where the suite runs as root, else as oneself.

    Attributes:
        folder: a folder that this user owns, outside root's private temporary folders.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.switches = os.geteuid() == 0
        if self.switches:
            os.chown(folder, NOBODY, NOBODY)

    def run(
        self, argv: Sequence[str | Path], *, timeout_s: float = 60, **more: object
    ) -> subprocess.CompletedProcess[str]:
        """Run `argv` in the user's folder and give back its end, output and errors (text)."""
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self.switches else {}
        usual = {
            "cwd": self.folder,
            "timeout": timeout_s,
            "text": True,
            "capture_output": True,
            "check": False,
        }
        return subprocess.run([str(part) for part in argv], **{**usual, **who, **more})  # type: ignore[call-overload]


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

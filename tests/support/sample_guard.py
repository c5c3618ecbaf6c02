"""Prove at the end of a run that no test changed anything under the sample photos."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Entry(NamedTuple):
    """What must stay the same of one file or folder."""

    inode: int
    mode: int
    size: int
    mtime_ns: int
    attributes: tuple[str, ...]
    digest: str


def samples_folder() -> Path | None:
    """Where the real sample photos are, or None."""
    folder = Path(os.environ.get("PHOTOROLL_SAMPLES") or ROOT.parent / "shared" / "photos")
    return folder.resolve() if folder.is_dir() else None


def picture_of(folder: Path) -> dict[str, Entry]:
    """Every name below `folder` with what a test could change of it (of a link: its target)."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files, "."):
            path = Path(place, name)
            info = path.lstat()
            if path.is_symlink():
                digest = str(path.readlink())
            elif path.is_file() and os.access(path, os.R_OK):
                with path.open("rb") as data:
                    digest = hashlib.file_digest(data, "blake2b").hexdigest()
            else:
                digest = ""
            size = info.st_size if digest else 0
            attributes = tuple(sorted(os.listxattr(path, follow_symlinks=False)))
            found[str(path.relative_to(folder))] = Entry(
                info.st_ino, info.st_mode, size, info.st_mtime_ns, attributes, digest
            )
    return found


def differences(before: dict[str, Entry], after: dict[str, Entry]) -> list[str]:
    """One line for each name that came, went or changed."""
    lines = [f"{name} is gone" for name in sorted(before.keys() - after.keys())]
    lines += [f"{name} is new" for name in sorted(after.keys() - before.keys())]
    for name in sorted(before.keys() & after.keys()):
        changed = [
            field for field in Entry._fields if getattr(before[name], field) != getattr(after[name], field)
        ]
        if changed:
            lines.append(f"{name} has another {', '.join(changed)}")
    return lines


class SampleGuard:
    """Looks at the sample photos before the first test and after the last one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before: dict[str, Entry] = {}
        self.changed: list[str] = []

    def pytest_sessionstart(self) -> None:
        """Remember how everything is."""
        self.before = picture_of(self.folder)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run when anything is different."""
        self.changed = differences(self.before, picture_of(self.folder))
        if self.changed and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it."""
        if self.changed:
            terminalreporter.section("the tests changed the sample photos", red=True)
            for line in self.changed[:50]:
                terminalreporter.line(line)
        else:
            terminalreporter.line(
                f"sample photos: all {len(self.before)} names unchanged (mode, size, time, inode, content)"
            )


def pytest_configure(config: pytest.Config) -> None:
    """Stand guard once a run: the workers of a parallel run leave it to their controller."""
    folder = samples_folder()
    if folder is not None and not hasattr(config, "workerinput") and not config.option.collectonly:
        config.pluginmanager.register(SampleGuard(folder), "photoroll-sample-guard")

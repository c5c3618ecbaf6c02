"""Tells which volume (disk, card, share) a folder lies on, so that an unplugged one is not an emptied one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The file system that holds a folder."""

    id: str
    """The volume's UUID where the system tells it, else its source and type; empty when unknown."""
    mount_point: Path
    kind: str
    """File system type, such as ``ext4`` or ``vfat``."""


def volume_of(
    folder: Path,
    *,
    mountinfo: Path = Path("/proc/self/mountinfo"),
    by_uuid: Path = Path("/dev/disk/by-uuid"),
) -> Volume:
    """Find the volume of an existing ``folder``.

    ``mountinfo`` is read in the format of proc(5); where it is absent the device number stands for the id.

    Raises
    ------
    OSError
        If ``folder`` does not exist.
    """
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    best: tuple[int, str, str, str] | None = None
    for line in _lines(mountinfo):
        fields = line.split()
        dash = fields.index("-") if "-" in fields else 0
        if dash and fields[2] == number and len(fields) > dash + 2:
            point = _unescaped(fields[4])
            if folder.is_relative_to(point) and (best is None or len(point) > best[0]):
                best = (len(point), point, fields[dash + 1], _unescaped(fields[dash + 2]))
    if best is None:
        return Volume(id=f"device-{number}", mount_point=Path(folder.anchor), kind="")
    _, point, kind, source = best
    return Volume(id=_uuid(source, by_uuid) or f"{kind}:{source}", mount_point=Path(point), kind=kind)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:  # no procfs: another system, or a sandbox without it
        return []


def _uuid(source: str, by_uuid: Path) -> str:
    try:
        wanted = os.path.realpath(source)
        for entry in by_uuid.iterdir():
            if os.path.realpath(entry) == wanted:
                return entry.name
    except OSError:  # no udev, as in containers
        pass
    return ""


def _unescaped(text: str) -> str:
    for code in ("040", "011", "012", "134"):
        text = text.replace(f"\\{code}", chr(int(code, 8)))
    return text

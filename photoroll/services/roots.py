"""Adds the user's folders to the library, and tells an absent drive from an emptied folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from photoroll.errors import PhotoRollError
from photoroll.library import Library
from photoroll.library.records import Root
from photoroll.services.volumes import volume_of


def add_roots(library: Library, folders: tuple[Path, ...]) -> list[Root]:
    """Add folders to the library and give their roots, each once.

    Raises
    ------
    PhotoRollError
        If one does not exist, is no folder, may not be read, or holds the library itself.
    """
    for folder in folders:
        _refuse(folder, library)
    found: dict[int, Root] = {}
    for folder in folders:
        real = folder.resolve()
        volume = volume_of(real)
        root = library.roots.add(real, volume_id=volume.id, marker=_marker(real))
        found[int(root.id)] = root
    # A later folder may have taken over an earlier one that lies inside it.
    return [root for root in library.roots.all() if root.id in found]


def is_connected(root: Root) -> bool:
    """Tell whether the root's folder is there, and on the volume it was added from."""
    try:
        return root.path.is_dir() and volume_of(root.path).id == root.volume_id
    except OSError:
        return False


def _refuse(folder: Path, library: Library) -> None:
    try:
        if not folder.is_dir():
            if folder.exists():
                raise PhotoRollError(
                    "This is a file, not a folder", "Give the folder that it is in.", path=folder
                )
            raise PhotoRollError(
                "There is no such folder",
                "If it is on a drive, connect the drive and try again.",
                path=folder,
            )
        with os.scandir(folder):
            pass
    except PermissionError as exc:
        raise PhotoRollError("There is no permission to read this folder", path=folder) from exc
    if (
        library.folder.resolve().is_relative_to(folder.resolve())
        and folder.resolve() == library.folder.resolve()
    ):
        raise PhotoRollError("This is the library itself, not a folder of photos", path=folder)


def _marker(folder: Path) -> str:
    """Give a short print of the folder's volume and inode, which survive a change of mount point."""
    status = folder.stat()
    return hashlib.blake2b(f"{status.st_ino}".encode(), digest_size=8).hexdigest()

"""Adds the user's folders to the library, and tells an absent drive from an emptied folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from photoroll.errors import PhotoRollError
from photoroll.library import Library
from photoroll.library.records import Root
from photoroll.services.volumes import volume_of


def check_folders(folders: Iterable[Path]) -> None:
    """Raise :exc:`PhotoRollError` if a folder does not exist, is no folder, or may not be read."""
    for folder in folders:
        try:
            with os.scandir(folder):
                pass
        except FileNotFoundError as exc:
            connect = "If it is on a drive, connect the drive and try again."
            raise PhotoRollError("There is no such folder", connect, path=folder) from exc
        except NotADirectoryError as exc:
            advice = "Give the folder that it is in."
            raise PhotoRollError("This is a file, not a folder", advice, path=folder) from exc
        except OSError as exc:
            raise PhotoRollError(f"This folder cannot be read: {exc.strerror}", path=folder) from exc


def add_roots(library: Library, folders: tuple[Path, ...]) -> list[Root]:
    """Add folders to the library and give their roots, each once.

    A folder that the library knows by its volume and inode under a path that is gone was moved: it goes on
    at its new place, with everything known of it.

    Raises
    ------
    PhotoRollError
        If a folder cannot be read, is the library's own, or is the empty place of a drive that is not
        connected.
    """
    check_folders(folders)
    found: set[int] = set()
    for folder in folders:
        real = folder.resolve()
        if real == library.folder.resolve():
            raise PhotoRollError("This is the library itself, not a folder of photos", path=folder)
        found.add(int(_add(library, real).id))
    # A later folder may have taken over an earlier one that lies inside it.
    return [root for root in library.roots.all() if int(root.id) in found]


def _add(library: Library, folder: Path) -> Root:
    volume, marker = volume_of(folder).id, _marker(folder)
    known = library.roots.all()
    is_new = all(root.path != folder for root in known)
    for root in known:
        if root.path == folder and root.volume_id != volume and _is_empty(folder):
            connect = "Connect the drive that your photos are on and try again. Nothing was changed."
            raise PhotoRollError("This folder is empty: its drive is not connected", connect, path=folder)
        if is_new and (root.volume_id, root.marker) == (volume, marker) and not root.path.exists():
            library.roots.move(root.id, folder)
    return library.roots.add(folder, volume_id=volume, marker=marker)


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def _marker(folder: Path) -> str:
    """Give a short print of the folder's inode, which a renaming or another mount point does not change."""
    return hashlib.blake2b(str(folder.stat().st_ino).encode(), digest_size=8).hexdigest()

"""Finds the data that ships with PhotoRoll: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from photoroll.errors import PhotoRollError

_PACKAGE = Path(__file__).resolve().parent


def folder() -> Path:
    """Give the folder of the shipped data."""
    for candidate in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise PhotoRollError("PhotoRoll's own data is missing", "Install PhotoRoll again.")


def path(*parts: str) -> Path:
    """Give the path of one shipped file, such as ``path("gazetteer", "places.npz")``; it must exist."""
    found = folder().joinpath(*parts)
    if not found.exists():
        raise PhotoRollError(f"A part of PhotoRoll is missing: {'/'.join(parts)}", "Install PhotoRoll again.")
    return found

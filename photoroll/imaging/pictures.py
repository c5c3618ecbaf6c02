"""Gives a document's photo as an upright sRGB picture of the size that is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photoroll.core.documents import PhotoRef
from photoroll.errors import UnreadablePhoto, UnsupportedFile
from photoroll.imaging.decode import decode
from photoroll.imaging.originals import open_original
from photoroll.imaging.sniff import identify

if TYPE_CHECKING:
    from PIL import Image

LEAST_SIDE = 64


def picture_of(photo: PhotoRef, *, side: int) -> Image.Image:
    """Decode a photo with its long side at most ``side`` pixels, never enlarged.

    :raises UnreadablePhoto: the file is gone, damaged or not to be read; ``path`` names it.
    :raises UnsupportedFile: the file is no photo.
    """
    try:
        with open_original(photo.path) as file:
            return decode(file, identify(file), side=max(side, LEAST_SIDE)).image
    except (UnreadablePhoto, UnsupportedFile) as problem:
        if problem.path is None:
            problem.path = Path(photo.text)
        raise

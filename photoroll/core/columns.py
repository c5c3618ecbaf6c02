"""All live photos as columns: what the algorithms read, one cheap pass over the catalogue."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

UNKNOWN_CODE = 0
"""The camera code of photos that name no camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoColumns:
    """N live photos in the order of time (unknown dates last, then by id); every field has N entries.

    The ``array`` fields have the buffer protocol: ``numpy.frombuffer(columns.lat)`` costs nothing
    (typecode ``d`` is float64, ``q`` int64, ``b`` int8). In ``d`` fields NaN means unknown.
    """

    id: array[int]
    """``q``: PhotoId."""
    wall_s: array[float]
    """``d``: wall-clock seconds since 1970-01-01 00:00 at the place where the photo was taken."""
    precision: tuple[str, ...]
    """Values of :class:`~photoroll.core.models.Precision`."""
    date_source: tuple[str, ...]
    """Values of :class:`~photoroll.core.models.DateSource`; empty where unknown."""
    utc_offset_min: array[float]
    lat: array[float]
    lon: array[float]
    position_source: tuple[str, ...]
    """Values of :class:`~photoroll.core.models.PositionSource`; empty where unknown."""
    position_error_m: array[float]
    camera: array[int]
    """``q``: equal for photos of one make and model; 0 is unknown."""
    width: array[int]
    height: array[int]
    """``q``: upright pixels."""
    media: tuple[str, ...]
    """Values of :class:`~photoroll.core.models.MediaKind`."""
    format: tuple[str, ...]
    software: tuple[str, ...]
    lens: tuple[str, ...]
    phash: array[int]
    dhash: array[int]
    """``q``: the unsigned 64-bit hash as a signed number of the same bits; see ``has_pixels``."""
    has_pixels: array[int]
    """``b``: 1 once pass B has measured the photo; before, hashes are 0 and quality is NaN."""
    flat: array[int]
    """``b``: 1 where the picture is too even for its hashes to mean anything."""
    faces: array[int]
    """``q``: number of faces; -1 before pass C."""
    face_area: array[float]
    """``d``: largest face as a fraction of the picture, 0 without faces; NaN before pass C."""
    iso: array[float]
    exposure_s: array[float]
    f_number: array[float]
    focal_mm: array[float]
    focal_35mm: array[float]
    subject_distance_m: array[float]
    flash: array[int]
    """``b``: 1 fired, 0 not, -1 unknown."""
    sharpness: array[float]
    exposure: array[float]
    contrast: array[float]
    colourfulness: array[float]
    """``d``: :class:`~photoroll.core.models.Quality`."""
    favourite: array[int]
    rating: array[int]
    """``b``: the user's 0-5, else the file's; -1 unrated."""
    hidden: array[int]
    """``b``: 1 where the user hid the photo."""
    path: tuple[bytes, ...]
    """Absolute path of the photo's first file, as the system has it; empty if it has none."""

    def __len__(self) -> int:
        """The number of photos."""
        return len(self.id)

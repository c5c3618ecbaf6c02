"""Gathers what collages and recaps need to know of the photos that they may choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from photoroll.core.documents import PhotoRef
from photoroll.core.models import Certainty, FaceBox, GeoPoint, Group, GroupKind, PhotoId
from photoroll.core.readings import DESCRIPTOR_SIZE
from photoroll.core.selection import Candidates, overall_quality
from photoroll.library import Library
from photoroll.library.records import PhotoRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from photoroll.core.columns import PhotoColumns

NOT_FOR_SHOW = ("theme:screenshots", "theme:documents")
"""Photos that are kept, not shown: a recap or a collage takes them only when they were named one by one."""

LEAST_PIXELS = 500_000
LEAST_CONTRAST = 0.04
SCENIC = frozenset(
    f"theme:{key}"
    for key in (
        "beach",
        "city",
        "flowers",
        "greenery",
        "night",
        "panoramas",
        "snow",
        "sunsets",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A photo that may be chosen."""

    id: PhotoId | None
    """``None`` for a file that is not in the library."""
    ref: PhotoRef
    taken: datetime | None
    """Wall-clock time."""
    aspect: float
    """Upright width / height."""
    pixels: int
    """Width times height."""
    thumbnail: bytes | None = None
    """JPEG, 512 px."""
    place: str = ""
    point: GeoPoint | None = None
    caption: str = ""
    event: int = -1
    """Number of its event, -1 for none."""
    trip: int = -1
    """Number of its trip, -1 for none."""
    moment: int = -1
    """Number shared by the photos of one look-alike stack, -1 for none."""
    quality: float = 0.5
    """0-1, see :func:`photoroll.core.selection.overall_quality`."""
    scenic: bool = False
    """Whether a theme of views and occasions is sure of it."""
    blank: bool = False
    """Whether it is one even area: a cover left on, a white page."""
    faces: tuple[FaceBox, ...] = ()
    phash: int | None = None
    """Unsigned; ``None`` where the picture is too even, or not read yet."""
    descriptor: bytes = b""
    """431 little-endian float16."""


class CandidateSource:
    """Gathers candidates from a library; what all of them need is read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._columns = library.photos.columns()
        self._row = {photo: row for row, photo in enumerate(self._columns.id)}
        self._events = _numbers(library.groups.all(GroupKind.EVENT, hidden=True))
        self._trips = _numbers(library.groups.all(GroupKind.TRIP, hidden=True))
        self._stacks = _numbers(library.groups.all(GroupKind.LOOKALIKE, hidden=True))
        themes = library.groups.all(GroupKind.THEME, hidden=True)
        self._apart = _members(themes, NOT_FOR_SHOW, (Certainty.SURE, Certainty.FAIRLY_SURE))
        self._scenic = _members(themes, SCENIC, (Certainty.SURE, Certainty.FAIRLY_SURE))

    def of(
        self, photos: Iterable[PhotoId], *, all_kinds: bool = False, thumbnails: bool = True
    ) -> list[Candidate]:
        """Gather the unhidden photos among ``photos`` whose files are there, in the order of time.

        Screenshots and documents are left out unless ``all_kinds``, or unless nothing else is there.
        """
        columns = self._columns
        rows = sorted({self._row[photo] for photo in photos if photo in self._row})
        rows = [row for row in rows if columns.has_pixels[row] and not columns.hidden[row]]
        if not all_kinds:
            rows = [row for row in rows if columns.id[row] not in self._apart] or rows
        ids = [PhotoId(columns.id[row]) for row in rows]
        records = self._library.photos.get(ids)
        faces = self._library.photos.faces(ids)
        looks = self._library.features.descriptors(ids)
        quality = _quality(columns, rows)
        size = 2 * DESCRIPTOR_SIZE
        return [
            replace(
                self._plain(records[photo], thumbnail=thumbnails),
                event=self._events.get(photo, -1),
                trip=self._trips.get(photo, -1),
                moment=self._stacks.get(photo, -1),
                quality=quality[place],
                scenic=photo in self._scenic,
                blank=bool(columns.flat[row]) or columns.contrast[row] < LEAST_CONTRAST,
                faces=faces.get(photo, ()),
                phash=None if columns.flat[row] else columns.phash[row] % (1 << 64),
                descriptor=looks[place * size : (place + 1) * size],
            )
            for place, (row, photo) in enumerate(zip(rows, ids, strict=True))
            if photo in records and _present(records[photo]) is not None
        ]

    def everything(self) -> list[Candidate]:
        """Gather all photos, without their thumbnails."""
        return self.of((PhotoId(photo) for photo in self._columns.id), thumbnails=False)

    def _plain(self, record: PhotoRecord, *, thumbnail: bool) -> Candidate:
        path = _present(record)
        assert path is not None, "photos without a file were left out"
        key = record.content_hash if thumbnail else None
        return Candidate(
            id=record.id,
            ref=PhotoRef.at(path, record.public_id or ""),
            taken=record.taken.wall,
            aspect=record.width / max(record.height, 1),
            pixels=record.width * record.height,
            thumbnail=self._library.thumbs.get(key, 512) if key else None,
            place=record.place.name if record.place and record.place.relation == "in" else "",
            point=record.position.point if record.position else None,
            caption=record.caption,
        )


def _present(record: PhotoRecord) -> Path | None:
    """Give a file of the photo that is there now: a drive or a folder may have gone since the last look."""
    return next((path for path in record.paths if path.is_file()), None)


def showable(candidates: Sequence[Candidate], *, least: int = 4) -> list[Candidate]:
    """Leave out blank pictures and those too small to be shown large; keep all if too few are left."""
    large = [one for one in candidates if one.pixels >= LEAST_PIXELS and not one.blank]
    return large if len(large) >= least else list(candidates)


def for_choosing(candidates: Sequence[Candidate]) -> Candidates:
    """Give the candidates as the arrays that :func:`photoroll.core.selection.choose` takes."""
    import numpy as np

    months = [one.taken.year * 12 + one.taken.month - 1 if one.taken else -1 for one in candidates]
    blank = b"\0" * (2 * DESCRIPTOR_SIZE)
    looks = np.frombuffer(b"".join(one.descriptor or blank for one in candidates), dtype="<f2")
    return Candidates(
        quality=np.array([one.quality for one in candidates], dtype=np.float64),
        months=np.array(months, dtype=np.int64),
        events=np.array([one.event for one in candidates], dtype=np.int64),
        trips=np.array([one.trip for one in candidates], dtype=np.int64),
        places=_coded([one.place for one in candidates]),
        moments=np.array([one.moment for one in candidates], dtype=np.int64),
        phash=np.array([one.phash or 0 for one in candidates], dtype=np.uint64),
        flat=np.array([one.phash is None for one in candidates], dtype=bool),
        people=np.array([bool(one.faces) for one in candidates], dtype=bool),
        descriptors=np.nan_to_num(looks.reshape(len(candidates), -1).astype(np.float32)),
    )


def _coded(names: Sequence[str]) -> NDArray[np.int64]:
    """Give equal names equal numbers; -1 for none."""
    import numpy as np

    codes = {name: code for code, name in enumerate(dict.fromkeys(name for name in names if name))}
    return np.array([codes.get(name, -1) for name in names], dtype=np.int64)


def _members(themes: Sequence[Group], keys: Collection[str], certain: Collection[Certainty]) -> set[PhotoId]:
    return {
        member.photo
        for group in themes
        if group.found.key in keys
        for member in group.found.members
        if member.certainty in certain
    }


def _numbers(groups: Sequence[Group]) -> dict[PhotoId, int]:
    return {photo: number for number, group in enumerate(groups) for photo in group.photo_ids}


def _quality(columns: PhotoColumns, rows: Sequence[int]) -> list[float]:
    import numpy as np

    def floats(values: Sequence[float]) -> NDArray[np.float64]:
        return np.array([values[row] for row in rows], dtype=np.float64)

    values = overall_quality(
        exposure=floats(columns.exposure),
        contrast=floats(columns.contrast),
        colourfulness=floats(columns.colourfulness),
        sharpness=floats(columns.sharpness),
        face_area=floats(columns.face_area),
        favourite=floats(columns.favourite).astype(bool),
        rating=floats(columns.rating).astype(np.int64),
    )
    return [float(value) for value in values]

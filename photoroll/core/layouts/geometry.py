"""Cells on a page and the layout that they make: shared by all collage templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from photoroll.core.documents import Window
from photoroll.core.framing import Interest, crop_to, faces_touched
from photoroll.core.models import FaceBox, Json


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle on the page in whole pixels."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where each photo goes; all tuples are in the photos' order."""

    cells: tuple[Cell, ...]
    crops: tuple[Window, ...]
    worst_crop: float
    """Largest share of a photo's width or height that is cut off."""
    mean_crop: float
    faces_cut: tuple[int, ...]
    """For each photo, how many of its faces the crop touches (small ones; large ones are never cut)."""
    boxed: tuple[int, ...] = ()
    """Photos shown smaller than their cell, because a crop would have cut a large face."""
    over_limit: bool = False
    """Whether a crop is larger than asked for."""
    tree: Json = None
    cost: float = 0.0


def finish(
    cells: Sequence[Cell],
    aspects: Sequence[float],
    *,
    faces: Sequence[Sequence[FaceBox]],
    interest: Sequence[Interest | None],
    max_crop: float,
) -> Layout:
    """Crop each photo to its cell and sum up how well the layout treats the photos."""
    crops: list[Window] = []
    boxed: list[int] = []
    for index, cell in enumerate(cells):
        crop, is_boxed = crop_to(
            aspects[index], cell.w / cell.h, faces=faces[index], interest=interest[index]
        )
        crops.append(crop)
        if is_boxed:
            boxed.append(index)
    losses = [1.0 - crop.width * crop.height for crop in crops]
    return Layout(
        cells=tuple(cells),
        crops=tuple(crops),
        worst_crop=max(losses, default=0.0),
        mean_crop=sum(losses) / len(losses) if losses else 0.0,
        faces_cut=tuple(faces_touched(faces[index], crop) for index, crop in enumerate(crops)),
        boxed=tuple(boxed),
        over_limit=max(losses, default=0.0) > max_crop + 1e-6,
    )

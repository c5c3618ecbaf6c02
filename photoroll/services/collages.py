"""Collages: chooses and arranges photos, lets the maker render them, and keeps the document."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from photoroll.core.collage import CollagePhoto, CollageWish, lead_weights, plan_collage
from photoroll.core.documents import CollageDocument, collage_from_json, collage_to_json
from photoroll.core.progress import CancelToken, Progress
from photoroll.core.selection import choose
from photoroll.errors import CannotMake
from photoroll.imaging.render_collage import make_collage
from photoroll.library import Library
from photoroll.services.candidates import Candidate, for_choosing
from photoroll.services.making import folders_of, interests, make_file
from photoroll.workers.maker import Maker

USUAL_COUNT = 12
MOST = 60
FORMS = {".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".pdf": "pdf"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CollageMade:
    """A collage that was written."""

    output: Path
    document: CollageDocument
    letters_left_out: bool
    """Whether the title had letters that no shipped font can draw."""
    low_resolution: tuple[Path, ...]
    """Photos with fewer than 150 pixels to the inch of paper."""
    seconds: float


def form_of(target: Path) -> str:
    """Tell by its ending what a file is to be; :exc:`CannotMake` names what there is."""
    form = FORMS.get(target.suffix.lower())
    if form is None:
        title = (
            f"A collage cannot be a “{target.suffix}” file" if target.suffix else "The file needs an ending"
        )
        raise CannotMake(title, "Use .jpg, .png or .pdf.", path=target)
    return form


def choose_for_collage(candidates: Sequence[Candidate], count: int = USUAL_COUNT) -> list[Candidate]:
    """Choose the best different photos, and give them in the order of time."""
    if len(candidates) <= 1:
        return list(candidates)
    picks = choose(for_choosing(candidates), min(count, len(candidates), MOST))
    return [candidates[index] for index in sorted(pick.index for pick in picks)]


def arrange(candidates: Sequence[Candidate], wish: CollageWish) -> CollageDocument:
    """Arrange photos on a page; the same photos and wish give the same document."""
    if len(candidates) > MOST:
        raise CannotMake(
            f"A collage holds at most {MOST} photos", f"Choose {MOST} of the {len(candidates):,}."
        )
    weights = lead_weights([one.quality for one in candidates])
    where = interests([one.thumbnail for one in candidates])
    photos = [
        CollagePhoto(
            photo=one.ref,
            aspect=one.aspect,
            weight=weight,
            faces=one.faces,
            interest=interest,
            pixels=_sides(one),
        )
        for one, weight, interest in zip(candidates, weights, where, strict=True)
    ]
    return plan_collage(photos, wish)


def _sides(one: Candidate) -> tuple[int, int] | None:
    return (
        (round((one.pixels * one.aspect) ** 0.5), round((one.pixels / one.aspect) ** 0.5))
        if one.pixels
        else None
    )


def render(
    document: CollageDocument, target: Path, *, token: CancelToken
) -> Generator[Progress, None, CollageMade]:
    """Render a document to ``target``, whose ending decides the format.

    Raises
    ------
    CannotMake
        If a photo cannot be read, or the file cannot be written.
    Cancelled
        If ``token`` was cancelled; no file is left.
    """
    began = time.monotonic()
    form = form_of(target)
    paths = [Path(cell.photo.text) for cell in document.cells]
    with Maker(roots=folders_of(paths)) as maker:
        facts = yield from make_file(
            maker,
            partial(make_collage, form=form),
            collage_to_json(document),
            target,
            phase="Making the collage",
            token=token,
        )
    soft = facts.get("low_resolution", [])
    return CollageMade(
        output=target,
        document=document,
        letters_left_out=bool(facts.get("letters_left_out")),
        low_resolution=tuple(paths[index] for index in soft) if isinstance(soft, list) else (),
        seconds=time.monotonic() - began,
    )


def keep(library: Library, document: CollageDocument) -> str:
    """Keep a collage in the library; gives its id."""
    return library.documents.save("collage", json.loads(collage_to_json(document)))


def read_document(file: Path) -> CollageDocument:
    """Read a collage document from a file.

    Raises
    ------
    CannotMake
        If it cannot be read or used.
    """
    try:
        return collage_from_json(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise CannotMake("This document cannot be read", "Check the file.", path=file) from exc

"""``photoroll collage``: arranges photos on a page."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import click

from photoroll.cli.chosen import Chosen, choose_photos, chosen_options
from photoroll.cli.common import Session, as_usage, session_options, stopping_gently
from photoroll.cli.main import DONE
from photoroll.cli.output import complain, emit, follow, path_text, say
from photoroll.core.collage import CollageWish, page_from_text
from photoroll.core.layouts import TEMPLATES
from photoroll.errors import show_path
from photoroll.services import collages
from photoroll.services.collages import CollageMade


@click.command(name="collage")
@chosen_options
@click.option(
    "--document", type=click.Path(path_type=Path), metavar="FILE.json", help="Render this document."
)
@click.option("--template", type=click.Choice(TEMPLATES), default="mosaic", show_default=True)
@click.option("--page", metavar="SIZE", help="4:3, A4, 30x20cm, 3000x2250 …")
@click.option("--dpi", type=click.IntRange(20, 2400), default=300, show_default=True)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Another number, another arrangement.",
)
@click.option("--title", default="")
@click.option("--count", type=click.IntRange(1, collages.MOST), help="How many photos of a group to choose.")
@click.option("--spacing", type=click.IntRange(0, 500), help="Pixels between the photos.")
@click.option("--max-crop", type=click.FloatRange(0, 0.35), default=0.15, show_default=True)
@click.option("--save", is_flag=True, help="Keep it in the library, too.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="OUT.jpg|png|pdf")
@session_options
def collage_command(
    session: Session, *, chosen: Chosen, document: Path | None, output: Path, save: bool,
    count: int | None, **options: str | int | float | None,
) -> int:  # fmt: skip
    """Make a collage of the photos named, or of the best of a group."""
    wish = _wish(options)
    with as_usage():
        collages.form_of(output)
    if document is not None:
        made_of = collages.read_document(document)
    else:
        candidates, title = choose_photos(session, chosen)
        if not chosen.paths or count is not None:
            candidates = collages.choose_for_collage(candidates, count or collages.USUAL_COUNT)
        made_of = collages.arrange(candidates, replace(wish, title=wish.title or title))
    with stopping_gently() as token:
        work = collages.render(made_of, output.absolute(), token=token)
        made = follow(work, quiet=session.quiet)
    if save:
        with session.open(write=True) as library:
            collages.keep(library, made.document)
    _tell(session, made)
    return DONE


def collage_as_json(made: CollageMade) -> dict[str, object]:
    """Give a collage in the shape of the command line's contract."""
    document = made.document
    return {
        "output": path_text(made.output),
        "template": document.template,
        "page": [document.page.width, document.page.height],
        "seed": document.seed,
        "cells": [
            {
                "path": path_text(cell.photo.path),
                "x": cell.x,
                "y": cell.y,
                "w": cell.w,
                "h": cell.h,
                "crop": [cell.crop.left, cell.crop.top, cell.crop.right, cell.crop.bottom],
                "faces_cut": cell.faces_cut,
            }
            for cell in document.cells
        ],
        "seconds": round(made.seconds, 3),
    }


def _wish(options: dict[str, str | int | float | None]) -> CollageWish:
    page, spacing, crop = options["page"], options["spacing"], float(options["max_crop"] or 0.0)
    if not math.isfinite(crop):
        raise click.BadParameter("--max-crop is a share between 0 and 0.35.")
    with as_usage():
        paper = None if page is None else page_from_text(str(page), dpi=int(options["dpi"] or 300))
    return CollageWish(
        page=paper,
        template=str(options["template"]),
        seed=int(options["seed"] or 0),
        title=str(options["title"] or ""),
        gap=None if spacing is None else int(spacing),
        max_crop=crop,
    )


def _tell(session: Session, made: CollageMade) -> None:
    if made.letters_left_out:
        complain("Some letters of the title were left out: no font that ships with PhotoRoll has them.")
    for path in made.low_resolution:
        complain(f"Small for this page, it will look soft in print: {show_path(path)}")
    if session.json:
        emit(collage_as_json(made))
    else:
        say(f"{show_path(made.output)}: {len(made.document.cells)} photos ({made.seconds:.1f} s)")

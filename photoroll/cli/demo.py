"""``photoroll demo``: draws a photo library whose truth is known."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from pathlib import Path

import click

from photoroll.cli.main import DONE
from photoroll.cli.output import emit, follow, path_text, say
from photoroll.core.progress import Progress
from photoroll.demo.models import Plan, Style
from photoroll.demo.plan import plan_library
from photoroll.demo.write import SIZE, truth, write_library
from photoroll.errors import show_path

LEAST_SIDE = 32
MOST_PIXELS = 100_000_000


@click.command(name="demo")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--photos", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, metavar="N")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another life.")
@click.option("--years", type=click.FloatRange(0.1, 60), default=3.0, show_default=True)
@click.option("--gps-share", type=click.FloatRange(0, 1), default=0.7, show_default=True)
@click.option(
    "--style", type=click.Choice([style.value for style in Style]), default="normal", show_default=True
)
@click.option("--size", metavar="WxH", help=f"Pixels of the larger photos ({SIZE[0]}x{SIZE[1]}).")
@click.option("--tiny", is_flag=True, help="64 x 48 pixels: for measuring metadata.")
@click.option(
    "--truth", "truth_file", type=click.Path(path_type=Path), metavar="FILE.json", help="Write what is true."
)
@click.option("--json", "as_json", is_flag=True)
@click.option("--quiet", is_flag=True)
def demo_command(
    folder: Path, *, photos: int, seed: int, years: float, gps_share: float, style: str, size: str | None,
    tiny: bool, truth_file: Path | None, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Draw a photo library into the new folder DIR: events, trips, bursts, copies, and broken files.

    Everything is invented and drawn by the computer; the same seed gives the same files.
    """
    pixels = _size(size)
    if truth_file is not None:
        _check_truth(truth_file.absolute(), folder.absolute())
    plan = _planned(photos, seed, years, gps_share, style)
    follow(_written(plan, folder.absolute(), pixels, tiny=tiny), quiet=quiet)
    if truth_file is not None:
        truth_file.write_text(json.dumps(truth(plan), indent=1, allow_nan=False), "utf-8")
    if as_json:
        emit({"folder": path_text(folder.absolute()), "files": len(plan.photos), "seed": seed})
    else:
        say(f"{len(plan.photos):,} files in {show_path(folder)}")
    return DONE


def _check_truth(file: Path, folder: Path) -> None:
    if file.is_relative_to(folder):
        raise click.BadParameter("The truth cannot be inside the photos' folder.")
    if not file.parent.is_dir():
        raise click.BadParameter(f"There is no folder {show_path(file.parent)} for the truth.")


def _planned(photos: int, seed: int, years: float, gps_share: float, style: str) -> Plan:
    try:
        return plan_library(seed, photos=photos, years=years, gps_share=gps_share, style=Style(style))
    except ValueError as exc:
        raise click.BadParameter(f"{exc}.") from exc


def _written(
    plan: Plan, folder: Path, size: tuple[int, int], *, tiny: bool
) -> Generator[Progress, None, None]:
    yield from write_library(plan, folder, size=size, tiny=tiny)


def _size(text: str | None) -> tuple[int, int]:
    if text is None:
        return SIZE
    found = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    if found is None:
        raise click.BadParameter(f"“{text}” is no size; write 4032x3024.")
    size = int(found[1]), int(found[2])
    if min(size) < LEAST_SIDE or size[0] * size[1] > MOST_PIXELS:
        raise click.BadParameter(f"Choose {LEAST_SIDE} pixels a side at least, and 100 megapixels at most.")
    return size

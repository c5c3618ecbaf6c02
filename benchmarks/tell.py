"""Measure collages and films: a collage of 30 photos against full decoding, and a film's time per second.

    python benchmarks/tell.py FOLDER_OF_PHOTOS [--seconds 20] [--runs 3]

FOLDER holds JPEG photos (12 megapixels and more are worth measuring; fewer than 30 are repeated). Prints a
line for each measure: CPU seconds are the figure to compare on a busy machine.
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from photoroll.core.collage import CollagePhoto, CollageWish, plan_collage
from photoroll.core.documents import CollageDocument, Page, PhotoRef, collage_to_json, recap_to_json
from photoroll.core.recap import RecapPhoto, RecapWish, plan_recap
from photoroll.imaging.film import make_film
from photoroll.imaging.pictures import picture_of
from photoroll.imaging.render_collage import make_collage, write

PHOTOS, PAGE = 30, Page(width=6000, height=4000)


def shapes(paths):
    found = []
    for path in paths:
        picture = picture_of(PhotoRef.at(path), side=256)
        found.append((PhotoRef.at(path), picture.width / picture.height))
    return found


def reduced(document: CollageDocument) -> None:
    make_collage(collage_to_json(document), io.BytesIO(), lambda share: None)


def full(document: CollageDocument) -> None:
    """The plain way: decode every photo whole, resize by Lanczos, paste, encode alike."""
    from PIL import Image, ImageOps

    page = Image.new("RGB", (document.page.width, document.page.height), document.background)
    for cell in document.cells:
        with Image.open(cell.photo.text) as source:
            upright = ImageOps.exif_transpose(source).convert("RGB")
        box = (
            cell.crop.left * upright.width,
            cell.crop.top * upright.height,
            cell.crop.right * upright.width,
            cell.crop.bottom * upright.height,
        )
        page.paste(upright.resize((cell.w, cell.h), Image.Resampling.LANCZOS, box=box), (cell.x, cell.y))
    write(page, io.BytesIO(), form="jpeg", dpi=300)


def cpu(work, *arguments) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    work(*arguments)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def collages(photos, runs: int) -> None:
    wish = CollageWish(page=PAGE)
    started = time.process_time()
    document = plan_collage([CollagePhoto(photo=ref, aspect=aspect) for ref, aspect in photos], wish)
    print(f"layout of {PHOTOS} photos: {time.process_time() - started:.2f} s CPU")
    quick, plain = [], []
    for _ in range(runs):  # in turn, so that both see the same load
        quick.append(cpu(reduced, document))
        plain.append(cpu(full, document))
    ratio = statistics.median(quick) / statistics.median(plain)
    print(
        f"collage {PHOTOS} photos to 24 MP: {statistics.median(quick):.2f} s CPU, "
        f"full decode {statistics.median(plain):.2f} s CPU, ratio {ratio:.2f} (goal 0.50)"
    )


def film(photos, seconds: int, runs: int) -> None:
    start = datetime(2025, 6, 1, 9)
    facts = [
        RecapPhoto(photo=ref, taken=start + timedelta(hours=number), aspect=aspect, event=number // 10)
        for number, (ref, aspect) in enumerate(photos)
    ]
    script = recap_to_json(plan_recap(facts, RecapWish(kind="month", title="June", seconds=seconds)))
    walls, cpus = [], []
    for _ in range(runs):
        started = time.perf_counter()
        out = io.BytesIO()
        cpus.append(cpu(make_film, script, out, lambda share: None))
        walls.append(time.perf_counter() - started)
    size = len(out.getvalue()) / 1e6
    print(
        f"film {seconds} s of 1080p30: {statistics.median(walls) / seconds:.2f} s wall and "
        f"{statistics.median(cpus) / seconds:.2f} s CPU per second (goal 1.0 wall, two cores), {size:.1f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    if not paths:
        parser.error("there is no JPEG photo in this folder")
    photos = (shapes(paths[:PHOTOS]) * PHOTOS)[:PHOTOS]
    collages(photos, arguments.runs)
    film(photos, arguments.seconds, arguments.runs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of all: {peak:.0f} MB")


if __name__ == "__main__":
    main()

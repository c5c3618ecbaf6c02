#!/usr/bin/env python3
"""Makes the pictures of the README: draws a photo library, organizes it, and keeps what came out.

    python docs/pictures.py [--photos 400] [--seed 5]

Writes ``docs/pictures/collage.jpg``, ``docs/pictures/recap.jpg`` (frames of the film, one after the other)
and ``docs/pictures/organize.txt`` (what the command printed).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
OUT = HERE / "pictures"
WIDTH = 1200


def photoroll(*arguments: str) -> str:
    """Run a command and give what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "photoroll", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return done.stdout


def frames(film: Path, shares: tuple[float, ...]) -> list[Image.Image]:
    """Give the frames of a film at shares of its length."""
    import av

    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        count = stream.frames
        wanted = [min(count - 1, round(share * count)) for share in shares]
        found = {}
        for number, frame in enumerate(container.decode(stream)):
            if number in wanted:
                found[number] = frame.to_image()
    return [found[number] for number in wanted]


def sheet(pictures: list[Image.Image], columns: int, gap: int = 10) -> Image.Image:
    """Lay pictures of one size side by side."""
    width = (WIDTH - gap * (columns - 1)) // columns
    height = round(width * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (WIDTH, rows * height + (rows - 1) * gap), "white")
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        page.paste(
            picture.resize((width, height), Image.Resampling.LANCZOS),
            (column * (width + gap), row * (height + gap)),
        )
    return page


def main() -> None:
    """Draw, organize, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=400)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        photos, library, made = base / "Photos", base / "library", base / "made"
        size = ("--size", "1600x1200")
        photoroll(
            "demo",
            str(photos),
            "--photos",
            str(options.photos),
            "--seed",
            str(options.seed),
            *size,
            "--quiet",
        )
        photoroll("organize", str(photos), "--library", str(library), "--out", str(made), "--quiet")
        printed = photoroll("organize", str(photos), "--library", str(library), "--quiet")
        (OUT / "organize.txt").write_text(printed.replace(str(base), ""), "utf-8")
        with Image.open(made / "collage.jpg") as collage:
            collage.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
            collage.convert("RGB").save(OUT / "collage.jpg", quality=88)
        shares = (0.04, 0.11, 0.22, 0.45, 0.7, 0.97)
        sheet(frames(made / "recap.mp4", shares), 3).save(OUT / "recap.jpg", quality=88)
        trips = [
            json.loads(line)
            for line in photoroll("groups", "trips", "--library", str(library), "--json").splitlines()
        ]
        print(f"{len(trips)} trips; pictures in {OUT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()

"""What each step of reading one photo costs: median CPU milliseconds, and the slowest tenth.

    python benchmarks/steps.py FOLDER [--count 60] [--json]

FOLDER holds photos (12-megapixel JPEGs for the figures in the documents). Every photo is read once before, so
that the disk does not count. Passes A, B and C are measured whole, and their parts one by one.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from photoroll.core import dates
from photoroll.errors import PhotoRollError
from photoroll.imaging import (
    decode,
    descriptor,
    exif,
    hashing,
    head,
    originals,
    quality,
    reading,
    sniff,
    thumbnails,
    xmp,
)

T = TypeVar("T")
TOTALS = ("A whole", "B whole", "C whole")


class Clock:
    """Collects CPU times by the name of the step."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(list)

    def time(self, name: str, step: Callable[[], T]) -> T:
        started = time.process_time_ns()
        try:
            return step()
        finally:
            self.spent[name].append((time.process_time_ns() - started) / 1e6)


def pass_a(clock: Clock, request: reading.ReadRequest) -> None:
    with originals.open_original(request.path) as file:
        kind = clock.time("A sniff", lambda: sniff.identify(file))
        with decode.opened(file, kind) as picture:
            tags = clock.time("A exif", lambda: exif.read_exif(picture, file, kind))
            clock.time("A xmp", lambda: xmp.read_xmp(picture.info.get("xmp")))
        clock.time("A head (header, exif, xmp, preview)", lambda: head.read_head(file, kind))
    hints = clock.time("A names", lambda: reading.dates_from_names(request))
    clock.time("A judge dates", lambda: dates.judge((*tags.candidates, *hints), now=None))


def pass_b(clock: Clock, request: reading.ReadRequest) -> bytes:
    data = clock.time("B read", lambda: originals.read_original(request.path))
    clock.time("B blake2b", lambda: hashlib.blake2b(data, digest_size=32).digest())
    kind = sniff.identify(io.BytesIO(data))
    decoded = clock.time("B decode to 512", lambda: decode.decode(data, kind, side=thumbnails.LARGE))
    large = decoded.image
    small = clock.time("B halve to 256", lambda: thumbnails.halved(large))
    clock.time("B encode 256", lambda: thumbnails.to_jpeg(small))
    jpeg = clock.time("B encode 512", lambda: thumbnails.to_jpeg(large))
    rgb = np.asarray(small)
    clock.time("B descriptor", lambda: descriptor.describe(rgb))
    greys = clock.time("B grey", lambda: (np.asarray(large.convert("L")), np.asarray(small.convert("L"))))
    clock.time("B hashes", lambda: hashing.hashes(greys[1]))
    clock.time("B quality", lambda: quality.quality(*greys, colourfulness=0.0))
    return jpeg


def measure(paths: list[Path]) -> Clock:
    clock = Clock()
    reading.warm_up()
    for turn in ("warm", "measure"):
        clock = Clock()
        for path in paths[:3] if turn == "warm" else paths:
            request = reading.ReadRequest(path=bytes(path), relative=bytes(path.relative_to(path.parents[1])))
            path.read_bytes()
            try:
                pass_a(clock, request)
                clock.time("A whole", lambda asked=request: reading.read_metadata(asked))
                jpeg = pass_b(clock, request)
                clock.time("B whole", lambda asked=request: reading.read_pixels(asked))
                clock.time("C whole", lambda picture=jpeg: reading.read_faces(picture))
            except PhotoRollError as error:
                print(f"left out: {error}")
    return clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    paths = sorted(path for path in asked.folder.resolve().rglob("*") if path.is_file())[: asked.count]
    spent = measure(paths).spent
    rows = {
        name: {
            "median_ms": round(statistics.median(times), 3),
            "p90_ms": round(sorted(times)[int(0.9 * (len(times) - 1))], 3),
        }
        for name, times in spent.items()
    }
    if asked.json:
        print(json.dumps({"photos": len(paths), "steps": rows}))
        return
    print(f"{len(paths)} photos, CPU milliseconds a photo")
    for name in sorted(rows, key=lambda name: (name[0], name in TOTALS)):
        print(f"{name:38} {rows[name]['median_ms']:8.2f} {rows[name]['p90_ms']:8.2f}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Indexing against specialist tools, in one run: wall time, CPU and memory, alternating, medians.

    python benchmarks/indexing.py [FOLDER] [--photos 120] [--rounds 5] [--size 512]

FOLDER holds photos (12-megapixel JPEGs from cameras tell most); without it such photos are drawn first.
Compared on the same files, two processes each:

* yardstick: ``vipsthumbnail`` makes a thumbnail of SIZE pixels, then ``exiftool -fast2`` reads the tags;
* PhotoRoll: ``photoroll index --no-faces`` hashes the bytes, reads the tags, makes thumbnails of 256 and 512
  pixels, the descriptor, perceptual hashes and quality measures, and writes the catalogue, in sealed workers;
* PhotoRoll with faces, told apart.

Then the cost of each step is printed (``benchmarks/steps.py``). Needs Debian's libvips-tools and
libimage-exiftool-perl.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 0.80


@dataclass(frozen=True)
class Cost:
    """One run: seconds of wall and CPU time, and the largest memory of its processes together in MB."""

    wall: float
    cpu: float
    memory_mb: float


def measured(command: list[str]) -> Cost:
    """Run a command with all its children and add up what they cost."""
    before = os.times()
    began = time.perf_counter()
    environment = {**os.environ, "VIPS_CONCURRENCY": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    _, errors = process.communicate()
    wall = time.perf_counter() - began
    watcher.join()
    after = os.times()
    if process.returncode not in (0, 3):
        raise SystemExit(f"{command[0]} failed: {errors.decode(errors='replace')[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, peak[0])


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], _tree_mb(process.pid))
        time.sleep(0.05)


def _tree_mb(session: int) -> float:
    """Memory of a session's processes: private pages, and shared ones divided among their users (PSS)."""
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[3]) != session:
                continue
            for line in (entry / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except (OSError, IndexError, ValueError):  # it ended meanwhile
            continue
    return total / 1024


def yardstick(listing: Path, size: int) -> Cost:
    """Thumbnails by vipsthumbnail, then all tags by exiftool, two processes each."""
    out = tempfile.mkdtemp()
    script = (
        f"xargs -a '{listing}' -d '\\n' -P2 -n 30 vipsthumbnail -s {size} -o '{out}/%s.jpg[Q=85]' >/dev/null"
        f" && xargs -a '{listing}' -d '\\n' -P2 -n 60 exiftool -fast2 -j -n >'{out}/exif.json'"
    )
    try:
        return measured(["bash", "-c", script])
    finally:
        shutil.rmtree(out, ignore_errors=True)


def photoroll(folder: Path, *options: str) -> Cost:
    """Index the folder into a new library."""
    library = tempfile.mkdtemp()
    try:
        command = [sys.executable, "-m", "photoroll", "index", str(folder), "--library", library, "--quiet"]
        return measured([*command, *options])
    finally:
        shutil.rmtree(library, ignore_errors=True)


def median(costs: list[Cost]) -> Cost:
    """Give the median of each figure."""
    return Cost(
        *(statistics.median(getattr(one, name) for one in costs) for name in ("wall", "cpu", "memory_mb"))
    )


def drawn(count: int) -> Path:
    """Draw 12-megapixel photos into a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="photoroll-bench-")) / "photos"
    command = [sys.executable, "-m", "photoroll", "demo", str(folder), "--photos", str(count)]
    subprocess.run([*command, "--size", "4032x3024"], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return folder


def main() -> int:
    """Measure and print; exit 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--photos", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=512)
    options = parser.parse_args()
    for tool in ("vipsthumbnail", "exiftool"):
        if shutil.which(tool) is None:
            raise SystemExit(f"{tool} is missing: apt-get install libvips-tools libimage-exiftool-perl")
    folder = options.folder or drawn(options.photos)
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    listing = Path(tempfile.mkstemp(suffix=".txt")[1])
    listing.write_text("".join(f"{path}\n" for path in files))
    for path in files:
        path.read_bytes()  # the same warm files for all
    runs: dict[str, list[Cost]] = {"yardstick": [], "PhotoRoll": [], "PhotoRoll with faces": []}
    for number in range(options.rounds):
        runs["yardstick"].append(yardstick(listing, options.size))
        runs["PhotoRoll"].append(photoroll(folder, "--no-faces"))
        runs["PhotoRoll with faces"].append(photoroll(folder))
        print(
            f"round {number + 1}: "
            + ", ".join(f"{name} {costs[-1].wall:.1f} s" for name, costs in runs.items())
        )
    listing.unlink()
    return report(runs, len(files))


def report(runs: dict[str, list[Cost]], photos: int) -> int:
    """Print the table of medians and ratios."""
    middle = {name: median(costs) for name, costs in runs.items()}
    base = middle["yardstick"]
    print(f"\n{photos} photos, medians of {len(runs['yardstick'])} rounds")
    heads = ("wall s", "CPU s", "CPU ms/photo", "memory MB", "wall ratio", "CPU ratio")
    print(f"{'':24}" + "".join(f"{head:>14}" for head in heads))
    for name, cost in middle.items():
        figures = (cost.wall, cost.cpu, 1000 * cost.cpu / photos, cost.memory_mb)
        ratios = (cost.wall / base.wall, cost.cpu / base.cpu)
        print(
            f"{name:24}"
            + "".join(f"{one:14.1f}" for one in figures)
            + "".join(f"{one:14.2f}" for one in ratios)
        )
    good = middle["PhotoRoll"].wall / base.wall <= GOAL
    print(f"goal: wall ratio at most {GOAL:.2f}: {'met' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

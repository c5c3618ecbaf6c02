#!/usr/bin/env python3
"""Kills PhotoRoll while it indexes, again and again, and shows that nothing is lost or doubled.

    python benchmarks/faults.py [--kills 20] [--photos 400] [--seed 1]

A library of drawn photos is indexed once without disturbance. Then, in another library, indexing starts and
is killed with SIGKILL at a random moment, ``--kills`` times; after each kill ``photoroll library check`` must
find the library sound (one that was killed before it existed counts as sound), and what was there before must
still be there. At last indexing runs to its end, and both libraries must hold the same photos and files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str) -> tuple[int, list[dict[str, object]]]:
    """Run a command with --json; give its exit code and objects."""
    command = [sys.executable, "-m", "photoroll", *arguments]
    done = subprocess.run(command, capture_output=True, env=_environment(), check=False)
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def contents(library: Path) -> dict[str, tuple[object, ...]]:
    """Give what a library holds, by public id."""
    _, photos = run("photos", "--json", "--library", str(library))
    held: dict[str, tuple[object, ...]] = {}
    for photo in photos:
        if photo["id"] is None:  # its bytes are not read yet: it stands for its file
            continue
        key = str(photo["id"])
        if key in held:
            raise SystemExit(f"the photo {key} is there twice")
        held[key] = (
            tuple(photo["paths"]),
            photo["taken_at"],
            photo["width"],
            photo["height"],
            photo["state"],
        )
    return held


def finished(library: Path) -> bool:
    """Tell whether nothing waits for reading."""
    _, (info,) = run("library", "info", "--library", str(library), "--json")
    return info["waiting"] == 0


def start(folder: Path, library: Path) -> subprocess.Popen[bytes]:
    """Start indexing in a session of its own."""
    command = [sys.executable, "-m", "photoroll", "index", str(folder), "--library", str(library), "--quiet"]
    return subprocess.Popen(
        command,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill_at(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill the process (not its children, which must end by themselves); tell whether it still ran."""
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True


def orphans(session: int, within: float = 3.0) -> int:
    """Count processes of a session that live longer than ``within`` seconds after their parent was killed."""
    end = time.monotonic() + within
    while True:
        found = subprocess.run(["pgrep", "-s", str(session)], capture_output=True, check=False)
        count = len(found.stdout.split())
        if count == 0 or time.monotonic() > end:
            return count
        time.sleep(0.1)


def main() -> int:
    """Run the loop and print the table; exit 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--photos", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    base = Path(tempfile.mkdtemp(prefix="photoroll-faults-"))
    folder, whole, broken = base / "photos", base / "whole", base / "broken"
    run("demo", str(folder), "--photos", str(options.photos), "--json", "--quiet")
    began = time.monotonic()
    run("index", str(folder), "--library", str(whole), "--json", "--quiet")
    usual = time.monotonic() - began
    bad = kills = 0
    kept: dict[str, tuple[object, ...]] = {}
    while kills < options.kills:
        if not kept or finished(broken):  # nothing left to disturb: begin anew
            shutil.rmtree(broken, ignore_errors=True)
            kept = {}
        moment = chance.uniform(0.1, usual)
        process = start(folder, broken)
        if not kill_at(process, moment):
            continue
        kills += 1
        left = orphans(process.pid)
        known = (broken / "library.db").exists()
        sound = run("library", "check", "--library", str(broken), "--json")[0] == 0 if known else True
        now = contents(broken) if known else {}
        lost = len([key for key in kept if key not in now])
        kept = now
        bad += (not sound) + lost + left
        print(
            f"kill {kills:3} at {moment:5.2f} s: {len(now):5} photos read, "
            f"{'sound' if sound else 'NOT SOUND'}, {lost} lost, {left} orphans",
            flush=True,
        )
    _, reports = run("index", str(folder), "--library", str(broken), "--json", "--quiet")
    same = contents(broken) == contents(whole)
    sound = run("library", "check", "--library", str(broken), "--json")[0] == 0
    print(f"then to the end: {reports[0]['indexed']} read, the same as undisturbed: {same}, sound: {sound}")
    shutil.rmtree(base)
    return 0 if same and sound and not bad else 1


if __name__ == "__main__":
    sys.exit(main())

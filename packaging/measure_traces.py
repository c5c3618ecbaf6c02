"""Measure how people take photos, from public traces, and write the few figures that the demo library
uses.

    python packaging/measure_traces.py SAMPLES/traces photoroll/demo/traces.toml

Input: ``melbourne_visits_dev.csv`` and ``melbourne_poi.csv`` (times and places of interest of 13,995
photos by 488 people, from the YFCC100M metadata, as grouped by Lim et al. 2015) and ``galerie/*.ts``
(dates and positions of one person's trips). Output: quantiles only; no time, place or person of the
traces is kept.
"""

from __future__ import annotations

import csv
import math
import re
import sys
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

PROBABILITIES = (
    0,
    0.02,
    0.05,
    0.1,
    0.16,
    0.25,
    0.35,
    0.46,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    0.95,
    0.98,
    0.99,
    0.995,
    1,
)
OUTING_GAP_S = 8 * 3600  # the rule by which the visits' sequence ids were made
BURST_GAP_S = 8


def quantiles(values: list[float], digits: int) -> list[float]:
    return [round(float(q), digits) for q in np.quantile(np.array(values, float), PROBABILITIES)]


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    mean = math.radians((a[0] + b[0]) / 2)
    return 111.2 * math.hypot(a[0] - b[0], math.cos(mean) * (a[1] - b[1]))


def read_visits(folder: Path) -> dict[str, list[tuple[int, int, int]]]:
    people = defaultdict(set)
    with (folder / "melbourne_visits_dev.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            people[row["userID"]].add((int(row["dateTaken"]), int(row["poiID"]), int(row["seqID"])))
    return {person: sorted(visits) for person, visits in people.items()}


def measure_visits(folder: Path) -> dict[str, object]:
    with (folder / "melbourne_poi.csv").open(encoding="utf-8", newline="") as file:
        where = {int(r["poiID"]): (float(r["poiLat"]), float(r["poiLon"])) for r in csv.DictReader(file)}
    gaps, stays, moves, steps, runs = [], [], [], [], Counter()
    outings = defaultdict(list)
    pairs = []
    for visits in read_visits(folder).values():
        run, last = 1, None
        for time, _poi, outing in visits:
            outings[outing].append(time)
        for (t0, p0, s0), (t1, p1, s1) in pairwise(visits):
            gap = t1 - t0
            if s0 == s1 and 0 < gap < OUTING_GAP_S:
                gaps.append(gap)
                (stays if p0 == p1 else moves).append(gap)
                if p0 != p1:
                    steps.append(distance_km(where[p0], where[p1]))
                if last is not None:
                    pairs.append((math.log(last), math.log(gap)))
            last = gap if s0 == s1 and gap > 0 else None
            if gap <= BURST_GAP_S:
                run += 1
            else:
                runs[run] += 1
                run = 1
        runs[run] += 1
    counts = [len(times) for times in outings.values()]
    lengths = [max(times) - min(times) for times in outings.values() if len(times) >= 4]
    array = np.array(gaps)
    return {
        "gap_s": quantiles(gaps, 1),
        "stay_gap_s": quantiles(stays, 1),
        "move_gap_s": quantiles(moves, 1),
        "move_km": quantiles(steps, 3),
        "photos_per_outing": quantiles(counts, 0),
        "outing_length_s": quantiles(lengths, 0),
        "move_share": round(len(moves) / len(gaps), 4),
        "gap_correlation": round(float(np.corrcoef(np.array(pairs).T)[0, 1]), 3),
        "share_within_5_s": round(float((array <= 5).mean()), 4),
        "share_within_10_s": round(float((array <= 10).mean()), 4),
        "share_within_60_s": round(float((array <= 60).mean()), 4),
        "burst_runs": [runs[n] for n in range(1, 11)],
    }


def degrees(text: str) -> float:
    d, m, s, half = re.fullmatch(r"([\d.]+) deg ([\d.]+)' ([\d.]+)\" ([NSEW])", text).groups()
    return (float(d) + float(m) / 60 + float(s) / 3600) * (-1 if half in "SW" else 1)


def measure_trips(folder: Path) -> dict[str, object]:
    pattern = re.compile(r'"dateTaken": "([^"]+)"[\s\S]*?"gpsLatitude": "(.+)"[\s\S]*?"gpsLongitude": "(.+)"')
    steps, per_day, first, last = [], [], [], []
    for path in sorted((folder / "galerie").glob("*.ts")):
        days = defaultdict(list)
        for block in path.read_text(encoding="utf-8").split('"metadata"')[1:]:
            match = pattern.search(block)
            if match is None:
                continue
            when = datetime.strptime(match[1], "%Y:%m:%d %H:%M:%S")
            point = tuple(degrees(match[k].replace('\\"', '"')) for k in (2, 3))
            days[when.date()].append((when, point))
        for photos in days.values():
            photos.sort()
            per_day.append(len(photos))
            first.append(photos[0][0].hour + photos[0][0].minute / 60)
            last.append(photos[-1][0].hour + photos[-1][0].minute / 60)
            steps += [distance_km(a[1], b[1]) for a, b in pairwise(photos)]
    return {
        "photos_per_day": quantiles(per_day, 0),
        "step_km": quantiles(steps, 3),
        "first_hour": quantiles(first, 2),
        "last_hour": quantiles(last, 2),
    }


def as_toml(name: str, values: dict[str, object]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def main() -> None:
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    head = (
        "# Made by packaging/measure_traces.py: quantiles of public photo traces, figures only.\n"
        "# city: 13,995 photos of 488 people in Melbourne (YFCC100M metadata, places and outings as in\n"
        "#   K. H. Lim et al., Tour Recommendation, IJCAI 2015; 8 h without photos end an outing).\n"
        "# trips: one person's travel galleries, dates and positions. Rows: values at `probabilities`.\n"
    )
    text = head + f"probabilities = {[float(p) for p in PROBABILITIES]}\n\n"
    text += as_toml("city", measure_visits(folder)) + "\n" + as_toml("trips", measure_trips(folder))
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

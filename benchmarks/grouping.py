"""Events, trips, homes and guessed positions against known truth and against simple rules.

    python benchmarks/grouping.py [--quick]

Libraries are planned by ``photoroll.demo`` (seeds 1-5 were used for choosing the rule's numbers, 100-109 make
this table and were fixed before its first run); people's real times come from PHOTOROLL_SAMPLES where it
exists. F1 is that of boundaries between photos that follow each other in time. "Within 3 km" is for photos
whose position was hidden and then guessed.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from photoroll.core.events import find_events
from photoroll.core.geo import haversine_km
from photoroll.core.inherited import InheritedFrom, inherit_positions
from photoroll.core.models import GroupKind
from photoroll.core.places import valid_fixes
from photoroll.core.trips import find_homes, find_trips
from photoroll.demo.models import Plan
from photoroll.demo.plan import plan_library

TABLE_SEEDS = tuple(range(100, 110))
SAMPLES = Path(os.environ.get("PHOTOROLL_SAMPLES", Path(__file__).resolve().parents[2] / "shared" / "photos"))
EPOCH = datetime(1970, 1, 1)
HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A planned library as arrays, in the order of time, and its truth."""

    plan: Plan
    t: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    camera: np.ndarray
    event: np.ndarray
    trip: np.ndarray
    real_lat: np.ndarray
    real_lon: np.ndarray


def known(plan: Plan) -> Known:
    """Take the photos that a camera made and that can be read; copies have no truth of their own."""
    photos = [p for p in plan.photos if p.copy_of is None and p.has_exif and p.fault is None]
    photos.sort(key=lambda p: (p.camera_wall, p.id))
    nan = float("nan")
    return Known(
        plan=plan,
        t=np.array([(p.camera_wall - EPOCH).total_seconds() for p in photos]),
        lat=np.array([p.gps.lat if p.gps else nan for p in photos]),
        lon=np.array([p.gps.lon if p.gps else nan for p in photos]),
        camera=np.array([p.camera for p in photos]),
        event=np.array([p.event for p in photos]),
        trip=np.array([-1 if p.trip is None else p.trip for p in photos]),
        real_lat=np.array([p.point.lat for p in photos]),
        real_lon=np.array([p.point.lon for p in photos]),
    )


@dataclass(slots=True)
class Score:
    """Hits, false alarms and misses."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    def add(self, found: np.ndarray, truth: np.ndarray) -> None:
        self.hit += int((found & truth).sum())
        self.false += int((found & ~truth).sum())
        self.missed += int((~found & truth).sum())

    @property
    def precision(self) -> float:
        return self.hit / max(1, self.hit + self.false)

    @property
    def recall(self) -> float:
        return self.hit / max(1, self.hit + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, 2 * self.hit + self.false + self.missed)


def changes(labels: np.ndarray) -> np.ndarray:
    return labels[1:] != labels[:-1]


def ours(one: Known) -> np.ndarray:
    fixes = valid_fixes(one.lat, one.lon, times_s=one.t, camera=one.camera)
    lat, lon = np.where(fixes.exact, one.lat, np.nan), np.where(fixes.exact, one.lon, np.nan)
    return find_events(one.t, lat, lon, camera=one.camera).event


def by_gap(seconds: float) -> Callable[[Known], np.ndarray]:
    return lambda one: np.cumsum(np.concatenate([[False], np.diff(one.t) > seconds]))


def by_day(one: Known) -> np.ndarray:
    return np.floor((one.t - 4 * HOUR) / 86400)


def phototoc(one: Known) -> np.ndarray:
    """Cut where a log gap is ln 17 or more above the mean of the ten on both sides (Platt 2003)."""
    gap = np.log(np.diff(one.t) + 1.0)
    if len(gap) == 0:
        return np.zeros(len(one.t))
    reach = min(10, len(gap) - 1)
    padded = np.pad(gap, reach, mode="reflect") if reach else gap
    mean = np.convolve(padded, np.ones(2 * reach + 1) / (2 * reach + 1), mode="valid")
    return np.cumsum(np.concatenate([[False], gap >= np.log(17) + mean]))


RULES: dict[str, Callable[[Known], np.ndarray]] = {
    "PhotoRoll": ours,
    "30 min": by_gap(0.5 * HOUR),
    "1 h": by_gap(HOUR),
    "3 h": by_gap(3 * HOUR),
    "6 h": by_gap(6 * HOUR),
    "04:00 day": by_day,
    "PhotoTOC": phototoc,
}


def libraries(gps: float, style: str, seeds: tuple[int, ...], photos: int, **more: bool) -> Iterator[Known]:
    for seed in seeds:
        yield known(plan_library(seed, photos=photos, gps_share=gps, style=style, wrong_clock=False, **more))


def event_rows(seeds: tuple[int, ...], size: int) -> Iterator[tuple[str, dict[str, Score]]]:
    cases = [
        ("normal, GPS 90 %", 0.9, "normal", True),
        ("normal, GPS 70 %", 0.7, "normal", True),
        ("normal, GPS 30 %", 0.3, "normal", True),
        ("normal, no GPS", 0.0, "normal", True),
        ("light, GPS 70 %", 0.7, "light", True),
        ("heavy, GPS 70 %", 0.7, "heavy", True),
        ("one camera at a time, GPS 70 %", 0.7, "normal", False),
    ]
    for title, gps, style, parallel in cases:
        scores = {name: Score() for name in RULES}
        for one in libraries(gps, style, seeds, size, parallel=parallel):
            for name, rule in RULES.items():
                scores[name].add(changes(rule(one)), changes(one.event))
        yield title, scores


def melbourne() -> tuple[str, dict[str, Score]] | None:
    """Real people's times; the truth is weak: another sight after 20 minutes, or any pause of 14 hours."""
    path = SAMPLES / "traces" / "melbourne_visits_dev.csv"
    if not path.is_file():
        return None
    people: dict[str, list[tuple[float, int]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            people.setdefault(row["userID"], []).append((float(row["dateTaken"]), int(row["poiID"])))
    scores = {name: Score() for name in RULES}
    for visits in people.values():
        visits.sort()
        t, poi = np.array([v[0] for v in visits]) + 10 * HOUR, np.array([v[1] for v in visits])
        nothing = np.full(len(t), np.nan)
        one = Known(
            plan=None, t=t, lat=nothing, lon=nothing, camera=np.zeros(len(t)), event=poi, trip=poi,
            real_lat=nothing, real_lon=nothing,
        )  # fmt: skip
        gap = np.diff(t)
        truth = (changes(poi) & (gap > 1200)) | (gap > 14 * HOUR)
        for name, rule in RULES.items():
            scores[name].add(changes(rule(one)), truth)
    return f"real times of {len(people)} people", scores


def trip_row(gps: float, seeds: tuple[int, ...], size: int) -> dict[str, float]:
    """Judge trips (Jaccard of photos at least 0.8), homes and guessed positions."""
    hits = found_all = truth_all = photos = near = guessed = homes_true = homes_found = 0
    errors: list[float] = []
    for one in libraries(gps, "normal", seeds, size):
        fixes = valid_fixes(one.lat, one.lon, times_s=one.t, camera=one.camera)
        lat, lon = np.where(fixes.exact, one.lat, np.nan), np.where(fixes.exact, one.lon, np.nan)
        cut = find_events(one.t, lat, lon, camera=one.camera)
        homes = find_homes(one.t, lat, lon)
        trips = find_trips(one.t, lat, lon, homes, stream=cut.stream)
        found = [set(trip.photos) for trip in trips if trip.kind is GroupKind.TRIP]
        truth = [set(np.flatnonzero(one.trip == k).tolist()) for k in np.unique(one.trip[one.trip >= 0])]
        truth = [members for members in truth if len(members) >= 6]
        hits += sum(any(jaccard(a, b) >= 0.8 for b in truth) for a in found)
        found_all, truth_all = found_all + len(found), truth_all + len(truth)
        places = {place.id: place for place in one.plan.places}
        for home in one.plan.homes:
            homes_true += 1
            point = places[home.place].point
            off = [float(haversine_km(h.lat, h.lon, point.lat, point.lon)) for h in homes if not h.familiar]
            if off and min(off) < 3:
                homes_found += 1
                errors.append(min(off) * 1000)
        guess = inherit_positions(one.t, lat, lon, stream=cut.stream)
        sure = (guess.how == InheritedFrom.BETWEEN) | (guess.how == InheritedFrom.NEAREST)
        off = haversine_km(guess.lat[sure], guess.lon[sure], one.real_lat[sure], one.real_lon[sure])
        near, guessed = near + int((off <= 3).sum()), guessed + int(sure.sum())
        photos += int((~np.isfinite(lat)).sum())
    return {
        "precision": hits / max(1, found_all),
        "recall": hits / max(1, truth_all),
        "trips": truth_all,
        "homes": homes_found / max(1, homes_true),
        "home_m": float(np.median(errors)) if errors else float("nan"),
        "near": near / max(1, guessed),
        "covered": guessed / max(1, photos),
    }


def jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / max(1, len(a | b))


def names() -> str:
    """Compare the gazetteer's names with those that a phone's own album gives."""
    path = SAMPLES / "restricted" / "collection_iphone_places.csv"
    if not path.is_file():
        return f"Names: no real places at {path}"
    from photoroll.services.gazetteer_data import load

    codes = {"Deutschland": "DE", "Danmark": "DK", "Sverige": "SE", "United Kingdom": "GB"}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["latitude"] not in ("", "nan")]
    table = load()
    lat, lon = [float(row["latitude"]) for row in rows], [float(row["longitude"]) for row in rows]
    spoken = {lang: table.nearest(lat, lon, language=lang) for lang in ("en", "de", "sv", "da")}
    country = same = named = near = 0
    for k, row in enumerate(rows):
        here = [names[k] for names in spoken.values() if names[k]]
        country += bool(here) and here[0].country_code == codes.get(row["country"])
        if row["city"]:
            named += 1
            same += any(row["city"] == name.name for name in here)
            near += any(row["city"] in (name.name, name.district) for name in here)
    return (
        f"Names of {len(rows)} real places: country right {country}/{len(rows)}; same town as the phone's "
        f"album {same}/{named}, same town or district {near}/{named}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three libraries a row")
    parser.add_argument("--seeds", help="other seeds, as 1,2,3")
    options = parser.parse_args()
    seeds = tuple(map(int, options.seeds.split(","))) if options.seeds else TABLE_SEEDS
    seeds, size = (seeds[:3], 2000) if options.quick else (seeds, 4000)
    begin = time.perf_counter()
    print(
        f"Events: F1 of boundaries (precision/recall for PhotoRoll); {len(seeds)} libraries of {size:,} a row"
    )
    print(f"{'library':34s}" + "".join(f"{name:>11s}" for name in RULES))
    rows = [*event_rows(seeds, size), melbourne()]
    for row in rows:
        if row is None:
            print(f"(no real times at {SAMPLES / 'traces'})")
            continue
        title, scores = row
        mine = scores["PhotoRoll"]
        cells = "".join(f"{score.f1:11.3f}" for score in scores.values())
        print(f"{title:34s}{cells}   ({mine.precision:.2f}/{mine.recall:.2f})")
    print("\nTrips (Jaccard >= 0.8), homes, positions guessed for photos without one")
    for gps in (0.9, 0.5, 0.2):
        r = trip_row(gps, seeds, size)
        print(
            f"GPS {gps:3.0%}: trips P {r['precision']:.2f} R {r['recall']:.2f} of {r['trips']}; "
            f"homes found {r['homes']:.0%}, {r['home_m']:.0f} m off; "
            f"guessed {r['covered']:.0%}, within 3 km {r['near']:.1%}"
        )
    print(names())
    print(f"{time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()

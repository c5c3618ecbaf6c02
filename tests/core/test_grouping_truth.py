"""Events, trips and guessed positions on planned libraries with known truth, and on real people's times."""

from __future__ import annotations

import csv
from datetime import datetime

import numpy as np
import pytest

from photoroll.core.events import find_events
from photoroll.core.geo import haversine_km
from photoroll.core.inherited import InheritedFrom, inherit_positions
from photoroll.core.models import GroupKind
from photoroll.core.places import valid_fixes
from photoroll.core.trips import find_homes, find_trips
from photoroll.demo.plan import plan_library


def f1(found: np.ndarray, truth: np.ndarray) -> float:
    return 2 * (found & truth).sum() / max(1, found.sum() + truth.sum())


def changes(labels: np.ndarray) -> np.ndarray:
    return labels[1:] != labels[:-1]


@pytest.fixture(scope="module", params=[0.9, 0.5], ids=["GPS 90 %", "GPS 50 %"])
def library(request):
    plan = plan_library(7, photos=2500, gps_share=request.param, wrong_clock=False)
    photos = [p for p in plan.photos if p.copy_of is None and p.has_exif and p.fault is None]
    photos.sort(key=lambda p: (p.camera_wall, p.id))
    t = np.array([(p.camera_wall - datetime(1970, 1, 1)).total_seconds() for p in photos])
    lat = np.array([p.gps.lat if p.gps else np.nan for p in photos])
    lon = np.array([p.gps.lon if p.gps else np.nan for p in photos])
    camera = np.array([p.camera for p in photos])
    exact = valid_fixes(lat, lon, times_s=t, camera=camera).exact
    lat, lon = np.where(exact, lat, np.nan), np.where(exact, lon, np.nan)
    return plan, photos, t, lat, lon, find_events(t, lat, lon, camera=camera)


def test_events_are_those_that_were_lived(library):
    _, photos, _, _, _, cut = library
    assert f1(changes(cut.event), changes(np.array([p.event for p in photos]))) >= 0.85


def test_homes_and_trips_are_found(library):
    plan, photos, t, lat, lon, cut = library
    homes = find_homes(t, lat, lon)
    for truth in plan.homes:
        point = next(place.point for place in plan.places if place.id == truth.place)
        assert min(float(haversine_km(h.lat, h.lon, point.lat, point.lon)) for h in homes) < 0.2
    trip = np.array([-1 if p.trip is None else p.trip for p in photos])
    real = [set(np.flatnonzero(trip == k).tolist()) for k in np.unique(trip[trip >= 0])]
    real = [members for members in real if len(members) >= 6]
    found = [
        set(one.photos)
        for one in find_trips(t, lat, lon, homes, stream=cut.stream)
        if one.kind is GroupKind.TRIP
    ]
    good = sum(any(len(a & b) >= 0.8 * len(a | b) for b in real) for a in found)
    assert good >= len(real) - 1  # one weekend may have no located photo at all
    assert good >= len(found) - 1


def test_guessed_positions_are_close(library):
    _, photos, t, lat, lon, cut = library
    guess = inherit_positions(t, lat, lon, stream=cut.stream)
    sure = (guess.how == InheritedFrom.BETWEEN) | (guess.how == InheritedFrom.NEAREST)
    real = np.array([(p.point.lat, p.point.lon) for p in photos])[sure]
    assert sure.sum() > 50
    assert (haversine_km(guess.lat[sure], guess.lon[sure], real[:, 0], real[:, 1]) <= 3).mean() >= 0.95


@pytest.mark.samples
def test_real_times_of_real_people(samples):
    people: dict[str, list[tuple[float, int]]] = {}
    path = samples / "traces" / "melbourne_visits_dev.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            people.setdefault(row["userID"], []).append((float(row["dateTaken"]), int(row["poiID"])))
    hits = found_all = true_all = 0
    for visits in people.values():
        visits.sort()
        t, poi = np.array([v[0] for v in visits]) + 36000, np.array([v[1] for v in visits])
        nowhere = np.full(len(t), np.nan)
        found = changes(find_events(t, nowhere, nowhere).event)
        truth = (changes(poi) & (np.diff(t) > 1200)) | (np.diff(t) > 14 * 3600)
        hits, found_all = hits + int((found & truth).sum()), found_all + int(found.sum())
        true_all += int(truth.sum())
    assert 2 * hits / (found_all + true_all) >= 0.86

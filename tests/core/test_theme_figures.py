"""The shipped themes on real photos: figures that must not fall, by looks, sizes and names alone."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from photoroll.core.models import Certainty
from photoroll.core.themes import LEVELS, ThemeFeatures, score_themes
from photoroll.imaging import decode, descriptor, formats, thumbnails
from photoroll.services import theme_data


def describe(file):
    """A file as indexing describes it, and its size."""
    kind = {".jpg": formats.JPEG, ".png": formats.PNG}[file.suffix]
    read = decode.decode(file.read_bytes(), kind, side=thumbnails.LARGE)
    return descriptor.describe(np.asarray(thumbnails.halved(read.image))), (read.width, read.height)


def features_of(files, *, named=True):
    """What looks, sizes and names tell of some files."""
    n = len(files)
    seen = [describe(file) for file in files]
    unknown = np.full(n, np.nan)
    numbers = [
        "ev100",
        "flash",
        "focal_35mm",
        "subject_distance_m",
        "sun_elevation",
        "sun_minutes",
        "sun_rising",
        "latitude",
        "month",
    ]
    return ThemeFeatures(
        descriptors=np.stack([one.descriptor for one, _ in seen]),
        statistics=np.stack([one.statistics for one, _ in seen]),
        width=np.array([float(size[0]) for _, size in seen]),
        height=np.array([float(size[1]) for _, size in seen]),
        formats=["PNG" if file.suffix == ".png" else "JPEG" for file in files],
        file_names=[file.name if named else "" for file in files],
        software=[""] * n,
        cameras=[""] * n,
        lenses=[""] * n,
        faces=[None] * n,
        events=np.full(n, -1),
        **dict.fromkeys(numbers, unknown),
    )


def scores_of(features):
    data = theme_data.load()
    return score_themes(data.definitions, data.heads, features)


def certainties(files, theme):
    return [LEVELS[level] for level in scores_of(features_of(files))[theme].certainty]


@pytest.mark.samples
def test_receipts_and_screens_are_found_and_landscapes_are_neither(samples):
    receipts = certainties(sorted((samples / "themes" / "receipt").glob("*.jpg")), "documents")
    assert len(receipts) == 12
    assert receipts.count(Certainty.SURE) >= 8
    assert receipts.count(None) <= 2
    screens = certainties(sorted((samples / "themes" / "screenshot").glob("*.png")), "screenshots")
    assert screens == [Certainty.SURE] * 4
    landscapes = sorted((samples / "collections" / "budgie_cc0").glob("*.jpg"))
    assert certainties(landscapes, "screenshots") == [None] * 13
    assert certainties(landscapes, "documents") == [None] * 13


FLOORS = {  # theme: label, average precision, precision of all that is more than proposed
    "greenery": ("greenery_forest", 0.68, 0.70),
    "snow": ("snow_winter", 0.50, 0.65),
    "beach": ("beach_sea", 0.48, 0.80),
    "flowers": ("flowers", 0.62, None),
    "food": ("food_drink", 0.58, None),
    "city": ("city_streets", 0.34, 0.80),
}


@pytest.fixture(scope="module")
def tested(samples):
    """The test split, by looks alone: labels and what the themes say."""
    folder = samples / "themes_free"
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "test"]
    return rows, scores_of(features_of([folder / row["file"] for row in rows], named=False))


@pytest.mark.samples
def test_the_shipped_heads_are_as_good_as_stated(tested):
    rows, scores = tested
    for theme, (label, area, precision) in FLOORS.items():
        has = np.array([label in row["labels"].split(";") for row in rows])
        known = has | np.array([label not in row["unsure"].split(";") for row in rows])
        assert average_precision_score(has[known], scores[theme].probability[known]) >= area, theme
        claimed = known & (scores[theme].certainty >= 2)
        assert precision is None or has[claimed].mean() >= precision, theme
        assert precision is not None or not claimed.any(), theme


@pytest.mark.samples
def test_being_sure_is_rare_and_right(tested):
    rows, scores = tested
    labels = {"snow": "snow_winter", "documents": "document_text", "black_white": "black_white"}
    right = claimed = 0
    for theme, found in scores.items():
        sure = np.flatnonzero(found.certainty == 3)
        claimed += len(sure)
        right += sum(labels.get(theme, "-") in rows[i]["labels"] for i in sure)
    assert claimed >= 12
    assert right / claimed >= 0.9

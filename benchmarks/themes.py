"""How good the themes are: on the test photos of ``themes_free``, on strangers, and against simpler
ways.

    PHOTOROLL_SAMPLES=FOLDER python benchmarks/themes.py [--reproduce]

By looks alone (no camera data travels with these photos), it prints for each learnt theme: AP, recall at
precision 0.9 and 0.8 over the test split, hits and precision of each degree of certainty, and the same
for hand-set rules and for clusters named by their commonest label. Then it counts what the themes claim
of photos that they were not learnt from. ``--reproduce`` learns the heads again and compares them with
those that ship.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import average_precision_score

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "packaging"))

import train_themes

from photoroll.core.themes import ThemeFeatures, ThemeScores, score_themes
from photoroll.errors import PhotoRollError
from photoroll.imaging import decode, descriptor, formats, thumbnails
from photoroll.services import theme_data

THEMES = {
    "screenshots": "screenshot",
    "documents": "document_text",
    "sunsets": "sunset_sunrise",
    "night": "night_lights",
    "greenery": "greenery_forest",
    "snow": "snow_winter",
    "beach": "beach_sea",
    "city": "city_streets",
    "flowers": "flowers",
    "food": "food_drink",
    "black_white": "black_white",
}
"""Theme to label."""
EXPECTED = {
    "screenshots": {"document"},
    "documents": {"document"},
    "greenery": {"landscape", "flower_fungi"},
    "snow": {"landscape"},
    "beach": {"landscape", "sea_life"},
    "city": {"architecture"},
    "sunsets": {"landscape"},
    "flowers": {"flower_fungi"},
    "food": {"food"},
}
"""Folders of ``themes_imagenet`` in which a theme may be right; a hit elsewhere is counted as false."""
STRANGERS = ("themes_imagenet", "collection_iphone", "collection_hikes", "collection_places")


@dataclass(frozen=True, kw_only=True)
class Described:
    """Photos as indexing describes them."""

    names: list[str]
    looks: np.ndarray
    statistics: np.ndarray
    sizes: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reproduce", action="store_true", help="learn the heads again and compare")
    reproduce: bool = parser.parse_args().reproduce
    samples = Path(os.environ["PHOTOROLL_SAMPLES"])
    rows = train_themes.labels(samples / "themes_free")
    photos = train_themes.load(samples / "themes_free", rows)
    test = photos.where(np.array([row["split"] == "test" for row in rows]))
    learnt = photos.where(np.array([train_themes.may_be_learnt(row) for row in rows]))
    print_table(test, scores_of(by_looks(test)))
    print_baselines(test, learnt)
    print_paper(photos)
    for name in STRANGERS:
        print_claims(name, describe_folder(samples / "restricted" / name))
    for folder in ("themes/receipt", "themes/screenshot", "collections/budgie_cc0"):
        print_claims(folder, describe_folder(samples / folder))
    if reproduce:
        compare(learnt)


def by_looks(photos: train_themes.Photos) -> Described:
    """Labelled photos without sizes, names and camera data: looks alone."""
    n = len(photos.rows)
    return Described(
        names=[""] * n, looks=photos.looks, statistics=photos.statistics, sizes=np.full((n, 2), 301.0)
    )


def scores_of(photos: Described) -> dict[str, ThemeScores]:
    data = theme_data.load()
    return score_themes(data.definitions, data.heads, features_of(photos))


def features_of(photos: Described) -> ThemeFeatures:
    """Nothing known but looks, size, name and format."""
    n = len(photos.names)
    unknown = np.full(n, np.nan)
    return ThemeFeatures(
        descriptors=photos.looks,
        statistics=photos.statistics,
        width=photos.sizes[:, 0],
        height=photos.sizes[:, 1],
        formats=["PNG" if name.lower().endswith("png") else "JPEG" for name in photos.names],
        file_names=photos.names,
        software=[""] * n,
        cameras=[""] * n,
        lenses=[""] * n,
        ev100=unknown,
        flash=unknown,
        focal_35mm=unknown,
        subject_distance_m=unknown,
        sun_elevation=unknown,
        sun_minutes=unknown,
        sun_rising=unknown,
        latitude=unknown,
        month=unknown,
        faces=[None] * n,
        events=np.full(n, -1),
    )


def print_table(test: train_themes.Photos, scores: dict[str, ThemeScores]) -> None:
    print(f"\n{len(test.rows)} test photos, looks alone (hits@precision, recall of all that have the label)")
    head = f"{'theme':12s} {'n':>3s} {'AP':>5s} {'R@.9':>5s} {'R@.8':>5s} "
    print(head + " ".join(f"{degree:>13s}" for degree in ("sure", "fairly+", "check+")))
    for theme, label in THEMES.items():
        has, known = test.marks(label)
        y, score = has[known], scores[theme]
        odds, level = score.probability[known], score.certainty[known]
        area = average_precision_score(y, odds) if y.any() else float("nan")
        degrees = " ".join(f"{hits_of(level >= degree, y):>13s}" for degree in (3, 2, 1))
        recall = f"{recall_at(y, odds, 0.9):5.2f} {recall_at(y, odds, 0.8):5.2f}"
        print(f"{theme:12s} {y.sum():3d} {area:5.2f} {recall}  {degrees}")


def hits_of(claimed: np.ndarray, y: np.ndarray) -> str:
    """``claimed@precision recall``."""
    if not claimed.any():
        return "-"
    return f"{claimed.sum()}@{y[claimed].mean():.2f} r{y[claimed].sum() / max(y.sum(), 1):.2f}"


def recall_at(y: np.ndarray, score: np.ndarray, precision: float) -> float:
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(y[order])
    good = np.flatnonzero(hits / np.arange(1, len(y) + 1) >= precision)
    return float(hits[good[-1]] / y.sum()) if len(good) else 0.0


def rule_baselines(statistics: np.ndarray) -> dict[str, np.ndarray]:
    """What one would write by hand."""

    def column(name: str) -> np.ndarray:
        return statistics[:, descriptor.STATISTICS.index(name)]

    return {
        "greenery": column("green") > 0.5,
        "snow": (column("snow_below") > 0.5) & (column("edges") > 0.05),
        "sunsets": (column("warm_above") > 0.4) & (column("brightness") < 0.6),
        "night": column("night_lights") > 0.005,
        "beach": (column("water") > 0.4) & (column("sky") > 0.1),
        "city": (column("edges_upright") > 0.3) & (column("edges") > 0.25),
        "documents": (column("bright") > 0.5) & (column("grey") > 0.9),
        "screenshots": (column("one_colour") > 0.5) & (column("edges_upright") > 0.3),
        "black_white": column("grey") > 0.97,
    }


def print_baselines(test: train_themes.Photos, learnt: train_themes.Photos) -> None:
    rules = rule_baselines(test.statistics)
    model = KMeans(24, n_init=4, random_state=1).fit(learnt.looks)
    clusters = model.predict(test.looks)
    print(f"\n{'theme':12s} {'hand rule':>16s} {'named cluster':>16s}")
    for theme, label in THEMES.items():
        has, known = test.marks(label)
        named = [c for c in range(24) if commonest(learnt, model.labels_ == c) == label]
        rule = hits_of(rules[theme][known], has[known]) if theme in rules else "none"
        print(f"{theme:12s} {rule:>16s} {hits_of(np.isin(clusters, named)[known], has[known]):>16s}")


def commonest(photos: train_themes.Photos, inside: np.ndarray) -> str:
    """The theme label that most photos of a cluster have."""
    counts = {label: int(photos.marks(label)[0][inside].sum()) for label in THEMES.values()}
    return max(counts, key=lambda label: counts[label])


def print_paper(photos: train_themes.Photos) -> None:
    """Real paper of the whole set: but for one photo the head never saw any."""
    has, known = photos.marks("document_text")
    level = scores_of(by_looks(photos))["documents"].certainty
    degrees = " ".join(f"{hits_of(level[known] >= degree, has[known]):>14s}" for degree in (3, 2, 1))
    print(f"\ndocuments, all {known.sum()} photos, {has.sum()} of paper: {degrees}")


def describe_folder(folder: Path) -> Described:
    """Describe every readable photo under a folder."""
    names, looks, sizes = [], [], []
    for file in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _FORMATS):
        try:
            found = decode.decode(file.read_bytes(), _FORMATS[file.suffix.lower()], side=thumbnails.LARGE)
        except PhotoRollError:
            continue
        names.append(str(file.relative_to(folder)))
        looks.append(descriptor.describe(np.asarray(thumbnails.halved(found.image))))
        sizes.append((found.width, found.height))
    return Described(
        names=names,
        looks=np.stack([one.descriptor for one in looks]),
        statistics=np.stack([one.statistics for one in looks]),
        sizes=np.array(sizes, dtype=float),
    )


_FORMATS = {".jpg": formats.JPEG, ".jpeg": formats.JPEG, ".png": formats.PNG}


def print_claims(name: str, photos: Described) -> None:
    """Count what is claimed of a folder's photos; in brackets, in folders that speak against it."""
    print(f"\n{name}: {len(photos.names)} photos; sure / fairly sure / please check")
    folders = np.array([Path(one).parent.name for one in photos.names])
    for theme, score in scores_of(photos).items():
        strange = ~np.isin(folders, list(EXPECTED.get(theme, ())))
        levels = [(score.certainty == degree) for degree in (3, 2, 1)]
        if any(level.any() for level in levels):
            cells = " / ".join(f"{level.sum()} ({(level & strange).sum()})" for level in levels)
            print(f"  {theme:14s} {cells if name == 'themes_imagenet' else plain(levels)}")


def plain(levels: Sequence[np.ndarray]) -> str:
    return " / ".join(str(int(level.sum())) for level in levels)


def compare(learnt: train_themes.Photos) -> None:
    """Learn again: the heads that ship must come out."""
    start = time.perf_counter()
    arrays = train_themes.learn(learnt, train_themes.drawn_pages())
    shipped = theme_data.load().heads
    checks: dict[str, Callable[[], float]] = {
        "weights": lambda: float(np.abs(arrays["weights"] - shipped.weights).max()),
        "bias": lambda: float(np.abs(arrays["bias"] - shipped.bias).max()),
        "looks_axes": lambda: float(np.abs(arrays["looks_axes"] - shipped.looks_axes).max()),
    }
    same = bool((arrays["sure_from"] == shipped.sure_from).all())
    for name, difference in checks.items():
        print(f"reproduced {name:10s} largest difference {difference():.2g}")
    print(f"reproduced thresholds equal: {same}; {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()

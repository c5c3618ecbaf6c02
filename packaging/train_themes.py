"""Learn the theme heads from free photos: ``resources/themes/heads.npz`` and ``CREDITS.csv``.

    PHOTOROLL_SAMPLES=FOLDER python packaging/train_themes.py [--out FOLDER]

Reads ``FOLDER/themes_free/labels.csv`` and learns from the training photos of tier A whose licence is
not ShareAlike, plus, for paper, from pages that this script draws itself. Each head is a logistic
regression on the 431-number descriptor; its C and thresholds come from five-fold cross-validation that
never splits a group of near duplicates, and its output is calibrated on the held-out folds (Platt 1999).
A head may be sure by itself only where its held-out figures say that nine of ten were right. Run it
again and the same heads come out.
"""

from __future__ import annotations

import argparse
import csv
import os
from dataclasses import dataclass
from pathlib import Path

import draw_pages
import numpy as np
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold

from photoroll.core.themes.model import HEADS_VERSION
from photoroll.imaging import decode, descriptor, formats, thumbnails

PAPER, DRAWN = "document_text", 180
"""The label that drawn pages get, and how many there are."""
HEADS = {
    "screenshot": "screenshot",
    "paper": PAPER,
    "sunset": "sunset_sunrise",
    "night": "night_lights",
    "greenery": "greenery_forest",
    "snow": "snow_winter",
    "beach": "beach_sea",
    "city": "city_streets",
    "flowers": "flowers",
    "food": "food_drink",
}
"""Head to label of ``themes_free``."""
WITH_PAGES = ("paper", "screenshot")
"""Heads that also learn from the drawn pages: as examples, and as what a screen is not."""
CS = (0.1, 0.3, 1.0, 3.0)
NEARLY = 0.01
FOLDS = 5
PRECISION, LOWER_BOUND, LOWEST_ODDS = 0.9, 0.87, np.log(9)
"""A head may be sure from a threshold of at least 9 to 1 above which 90 % were right on held-out photos,
and at least 87 % with 90 % confidence (Jeffreys interval)."""
AXES = 48
SEED = 11
CREDIT = ("repo", "source_path", "attribution_url", "licence")


@dataclass(frozen=True, kw_only=True)
class Photos:
    """Labelled photos, described."""

    rows: list[dict[str, str]]
    looks: np.ndarray
    """Shape (n, 431)."""
    statistics: np.ndarray
    """Shape (n, 29)."""

    def marks(self, label: str) -> tuple[np.ndarray, np.ndarray]:
        """Whether each photo has the label, and whether it is known either way."""
        has = np.array([label in row["labels"].split(";") for row in self.rows])
        unsure = np.array([label in row["unsure"].split(";") for row in self.rows])
        return has, has | ~unsure

    def joined(self, more: Photos) -> Photos:
        """These photos and more."""
        return Photos(
            rows=self.rows + more.rows,
            looks=np.concatenate((self.looks, more.looks)),
            statistics=np.concatenate((self.statistics, more.statistics)),
        )

    def where(self, keep: np.ndarray) -> Photos:
        """Some of the photos."""
        rows = [row for row, kept in zip(self.rows, keep, strict=True) if kept]
        return Photos(rows=rows, looks=self.looks[keep], statistics=self.statistics[keep])


@dataclass(frozen=True, kw_only=True)
class Head:
    """One learnt head and its held-out figures."""

    weight: np.ndarray
    bias: float
    sure_from: float
    c: float
    positives: int
    precision_area: float
    held_out: np.ndarray
    """Calibrated log-odds of the training photos, each from a model that did not see it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("resources/themes"))
    out: Path = parser.parse_args().out
    folder = Path(os.environ["PHOTOROLL_SAMPLES"]) / "themes_free"
    photos = load(folder, [row for row in labels(folder) if may_be_learnt(row)])
    arrays = learn(photos, drawn_pages())
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / "heads.npz", **arrays)
    write_credits(out / "CREDITS.csv", photos.rows)
    print(f"{len(photos.rows)} photos -> {out / 'heads.npz'} ({(out / 'heads.npz').stat().st_size} bytes)")


def labels(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def may_be_learnt(row: dict[str, str]) -> bool:
    """Training split, terms stated by the owner, no ShareAlike."""
    return row["split"] == "train" and row["tier"] == "A" and "-SA" not in row["licence"].upper()


def load(folder: Path, rows: list[dict[str, str]]) -> Photos:
    """Describe photos as indexing would."""
    found = [describe((folder / row["file"]).read_bytes()) for row in rows]
    return Photos(
        rows=rows,
        looks=np.stack([one.descriptor for one in found]),
        statistics=np.stack([one.statistics for one in found]),
    )


def describe(data: bytes) -> descriptor.Description:
    decoded = decode.decode(data, formats.JPEG, side=thumbnails.LARGE)
    return descriptor.describe(np.asarray(thumbnails.halved(decoded.image)))


def drawn_pages() -> Photos:
    """Pages of paper, each in a group of its own."""
    found = [describe(draw_pages.page(seed)) for seed in range(DRAWN)]
    rows = [{"labels": PAPER, "unsure": "", "group": f"page {seed}"} for seed in range(DRAWN)]
    return Photos(
        rows=rows,
        looks=np.stack([one.descriptor for one in found]),
        statistics=np.stack([one.statistics for one in found]),
    )


def learn(photos: Photos, pages: Photos) -> dict[str, np.ndarray]:
    """All that ships, as named arrays."""
    heads = {
        name: learn_head(photos.joined(pages) if name in WITH_PAGES else photos, label)
        for name, label in HEADS.items()
    }
    for name, head in heads.items():
        print(
            f"{name:11s} positives {head.positives:3d}  C {head.c:<4g} AP {head.precision_area:.2f}"
            f"  sure from {head.sure_from:.2f}"
        )
    mean = photos.looks.mean(axis=0)
    _, _, axes = np.linalg.svd(photos.looks - mean, full_matrices=False)
    axes = axes[:AXES] * np.sign(axes[:AXES][range(AXES), np.abs(axes[:AXES]).argmax(axis=1)])[:, None]
    return {
        "version": np.array([HEADS_VERSION, descriptor.VERSION]),
        "names": np.array(list(heads)),
        "weights": np.stack([head.weight for head in heads.values()]).astype(np.float32),
        "bias": np.array([head.bias for head in heads.values()]),
        "sure_from": np.array([head.sure_from for head in heads.values()]),
        "statistics": np.array(descriptor.STATISTICS),
        "looks_mean": mean.astype(np.float32),
        "looks_axes": axes.T.astype(np.float32),
    }


def learn_head(photos: Photos, label: str) -> Head:
    """Choose C, calibrate, and find from where the head may be sure."""
    has, known = photos.marks(label)
    x, y = photos.looks[known], has[known].astype(int)
    groups = np.array([row["group"] for row in photos.rows])[known]
    scores = {c: held_out(x, y, groups, c) for c in CS}
    areas = {c: float(average_precision_score(y, scores[c])) for c in CS}
    c = min(c for c in CS if areas[c] >= max(areas.values()) - NEARLY)  # the plainest that is as good
    slope, shift = platt(scores[c], y)
    model = fitted(x, y, c)
    calibrated = slope * scores[c] + shift
    everywhere = np.full(len(has), np.nan)
    everywhere[known] = calibrated
    return Head(
        weight=slope * model.coef_[0],
        bias=float(slope * model.intercept_[0] + shift),
        sure_from=sure_from(calibrated, y),
        c=c,
        positives=int(y.sum()),
        precision_area=areas[c],
        held_out=everywhere,
    )


def fitted(x: np.ndarray, y: np.ndarray, c: float) -> LogisticRegression:
    return LogisticRegression(C=c, class_weight="balanced", max_iter=2000, tol=1e-6).fit(x, y)


def held_out(x: np.ndarray, y: np.ndarray, groups: np.ndarray, c: float) -> np.ndarray:
    """Decision values, each from a model that saw neither the photo nor its near duplicates."""
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    scores = np.zeros(len(y))
    for seen, unseen in folds.split(x, y, groups):
        scores[unseen] = fitted(x[seen], y[seen], c).decision_function(x[unseen])
    return scores


def platt(scores: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and shift that turn scores into log-odds."""
    model = LogisticRegression(C=1e6, max_iter=1000, tol=1e-8).fit(scores[:, None], y)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def sure_from(log_odds: np.ndarray, y: np.ndarray) -> float:
    """The lowest threshold that the held-out figures support; infinite when none is."""
    order = np.argsort(-log_odds, kind="stable")
    hits = np.cumsum(y[order])
    taken = np.arange(1, len(y) + 1)
    lower = beta.ppf(0.1, hits + 0.5, taken - hits + 0.5)
    good = (hits / taken >= PRECISION) & (lower >= LOWER_BOUND) & (log_odds[order] >= LOWEST_ODDS)
    return float(log_odds[order][np.flatnonzero(good)[-1]]) if good.any() else np.inf


def write_credits(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, CREDIT, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["repo"], row["source_path"])))


if __name__ == "__main__":
    main()

"""How real people take photos: the measured quantiles of ``traces.toml`` and draws from them."""

from __future__ import annotations

import random
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import erf, exp, log, sqrt
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Quantiles:
    """A measured distribution: values at probabilities, both ascending, log-linear between them."""

    probabilities: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, probability: float) -> float:
        """Give the value below which that share of the measured ones lies."""
        right = min(max(bisect_right(self.probabilities, probability), 1), len(self.values) - 1)
        p0, p1 = self.probabilities[right - 1], self.probabilities[right]
        share = (probability - p0) / (p1 - p0)
        low, high = log(max(self.values[right - 1], 1e-9)), log(max(self.values[right], 1e-9))
        return exp(low + share * (high - low))

    def below(self, value: float) -> float:
        """Give the share of the measured values that are at most ``value``."""
        if value < self.values[0]:
            return 0.0
        right = bisect_right(self.values, value)
        if right >= len(self.values):
            return 1.0
        low, high = self.values[right - 1], self.values[right]
        share = log(value / low) / log(high / low) if low > 0 else 0.0
        p0, p1 = self.probabilities[right - 1], self.probabilities[right]
        return p0 + share * (p1 - p0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Everything that the traces tell."""

    gap_s: Quantiles
    """Pause to the next photo of the same outing, seconds."""
    stay_gap_s: Quantiles
    """The same where the place did not change."""
    move_gap_s: Quantiles
    """The same where it did."""
    move_km: Quantiles
    """How far that change of place went."""
    photos_per_outing: Quantiles
    outing_length_s: Quantiles
    """Outings of four photos and more."""
    move_share: float
    gap_correlation: float
    """Of the logarithms of successive pauses."""
    share_within_10_s: float
    first_hour: Quantiles
    """The day's first photo on a trip, hours after midnight."""


@cache
def habits() -> Habits:
    """Read the measured tables."""
    with (Path(__file__).resolve().parent / "traces.toml").open("rb") as file:
        data = tomllib.load(file)
    probabilities = tuple(data["probabilities"])
    city, trips = data["city"], data["trips"]

    def row(values: Sequence[float]) -> Quantiles:
        return Quantiles(probabilities, tuple(float(value) for value in values))

    return Habits(
        gap_s=row(city["gap_s"]),
        stay_gap_s=row(city["stay_gap_s"]),
        move_gap_s=row(city["move_gap_s"]),
        move_km=row(city["move_km"]),
        photos_per_outing=row(city["photos_per_outing"]),
        outing_length_s=row(city["outing_length_s"]),
        move_share=float(city["move_share"]),
        gap_correlation=float(city["gap_correlation"]),
        share_within_10_s=float(city["share_within_10_s"]),
        first_hour=row(trips["first_hour"]),
    )


class Rhythm:
    """Draws correlated probabilities, so that hurried pauses follow hurried ones as in the traces.

    A Gaussian copula of order one: each draw alone is uniform, the correlation is the measured one.
    """

    def __init__(self, rng: random.Random, correlation: float) -> None:
        self._rng = rng
        self._keep = correlation
        self._fresh = sqrt(1 - correlation * correlation)
        self._level = rng.gauss(0, 1)

    def draw(self) -> float:
        """Give the next probability, above 0 and below 1."""
        self._level = self._keep * self._level + self._fresh * self._rng.gauss(0, 1)
        return min(max(0.5 * (1 + erf(self._level / sqrt(2))), 1e-6), 1 - 1e-6)

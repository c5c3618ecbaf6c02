"""Names for positions: the place that a person would say, from a table of populated places."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from photoroll.core.geo import chord, chord_km, unit_vectors
from photoroll.core.models import PlaceName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from photoroll.core.eventrule import Floats, Ints

IN_KM = 40.0
"""A place names what lies within."""
DISTRICT_KM = 2.5
NEAR_KM = 150.0
"""Beyond this, and at sea, nothing is near."""
TIERS = ((0, 24), (5_000, 16), (50_000, 12), (500_000, 8))
"""Populations from which so many nearest places are looked at: towns outshine villages, cities suburbs."""


_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
"""Letters that Unicode does not take apart."""
_BETWEEN = str.maketrans({"-": " ", "/": " ", ",": " ", ".": None, "'": None, "’": None, "ʻ": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerTable:
    """R populated places in columns; numbers may be arrays or lists."""

    lat: ArrayLike
    """(R,) degrees."""
    lon: ArrayLike
    population: ArrayLike
    """(R,) inhabitants."""
    name: Sequence[str]
    """As the places are called in English or at home."""
    country: ArrayLike
    """(R,) numbers into ``countries``."""
    region: ArrayLike
    """(R,) numbers into ``regions``, -1 for none."""
    zone: ArrayLike
    """(R,) numbers into ``zones``."""
    countries: Sequence[str]
    """ISO 3166-1 alpha-2."""
    regions: Sequence[str]
    zones: Sequence[str]
    """IANA time zones."""
    country_names: Mapping[str, Sequence[str]]
    """For each language the countries' names in the order of ``countries``; ``en`` among them."""
    translations: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """For each language the rows with another name in it."""
    city: ArrayLike | None = None
    """(R,) row of the city that a place is a part of, -1 for places of their own: districts name no photo,
    they only say where in the city it is."""


class Gazetteer:
    """Populated places with their regions, countries, time zones and names in several languages.

    Search trees are made at the first question (about 0.1 s). Raises :exc:`ValueError` if the table's columns
    differ in length or English country names are missing.
    """

    def __init__(self, table: GazetteerTable) -> None:
        import numpy as np

        names, size = table.country_names, len(table.name)
        if "en" not in names or any(len(given) != len(table.countries) for given in names.values()):
            raise ValueError("country names must match the countries, and exist in English")
        self.lat, self.lon = np.asarray(table.lat, np.float64), np.asarray(table.lon, np.float64)
        parts = np.full(size, -1) if table.city is None else table.city
        numbers = (table.population, table.country, table.region, table.zone, parts)
        columns = [np.asarray(values, np.int64) for values in numbers]
        if {len(column) for column in (self.lat, self.lon, *columns)} != {size}:
            raise ValueError("all columns of a gazetteer must have one value for each place")
        self.population, self._country, self._region, self._zone, self._city = columns
        self._name, self._countries = table.name, table.countries
        self._regions, self._zones = table.regions, table.zones
        self._country_names, self._translations = names, table.translations

    @classmethod
    def from_arrays(cls, **columns: Any) -> Gazetteer:
        """Build a gazetteer from the columns of a :class:`GazetteerTable`."""
        return cls(GazetteerTable(**columns))

    def __len__(self) -> int:
        """Give the number of places."""
        return len(self._name)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which countries have names."""
        return tuple(sorted(self._country_names))

    def nearest(self, lat: ArrayLike, lon: ArrayLike, *, language: str = "en") -> list[PlaceName | None]:
        """Name N positions (degrees; NaN for none gives ``None``) in a language such as ``de`` or ``pt-BR``.

        The name is the place with the least distance / (population + 500)^0.25 within 40 km, among those in
        the country of most of the three nearest (if these lie about as near): a suburb does not beat its
        city, nor a village far off, and a border is not crossed for a bigger town. Beyond, it is near the
        nearest place, or remote.
        """
        import numpy as np

        row, km = self.nearest_rows(lat, lon)
        district = self._districts(np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64), row)
        made: dict[tuple[int, float, int], PlaceName] = {}
        result: list[PlaceName | None] = []
        for number, away, part in zip(row.tolist(), np.round(km, 1).tolist(), district.tolist(), strict=True):
            key = (number, away, part)
            if number >= 0 and key not in made:
                name = self.describe(number, language=language, distance_km=away)
                made[key] = replace(name, district=self._called(part, language)) if part >= 0 else name
            result.append(made.get(key))
        return result

    def nearest_rows(self, lat: ArrayLike, lon: ArrayLike) -> tuple[Ints, Floats]:
        """Give the row that names each of N positions, -1 for none, and its distance in km.

        The row is a city number good for ``trips.find_trips`` and ``inherited.inherit_positions``.
        """
        import numpy as np

        lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
        row, km = np.full(len(lat), -1, dtype=np.int64), np.full(len(lat), np.nan)
        located = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
        if len(located) == 0 or len(self) == 0:
            return row, km
        keys = np.stack([np.rint(lat[located] * 1000), np.rint(lon[located] * 1000)], axis=1)
        cells, inverse = np.unique(keys.astype(np.int64), axis=0, return_inverse=True)
        rows, distances = self._search(cells[:, 0] / 1000.0, cells[:, 1] / 1000.0)
        row[located], km[located] = rows[inverse.ravel()], distances[inverse.ravel()]
        return row, km

    def position(self, row: int) -> tuple[float, float]:
        """Give the middle of a place: latitude and longitude in degrees."""
        return float(self.lat[row]), float(self.lon[row])

    def describe(self, row: int, *, language: str = "en", distance_km: float = 0.0) -> PlaceName:
        """Give a row as a name, seen from ``distance_km`` away."""
        relation = "in" if distance_km <= IN_KM else "near" if distance_km <= NEAR_KM else "remote"
        country = int(self._country[row])
        names = self._country_names.get(_spoken(language), self._country_names["en"])
        region = int(self._region[row])
        return PlaceName(
            name=self._called(row, language),
            region=self._regions[region] if region >= 0 else "",
            country=names[country] or self._country_names["en"][country],
            country_code=self._countries[country],
            timezone=self._zones[int(self._zone[row])],
            distance_km=distance_km,
            relation=relation,
        )

    def names_of(self, row: int) -> tuple[str, ...]:
        """Give all names of a place in the languages that ship, its usual one first, each once."""
        names = (self._translations[language].get(row, "") for language in sorted(self._translations))
        return tuple(dict.fromkeys(name for name in (self._name[row], *names) if name))

    def find(self, text: str) -> tuple[int, ...]:
        """Find the places called ``text`` in any language, the one with most inhabitants first.

        Case, accents and hyphens do not matter ("cologne", "KÖLN", "Koln"); the name must be whole. The index
        is made at the first question (about half a second).
        """
        key = plain_name(text)
        return self._by_name.get(key, ()) if key else ()

    @cached_property
    def _by_name(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for row, name in enumerate(self._name):
            found.setdefault(plain_name(name), set()).add(row)
        for language in self._translations:
            for row, name in self._translations[language].items():
                found.setdefault(plain_name(name), set()).add(row)
        return {
            key: tuple(sorted(rows, key=lambda row: (-self.population[row], row)))
            for key, rows in found.items()
        }

    def _called(self, row: int, language: str) -> str:
        return self._translations.get(_spoken(language), {}).get(row, self._name[row])

    def _districts(self, lat: Floats, lon: Floats, city: Ints) -> Ints:
        """Give for each position the nearest district of its city, at most 2.5 km away, else -1."""
        import numpy as np
        from scipy.spatial import cKDTree

        result = np.full(len(lat), -1, dtype=np.int64)
        rows = np.flatnonzero(np.isin(self._city, city[city >= 0]) & (self._city >= 0))
        located = np.flatnonzero(city >= 0)
        if len(rows) == 0 or len(located) == 0:
            return result
        tree = cKDTree(unit_vectors(self.lat[rows], self.lon[rows]))
        points = unit_vectors(lat[located], lon[located])
        length, found = tree.query(points, distance_upper_bound=chord(DISTRICT_KM))
        near = np.isfinite(length)
        district = rows[np.where(near, found, 0)]
        near &= self._city[district] == city[located]
        result[located[near]] = district[near]
        return result

    @cached_property
    def _trees(self) -> list[tuple[Any, Ints, int]]:
        """A k-d tree for each tier, with the rows in it and how many of its nearest to look at."""
        import numpy as np
        from scipy.spatial import cKDTree

        points, trees = unit_vectors(self.lat, self.lon), []
        for least, count in TIERS:
            rows = np.flatnonzero((self.population >= least) & (self._city < 0))
            if len(rows):
                trees.append((cKDTree(points[rows]), rows, min(count, len(rows))))
        return trees

    def _search(self, lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
        """Find the naming row of each point and its distance in km."""
        import numpy as np

        points = unit_vectors(lat, lon)
        tree, rows, count = self._trees[0]
        lengths, found = tree.query(points, k=min(3, count))
        nearest = rows[found.reshape(len(points), -1)]
        nearest_km = chord_km(lengths.reshape(len(points), -1))
        majority = _majority(self._country[nearest], nearest_km)
        best, best_km = nearest[:, 0].copy(), nearest_km[:, 0].copy()
        best_score = np.full(len(points), np.inf)
        for tree, rows, count in self._trees:
            lengths, found = tree.query(points, k=count, distance_upper_bound=chord(IN_KM))
            lengths, found = lengths.reshape(len(points), -1), found.reshape(len(points), -1)
            here = np.isfinite(lengths)
            candidates = rows[np.where(here, found, 0)]
            km = np.where(here, chord_km(np.where(here, lengths, 0.0)), np.inf)
            score = km / (self.population[candidates] + 500.0) ** 0.25
            score[self._country[candidates] != majority[:, None]] = np.inf
            column, at = np.argmin(score, axis=1), np.arange(len(points))
            better = score[at, column] < best_score
            best[better], best_km[better] = candidates[at, column][better], km[at, column][better]
            best_score[better] = score[at, column][better]
        return best, best_km


def _majority(countries: NDArray[np.int64], km: Floats) -> Ints:
    """Give the country of most of each point's three nearest places; the nearest's where they lie far off."""
    import numpy as np

    first = countries[:, 0]
    if countries.shape[1] < 3:
        return first
    outvoted = (countries[:, 1] == countries[:, 2]) & (countries[:, 1] != first)
    return np.where(outvoted & (km[:, 2] <= 2 * km[:, 0] + 2.0), countries[:, 1], first)


def plain_name(text: str) -> str:
    """Reduce a name to what people type: without case, accents, dots, and signs between its words."""
    if text.isascii():
        bare = text.casefold()
    else:
        split = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
        bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    return " ".join(bare.translate(_BETWEEN).split())


def _spoken(language: str) -> str:
    """Give the language of a tag such as ``pt-BR`` or ``zh_TW.UTF-8``; Norwegian is Bokmål here."""
    first = language.replace("_", "-").split("-")[0].lower()
    return {"no": "nb", "nn": "nb"}.get(first, first)

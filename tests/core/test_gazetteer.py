from __future__ import annotations

import time

import numpy as np
import pytest

from photoroll.core.gazetteer import Gazetteer
from photoroll.errors import PhotoRollError
from photoroll.services.gazetteer_data import load

KM = 1 / 111.195


def small(**more: object) -> Gazetteer:
    """A city with a suburb, a village 35 km off, a town across the border."""
    columns: dict[str, object] = {
        "lat": [48.0, 48.0 + 9 * KM, 48.0 + 35 * KM, 48.0 - 16 * KM, 48.0 - 17 * KM, 48.0 - 18 * KM],
        "lon": [11.0] * 6,
        "population": [900_000, 20_000, 1_500, 400_000, 5_000, 5_000],
        "name": ["City", "Suburb", "Village", "Over", "Otherby", "Othertown"],
        "country": [0, 0, 0, 1, 1, 1],
        "region": [0, 0, -1, 1, 1, 1],
        "zone": [0] * 6,
        "countries": ["DE", "AT"],
        "regions": ["North", "South"],
        "zones": ["Europe/Berlin"],
        "country_names": {"en": ["Germany", "Austria"], "de": ["Deutschland", "Österreich"]},
        "translations": {"de": {0: "Stadt"}},
    }
    return Gazetteer.from_arrays(**(columns | more))


def name_at(table: Gazetteer, km_north: float, language: str = "en"):
    (name,) = table.nearest([48.0 + km_north * KM], [11.0], language=language)
    return name


def test_a_suburb_does_not_beat_its_city_nor_a_village_far_off():
    table = small()
    assert name_at(table, 2.0).name == "City"
    assert name_at(table, 5.0).name == "City"
    assert name_at(table, 8.9).name == "Suburb"
    assert name_at(table, 34.0).name == "Village"


def test_a_border_is_not_crossed_for_a_bigger_town():
    table = small(population=[900, 20_000, 1_500, 4_000_000, 5_000, 5_000])
    assert name_at(table, -3.0).country_code == "DE"
    assert name_at(table, -15.0).country_code == "AT"


def test_far_is_near_and_further_is_remote():
    table = small()
    assert (name_at(table, 90.0).name, name_at(table, 90.0).relation) == ("Village", "near")
    assert name_at(table, 90.0).distance_km == pytest.approx(55.0, abs=0.1)
    assert name_at(table, 250.0).relation == "remote"
    assert table.nearest([float("nan")], [11.0]) == [None]
    assert small().nearest([], []) == []


def test_names_in_the_users_language():
    table = small()
    name = name_at(table, 1.0, "de_DE.UTF-8")
    assert (name.name, name.country, name.region, name.timezone) == (
        "Stadt",
        "Deutschland",
        "North",
        "Europe/Berlin",
    )
    assert name_at(table, -16.1, "de").name == "Over"
    assert name_at(table, 1.0, "eo").country == "Germany"
    assert table.languages == ("de", "en")


def test_a_district_says_where_in_the_city():
    table = small(city=[-1, 0, -1, -1, -1, -1])
    name = name_at(table, 8.9)
    assert (name.name, name.district) == ("City", "Suburb")
    assert name_at(table, 2.0).district == ""


def test_a_typed_name_finds_its_places_in_any_language():
    table = small(name=["City", "São-Tomé", "Village", "City", "L'Aquila", "Łódź"])
    assert table.find("CITY") == (0, 3)
    assert table.find("stadt") == (0,)
    assert table.find(" sao tome ") == table.find("São-Tomé") == (1,)
    assert table.find("laquila") == (4,)
    assert table.find("lodz") == (5,)
    assert table.find("cit") == table.find("") == table.find("-") == ()
    assert table.names_of(0) == ("City", "Stadt")
    assert table.names_of(2) == ("Village",)


def test_columns_must_match():
    with pytest.raises(ValueError, match="one value for each place"):
        small(lat=[1.0])
    with pytest.raises(ValueError, match="country names"):
        small(country_names={"de": ["Deutschland", "Österreich"]})


@pytest.fixture(scope="module")
def world() -> Gazetteer:
    return load()


@pytest.mark.parametrize(
    ("lat", "lon", "language", "name", "country"),
    [
        (38.713, -9.13, "en", "Lisbon", "Portugal"),
        (38.713, -9.13, "de", "Lissabon", "Portugal"),
        (38.713, -9.13, "fr", "Lisbonne", "Portugal"),
        (48.14, 11.57, "de", "München", "Deutschland"),
        (43.77, 11.25, "de", "Florenz", "Italien"),
        (43.77, 11.25, "es", "Florencia", "Italia"),
        (50.94, 6.95, "en", "Cologne", "Germany"),
        (50.94, 6.95, "de", "Köln", "Deutschland"),
        (47.05, 8.31, "en", "Lucerne", "Switzerland"),
        (37.39, -5.99, "en", "Seville", "Spain"),
        (37.39, -5.99, "es", "Sevilla", "España"),
        (50.94, 6.95, "zh", "科隆", "德国"),
        (35.68, 139.7, "ja", "東京", "日本"),
        (40.75, -73.98, "de", "New York", "Vereinigte Staaten"),
        (-33.87, 151.21, "en", "Sydney", "Australia"),
        (49.611, 6.13, "pt", "Luxemburgo", "Luxemburgo"),
        (64.13, -21.9, "nl", "Reykjavík", "IJsland"),
        (-18.14, 178.44, "en", "Suva", "Fiji"),
    ],
)
def test_the_shipped_table_names_the_world(world, lat, lon, language, name, country):
    (found,) = world.nearest([lat], [lon], language=language)
    assert (found.name, found.country) == (name, country)


def test_the_shipped_table_knows_seas_zones_and_districts(world):
    sea, alfama, berlin = world.nearest([30.0, 38.7118, 52.52], [-40.0, -9.1296, 13.40])
    assert sea.relation == "remote"
    assert (alfama.name, alfama.district, alfama.region) == ("Lisbon", "Alfama", "Lisbon")
    assert berlin.timezone == "Europe/Berlin"
    assert len(world) > 140_000
    assert {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "ja", "zh"} <= set(world.languages)


def test_the_shipped_table_is_found_by_what_people_type(world):
    for typed in ("COLOGNE", "koln", "Köln", "科隆"):
        assert world.describe(world.find(typed)[0]).country_code == "DE", typed
        assert {"Köln", "Cologne"} <= set(world.names_of(world.find(typed)[0]))
    assert world.describe(world.find("mailand")[0]).name == "Milan"
    assert world.find("No Such Town At All") == ()
    begin = time.process_time()
    for _ in range(1000):
        world.find("Reykjavik")
    assert time.process_time() - begin < 0.5  # 0.01 s on a calm machine


def test_a_whole_library_is_named_in_no_time(world):
    world.nearest([0.1], [0.1])  # builds the search trees
    rng = np.random.default_rng(1)
    lat = np.repeat(48 + rng.normal(0, 1, 2000), 50)
    lon = np.repeat(11 + rng.normal(0, 1, 2000), 50)
    begin = time.process_time()
    names = world.nearest(lat, lon)
    assert time.process_time() - begin < 2.0  # 0.2 s on a calm machine
    assert len(names) == 100_000
    assert None not in names


def test_a_damaged_table_is_told_in_a_sentence(tmp_path):
    broken = tmp_path / "places.npz"
    broken.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(PhotoRollError, match="place names is damaged"):
        load(broken)
    with pytest.raises(PhotoRollError, match="place names is damaged"):
        load(tmp_path / "missing.npz")


@pytest.mark.samples
def test_countries_of_real_photos(world, samples):
    import csv

    codes = {"Deutschland": "DE", "Danmark": "DK", "Sverige": "SE", "United Kingdom": "GB"}
    path = samples / "restricted" / "collection_iphone_places.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["latitude"] not in ("", "nan")]
    names = world.nearest([float(row["latitude"]) for row in rows], [float(row["longitude"]) for row in rows])
    assert len(rows) > 60
    assert [name.country_code for name in names] == [codes[row["country"]] for row in rows]

"""Cities of the world that demo lives are set in: coordinates to about a kilometre, IANA zones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt

from photoroll.core.models import GeoPoint

EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class City:
    """A city that people live in or travel to; ``kind`` says what is photographed there."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    point: GeoPoint
    zone: str
    kind: str
    """``coast``, ``mountain`` or ``city``."""


@dataclass(frozen=True, slots=True)
class HomeTown:
    """A city that people may live in, with towns 30 to 110 km away for a day out."""

    city: City
    towns: tuple[tuple[str, GeoPoint], ...]


def distance_km(a: GeoPoint, b: GeoPoint) -> float:
    """Give the great-circle distance in kilometres (haversine formula)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def moved(point: GeoPoint, *, east_km: float, north_km: float) -> GeoPoint:
    """Give the point some kilometres away (flat approximation, fine to a few hundred kilometres)."""
    lat = max(-85.0, min(85.0, point.lat + north_km / 111.195))
    lon = point.lon + east_km / (111.195 * max(0.05, cos(radians(point.lat))))
    return GeoPoint(lat, (lon + 180) % 360 - 180)


_CITIES = """
Vienna AT 48.208 16.373 Europe/Vienna city | Salzburg AT 47.800 13.045 Europe/Vienna mountain
Innsbruck AT 47.269 11.404 Europe/Vienna mountain | Munich DE 48.137 11.575 Europe/Berlin city
Berlin DE 52.520 13.405 Europe/Berlin city | Hamburg DE 53.551 9.994 Europe/Berlin coast
Cologne DE 50.938 6.957 Europe/Berlin city | Dresden DE 51.050 13.738 Europe/Berlin city
Zermatt CH 46.020 7.749 Europe/Zurich mountain | Zurich CH 47.377 8.541 Europe/Zurich city
Lucerne CH 47.050 8.305 Europe/Zurich mountain | Paris FR 48.857 2.352 Europe/Paris city
Lyon FR 45.764 4.836 Europe/Paris city | Nice FR 43.704 7.262 Europe/Paris coast
Chamonix FR 45.924 6.870 Europe/Paris mountain | Biarritz FR 43.483 -1.559 Europe/Paris coast
London GB 51.507 -0.128 Europe/London city | Edinburgh GB 55.953 -3.188 Europe/London city
Brighton GB 50.822 -0.137 Europe/London coast | Dublin IE 53.350 -6.260 Europe/Dublin coast
Amsterdam NL 52.374 4.890 Europe/Amsterdam city | Brussels BE 50.850 4.352 Europe/Brussels city
Copenhagen DK 55.676 12.568 Europe/Copenhagen coast | Stockholm SE 59.329 18.069 Europe/Stockholm coast
Oslo NO 59.913 10.752 Europe/Oslo coast | Bergen NO 60.393 5.324 Europe/Oslo mountain
Helsinki FI 60.170 24.938 Europe/Helsinki coast | Reykjavik IS 64.147 -21.943 Atlantic/Reykjavik mountain
Prague CZ 50.075 14.438 Europe/Prague city | Budapest HU 47.498 19.040 Europe/Budapest city
Krakow PL 50.062 19.937 Europe/Warsaw city | Ljubljana SI 46.057 14.506 Europe/Ljubljana mountain
Dubrovnik HR 42.650 18.094 Europe/Zagreb coast | Split HR 43.508 16.440 Europe/Zagreb coast
Rome IT 41.903 12.496 Europe/Rome city | Venice IT 45.438 12.336 Europe/Rome coast
Florence IT 43.770 11.256 Europe/Rome city | Naples IT 40.852 14.268 Europe/Rome coast
Palermo IT 38.116 13.362 Europe/Rome coast | Bolzano IT 46.498 11.355 Europe/Rome mountain
Barcelona ES 41.387 2.168 Europe/Madrid coast | Madrid ES 40.417 -3.704 Europe/Madrid city
Seville ES 37.389 -5.984 Europe/Madrid city | Palma ES 39.570 2.650 Europe/Madrid coast
Lisbon PT 38.722 -9.139 Europe/Lisbon coast | Porto PT 41.158 -8.629 Europe/Lisbon coast
Funchal PT 32.667 -16.924 Atlantic/Madeira coast | Athens GR 37.984 23.728 Europe/Athens city
Chania GR 35.514 24.018 Europe/Athens coast | Istanbul TR 41.008 28.978 Europe/Istanbul city
Marrakesh MA 31.630 -7.981 Africa/Casablanca city | Cairo EG 30.044 31.236 Africa/Cairo city
New_York US 40.713 -74.006 America/New_York city | San_Francisco US 37.775 -122.419 America/Los_Angeles coast
Denver US 39.739 -104.990 America/Denver mountain | Chicago US 41.878 -87.630 America/Chicago city
Vancouver CA 49.283 -123.121 America/Vancouver coast | Toronto CA 43.653 -79.383 America/Toronto city
Rio_de_Janeiro BR -22.907 -43.173 America/Sao_Paulo coast
Buenos_Aires AR -34.604 -58.382 America/Argentina/Buenos_Aires city
Cape_Town ZA -33.925 18.424 Africa/Johannesburg coast | Tokyo JP 35.676 139.650 Asia/Tokyo city
Kyoto JP 35.012 135.768 Asia/Tokyo city | Bangkok TH 13.756 100.502 Asia/Bangkok city
Singapore SG 1.352 103.820 Asia/Singapore city | Kathmandu NP 27.717 85.324 Asia/Kathmandu mountain
Sydney AU -33.869 151.209 Australia/Sydney coast | Adelaide AU -34.929 138.601 Australia/Adelaide coast
Queenstown NZ -45.031 168.663 Pacific/Auckland mountain | Auckland NZ -36.848 174.763 Pacific/Auckland coast
"""

_TOWNS = """
Vienna: Wiener Neustadt 47.813 16.243; Krems 48.410 15.600; Neusiedl 47.949 16.843
Munich: Garmisch 47.492 11.096; Murnau 47.680 11.201; Landsberg 48.048 10.876
Berlin: Potsdam-Werder 52.379 12.935; Lübbenau 51.866 13.967; Neuruppin 52.924 12.803
Hamburg: Lübeck 53.866 10.687; Stade 53.599 9.475; Lüneburg 53.248 10.408
Cologne: Aachen 50.776 6.084; Monschau 50.555 6.241; Bad Neuenahr 50.545 7.113
Zurich: Schaffhausen 47.697 8.635; Stein am Rhein 47.660 8.859; Lucerne lake 47.003 8.437
Paris: Chartres 48.446 1.489; Fontainebleau 48.404 2.702; Giverny 49.076 1.533
Lyon: Annecy 45.899 6.129; Tournus 46.564 4.909; Perouges 45.903 5.179
London: Cambridge 52.205 0.119; Windsor 51.484 -0.604; Whitstable 51.361 1.026
Amsterdam: Utrecht 52.091 5.122; Delft 52.012 4.357; Hoorn 52.642 5.060
Copenhagen: Helsingor 56.036 12.614; Roskilde 55.642 12.080; Lund 55.704 13.193
Prague: Kutna Hora 49.948 15.268; Tabor 49.414 14.658; Melnik 50.351 14.474
Madrid: Toledo 39.863 -4.027; Segovia 40.943 -4.109; Aranjuez 40.031 -3.603
Lisbon: Sintra-Ericeira 38.963 -9.417; Setubal 38.524 -8.893; Obidos 39.362 -9.157
Toronto: Niagara 43.083 -79.074; Hamilton 43.256 -79.871; Barrie 44.389 -79.690
Chicago: Naperville-Aurora 41.761 -88.320; Michigan City 41.708 -86.895; Geneva Lake 42.592 -88.433
"""


@cache
def cities() -> tuple[City, ...]:
    """Give all cities, in a fixed order."""
    found = []
    for entry in _CITIES.replace("\n", "|").split("|"):
        if entry.strip():
            name, country, lat, lon, zone, kind = entry.split()
            point = GeoPoint(float(lat), float(lon))
            found.append(City(name.replace("_", " "), country, point, zone, kind))
    return tuple(found)


@cache
def home_towns() -> tuple[HomeTown, ...]:
    """Give the cities that people may live in, in a fixed order."""
    by_name = {city.name: city for city in cities()}
    return tuple(_home_town(by_name, line) for line in _TOWNS.strip().splitlines())


def _home_town(by_name: dict[str, City], line: str) -> HomeTown:
    name, _, rest = line.partition(": ")
    towns = []
    for town in rest.split("; "):
        label, lat, lon = town.rsplit(" ", 2)
        towns.append((label, GeoPoint(float(lat), float(lon))))
    return HomeTown(by_name[name], tuple(towns))

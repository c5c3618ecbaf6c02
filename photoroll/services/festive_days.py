"""Festive days by country, offline: which days a title may call Christmas or Easter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

# What a public holiday's English name contains → (our name, days before it, days after it). The windows are
# those in which people photograph the feast, not the days off.
_WINDOWS: tuple[tuple[str, str, int, int], ...] = (
    ("christmas day", "Christmas", 2, 2),
    ("new year's day", "New Year", 1, 0),
    ("good friday", "Easter", 0, 3),
    ("easter sunday", "Easter", 2, 1),
    ("easter monday", "Easter", 3, 0),
    ("thanksgiving", "Thanksgiving", 0, 3),
    ("diwali", "Diwali", 1, 1),
    ("deepavali", "Diwali", 1, 1),
    ("eid al-fitr", "Eid al-Fitr", 1, 1),
    ("eid al-adha", "Eid al-Adha", 1, 1),
    ("chinese new year", "Lunar New Year", 1, 1),
    ("lunar new year", "Lunar New Year", 1, 1),
    ("midsummer", "Midsummer", 0, 1),
    ("carnival", "Carnival", 1, 1),
)


def festive_days(countries: Iterable[str], years: Iterable[int]) -> dict[date, str]:
    """Give the days of festive windows in these countries (ISO 3166-1 alpha-2) and years.

    Countries that the calendar does not know give nothing; of two feasts on one day the first country's wins.
    """
    import warnings

    import holidays

    wanted = sorted(set(years))
    named: dict[date, str] = {}
    for country in countries:
        known = holidays.list_supported_countries(include_aliases=False)
        if country not in known or not wanted:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some calendars begin late and say so for early years
            calendar = holidays.country_holidays(country, years=wanted, language=_english(country))
        for day, name in sorted(calendar.items()):
            for feast_day, feast in _window(day, name):
                named.setdefault(feast_day, feast)
    return named


def _english(country: str) -> str | None:
    import holidays

    languages = holidays.list_localized_countries(include_aliases=False).get(country, [])
    return next((language for language in ("en_US", "en_GB", "en") if language in languages), None)


def _window(day: date, name: str) -> Iterable[tuple[date, str]]:
    lower = name.lower()
    for words, feast, before, after in _WINDOWS:
        if words in lower and "observed" not in lower and "second day" not in lower:
            for step in range(-before, after + 1):
                yield day + timedelta(days=step), feast

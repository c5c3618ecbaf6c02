"""Feasts are known offline, by country."""

from datetime import date

from photoroll.services.festive_days import festive_days


def test_christmas_has_a_window_and_easter_moves() -> None:
    days = festive_days(["DE"], [2023, 2024])
    assert [day for day, name in sorted(days.items()) if name == "Christmas" and day.year == 2023] == [
        date(2023, 12, 23 + step) for step in range(5)
    ]
    assert days[date(2023, 4, 9)] == days[date(2024, 3, 31)] == "Easter"
    assert days[date(2023, 12, 31)] == days[date(2024, 1, 1)] == "New Year"


def test_feasts_belong_to_their_country() -> None:
    assert festive_days(["US"], [2024])[date(2024, 11, 28)] == "Thanksgiving"
    assert "Thanksgiving" not in festive_days(["DE"], [2024]).values()


def test_an_unknown_country_has_none() -> None:
    assert festive_days(["XX", ""], [2024]) == {}
    assert festive_days(["DE"], []) == {}

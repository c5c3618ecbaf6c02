"""Reads dates from the names of files and folders: camera, phone and messenger habits, and people's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from photoroll.core.models import DateSource
from photoroll.core.readings import DateCandidate

_YEAR = r"(?P<year>1[89]\d\d|20\d\d)"
_DAY = _YEAR + r"(?P<mark>[-_.:]?)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d|3[01])"
_BETWEEN = r"(?:\s+(?:at|um|à|alle|om|kl\.?)\s+|[\sT_-]|\.|,\s*)+"
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])(?P<sep>[-_.:h]?)(?P<minute>[0-5]\d)(?:(?P=sep)|m)(?P<second>[0-5]\d)"
    r"(?:s|[-_.,]?(?P<part>\d{3}))?(?:\s?(?P<half>[AP]M))?"
)
_EDGE, _END = r"(?<![0-9])", r"(?![0-9])"

_MOMENT = re.compile(_EDGE + _DAY + _BETWEEN + _CLOCK + _END, re.IGNORECASE)
_SOLID = re.compile(_EDGE + r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?" + _END)
_EPOCH_MS = re.compile(r"^(?:FB_IMG_|mmexport|wx_camera_|IMG-)(1\d{12})" + _END, re.IGNORECASE)
_DAY_ONLY = re.compile(_EDGE + _DAY + _END)
_DOTTED = re.compile(_EDGE + r"(?P<day>0[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])\." + _YEAR + _END)
_MONTH_START = re.compile("^" + _YEAR + r"[-_.](?P<month>0[1-9]|1[0-2])(?![0-9]|[-_.]\d)")
_DECADE = re.compile(r"(?:^|[\s_(-])(1[89]\d|20\d)0(?:s|er)(?![a-z])", re.IGNORECASE)
_YEAR_EDGE = re.compile(rf"^{_YEAR}(?![0-9a-z])|(?<![0-9a-z]){_YEAR.replace('year', 'last')}$", re.IGNORECASE)
_SHORT_DAY = re.compile(r"^(?P<month>0[1-9]|1[0-2])[-_.](?P<day>0[1-9]|[12]\d|3[01])(?![0-9])")
_NUMBER = re.compile(r"^(?P<number>\d{1,2})(?![0-9])")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_WORD = re.compile(
    r"(?<![a-z])(" + "|".join(f"{name}|{name[:3]}" for name in _MONTHS) + r")(?![a-z])", re.IGNORECASE
)
_RANGE = re.compile(
    r"\d\s*(?:-{1,2}|–|\.\.|_|to|bis)\s*(?:(?:1[89]|20)\d\d[-_.])?(?:\d\d[-_.])?\d\d(?![0-9])"
)


def from_filename(name: str) -> DateCandidate | None:
    """Give the date that a file's name tells, if it does: to the millisecond, second, day or month.

    Google's Pixel names (``PXL_``) and the epoch in Facebook's and WeChat's are in UTC, all others local.
    """
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    readers: tuple[tuple[str, Callable[[str], DateCandidate | None]], ...] = (
        ("epoch", _epoch),
        ("moment", _moment),
        ("solid", _solid),
        ("day", _day),
        ("month", _month_start),
    )
    for _, reader in readers:
        found = reader(stem)
        if found is not None:
            return found
    return None


def from_folders(parts: Sequence[str]) -> DateCandidate | None:
    """Give the finest date that the folders tell; ``parts`` run from the user's folder down to the photo's.

    The deepest folder with a year decides: ``2019/2019-07 Lisbon`` is July 2019. Folders below one with a
    bare year may add month and day: ``2019/07/14``, ``2019/July``, ``2019/07-14 Picnic``.
    """
    for depth in range(len(parts) - 1, -1, -1):
        found = _folder(parts[depth])
        if found is None:
            continue
        if len(found) == 4:
            found = _refined(found, parts[depth + 1 :])
        return DateCandidate(source=DateSource.FOLDER, field=_field(found), text=found)
    return None


def _field(text: str) -> str:
    return {4: "year", 5: "decade", 7: "month"}.get(len(text), "day")


def _folder(name: str) -> str | None:
    """Give ``2019-07-14``, ``2019-07``, ``2019`` or ``1950s``."""
    name = name.strip()
    day = _DAY_ONLY.search(name) or _DOTTED.search(name)
    if day:
        whole = f"{day['year']}-{day['month']}-{day['day']}"
        return whole[:7] if _RANGE.match(name, day.end() - 1) else whole
    if month := _MONTH_START.match(name):
        return f"{month['year']}-{month['month']}"
    if decade := _DECADE.search(name):
        return f"{decade[1]}0s"
    if year := _YEAR_EDGE.search(name):
        known: str = year["year"] or year["last"]
        word = _MONTH_WORD.search(name)
        return f"{known}-{_month_number(word[1]):02}" if word else known
    return None


def _refined(year: str, below: Sequence[str]) -> str:
    """Add month and day from the folders below a bare year."""
    if not below:
        return year
    if short := _SHORT_DAY.match(below[0]):
        return f"{year}-{short['month']}-{short['day']}"
    word, number = _MONTH_WORD.match(below[0]), _NUMBER.match(below[0])
    month = _month_number(word[1]) if word else int(number["number"]) if number else 0
    if not 1 <= month <= 12:
        return year
    day = _NUMBER.match(below[1]) if len(below) > 1 else None
    if day and 1 <= int(day["number"]) <= 31:
        return f"{year}-{month:02}-{int(day['number']):02}"
    return f"{year}-{month:02}"


def _month_number(word: str) -> int:
    return next(at for at, name in enumerate(_MONTHS, 1) if name[:3] == word[:3].lower())


def _candidate(field: str, text: str, *, utc: bool = False) -> DateCandidate:
    return DateCandidate(source=DateSource.FILENAME, field=field, text=text, offset="Z" if utc else "")


def _epoch(stem: str) -> DateCandidate | None:
    found = _EPOCH_MS.match(stem)
    if found is None:
        return None
    moment = datetime(1970, 1, 1) + timedelta(milliseconds=int(found[1]))
    return _candidate("epoch", moment.isoformat(timespec="milliseconds"), utc=True)


def _moment(stem: str) -> DateCandidate | None:
    for found in _MOMENT.finditer(stem):
        hour = int(found["hour"])
        if found["half"]:
            if not 1 <= hour <= 12:
                continue
            hour = hour % 12 + (12 if found["half"].upper() == "PM" else 0)
        text = _written(found, hour)
        if _exists(text):
            return _candidate("moment", text, utc=stem.upper().startswith("PXL_"))
    return None


def _written(found: re.Match[str], hour: int) -> str:
    day = f"{found['year']}-{found['month']}-{found['day']}"
    part = f".{found['part']}" if found["part"] else ""
    return f"{day}T{hour:02}:{found['minute']}:{found['second']}{part}"


def _solid(stem: str) -> DateCandidate | None:
    """14 or 17 digits in a row."""
    for found in _SOLID.finditer(stem):
        year, month, day, hour, minute, second, part = found.groups()
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second}" + (f".{part}" if part else "")
        if 1990 <= int(year) <= 2099 and _exists(text):
            return _candidate("moment", text)
    return None


def _day(stem: str) -> DateCandidate | None:
    for pattern in (_DAY_ONLY, _DOTTED):
        for found in pattern.finditer(stem):
            text = f"{found['year']}-{found['month']}-{found['day']}"
            if _exists(text):
                return _candidate("day", text)
    return None


def _month_start(stem: str) -> DateCandidate | None:
    found = _MONTH_START.match(stem)
    return None if found is None else _candidate("month", f"{found['year']}-{found['month']}")


def _exists(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True

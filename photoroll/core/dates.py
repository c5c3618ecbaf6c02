"""Judges what a file, its name and its folders say about its date: parse, refuse the impossible, choose.

Order of trust: the camera's own moment (EXIF ``DateTimeOriginal``, then ``DateTimeDigitized``), satellite
time, XMP, Takeout, the file's name, its folders, EXIF ``DateTime`` (programs change it when they save), and
last the file's time of change, which copying often resets: the services treat ``DateSource.MTIME`` as a weak
guess whatever its precision. A coarse date is made finer by a later, finer one that lies within it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from photoroll.core.date_names import from_filename, from_folders
from photoroll.core.models import NO_DATE, DateSource, Precision, TakenAt
from photoroll.core.readings import DateCandidate

__all__ = ["from_filename", "from_folders", "from_mtime", "judge", "offset_between", "parse", "parse_offset"]

OLDEST_YEAR = 1826
"""The oldest surviving photograph."""
_MODIFIED = "DateTime"
"""The EXIF tag that programs rewrite."""
_TRUST = (
    DateSource.USER,
    DateSource.EXIF,
    DateSource.GPS,
    DateSource.XMP,
    DateSource.TAKEOUT,
    DateSource.FILENAME,
    DateSource.FOLDER,
    DateSource.MTIME,
)
_FINENESS = (Precision.SECOND, Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.DECADE)
_MAX_OFFSET_MIN = 14 * 60
_STALE_S = 150
"""A satellite time further than this from a whole quarter of an hour is an old fix: it tells no time zone."""
_MS = timedelta(milliseconds=1)

_WRITTEN = re.compile(
    r"\s*(?P<year>\d{4})(?:[-:/.](?P<month>\d{1,2}))?(?:[-:/.](?P<day>\d{1,2}))?"
    r"(?:[\sT]+(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:[.,](?P<part>\d+))?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{1,2}:?\d{2})?\s*"
)
_DECADE = re.compile(r"\s*(\d{3})0s\s*")
_ZONE = re.compile(r"\s*([+-])\s?(\d{1,2}):?(\d{2})\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as far as it is written; naive."""

    wall: datetime
    precision: Precision
    offset_min: int | None = None

    def span(self) -> tuple[datetime, datetime]:
        """Give the first and last moment that the date can mean."""
        year, month = self.wall.year, self.wall.month
        match self.precision:
            case Precision.DAY:
                start = self.wall.replace(hour=0, minute=0, second=0, microsecond=0)
                return start, start + timedelta(days=1) - _MS
            case Precision.MONTH:
                following = datetime(year + month // 12, month % 12 + 1, 1)
                return datetime(year, month, 1), following - _MS
            case Precision.YEAR:
                return datetime(year, 1, 1), datetime(year + 1, 1, 1) - _MS
            case Precision.DECADE:
                return datetime(year // 10 * 10, 1, 1), datetime(year // 10 * 10 + 10, 1, 1) - _MS
            case _:
                return self.wall, self.wall


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accepted:
    candidate: DateCandidate
    moment: Moment


def judge(candidates: Sequence[DateCandidate], *, now: datetime | None) -> tuple[TakenAt, tuple[str, ...]]:
    """Choose a photo's date from all that is told about it.

    :param now: local wall-clock time; a date more than a day later is refused, unless it is ``None``.
    :returns: the date, and one sentence for each date that was refused.
    """
    accepted: list[_Accepted] = []
    refused: list[str] = []
    raw = ""
    for candidate in sorted(candidates, key=_rank):
        if not _says_something(candidate):
            continue
        raw = raw or candidate.text
        moment = parse(candidate)
        reason = "is no date" if moment is None else _refusal(moment, candidate, now)
        if moment is None or reason:
            refused.append(f"{_shown_source(candidate)} says {candidate.text[:40]!r}, which {reason}.")
        else:
            accepted.append(_Accepted(candidate=candidate, moment=moment))
    if not accepted:
        return replace(NO_DATE, raw=raw), tuple(refused)
    return _taken(_finest(accepted), accepted), tuple(refused)


def parse(candidate: DateCandidate) -> Moment | None:
    """Read one candidate's text; ``None`` is no date. Month or day 0 stands for an unknown one."""
    text = candidate.text
    if decade := _DECADE.fullmatch(text):
        return _moment(int(decade[1]) * 10 + 5, 1, 1, Precision.DECADE)
    written = _WRITTEN.fullmatch(text.replace("\0", " "))
    if written is None:
        return None
    year, month, day = (int(written[name] or 0) for name in ("year", "month", "day"))
    if not day or not month:
        if day or (written["hour"] and int(written["hour"])):
            return None
        return _moment(year, month or 7, 15, Precision.MONTH if month else Precision.YEAR)
    if written["hour"] is None:
        return _moment(year, month, day, Precision.DAY)
    moment = _moment(year, month, day, Precision.SECOND)
    return None if moment is None else _at_time(moment, written, candidate)


def _at_time(moment: Moment, written: re.Match[str], candidate: DateCandidate) -> Moment | None:
    hour, minute, second = (int(written[name] or 0) for name in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 60:
        return None
    part = (written["part"] or re.sub(r"\D.*", "", candidate.subsec.strip()) or "0")[:3].ljust(3, "0")
    wall = moment.wall.replace(hour=hour, minute=minute, second=min(second, 59), microsecond=int(part) * 1000)
    offset = parse_offset(written["zone"] or "")
    if offset is None:
        offset = parse_offset(candidate.offset)
    return Moment(wall=wall, precision=Precision.SECOND, offset_min=offset)


def parse_offset(text: str) -> int | None:
    """Read ``+02:00``, ``-0330`` or ``Z`` as minutes east of UTC; ``None`` when it is no time zone."""
    if text.strip() == "Z":
        return 0
    found = _ZONE.fullmatch(text.strip("\0"))
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    if minutes > _MAX_OFFSET_MIN or int(found[3]) > 59:
        return None
    return -minutes if found[1] == "-" else minutes


def offset_between(wall: datetime, utc: datetime) -> int | None:
    """Give the time zone (minutes east, in quarters of an hour) that lies between two clocks, if any."""
    apart = (wall - utc).total_seconds()
    minutes = round(apart / 900) * 15
    if abs(minutes) > _MAX_OFFSET_MIN or abs(apart - minutes * 60) > _STALE_S:
        return None
    return minutes


def from_mtime(mtime_ns: int | None, offset_min: int | None) -> DateCandidate | None:
    """Give a file's time of change as a candidate, in wall time ``offset_min`` minutes east of UTC."""
    if mtime_ns is None:
        return None
    try:
        wall = datetime(1970, 1, 1) + timedelta(microseconds=mtime_ns // 1000, minutes=offset_min or 0)
    except OverflowError:
        return None
    sign = "-" if (offset_min or 0) < 0 else "+"
    hours, minutes = divmod(abs(offset_min or 0), 60)
    return DateCandidate(
        source=DateSource.MTIME,
        field="mtime",
        text=wall.isoformat(timespec="milliseconds"),
        offset="" if offset_min is None else f"{sign}{hours:02}:{minutes:02}",
    )


def _moment(year: int, month: int, day: int, precision: Precision) -> Moment | None:
    """Build a moment in the middle of what is known; ``None`` for 30 February and the like."""
    if not OLDEST_YEAR <= year <= 9998:
        return None
    try:
        return Moment(wall=datetime(year, month, day, 12), precision=precision)
    except ValueError:
        return None


def _rank(candidate: DateCandidate) -> tuple[int, int]:
    if candidate.source is DateSource.EXIF:
        order = {"DateTimeOriginal": 0, "DateTimeDigitized": 1}
        if candidate.field in order:
            return 1, order[candidate.field]
        return _TRUST.index(DateSource.FOLDER), 1
    return _TRUST.index(candidate.source), 0


def _says_something(candidate: DateCandidate) -> bool:
    """Blank dates (``    :  :     :  :  ``) are the standard's way to say unknown: no reason to complain."""
    return any(sign.isalnum() for sign in candidate.text)


def _refusal(moment: Moment, candidate: DateCandidate, now: datetime | None) -> str:
    """Say why a well-formed date cannot be when the photo was taken; empty when it can."""
    if now is not None and moment.span()[0] > now.replace(tzinfo=None) + timedelta(days=1):
        return "lies in the future"
    typed = candidate.source is DateSource.USER or moment.precision is not Precision.SECOND
    if candidate.source in (DateSource.FILENAME, DateSource.FOLDER) and typed:
        return ""  # somebody wrote that day on purpose
    if candidate.source is not DateSource.USER and _is_factory_date(moment.wall):
        return "is what a clock shows that was never set"
    return ""


def _is_factory_date(wall: datetime) -> bool:
    """Unix, DOS and Mac epochs; and the first hour of the century, where reset cameras start."""
    day = (wall.year, wall.month, wall.day)
    if day in ((1970, 1, 1), (1980, 1, 1), (1904, 1, 1)):
        return True
    if day == (1969, 12, 31) and wall.hour >= 10:  # the Unix epoch west of Greenwich
        return True
    return abs(wall - datetime(2000, 1, 1)) <= timedelta(hours=1)


def _finest(accepted: list[_Accepted]) -> _Accepted:
    """Take the most trusted date, or a finer one that lies within it; a time of change is never finer."""
    chosen = accepted[0]
    for other in accepted[1:]:
        if other.candidate.source is DateSource.MTIME:
            continue
        start, end = chosen.moment.span()
        finer = _FINENESS.index(other.moment.precision) < _FINENESS.index(chosen.moment.precision)
        if finer and start <= other.moment.wall <= end:
            chosen = other
    return chosen


def _taken(chosen: _Accepted, accepted: list[_Accepted]) -> TakenAt:
    moment = chosen.moment
    offset = moment.offset_min
    if offset is None and moment.precision is Precision.SECOND:
        offset = _offset_from_others(chosen, accepted)
    start, end = moment.span()
    return TakenAt(
        wall=moment.wall,
        precision=moment.precision,
        source=chosen.candidate.source,
        start=start,
        end=end,
        utc_offset_min=offset,
        raw=chosen.candidate.text,
    )


def _offset_from_others(chosen: _Accepted, accepted: list[_Accepted]) -> int | None:
    """Take the zone from satellite time, or from the same moment written with its zone."""
    for other in accepted:
        if other.candidate.source is DateSource.GPS and other.moment.precision is Precision.SECOND:
            offset = offset_between(chosen.moment.wall, other.moment.wall)
            if offset is not None:
                return offset
    for other in accepted:
        same = abs(other.moment.wall - chosen.moment.wall) < timedelta(seconds=1)
        if same and other.moment.offset_min is not None and other.candidate.source is not DateSource.MTIME:
            return other.moment.offset_min
    return None


def _shown_source(candidate: DateCandidate) -> str:
    return {
        DateSource.FILENAME: "The file's name",
        DateSource.FOLDER: "The folder's name",
        DateSource.MTIME: "The file's time of change",
    }.get(candidate.source, candidate.field or candidate.source.value)

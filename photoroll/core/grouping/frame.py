"""What all rules share: photos as arrays, checked positions, events, homes, where photos were taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from photoroll.core.columns import PhotoColumns
from photoroll.core.events import DateStrength, EventCut, find_events
from photoroll.core.gazetteer import Gazetteer
from photoroll.core.geo import haversine_km
from photoroll.core.homes import Home, find_homes
from photoroll.core.inherited import Inherited, inherit_positions
from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    DateSource,
    GroupKind,
    PhotoId,
    PositionSource,
    Precision,
)
from photoroll.core.places import Fixes, valid_fixes
from photoroll.core.selection import overall_quality

if TYPE_CHECKING:
    from array import array

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EPOCH = datetime(1970, 1, 1)
AT_HOME_KM = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """N photos in the order of the columns."""

    columns: PhotoColumns
    times: Floats
    """(N,) wall-clock seconds, NaN where the moment is not known to the second."""
    strength: Ints
    """(N,) :class:`~photoroll.core.eventcut.DateStrength`."""
    cut: EventCut
    quality: Floats
    """(N,) 0-1, see :func:`~photoroll.core.selection.overall_quality`."""

    def __len__(self) -> int:
        """Give the number of photos."""
        return len(self.columns)

    def photo(self, row: int) -> PhotoId:
        """Give the id of a row."""
        return PhotoId(self.columns.id[row])

    def moment(self, row: int) -> datetime | None:
        """Give the wall-clock time of a row, also where only its day or year is known."""
        seconds = self.columns.wall_s[row]
        return None if seconds != seconds else EPOCH + timedelta(milliseconds=round(seconds * 1000))

    def best(self, rows: Sequence[int]) -> PhotoId | None:
        """Give the photo to show for a group: the best one, the earliest of equals."""
        if not rows:
            return None
        return self.photo(max(rows, key=lambda row: (self.quality[row], -row)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where the photos were taken, by measurement or by guess from the neighbours."""

    fixes: Fixes
    lat: Floats
    """(N,) checked, measured positions; NaN for none."""
    lon: Floats
    inherited: Inherited
    city: Ints
    """(N,) row of the gazetteer, -1 for none; guessed positions count."""
    city_km: Floats
    """(N,) distance to the middle of that place."""
    homes: tuple[Home, ...]
    home_km: Floats
    """(N,) distance to the nearest home valid then, NaN for none."""

    @property
    def all_lat(self) -> Floats:
        """(N,) measured, else guessed."""
        import numpy as np

        result: Floats = np.where(np.isfinite(self.lat), self.lat, self.inherited.lat)
        return result

    @property
    def all_lon(self) -> Floats:
        """(N,) measured, else guessed."""
        import numpy as np

        result: Floats = np.where(np.isfinite(self.lon), self.lon, self.inherited.lon)
        return result


def frame_of(columns: PhotoColumns, constraints: Sequence[Constraint] = ()) -> Frame:
    """Cut the photos into events; everything else builds on that."""
    import numpy as np

    strength = _strength(columns)
    wall = floats(columns.wall_s)
    exact = strength == DateStrength.EXACT
    lat, lon, _ = _measured(columns, np.where(exact, wall, np.nan))
    row_of = {photo: row for row, photo in enumerate(columns.id)}
    cut = find_events(
        wall,
        lat,
        lon,
        camera=ints(columns.camera),
        phash=unsigned(columns.phash),
        weak=strength,
        forced=_rows(constraints, ConstraintKind.CUT_BEFORE, row_of),
        forbidden=_rows(constraints, ConstraintKind.NO_CUT_BEFORE, row_of),
    )
    return Frame(
        columns=columns,
        times=np.where(exact, wall, np.nan),
        strength=strength,
        cut=cut,
        quality=_quality(columns),
    )


def locate(frame: Frame, gazetteer: Gazetteer) -> Located:
    """Check positions, guess missing ones, and find cities and homes."""
    import numpy as np

    columns, stream = frame.columns, frame.cut.stream
    lat, lon, fixes = _measured(columns, frame.times)
    rows, km = gazetteer.nearest_rows(*_usable(columns, fixes))
    homes = find_homes(frame.times, lat, lon)
    inherited = inherit_positions(frame.times, lat, lon, city=rows, stream=stream)
    guessed = np.isfinite(inherited.lat) & (rows < 0)
    more, more_km = gazetteer.nearest_rows(
        np.where(guessed, inherited.lat, np.nan), np.where(guessed, inherited.lon, np.nan)
    )
    return Located(
        fixes=fixes,
        lat=lat,
        lon=lon,
        inherited=inherited,
        city=np.where(guessed, more, rows),
        city_km=np.where(guessed, more_km, km),
        homes=homes,
        home_km=_home_km(frame.times, lat, lon, homes),
    )


def home_countries(columns: PhotoColumns, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Give the countries of the homes, the latest first: ISO 3166-1 alpha-2."""
    frame = frame_of(columns)
    lat, lon, _ = _measured(columns, frame.times)
    homes = [home for home in find_homes(frame.times, lat, lon) if not home.familiar]
    homes.sort(key=lambda home: home.start_s if home.start_s is not None else float("-inf"), reverse=True)
    names = gazetteer.nearest([home.lat for home in homes], [home.lon for home in homes])
    return tuple(dict.fromkeys(name.country_code for name in names if name))


def floats(values: array[float]) -> Floats:
    """Give a column of the catalogue as an array, without a copy."""
    import numpy as np

    return np.frombuffer(values, dtype=np.float64) if len(values) else np.empty(0)


def ints(values: array[int]) -> Ints:
    """Give a column of 64-bit integers as an array, without a copy."""
    import numpy as np

    return np.frombuffer(values, dtype=np.int64) if len(values) else np.empty(0, dtype=np.int64)


def flags(values: array[int]) -> NDArray[np.int8]:
    """Give a column of 8-bit integers as an array, without a copy."""
    import numpy as np

    return np.frombuffer(values, dtype=np.int8) if len(values) else np.empty(0, dtype=np.int8)


def unsigned(values: array[int]) -> NDArray[np.uint64]:
    """Give a column of hashes as the unsigned numbers that they are."""
    import numpy as np

    return ints(values).view(np.uint64)


def _strength(columns: PhotoColumns) -> Ints:
    """As :func:`~photoroll.core.events.strength_of_date`, for columns."""
    import numpy as np

    precision, source = np.array(columns.precision, dtype=object), np.array(columns.date_source, dtype=object)
    strength = np.full(len(columns), DateStrength.VAGUE, dtype=np.int64)
    strength[precision == Precision.DAY.value] = DateStrength.DAY
    strength[precision == Precision.SECOND.value] = DateStrength.EXACT
    strength[source == DateSource.MTIME.value] = DateStrength.FILE_TIME
    strength[(precision == Precision.UNKNOWN.value) | ~np.isfinite(floats(columns.wall_s))] = (
        DateStrength.NONE
    )
    return strength


def _measured(columns: PhotoColumns, times: Floats) -> tuple[Floats, Floats, Fixes]:
    """Give the checked positions that are no guesses."""
    import numpy as np

    source = np.array(columns.position_source, dtype=object)
    measured = (source != PositionSource.INHERITED.value) & (source != "")
    lat = np.where(measured, floats(columns.lat), np.nan)
    lon = np.where(measured, floats(columns.lon), np.nan)
    fixes = valid_fixes(
        lat, lon, times_s=times, camera=ints(columns.camera), error_m=floats(columns.position_error_m)
    )
    return np.where(fixes.exact, lat, np.nan), np.where(fixes.exact, lon, np.nan), fixes


def _usable(columns: PhotoColumns, fixes: Fixes) -> tuple[Floats, Floats]:
    import numpy as np

    lat, lon = floats(columns.lat), floats(columns.lon)
    return np.where(fixes.usable, lat, np.nan), np.where(fixes.usable, lon, np.nan)


def _home_km(times: Floats, lat: Floats, lon: Floats, homes: Sequence[Home]) -> Floats:
    import numpy as np

    nearest = np.full(len(times), np.nan)
    for home in homes:
        if home.familiar:
            continue
        valid = np.ones(len(times), dtype=bool)
        if home.start_s is not None:
            valid &= times >= home.start_s
        if home.end_s is not None:
            valid &= times < home.end_s
        km = np.where(valid, haversine_km(lat, lon, home.lat, home.lon), np.nan)
        nearest = np.fmin(nearest, km)
    return nearest


def _rows(constraints: Sequence[Constraint], kind: ConstraintKind, row_of: dict[int, int]) -> Collection[int]:
    return [
        row_of[one.photo]
        for one in constraints
        if one.kind is kind and one.group_kind is GroupKind.EVENT and one.photo in row_of
    ]


def _quality(columns: PhotoColumns) -> Floats:
    import numpy as np

    if len(columns) == 0:
        return np.empty(0)
    return overall_quality(
        exposure=floats(columns.exposure),
        contrast=floats(columns.contrast),
        colourfulness=floats(columns.colourfulness),
        sharpness=floats(columns.sharpness),
        face_area=floats(columns.face_area),
        favourite=flags(columns.favourite).astype(bool),
        rating=flags(columns.rating).astype(np.int64),
    )

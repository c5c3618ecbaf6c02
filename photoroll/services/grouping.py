"""Regroups the library: the rules run in the compute process, what they found is kept with lasting ids."""

from __future__ import annotations

import base64
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from photoroll.core.clustering import SetModel
from photoroll.core.columns import PhotoColumns
from photoroll.core.grouping.frame import EPOCH, home_countries
from photoroll.core.grouping.looks import Looks, LooksInput
from photoroll.core.grouping.renewal import renew
from photoroll.core.grouping.runs import by_looks, by_time_and_place
from photoroll.core.grouping.time_and_place import TimeAndPlace
from photoroll.core.models import Changes, FoundGroup, GroupKind, Json, PhotoId, Reason
from photoroll.core.progress import CancelToken, Progress
from photoroll.core.readings import DESCRIPTOR_SIZE, STATISTICS_SIZE
from photoroll.library import Library
from photoroll.services import gazetteer_data, theme_data
from photoroll.services.festive_days import festive_days
from photoroll.settings import Settings
from photoroll.workers.compute import Compute, Loaded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARAMS = "2"
"""Version of the rules' parameters; a change of what they find raises it."""
_SET_MODEL = "unnamed_sets_model"
_GAZETTEER = Loaded(gazetteer_data.load)
_THEMES = Loaded(theme_data.load)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingReport:
    """How many groups of each kind there are now, and what could not be told."""

    counts: dict[GroupKind, int]
    notes: tuple[Reason, ...]
    changes: Changes


def open_compute() -> Compute:
    """Give the compute process, with the gazetteer and the themes loaded before it is sealed."""
    return Compute(preload=(gazetteer_data.load, theme_data.load))


def regroup(
    library: Library, compute: Compute, *, settings: Settings, token: CancelToken
) -> Generator[Progress, None, GroupingReport]:
    """Find all groups anew and keep what was known of them; a second run without changes writes nothing.

    Raises
    ------
    Cancelled
        If ``token`` was cancelled; the groups stay as they were, or one kind after the other is renewed.
    """
    yield Progress(phase="Sorting by date and place", done=0, total=3)
    columns = library.photos.columns()
    constraints = library.groups.constraints()
    found = compute.run_until(
        token,
        by_time_and_place,
        columns,
        constraints,
        _GAZETTEER,
        holidays=_festive(columns, compute, settings, token),
        language=settings.chosen_language(),
    )
    changes = library.photos.set_inherited_positions(found.inherited)
    changes |= library.photos.set_places(found.names)
    yield Progress(phase="Sorting by themes", done=1, total=3)
    looks = compute.run_until(
        token, by_looks, columns, constraints, _looks_input(library, columns, found), _THEMES, _model(library)
    )
    yield Progress(phase="Keeping names and corrections", done=2, total=3)
    for kind, groups in _by_kind(found, looks):
        token.check()
        changes |= _renew(library, compute, kind, groups, token)
    _keep_model(library, looks.model)
    yield Progress(phase="Keeping names and corrections", done=3, total=3)
    counts = {kind: len(library.groups.all(kind)) for kind in GroupKind}
    return GroupingReport(counts=counts, notes=found.notes, changes=changes)


def _by_kind(found: TimeAndPlace, looks: Looks) -> list[tuple[GroupKind, Sequence[FoundGroup]]]:
    return [
        (GroupKind.EVENT, found.events),
        (GroupKind.TRIP, found.trips),
        (GroupKind.DAY_OUT, found.days_out),
        (GroupKind.PLACE, found.places),
        (GroupKind.THEME, looks.themes),
        (GroupKind.UNNAMED_SET, looks.sets),
        (GroupKind.LOOKALIKE, looks.lookalikes),
    ]


def _renew(
    library: Library, compute: Compute, kind: GroupKind, found: Sequence[FoundGroup], token: CancelToken
) -> Changes:
    old = library.groups.all(kind, hidden=True)
    firsts = {group.members[0].photo for group in found}
    public = {
        photo: record.public_id for photo, record in library.photos.get(firsts).items() if record.public_id
    }
    constraints = [one for one in library.groups.constraints() if one.group_kind is kind]
    groups = compute.run_until(token, renew, old, found, public, constraints)
    return library.groups.replace(kind, groups, params=PARAMS)


def _festive(
    columns: PhotoColumns, compute: Compute, settings: Settings, token: CancelToken
) -> dict[date, str]:
    """Give the festive days of the user's country, or else of the country of the home."""
    years = {(EPOCH.year + int(seconds // 31_556_952)) for seconds in columns.wall_s if seconds == seconds}
    country = settings.chosen_country()
    countries: Iterable[str] = (
        (country,) if country else compute.run_until(token, home_countries, columns, _GAZETTEER)
    )
    return festive_days(countries, {year + step for year in years for step in (0, 1)})


def _looks_input(library: Library, columns: PhotoColumns, found: TimeAndPlace) -> LooksInput:
    ids = [PhotoId(photo) for photo in columns.id]
    cameras = library.photos.cameras()
    faces = library.photos.faces()
    areas = [
        None if count < 0 else tuple(face.w * face.h for face in faces.get(photo, ()))
        for photo, count in zip(ids, columns.faces, strict=True)
    ]
    return LooksInput(
        descriptors=_rows(library.features.descriptors(ids), DESCRIPTOR_SIZE),
        statistics=_rows(library.features.statistics(ids), STATISTICS_SIZE),
        faces=areas,
        cameras=[cameras.get(code, "") for code in columns.camera],
        utc_offset_min=_offsets(columns, found),
        lat=found.lat,
        lon=found.lon,
        event_of=found.event_of,
    )


def _rows(data: bytes, width: int) -> NDArray[np.float16]:
    import numpy as np

    return np.frombuffer(data, "<f2").reshape(-1, width)


def _offsets(columns: PhotoColumns, found: TimeAndPlace) -> NDArray[np.float64]:
    """Give the minutes east of UTC, from the photo or else from the time zone of its place."""
    import datetime

    import numpy as np

    offsets = np.array(columns.utc_offset_min, dtype=np.float64)
    zones: dict[str, ZoneInfo | None] = {}
    for row, (_, name) in enumerate(found.names):
        seconds = columns.wall_s[row]
        if name is None or not name.timezone or offsets[row] == offsets[row] or seconds != seconds:
            continue
        if name.timezone not in zones:
            zones[name.timezone] = _zone(name.timezone)
        zone = zones[name.timezone]
        if zone is not None:
            moment = EPOCH + datetime.timedelta(seconds=seconds)
            offset = zone.utcoffset(moment)
            offsets[row] = offset.total_seconds() / 60 if offset is not None else np.nan
    return offsets


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a zone newer than the system's table
        return None


def _model(library: Library) -> SetModel | None:
    """Read the frozen model of unnamed sets, which keeps them as they are when photos are added."""
    import numpy as np

    kept = library.own.setting(_SET_MODEL)
    if not isinstance(kept, dict):
        return None
    arrays = {
        name: np.frombuffer(base64.b64decode(data), dtype=kind).reshape(shape)
        for name, (kind, shape, data) in kept.items()
    }
    return SetModel.from_arrays(arrays)


def _keep_model(library: Library, model: SetModel) -> None:
    kept: dict[str, Json] = {
        name: [array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode("ascii")]
        for name, array in model.to_arrays().items()
    }
    if library.own.setting(_SET_MODEL) != kept:
        library.own.set_setting(_SET_MODEL, kept)

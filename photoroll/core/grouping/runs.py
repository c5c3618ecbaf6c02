"""The two runs that regroup a library, as the compute process is asked for them."""

from __future__ import annotations

from collections.abc import Sequence

from photoroll.core.clustering import SetModel
from photoroll.core.columns import PhotoColumns
from photoroll.core.gazetteer import Gazetteer
from photoroll.core.grouping.frame import frame_of
from photoroll.core.grouping.looks import Looks, LooksInput, Themes, group_by_looks
from photoroll.core.grouping.time_and_place import Holidays, TimeAndPlace, group_by_time_and_place
from photoroll.core.models import Constraint


def by_time_and_place(
    columns: PhotoColumns,
    constraints: Sequence[Constraint],
    gazetteer: Gazetteer,
    *,
    holidays: Holidays,
    language: str,
) -> TimeAndPlace:
    """Run :func:`~photoroll.core.grouping.time_and_place.group_by_time_and_place` on columns."""
    frame = frame_of(columns, constraints)
    return group_by_time_and_place(frame, gazetteer, holidays=holidays, language=language)


def by_looks(
    columns: PhotoColumns,
    constraints: Sequence[Constraint],
    known: LooksInput,
    themes: Themes,
    previous: SetModel | None,
) -> Looks:
    """Run :func:`~photoroll.core.grouping.looks.group_by_looks` on columns."""
    frame = frame_of(columns, constraints)
    return group_by_looks(frame, known, themes, previous=previous, constraints=constraints)

"""Themes, unnamed sets and look-alikes as groups with titles and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from photoroll.core.clustering import LooksBasis, SetModel, cover, find_sets
from photoroll.core.columns import UNKNOWN_CODE
from photoroll.core.grouping.frame import Frame, flags, floats, ints, unsigned
from photoroll.core.grouping.sky import sky_of
from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    FoundGroup,
    GroupKind,
    Member,
    PhotoId,
    Reason,
    Relation,
)
from photoroll.core.similar import LookalikeParams, Stack, StackQuality, find_lookalikes, read_files
from photoroll.core.swatches import LabLayout, dominant_colours
from photoroll.core.themes import (
    Heads,
    ThemeDefinition,
    ThemeFeatures,
    ThemeMember,
    exposure_value,
    is_shown,
    members,
    score_themes,
    theme_reasons,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

THEME = "theme:"


class Themes(Protocol):
    """What themes and sets need beside photos."""

    @property
    def definitions(self) -> tuple[ThemeDefinition, ...]:
        """In the order in which they are shown."""

    @property
    def heads(self) -> Heads:
        """What was learnt."""

    @property
    def basis(self) -> LooksBasis:
        """The axes of unnamed sets."""

    @property
    def colours(self) -> LabLayout:
        """How to read the dominant colours of a set back from descriptors."""


SET_WHY = Reason(code="looks", text="Alike by colour and layout; no theme names them")
_STACK_TITLES = {
    Relation.BURST: "Burst of {count}",
    Relation.EDITED: "{count} copies",
    Relation.SIMILAR: "{count} similar photos",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksInput:
    """What is known of N photos beside their frame."""

    descriptors: NDArray[np.float16]
    """(N, 431); NaN rows where not measured."""
    statistics: NDArray[np.float16]
    """(N, 29)."""
    faces: Sequence[tuple[float, ...] | None]
    """The share of the picture that each face fills; ``None`` where faces were not looked for."""
    cameras: Sequence[str]
    """Make and model."""
    utc_offset_min: Floats
    """(N,) as the photo says, else as its place tells; NaN for unknown."""
    lat: Floats
    lon: Floats
    event_of: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What looks tell about N photos."""

    themes: tuple[FoundGroup, ...]
    sets: tuple[FoundGroup, ...]
    lookalikes: tuple[FoundGroup, ...]
    model: SetModel
    """Of the unnamed sets, to be passed in next time."""


def group_by_looks(
    frame: Frame,
    known: LooksInput,
    themes: Themes,
    *,
    previous: SetModel | None = None,
    constraints: Sequence[Constraint] = (),
) -> Looks:
    """Group photos by what they show."""
    import numpy as np

    measured = flags(frame.columns.has_pixels).astype(bool)
    named = _themes(frame, known, themes.definitions, themes.heads, constraints, measured)
    claimed = {member.photo for group in named for member in group.members}
    free = np.array(
        [measured[row] and frame.photo(row) not in claimed for row in range(len(frame))], dtype=bool
    )
    sets, model = _sets(frame, known, np.flatnonzero(free), themes, previous)
    return Looks(
        themes=tuple(named), sets=tuple(sets), lookalikes=tuple(_lookalikes(frame, constraints)), model=model
    )


def _themes(
    frame: Frame,
    known: LooksInput,
    definitions: Sequence[ThemeDefinition],
    heads: Heads,
    constraints: Sequence[Constraint],
    measured: NDArray[np.bool_],
) -> list[FoundGroup]:
    import numpy as np

    rows = np.flatnonzero(measured)
    features = _features(frame, known, rows)
    scores = score_themes(definitions, heads, features)
    place = {frame.photo(int(row)): index for index, row in enumerate(rows)}
    groups = []
    for definition in sorted(definitions, key=lambda one: one.order):
        key = f"{THEME}{definition.key}"
        added, removed = _corrections(constraints, key, place)
        found = members(definition, heads, features, scores[definition.key], added=added, removed=removed)
        listed = [int(rows[one.index]) for one in found]
        if is_shown(definition, found, _days(frame, listed)):
            groups.append(_theme_group(frame, definition, key, listed, found))
    return groups


def _theme_group(
    frame: Frame, definition: ThemeDefinition, key: str, rows: Sequence[int], found: Sequence[ThemeMember]
) -> FoundGroup:
    moments = [moment for row in rows if (moment := frame.moment(row))]
    return FoundGroup(
        kind=GroupKind.THEME,
        title=definition.title,
        members=tuple(
            Member(
                photo=frame.photo(row),
                reasons=one.reasons,
                score=round(one.score, 4),
                certainty=one.certainty,
            )
            for row, one in zip(rows, found, strict=True)
        ),
        reasons=theme_reasons(definition, found),
        start=min(moments, default=None),
        end=max(moments, default=None),
        cover=_theme_cover(frame, rows, [one.score for one in found]),
        key=key,
        facts={"icon": definition.icon},
    )


def _features(frame: Frame, known: LooksInput, rows: NDArray[np.int64]) -> ThemeFeatures:
    import numpy as np

    columns = frame.columns
    sky = sky_of(frame.times[rows], known.utc_offset_min[rows], known.lat[rows], known.lon[rows])
    listed = rows.tolist()
    flash = flags(columns.flash).astype(np.float64)[rows]
    months = [moment.month if (moment := frame.moment(row)) else np.nan for row in listed]
    return ThemeFeatures(
        descriptors=known.descriptors[rows],
        statistics=known.statistics[rows],
        width=ints(columns.width)[rows].astype(np.float64),
        height=ints(columns.height)[rows].astype(np.float64),
        formats=[columns.format[row] for row in listed],
        file_names=[_file_name(columns.path[row]) for row in listed],
        software=[columns.software[row] for row in listed],
        cameras=[known.cameras[row] for row in listed],
        lenses=[columns.lens[row] for row in listed],
        ev100=exposure_value(
            floats(columns.f_number)[rows], floats(columns.exposure_s)[rows], floats(columns.iso)[rows]
        ),
        flash=np.where(flash < 0, np.nan, flash),
        focal_35mm=floats(columns.focal_35mm)[rows],
        subject_distance_m=floats(columns.subject_distance_m)[rows],
        sun_elevation=sky.elevation,
        sun_minutes=sky.minutes,
        sun_rising=sky.rising,
        latitude=known.lat[rows],
        month=np.array(months, dtype=np.float64),
        faces=[known.faces[row] for row in listed],
        events=known.event_of[rows],
    )


def _file_name(path: bytes) -> str:
    return path.rsplit(b"/", 1)[-1].decode("utf-8", "replace")


def _corrections(
    constraints: Sequence[Constraint], key: str, place: Mapping[PhotoId, int]
) -> tuple[set[int], set[int]]:
    mine = [one for one in constraints if one.group == key and one.photo in place]
    added = {place[one.photo] for one in mine if one.kind is ConstraintKind.ADD}
    removed = {place[one.photo] for one in mine if one.kind is ConstraintKind.REMOVE}
    return added, removed


def _days(frame: Frame, rows: Sequence[int]) -> int:
    four = timedelta(hours=4)
    return len({(moment - four).date() for row in rows if (moment := frame.moment(row))})


def _theme_cover(frame: Frame, rows: Sequence[int], scores: Sequence[float]) -> PhotoId | None:
    """Give the best photo among the surest quarter."""
    ranked = sorted(zip(rows, scores, strict=True), key=lambda one: (-one[1], one[0]))
    return frame.best([row for row, _ in ranked[: max(1, len(ranked) // 4)]])


def _sets(
    frame: Frame,
    known: LooksInput,
    rows: NDArray[np.int64],
    themes: Themes,
    previous: SetModel | None,
) -> tuple[list[FoundGroup], SetModel]:
    import numpy as np

    labels, model = find_sets(known.descriptors[rows], themes.basis, previous=previous)
    groups = []
    for label in np.unique(labels[labels >= 0]).tolist():
        inside = rows[labels == label]
        listed = inside.tolist()
        moments = [moment for row in listed if (moment := frame.moment(row))]
        middle = cover(known.descriptors[inside], themes.basis)
        groups.append(
            FoundGroup(
                kind=GroupKind.UNNAMED_SET,
                title=f"{len(listed)} photos that look alike",
                members=tuple(Member(photo=frame.photo(row)) for row in listed),
                reasons=(SET_WHY,),
                start=min(moments, default=None),
                end=max(moments, default=None),
                cover=frame.photo(listed[middle]),
                key=f"set:{label}",
                facts={"colours": list(dominant_colours(known.descriptors[inside], themes.colours))},
            )
        )
    return sorted(groups, key=lambda group: (-len(group.members), group.key)), model


def _lookalikes(frame: Frame, constraints: Sequence[Constraint]) -> list[FoundGroup]:
    import numpy as np

    columns = frame.columns
    kept = np.flatnonzero(flags(columns.has_pixels))
    alone = {
        one.photo
        for one in constraints
        if one.group_kind is GroupKind.LOOKALIKE and one.kind is ConstraintKind.REMOVE
    }
    camera = np.where(ints(columns.camera) == UNKNOWN_CODE, -1, ints(columns.camera))[kept]
    stacks = find_lookalikes(
        frame.times[kept],
        camera,
        unsigned(columns.phash)[kept],
        unsigned(columns.dhash)[kept],
        flags(columns.flat)[kept].astype(bool),
        _stack_quality(frame, kept),
        alone=np.array([frame.photo(int(row)) in alone for row in kept], dtype=bool),
        files=read_files(
            camera,
            [_file_name(columns.path[row]) for row in kept.tolist()],
            [columns.software[row] for row in kept.tolist()],
        ),
        params=LookalikeParams(),
    )
    return [
        _stack_group(frame, stack, [int(kept[index]) for index in stack.indices], kept) for stack in stacks
    ]


def _stack_group(frame: Frame, stack: Stack, rows: Sequence[int], kept: NDArray[np.int64]) -> FoundGroup:
    moments = [moment for row in rows if (moment := frame.moment(row))]
    best = frame.photo(int(kept[stack.best]))
    return FoundGroup(
        kind=GroupKind.LOOKALIKE,
        title=_STACK_TITLES[stack.relation].format(count=len(rows)),
        members=tuple(
            Member(photo=frame.photo(row), reasons=reasons)
            for row, reasons in zip(rows, stack.reasons, strict=True)
        ),
        reasons=stack.best_reasons,
        start=min(moments, default=None),
        end=max(moments, default=None),
        cover=best,
        facts={"relation": stack.relation.value},
    )


def _stack_quality(frame: Frame, rows: NDArray[np.int64]) -> StackQuality:
    import numpy as np

    columns = frame.columns
    rating = flags(columns.rating).astype(np.int64)[rows]
    return StackQuality(
        sharpness=floats(columns.sharpness)[rows],
        exposure=floats(columns.exposure)[rows],
        contrast=floats(columns.contrast)[rows],
        colourfulness=floats(columns.colourfulness)[rows],
        face_area=floats(columns.face_area)[rows],
        pixels=(ints(columns.width) * ints(columns.height))[rows].astype(np.float64),
        favourite=flags(columns.favourite)[rows].astype(bool),
        rating=np.maximum(rating, 0),
    )

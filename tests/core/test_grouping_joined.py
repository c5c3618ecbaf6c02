"""The rules joined: columns in, groups with titles, reasons and lasting ids out."""

from array import array
from dataclasses import fields
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.core.columns import PhotoColumns
from photoroll.core.gazetteer import Gazetteer
from photoroll.core.grouping.frame import frame_of, home_countries
from photoroll.core.grouping.renewal import renew
from photoroll.core.grouping.sky import sky_of
from photoroll.core.grouping.time_and_place import group_by_time_and_place
from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    FoundGroup,
    GroupKind,
    Member,
    PhotoId,
    TitleSource,
)

EPOCH = datetime(1970, 1, 1)
HOME, AWAY = (48.2082, 16.3738), (38.7139, -9.1394)
NAN = float("nan")


def seconds(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds()


def columns(rows: list[dict]) -> PhotoColumns:
    """Columns of photos in the order of time; a row names what is known."""
    usual = {
        "precision": "second", "date_source": "exif", "width": 640, "height": 480, "media": "photo",
        "format": "JPEG", "faces": -1, "flash": -1, "rating": -1,
    }  # fmt: skip
    rows = sorted(
        rows, key=lambda row: (row.get("wall_s", NAN) != row.get("wall_s", NAN), row.get("wall_s", 0))
    )
    values = {}
    for field in fields(PhotoColumns):
        kind = str(field.type)
        cells = [row.get(field.name, usual.get(field.name)) for row in rows]
        if field.name == "id":
            cells = [row.get("id", number) for number, row in enumerate(rows, start=1)]
        if kind.startswith("tuple"):
            values[field.name] = tuple(
                cell if cell is not None else (b"" if "bytes" in kind else "") for cell in cells
            )
        elif "float" in kind:
            values[field.name] = array("d", [NAN if cell is None else cell for cell in cells])
        else:
            code = (
                "b" if field.name in ("has_pixels", "flat", "flash", "favourite", "rating", "hidden") else "q"
            )
            values[field.name] = array(code, [0 if cell is None else cell for cell in cells])
    return PhotoColumns(**values)


def at(moment: datetime, point: tuple[float, float] | None = None, **more) -> dict:
    row = {"wall_s": seconds(moment), "camera": 1, **more}
    if point is not None:
        row |= {"lat": point[0], "lon": point[1], "position_source": "camera"}
    return row


def a_life() -> list[dict]:
    """Ten weeks at home, then four days away of which one photo has no position."""
    rows = []
    for week in range(10):
        for shot in range(2):
            rows.append(at(datetime(2024, 2, 3, 15) + timedelta(weeks=week, minutes=7 * shot), HOME))
    for day in range(4):
        for shot in range(4):
            known = (day, shot) != (1, 2)
            moment = datetime(2024, 5, 16, 10) + timedelta(days=day, minutes=20 * shot)
            rows.append(at(moment, AWAY if known else None))
    return rows


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.from_arrays(
        lat=[48.2085, 38.7167], lon=[16.3721, -9.1333], population=[1_700_000, 500_000],
        name=["Vienna", "Lisbon"], country=[0, 1], region=[-1, -1], zone=[0, 1], countries=["AT", "PT"],
        regions=[], zones=["Europe/Vienna", "Europe/Lisbon"],
        country_names={"en": ["Austria", "Portugal"], "de": ["Österreich", "Portugal"]},
        translations={"de": {0: "Wien", 1: "Lissabon"}},
    )  # fmt: skip


def test_a_trip_is_named_and_says_why(gazetteer) -> None:
    found = group_by_time_and_place(frame_of(columns(a_life())), gazetteer)
    (trip,) = found.trips
    assert trip.title == "Lisbon, 4 days"
    assert len(trip.members) == 16
    assert any("from home" in reason.text for reason in trip.reasons)
    assert trip.facts["nights"] == 3
    assert found.notes == ()


def test_names_follow_the_language(gazetteer) -> None:
    found = group_by_time_and_place(frame_of(columns(a_life())), gazetteer, language="de")
    assert {place.title for place in found.places} == {"Wien", "Lissabon"}
    assert {place.key for place in found.places} == {"place:AT::Vienna", "place:PT::Lisbon"}


def test_a_guessed_position_is_marked_and_says_where_from(gazetteer) -> None:
    data = columns(a_life())
    found = group_by_time_and_place(frame_of(data), gazetteer)
    ((photo, point, _),) = [one for one in found.inherited if one[1] is not None]
    assert (round(point.lat, 3), round(point.lon, 3)) == (38.714, -9.139)
    lisbon = next(place for place in found.places if place.title == "Lisbon")
    (member,) = [member for member in lisbon.members if member.reasons]
    assert member.photo == photo
    assert len(lisbon.members) == 16


def test_a_feast_names_the_event(gazetteer) -> None:
    rows = a_life() + [at(datetime(2024, 12, 24, 18, minute), HOME) for minute in range(5)]
    days = {date(2024, 12, 24): "Christmas"}
    found = group_by_time_and_place(frame_of(columns(rows)), gazetteer, holidays=days)
    assert found.events[-1].title == "Christmas at home"


def test_without_a_home_it_says_why_there_are_no_trips(gazetteer) -> None:
    found = group_by_time_and_place(frame_of(columns(a_life()[20:])), gazetteer)
    assert found.trips == ()
    assert [note.code for note in found.notes] == ["no_home"]


def test_nothing_gives_nothing(gazetteer) -> None:
    found = group_by_time_and_place(frame_of(columns([])), gazetteer)
    assert (found.events, found.trips, found.places) == ((), (), ())


def test_dates_of_files_and_vague_dates_are_in_no_event(gazetteer) -> None:
    rows = [
        *a_life(),
        at(datetime(2024, 5, 16, 10, 5), date_source="mtime"),
        at(datetime(2024, 5, 1), precision="month", date_source="filename"),
    ]
    found = group_by_time_and_place(frame_of(columns(rows)), gazetteer)
    assert sum(len(event.members) for event in found.events) == len(rows) - 2


def test_the_users_cuts_win(gazetteer) -> None:
    data = columns(a_life())
    plain = frame_of(data)
    second = data.id[1]
    cut = frame_of(
        data, [Constraint(kind=ConstraintKind.CUT_BEFORE, photo=PhotoId(second), group_kind=GroupKind.EVENT)]
    )
    assert len(cut.cut) == len(plain.cut) + 1


def test_the_home_tells_the_country(gazetteer) -> None:
    assert home_countries(columns(a_life()), gazetteer) == ("AT",)
    assert home_countries(columns([]), gazetteer) == ()


def found(kind: GroupKind, *photos: int, key: str = "") -> FoundGroup:
    return FoundGroup(
        kind=kind, title="t", members=tuple(Member(photo=PhotoId(one)) for one in photos), key=key
    )


def test_the_same_photos_have_the_same_ids_in_another_library() -> None:
    here = renew([], [found(GroupKind.EVENT, 1, 2)], {PhotoId(1): "aa", PhotoId(2): "bb"})
    there = renew([], [found(GroupKind.EVENT, 70, 71)], {PhotoId(70): "aa", PhotoId(71): "bb"})
    other = renew([], [found(GroupKind.TRIP, 1, 2)], {PhotoId(1): "aa"})
    assert here[0].id == there[0].id != other[0].id


def test_a_group_that_goes_on_keeps_its_id() -> None:
    public = {PhotoId(number): f"{number:016x}" for number in range(9)}
    (old,) = renew([], [found(GroupKind.EVENT, 1, 2, 3)], public)
    (new,) = renew([old], [found(GroupKind.EVENT, 0, 1, 2, 3)], public)
    assert new.id == old.id
    assert new.title_source is TitleSource.AUTO


def test_the_sun_sets_in_lisbon() -> None:
    evening, morning = seconds(datetime(2024, 6, 21, 20, 45)), seconds(datetime(2024, 6, 21, 6, 20))
    sky = sky_of(np.array([evening, morning]), np.array([60.0, 60.0]), np.full(2, 38.72), np.full(2, -9.14))
    # Almanac: sunrise 06:12, sunset 21:05.
    assert sky.minutes == pytest.approx([-20, 8], abs=2)
    assert sky.rising.tolist() == [0.0, 1.0]


def test_where_the_sun_never_sets_there_is_no_sunset() -> None:
    sky = sky_of(
        np.array([seconds(datetime(2024, 6, 21, 23))]), np.array([120.0]), np.array([71.0]), np.array([25.8])
    )
    assert sky.elevation[0] > 0
    assert np.isnan(sky.minutes[0])


@given(st.floats(0, 2e9), st.floats(-720, 840), st.floats(-90, 90), st.floats(-180, 180))
def test_any_sky_is_finite_or_unknown(moment: float, offset: float, lat: float, lon: float) -> None:
    sky = sky_of(np.array([moment]), np.array([offset]), np.array([lat]), np.array([lon]))
    assert -90 <= sky.elevation[0] <= 90.1
    assert np.isnan(sky.minutes[0]) or abs(sky.minutes[0]) <= 180
    assert np.isnan(sky.rising[0]) == np.isnan(sky.minutes[0])

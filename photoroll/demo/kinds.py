"""The kinds of things that people photograph: when in the day, for how long, and what is then to be seen."""

from __future__ import annotations

import random
from dataclasses import dataclass

from photoroll.demo.models import Scene

S = Scene


@dataclass(frozen=True, slots=True)
class Activity:
    """One kind of event."""

    name: str
    hours: tuple[float, float]
    """Earliest and latest start, hours after midnight."""
    longest_h: float
    moving: bool
    """Whether people walk about while taking photos."""
    scenes: tuple[tuple[Scene, float], ...]
    spread_km: float = 0.03
    """How far apart its photos are when nobody walks."""
    title: str = ""


def _activity(
    name: str,
    hours: tuple[float, float],
    longest_h: float,
    scenes: dict[Scene, float],
    *,
    moving: bool = False,
    spread_km: float = 0.03,
    title: str = "",
) -> Activity:
    return Activity(name, hours, longest_h, moving, tuple(scenes.items()), spread_km, title)


_PEOPLE = {S.PORTRAIT: 3.0, S.GROUP: 3.0, S.INDOOR: 1.0}
_STREET = {
    S.CITY_DAY: 5.0,
    S.PORTRAIT: 1.5,
    S.GROUP: 1.2,
    S.FOOD: 0.7,
    S.FLOWERS: 0.8,
    S.MEADOW: 0.6,
    S.INDOOR: 0.7,
}
_ALL = (
    _activity(
        "everyday",
        (7, 21.5),
        2,
        {S.INDOOR: 2, S.PET: 3, S.FLOWERS: 1.5, S.FOOD: 1.5, S.PORTRAIT: 2, S.MEADOW: 1, S.SUNSET: 0.7},
        title="Everyday",
    ),
    _activity("meal", (11.5, 19.5), 3.5, {S.FOOD: 5, S.GROUP: 2, S.PORTRAIT: 2, S.INDOOR: 1}, title="Dinner"),
    _activity(
        "walk",
        (8, 17),
        5,
        {S.FOREST: 3, S.MEADOW: 3, S.FLOWERS: 2, S.PORTRAIT: 1, S.PET: 1, S.SUNSET: 0.7},
        moving=True,
        title="A walk",
    ),
    _activity("town", (10, 17), 5, _STREET, moving=True, title="In town"),
    _activity("visit", (10, 18), 6, {**_PEOPLE, S.FOOD: 1.5, S.PET: 1}, spread_km=0.05, title="Visiting"),
    _activity("party", (14, 20), 8, {**_PEOPLE, S.FOOD: 2}, title="Party"),
    _activity("office", (9, 17), 3, {S.INDOOR: 3, S.PORTRAIT: 1, S.GROUP: 1, S.FOOD: 1}, title="At work"),
    _activity("birthday", (13, 18), 7, {**_PEOPLE, S.FOOD: 3, S.FLOWERS: 0.5}, title="Birthday"),
    _activity("christmas", (15, 18.5), 7, {**_PEOPLE, S.FOOD: 2, S.PET: 0.5}, title="Christmas"),
    _activity("new-year", (19.5, 21.5), 6, {S.GROUP: 3, S.CITY_NIGHT: 3, S.FOOD: 1}, title="New Year's Eve"),
    _activity("sights", (9, 16), 6, _STREET, moving=True, title="Sights"),
    _activity(
        "beach",
        (10, 16),
        6,
        {S.BEACH: 7, S.PORTRAIT: 1.5, S.GROUP: 1, S.SUNSET: 1},
        spread_km=0.25,
        title="Beach",
    ),
    _activity(
        "hike",
        (8, 11),
        8,
        {S.MOUNTAIN: 5, S.FOREST: 2, S.MEADOW: 1.5, S.FLOWERS: 1, S.GROUP: 1},
        moving=True,
        title="Hike",
    ),
    _activity(
        "snow", (9, 12), 7, {S.SNOW: 7, S.GROUP: 1, S.PORTRAIT: 1}, moving=True, title="A day in the snow"
    ),
    _activity(
        "evening",
        (18.5, 21),
        4,
        {S.SUNSET: 3, S.CITY_NIGHT: 3, S.CITY_DAY: 1, S.PORTRAIT: 0.7, S.FOOD: 0.7},
        moving=True,
        title="Evening",
    ),
    _activity("museum", (10, 15), 4, {S.INDOOR: 6, S.PORTRAIT: 1}, spread_km=0.06, title="Museum"),
    _activity(
        "transit", (6.5, 10), 6, {S.CITY_DAY: 1, S.MEADOW: 2, S.INDOOR: 1, S.SUNSET: 0.5}, title="On the way"
    ),
)
ACTIVITIES = {activity.name: activity for activity in _ALL}

_LIT_INDOORS = {S.INDOOR, S.FOOD, S.PORTRAIT, S.GROUP, S.PET}


def choose_scene(activity: Activity, rng: random.Random, *, altitude: float, coast: bool) -> Scene:
    """Choose what one photo shows, true to the light: no sunset at noon, no meadow at midnight."""
    if -5 < altitude < 7 and activity.scenes[0][0] != S.INDOOR and rng.random() < 0.45:
        return S.SUNSET
    scenes = [scene for scene, _ in activity.scenes]
    scene = rng.choices(scenes, [weight for _, weight in activity.scenes])[0]
    if scene is S.SUNSET and not -5 < altitude < 7:
        scene = S.CITY_NIGHT if altitude < -5 else (S.BEACH if coast else S.MEADOW)
    if scene is S.CITY_NIGHT and altitude > -2:
        scene = S.CITY_DAY
    if altitude < -4 and scene not in _LIT_INDOORS:
        scene = S.CITY_NIGHT if scene is not S.FLOWERS else S.INDOOR
    return scene

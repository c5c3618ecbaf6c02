"""Lives a demo life: events at places, with the pauses, bursts and steps of the measured traces."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import cos, pi, sin
from zoneinfo import ZoneInfo

from photoroll.core.models import GeoPoint
from photoroll.demo.cities import moved
from photoroll.demo.kinds import ACTIVITIES, Activity, choose_scene
from photoroll.demo.models import PlaceTruth, Scene, Style
from photoroll.demo.sunlight import sun_altitude
from photoroll.demo.traces import Rhythm, habits

PEOPLE = ("Anna", "Ben")
WALKING_KM_S = 1.4 / 1000
BETWEEN_S = 600.0


@dataclass(slots=True)
class Shot:
    """One press of the button, before a camera and a file belong to it."""

    utc: datetime
    wall: datetime
    point: GeoPoint
    person: str
    event: int
    scene: Scene
    altitude: float
    scene_seed: int
    burst: int | None = None
    best: bool = True


@dataclass(slots=True)
class Happening:
    """One event while it is being lived."""

    id: int
    activity: Activity
    title: str
    place: PlaceTruth
    person: str
    trip: int | None
    day_out: int | None
    parallel: bool = False
    shots: list[Shot] = field(default_factory=list)

    @property
    def end(self) -> datetime:
        """The true moment of the last photo, UTC."""
        return self.shots[-1].utc


class Diary:
    """Keeps what happened and when people were busy; everything random comes from one generator."""

    def __init__(self, rng: random.Random, style: Style, *, boost: float, budget: int) -> None:
        self.rng = rng
        self.style = style
        self.boost = boost
        self.budget = budget
        self.places: list[PlaceTruth] = []
        self.happenings: list[Happening] = []
        self.visited: set[str] = set()
        self.taken = 0
        self._bursts = 0
        self._busy: dict[int, list[tuple[datetime, datetime]]] = {}
        self._blocked: set[int] = set()

    @property
    def full(self) -> bool:
        """Whether all photos asked for have been taken."""
        return self.taken >= self.budget

    def place(self, name: str, kind: str, city: str, country: str, zone: str, point: GeoPoint) -> PlaceTruth:
        """Remember a new place."""
        made = PlaceTruth(
            id=len(self.places), name=name, kind=kind, city=city, country=country, zone=zone, point=point
        )
        self.places.append(made)
        return made

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Whether nobody is doing anything then (UTC) and nobody is away."""
        first, last = start.toordinal(), end.toordinal()
        if any(day in self._blocked for day in range(first, last + 1)):
            return False
        spans = (span for day in range(first - 1, last + 2) for span in self._busy.get(day, ()))
        return all(end < busy_from or start > busy_to for busy_from, busy_to in spans)

    def days_free(self, first: date, last: date) -> bool:
        """Whether nothing at all happens on these days."""
        days = range(first.toordinal(), last.toordinal() + 1)
        return not any(day in self._blocked or day in self._busy for day in days)

    def block(self, first: date, last: date) -> None:
        """Keep these days for a trip."""
        self._blocked.update(range(first.toordinal(), last.toordinal() + 1))

    def keep(self, happening: Happening) -> None:
        """Write an event down; its photos beyond the wanted number were never taken."""
        del happening.shots[max(self.budget - self.taken, 0) :]
        if not happening.shots:
            return
        self.taken += len(happening.shots)
        self.happenings.append(happening)
        margin = timedelta(seconds=BETWEEN_S)
        span = (happening.shots[0].utc - margin, happening.end + margin)
        self._busy.setdefault(span[0].toordinal(), []).append(span)
        if span[1].toordinal() != span[0].toordinal():
            self._busy.setdefault(span[1].toordinal(), []).append(span)

    def photo_count(self, low: float = 0.0, high: float = 0.995) -> int:
        """Draw how many photos an event gets: the measured numbers between two quantiles."""
        count = habits().photos_per_outing.at(self.rng.uniform(low, high)) * self.boost
        if self.style is Style.LIGHT:
            count *= 0.6
        return max(1, round(count))

    def next_burst(self) -> int:
        """Give a fresh burst number."""
        self._bursts += 1
        return self._bursts


def utc_of(wall: datetime, zone: str) -> datetime:
    """Give the UTC moment (naive) of a wall-clock time in a zone."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def wall_of(utc: datetime, zone: str) -> datetime:
    """Give the wall-clock time in a zone of a UTC moment (naive)."""
    return utc.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def start_on(day: date, activity: Activity, rng: random.Random) -> datetime:
    """Draw when on a day something starts, wall time to the millisecond."""
    hour = rng.triangular(*activity.hours)
    return datetime.combine(day, time()) + timedelta(milliseconds=int(hour * 3_600_000))


def pause_between(rng: random.Random) -> timedelta:
    """Draw the pause between two events of one day, from the measured pauses where the place changed.

    Only those of ten minutes and more: people need that long to get somewhere else and start anew. Inside
    events pauses of hours occur too (a long dinner), so no fixed pause tells the two apart.
    """
    table = habits().move_gap_s
    low = table.below(BETWEEN_S)
    return timedelta(seconds=table.at(rng.uniform(low, 0.97)) + rng.uniform(0, 300))


def live(
    diary: Diary,
    name: str,
    place: PlaceTruth,
    start: datetime,
    count: int,
    *,
    person: str,
    together: bool = False,
    trip: int | None = None,
    day_out: int | None = None,
    title: str = "",
    coast: bool = False,
) -> Happening:
    """Live one event from ``start`` (wall time there) on; it is not yet kept in the diary."""
    activity = ACTIVITIES[name]
    happening = Happening(-1, activity, title or activity.title or name, place, person, trip, day_out)
    walk = _Walk(diary, happening, utc_of(start, place.zone), coast=coast)
    others = [other for other in PEOPLE if other != person]
    while len(happening.shots) < count and walk.step():
        shooter = person
        if together and walk.is_fresh and diary.rng.random() < 0.3:
            shooter = others[0]
        walk.press(shooter)
    return happening


class _Walk:
    """Goes through one event in time and space."""

    def __init__(self, diary: Diary, happening: Happening, utc: datetime, *, coast: bool) -> None:
        self._diary, self._rng, self._event = diary, diary.rng, happening
        self._activity, self._coast = happening.activity, coast
        self._zone = ZoneInfo(happening.place.zone)
        self._rhythm = Rhythm(diary.rng, habits().gap_correlation)
        self._utc = utc
        self._latest = utc + timedelta(hours=happening.activity.longest_h)
        self._point = happening.place.point
        self._bearing = diary.rng.uniform(0, 2 * pi)
        self._extra = 0
        cold = utc.month in (12, 1, 2) and happening.place.point.lat > 44
        self._snows = cold and diary.rng.random() < 0.5
        self._started = False
        self.is_fresh = True
        """Whether the next photo shows something new (no burst goes on)."""

    def step(self) -> bool:
        """Go on to the next photo; False when the event is over."""
        if not self._started:
            self._started = True
            return True
        gap, moves = self._pause()
        self.is_fresh = gap > 2 and (gap > 10 or self._rng.random() < 0.25)
        self._utc += timedelta(milliseconds=max(120, int(gap * 1000)))
        self._move(gap, far=moves)
        return self._utc <= self._latest

    def _pause(self) -> tuple[float, bool]:
        """Draw the pause to the next photo in seconds, and whether people move on in it."""
        if self._extra > 0:
            self._extra -= 1
            return self._rng.uniform(0.25, 1.8), False
        table = habits()
        draw = self._rhythm.draw()
        if self._activity.moving:
            # The mixture of stays and moves is the measured one; long pauses are mostly moves.
            gap = table.gap_s.at(draw)
            return gap + self._rng.uniform(-0.5, 0.5), self._rng.random() < _share_moving(gap)
        return table.stay_gap_s.at(draw) + self._rng.uniform(-0.5, 0.5), False

    def _move(self, gap: float, *, far: bool) -> None:
        if far:
            step = min(habits().move_km.at(self._rng.random()), 0.05 + gap * WALKING_KM_S)
            self._bearing += self._rng.gauss(0, 0.8)
            self._point = moved(
                self._point, east_km=step * sin(self._bearing), north_km=step * cos(self._bearing)
            )

    def press(self, person: str) -> None:
        """Take the photo."""
        rng, shots = self._rng, self._event.shots
        if self.is_fresh or not shots:
            shot = self._fresh(person)
            if self._diary.style is Style.HEAVY and rng.random() < 0.22:
                self._extra = rng.randint(2, 6)
        else:
            shot = self._again(shots[-1])
        shots.append(shot)

    def _fresh(self, person: str) -> Shot:
        spread = self._activity.spread_km
        point = moved(self._point, east_km=self._rng.gauss(0, spread), north_km=self._rng.gauss(0, spread))
        altitude = sun_altitude(self._utc, point)
        scene = choose_scene(self._activity, self._rng, altitude=altitude, coast=self._coast)
        if self._snows and scene in (Scene.MEADOW, Scene.FOREST, Scene.MOUNTAIN):
            scene = Scene.SNOW
        return Shot(self._utc, self._wall(), point, person, -1, scene, altitude, self._rng.getrandbits(31))

    def _again(self, before: Shot) -> Shot:
        if before.burst is None:
            before.burst = self._diary.next_burst()
        return Shot(
            self._utc, self._wall(), before.point, before.person, -1, before.scene, before.altitude,
            before.scene_seed, before.burst, best=False,
        )  # fmt: skip

    def _wall(self) -> datetime:
        return self._utc.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None)


def _share_moving(gap_s: float) -> float:
    """Give the chance that the place changed in a pause that long, by Bayes from the three tables."""
    table = habits()
    width = 1.35
    move = table.move_gap_s.below(gap_s * width) - table.move_gap_s.below(gap_s / width)
    both = table.gap_s.below(gap_s * width) - table.gap_s.below(gap_s / width)
    return min(1.0, table.move_share * move / both) if both > 0 else 0.0

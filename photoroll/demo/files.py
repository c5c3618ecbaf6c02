"""Turns presses of the button into files: which device, what is written, missing, broken or doubled."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from photoroll.core.models import GeoPoint
from photoroll.demo.cities import moved
from photoroll.demo.devices import Names, household_devices
from photoroll.demo.life import Happening, Shot
from photoroll.demo.models import CameraTruth, CopyKind, Fault, Look, PlannedPhoto, Scene

MOST_WITHOUT_GPS_CAMERA = 0.28
FAULT_SHARE = 0.008
FIX_ERROR_KM = 0.008
_OUTDOORS = {Scene.BEACH, Scene.MOUNTAIN, Scene.SNOW, Scene.CITY_DAY, Scene.MEADOW, Scene.SUNSET}
_UPRIGHT_SHARE = {
    Scene.PORTRAIT: 0.65,
    Scene.FOOD: 0.5,
    Scene.FLOWERS: 0.5,
    Scene.FOREST: 0.45,
    Scene.INDOOR: 0.4,
    Scene.CITY_DAY: 0.4,
    Scene.CITY_NIGHT: 0.35,
    Scene.PET: 0.35,
}


@dataclass(slots=True)
class _Draft:
    """A file that is being decided on."""

    shot: Shot
    event: Happening
    camera: CameraTruth
    path: str = ""
    gps: GeoPoint | None = None
    has_exif: bool = True
    look: Look = Look.PHOTO
    fault: Fault | None = None
    container: str = "JPEG"
    copy_of: _Draft | None = None
    copy_kind: CopyKind | None = None
    id: int = -1

    @property
    def plain(self) -> bool:
        """An ordinary camera JPEG, free to be broken, copied or turned into something else."""
        return (
            self.look is Look.PHOTO
            and self.fault is None
            and self.has_exif
            and self.container == "JPEG"
            and self.shot.burst is None
            and self.copy_of is None
        )


def as_files(
    rng: random.Random,
    happenings: Sequence[Happening],
    *,
    copies: int,
    gps_share: float,
    wrong_clock: bool,
    faults: bool,
) -> tuple[tuple[PlannedPhoto, ...], tuple[CameraTruth, ...]]:
    """Give the files in the order of their true moments, and the devices that made them."""
    cameras = household_devices(rng, wrong_clock=wrong_clock)
    drafts = list(_drafts(rng, happenings, cameras, gps_share))
    for event in happenings:
        _choose_best(rng, event.shots)
    if faults:
        _vary(rng, drafts)
    drafts.sort(key=lambda draft: draft.shot.utc)
    _locate(rng, drafts, gps_share)
    if faults:
        _break(rng, drafts)
    _name(drafts)
    drafts += _copies(rng, drafts, copies)
    drafts.sort(key=lambda draft: (draft.shot.utc, draft.copy_of is not None))
    for number, draft in enumerate(drafts):
        draft.id = number
    return tuple(_finished(rng, draft) for draft in drafts), cameras


def _drafts(
    rng: random.Random, happenings: Sequence[Happening], cameras: tuple[CameraTruth, ...], gps_share: float
) -> Iterator[_Draft]:
    """Give every photo a device; a person keeps one device during an event."""
    by_id = {camera.id: camera for camera in cameras}
    first, last = happenings[0].shots[0].utc, happenings[-1].shots[-1].utc
    other = min(MOST_WITHOUT_GPS_CAMERA, 1 - gps_share)
    for event in happenings:
        age = (event.shots[0].utc - first) / max(last - first, timedelta(seconds=1))
        held: dict[str, CameraTruth] = {}
        share = min(1.0, other * (1.6 if event.trip is not None or event.day_out is not None else 0.7))
        for shot in event.shots:
            if shot.person not in held:
                held[shot.person] = by_id[_device(rng, shot.person, age, share)]
            heic = held[shot.person].names == "iphone" and age > 0.7 and event.id % 3 == 0
            yield _Draft(shot, event, held[shot.person], container="HEIC" if heic else "JPEG")


def _device(rng: random.Random, person: str, age: float, without_gps: float) -> str:
    if person == "Ben":
        return "ben-camera" if rng.random() < without_gps else "ben-phone"
    if age < 0.45:
        return "old-camera" if rng.random() < without_gps else "anna-old-phone"
    return "anna-phone"


def _choose_best(rng: random.Random, shots: Sequence[Shot]) -> None:
    """Make one photo of each burst the sharp one."""
    bursts: dict[int, list[Shot]] = {}
    for shot in shots:
        if shot.burst is not None:
            bursts.setdefault(shot.burst, []).append(shot)
    for members in bursts.values():
        sharp = rng.randrange(len(members))
        for number, shot in enumerate(members):
            shot.best = number == sharp


def _vary(rng: random.Random, drafts: Sequence[_Draft]) -> None:
    """Make some photos screenshots, documents, messenger pictures, panoramas or black and white."""
    for draft in drafts:
        if not draft.plain:
            continue
        alone = len(draft.event.shots) == 1
        draw = rng.random()
        if draw < (0.11 if alone and draft.event.trip is None else 0.006):
            draft.look, draft.has_exif, draft.container = Look.SCREENSHOT, False, "PNG"
            draft.shot.scene = Scene.SCREENSHOT
        elif draw < (0.17 if alone else 0.01) or _is_bill(rng, draft):
            draft.look, draft.shot.scene = Look.DOCUMENT, Scene.DOCUMENT
        elif draw < 0.20 and rng.random() < 0.15:
            draft.has_exif = False
        elif draw > 0.97 and draft.shot.scene in _OUTDOORS:
            draft.look = Look.PANORAMA
        elif draw > 0.955:
            draft.look = Look.BLACK_AND_WHITE


def _is_bill(rng: random.Random, draft: _Draft) -> bool:
    event = draft.event
    return event.activity.name == "meal" and draft.shot is event.shots[-1] and rng.random() < 0.2


def _locate(rng: random.Random, drafts: Sequence[_Draft], gps_share: float) -> None:
    """Write positions into the wanted share of camera photos; half of the gaps are whole events."""
    taken = [draft for draft in drafts if draft.has_exif]
    able = [draft for draft in taken if draft.camera.has_gps]
    missing = max(0, len(able) - round(gps_share * len(taken)))
    events = {draft.event.id: draft.event for draft in able}
    order = list(events)
    rng.shuffle(order)
    off: set[int] = set()
    lost = 0
    for number in order:
        size = len(events[number].shots)
        if lost + size <= missing / 2:
            off.add(number)
            lost += size
    without = {id(draft) for draft in able if draft.event.id in off}
    rest = [draft for draft in able if draft.event.id not in off]
    without.update(id(draft) for draft in rng.sample(rest, min(len(rest), max(0, missing - len(without)))))
    for draft in able:
        if id(draft) not in without:
            east, north = rng.gauss(0, FIX_ERROR_KM), rng.gauss(0, FIX_ERROR_KM)
            draft.gps = moved(draft.shot.point, east_km=east, north_km=north)


def _break(rng: random.Random, drafts: Sequence[_Draft]) -> None:
    plain = [draft for draft in drafts if draft.plain]
    kinds = list(Fault)
    wanted = round(FAULT_SHARE * len(drafts))
    if len(drafts) >= 150:
        wanted = max(wanted, len(kinds))
    for number, draft in enumerate(rng.sample(plain, min(wanted, len(plain)))):
        draft.fault = kinds[number % len(kinds)]
        if draft.fault is Fault.BOMB:
            draft.container = "PNG"
        if draft.fault is Fault.WRONG_EXTENSION:
            draft.container = "PNG"


def _name(drafts: Sequence[_Draft]) -> None:
    """Name all files by the habits of devices and people, in the order in which they were taken."""
    names = Names()
    messages: dict[str, int] = {}
    for draft in drafts:
        shot = draft.shot
        if draft.look is Look.SCREENSHOT:
            draft.path = names.unique("Pictures/Screenshots", f"Screenshot_{shot.wall:%Y%m%d-%H%M%S}.png")
        elif not draft.has_exif:
            day = f"{shot.wall:%Y%m%d}"
            messages[day] = messages.get(day, -1) + 1
            draft.path = names.unique("WhatsApp Images", f"IMG-{day}-WA{messages[day]:04d}.jpg")
        else:
            wall = shot.wall + timedelta(seconds=draft.camera.clock_error_s)
            name = names.of_camera(draft.camera, wall, shot.utc, _suffix(draft))
            draft.path = names.unique(_folder(draft), name)


def _suffix(draft: _Draft) -> str:
    if draft.container == "HEIC":
        return ".heic"
    return ".png" if draft.fault is Fault.BOMB else ".jpg"


def _folder(draft: _Draft) -> str:
    """Anna's phone sorts by month, Ben by event, cameras not at all."""
    wall, event = draft.shot.wall, draft.event
    if draft.camera.id == "ben-camera":
        return f"DCIM/{100 + wall.year % 100}D5600"
    if draft.camera.id == "old-camera":
        return f"DCIM/{100 + wall.month}CANON"
    if draft.camera.owner == "Anna":
        return f"Camera Uploads/{wall:%Y}/{wall:%m}"
    if len(event.shots) >= 5:
        return f"Ben/{event.shots[0].wall:%Y-%m-%d} {event.title}".replace("'", "")
    return f"Ben/{wall:%Y-%m}"


def _copies(rng: random.Random, drafts: Sequence[_Draft], count: int) -> Iterator[_Draft]:
    """Copy some files into a backup folder, and edit others."""
    plain = [draft for draft in drafts if draft.plain]
    names = Names()
    for number in range(count):
        original = rng.choice(plain or list(drafts))
        kind = CopyKind.SAME if number % 5 < 3 or original.copy_of or not original.plain else CopyKind.EDITED
        folder, _, name = original.path.rpartition("/")
        stem, _, suffix = name.rpartition(".")
        if kind is CopyKind.EDITED:
            path = names.unique(f"Edited/{original.shot.wall:%Y}", f"{stem}_edited.{suffix}")
        else:
            path = names.unique(f"Backup/{folder.rpartition('/')[2]}", name)
        yield _Draft(
            original.shot, original.event, original.camera, path, original.gps, original.has_exif,
            original.look, original.fault, original.container, original, kind,
        )  # fmt: skip


def _finished(rng: random.Random, draft: _Draft) -> PlannedPhoto:
    shot, camera = draft.shot, draft.camera
    aspect, orientation = _frame(draft)
    return PlannedPhoto(
        id=draft.id,
        path=draft.path,
        wall=shot.wall,
        utc_offset_min=round((shot.wall - shot.utc).total_seconds() / 60),
        camera_wall=shot.wall + timedelta(seconds=camera.clock_error_s),
        point=shot.point,
        gps=draft.gps,
        has_exif=draft.has_exif,
        camera=camera.id,
        person=shot.person,
        event=draft.event.id,
        trip=draft.event.trip,
        day_out=draft.event.day_out,
        place=draft.event.place.id,
        burst=shot.burst,
        best=shot.best,
        copy_of=draft.copy_of.id if draft.copy_of is not None else None,
        copy_kind=draft.copy_kind,
        scene=shot.scene,
        look=draft.look,
        fault=draft.fault,
        container=draft.container,
        aspect=aspect,
        orientation=orientation,
        sun_altitude=shot.altitude,
        scene_seed=shot.scene_seed,
        seed=rng.getrandbits(31),
    )


def _frame(draft: _Draft) -> tuple[float, int]:
    """Give aspect (upright) and EXIF orientation; a burst keeps both."""
    shot, aspect = draft.shot, draft.camera.aspect
    draw = shot.scene_seed * 2654435761 % 1_000_003 / 1_000_003
    if draft.look is Look.SCREENSHOT:
        return 9 / 19.5, 1
    if draft.look is Look.DOCUMENT:
        return 3 / 4, 6
    if draft.look is Look.PANORAMA:
        return 3.2, 1
    if draw < _UPRIGHT_SHARE.get(shot.scene, 0.25):
        turned = 8 if draw < 0.04 else 6
        return 1 / aspect, turned if draft.has_exif and draft.camera.id != "old-camera" else 1
    return aspect, 3 if draw > 0.97 and draft.has_exif else 1

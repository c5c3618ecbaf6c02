"""What looks tell, as groups: titles and reasons of themes, sets and look-alikes."""

from __future__ import annotations

from array import array
from dataclasses import fields

import numpy as np

from photoroll.core.columns import PhotoColumns
from photoroll.core.grouping.frame import frame_of
from photoroll.core.grouping.looks import LooksInput, group_by_looks
from photoroll.core.models import Relation
from photoroll.services import theme_data

A, B, C = 0x0F0F_1234_5678_9ABC, 0x70E1_D2C3_B4A5_9687, 0x1111_EEEE_2222_DDDD
USUAL = {
    "precision": "second", "date_source": "exif", "width": 640, "height": 480, "media": "photo",
    "format": "JPEG", "faces": -1, "flash": -1, "rating": -1, "camera": 1, "has_pixels": 1,
    "sharpness": 100.0, "exposure": 1.0, "contrast": 0.2, "colourfulness": 0.3, "face_area": 0.0,
}  # fmt: skip
SMALL = ("has_pixels", "flat", "flash", "favourite", "rating", "hidden")


def columns(rows):
    values = {}
    for field in fields(PhotoColumns):
        kind = str(field.type)
        cells = [row.get(field.name, USUAL.get(field.name)) for row in rows]
        if field.name == "id":
            cells = list(range(1, len(rows) + 1))
        if kind.startswith("tuple"):
            empty = b"" if "bytes" in kind else ""
            values[field.name] = tuple(empty if cell is None else cell for cell in cells)
        elif "float" in kind:
            values[field.name] = array("d", [float("nan") if cell is None else cell for cell in cells])
        else:
            code = "b" if field.name in SMALL else "q"
            values[field.name] = array(code, [0 if cell is None else cell for cell in cells])
    return PhotoColumns(**values)


def looks_of(rows, descriptors=None):
    n = len(rows)
    unknown = np.full(n, np.nan)
    known = LooksInput(
        descriptors=np.zeros((n, 431), np.float16) if descriptors is None else descriptors,
        statistics=np.zeros((n, 29), np.float16),
        faces=[None] * n,
        cameras=["A camera"] * n,
        utc_offset_min=unknown,
        lat=unknown,
        lon=unknown,
        event_of=np.zeros(n, np.int64),
    )
    return group_by_looks(frame_of(columns(rows)), known, theme_data.load())


def shot(moment, bits, **more):
    return {"wall_s": 1.7e9 + moment, "phash": bits, "dhash": bits, **more}


def test_stacks_are_called_by_what_they_are_and_unknown_cameras_burst_not():
    rows = [
        shot(0.25, A, path=b"/p/IMG_0001.jpg"),
        shot(0.25, A ^ 0b1111111, path=b"/p/edited/IMG_0001_edit.jpg", sharpness=200.0),
        shot(5000.1, B),
        shot(5000.6, B ^ 1),
        shot(9000, C),
        shot(9300, C ^ 1),
        shot(20000, A ^ B, camera=0),
        shot(20001, C ^ 0xFFFF_FFFF, camera=0),
    ]
    stacks = {group.title: group for group in looks_of(rows).lookalikes}
    assert {title: group.facts["relation"] for title, group in stacks.items()} == {
        "2 copies": Relation.EDITED,
        "Burst of 2": Relation.BURST,
        "2 similar photos": Relation.SIMILAR,
    }
    assert stacks["2 copies"].cover == 1
    assert [one.text for one in stacks["2 copies"].reasons] == [
        "the original by its name: the copies' names are longer"
    ]


def test_themes_and_sets_say_why():
    rows = [
        shot(86_400 * day, A ^ (day * 0x9E3779B97F4A7C15 % 2**63), width=3000, height=1000)
        for day in range(4)
    ]
    heads = theme_data.load().heads
    far = np.zeros((4, 431), np.float32)
    for name in heads.names:  # looks like nothing that was learnt
        far -= 20 * heads.weights[heads.index(name)] / np.linalg.norm(heads.weights[heads.index(name)])
    (theme,) = [one for one in looks_of(rows, far.astype(np.float16)).themes if one.key == "theme:panoramas"]
    assert [one.text for one in theme.reasons] == ["3.0 times as wide as high: all 4 photos", "4 sure"]
    alike = [{**row, "width": 640, "height": 480} for row in rows for _ in range(4)]
    sets = looks_of(alike, np.repeat(far, 4, axis=0).astype(np.float16)).sets
    assert [one.title for one in sets] == ["16 photos that look alike"]
    assert [one.text for one in sets[0].reasons] == ["Alike by colour and layout; no theme names them"]

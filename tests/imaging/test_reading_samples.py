"""The readers on real photos of many cameras, and on files made to break readers."""

import csv
import io
import json
import math
import subprocess
import sys
from collections import Counter
from datetime import datetime

import pytest
from PIL import Image

from photoroll.core.dates import parse_offset
from photoroll.errors import PhotoRollError
from photoroll.imaging.reading import ReadRequest, read_faces, read_metadata, read_pixels

pytestmark = pytest.mark.samples
LATER = datetime(2027, 6, 1)
"""After the newest photo whose clock ran ahead."""


def truths(samples):
    """Yield each sample photo of which another program's reading is known."""
    with (samples / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["truth"].startswith("{"):
                known, _ = json.JSONDecoder().raw_decode(row["truth"])
                known = {key: value for key, value in known.items() if value is not None and value == value}
                if known and (samples / row["path"]).exists():
                    yield samples / row["path"], known


def test_dates_places_and_cameras_are_those_that_other_programs_read(samples):
    told, right, wrong = Counter(), Counter(), []
    for path, known in truths(samples):
        try:
            found = read_metadata(ReadRequest(path=bytes(path), now=LATER))
        except PhotoRollError:
            continue  # counted by the tests of broken files
        for name, good in verdicts(found, known):
            told[name] += 1
            right[name] += good
            if not good:
                wrong.append(f"{name} {path.relative_to(samples)}")
    table = {name: f"{right[name]} of {count}" for name, count in sorted(told.items())}
    print("\n".join(f"{name:12} {value}" for name, value in table.items()), *wrong, sep="\n")
    assert told["original"] > 300
    for name in ("original", "position", "offset", "orientation", "make"):
        assert right[name] >= 0.99 * told[name], (table, wrong)


def verdicts(found, known):
    """Yield (what, whether it is as known)."""
    if "dto" in known and not str(known["dto"]).startswith(("0000", "1601")):  # refused on purpose
        yield "original", found.taken.wall is not None and shown(found) == known["dto"][:19]
    if "lat" in known and not known["lat"] == known["lon"] == 0:
        near = found.position is not None and math.dist(
            (found.position.point.lat, found.position.point.lon), (known["lat"], known["lon"])
        )
        yield "position", near is not False and near < 1e-4
    if "off" in known:
        yield "offset", found.taken.utc_offset_min == parse_offset(known["off"])
    if "ori" in known:
        yield "orientation", found.orientation == known["ori"] or found.format in ("HEIC", "AVIF", "TIFF")
    if "make" in known:
        yield "make", found.camera.make[:20] == known["make"].replace("\0", "").strip()[:20]


def shown(found):
    return found.taken.wall.strftime("%Y:%m:%d %H:%M:%S")


def test_all_orientations_of_the_same_photo_look_the_same(samples):
    photos = sorted((samples / "metadata" / "orientation").rglob("*.jpg"))
    assert len(photos) >= 18
    hashes = {}
    for path in photos:
        pixels = read_pixels(ReadRequest(path=bytes(path)))
        shape = "portrait" if pixels.height > pixels.width else "landscape"
        assert shape in path.name.lower()
        hashes.setdefault(shape, []).append(pixels.phash)
    for of_one in hashes.values():
        assert max((first ^ second).bit_count() for first in of_one for second in of_one) <= 6


EVERY_FILE = """
import sys, json, time, resource
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
from photoroll.errors import PhotoRollError
from photoroll.imaging.reading import ReadRequest, read_metadata, read_pixels, warm_up
warm_up()
files, slowest, codes = 0, 0.0, {}
for path in sorted(p for folder in sys.argv[1:] for p in Path(folder).rglob("*") if p.is_file()):
    files += 1
    for read in (read_metadata, read_pixels):
        started = time.process_time()
        try:
            read(ReadRequest(path=bytes(path)))
            code = "read"
        except PhotoRollError as error:
            assert str(error).endswith("."), error
            assert error.path == path, error
            code = getattr(error, "code", "unsupported")
        slowest = max(slowest, time.process_time() - started)
        codes[code] = codes.get(code, 0) + 1
print(json.dumps({"files": files, "slowest_s": slowest, "codes": codes}))
"""


@pytest.mark.parametrize(
    ("folders", "at_least"), [(["corrupt"], 201), (["metadata/exiftool", "metadata/pillow_heif"], 250)]
)
def test_no_file_crashes_or_hangs_a_reader(samples, folders, at_least):
    places = [samples / folder for folder in folders]
    command = [sys.executable, "-c", EVERY_FILE, *map(str, places)]
    done = subprocess.run(command, capture_output=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    print(found)
    assert found["files"] >= at_least
    assert sum(found["codes"].values()) == 2 * found["files"]
    assert set(found["codes"]) <= {"read", "unsupported", "damaged", "empty", "too_large", "memory"}
    assert found["slowest_s"] < 3


def test_heic_photos_are_upright_once(samples):
    seen = 0
    for path in sorted((samples / "metadata" / "pillow_heif").rglob("*.hei[cf]")):
        try:
            head, pixels = (
                read_metadata(ReadRequest(path=bytes(path))),
                read_pixels(ReadRequest(path=bytes(path))),
            )
        except PhotoRollError:
            continue
        seen += 1
        assert head.orientation == 1
        assert (head.width, head.height) == (pixels.width, pixels.height)
        with Image.open(io.BytesIO(pixels.thumb256)) as thumb:
            assert (thumb.width > thumb.height) == (head.width > head.height)
    assert seen >= 20


def test_faces_are_found_on_photos_of_faces_and_rarely_elsewhere(samples):
    photos = [
        p for p in sorted((samples / "faces").rglob("*")) if p.suffix.lower() in (".jpg", ".jpeg", ".png")
    ]
    with_faces = sum(bool(faces_of(path)) for path in photos)
    assert with_faces >= 0.9 * len(photos)
    scenes = sorted((samples / "collections" / "budgie_cc0").rglob("*.jpg"))
    assert scenes
    assert sum(len(faces_of(path)) for path in scenes) == 0


def faces_of(path):
    return read_faces(read_pixels(ReadRequest(path=bytes(path))).thumb512).faces

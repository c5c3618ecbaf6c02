"""The three passes over one file, as sealed workers run them."""

import hashlib
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import time
import zlib
from datetime import datetime

import numpy as np
import piexif
import pytest
from PIL import Image

from photoroll.core.models import DateSource, MediaKind, Precision
from photoroll.core.readings import DESCRIPTOR_SIZE, STATISTICS_SIZE
from photoroll.errors import PhotoRollError, UnreadablePhoto, UnsupportedFile
from photoroll.imaging.reading import ReadRequest, read_faces, read_metadata, read_pixels, read_whole

NOW = datetime(2026, 11, 22, 12)
JUNE = int(datetime(2024, 6, 20).timestamp() * 1e9)


def asked(path, **more):
    return ReadRequest(path=os.fsencode(path), now=NOW, **more)


def code_of(path, read=read_metadata):
    with pytest.raises(PhotoRollError) as refused:
        read(asked(path))
    error = refused.value
    assert error.path == path
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.path) == (type(error), str(error), error.path)
    return error.code if isinstance(error, UnreadablePhoto) else type(error).__name__


def camera_exif(orientation=1, thumbnail=None, moment=b"2024:06:14 21:03:11"):
    parts = {
        "0th": {piexif.ImageIFD.Orientation: orientation, piexif.ImageIFD.Make: b"Example"},
        "Exif": {piexif.ExifIFD.DateTimeOriginal: moment},
    }
    if thumbnail:
        parts |= {"1st": {piexif.ImageIFD.Compression: 6}, "thumbnail": thumbnail}
    return piexif.dump(parts)


def test_a_photo_is_read_in_three_passes(photo, scene):
    path = photo("IMG_20240614_210311.jpg", picture=scene(1200, 800), exif=camera_exif(6), quality=90)
    request = asked(path, relative=b"2024/IMG_20240614_210311.jpg", mtime_ns=JUNE)
    head, pixels = read_metadata(request), read_pixels(request)
    assert (head.format, head.kind, head.width, head.height, head.orientation) == (
        "JPEG",
        MediaKind.PHOTO,
        800,
        1200,
        6,
    )
    assert (pixels.width, pixels.height) == (800, 1200)
    assert head.taken.wall == datetime(2024, 6, 14, 21, 3, 11)
    assert [one.source for one in head.candidates] == [
        DateSource.EXIF,
        DateSource.FILENAME,
        DateSource.FOLDER,
        DateSource.MTIME,
    ]
    assert pixels.content_hash == hashlib.blake2b(path.read_bytes(), digest_size=32).digest()
    assert pixels.size == path.stat().st_size
    for thumb, size in ((pixels.thumb256, (170, 256)), (pixels.thumb512, (341, 512))):
        with Image.open(io.BytesIO(thumb)) as opened:
            assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", size)
            assert not opened.getexif()
    assert np.isfinite(np.frombuffer(pixels.descriptor, "<f2")).sum() == DESCRIPTOR_SIZE
    assert np.isfinite(np.frombuffer(pixels.statistics, "<f2")).sum() == STATISTICS_SIZE
    assert read_faces(pixels.thumb512).faces == ()
    assert read_whole(request) == (head, pixels, read_faces(pixels.thumb512))
    for value in (request, head, pixels):
        assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_both_passes_agree_on_the_upright_size(photo, corners, kind, orientation):
    exif = camera_exif(orientation)
    if kind == "TIFF":
        exif = Image.Exif()
        exif[0x0112] = orientation
    path = photo("x", kind, exif=exif)
    head, pixels = read_metadata(asked(path)), read_pixels(asked(path))
    assert (
        (head.width, head.height)
        == (pixels.width, pixels.height)
        == ((96, 64) if orientation < 5 else (64, 96))
    )
    if kind in ("TIFF", "HEIF"):
        assert head.orientation == 1
    upright = {1: "RGBK", 2: "GRKB", 3: "KBGR", 4: "BKRG", 5: "RBGK", 6: "BRKG", 7: "KGBR", 8: "GKRB"}
    with Image.open(io.BytesIO(pixels.thumb256)) as thumb:
        assert corners(thumb) == upright[orientation]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_embedded_preview_is_upright_and_without_bars(photo, scene, encoded, corners, orientation):
    boxed = Image.new("RGB", (160, 120))
    boxed.paste(scene(160, 107), (0, 7))
    path = photo(
        "x.jpg", picture=scene(960, 640), exif=camera_exif(orientation, encoded(boxed, "JPEG", quality=92))
    )
    head = read_metadata(asked(path))
    with Image.open(io.BytesIO(head.preview)) as preview:
        assert corners(preview) == {1: "RGBK", 3: "KBGR", 6: "BRKG", 8: "GKRB"}[orientation]
        assert abs(preview.width / preview.height / (head.width / head.height) - 1) < 0.03
        assert not preview.getexif()


@pytest.mark.parametrize("broken", [b"\xff\xd8\xff no picture", b"GIF89a", b"\xff\xd8\xff\xd9" * 30, b""])
def test_a_broken_preview_is_left_out(photo, scene, encoded, broken):
    thumbnail = encoded(scene(160, 120), "JPEG")
    exif = camera_exif(thumbnail=thumbnail)
    start = exif.index(b"\xff\xd8\xff")
    for data, whole in ((exif, True), (exif[:start] + broken, False)):
        assert (read_metadata(asked(photo(exif=data))).preview is not None) == whole


def test_names_and_folders_tell_dates_only_below_the_users_folder(photo, tmp_path):
    (tmp_path / "1999").mkdir()
    path = photo("1999/IMG-20190714-WA0001.jpg")
    found = read_metadata(asked(path, relative=b"Mum/IMG-20190714-WA0001.jpg", mtime_ns=JUNE)).taken
    assert (found.precision, found.wall.date()) == (Precision.DAY, datetime(2019, 7, 14).date())
    plain = photo("1999/x.jpg")
    assert read_metadata(asked(plain, relative=b"x.jpg")).taken.wall is None
    assert read_metadata(asked(plain, relative=b"1999/x.jpg")).taken.precision is Precision.YEAR
    assert read_metadata(asked(plain, relative=b"x.jpg", mtime_ns=JUNE)).taken.source is DateSource.MTIME


@pytest.mark.parametrize("mtime_ns", [0, -1, 2**62, -(2**62), 2**40 * 10**9])
def test_a_strange_file_time_is_no_error(photo, mtime_ns):
    assert read_metadata(asked(photo(), mtime_ns=mtime_ns)).taken.wall is None


def test_the_clock_is_asked_when_no_time_is_given(photo):
    path = photo(exif=camera_exif(moment=b"2999:01:01 00:00:00"))
    found = read_metadata(ReadRequest(path=os.fsencode(path)))
    assert found.taken.wall is None
    assert "future" in found.warnings[0]


@pytest.mark.parametrize(
    "name", ["caf\udce9.jpg", "a\nb\t'\"%s%n.jpg", "\u202egpj.exe", "-rf", " x", "e\u0301.jpg", "🏖\u200d.jpg"]
)
def test_any_name_is_opened_by_its_bytes(photo, name):
    path = photo(name)
    assert read_metadata(asked(path, relative=os.fsencode(name))).format == "JPEG"
    assert read_pixels(asked(path)).size == path.stat().st_size


def test_content_decides_not_the_name(photo, tmp_path):
    assert read_metadata(asked(photo("x.jpg", "PNG"))).format == "PNG"
    assert read_metadata(asked(photo("photo.txt"))).format == "JPEG"
    (tmp_path / "page.jpg").write_bytes(b"<!DOCTYPE html><script>1</script>")
    (tmp_path / "drawing.jpg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "print.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n{ } loop\n")
    (tmp_path / "program.png").write_bytes(b"\x7fELF\2\1\1" + b"\0" * 60)
    (tmp_path / "notes.xmp").write_bytes(b"<x:xmpmeta/>")
    for name in ("page.jpg", "drawing.jpg", "print.jpg", "program.png", "notes.xmp"):
        for read in (read_metadata, read_pixels):
            assert code_of(tmp_path / name, read) == "UnsupportedFile", name


def test_a_polyglot_is_its_picture(photo):
    path = photo()
    alone = read_pixels(asked(path))
    path.write_bytes(path.read_bytes() + b"PK\3\4" + b"\0" * 5000)
    both = read_pixels(asked(path))
    assert both.thumb512 == alone.thumb512
    assert both.content_hash != alone.content_hash


@pytest.mark.parametrize("read", [read_metadata, read_pixels])
def test_what_cannot_be_read_says_why(tmp_path, photo, read):
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "zeros.jpg").write_bytes(bytes(5000))
    (tmp_path / "one.png").write_bytes(b"\x89")
    (tmp_path / "head.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "link.jpg").symlink_to(photo("real.jpg"))
    with (tmp_path / "sparse.jpg").open("wb") as file:
        file.truncate(1 << 40)
    expected = {
        "empty.jpg": "empty",
        "zeros.jpg": "damaged",
        "one.png": "damaged",
        "head.png": "damaged",
        "pipe.jpg": "not_regular",
        "link.jpg": "not_regular",
        "sparse.jpg": "too_large",
        "gone.jpg": "gone",
    }
    started = time.monotonic()
    assert {name: code_of(tmp_path / name, read) for name in expected} == expected
    assert time.monotonic() - started < 20


def test_half_a_photo_has_its_facts_but_no_pixels(photo):
    path = photo(picture=Image.effect_noise((400, 300), 50).convert("RGB"), exif=camera_exif())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert read_metadata(asked(path)).taken.precision is Precision.SECOND
    assert code_of(path, read_pixels) == "damaged"


def test_a_large_file_is_streamed_with_the_same_result(photo, monkeypatch):
    path = photo("x.png", "PNG")
    whole = read_pixels(asked(path))
    monkeypatch.setattr("photoroll.imaging.originals.MAX_READ_BYTES", 100)
    assert read_pixels(asked(path)) == whole


def test_nothing_is_written_to_the_original(photo, tmp_path):
    path = photo(exif=camera_exif())
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode, os.listdir(tmp_path))
    read_metadata(asked(path))
    read_pixels(asked(path))
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode, os.listdir(tmp_path)) == before


def test_unsupported_files_have_a_sentence(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(UnsupportedFile, match=r"This is a PDF document .*PhotoRoll reads JPEG, PNG"):
        read_metadata(asked(tmp_path / "x.pdf"))


HEAVY = ("PIL", "numpy", "cv2", "exifread", "pillow_heif", "defusedxml", "scipy", "sklearn", "xml")


def in_child(script, *arguments, timeout_s=60):
    """Run a script in a process of its own with the workers' memory limit; gives what it printed as JSON."""
    limits = "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))\n"
    command = [sys.executable, "-c", limits + script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_importing_the_entry_points_is_light():
    script = "import sys, json; import photoroll.imaging.reading; print(json.dumps(sorted(sys.modules)))"
    loaded = in_child(script)
    assert not {name.split(".")[0] for name in loaded}.intersection(HEAVY)


def test_warming_up_loads_what_the_first_photo_needs(photo):
    script = """
import sys, json
from photoroll.imaging import reading
reading.warm_up()
before = set(sys.modules)
request = reading.ReadRequest(path=sys.argv[1].encode())
reading.read_metadata(request)
reading.read_pixels(request)
print(json.dumps(sorted(name for name in set(sys.modules) - before if name.count(".") < 1)))
"""
    assert in_child(script, photo(exif=camera_exif())) == []


BOMB = """
import sys, json, time
from photoroll.imaging import reading
from photoroll.errors import PhotoRollError
reading.warm_up()
found = {}
for path in sys.argv[1:]:
    started = time.process_time()
    try:
        reading.read_pixels(reading.ReadRequest(path=path.encode()))
        code = "read"
    except PhotoRollError as error:
        code = getattr(error, "code", "unsupported")
    found[path.rsplit("/", 1)[-1]] = [code, time.process_time() - started]
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
found["peak_mb"] = int(status["VmHWM"].split()[0]) >> 10
print(json.dumps(found))
"""


def png_rows(width, height, rows):
    """A grey PNG of any size whose pixels pack to almost nothing; valid when it has all its rows."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(width + 1)) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def fax_page(width, height):
    """The head of a bilevel TIFF in Group 4 coding, as fax machines send."""
    tags = ((256, width), (257, height), (258, 1), (259, 4), (262, 0), (273, 122), (278, height), (279, 4))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4) + bytes(100)


def test_bombs_stay_within_memory_and_time(tmp_path, encoded):
    (tmp_path / "400mp.png").write_bytes(png_rows(20_000, 20_000, 100))
    (tmp_path / "100mp.png").write_bytes(png_rows(10_000, 10_000, 10_000))
    (tmp_path / "119mp.jpg").write_bytes(encoded(Image.new("L", (11_900, 10_000), 90), "JPEG", quality=20))
    (tmp_path / "1800mp.tif").write_bytes(fax_page(40_000, 45_000))
    frames = [Image.new("P", (80, 60), n % 200) for n in range(3000)]
    (tmp_path / "many.gif").write_bytes(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    found = in_child(BOMB, *sorted(tmp_path.iterdir()), timeout_s=100)
    assert found.pop("peak_mb") < 1200
    assert {name: code for name, (code, _) in found.items()} == {
        "400mp.png": "too_large",
        "100mp.png": "read",
        "119mp.jpg": "read",
        "many.gif": "read",
        "1800mp.tif": "too_large",
    }
    assert max(seconds for _, seconds in found.values()) < 10

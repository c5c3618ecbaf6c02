from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photoroll.errors import LibraryError
from photoroll.library import Library, Pass

ROOT = Path(__file__).parents[2]
BUILDERS = Path(__file__).with_name("conftest.py")
FILES, CONTENTS = 120, 90

# what the indexing does, on made-up readings: sync, then pass after pass in small batches
INDEX = f"""
import importlib.util, resource, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("builders", {str(BUILDERS)!r})
builders = importlib.util.module_from_spec(spec); sys.modules["builders"] = builders
spec.loader.exec_module(builders)
from photoroll.library import FoundFile, Library, Pass

with Library.open(Path(sys.argv[1])) as library:
    print("open", flush=True)
    if len(sys.argv) > 2:
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
    root = library.roots.add(Path("/photos"), volume_id="disk", marker="")
    number = lambda file: int(file.path.split(b"/")[-1])
    found = [
        FoundFile(path=b"%d" % n, size=n, mtime_ns=n, inode=n + 1, device=1) for n in range({FILES})
    ]
    library.files.sync(root.id, found)
    for reading_pass in (Pass.METADATA, Pass.PIXELS):
        while batch := library.files.pending(reading_pass, limit=5):
            if reading_pass is Pass.METADATA:
                library.photos.store_metadata(
                    [(f.id, builders.metadata(minutes=number(f) % {CONTENTS}, preview=b"p")) for f in batch]
                )
            else:
                library.photos.store_pixels(
                    [(f.id, builders.pixels(b"%d" % (number(f) % {CONTENTS}) * 50)) for f in batch]
                )
            print(*(f.id for f in batch), flush=True)
"""


def start(folder: Path, *values: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", INDEX, str(folder), *map(str, values)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(folder: Path) -> None:
    with start(folder) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err.decode()


def assert_complete(folder: Path) -> None:
    with Library.open(folder) as library:
        assert library.check().clean, library.check().problems
        assert len(library.photos.query()) == CONTENTS
        assert library.info().files == FILES
        assert library.files.pending(Pass.PIXELS) == []
        assert sum(day.count for day in library.days()) == CONTENTS
        ids = {record.public_id for record in library.photos.query()}
        assert len(ids) == CONTENTS


def test_killed_at_any_moment_it_resumes_without_loss_or_duplicates(folder):
    Library.open(folder).close()
    chance = random.Random(11)
    acknowledged = 0
    for _ in range(8):
        with start(folder) as process:
            assert process.stdout.readline() == b"open\n"
            for _ in range(chance.randrange(8)):
                acknowledged += bool(process.stdout.readline())
            time.sleep(chance.random() * 0.01)
            process.send_signal(signal.SIGKILL)
            process.stdout.close()
            process.stderr.close()
        with Library.open(folder) as library:
            report = library.check()
            assert report.clean, report.problems
            done = FILES - library.files.waiting(Pass.METADATA) + FILES
            done -= library.files.waiting(Pass.METADATA) + library.files.waiting(Pass.PIXELS)
            assert done >= 5 * acknowledged, "what was acknowledged is kept"
    finish(folder)
    assert_complete(folder)


@pytest.mark.parametrize("damage", ["cut", "zeros", "rubbish"])
def test_a_torn_log_gives_an_earlier_state_that_is_whole(folder, tmp_path, damage):
    Library.open(folder).close()
    with start(folder) as process:
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.stderr.close()
    chance = random.Random(damage)
    size = (folder / "library.db-wal").stat().st_size
    assert size > 0
    for number in range(6):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(folder, copy)
        (copy / "library.db-shm").unlink(missing_ok=True)
        place = chance.randrange(size)
        with (copy / "library.db-wal").open("r+b") as log:
            log.seek(place)
            if damage == "cut":
                log.truncate()
            else:
                log.write(bytes(size - place) if damage == "zeros" else chance.randbytes(size - place))
        with Library.open(copy) as library:
            report = library.check()
            assert report.clean, report.problems
    finish(copy)
    assert_complete(copy)


def test_a_full_disk_is_said_and_loses_nothing(folder):
    Library.open(folder).close()
    limit = (folder / "library.db").stat().st_size + 40_000
    with start(folder, limit) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    last = err.decode().strip().splitlines()[-1]
    assert LibraryError.__name__ in last
    assert "Free some space" in last
    with Library.open(folder) as library:
        assert library.check().clean
    finish(folder)
    assert_complete(folder)

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from photoroll.core.progress import CancelToken
from photoroll.errors import Cancelled, LibraryBusy, LibraryDamaged, LibraryError, LibraryTooNew
from photoroll.library import Library, migrations, upgrade

ROOT = Path(__file__).parents[2]


def child(code: str, *values: object, **how) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own; ``sys.argv[1:]`` are the values."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, values)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **how,
    )


def add_colour(db) -> None:
    db.execute("ALTER TABLE photos ADD COLUMN colour TEXT")


STEPS = (*migrations.MIGRATIONS, ("m002_colour", add_colour))


def test_a_library_is_made_whole_and_closed_without_a_log(folder):
    with Library.open(folder) as library:
        info = library.info()
        assert info.schema == migrations.names()[-1]
        assert info.writable
        assert library.check().clean
    assert {path.name for path in folder.iterdir()} == {"library.db", "thumbs.db", "lock"}
    assert folder.stat().st_mode & 0o077 == 0, "photos are private"
    assert info.as_json()["photos"] == 0


def test_opening_again_loads_no_slow_library(folder):
    Library.open(folder).close()
    code = (
        "import sys; from pathlib import Path; from photoroll.library import Library; "
        "Library.open(Path(sys.argv[1])).close(); "
        "print([name for name in ('sqlite_utils', 'numpy', 'PIL') if name in sys.modules])"
    )
    assert child(code, folder).stdout == "[]\n"


def test_nothing_to_open_is_said(folder):
    for how in ({"write": False}, {"create": False}):
        with pytest.raises(LibraryError, match="no library"):
            Library.open(folder, **how)
    assert not folder.exists()


def test_one_writer_at_a_time_and_readers_always(filled):
    with Library.open(filled) as library, pytest.raises(LibraryBusy, match="Another PhotoRoll"):
        Library.open(filled)
    with Library.open(filled) as library, Library.open(filled, write=False) as reader:
        assert len(reader.photos.query()) == 3
        photo = library.photos.query()[0].id
        library.work.rate([photo], 1)
        assert reader.photos.query()[0].rating == 1, "a reader sees what is committed"
        with pytest.raises(LibraryError, match="reading only"):
            reader.work.rate([photo], 2)


def test_a_killed_writer_leaves_no_lock_behind(filled):
    code = (
        "import sys, time; from pathlib import Path; from photoroll.library import Library; "
        "library = Library.open(Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(filled)], cwd=ROOT, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout.readline() == b"open\n"
        with pytest.raises(LibraryBusy):
            Library.open(filled)
        with Library.open(filled, write=False) as reader:
            assert reader.info().photos == 3
        writer.send_signal(signal.SIGKILL)
    with Library.open(filled) as library:
        assert library.check().clean


@pytest.mark.parametrize("log_left", [False, True], ids=["closed", "killed writer"])
def test_a_read_only_folder_can_be_viewed(filled, log_left, give_up_powers):
    """The child gives up root's rights, for which permissions mean nothing."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name, "library")
        with Library.open(filled) as library:
            library.work.caption([library.photos.query()[0].id], "in the log")
            if log_left:
                shutil.copytree(filled, place)  # as a killed writer leaves it: with a log
        if not log_left:
            shutil.copytree(filled, place)
        (place / "library.db-shm").unlink(missing_ok=True)
        (place / "thumbs.db-shm").unlink(missing_ok=True)
        Path(name).chmod(0o755)
        for path in place.iterdir():
            path.chmod(0o444)
        place.chmod(0o555)
        code = (
            "import os, sys; from pathlib import Path; from photoroll.library import Library\n"
            f"{give_up_powers}\n"
            "with Library.open(Path(sys.argv[1]), write=False) as library:\n"
            "    record = library.photos.query()[0]\n"
            "    print(record.caption, library.thumbs.get(record.content_hash, 256), "
            "library.check().problems)\n"
            "try: Library.open(Path(sys.argv[1]))\n"
            "except Exception as error: print(type(error).__name__)\n"
        )
        before = sorted(path.name for path in place.iterdir())
        done = child(code, place, env={**os.environ, "TMPDIR": tempfile.gettempdir()})
        after = sorted(path.name for path in place.iterdir())
        place.chmod(0o755)
    assert done.stdout == "in the log b'small 0' ()\nLibraryError\n", done.stderr
    assert before == after


def test_a_newer_library_is_opened_for_reading_only(filled):
    upgrade.upgrade(filled / "library.db", filled / "backups", STEPS)
    with pytest.raises(LibraryTooNew, match="newer PhotoRoll"):
        Library.open(filled)
    with Library.open(filled, write=False) as library:
        assert len(library.photos.query()) == 3
        assert library.info().schema == "m002_colour"


def test_a_migration_runs_on_a_copy_and_keeps_the_old_file(filled):
    kept = upgrade.upgrade(filled / "library.db", filled / "backups", STEPS)
    with closing(sqlite3.connect(filled / "library.db")) as connection:
        assert connection.execute("SELECT count(colour), count(*) FROM photos").fetchone() == (0, 3)
    assert upgrade.schema_of(kept) == migrations.names()
    assert upgrade.upgrade(filled / "library.db", filled / "backups", STEPS) is None
    kept.replace(filled / "library.db")
    with Library.open(filled) as library:
        assert library.photos.query()[0].caption == "Ours"
        assert library.check().clean


def test_a_migration_that_fails_leaves_everything_as_it_was(filled):
    before = (filled / "library.db").read_bytes()

    def fails(db) -> None:
        db.execute("DELETE FROM work")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        upgrade.upgrade(filled / "library.db", filled / "backups", (*migrations.MIGRATIONS, ("m002", fails)))
    assert (filled / "library.db").read_bytes() == before

    def loses(db) -> None:
        db.execute("DELETE FROM work")

    with pytest.raises(LibraryDamaged, match="without loss"):
        upgrade.upgrade(filled / "library.db", filled / "backups", (*migrations.MIGRATIONS, ("m002", loses)))
    assert (filled / "library.db").read_bytes() == before


KILLED = """
import os, signal, sys
from pathlib import Path
from photoroll.library import migrations, upgrade
place, moment = Path(sys.argv[1]), sys.argv[2]
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
def step(db):
    db.execute("ALTER TABLE photos ADD COLUMN colour TEXT")
    if moment == "migration": die()
name = {"backup": "_verify", "log": "_empty_log", "finish": "_finish"}.get(moment)
if name: setattr(upgrade, name, die)
real, calls = upgrade._replace, []
def replace(part, path):
    calls.append(path)
    if moment == "before" and path.name == "library.db": die()
    real(part, path)
    if moment == "kept" or (moment == "after" and path.name == "library.db"): die()
upgrade._replace = replace
upgrade.upgrade(place / "library.db", place / "backups", (*migrations.MIGRATIONS, ("m002_colour", step)))
"""


@pytest.mark.parametrize("moment", ["backup", "kept", "migration", "finish", "log", "before", "after"])
def test_a_migration_killed_at_any_step_leaves_the_old_or_the_new_file(filled, moment):
    assert child(KILLED, filled, moment).returncode == -signal.SIGKILL
    with Library.open(filled, write=False) as library:
        assert library.photos.query()[0].caption == "Ours"
        assert library.info().schema == ("m002_colour" if moment == "after" else "m001_library")
        assert library.check().clean
    upgrade.upgrade(filled / "library.db", filled / "backups", STEPS)
    assert upgrade.schema_of(filled / "library.db")[-1] == "m002_colour"
    assert not list(filled.glob("*.part"))


def test_the_newest_three_backups_stay(filled):
    with Library.open(filled) as library:
        made = [library.back_up() for _ in range(5)]
        assert library.info().backups == tuple(made[-3:])
    assert [path.exists() for path in made] == [False, False, True, True, True]


@pytest.mark.parametrize("rubbish", [b"", b"short", b"x" * 5000])
def test_rubbish_is_no_library(filled, rubbish):
    (filled / "library.db").write_bytes(rubbish)
    for write in (True, False):
        with pytest.raises(LibraryDamaged, match="damaged"):
            Library.open(filled, write=write)
    assert (filled / "library.db").read_bytes() == rubbish, "nothing is repaired behind the user's back"


def test_a_foreign_database_is_left_alone(filled):
    (filled / "library.db").unlink()
    with closing(sqlite3.connect(filled / "library.db")) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    with pytest.raises(LibraryDamaged, match="not a PhotoRoll library"):
        Library.open(filled)


def test_random_damage_never_passes_for_the_users_work(filled):
    """32 random bytes anywhere: opening says so, the check says so, or the work reads as it was."""
    whole = (filled / "library.db").read_bytes()
    with Library.open(filled, write=False) as library:
        before = library.work.export()
    chance = random.Random(7)
    seen = 0
    for _ in range(25):
        place = chance.randrange(len(whole) - 32)
        (filled / "library.db").write_bytes(whole[:place] + chance.randbytes(32) + whole[place + 32 :])
        try:
            with Library.open(filled, write=False) as library:
                if library.check().clean:
                    assert library.work.export() == before
                else:
                    seen += 1
        except (LibraryError, sqlite3.DatabaseError):
            seen += 1
    assert seen > 0


def test_a_damaged_row_of_the_users_work_is_named(filled):
    with closing(sqlite3.connect(filled / "library.db")) as connection:
        connection.execute("UPDATE work SET caption = 'Outs' WHERE caption = 'Ours'")
        connection.execute("UPDATE documents SET json = '{}'")
        connection.commit()
    with Library.open(filled) as library:
        problems = " ".join(library.check().problems)
    assert "work" in problems
    assert "documents" in problems


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        ("UPDATE days SET count = count + 1", "days"),
        ("DELETE FROM features", "descriptor"),
        ("UPDATE photos SET version_id = 3 WHERE id = 1", "version"),
        ("DELETE FROM versions", "point at"),
        ("UPDATE files SET photo_id = NULL WHERE id = 1", "belong to no photo"),
        ("UPDATE photos SET favourite = 1", "what the user set"),
        ("UPDATE photos SET public_id = '0123456789abcdef' WHERE id = 1", "first version"),
    ],
)
def test_the_check_finds_what_does_not_agree(filled, damage, word):
    with closing(sqlite3.connect(filled / "library.db")) as connection:
        connection.execute("DROP TRIGGER days_take")
        connection.execute(damage)
        connection.commit()
    with Library.open(filled, write=False) as library:
        assert word in " ".join(library.check().problems)


def test_a_check_can_be_stopped(filled):
    token = CancelToken()
    token.cancel()
    with Library.open(filled, write=False) as library, pytest.raises(Cancelled):
        library.check(token=token)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError, match="folder"):
        Library.open(tmp_path / "file" / "library")


def test_the_last_reader_leaves_nothing_behind(filled):
    before = {path.name: path.stat().st_mtime_ns for path in filled.iterdir()}
    with Library.open(filled, write=False) as one:
        with Library.open(filled, write=False) as other:
            assert other.photos.count() == 3
        assert one.photos.count() == 3, "what one reader removed the other does not miss"
        assert one.photos.query()[0].caption == "Ours"
    assert {path.name: path.stat().st_mtime_ns for path in filled.iterdir()} == before


def test_a_reader_leaves_a_writers_log_alone(filled):
    with Library.open(filled) as library:
        photo = library.photos.query()[0].id
        library.work.rate([photo], 5)
        with Library.open(filled, write=False) as reader:
            assert reader.photos.query()[0].rating == 5
        assert (filled / "library.db-wal").stat().st_size > 0
        library.work.rate([photo], 3)
    assert not (filled / "library.db-wal").exists()
    with Library.open(filled, write=False) as reader:
        assert reader.photos.query()[0].rating == 3


def test_whether_a_library_can_be_changed_is_asked_of_its_folder(filled, give_up_powers):
    with Library.open(filled, write=False) as reader:
        assert reader.info().writable
    with tempfile.TemporaryDirectory() as name:
        place = Path(name, "library")
        shutil.copytree(filled, place)
        Path(name).chmod(0o755)
        for path in place.iterdir():
            path.chmod(0o444)
        place.chmod(0o555)
        code = (
            "import os, sys; from pathlib import Path; from photoroll.library import Library\n"
            f"{give_up_powers}\n"
            "with Library.open(Path(sys.argv[1]), write=False) as library: print(library.info().writable)"
        )
        done = child(code, place)
        place.chmod(0o755)
    assert done.stdout == "False\n", done.stderr

"""``photoroll index``: every file accounted for, nothing opened twice, exit codes as promised."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from photoroll.demo.helpers import draw_photo


def snapshot(folder: Path) -> dict[str, tuple]:
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (content, status.st_size, status.st_mtime_ns, status.st_ino, status.st_mode)
    return found


def test_every_file_is_indexed_or_listed_with_a_reason(story, command, tmp_path) -> None:
    before = snapshot(story)
    done = command("index", story, "--library", tmp_path / "L", "--json")
    report = done.object
    assert done.code == 3
    files = {str(path) for path in story.rglob("*") if path.is_file()}
    listed = {one["path"] for one in report["listed"] + report["unreadable"]}
    shown = {
        path
        for photo in command("photos", "--library", tmp_path / "L", "--json").objects
        for path in photo["paths"]
    }
    assert report["found"] == len(files) == report["indexed"] + len(listed)
    assert report["unchanged"] == 0
    assert shown | listed == files
    assert not shown & listed
    assert all(one["reason"] for one in report["listed"] + report["unreadable"])
    assert [Path(one["path"]).name for one in report["unreadable"]] == ["broken.jpg"]
    assert [Path(one["path"]).name for one in report["listed"]] == ["notes.txt"]
    assert snapshot(story) == before


def test_a_second_run_opens_no_unchanged_file(story, command, tmp_path) -> None:
    photos = tmp_path / "photos"
    shutil.copytree(story, photos)
    first = command("index", photos, "--library", tmp_path / "L", "--json").object
    target = photos / "home" / "h01.jpg"
    status = target.stat()
    with target.open("r+b") as file:  # the same size, time and inode, but no photo any more
        file.write(b"\0" * status.st_size)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    second = command("index", photos, "--library", tmp_path / "L", "--json").object
    assert second["indexed"] == 0
    assert second["unchanged"] == first["indexed"]
    assert len(second["unreadable"]) == 1  # still listed, not tried again


def test_equal_files_are_one_photo_with_several_paths(organized, command) -> None:
    photos = command("photos", "--library", organized.library, "--json").objects
    (twice,) = [photo for photo in photos if len(photo["paths"]) > 1]
    assert {Path(path).name for path in twice["paths"]} == {"b1.jpg", "copy of b1.jpg"}
    assert len({photo["id"] for photo in photos}) == len(photos)


def test_a_moved_file_keeps_its_photo(own_copy, command, tmp_path, story) -> None:
    photos = tmp_path / "photos"
    shutil.copytree(story, photos)
    library = tmp_path / "L"
    command("index", photos, "--library", library)
    before = {photo["id"] for photo in command("photos", "--library", library, "--json").objects}
    (photos / "new").mkdir()
    (photos / "home" / "h02.jpg").rename(photos / "new" / "renamed.jpg")
    report = command("index", photos, "--library", library, "--json").object
    after = command("photos", "--library", library, "--json").objects
    assert (report["moved"], report["missing"], report["indexed"]) == (1, 0, 0)
    assert {photo["id"] for photo in after} == before
    assert any(Path(photo["path"]).name == "renamed.jpg" for photo in after)


def test_a_folder_renamed_as_a_whole_is_no_loss(command, tmp_path, story) -> None:
    photos, library = tmp_path / "photos", tmp_path / "L"
    shutil.copytree(story, photos)
    command("index", photos, "--library", library)
    (photos / "lisbon").rename(photos / "Lissabon")
    report = command("index", photos, "--library", library, "--json").object
    states = {photo["state"] for photo in command("photos", "--library", library, "--json").objects}
    assert (report["moved"], report["missing"], report["indexed"]) == (15, 0, 0)
    assert states == {"ok"}


def test_an_emptied_folder_is_asked_about_not_forgotten(command, tmp_path, story) -> None:
    photos, library = tmp_path / "photos", tmp_path / "L"
    shutil.copytree(story, photos)
    command("index", photos, "--library", library)
    shutil.rmtree(photos / "lisbon")
    held = command("index", photos, "--library", library)
    assert "--confirm-missing" in held.err
    assert {photo["state"] for photo in command("photos", "--library", library, "--json").objects} == {"ok"}
    told = command("index", photos, "--library", library, "--json", "--confirm-missing").object
    assert told["missing"] == 15
    states = [photo["state"] for photo in command("photos", "--library", library, "--json").objects]
    assert states.count("missing") == 14  # the photo that has a copy elsewhere is still there


def test_a_folder_that_was_moved_goes_on_at_its_new_place(command, tmp_path, story) -> None:
    photos, library = tmp_path / "photos", tmp_path / "L"
    shutil.copytree(story, photos)
    first = command("index", photos, "--library", library, "--json").object
    photos.rename(tmp_path / "elsewhere")
    report = command("index", tmp_path / "elsewhere", "--library", library, "--json").object
    assert (report["indexed"], report["unchanged"]) == (0, first["indexed"])
    listed = command("photos", "--library", library, "--json").objects
    assert all(str(tmp_path / "elsewhere") in path for photo in listed for path in photo["paths"])


def test_what_was_read_before_a_stop_counts_once(command, tmp_path, story, checkout) -> None:
    library = tmp_path / "L"
    words = [sys.executable, "-m", "photoroll", "index", str(story), "--library", str(library), "--quiet"]
    process = subprocess.Popen(words, cwd=checkout, stderr=subprocess.DEVNULL)
    time.sleep(1.3)
    process.kill()
    process.wait()
    report = command("index", story, "--library", library, "--json").object
    left = len(report["listed"]) + len(report["unreadable"])
    assert report["found"] == report["indexed"] + report["unchanged"] + report["moved"] + left


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_that_cannot_be_looked_into_is_told(command, tmp_path) -> None:
    (tmp_path / "photos" / "shut").mkdir(parents=True)
    (tmp_path / "photos" / "shut").chmod(0)
    try:
        done = command("index", tmp_path / "photos", "--library", tmp_path / "L")
    finally:
        (tmp_path / "photos" / "shut").chmod(0o700)
    assert done.code == 3
    assert "permission" in done.err


def test_a_wrong_folder_makes_no_library(command, tmp_path) -> None:
    for words in (
        ("index", tmp_path / "none"),
        ("organize", tmp_path / "none"),
        ("group", "rename", "x", "y"),
    ):
        assert command(*words, "--library", tmp_path / "L").code == 1
        assert not (tmp_path / "L").exists()


def test_a_missing_folder_is_one_sentence(command, tmp_path) -> None:
    done = command("index", tmp_path / "nowhere", "--library", tmp_path / "L")
    assert done.code == 1
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert "no such folder" in done.err


def test_wrong_usage_is_two(command, tmp_path) -> None:
    assert command("index").code == 2
    assert command("photos", "--from", "yesterday", "--library", tmp_path).code == 2


def test_names_in_any_bytes_are_indexed_and_shown_safely(command, tmp_path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    plain = draw_photo(tmp_path / "plain.jpg", size=(64, 48))
    names = [
        b"caf\xe9.jpg",
        "e\u0301.jpg".encode(),
        "\u00e9.jpg".encode(),
        b"new\nline.jpg",
        "\u202egpj.exe".encode(),
        b"<img src=x>",
    ]
    for number, name in enumerate(names):
        draw_photo(plain, size=(64, 48), seed=number)
        os.rename(plain, os.path.join(os.fsencode(folder), name))
    report = command("index", folder, "--library", tmp_path / "L", "--json").object
    assert report["indexed"] == len(names)
    shown = command("photos", "--library", tmp_path / "L")
    assert len(shown.out.splitlines()) == len(names)
    assert "\u202e" not in shown.out


def test_a_stop_keeps_what_was_read_and_gives_130(tmp_path, checkout) -> None:
    folder = tmp_path / "photos"
    for number in range(60):
        draw_photo(folder / f"{number}.jpg", size=(1600, 1200), seed=number % 3, exif=False)
    arguments = [
        sys.executable,
        "-m",
        "photoroll",
        "index",
        str(folder),
        "--library",
        str(tmp_path / "L"),
        "--quiet",
    ]
    process = subprocess.Popen(arguments, cwd=checkout, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until = time.monotonic() + 30
    while not (tmp_path / "L" / "library.db").exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert b"Traceback" not in err
    if process.returncode == 130:
        assert b"kept" in err
    check = subprocess.run(
        [sys.executable, "-m", "photoroll", "library", "check", "--library", str(tmp_path / "L")],
        cwd=checkout, capture_output=True, check=False,
    )  # fmt: skip
    assert check.returncode == 0, check.stdout

"""Originals are opened read-only, and nothing but regular files of a sane size."""

import os
import socket
import subprocess
import sys
import time

import pytest

from photoroll.errors import UnreadablePhoto
from photoroll.imaging.originals import MAX_FILE_BYTES, open_original, read_original


def code_of(path, **limits):
    with pytest.raises(UnreadablePhoto) as refused, open_original(path, **limits):
        pass
    assert refused.value.path is not None
    assert str(refused.value).endswith(".")
    return refused.value.code


def test_a_file_is_read_whole_and_not_touched(tmp_path):
    path = tmp_path / "caf\udce9 \u202e.jpg"
    path.write_bytes(b"picture")
    before = path.stat()
    assert read_original(os.fsencode(path)) == read_original(path) == b"picture"
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ino, before.st_mode) == (
        after.st_mtime_ns,
        after.st_ino,
        after.st_mode,
    )


def test_the_descriptor_blocks_and_is_not_inherited(tmp_path):
    path = tmp_path / "x.jpg"
    path.write_bytes(b"picture")
    with open_original(path) as file:
        assert os.get_blocking(file.fileno())
        assert not os.get_inheritable(file.fileno())
        assert not file.writable()


def test_what_is_no_photo_file_is_refused_at_once(tmp_path):
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "real.jpg").write_bytes(b"picture")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "real.jpg")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    started = time.monotonic()
    for name in ("folder.jpg", "pipe.jpg", "link.jpg", "loop.jpg"):
        assert code_of(tmp_path / name) == "not_regular", name
    assert code_of("/dev/null") == "not_regular"
    assert time.monotonic() - started < 20


def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # socket names are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.jpg")
        assert code_of(tmp_path / "s.jpg") == "not_regular"


def test_missing_empty_and_huge_files_have_their_own_codes(tmp_path):
    assert code_of(tmp_path / "gone.jpg") == "gone"
    (tmp_path / "empty.jpg").touch()
    assert code_of(tmp_path / "empty.jpg") == "empty"
    assert code_of(tmp_path / "empty.jpg" / "below.jpg") == "gone"
    with (tmp_path / "sparse.jpg").open("wb") as file:
        file.truncate(1 << 40)
    assert code_of(tmp_path / "sparse.jpg") == "too_large"
    assert MAX_FILE_BYTES < 1 << 40


def test_a_read_has_its_own_limit(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"12345")
    assert read_original(tmp_path / "x.jpg", 5) == b"12345"
    with pytest.raises(UnreadablePhoto, match="larger"):
        read_original(tmp_path / "x.jpg", 4)


def test_a_file_one_may_not_read(tmp_path, give_up_powers, checkout):
    (tmp_path / "x.jpg").write_bytes(b"12345")
    (tmp_path / "x.jpg").chmod(0)
    code = (
        f"{give_up_powers}\n"
        "import sys\nfrom photoroll.errors import UnreadablePhoto\nfrom photoroll.imaging import originals\n"
        "try:\n    originals.read_original(sys.argv[1].encode(), 1000)\n"
        "except UnreadablePhoto as error:\n    print(error.code)\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "x.jpg")]
    done = subprocess.run(words, cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stdout == "permission\n"

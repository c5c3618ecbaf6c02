"""The walk lists every file once, by name only, and tells what it leaves out."""

import os
from pathlib import Path

import pytest

from photoroll.services.walk import LeftOut, WalkedFile, walk


def listed(root: Path) -> tuple[set[bytes], dict[bytes, str]]:
    files, left = set(), {}
    for one in walk(os.fsencode(root)):
        name = os.path.relpath(one.path, os.fsencode(root))
        if isinstance(one, WalkedFile):
            assert name not in files
            files.add(name)
        else:
            left[name] = one.reason
    return files, left


def test_every_regular_file_is_listed_whatever_its_name(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    names = [
        b"caf\xe9.jpg",
        "é.jpg".encode(),
        b"new\nline.jpg",
        b"-rf.jpg",
        b" lead.jpg",
        b"%s%n.png",
        b"x" * 250 + b".jpg",
    ]
    for name in names:
        with open(os.path.join(root, name), "wb"):
            pass
    os.mkdir(os.path.join(root, b"sub"))
    with open(os.path.join(root, b"sub", b"a.jpg"), "wb"):
        pass
    files, left = listed(tmp_path)
    assert files == {*names, b"sub/a.jpg"}
    assert left == {}


def test_links_pipes_and_hidden_folders_are_told_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.jpg").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / ".thumbnails").mkdir()
    (tmp_path / ".thumbnails" / "t.jpg").touch()
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    files, left = listed(tmp_path)
    assert files == {b"sub/a.jpg"}
    assert set(left) == {b"loop", b"dangling.jpg", b".thumbnails", b"pipe.jpg"}
    assert "pipe" in left[b"pipe.jpg"]
    assert "link" in left[b"loop"]


def test_the_newest_folders_come_first(tmp_path: Path) -> None:
    for age, name in enumerate(("old", "middle", "new")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.jpg").touch()
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    found = [one.path for one in walk(os.fsencode(tmp_path))]
    assert [os.path.dirname(path).rsplit(b"/", 1)[1] for path in found] == [b"new", b"middle", b"old"]


def test_a_very_deep_tree_ends(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "p.jpg").touch()
    files, left = listed(tmp_path)
    assert len(files) == 1
    assert left == {}


def test_a_root_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(walk(os.fsencode(tmp_path / "gone")))


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o000)
    try:
        (one,) = walk(os.fsencode(tmp_path))
        assert isinstance(one, LeftOut)
        assert "permission" in one.reason
    finally:
        (tmp_path / "shut").chmod(0o700)

"""Made files appear whole or not at all, and no photo is ever replaced."""

import os
import resource
import signal
from pathlib import Path

import pytest

from photoroll.errors import CannotMake
from photoroll.services.writing import free_name, writing_new


def test_the_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "collage.jpg"
    with writing_new(target) as out:
        out.write(b"half")
        out.flush()
        assert not target.exists()
        out.write(b" and half")
    assert target.read_bytes() == b"half and half"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), writing_new(tmp_path / "a.jpg") as out:
        out.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.jpg"
    target.write_bytes(b"mine")
    with pytest.raises(CannotMake, match="already"), writing_new(target):
        pass
    assert target.read_bytes() == b"mine"


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.jpg"
    with pytest.raises(CannotMake, match="already"), writing_new(target) as out:
        out.write(b"ours")
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_has_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotMake, match="folder does not exist"), writing_new(tmp_path / "no" / "a.jpg"):
        pass


def test_a_full_disk_has_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(CannotMake, match="disk is full"), writing_new(tmp_path / "a.jpg") as out:
            out.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_free_name_counts_up(tmp_path: Path) -> None:
    assert free_name(tmp_path / "a.jpg").name == "a.jpg"
    (tmp_path / "a.jpg").touch()
    (tmp_path / "a (2).jpg").touch()
    assert free_name(tmp_path / "a.jpg").name == "a (3).jpg"


@pytest.mark.parametrize("link", ["same", "hard", "soft", "dangling"])
def test_a_photo_is_never_replaced_by_whatever_name(tmp_path: Path, link: str) -> None:
    photo, target = tmp_path / "photo.jpg", tmp_path / "other.jpg"
    photo.write_bytes(b"p")
    if link == "same":
        target = photo
    elif link == "hard":
        os.link(photo, target)
    else:
        target.symlink_to(photo if link == "soft" else tmp_path / "gone.jpg")
    with pytest.raises(CannotMake, match="already"), writing_new(target) as out:
        out.write(b"x")
    assert photo.read_bytes() == b"p"
    assert not (tmp_path / "gone.jpg").exists()

"""``library``, ``privacy``, ``demo``, and what holds for every command."""

import json
import signal
import subprocess
import sys
import time

import pytest

from photoroll.cli.main import COMMANDS, run
from photoroll.library import Library


def test_a_library_is_counted_and_sound(organized, command) -> None:
    info = command("library", "info", "--library", organized.library, "--json").object
    assert (info["unsupported"], info["unreadable"], info["waiting"]) == (1, 1, 0)
    assert info["photos"] == len(command("photos", "--library", organized.library, "--json").objects)
    check = command("library", "check", "--library", organized.library, "--json")
    assert (check.code, check.object["clean"], check.object["problems"]) == (0, True, [])


def test_damage_is_told(own_copy, command) -> None:
    file = own_copy.library / "library.db"
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = b"\xff" * 4000
    file.write_bytes(data)
    done = command("library", "check", "--library", own_copy.library)
    assert done.code == 1
    assert done.out or done.err


@pytest.mark.parametrize(
    "words", [("photos",), ("groups", "events"), ("library", "info"), ("library", "check")]
)
def test_reading_where_there_is_no_library_is_one_sentence(command, tmp_path, words) -> None:
    done = command(*words, "--library", tmp_path / "none")
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_a_second_writer_gets_a_sentence(organized, own_copy, command) -> None:
    with Library.open(own_copy.library):
        done = command("index", own_copy.photos, "--library", own_copy.library)
        assert done.code == 1
        assert len(done.err.splitlines()) == 1
        assert command("photos", "--library", own_copy.library).code == 0  # readers are always welcome


def test_every_command_explains_itself(command) -> None:
    for name in COMMANDS:
        done = command(name, "--help")
        assert done.code == 0
        assert "Usage" in done.out
    assert "organize" in command("--help").out


def test_a_bare_call_asks_for_folders(command) -> None:
    assert command().code == 2


def test_a_folder_comes_first_and_command_names_win(command, tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (tmp_path / "photos").mkdir()
    done = command(tmp_path / "photos", "--library", tmp_path / "L")
    assert done.code == 0
    assert "no display" in done.err


def test_status_is_honest(checkout) -> None:
    # A process of its own: asking for the status seals the one that asks.
    words = [sys.executable, "-m", "photoroll", "privacy", "status", "--json"]
    done = subprocess.run(words, cwd=checkout, capture_output=True, check=True)
    status = json.loads(done.stdout)
    assert status["summary"].startswith(("Sealed by your system", "App rules only"))
    assert not any(purpose["allowed"] for purpose in status["purposes"])


def test_the_proof_is_made_and_holds(checkout) -> None:
    words = [sys.executable, "-m", "photoroll", "privacy", "prove", "--json"]
    done = subprocess.run(words, cwd=checkout, capture_output=True, check=False)
    attempts = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert {one["role"] for one in attempts} == {"witness", "app", "decoder", "maker", "compute"}
    assert not [one for one in attempts if one["outcome"] in ("got_through", "unclear")]


def test_a_drawn_library_and_its_truth(command, tmp_path) -> None:
    truth = tmp_path / "truth.json"
    done = command(
        "demo", tmp_path / "demo", "--photos", 40, "--tiny", "--truth", truth, "--years", "0.5", "--json"
    )
    assert done.object["files"] == 40
    assert len(json.loads(truth.read_text())["photos"]) == 40
    assert sum(path.is_file() for path in (tmp_path / "demo").rglob("*")) == 40
    again = command("demo", tmp_path / "demo", "--photos", 40)
    assert again.code == 1
    inside = command(
        "demo", tmp_path / "d2", "--photos", 10, "--tiny", "--truth", tmp_path / "d2" / "truth.json"
    )
    assert inside.code == 2
    assert not (tmp_path / "d2").exists()


def test_a_closed_pipe_is_no_error(organized, checkout) -> None:
    script = f"'{sys.executable}' -m photoroll photos --json --library '{organized.library}' | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], cwd=checkout, capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
def test_output_that_cannot_be_written_is_one_sentence(organized, checkout, where) -> None:
    script = f"'{sys.executable}' -m photoroll photos --library '{organized.library}' {where}"
    done = subprocess.run(["bash", "-c", script], cwd=checkout, capture_output=True, check=False)
    lines = done.stderr.decode().splitlines()
    if "full" in where:
        assert done.returncode == 1
        assert len(lines) == 1
        assert "could not be written" in lines[0]
    else:
        assert (done.returncode, lines) == (0, [])


def test_a_mistake_of_ours_is_a_sentence_not_a_traceback(command, monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("PHOTOROLL_DEBUG", raising=False)
    monkeypatch.setattr(Library, "open", lambda *_args, **_rest: 1 / 0)
    done = command("photos", "--library", tmp_path)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "ZeroDivisionError" in done.err


@pytest.mark.parametrize("after_s", [0.5, 1.2, 2.5])
def test_killed_at_any_moment_it_resumes(story, checkout, command, tmp_path, after_s) -> None:
    library = tmp_path / "L"
    process = subprocess.Popen(
        [sys.executable, "-m", "photoroll", "index", str(story), "--library", str(library), "--quiet"],
        cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert run(["index", str(story), "--library", str(library), "--quiet"]) == 3
    photos = command("photos", "--library", library, "--json").objects
    assert len(photos) == len({photo["id"] for photo in photos}) == 31
    assert command("library", "check", "--library", library).code == 0

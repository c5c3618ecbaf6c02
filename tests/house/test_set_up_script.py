"""What `photoroll.sh` says and does around an installation, on systems that are played by small scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

# The programs of a bare Debian which the script may use before anything is installed.
BARE = [
    "sh",
    "dirname",
    "readlink",
    "cksum",
    "cat",
    "sed",
    "head",
    "tr",
    "tail",
    "ls",
    "rm",
    "mkdir",
    "mv",
    "touch",
    "id",
    "grep",
    "flock",
    "mktemp",
    "cut",
    "sleep",
    "find",
]
PYTHON_PACKAGES = {"3.11": "python3 python3-venv"}


@pytest.fixture
def system(tmp_path: Path, checkout: Path) -> Run:
    """A checkout with a space in its name on a system where only the named packages are installed."""
    project = tmp_path / "photo roll"
    project.mkdir()
    for name in ("photoroll.sh", "pyproject.toml"):
        shutil.copy(checkout / name, project)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in BARE:
        (programs / name).symlink_to(str(shutil.which(name)))

    def program(name: str, text: str) -> None:
        path = programs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def run(
        *arguments: str,
        installed: str = "",
        uid: int = 1000,
        cwd: Path = tmp_path,
        script: Path | None = None,
        played: dict[str, str] | None = None,
        **variables: str,
    ) -> subprocess.CompletedProcess[str]:
        names = "|".join([*installed.split(), "dpkg"])
        program(
            "dpkg-query",
            f"for last; do :; done; case $last in {names}) printf installed ;; *) exit 1 ;; esac",
        )
        program("apt-get", f'echo "$@" >> "{tmp_path}/apt.txt"')
        program("id", f"echo {uid}")
        for name, text in (played or {}).items():
            program(name, text)
        return subprocess.run(
            [str(script or project / "photoroll.sh"), *arguments],
            cwd=cwd, env={"PATH": str(programs), "HOME": str(tmp_path), **variables},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


REAL_PYTHON = f'exec "{sys.executable}" "$@"'
# A Python that makes an environment whose pip and window only write down that they were called.
FAKE_VENV = f"""
case "$*" in
*_base_executable*) echo "$0" ;;
*"-m venv"*)
  for place; do :; done
  mkdir -p "$place/bin" && echo home > "$place/pyvenv.cfg"
  cat > "$place/bin/python" <<'END'
#!/bin/sh
here=$(dirname "$0")
case "$*" in
*"-m pip"*)
  echo "$*" >> "$here/../pip.txt"
  [ ! -e "$HOME/no-network" ] || {{ echo "ERROR: no network" >&2; exit 1; }}
  sleep "${{PIP_S:-0}}" ;;
*"-m pytest"*) echo "pytest $*" ;;
*QApplication*) ;;
*) echo "${{PYTHON_UNDER:-3.11.2}}" ;;
esac
END
  printf '#!/bin/sh\\npwd\\nfor one; do echo "<$one>"; done\\nexit 7\\n' > "$place/bin/photoroll"
  {shutil.which("chmod")} +x "$place/bin/python" "$place/bin/photoroll" ;;
*) exec "{sys.executable}" "$@" ;;
esac"""
ALL = (
    "libseccomp2 libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 fonts-dejavu-core libxkbcommon0 "
    "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 "
    "libwayland-cursor0 libfribidi0"
)
TEST_TOOLS = "xvfb xauth xdotool strace"


def test_a_bare_system_gets_one_line_to_paste(system: Run):
    done = system()
    lines = [line for line in done.stderr.splitlines() if "sudo" in line]
    assert done.returncode == 3, done.stderr
    assert len(lines) == 1
    assert lines[0].endswith(f"apt-get install --no-install-recommends python3 python3-venv {ALL}")


def test_only_what_is_missing_is_named(system: Run):
    there = ALL.replace("libxcb-cursor0 ", "").replace("libegl1 ", "")
    done = system(installed=there, played={"python3": REAL_PYTHON})
    assert done.returncode == 3, done.stderr
    assert done.stderr.rstrip().endswith("--no-install-recommends libegl1 libxcb-cursor0")


def test_tools_for_tests_are_wanted_for_tests_only(system: Run):
    done = system("test", installed=ALL, played={"python3": REAL_PYTHON})
    assert done.returncode == 3, done.stderr
    assert done.stderr.rstrip().endswith(f"--no-install-recommends {TEST_TOOLS}")


def test_renamed_libraries_are_asked_for_by_their_new_names(system: Run):
    done = system(
        played={
            "python3": REAL_PYTHON,
            "dpkg-query": 'case "$*" in *"lib*t64"*) echo libssl3t64 ;; '
            "*libegl1*) printf installed ;; *) exit 1 ;; esac",
        }
    )
    assert done.returncode == 3, done.stderr
    assert "libglib2.0-0t64" in done.stderr
    assert "libegl1" not in done.stderr


def test_root_installs_by_itself(system: Run, tmp_path: Path):
    done = system("--help", uid=0, installed=ALL.replace("libgl1 ", ""), played={"python3": FAKE_VENV})
    assert done.returncode == 7, done.stderr
    calls = (tmp_path / "apt.txt").read_text().splitlines()
    assert calls[0].startswith("update")
    assert calls[1].startswith("install")
    assert calls[1].endswith(" libgl1")


def test_an_old_python_is_named_as_the_reason(system: Run):
    done = system(installed=f"python3 {ALL}", played={"python3": "exit 1"})
    assert done.returncode == 3
    assert "needs Python 3.11 or newer" in done.stderr


@pytest.fixture
def ready(system: Run) -> Run:
    """A system on which everything but PhotoRoll is installed."""

    def run(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
        return system(*arguments, installed=f"{ALL} {TEST_TOOLS}", played={"python3": FAKE_VENV}, **more)

    return run


def pip_calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "photo roll" / ".venv" / "pip.txt").read_text().splitlines()


def test_arguments_folder_and_exit_code_arrive_as_they_are(ready: Run, tmp_path: Path):
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "photo roll" / "photoroll.sh")
    done = ready("my photos", "-x", "", cwd=elsewhere, script=link)
    assert done.stdout.splitlines() == [str(elsewhere), "<my photos>", "<-x>", "<>"], done.stderr
    assert done.returncode == 7


def test_the_second_start_fetches_nothing(ready: Run, tmp_path: Path):
    assert ready("a").returncode == 7
    (tmp_path / "no-network").touch()
    second = ready("a")
    assert second.returncode == 7, second.stderr
    assert second.stderr == ""
    assert len(pip_calls(tmp_path)) == 1


def test_only_tests_bring_the_tools_of_developers(ready: Run, tmp_path: Path):
    ready("a")
    assert pip_calls(tmp_path)[-1].endswith("--editable .")
    tests = ready("test", "-k", "x y")
    assert pip_calls(tmp_path)[-1].endswith("--editable .[dev]")
    assert "-m pytest -n 2 --dist loadfile -k x y" in tests.stdout, tests.stdout + tests.stderr
    assert ready("a").stderr == ""  # and nothing is taken away again
    assert len(pip_calls(tmp_path)) == 2


def test_changed_dependencies_are_fetched(ready: Run, tmp_path: Path):
    ready("a")
    with (tmp_path / "photo roll" / "pyproject.toml").open("a") as project:
        project.write("# more\n")
    assert ready("a").returncode == 7
    assert len(pip_calls(tmp_path)) == 2


def test_another_python_underneath_makes_a_new_environment(ready: Run, tmp_path: Path):
    ready("a")
    old = tmp_path / "photo roll" / ".venv" / "old.py"
    old.touch()
    done = ready("a", PYTHON_UNDER="3.13.5")
    assert done.returncode == 7, done.stderr
    assert not old.exists()
    assert ready("a", PYTHON_UNDER="3.13.5").stderr == ""


def test_an_interrupted_set_up_begins_again(ready: Run, tmp_path: Path):
    (tmp_path / "no-network").touch()
    failed = ready("a")
    assert failed.returncode == 1
    assert "ERROR: no network" in failed.stderr
    assert "needs the network once" in failed.stderr
    (tmp_path / "no-network").unlink()
    assert ready("a").returncode == 7
    assert ready("a").stderr == ""


def test_two_starts_at_once_set_up_once(ready: Run, tmp_path: Path):
    from concurrent.futures import ThreadPoolExecutor

    ready("a")
    (tmp_path / "photo roll" / ".venv" / ".photoroll-ready").unlink()
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: ready("a", PIP_S="2"), range(2))
    assert (first.returncode, second.returncode) == (7, 7), first.stderr + second.stderr
    assert len(pip_calls(tmp_path)) == 1  # of the new environment
    assert "waiting" in first.stderr + second.stderr


def test_a_folder_with_other_things_is_never_emptied(ready: Run, tmp_path: Path):
    (tmp_path / "Pictures").mkdir()
    (tmp_path / "Pictures" / "a.jpg").touch()
    done = ready("a", PHOTOROLL_VENV=str(tmp_path / "Pictures"))
    assert done.returncode == 1
    assert "holds other things" in done.stderr
    assert (tmp_path / "Pictures" / "a.jpg").exists()


def test_a_read_only_checkout_is_explained(ready: Run, tmp_path: Path):
    if os.geteuid() == 0:
        (tmp_path / "photo roll" / "venv").touch()
        place = str(tmp_path / "photo roll" / "venv" / "below")  # not even root can make a folder in a file
    else:
        (tmp_path / "photo roll").chmod(0o555)
        place = ""
    done = ready("a", PHOTOROLL_VENV=place)
    (tmp_path / "photo roll").chmod(0o755)
    assert done.returncode == 1
    assert "cannot write to" in done.stderr
    assert "PHOTOROLL_VENV" in done.stderr

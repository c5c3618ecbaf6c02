"""What the system sees: a whole run opens no socket but AF_UNIX, and no original for writing."""

import os
import re
import subprocess
import sys
from pathlib import Path

from photoroll.demo.helpers import draw_photo

# With a question mark: not every processor has each of these calls.
TOUCHING = "openat,?open,?creat,truncate,unlinkat,?unlink,?rename,?renameat,renameat2," + (
    "?chmod,fchmodat,utimensat,?link,linkat"
)
PROBE = "0x7fff"  # the seal's own probe: a family that no kernel has


def traced(tmp_path: Path, checkout: Path, calls: str, *arguments: object) -> list[str]:
    log = tmp_path / "strace.txt"
    program = [sys.executable, "-m", "photoroll", *map(str, arguments)]
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", f"trace={calls}", "-o", log, *program],
        cwd=checkout, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(checkout)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return log.read_text(errors="replace").splitlines()


def photos(folder: Path) -> Path:
    for number in range(6):
        draw_photo(folder / f"{number}.jpg", size=(900, 600), seed=number)
    return folder


def test_no_socket_but_unix(tmp_path, checkout) -> None:
    folder = photos(tmp_path / "photos")
    out = ("--out", tmp_path / "out", "--length", "20s", "--size", "720p", "--quiet")
    lines = traced(
        tmp_path, checkout, "socket,socketpair,connect", "organize", folder, "--library", tmp_path / "L", *out
    )
    families = {found[1] for line in lines if (found := re.search(r"\bsocket(?:pair)?\((\w+)", line))}
    assert "AF_UNIX" in families  # the trace saw the pipes between our own processes, so it would see others
    assert families <= {"AF_UNIX", PROBE}
    assert not [line for line in lines if "connect(" in line]


def test_originals_are_opened_for_reading_only(tmp_path, checkout) -> None:
    folder = photos(tmp_path / "photos")
    lines = traced(tmp_path, checkout, TOUCHING, "index", folder, "--library", tmp_path / "L", "--quiet")
    mine = [line for line in lines if str(folder) + "/" in line]
    assert len([line for line in mine if "openat(" in line and ".jpg" in line]) >= 6
    assert not [line for line in mine if "openat(" not in line]
    assert not [line for line in mine if re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", line)]

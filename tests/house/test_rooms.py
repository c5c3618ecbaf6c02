"""Rooms import downwards only, and no two modules need each other."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.support.source import ROOT, cycles, dependencies, modules, parse

LINT = "import sys; from importlinter.cli import lint_imports_command as lint; sys.argv[:1] = []; lint()"


def lint(folder: Path, config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "lint-imports", "--config", str(config), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_rooms_keep_their_contracts():
    done = lint(ROOT, ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_a_breach_of_a_contract_is_found(tmp_path: Path):
    """The contracts as they stand in pyproject, over a house with one wrong import."""
    house = tmp_path / "photoroll"
    for name in modules():
        path = tmp_path.joinpath(*name.split("."))
        path.mkdir(parents=True, exist_ok=True)
        (path / "__init__.py").write_text("")
    (house / "core" / "__init__.py").write_text("def f():\n    from photoroll.library import encoding\n")
    done = lint(tmp_path, ROOT / "pyproject.toml")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "photoroll.core is not allowed to import photoroll.library" in done.stdout


def test_every_room_has_its_place():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one for one in contracts if one["type"] == "layers")
    assert layers["exhaustive"] is True


def test_no_modules_need_each_other():
    """Imports inside functions count: they hide a knot, they do not untie it."""
    found = cycles(dependencies(modules()))
    assert not found, "\n" + "\n".join(" ↔ ".join(group) for group in found)


def test_a_planted_knot_is_found():
    known = {
        name: parse(name, text)
        for name, text in {
            "photoroll.a": "from photoroll.b import f",
            "photoroll.b": "def f():\n    from photoroll import c",
            "photoroll.c": "import photoroll.a",
            "photoroll.d": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from photoroll import e",
            "photoroll.e": "import photoroll.d",
        }.items()
    }
    assert cycles(dependencies(known)) == [["photoroll.a", "photoroll.b", "photoroll.c"]]

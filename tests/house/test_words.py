"""The project speaks of itself only, and says why it needs what it needs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT

FOLDERS = ("photoroll", "tests", "benchmarks", "packaging", "docs", "resources", ".ci")
TEXT = {
    ".py",
    ".sh",
    ".md",
    ".toml",
    ".txt",
    ".json",
    ".svg",
    ".html",
    ".css",
    ".csv",
    ".desktop",
    ".xml",
    "",
}
# Places of one machine and addresses of registries: a fresh clone has neither.
MACHINE = r"(?<![\w.$}~/-])/(?:work|root|opt/pypi|home/(?!someone))\b/?|\b127\.0\.0\.1:\d{4,5}/simple"
TEMPORARY = r"(?<![\w.$}~])/tmp\b"
REGISTRIES = ("pypi.org", "pypi.python", "pythonhosted", "npmjs.", "crates.io", "proxy.golang", "deb.debian")
REGISTRY = r"\b(?:" + "|".join(re.escape(name) for name in REGISTRIES) + ")"


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the project, except the licence."""
    paths = [path for path in ROOT.iterdir() if path.is_file() and path.name not in ("LICENSE", ".git")]
    for folder in FOLDERS:
        paths += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in sorted(paths):
        if path.suffix in TEXT and "__pycache__" not in path.parts and path.stat().st_size < 2_000_000:
            yield path.relative_to(ROOT), path.read_text("utf-8", errors="replace")


def find(pattern: str, text: str) -> list[str]:
    return [
        f"{number}: {line.strip()[:120]}"
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_no_file_names_a_machine_or_a_registry():
    found = [
        f"{path}:{hit}"
        for path, text in texts()
        if path != Path("tests/house/test_words.py")
        for hit in find(f"{MACHINE}|{REGISTRY}", text)
    ]
    assert not found, "\n" + "\n".join(found)


def test_only_tests_name_the_temporary_folder():
    found = [
        f"{path}:{hit}"
        for path, text in texts()
        if path.parts[0] != "tests" and path.name != "try-fresh.sh"
        for hit in find(TEMPORARY, text)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("see /work/main", True),
        ("open('/root/x')", True),
        ("index = https://pypi.org/simple", True),
        ("https://files.pythonhosted.org/x", True),
        ("src/work/main.py", False),
        ("https://example.org/work/1", False),
    ],
)
def test_the_patterns_find_what_they_should(text: str, *, is_found: bool):
    assert bool(find(f"{MACHINE}|{REGISTRY}", text)) is is_found


def test_resources_hold_data_never_code():
    code = [
        str(path)
        for path in (ROOT / "resources").rglob("*")
        if path.suffix in (".py", ".so", ".sh", ".pyc", ".pkl")
    ]
    assert not code


def dependencies() -> list[str]:
    """Names of all dependencies, extras and development tools of the project."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    return sorted({re.split(r"[^\w.-]", one)[0].lower() for one in wanted})


@pytest.mark.parametrize("name", dependencies())
def test_a_dependency_is_explained(name: str):
    lines = (ROOT / "docs" / "decisions.md").read_text("utf-8").lower().splitlines()
    rows = [line for line in lines if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
    assert len(rows) == 1, f"docs/decisions.md needs one row that begins with `{name}`"
    assert all(cell.strip() for cell in rows[0].strip("|").split("|")), "why, licence and size are all wanted"

"""Nothing grows beyond its budget, and everything says what it is."""

from __future__ import annotations

import pytest

from tests.support import budgets
from tests.support.source import ROOT, files, modules, parse


def test_files_functions_and_classes_keep_their_budgets():
    found = [line for module in modules().values() for line in budgets.excesses(module)]
    assert not found, "\n" + "\n".join(found)


def test_files_of_tests_and_tools_keep_their_budget():
    found = []
    for path in files("tests", "benchmarks", "packaging", "docs"):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > budgets.FILE_LINES:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines, at most {budgets.FILE_LINES}")
    assert not found, "\n" + "\n".join(found)


def test_most_functions_are_short():
    sizes = [one.lines for module in modules().values() for one in budgets.function_sizes(module)]
    short = sum(lines <= budgets.USUAL_FUNCTION_LINES for lines in sizes)
    assert short >= 0.85 * len(sizes), f"only {short} of {len(sizes)} have at most 25 lines"


def test_every_module_and_public_name_has_a_docstring():
    found = [name for module in modules().values() for name in budgets.without_docstring(module)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\n" * 401, "photoroll.planted: 401 lines, at most 400"),
        ("def f():\n" + "    x = 1\n" * 40, "photoroll.planted.f: 41 lines, at most 40"),
        (
            "class A:\n" + "".join(f"    def f{n}(self): ...\n" for n in range(21)),
            "photoroll.planted.A: 21 methods, at most 20",
        ),
        (
            "class A:\n    def g(self):\n        def inner():\n" + "            x = 1\n" * 40,
            "photoroll.planted.A.g.inner: 41 lines, at most 40",
        ),
    ],
)
def test_what_is_too_large_is_named(text: str, sentence: str):
    assert sentence in budgets.excesses(parse("photoroll.planted", text))


def test_what_says_nothing_is_named():
    text = "class A:\n    def shown(self): ...\n    def _own(self): ...\ndef f():\n    def inner(): ...\n"
    silent = budgets.without_docstring(parse("photoroll.planted", text))
    assert silent == ["photoroll.planted", *(f"photoroll.planted.{name}" for name in ("A", "A.shown", "f"))]

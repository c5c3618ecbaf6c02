"""Print how the house is built: its largest file, function and class, and tests to a line of source.

python benchmarks/house.py
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support import budgets  # noqa: E402 - the folder above must be known first
from tests.support.source import cycles, dependencies, files, modules  # noqa: E402


def lines(*folders: str) -> int:
    """Lines of all Python files below the folders."""
    return sum(len(path.read_text("utf-8").splitlines()) for path in files(*folders))


def main() -> None:
    """Measure and print."""
    all_modules = list(modules().values())
    sizes = sorted((budgets.file_size(one) for one in all_modules), key=lambda size: -size.lines)
    functions = sorted(
        (one for m in all_modules for one in budgets.function_sizes(m)), key=lambda size: -size.lines
    )
    classes = sorted(
        (one for m in all_modules for one in budgets.class_sizes(m)), key=lambda size: -size.lines
    )
    source, tests = lines("photoroll"), lines("tests")
    short = sum(one.lines <= budgets.USUAL_FUNCTION_LINES for one in functions)
    print(f"source          {source} lines in {len(all_modules)} modules, {len(functions)} functions")
    print(f"tests           {tests} lines; tests ÷ source = {tests / source:.2f}")
    print(f"largest file    {sizes[0].lines} lines  {sizes[0].name}  (at most {budgets.FILE_LINES})")
    print(
        f"longest func.   {functions[0].lines} lines  {functions[0].name}  (at most {budgets.FUNCTION_LINES})"
    )
    print(f"largest class   {classes[0].lines} methods  {classes[0].name}  (at most {budgets.CLASS_METHODS})")
    print(
        f"functions       median {statistics.median(one.lines for one in functions):.0f} lines; "
        f"{short / len(functions):.0%} have at most {budgets.USUAL_FUNCTION_LINES}"
    )
    print(f"import cycles   {len(cycles(dependencies(modules())))} (imports inside functions counted)")
    for line in (line for one in all_modules for line in budgets.excesses(one)):
        print(f"TOO LARGE       {line}")


if __name__ == "__main__":
    main()

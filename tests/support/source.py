"""The project's own source as data: modules, what they import and where, and how large their parts are."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "photoroll"

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Python: its dotted name (`photoroll.core.dates`), path and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module
    is_package: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, in full: `photoroll.core.dates.Candidate`."""

    name: str
    line: int
    is_lazy: bool  # inside a function
    for_types: bool  # under `if TYPE_CHECKING:`
    star: bool = False


def parse(name: str, text: str, path: Path | None = None) -> Module:
    """Make a module of a text (a planted one, for instance)."""
    path = path or Path(name)
    return Module(name, path, text, ast.parse(text), path.name == "__init__.py")


def files(*folders: str, root: Path = ROOT) -> list[Path]:
    """All Python files below the folders."""
    found = (path for folder in folders for path in (root / folder).rglob("*.py"))
    return sorted(path for path in found if "__pycache__" not in path.parts)


@functools.cache
def modules() -> dict[str, Module]:
    """Every module of the package by name."""
    found = {}
    for path in files(PACKAGE):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = parse(name, path.read_text("utf-8"), path)
    return found


def is_within(name: str, rooms: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the rooms or lies inside one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


# ------------------------------------------------------------ imports
class _Imports(ast.NodeVisitor):
    def __init__(self, module: Module) -> None:
        self.module = module
        self.found: list[Import] = []
        self._functions = 0
        self._typing = 0

    def _add(self, name: str, node: ast.stmt, *, star: bool = False) -> None:
        self.found.append(Import(name, node.lineno, self._functions > 0, self._typing > 0, star))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.module.name.split(".")
            keep = len(parts) - node.level + (1 if self.module.is_package else 0)
            base = ".".join([*parts[:keep], *([base] if base else [])])
        for alias in node.names:
            self._add(base if alias.name == "*" else f"{base}.{alias.name}", node, star=alias.name == "*")

    def _inside(self, node: ast.AST) -> None:
        self._functions += 1
        self.generic_visit(node)
        self._functions -= 1

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _inside

    def visit_If(self, node: ast.If) -> None:
        typing = ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        self._typing += typing
        for child in node.body:
            self.visit(child)
        self._typing -= typing
        for child in (node.test, *node.orelse):
            self.visit(child)


def imports(module: Module) -> list[Import]:
    """Every import statement of a module, those inside functions included."""
    visitor = _Imports(module)
    visitor.visit(module.tree)
    return visitor.found


def dependencies(known: dict[str, Module]) -> dict[str, set[str]]:
    """Which modules of `known` each one needs at run time, lazily or not."""
    needs: dict[str, set[str]] = {}
    for module in known.values():
        needs[module.name] = set()
        for one in imports(module):
            if one.for_types:
                continue
            target = one.name if one.name in known else one.name.rpartition(".")[0]
            if target in known and target != module.name:
                needs[module.name].add(target)
    return needs


def cycles(needs: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that reach each other (strongly connected parts of two or more; Tarjan, 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(needs[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(needs):
        if name not in index:
            visit(name)
    return found


# ------------------------------------------------------------ sizes
def length(node: ast.AST) -> int:
    """Lines from the head of a function or class to its end."""
    return (node.end_lineno or 0) - node.lineno + 1  # type: ignore[attr-defined]


def definitions(module: Module) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Every function and class with its dotted name inside the module."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield f"{prefix}{child.name}", child
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    return walk(module.tree, "")


def methods(node: ast.ClassDef) -> list[Function]:
    """The methods of a class (one for a property with its setter and for all overloads)."""
    found = [child for child in node.body if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return list({one.name: one for one in found}.values())

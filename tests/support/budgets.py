"""How large files, functions and classes may be, and who exceeds it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.source import Module, definitions, length, methods

FILE_LINES = 400
WINDOW_LINES = 250  # main_window.py arranges and decides nothing
FUNCTION_LINES = 40
USUAL_FUNCTION_LINES = 25
CLASS_METHODS = 20


@dataclass(frozen=True, slots=True)
class Size:
    """One part of the source with its size."""

    name: str
    lines: int


def file_size(module: Module) -> Size:
    """Lines of a file."""
    return Size(module.name, len(module.text.splitlines()))


def function_sizes(module: Module) -> list[Size]:
    """Lines of every function, from `def` to the end."""
    return [
        Size(f"{module.name}.{name}", length(node))
        for name, node in definitions(module)
        if not isinstance(node, ast.ClassDef)
    ]


def class_sizes(module: Module) -> list[Size]:
    """Methods of every class."""
    return [
        Size(f"{module.name}.{name}", len(methods(node)))
        for name, node in definitions(module)
        if isinstance(node, ast.ClassDef)
    ]


def excesses(module: Module) -> list[str]:
    """One line for each part of a module that is too large."""
    lines = file_size(module).lines
    most = WINDOW_LINES if module.name.endswith("main_window") else FILE_LINES
    found = [f"{module.name}: {lines} lines, at most {most}"] if lines > most else []
    found += [
        f"{one.name}: {one.lines} lines, at most {FUNCTION_LINES}"
        for one in function_sizes(module)
        if one.lines > FUNCTION_LINES
    ]
    found += [
        f"{one.name}: {one.lines} methods, at most {CLASS_METHODS}"
        for one in class_sizes(module)
        if one.lines > CLASS_METHODS
    ]
    return found


def without_docstring(module: Module) -> list[str]:
    """The module and its public functions, classes and methods that do not say what they are.

    Members of a Protocol need not: the class says what it asks for. Nor do functions inside functions.
    """
    found = [] if ast.get_docstring(module.tree) else [module.name]
    found += [f"{module.name}.{name}" for name in _silent(module.tree, "")]
    return found


def _silent(node: ast.AST, prefix: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            if child.name.startswith("_"):
                continue
            kinds = [ast.unparse(decorator) for decorator in child.decorator_list]
            if not ast.get_docstring(child) and not any(
                kind.endswith((".setter", "overload", "override")) for kind in kinds
            ):
                yield f"{prefix}{child.name}"
            if isinstance(child, ast.ClassDef) and not _is_protocol(child):
                yield from _silent(child, f"{prefix}{child.name}.")
        elif isinstance(child, (ast.If, ast.Try)):
            yield from _silent(child, prefix)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).split("[")[0].endswith("Protocol") for base in node.bases)

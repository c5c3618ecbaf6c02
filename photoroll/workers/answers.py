"""Unpickles what sealed workers answer, without letting an answer run code.

A decoder is assumed hostile (it has just parsed a stranger's bytes), and a pickle can name any function. So
the classes that may appear are listed: plain data of the standard library, NumPy arrays, and PhotoRoll's own
values and errors.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import io
import pickle
from typing import Any

from photoroll.errors import PhotoRollError

_DATA = {
    "builtins": {
        "set", "frozenset", "complex", "bytearray", "range", "slice",
    },
    "collections": {"OrderedDict", "Counter", "deque"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "pathlib": {"Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath"},
    "uuid": {"UUID"},
    "numpy": {"ndarray", "dtype"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
    "photoroll.errors": {"_rebuilt"},
}  # fmt: skip
_ROOMS = ("photoroll.core.", "photoroll.imaging.", "photoroll.errors", "photoroll.seal.state")


class BadAnswer(Exception):
    """A worker's answer is not plain data; the worker is not to be trusted any more."""


def pack(value: object) -> bytes:
    """Pickle a worker's answer."""
    return pickle.dumps(value, protocol=5)


def unpack(data: bytes) -> Any:
    """Give back what :func:`pack` was given.

    Raises
    ------
    BadAnswer
        If the bytes are no pickle, or one that names anything but plain data.
    """
    try:
        return _DataUnpickler(_Reader(data)).load()
    except BadAnswer:
        raise
    except Exception as exc:  # hostile bytes may raise anything; all of it means the same
        raise BadAnswer(f"not an answer: {type(exc).__name__}") from exc


class _Reader:
    """Bytes for the unpickler, without ``readinto``: a short read that way leaves a buffer that stays."""

    __slots__ = ("read", "readline")

    def __init__(self, data: bytes) -> None:
        file = io.BytesIO(data)
        self.read, self.readline = file.read, file.readline


class _DataUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):
            return _enum_member
        if name in _DATA.get(module, ()):
            return getattr(importlib.import_module(module), name)
        if module.startswith(_ROOMS) and "." not in name:
            found = getattr(importlib.import_module(module), name, None)
            # Only classes defined there: a name that a module merely imported is not its value.
            if isinstance(found, type) and found.__module__ == module and _is_value(found):
                return found
        raise BadAnswer(f"an answer may not contain {module}.{name}")


def _enum_member(kind: object, name: object) -> enum.Enum:
    """Stand in for ``getattr``, by which older Pythons (3.11.2 among them) pickle the members of an enum."""
    if not isinstance(kind, enum.EnumType) or not isinstance(name, str) or name not in kind.__members__:
        raise BadAnswer("an answer may name members of enums only")
    member: enum.Enum = kind[name]
    return member


def _is_value(kind: type) -> bool:
    return (
        (dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]
        or issubclass(kind, enum.Enum | PhotoRollError)
        or (issubclass(kind, tuple) and hasattr(kind, "_fields"))
    )

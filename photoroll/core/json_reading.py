"""Strict reading of JSON documents: every key known, every value of its type and range."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import cast

from photoroll.core.models import Json

MAX_TEXT = 4000


class Refused(ValueError):
    """A document does not say what it must; the message completes "cannot be used: ..."."""


def parse_strict(text: str) -> Json:
    """Parse JSON; NaN, infinities and repeated keys are refused."""
    try:
        return cast("Json", json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_repeats))
    except RecursionError as problem:
        raise Refused("it is nested too deeply") from problem
    except json.JSONDecodeError as problem:
        raise Refused(f"it is not JSON (line {problem.lineno})") from problem


def hex_colour(text: str) -> str:
    """Give a colour written as #RRGGBB back, else refuse it."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise Refused(f"{text!r} is no colour")
    return text


def _no_constant(name: str) -> None:
    raise Refused(f"{name} is not allowed")


def _no_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Refused("a key is given twice")
    return values


class ObjectReader:
    """Takes the keys of one JSON object, one by one; :meth:`end` refuses what nobody took."""

    def __init__(self, value: Json, name: str) -> None:
        if not isinstance(value, Mapping):
            raise Refused(f"{name} is not an object")
        self._left = dict(value)
        self._name = name

    def take(self, key: str) -> Json:
        """Give the value of ``key`` as it is."""
        if key not in self._left:
            raise Refused(f"{self._name} lacks {key!r}")
        return self._left.pop(key)

    def peek(self, key: str) -> Json:
        """Give the value of ``key`` without taking it."""
        if key not in self._left:
            raise Refused(f"{self._name} lacks {key!r}")
        return self._left[key]

    def drop(self, key: str) -> None:
        """Count ``key`` as taken."""
        self._left.pop(key, None)

    def end(self) -> None:
        """Refuse keys that were not asked for."""
        if self._left:
            raise Refused(f"{self._name} has an unknown key {sorted(self._left)[0]!r}")

    def text(self, key: str) -> str:
        """Give a text of at most 4,000 signs, without lone surrogates."""
        value = self.take(key)
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise Refused(f"{key!r} is no text")
        if any(0xD800 <= ord(sign) <= 0xDFFF for sign in value):
            raise Refused(f"{key!r} has half a sign")
        return value

    def integer(self, key: str, *, low: int = -(2**63), high: int = 2**63) -> int:
        """Give a whole number in [low, high]."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Refused(f"{key!r} is out of range")
        return value

    def number(self, key: str, *, low: float, high: float) -> float:
        """Give a finite number in [low, high]."""
        return _number(self.take(key), key, low=low, high=high)

    def numbers(self, key: str, *, low: float, high: float) -> list[float]:
        """Give a list of finite numbers in [low, high]."""
        value = self.take(key)
        if not isinstance(value, list):
            raise Refused(f"{key!r} is no list")
        return [_number(item, key, low=low, high=high) for item in value]

    def object(self, key: str) -> ObjectReader:
        """Give the reader of a nested object."""
        return ObjectReader(self.take(key), key)

    def objects(self, key: str, *, most: int) -> list[ObjectReader]:
        """Give the readers of a list of at most ``most`` objects."""
        value = self.take(key)
        if not isinstance(value, list) or len(value) > most:
            raise Refused(f"{key!r} is no list of at most {most}")
        return [ObjectReader(item, key) for item in value]


def _number(value: Json, key: str, *, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{key!r} is no number")
    if not math.isfinite(value) or not low <= value <= high:
        raise Refused(f"{key!r} is out of range")
    return float(value)

"""Reads theme definitions from their TOML text; a mistake in a file is said in one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from photoroll.core.models import Certainty
from photoroll.core.themes.evidence import RULES
from photoroll.core.themes.model import Term, ThemeDefinition
from photoroll.errors import PhotoRollError

_TERM = {"kind", "weight", "support", "support_from", "reason", "together"}
_PLAIN = {
    *("key", "title", "icon", "order", "smallest", "days", "head", "head_reason", "base"),
    *("check", "fairly", "sure", "support_from", "pooled"),
}
_KNOWN = _PLAIN | {"alone", "shown_from", "requires", "evidence", "unless"}


def parse_theme(text: str, name: str) -> ThemeDefinition:
    """Read one theme; ``name`` is the file's name, for the message.

    Raises :exc:`PhotoRollError` when the text is no TOML, lacks a field or names what does not exist.
    """
    try:
        data = tomllib.loads(text)
        return _definition(data)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
        raise PhotoRollError(
            f"The theme file {name} cannot be used: {problem}", "Repair or remove it."
        ) from None


def _definition(data: Mapping[str, Any]) -> ThemeDefinition:
    unknown = set(data) - _KNOWN
    if unknown:
        raise ValueError(f"unknown field {', '.join(sorted(unknown))}")
    if data.get("head") is None and "base" not in data:
        raise ValueError("either head or base is needed")
    return ThemeDefinition(
        **{name: data[name] for name in _PLAIN if name in data},
        alone=Certainty(data.get("alone", "please_check")),
        shown_from=Certainty(data.get("shown_from", "fairly_sure")),
        requires=tuple(_term(entry) for entry in data.get("requires", ())),
        evidence=tuple(_term(entry) for entry in data.get("evidence", ())),
        unless=tuple(data.get("unless", ())),
    )


def _term(entry: Mapping[str, Any]) -> Term:
    if entry["kind"] not in RULES:
        raise ValueError(f"there is no evidence called {entry['kind']!r}")
    return Term(
        kind=entry["kind"],
        settings={name: value for name, value in entry.items() if name not in _TERM},
        weight=float(entry.get("weight", 1.0)),
        support=bool(entry.get("support", False)),
        support_from=entry.get("support_from"),
        reason=str(entry.get("reason", "")),
        together=str(entry.get("together", "")),
    )

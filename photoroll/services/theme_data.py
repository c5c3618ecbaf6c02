"""Reads what ships about themes: their definitions, the learnt heads, and whom the heads were learnt
from.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from photoroll import resources
from photoroll.core.clustering import LooksBasis
from photoroll.core.swatches import LabLayout
from photoroll.core.themes import HEADS_VERSION, Heads, ThemeDefinition, parse_theme
from photoroll.errors import PhotoRollError


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeData:
    """All that themes need besides photos."""

    definitions: tuple[ThemeDefinition, ...]
    """In the order in which they are shown."""
    heads: Heads
    basis: LooksBasis
    """The axes of unnamed sets."""
    colours: LabLayout
    """How to read the dominant colours of a set back from descriptors."""


@lru_cache(maxsize=1)
def load() -> ThemeData:
    """Read the shipped themes once; raises :exc:`PhotoRollError` when a file is missing or wrong."""
    folder = resources.path("themes")
    heads = load_heads(folder / "heads.npz")
    definitions = load_definitions(folder)
    for definition in definitions:
        if definition.head is not None and definition.head not in heads.names:
            raise PhotoRollError(
                f"The theme {definition.key} asks for a head that is not there: {definition.head}",
                "Install PhotoRoll again.",
            )
    basis = LooksBasis(mean=heads.looks_mean, axes=heads.looks_axes)
    return ThemeData(definitions=definitions, heads=heads, basis=basis, colours=load_layout())


def load_definitions(folder: Path) -> tuple[ThemeDefinition, ...]:
    """Read every ``*.toml`` of a folder, in the order of their ``order``; keys must be unique."""
    found = [parse_theme(file.read_text("utf-8"), file.name) for file in sorted(folder.glob("*.toml"))]
    keys = [definition.key for definition in found]
    if len(set(keys)) < len(keys):
        raise PhotoRollError("Two theme files have the same key", "Remove one of them.", path=folder)
    return tuple(sorted(found, key=lambda definition: (definition.order, definition.key)))


def load_heads(file: Path) -> Heads:
    """Read learnt heads; refuses a file of another version."""
    import numpy as np

    with np.load(file, allow_pickle=False) as kept:
        version, descriptor_version = (int(number) for number in kept["version"])
        if version != HEADS_VERSION:
            raise PhotoRollError(
                "The theme heads are of another version", "Install PhotoRoll again.", path=file
            )
        return Heads(
            names=tuple(str(name) for name in kept["names"]),
            weights=kept["weights"],
            bias=kept["bias"],
            sure_from=kept["sure_from"],
            statistics=tuple(str(name) for name in kept["statistics"]),
            looks_mean=kept["looks_mean"],
            looks_axes=kept["looks_axes"],
            descriptor_version=descriptor_version,
        )


def load_layout() -> LabLayout:
    """Invert the standardising of the descriptor's Lab block, which is not projected."""
    import numpy as np

    from photoroll.imaging.descriptor import BLOCKS

    with np.load(resources.path("descriptor", "projection.npz"), allow_pickle=False) as kept:
        mean, scale, shift = (
            kept[f"lab_{part}"].astype(np.float64)[:48] for part in ("mean", "scale", "shift")
        )
        return LabLayout(
            start=BLOCKS["lab"].start,
            gain=1.0 / (float(kept["lab_energy"]) * scale),
            offset=mean + shift / scale,
        )


def load_credits() -> tuple[dict[str, str], ...]:
    """Give the credits of the photos that the heads were learnt from: repo, path, address and licence."""
    with resources.path("themes", "CREDITS.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))

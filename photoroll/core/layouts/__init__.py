"""Collage templates: a registry of small modules, each turning photos' shapes into rectangles on a page.

A template is a module here with a ``lay_out`` of the signature :class:`LayOut`; adding one means adding its
file, and its name to ``TEMPLATES``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from photoroll.core.layouts.geometry import Layout
from photoroll.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoroll.core.framing import Interest
    from photoroll.core.models import FaceBox

TEMPLATES = ("mosaic",)
"""Names of the templates; each is a module of this folder."""


class LayOut(Protocol):
    """What a template offers."""

    def __call__(
        self,
        aspects: Sequence[float],
        *,
        page: tuple[int, int],
        gap: int,
        margin: int,
        foot: int = 0,
        weights: Sequence[float] | None = None,
        faces: Sequence[Sequence[FaceBox]] | None = None,
        interest: Sequence[Interest | None] | None = None,
        pixels: Sequence[tuple[int, int] | None] | None = None,
        max_crop: float = 0.15,
        keep_order: bool = False,
        seed: int = 0,
    ) -> Layout:
        """Arrange photos on a page; arguments as in :mod:`photoroll.core.layouts.mosaic`."""
        ...


def template(name: str) -> LayOut:
    """Give the ``lay_out`` of the template called ``name``; :exc:`NotFound` names the templates there are."""
    if name not in TEMPLATES:
        raise NotFound(f"There is no collage template called {name!r}", f"There are: {', '.join(TEMPLATES)}.")
    return cast("LayOut", import_module(f"photoroll.core.layouts.{name}").lay_out)


__all__ = ["TEMPLATES", "LayOut", "Layout", "template"]

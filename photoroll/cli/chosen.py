"""Which photos a collage or a recap is made of: paths, a group, or a span of time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from photoroll.cli.common import Session
from photoroll.library import Library
from photoroll.services.candidates import Candidate, CandidateSource, showable
from photoroll.services.strangers import candidates_of_files

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was named on the command line."""

    paths: tuple[Path, ...]
    group: str | None


def chosen_options(command: F) -> F:
    """Add ``PATH…`` and ``--group ID``, and pass them as :class:`Chosen` named ``chosen``."""

    @click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH…]")
    @click.option("--group", metavar="ID", help="The photos of this group.")
    @functools.wraps(command)
    def with_chosen(*args: Any, paths: tuple[Path, ...], group: str | None, **rest: Any) -> Any:
        return command(*args, chosen=Chosen(paths=paths, group=group), **rest)

    return with_chosen  # type: ignore[return-value]


def choose_photos(session: Session, chosen: Chosen) -> tuple[list[Candidate], str]:
    """Gather the photos, in the order of time, and the group's title (empty for paths).

    Raises
    ------
    click.UsageError
        If neither or both of paths and a group are named.
    """
    if bool(chosen.paths) == bool(chosen.group):
        raise click.UsageError("Name photos, or a group with --group ID.")
    if chosen.group:
        with session.open() as library:
            return of_group(library, chosen.group)
    return candidates_of_files([path.absolute() for path in chosen.paths]), ""


def of_group(library: Library, group_id: str) -> tuple[list[Candidate], str]:
    """Gather a group's photos and its title."""
    group = library.groups.get(group_id)
    return showable(CandidateSource(library).of(group.photo_ids)), group.found.title

"""The user's corrections of groups, for the kinds whose recompute obeys them."""

from __future__ import annotations

from collections.abc import Sequence

from photoroll.core.models import Group, GroupKind, PhotoId
from photoroll.errors import PhotoRollError
from photoroll.library import Library


def merge_groups(library: Library, ids: Sequence[str]) -> Group:
    """Make events one: the first of them, whose id and name stay.

    Raises
    ------
    PhotoRollError
        If one of them is no event, or fewer than two are named.
    """
    _only_events([library.groups.get(group_id) for group_id in ids], "merged")
    return library.groups.merge(ids)


def split_group(library: Library, group_id: str, at: PhotoId) -> tuple[Group, Group]:
    """Cut an event in two, the second beginning with the photo ``at``.

    Raises
    ------
    PhotoRollError
        If the group is no event, or ``at`` is its first photo or not in it.
    """
    _only_events([library.groups.get(group_id)], "split")
    return library.groups.split(group_id, at)


def _only_events(groups: Sequence[Group], verb: str) -> None:
    for group in groups:
        if group.found.kind is not GroupKind.EVENT:
            raise PhotoRollError(
                f"“{group.found.title}” is no event, and only events can be {verb}",
                "Trips, places and themes can be renamed and hidden.",
            )

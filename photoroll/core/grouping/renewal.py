"""Gives new groups the ids, names and states of the ones that they continue, the same on every machine."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from photoroll.core.identity import keep_identities
from photoroll.core.models import Constraint, FoundGroup, Group, GroupId, PhotoId

_OURS = uuid.UUID("6f0f7c1e-6d0b-5a0e-9d7c-70686f746f72")
"""The namespace of PhotoRoll's own ids, chosen once and for all."""


def renew(
    old: Sequence[Group],
    new: Sequence[FoundGroup],
    public_ids: Mapping[PhotoId, str],
    constraints: Sequence[Constraint] = (),
) -> list[Group]:
    """Match ``new`` with ``old`` groups of the same kind (:func:`~photoroll.core.identity.keep_identities`).

    A group that continues nothing gets an id made of its kind and its key, or else of its first photo, so
    that the same photos give the same ids in another library. ``public_ids`` may lack photos not yet read.
    """

    def new_id(found: FoundGroup) -> GroupId:
        first = found.members[0].photo
        name = found.key or public_ids.get(first, f"row {first}")
        return GroupId(str(uuid.uuid5(_OURS, f"{found.kind}:{name}")))

    return keep_identities(old, new, new_id=new_id, constraints=constraints)

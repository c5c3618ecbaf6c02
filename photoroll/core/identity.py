"""Keeps groups the same through every recompute: ids, names, hides and corrections outlive the machine.

Old and new groups are matched by their members: an assignment of greatest overlap (the Hungarian method)
inside each set of groups that share photos.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from photoroll.core.models import (
    Constraint,
    ConstraintKind,
    FoundGroup,
    Group,
    GroupId,
    Member,
    PhotoId,
    Reason,
    TitleSource,
)

LEAST_JACCARD = 0.3
LEAST_CONTAINED = 0.6
USER_BONUS = 0.2
KEPT = Reason(code="kept_by_you", text="Kept because you named, pinned or hid it")
ADDED = Reason(code="added_by_you", text="You added it")


@dataclass(frozen=True, slots=True)
class _Match:
    """An old and a new group that share photos."""

    old: int
    new: int
    shared: int
    score: float


def keep_identities(
    old: Sequence[Group],
    new: Sequence[FoundGroup],
    *,
    new_id: Callable[[FoundGroup], GroupId],
    constraints: Sequence[Constraint] = (),
) -> list[Group]:
    """Give what was found the ids, titles and states of the groups that it continues.

    ``old``: groups as the library keeps them, the oldest first. ``new``: groups as just found; kinds never
    mix, groups with a ``key`` match by it alone. ``new_id`` gives an id for a group that continues nothing,
    asked in the order of ``new``. ``constraints``: ``ADD`` and ``REMOVE`` change the members.

    Returns groups in the order of ``new``, then those kept although nothing continues them, because the user
    named, pinned or hid them. A pair is accepted with a Jaccard index of 0.3 or with 0.6 of the smaller group
    shared. Where a group was split, the bigger part keeps the id and the others name it as ``parent``; where
    groups were merged, the user's or else the oldest survives and the others become ``aliases``.
    """
    found = [_corrected(group, constraints, {group.key}) for group in new]
    matches = _matches(old, found)
    heir = _assigned(old, found, matches)
    heir |= _users_first(old, matches, heir)
    absorbed = _absorbed(old, matches, heir)
    result: list[Group] = []
    used = {group.id for group in old}
    for number, group in enumerate(found):
        if number in heir:
            known = _continued(old, [heir[number], *absorbed.get(number, ())], group)
        else:
            known = Group(id=_unused(new_id(group), used), found=group, parent=_parent(old, matches, number))
        names = {str(known.id), *map(str, known.aliases), group.key}
        result.append(replace(known, found=_corrected(known.found, constraints, names)))
        used.add(known.id)
    gone = set(range(len(old))) - set(heir.values()) - {k for ks in absorbed.values() for k in ks}
    kept = (_kept(old[k], constraints) for k in sorted(gone) if _touched(old[k]))
    return result + [group for group in kept if group.found.members]


def _unused(wanted: GroupId, used: set[GroupId]) -> GroupId:
    """Vary an id that is taken: a split may leave two groups with the same first member."""
    import uuid

    chosen, turn = wanted, 0
    while chosen in used:
        turn += 1
        chosen = GroupId(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{wanted}/{turn}")))
    return chosen


def _touched(group: Group) -> bool:
    return group.title_source is TitleSource.USER or group.pinned or group.hidden


def _matches(old: Sequence[Group], new: Sequence[FoundGroup]) -> list[_Match]:
    """Give the acceptable pairs, from sparse counts of shared photos."""
    keys = {(group.found.kind, group.found.key): k for k, group in enumerate(old) if group.found.key}
    owners: dict[tuple[str, PhotoId], list[int]] = defaultdict(list)
    for k, group in enumerate(old):
        if not group.found.key:
            for photo in set(group.photo_ids):
                owners[group.found.kind, photo].append(k)
    matches = []
    for number, found in enumerate(new):
        if found.key:
            known = keys.get((found.kind, found.key))
            matches += [] if known is None else [_Match(known, number, max(1, len(found.members)), 2.0)]
            continue
        shared: dict[int, int] = defaultdict(int)
        photos = {member.photo for member in found.members}
        for photo in photos:
            for k in owners.get((found.kind, photo), ()):
                shared[k] += 1
        for k, count in sorted(shared.items()):
            score = _score(len(set(old[k].photo_ids)), len(photos), count)
            if score:
                bonus = USER_BONUS if _touched(old[k]) else 0.0
                matches.append(_Match(k, number, count, score + bonus))
    return matches


def _score(size: int, other: int, shared: int) -> float:
    """Give the Jaccard index of an acceptable pair, 0 for others."""
    jaccard = shared / (size + other - shared)
    accepted = jaccard >= LEAST_JACCARD or shared / min(size, other) >= LEAST_CONTAINED
    return jaccard if accepted else 0.0


def _assigned(old: Sequence[Group], new: Sequence[FoundGroup], matches: Iterable[_Match]) -> dict[int, int]:
    """Give the old group that each new one continues: the best assignment within each component."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    heir: dict[int, int] = {}
    for part in _components(matches):
        if len(part) == 1:
            heir[part[0].new] = part[0].old
            continue
        olds, news = sorted({m.old for m in part}), sorted({m.new for m in part})
        table = np.zeros((len(news), len(olds)))
        for match in part:
            table[news.index(match.new), olds.index(match.old)] = match.score
        rows, columns = linear_sum_assignment(-table)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if table[row, column] > 0:
                heir[news[row]] = olds[column]
    return heir


def _components(matches: Iterable[_Match]) -> list[list[_Match]]:
    """Split the pairs into sets that share no group (union-find)."""
    above: dict[tuple[str, int], tuple[str, int]] = {}

    def top(node: tuple[str, int]) -> tuple[str, int]:
        above.setdefault(node, node)
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    listed = list(matches)
    for match in listed:
        above[top(("old", match.old))] = top(("new", match.new))
    parts: dict[tuple[str, int], list[_Match]] = defaultdict(list)
    for match in listed:
        parts[top(("new", match.new))].append(match)
    return list(parts.values())


def _users_first(old: Sequence[Group], matches: Sequence[_Match], heir: Mapping[int, int]) -> dict[int, int]:
    """Where a group that the user touched was merged into an untouched one's heir, it takes its place."""
    taken = set(heir.values())
    changed: dict[int, int] = {}
    for match in sorted(matches, key=lambda m: (-m.score, m.old)):
        if match.old in taken or not _touched(old[match.old]) or match.new in changed:
            continue
        rival = heir.get(match.new)
        if rival is not None and not _touched(old[rival]):
            changed[match.new] = match.old
            taken.add(match.old)
    return changed


def _absorbed(
    old: Sequence[Group], matches: Sequence[_Match], heir: Mapping[int, int]
) -> dict[int, list[int]]:
    """Give the old groups that were merged into each new one: most of their photos are in it."""
    taken, result = set(heir.values()), defaultdict(list)
    best: dict[int, _Match] = {}
    for match in matches:
        if match.old not in taken and match.new in heir:
            most = best.get(match.old)
            if most is None or match.shared > most.shared:
                best[match.old] = match
    for k, match in sorted(best.items()):
        if match.shared >= LEAST_CONTAINED * len(old[k].found.members) and not _touched(old[k]):
            result[match.new].append(k)
    return result


def _parent(old: Sequence[Group], matches: Sequence[_Match], number: int) -> GroupId | None:
    """Give the group from which a new one was split: that with which it shares most photos."""
    mine = [match for match in matches if match.new == number]
    if not mine:
        return None
    return old[max(mine, key=lambda match: (match.shared, -match.old)).old].id


def _continued(old: Sequence[Group], merged: Sequence[int], found: FoundGroup) -> Group:
    """Give the user's or else the oldest of the merged groups its new members; the others become aliases."""
    known = old[min(merged, key=lambda k: (not _touched(old[k]), k))]
    names = [name for k in merged for name in (old[k].id, *old[k].aliases)]
    named = known.title_source is TitleSource.USER
    aliases = dict.fromkeys((*known.aliases, *names))
    aliases.pop(known.id, None)
    return replace(
        known,
        found=replace(found, title=known.found.title) if named else found,
        auto_title=found.title if named else "",
        aliases=tuple(aliases),
    )


def _kept(group: Group, constraints: Sequence[Constraint]) -> Group:
    found = _corrected(group.found, constraints, {str(group.id), *map(str, group.aliases)})
    reasons = found.reasons if KEPT in found.reasons else (*found.reasons, KEPT)
    return replace(group, found=replace(found, reasons=reasons))


def _corrected(found: FoundGroup, constraints: Sequence[Constraint], names: set[str]) -> FoundGroup:
    """Apply the user's additions and removals that name this group; additions come last."""
    mine = [c for c in constraints if c.group and c.group_kind is found.kind and c.group in names]
    if not mine:
        return found
    removed = {c.photo for c in mine if c.kind is ConstraintKind.REMOVE}
    present = {member.photo for member in found.members}
    added = dict.fromkeys(c.photo for c in mine if c.kind is ConstraintKind.ADD)
    members = [member for member in found.members if member.photo not in removed]
    members += [Member(photo=p, reasons=(ADDED,)) for p in added if p not in present | removed]
    return replace(found, members=tuple(members))

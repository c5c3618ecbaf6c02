"""Finds look-alike stacks from perceptual hashes, times and cameras.

Three relations bind photos:

* *burst*: the same camera within 2 s, or within 10 s and alike (pHash within 14 bits); only neighbours
  in time are compared, so this is O(n);
* *edited*: pHash within 10 bits, and dHash within 12 as a second opinion, at any distance in time; copies of
  one exposure, so one camera's photos of one moment are such too (:mod:`photoroll.core.similar.copies`);
* *similar*: repeated takes of one scene: as alike as edited copies but taken at another moment, or pHash
  within 14 and dHash within 16 bits inside ten minutes.

Photos bound by any relation form a component; a component wider than twice its threshold (a chain whose
ends do not resemble each other) is split by complete linkage. Thresholds were measured on 61,000 random
pairs: none within a pHash distance of 12, one in 10,000 within 14.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.models import Reason, Relation
from photoroll.core.similar.best import StackQuality, rank
from photoroll.core.similar.copies import CopyRadii, Files, Shots, copy_pairs, read_files
from photoroll.core.similar.pairs import close_pairs, hamming

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]
    Pairs = tuple[Indices, Indices]

_EDGES_KEPT = 1 << 22
_NEVER = 1e6
"""A distance that no threshold reaches, finite because linkage wants finite numbers."""
_NEIGHBOURS = 12
"""How many following photos each one is compared with for repeated takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookalikeParams:
    """Thresholds: seconds, and bits of 64."""

    burst_gap_s: float = 2.0
    burst_alike_gap_s: float = 10.0
    burst_phash: int = 14
    edited_phash: int = 10
    edited_dhash: int = 12
    similar_gap_s: float = 600.0
    similar_phash: int = 14
    similar_dhash: int = 16
    copy_bits: int = 2
    """Two photos of one moment within this many bits of both hashes are copies, not shots of a burst."""
    largest: int = 2000
    """Longer components are first cut into pieces of this many photos, in the order of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Photos that show the same thing; ``indices`` point into the arrays given, in the order of time."""

    indices: tuple[int, ...]
    relation: Relation
    best: int
    """One of ``indices``."""
    best_reasons: tuple[Reason, ...]
    reasons: tuple[tuple[Reason, ...], ...]
    """For each of ``indices``: what speaks for it (the best) or what is weaker in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Photos:
    """The arrays that decide, in one canonical order, so that the order of input does not matter."""

    times_s: NDArray[np.float64]
    camera: NDArray[np.int_]
    phash: NDArray[np.uint64]
    dhash: NDArray[np.uint64]
    hashed: NDArray[np.bool_]
    pixels: NDArray[np.float64]


def find_lookalikes(
    times_s: NDArray[np.float64],
    camera: NDArray[np.int_],
    phash: NDArray[np.uint64],
    dhash: NDArray[np.uint64],
    flat: NDArray[np.bool_],
    quality: StackQuality,
    *,
    alone: NDArray[np.bool_] | None = None,
    apart: Iterable[tuple[int, int]] = (),
    files: Files | None = None,
    params: LookalikeParams | None = None,
) -> list[Stack]:
    """Find the stacks among n photos; every array has shape (n,).

    ``times_s`` are seconds on any common clock, NaN where the time is not known to the second.
    ``camera`` is a number for each camera body, -1 for unknown. ``flat`` marks pictures too even for
    their hashes to mean anything: they are stacked by time only. ``alone`` marks photos that belong to
    no stack, ``apart`` names pairs that must not be in one stack: the user's corrections, which always
    win. ``files`` tells copies from shots, and originals from copies. Photos that look like nothing else
    are in no stack; no photo is in two. The result is in the order of the stacks' first photos.
    """
    params = params or LookalikeParams()
    order = _canonical(times_s, camera, phash, dhash, alone)
    photos = _in_order(order, times_s, camera, phash, dhash, flat, quality)
    files = files or read_files(camera)
    barred = _barred(apart, order, len(times_s))
    burst = _burst_runs(photos, params)
    edges = [_chain(burst), *_edited_edges(photos, params), *_similar_edges(photos, params)]
    stacks = [
        _stack(members, photos, burst, order, quality, files, params)
        for component in _components(edges, len(order))
        for members in _split(component, photos, burst, barred, params)
    ]
    return sorted(stacks, key=lambda stack: stack.indices)


def _canonical(
    times_s: NDArray[np.float64],
    camera: NDArray[np.int_],
    phash: NDArray[np.uint64],
    dhash: NDArray[np.uint64],
    alone: NDArray[np.bool_] | None,
) -> Indices:
    import numpy as np

    free = np.arange(len(times_s)) if alone is None else np.flatnonzero(~alone)
    return free[np.lexsort((dhash[free], phash[free], camera[free], times_s[free]))]


def _in_order(
    order: Indices,
    times_s: NDArray[np.float64],
    camera: NDArray[np.int_],
    phash: NDArray[np.uint64],
    dhash: NDArray[np.uint64],
    flat: NDArray[np.bool_],
    quality: StackQuality,
) -> _Photos:
    import numpy as np

    return _Photos(
        times_s=np.asarray(times_s, dtype=np.float64)[order],
        camera=camera[order],
        phash=phash[order],
        dhash=dhash[order],
        hashed=~flat[order],
        pixels=np.asarray(quality.pixels, dtype=np.float64)[order],
    )


def _barred(apart: Iterable[tuple[int, int]], order: Indices, n: int) -> dict[int, set[int]]:
    import numpy as np

    place = np.full(n, -1)
    place[order] = np.arange(len(order))
    barred: dict[int, set[int]] = {}
    for pair in apart:
        for a, b in (pair, pair[::-1]):
            barred.setdefault(int(place[a]), set()).add(int(place[b]))
    return barred


def _burst_runs(photos: _Photos, params: LookalikeParams) -> Indices:
    """Number the bursts: photos with equal numbers were shot in one go; shape (n,)."""
    import numpy as np

    n = len(photos.times_s)
    by_camera = np.lexsort((np.arange(n), photos.camera))  # stable: time order within a camera
    earlier, later = by_camera[:-1], by_camera[1:]
    gap = photos.times_s[later] - photos.times_s[earlier]
    alike = hamming(photos.phash[earlier], photos.phash[later]) <= params.burst_phash
    alike &= photos.hashed[earlier] & photos.hashed[later]
    same = photos.camera[earlier] == photos.camera[later]
    known = photos.camera[earlier] >= 0
    with np.errstate(invalid="ignore"):
        joined = same & (((gap <= params.burst_gap_s) & known) | ((gap <= params.burst_alike_gap_s) & alike))
    runs = np.empty(n, dtype=np.intp)
    runs[by_camera] = np.concatenate(([0], np.cumsum(~joined)))[:n]
    return runs


def _chain(labels: Indices) -> Pairs:
    """Give edges that connect photos of equal label, one fewer than their number."""
    import numpy as np

    order = np.argsort(labels, kind="stable")
    equal = labels[order[:-1]] == labels[order[1:]]
    return order[:-1][equal], order[1:][equal]


def _edited_edges(photos: _Photos, params: LookalikeParams) -> Iterator[Pairs]:
    """Yield pairs within both radii; equal pictures are compared once, so that a thousand of them cost
    nothing.
    """
    import numpy as np

    hashed = np.flatnonzero(photos.hashed)
    both = np.stack((photos.phash[hashed], photos.dhash[hashed]), axis=1)
    _, first, label = np.unique(both, axis=0, return_index=True, return_inverse=True)
    left, right = _chain(np.asarray(label).reshape(-1))
    yield hashed[left], hashed[right]
    photo = hashed[first]
    phash, dhash = photos.phash[photo], photos.dhash[photo]
    kept: list[Pairs] = []
    for left, right in close_pairs(phash, params.edited_phash):
        near = hamming(dhash[left], dhash[right]) <= params.edited_dhash
        kept.append((photo[left[near]], photo[right[near]]))
        if sum(len(pair[0]) for pair in kept) > _EDGES_KEPT:
            kept = [_chain(_labels(kept, len(photos.phash)))]  # a spanning forest says the same
    yield from kept


def _similar_edges(photos: _Photos, params: LookalikeParams) -> Iterator[Pairs]:
    """Yield repeated takes among each photo's next neighbours in time."""
    import numpy as np

    timed = np.flatnonzero(~np.isnan(photos.times_s))  # the canonical order is the order of time
    for step in range(1, _NEIGHBOURS + 1):
        left, right = timed[:-step], timed[step:]
        near = photos.times_s[right] - photos.times_s[left] <= params.similar_gap_s
        if not near.any():
            return
        left, right = left[near], right[near]
        alike = photos.hashed[left] & photos.hashed[right]
        alike &= hamming(photos.phash[left], photos.phash[right]) <= params.similar_phash
        alike &= hamming(photos.dhash[left], photos.dhash[right]) <= params.similar_dhash
        yield left[alike], right[alike]


def _labels(edges: Sequence[Pairs], n: int) -> Indices:
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left = np.concatenate([pair[0] for pair in edges])
    right = np.concatenate([pair[1] for pair in edges])
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    labels: Indices = connected_components(graph, directed=False)[1]
    return labels


def _components(edges: Sequence[Pairs], n: int) -> Iterator[Indices]:
    """Yield the members of every component of two photos or more, in canonical order."""
    import numpy as np

    if n < 2:
        return
    labels = _labels(edges, n)
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    for members in np.split(order, ends):
        if len(members) > 1:
            yield members


def _split(
    members: Indices, photos: _Photos, burst: Indices, barred: dict[int, set[int]], params: LookalikeParams
) -> Iterator[Indices]:
    """Yield the parts of a component whose members all resemble each other."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    for start in range(0, len(members), params.largest):
        part = members[start : start + params.largest]
        if len(part) < 2:
            continue
        distance = _distances(part, photos, burst, barred, params)
        if distance.max() <= 2.0:
            yield part
            continue
        labels = fcluster(linkage(squareform(distance, checks=False), "complete"), 2.0, "distance")
        for label in np.unique(labels):
            if (labels == label).sum() > 1:
                yield part[labels == label]


def _distances(
    part: Indices, photos: _Photos, burst: Indices, barred: dict[int, set[int]], params: LookalikeParams
) -> NDArray[np.float64]:
    """Give pHash distances in units of the pair's threshold, shape (m, m); quick shots are one."""
    import numpy as np

    times, runs = photos.times_s[part], burst[part]
    bits = hamming(photos.phash[part, None], photos.phash[None, part]).astype(np.float64)
    same_run = runs[:, None] == runs[None, :]
    with np.errstate(invalid="ignore"):
        near = np.abs(times[:, None] - times[None, :]) <= params.similar_gap_s
    bits /= np.where(same_run | near, params.burst_phash, params.edited_phash)
    bits[_atoms(part, photos, burst, params)] = 0.0
    place = {photo: i for i, photo in enumerate(part.tolist())} if barred else {}
    for photo, i in place.items():
        for other in barred.get(photo, ()):
            if other in place:
                bits[i, place[other]] = _NEVER
    return bits


def _atoms(part: Indices, photos: _Photos, burst: Indices, params: LookalikeParams) -> NDArray[np.bool_]:
    """Mark the pairs that continuous shooting joins, whatever they show, shape (m, m)."""
    import numpy as np

    order = np.lexsort((photos.times_s[part], burst[part]))
    times, runs, cameras = photos.times_s[part][order], burst[part][order], photos.camera[part][order]
    with np.errstate(invalid="ignore"):
        quick = np.diff(times) <= params.burst_gap_s
    joined = quick & (runs[1:] == runs[:-1]) & (cameras[1:] >= 0)
    atom = np.empty(len(part), dtype=np.intp)
    atom[order] = np.concatenate(([0], np.cumsum(~joined)))
    return np.asarray(atom[:, None] == atom[None, :])


def _stack(
    members: Indices,
    photos: _Photos,
    burst: Indices,
    order: Indices,
    quality: StackQuality,
    files: Files,
    params: LookalikeParams,
) -> Stack:
    import numpy as np

    indices = order[members]
    mine, shots = files.at(indices), _shots(members, photos)
    copies = copy_pairs(
        shots, mine, CopyRadii(phash=params.edited_phash, dhash=params.edited_dhash, equal=params.copy_bits)
    )
    relation = _relation(shots.times_s, mine.camera, burst[members], copies, params)
    if relation is Relation.EDITED:
        copies = ~np.eye(len(members), dtype=bool)
    best, reasons = rank(quality.at(indices), copies, mine)
    return Stack(
        indices=tuple(indices.tolist()),
        relation=relation,
        best=int(indices[best]),
        best_reasons=reasons[best],
        reasons=reasons,
    )


def _shots(members: Indices, photos: _Photos) -> Shots:
    return Shots(
        times_s=photos.times_s[members],
        phash=photos.phash[members],
        dhash=photos.dhash[members],
        hashed=photos.hashed[members],
        pixels=photos.pixels[members],
    )


def _relation(
    times_s: NDArray[np.float64],
    camera: NDArray[np.int_],
    burst: Indices,
    copies: NDArray[np.bool_],
    params: LookalikeParams,
) -> Relation:
    """Name what binds the stack: a burst if any two shots are one, else repeated takes, else copies.

    With shots further apart than repeated takes of one visit a stack is no burst, whatever is in it.
    """
    import numpy as np

    left, right = np.triu_indices(len(times_s), 1)
    comparable = (camera[left] < 0) == (camera[right] < 0)  # a copy may have lost its camera, and its time
    with np.errstate(invalid="ignore"):
        gap = np.abs(times_s[left] - times_s[right])
    if (comparable & (gap > params.similar_gap_s) & (burst[left] != burst[right])).any():
        return Relation.SIMILAR
    if ((burst[left] == burst[right]) & ~copies[left, right]).any():
        return Relation.BURST
    return Relation.SIMILAR if (comparable & (gap > params.burst_gap_s)).any() else Relation.EDITED

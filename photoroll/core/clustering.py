"""Unnamed sets: photos that no theme names, gathered by looks; the user may name them, the machine never
does.

Descriptors are projected on a fixed basis (48 axes, shipped) and compared by cosine. The first run
agglomerates with average linkage up to a mean distance of 0.34 inside a set; above 4,000 photos it
agglomerates the centres of k-means micro-clusters, so that memory stays linear. What it found is frozen
as a model: a photo belongs to the set whose photos it resembles most on average, when that average is
within the same 0.34. Photos added later therefore never move others between sets; new sets arise only
among photos that no set takes, once these have grown by a quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Looks = NDArray[np.float32]
    Labels = NDArray[np.int_]

MODEL_VERSION = 1
_SEED = 20240601
_BLOCK = 8192
"""Photos that are projected or compared at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParams:
    """Limits of the sets."""

    distance: float = 0.34
    """Mean cosine distance inside a set."""
    smallest: int = 6
    direct: int = 4000
    """Above this many photos, micro-clusters are agglomerated instead of photos."""
    growth: float = 1.25
    """New sets are looked for when the photos without one have grown by this factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksBasis:
    """The fixed axes on which looks are compared."""

    mean: NDArray[np.float32]
    """Shape (431,)."""
    axes: NDArray[np.float32]
    """Shape (431, 48)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetModel:
    """What was found, as plain arrays: c sets that ever existed, the oldest first."""

    centres: Looks
    """Mean of the members' unit vectors, not normalised, shape (c, 48): ``1 - x @ centre`` is the mean
    distance.
    """
    generation: Labels
    """Which search found each set, shape (c,); older sets choose first."""
    unclaimed: int = 0
    """How many photos had no set after the last search."""
    version: int = MODEL_VERSION

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Give the model as named arrays, for storing."""
        import numpy as np

        head = np.array([self.version, self.unclaimed], dtype=np.int64)
        return {"centres": self.centres, "generation": self.generation, "head": head}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> SetModel | None:
        """Read a stored model; ``None`` when another version of the method wrote it."""
        import numpy as np

        version, unclaimed = (int(number) for number in arrays["head"])
        if version != MODEL_VERSION:
            return None
        return cls(
            centres=np.asarray(arrays["centres"], dtype=np.float32),
            generation=np.asarray(arrays["generation"], dtype=np.int_),
            unclaimed=unclaimed,
        )


def find_sets(
    descriptors: NDArray[np.floating],
    basis: LooksBasis,
    *,
    previous: SetModel | None = None,
    params: SetParams | None = None,
) -> tuple[Labels, SetModel]:
    """Give each of n photos the number of its set, -1 for none, and the model to pass in next time.

    ``descriptors`` has shape (n, 431): the photos that no theme claims. Numbers are positions in the
    model and stay valid as long as the model is passed on. A set with fewer than six photos at present
    is not shown (its photos get -1) and not forgotten.
    """
    import numpy as np

    params = params or SetParams()
    looks = project(descriptors, basis)
    model = previous or SetModel(
        centres=np.zeros((0, basis.axes.shape[1]), dtype=np.float32), generation=np.zeros(0, dtype=np.int_)
    )
    labels = _claimed(looks, model, params)
    left = np.flatnonzero(labels < 0)
    if len(left) >= params.smallest and len(left) > params.growth * model.unclaimed:
        model = _extended(model, looks[left], params)
        labels = _claimed(looks, model, params)
        model = SetModel(
            centres=model.centres, generation=model.generation, unclaimed=int((labels < 0).sum())
        )
    size = np.bincount(labels[labels >= 0], minlength=len(model.centres))
    shown = np.isin(labels, np.flatnonzero(size >= params.smallest))
    return np.where(shown, labels, -1), model


def project(descriptors: NDArray[np.floating], basis: LooksBasis) -> Looks:
    """Give unit vectors of shape (n, 48) whose scalar product is the likeness of two photos."""
    import numpy as np

    looks = np.empty((len(descriptors), basis.axes.shape[1]), dtype=np.float32)
    for start in range(0, len(looks), _BLOCK):
        block = np.asarray(descriptors[start : start + _BLOCK], dtype=np.float32)
        looks[start : start + _BLOCK] = (block - basis.mean) @ basis.axes
    looks /= np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-6)
    return looks


def cover(descriptors: NDArray[np.floating], basis: LooksBasis) -> int:
    """Give the position of a set's medoid: the photo that the others resemble most."""
    import numpy as np

    looks = project(descriptors, basis)
    return int(np.argmax(np.round(looks @ looks.mean(axis=0), 6)))


def _claimed(looks: Looks, model: SetModel, params: SetParams) -> Labels:
    """Give each photo the nearest set of the oldest generation that takes it."""
    import numpy as np

    labels = np.full(len(looks), -1, dtype=np.int_)
    for generation in np.unique(model.generation):
        sets = np.flatnonzero(model.generation == generation)
        free = np.flatnonzero(labels < 0)
        for start in range(0, len(free), _BLOCK):
            part = free[start : start + _BLOCK]
            distance = 1.0 - looks[part] @ model.centres[sets].T
            nearest = distance.argmin(axis=1)
            taken = distance[np.arange(len(part)), nearest] <= params.distance
            labels[part[taken]] = sets[nearest[taken]]
    return labels


def _extended(model: SetModel, looks: Looks, params: SetParams) -> SetModel:
    """Add the sets found among the photos that no set takes."""
    import numpy as np

    found = _agglomerated(looks, params)
    for _ in range(3):  # let the centres settle, so that claiming gives nearly what agglomeration gave
        fresh = SetModel(centres=found, generation=np.zeros(len(found), dtype=np.int_))
        labels = _claimed(looks, fresh, params)
        found = _centres(looks, labels, params)
    newest = int(model.generation.max(initial=-1)) + 1
    return SetModel(
        centres=np.concatenate((model.centres, found)).astype(np.float32),
        generation=np.concatenate((model.generation, np.full(len(found), newest, dtype=np.int_))),
    )


def _agglomerated(looks: Looks, params: SetParams) -> Looks:
    """Give the centres of the clusters of average linkage, largest first."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    micro = np.arange(len(looks))
    points = looks
    if len(looks) > params.direct:
        micro, points = _micro_clusters(looks)
    if len(points) < 2:
        return _centres(looks, micro, params)
    distance = np.asarray(1.0 - points @ points.T, dtype=np.float64)
    condensed = np.maximum(distance[np.triu_indices(len(points), 1)], 0.0)
    clusters = fcluster(linkage(condensed, "average"), params.distance, "distance") - 1
    return _centres(looks, clusters[micro], params)


def _micro_clusters(looks: Looks) -> tuple[Labels, Looks]:
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    k = int(2 * np.sqrt(len(looks)))
    model = MiniBatchKMeans(k, random_state=_SEED, n_init=1, batch_size=4096, max_iter=12)
    labels = np.asarray(model.fit_predict(looks), dtype=np.int_)
    points = _sums(looks, labels, k)
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)
    return labels, np.asarray(points, dtype=np.float32)


def _sums(looks: Looks, labels: Labels, k: int) -> NDArray[np.float64]:
    """Add up the vectors of each of k clusters."""
    import numpy as np

    columns = (np.bincount(labels, weights=looks[:, axis], minlength=k) for axis in range(looks.shape[1]))
    return np.stack(list(columns), axis=1)


def _centres(looks: Looks, labels: Labels, params: SetParams) -> Looks:
    """Give the means of the clusters that are large enough, the largest first; -1 is no cluster."""
    import numpy as np

    inside = labels >= 0
    size = np.bincount(labels[inside])
    sums = _sums(looks[inside], labels[inside], len(size))
    order = np.argsort(-size, kind="stable")
    order = order[size[order] >= params.smallest]
    return np.asarray(sums[order] / size[order, None], dtype=np.float32)

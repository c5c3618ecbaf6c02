"""Mosaic: photos in nearly their own shapes, cut from the page by a slicing tree that annealing improves.

Simulated annealing over slicing trees (Otten 1982; Wong and Liu 1986) minimises ``10 mean crop +
8 max(0, largest crop - max_crop) + sd(ln(area / weight)) + 0.35 range(ln(area / weight)) + photos whose
large faces do not fit (5 each and more, 0.5 if only their surroundings do not) + 3 ln(enlargement / 1.3) of
each photo enlarged by more + (if asked) the share of pairs out of order``. From thirteen photos on a range
beyond 4 to 1 costs more, and the annealing is cooler: one photo's share of the means is small there.
O(moves * photos).

Arguments of :func:`lay_out`, n being the number of photos, 1 to 120:

aspects : (n,) upright width / height of each photo
page : width and height in pixels
gap, margin, foot : pixels between photos, around them, and kept free above the lower margin for a title
weights : (n,) relative areas wished for; all 1 when left out
faces, interest : (n,) for each photo, what a crop should keep
pixels : (n,) upright width and height of each photo in pixels, or None; small ones get small cells
max_crop : share of a side that may be cut off
keep_order : prefer the photos' order when reading from the upper left
seed : same seed, same layout
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from photoroll.core.framing import Interest, hull
from photoroll.core.layouts.geometry import Cell, Layout, finish
from photoroll.core.layouts.slicing import SlicingTree, place, random_tree
from photoroll.core.layouts.slicing import pixels as cells_of
from photoroll.core.models import FaceBox
from photoroll.errors import CannotMake

TREES = 40
MOVES = 1500
MOVES_A_PHOTO = 150
HEAT, HEAT_OF_MANY = 0.25, 0.06
MANY = 13
"""From so many photos on, the search is cooler and a large range of areas costs more."""
RANGE = math.log(4.0)
ENLARGED = 1.3
"""From here on, enlarging a photo shows."""
MOST_PHOTOS = 120
RATIOS = ((3, 2), (4, 3), (1, 1), (2, 3), (16, 9))
"""Page shapes tried for collages of up to four photos, beside the one that fits them without any crop."""


def lay_out(
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
    """Arrange photos on a page without a hole; the arguments are told in the module's docstring.

    :raises CannotMake: no photo, too many (above 120), or no room between margins and gaps.
    """
    area = Cell(margin, margin, page[0] - 2 * margin, page[1] - 2 * margin - foot)
    _check(aspects, area, gap)
    nothing = [None] * len(aspects)
    face_lists = faces or [()] * len(aspects)
    task = _Task(
        aspects=[min(max(aspect, 0.05), 20.0) for aspect in aspects],
        logs=[math.log(weight) for weight in (weights or [1.0] * len(aspects))],
        needs=[_needs(boxes) for boxes in face_lists],
        sharp=_sharp(pixels or nothing, area),
        gap=gap,
        size=(area.w, area.h),
        max_crop=max_crop,
        keep_order=keep_order,
    )
    tree, cost = _search(task, random.Random(seed))
    cells = cells_of(tree, task.aspects, gap, area)
    layout = finish(cells, aspects, faces=face_lists, interest=interest or nothing, max_crop=max_crop)
    return replace(layout, tree=tree.as_json(), cost=cost)


def best_page(
    aspects: Sequence[float],
    *,
    long_side: int,
    gap: int,
    margin: int,
    foot: int = 0,
    faces: Sequence[Sequence[FaceBox]] | None = None,
    seed: int = 0,
) -> tuple[int, int]:
    """Choose the page (width, height) on which up to four photos are cropped least.

    Tries 3:2, 4:3, 1:1, 2:3, 16:9, and a page that fits the photos with no crop where that is not more than
    twice as long as wide. More photos fit any page: they get 4:3.
    """
    if len(aspects) > 4:
        return long_side, round(long_side * 3 / 4)
    pages = [_page_of(w / h, long_side) for w, h in RATIOS]

    def cost_of(page: tuple[int, int]) -> float:
        return lay_out(aspects, page=page, gap=gap, margin=margin, foot=foot, faces=faces, seed=seed).cost

    costs = [cost_of(page) for page in pages]
    fitted = _fitting_page(aspects, long_side=long_side, gap=gap, margin=margin, foot=foot)
    if fitted is not None:
        pages.append(fitted)
        costs.append(
            cost_of(fitted) + 0.15
        )  # a usual shape is worth a little crop: frames and print shops know it
    return pages[costs.index(min(costs))]


def _page_of(ratio: float, long_side: int) -> tuple[int, int]:
    return (long_side, round(long_side / ratio)) if ratio >= 1 else (round(long_side * ratio), long_side)


def _fitting_page(
    aspects: Sequence[float], *, long_side: int, gap: int, margin: int, foot: int
) -> tuple[int, int] | None:
    """Give the page on which all photos in one row, or one column, keep their whole shape."""
    inner = long_side - 2 * margin - gap * (len(aspects) - 1)
    row_height = inner / sum(aspects)
    column_width = (inner - foot) / sum(1 / a for a in aspects)
    row = (long_side, round(row_height) + 2 * margin + foot)
    column = (round(column_width) + 2 * margin, long_side)
    usable = [page for page in (row, column) if 0.5 <= page[0] / page[1] <= 2.0]
    return usable[0] if usable else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    aspects: list[float]
    logs: list[float]
    needs: list[tuple[float, float, float, float]]
    """For each photo, the least share of width and height that shows its large faces, then with surroundings.
    """
    sharp: list[tuple[float, float]]
    """For each photo, the largest size at which it is sharp enough."""
    gap: int
    size: tuple[int, int]
    max_crop: float
    keep_order: bool


def _check(aspects: Sequence[float], area: Cell, gap: int) -> None:
    if not aspects:
        raise CannotMake("There is no photo to make a collage of", "Choose at least one.")
    if len(aspects) > MOST_PHOTOS:
        raise CannotMake(
            f"{len(aspects)} photos are too many for one collage", f"Choose at most {MOST_PHOTOS}."
        )
    if any(not math.isfinite(a) or a <= 0 for a in aspects):
        raise ValueError("aspect ratios must be positive")
    room = 4 * (math.isqrt(len(aspects)) + 1)
    if min(area.w, area.h) - gap * (len(aspects) - 1) < room and min(area.w, area.h) < room + gap * 12:
        raise CannotMake("The page leaves no room for the photos", "Choose a larger page or less spacing.")


def _needs(faces: Sequence[FaceBox]) -> tuple[float, float, float, float]:
    tight, wide = hull(faces, tight=True), hull(faces)
    return (tight.width, tight.height, wide.width, wide.height) if tight and wide else (0.0, 0.0, 0.0, 0.0)


def _sharp(pixels: Sequence[tuple[int, int] | None], area: Cell) -> list[tuple[float, float]]:
    """Give the largest size for each photo; all may be larger when together they cannot fill the page."""
    known = [one for one in pixels if one is not None]
    together = sum(width * height for width, height in known)
    share = area.w * area.h * len(known) / max(len(pixels), 1)
    more = ENLARGED * math.sqrt(max(1.0, share / together)) if together else ENLARGED
    return [(one[0] * more, one[1] * more) if one else (math.inf, math.inf) for one in pixels]


def _search(task: _Task, rng: random.Random) -> tuple[SlicingTree, float]:
    count = len(task.aspects)
    if count == 1:
        tree = SlicingTree(1)
        return tree, _cost(task, tree)
    starts: list[tuple[float, int, SlicingTree]] = []
    for number in range(TREES):
        photos = list(range(count))
        if not task.keep_order:
            rng.shuffle(photos)
        tree = random_tree(photos, ratio=task.size[0] / task.size[1], rng=rng)
        starts.append((_cost(task, tree), number, tree))
    starts.sort(key=lambda start: start[:2])
    runs = 3 if count <= 12 else 1  # small trees are cheap, and easily caught in a poor shape
    results = [_anneal(task, tree, cost, rng) for cost, _, tree in starts[:runs]]
    return min(results, key=lambda result: result[1])


def _anneal(task: _Task, tree: SlicingTree, cost: float, rng: random.Random) -> tuple[SlicingTree, float]:
    best, best_cost = tree, cost
    moves = max(MOVES, MOVES_A_PHOTO * tree.count)
    for move in range(moves):
        trial = tree.copy()
        if not _change(trial, rng):
            continue
        trial_cost = _cost(task, trial)
        heat = (HEAT if tree.count < MANY else HEAT_OF_MANY) * (1.0 - move / moves)
        if trial_cost <= cost or rng.random() < math.exp((cost - trial_cost) / heat):
            tree, cost = trial, trial_cost
            if cost < best_cost:
                best, best_cost = tree, cost
    return best, best_cost


def _change(tree: SlicingTree, rng: random.Random) -> bool:
    """Swap two photos (half of the moves), turn a cut (a fifth) or move a leaf (the rest)."""
    draw = rng.random()
    cuts = tree.count - 1
    if draw < 0.5:
        one, two = cuts + rng.randrange(tree.count), cuts + rng.randrange(tree.count)
        if one == two:
            return False
        tree.photo[one], tree.photo[two] = tree.photo[two], tree.photo[one]
        return True
    if draw < 0.7:
        node = rng.randrange(cuts)
        tree.side[node] = not tree.side[node]
        return True
    leaf, target = cuts + rng.randrange(tree.count), rng.randrange(2 * tree.count - 1)
    return tree.move_leaf(leaf, target, side=rng.random() < 0.5, before=rng.random() < 0.5)


def _cost(task: _Task, tree: SlicingTree) -> float:
    widths, heights = place(tree, task.aspects, task.gap, (float(task.size[0]), float(task.size[1])))
    count = tree.count
    crop_sum = crop_max = log_sum = log_squares = spoilt = 0.0
    log_low, log_high = math.inf, -math.inf
    for photo, aspect in enumerate(task.aspects):
        width, height = max(widths[photo], 0.5), max(heights[photo], 0.5)
        ratio = width / height / aspect
        shown = ratio if ratio < 1.0 else 1.0 / ratio
        spoilt += _spoilt(task, photo, ratio, width, height)
        crop = 1.0 - shown
        crop_sum += crop
        crop_max = max(crop_max, crop)
        size = math.log(width * height) - task.logs[photo]
        log_sum += size
        log_squares += size * size
        log_low, log_high = min(log_low, size), max(log_high, size)
    spread = math.sqrt(max(0.0, log_squares / count - (log_sum / count) ** 2))
    cost = 10.0 * crop_sum / count + 8.0 * max(0.0, crop_max - task.max_crop)
    cost += spread + 0.35 * (log_high - log_low) + spoilt
    if count >= MANY:
        cost += 0.5 * max(0.0, log_high - log_low - RANGE)
    return cost + (_disorder(tree) if task.keep_order else 0.0)


def _spoilt(task: _Task, photo: int, ratio: float, width: float, height: float) -> float:
    """Give the cost of faces that do not fit, and of enlarging the photo more than it bears."""
    axis = 0 if ratio < 1.0 else 1
    needs = task.needs[photo]
    shown = ratio if ratio < 1.0 else 1.0 / ratio
    cost = 0.5 if needs[axis + 2] > shown else 0.0
    if needs[axis] > shown:
        cost += 5.0 + 10.0 * (needs[axis] - shown)
    wide, high = task.sharp[photo]
    # The photo covers its cell, so the side that needs more enlarging decides.
    if width > wide or height > high:
        cost += 3.0 * math.log(max(width / wide, height / high))
    return cost


def _disorder(tree: SlicingTree) -> float:
    """Give the share of photo pairs that the tree reads out of order (0 in order, 1 reversed)."""
    sequence: list[int] = []
    stack = [tree.root]
    while stack:
        node = stack.pop()
        if node >= tree.count - 1:
            sequence.append(tree.photo[node])
        else:
            stack.append(tree.second[node])
            stack.append(tree.first[node])
    wrong = sum(later < earlier for i, earlier in enumerate(sequence) for later in sequence[i + 1 :])
    return 2.0 * wrong / max(1, tree.count * (tree.count - 1))

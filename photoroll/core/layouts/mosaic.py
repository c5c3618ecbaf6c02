"""Mosaic: photos in nearly their own shapes, cut from the page by a slicing tree that annealing improves.

Simulated annealing over slicing trees (Otten 1982; Wong and Liu 1986) minimises ``10 mean crop +
8 max(0, largest crop - max_crop) + sd(ln(area / weight)) + 0.35 range(ln(area / weight)) +
5 photos whose large faces do not fit + (if asked) the share of pairs out of order``. O(moves * photos).

Arguments of :func:`lay_out`, n being the number of photos, 1 to 120:

aspects : (n,) upright width / height of each photo
page : width and height in pixels
gap, margin, foot : pixels between photos, around them, and kept free above the lower margin for a title
weights : (n,) relative areas wished for; all 1 when left out
faces, interest : (n,) for each photo, what a crop should keep
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
from photoroll.core.layouts.slicing import SlicingTree, pixels, place, random_tree
from photoroll.core.models import FaceBox
from photoroll.errors import CannotMake

TREES = 40
MOVES = 1500
MOVES_A_PHOTO = 150
HEAT = 0.25
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
    max_crop: float = 0.15,
    keep_order: bool = False,
    seed: int = 0,
) -> Layout:
    """Arrange photos on a page without a hole; the arguments are told in the module's docstring.

    :raises CannotMake: no photo, too many (above 120), or no room between margins and gaps.
    """
    area = Cell(margin, margin, page[0] - 2 * margin, page[1] - 2 * margin - foot)
    _check(aspects, area, gap)
    face_lists = faces or [()] * len(aspects)
    task = _Task(
        aspects=[min(max(aspect, 0.05), 20.0) for aspect in aspects],
        logs=[math.log(weight) for weight in (weights or [1.0] * len(aspects))],
        needs=[_needs(boxes) for boxes in face_lists],
        gap=gap,
        size=(area.w, area.h),
        max_crop=max_crop,
        keep_order=keep_order,
    )
    tree, cost = _search(task, random.Random(seed))
    layout = finish(
        pixels(tree, task.aspects, gap, area),
        aspects,
        faces=face_lists,
        interest=interest or [None] * len(aspects),
        max_crop=max_crop,
    )
    return replace(layout, tree=tree.as_json(), cost=cost)


def best_page(
    aspects: Sequence[float], *, long_side: int, gap: int, margin: int, foot: int = 0, seed: int = 0
) -> tuple[int, int]:
    """Choose the page (width, height) on which up to four photos are cropped least.

    Tries 3:2, 4:3, 1:1, 2:3, 16:9, and a page that fits the photos with no crop where that is not more than
    twice as long as wide. More photos fit any page: they get 4:3.
    """
    if len(aspects) > 4:
        return long_side, round(long_side * 3 / 4)
    pages = [_page_of(w / h, long_side) for w, h in RATIOS]
    costs = [_cost_of(aspects, page=page, gap=gap, margin=margin, foot=foot, seed=seed) for page in pages]
    fitted = _fitting_page(aspects, long_side=long_side, gap=gap, margin=margin, foot=foot)
    if fitted is not None:
        pages.append(fitted)
        cost = _cost_of(aspects, page=fitted, gap=gap, margin=margin, foot=foot, seed=seed)
        costs.append(cost + 0.15)  # a usual shape is worth a little crop: frames and print shops know it
    return pages[costs.index(min(costs))]


def _page_of(ratio: float, long_side: int) -> tuple[int, int]:
    return (long_side, round(long_side / ratio)) if ratio >= 1 else (round(long_side * ratio), long_side)


def _cost_of(
    aspects: Sequence[float], *, page: tuple[int, int], gap: int, margin: int, foot: int, seed: int
) -> float:
    return lay_out(aspects, page=page, gap=gap, margin=margin, foot=foot, seed=seed).cost


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
    needs: list[tuple[float, float]]
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


def _needs(faces: Sequence[FaceBox]) -> tuple[float, float]:
    """Give the least share of width and height that shows all large faces whole."""
    box = hull(faces)
    return (box.width, box.height) if box else (0.0, 0.0)


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
        heat = HEAT * (1.0 - move / moves)
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
    crop_sum = crop_max = log_sum = log_squares = cut = 0.0
    log_low, log_high = math.inf, -math.inf
    for photo, aspect in enumerate(task.aspects):
        width, height = max(widths[photo], 0.5), max(heights[photo], 0.5)
        ratio = width / height / aspect
        shown = ratio if ratio < 1.0 else 1.0 / ratio
        if task.needs[photo][0 if ratio < 1.0 else 1] > shown:
            cut += 1.0
        crop = 1.0 - shown
        crop_sum += crop
        crop_max = max(crop_max, crop)
        size = math.log(width * height) - task.logs[photo]
        log_sum += size
        log_squares += size * size
        log_low, log_high = min(log_low, size), max(log_high, size)
    spread = math.sqrt(max(0.0, log_squares / count - (log_sum / count) ** 2))
    cost = 10.0 * crop_sum / count + 8.0 * max(0.0, crop_max - task.max_crop)
    cost += spread + 0.35 * (log_high - log_low) + 5.0 * cut
    return cost + (_disorder(tree) if task.keep_order else 0.0)


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

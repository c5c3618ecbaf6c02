"""The slicing tree: a page cut again and again from edge to edge, with gutters in closed form.

A leaf of aspect ratio ``a`` has width ``a * h``. Every node's width is affine in its height, ``w = A h + B``:
side by side ``A = A1 + A2``, ``B = B1 + B2 + g``; stacked ``A = 1 / (1/A1 + 1/A2)``,
``B = A (B1/A1 + B2/A2 - g)``. The tree is that of VLSI floor planning (Otten 1982; Wong and Liu 1986).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from photoroll.core.layouts.geometry import Cell
from photoroll.core.models import Json

SIDE_BY_SIDE = True
STACKED = False


class SlicingTree:
    """A binary tree over ``n`` photos. Nodes 0 .. n-2 are cuts, n-1 .. 2n-2 leaves; ``root`` is its top."""

    __slots__ = ("count", "first", "order", "parent", "photo", "root", "second", "side")

    def __init__(self, count: int) -> None:
        self.count = count
        nodes = 2 * count - 1
        self.first = [-1] * nodes
        self.second = [-1] * nodes
        self.side = [SIDE_BY_SIDE] * nodes
        self.parent = [-1] * nodes
        self.photo = [-1] * (count - 1) + list(range(count))
        self.root = 0 if count > 1 else count - 1
        self.order: list[int] = []
        """Cuts from the leaves upwards; kept up to date by :meth:`sort`."""

    def copy(self) -> SlicingTree:
        """Give an independent copy."""
        twin = SlicingTree.__new__(SlicingTree)
        twin.count, twin.root = self.count, self.root
        twin.first, twin.second, twin.side = self.first[:], self.second[:], self.side[:]
        twin.parent, twin.photo, twin.order = self.parent[:], self.photo[:], self.order[:]
        return twin

    def sort(self) -> None:
        """Bring ``order`` up to date after a change of structure."""
        order: list[int] = []
        stack = [self.root]
        cuts = self.count - 1
        while stack:
            node = stack.pop()
            if node < cuts:
                order.append(node)
                stack.append(self.first[node])
                stack.append(self.second[node])
        order.reverse()
        self.order = order

    def move_leaf(self, leaf: int, target: int, *, side: bool, before: bool) -> bool:
        """Take ``leaf`` out and put it beside ``target``; ``False`` when that changes nothing."""
        cut = self.parent[leaf]
        if target in (leaf, cut) or cut < 0:
            return False
        sibling = self.second[cut] if self.first[cut] == leaf else self.first[cut]
        if sibling == target:
            return False
        self._replace(cut, sibling)
        self._replace(target, cut)
        self.first[cut], self.second[cut] = (leaf, target) if before else (target, leaf)
        self.parent[leaf] = self.parent[target] = cut
        self.side[cut] = side
        self.sort()
        return True

    def _replace(self, old: int, new: int) -> None:
        above = self.parent[old]
        self.parent[new] = above
        if above < 0:
            self.root = new
        elif self.first[above] == old:
            self.first[above] = new
        else:
            self.second[above] = new

    def as_json(self) -> Json:
        """Give nested lists: ``["v", left, right]``, ``["h", upper, lower]`` or a photo's number."""

        def node(index: int) -> Json:
            if index >= self.count - 1:
                return self.photo[index]
            name = "v" if self.side[index] == SIDE_BY_SIDE else "h"
            return [name, node(self.first[index]), node(self.second[index])]

        return node(self.root)


def random_tree(photos: Sequence[int], *, ratio: float, rng: random.Random) -> SlicingTree:
    """Give a balanced tree over ``photos``; the first cut follows the page's ``ratio`` (width / height)."""
    tree = SlicingTree(len(photos))
    tree.photo[len(photos) - 1 :] = list(photos)
    free = iter(range(len(photos) - 1))

    def grow(low: int, high: int, shape: float, above: int) -> int:
        if high - low == 1:
            leaf = len(photos) - 1 + low
            tree.parent[leaf] = above
            return leaf
        node = next(free)
        tree.parent[node] = above
        wide = shape > 1.0 if rng.random() < 0.75 else rng.random() < 0.5
        middle = low + (high - low) // 2
        if high - low > 3:
            middle += rng.randint(-1, 1) * ((high - low) // 4)
        share = (middle - low) / (high - low)
        tree.side[node] = wide
        tree.first[node] = grow(low, middle, shape * share if wide else shape / share, node)
        rest = 1.0 - share
        tree.second[node] = grow(middle, high, shape * rest if wide else shape / rest, node)
        return node

    tree.root = grow(0, len(photos), ratio, -1)
    tree.sort()
    return tree


def solve(tree: SlicingTree, aspects: Sequence[float], gap: float) -> tuple[list[float], list[float]]:
    """Give ``A`` and ``B`` of ``w = A h + B`` for each node."""
    slope = [0.0] * (2 * tree.count - 1)
    shift = [0.0] * (2 * tree.count - 1)
    for leaf in range(tree.count - 1, 2 * tree.count - 1):
        slope[leaf] = aspects[tree.photo[leaf]]
    first, second, side = tree.first, tree.second, tree.side
    for node in tree.order:
        one, two = first[node], second[node]
        if side[node]:
            slope[node] = slope[one] + slope[two]
            shift[node] = shift[one] + shift[two] + gap
        else:
            a1, a2 = slope[one], slope[two]
            both = 1.0 / (1.0 / a1 + 1.0 / a2)
            slope[node] = both
            shift[node] = both * (shift[one] / a1 + shift[two] / a2 - gap)
    return slope, shift


def place(
    tree: SlicingTree, aspects: Sequence[float], gap: float, size: tuple[float, float]
) -> tuple[list[float], list[float]]:
    """Give width and height of each photo's cell; the misfit to ``size`` is spread over all cells.

    Returns two lists in the photos' order, in the unit of ``size``.
    """
    slope, shift = solve(tree, aspects, gap)
    nodes = 2 * tree.count - 1
    width, height = [0.0] * nodes, [0.0] * nodes
    width[tree.root], height[tree.root] = size
    first, second, side = tree.first, tree.second, tree.side
    for node in reversed(tree.order):
        one, two = first[node], second[node]
        w, h = width[node], height[node]
        if side[node]:
            share = _share(slope[one] * h + shift[one], slope[two] * h + shift[two])
            part = (w - gap) * share
            width[one], width[two] = part, w - gap - part
            height[one] = height[two] = h
        else:
            share = _share((w - shift[one]) / slope[one], (w - shift[two]) / slope[two])
            part = (h - gap) * share
            height[one], height[two] = part, h - gap - part
            width[one] = width[two] = w
    widths, heights = [0.0] * tree.count, [0.0] * tree.count
    for leaf in range(tree.count - 1, nodes):
        widths[tree.photo[leaf]], heights[tree.photo[leaf]] = width[leaf], height[leaf]
    return widths, heights


def _share(one: float, two: float) -> float:
    if one <= 0.0 and two <= 0.0:
        return 0.5
    if one <= 0.0:
        return 0.02
    if two <= 0.0:
        return 0.98
    return one / (one + two)


def pixels(tree: SlicingTree, aspects: Sequence[float], gap: int, area: Cell) -> list[Cell]:
    """Give each photo's cell in whole pixels: they tile ``area`` exactly, with every gutter ``gap`` wide."""
    slope, shift = solve(tree, aspects, gap)
    cells = [area] * tree.count
    stack = [(tree.root, area)]
    while stack:
        node, box = stack.pop()
        if node >= tree.count - 1:
            cells[tree.photo[node]] = box
            continue
        one, two = tree.first[node], tree.second[node]
        if tree.side[node]:
            share = _share(slope[one] * box.h + shift[one], slope[two] * box.h + shift[two])
            part = _whole(box.w - gap, share)
            stack.append((one, Cell(box.x, box.y, part, box.h)))
            stack.append((two, Cell(box.x + part + gap, box.y, box.w - gap - part, box.h)))
        else:
            share = _share((box.w - shift[one]) / slope[one], (box.w - shift[two]) / slope[two])
            part = _whole(box.h - gap, share)
            stack.append((one, Cell(box.x, box.y, box.w, part)))
            stack.append((two, Cell(box.x, box.y + part + gap, box.w, box.h - gap - part)))
    return cells


def _whole(room: int, share: float) -> int:
    return min(max(round(room * share), 1), max(room - 1, 1))

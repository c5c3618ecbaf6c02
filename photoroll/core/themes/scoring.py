"""Scores photos for themes: calibrated heads and evidence are added as log-odds.

``log-odds = head + sum of evidence`` (each term within +-2, unknown counts 0), then half the median of
the event's other photos, relative to what is usual in the library, moves what is already a hit up or
down: an event never creates a hit. Probabilities become three degrees of certainty. Looks alone reach
``alone`` at most, unless the head's held-out figures allow it to be sure; supporting evidence lifts that
limit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from photoroll.core.models import Certainty, Reason
from photoroll.core.themes.evidence import Measured, measure
from photoroll.core.themes.model import (
    LEVELS,
    USER_REASON,
    Heads,
    Term,
    ThemeDefinition,
    ThemeFeatures,
    ThemeMember,
    ThemeScores,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Levels = NDArray[np.int8]

_CLIP = 2.0
_NEVER = -30.0
"""Log-odds of what a requirement rules out."""
_REASONS = 3
_BLOCK = 8192


def score_themes(
    definitions: Sequence[ThemeDefinition], heads: Heads, features: ThemeFeatures
) -> dict[str, ThemeScores]:
    """Score n photos for every theme, in one go over the arrays; keyed by the theme's key."""
    odds = _head_odds(heads, features)
    scores = {one.key: _score(one, heads, features, odds) for one in definitions}
    return {one.key: _without(scores[one.key], one, scores) for one in definitions}


def members(
    definition: ThemeDefinition,
    heads: Heads,
    features: ThemeFeatures,
    scores: ThemeScores,
    *,
    added: Collection[int] = (),
    removed: Collection[int] = (),
) -> list[ThemeMember]:
    """Give a theme's photos with their reasons, in the order of the arrays.

    ``added`` and ``removed`` are the user's corrections: they always win, and removal wins over adding.
    """
    import numpy as np

    terms = definition.requires + definition.evidence
    measured = [measure(term.kind, features, heads.statistics, term.settings) for term in terms]
    found = []
    for index in sorted({*np.flatnonzero(scores.certainty).tolist(), *added} - {*removed}):
        if index in added:
            found.append(
                ThemeMember(index=index, score=1.0, certainty=Certainty.SURE, reasons=(USER_REASON,))
            )
            continue
        certainty = LEVELS[scores.certainty[index]]
        assert certainty is not None
        found.append(
            ThemeMember(
                index=index,
                score=float(scores.probability[index]),
                certainty=certainty,
                reasons=_reasons(definition, terms, measured, scores, index),
            )
        )
    return found


def is_shown(definition: ThemeDefinition, found: Sequence[ThemeMember], days: int) -> bool:
    """Whether a theme has enough members of the certainty it asks for, from enough days, to be offered."""
    needed = LEVELS.index(definition.shown_from)
    certain = sum(1 for member in found if LEVELS.index(member.certainty) >= needed)
    return certain >= definition.smallest and days >= definition.days


def _head_odds(heads: Heads, features: ThemeFeatures) -> Floats:
    """Apply all heads, a block of photos at a time; shape (n, h)."""
    import numpy as np

    odds = np.empty((len(features), len(heads.names)))
    for start in range(0, len(odds), _BLOCK):
        block = np.asarray(features.descriptors[start : start + _BLOCK], dtype=np.float32)
        odds[start : start + _BLOCK] = block @ heads.weights.T + heads.bias
    return odds


def _score(
    definition: ThemeDefinition, heads: Heads, features: ThemeFeatures, head_odds: Floats
) -> ThemeScores:
    import numpy as np

    odds = np.full(len(features), definition.base, dtype=np.float64)
    head = None
    if definition.head is not None:
        head = head_odds[:, heads.index(definition.head)]
        odds = odds + head
    parts: dict[int, Floats] = {}
    for place, term in enumerate(definition.requires + definition.evidence):
        measured = measure(term.kind, features, heads.statistics, term.settings)
        parts[place] = np.clip(term.weight * measured.strength, -_CLIP, _CLIP)
        if place < len(definition.requires):
            odds = np.where(_holds(term, measured), odds, _NEVER)
        else:
            odds = odds + parts[place]
    pooled = _pooled(odds, features.events) if definition.pooled else None
    return _certain(definition, heads, features, odds, head, parts, pooled)


def _holds(term: Term, measured: Measured) -> NDArray[np.bool_]:
    import numpy as np

    holds = measured.strength > 0
    if term.settings.get("unknown") == "holds":
        holds |= ~measured.known
    return np.asarray(holds)


def _certain(
    definition: ThemeDefinition,
    heads: Heads,
    features: ThemeFeatures,
    odds: Floats,
    head: Floats | None,
    parts: Mapping[int, Floats],
    pooled: Floats | None,
) -> ThemeScores:
    """Turn log-odds into probabilities and degrees of certainty."""
    import numpy as np

    hit = _probability(odds) >= definition.check
    total = odds if pooled is None else np.where(hit, odds + pooled, odds)
    probability = _probability(total)
    level = (hit & (probability >= definition.check)).astype(np.int8)
    level += level * (probability >= definition.fairly) + level * (probability >= definition.sure)
    highest = _highest(definition, heads, head, parts, len(odds))
    if not features.trusted_faces and any(term.kind == "faces" for term in definition.requires):
        highest = np.minimum(highest, 1)
    return ThemeScores(
        key=definition.key,
        probability=probability,
        certainty=np.minimum(level, highest).astype(np.int8),
        parts=parts,
        head=head,
        pooled=pooled,
    )


def _probability(odds: Floats) -> Floats:
    import numpy as np

    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -50, 50))))


def _highest(
    definition: ThemeDefinition, heads: Heads, head: Floats | None, parts: Mapping[int, Floats], n: int
) -> Levels:
    """Give the highest degree of certainty that each photo's evidence allows."""
    import numpy as np

    if head is None or definition.head is None:
        return np.full(n, 3, dtype=np.int8)
    highest = np.full(n, LEVELS.index(definition.alone), dtype=np.int8)
    if definition.alone is not Certainty.PLEASE_CHECK:
        highest[head >= heads.sure_from[heads.index(definition.head)]] = 3
    for place, term in enumerate(definition.requires + definition.evidence):
        if term.support:
            in_full = parts[place] >= min(term.weight, _CLIP)
            needed = definition.support_from if term.support_from is None else term.support_from
            highest[in_full & (head >= needed)] = 3
    return highest


def _pooled(odds: Floats, events: NDArray[np.int_]) -> Floats:
    """Give half the median of the event's other photos, relative to the library's median, within +-2."""
    import numpy as np

    bonus = np.zeros(len(odds))
    inside = np.flatnonzero(events >= 0)
    if not len(inside):
        return bonus
    possible = odds[odds > _NEVER / 2]
    usual = float(np.median(possible)) if len(possible) else 0.0
    order = inside[np.lexsort((odds[inside], events[inside]))]
    for event in np.split(order, np.flatnonzero(np.diff(events[order])) + 1):
        others = len(event) - 1
        if others < 1:
            continue
        place = np.arange(len(event))
        low, high = (others - 1) // 2, others // 2
        values = np.maximum(odds[event], 2 * usual - 8.0)  # what is ruled out does not pull without end
        median = (values[low + (low >= place)] + values[high + (high >= place)]) / 2
        bonus[event] = np.clip(0.5 * (median - usual), -_CLIP, _CLIP)
    return bonus


def _without(
    scores: ThemeScores, definition: ThemeDefinition, every: Mapping[str, ThemeScores]
) -> ThemeScores:
    """Leave out photos of which a rival theme is sure, or surer than this one."""
    import numpy as np

    certainty = scores.certainty.copy()
    for key in definition.unless:
        if key in every:
            rival = every[key]
            surer = (rival.certainty >= 1) & (rival.probability > scores.probability)
            certainty[(rival.certainty == 3) | surer] = 0
    return ThemeScores(
        key=scores.key,
        probability=scores.probability,
        certainty=np.asarray(certainty),
        parts=scores.parts,
        head=scores.head,
        pooled=scores.pooled,
    )


def _reasons(
    definition: ThemeDefinition,
    terms: Sequence[Term],
    measured: Sequence[Measured],
    scores: ThemeScores,
    index: int,
) -> tuple[Reason, ...]:
    """Give the strongest sentences that speak for a photo."""
    found = [
        Reason(
            code=term.kind,
            text=term.reason.format(**seen.say(index)),
            weight=round(float(scores.parts[place][index]), 2),
        )
        for place, (term, seen) in enumerate(zip(terms, measured, strict=True))
        if term.reason and scores.parts[place][index] > 0 and seen.known[index]
    ]
    if scores.head is not None and definition.head_reason and scores.head[index] > -1:
        weight = round(float(scores.head[index]) + 1, 2)
        found.append(Reason(code="head", text=definition.head_reason, weight=weight))
    if scores.pooled is not None and scores.pooled[index] > 0.5:
        weight = round(float(scores.pooled[index]), 2)
        found.append(Reason(code="event", text="other photos of the same event show it too", weight=weight))
    found.sort(key=lambda reason: -(reason.weight or 0.0))
    return tuple(found[:_REASONS])

"""Says in two short sentences why the photos of a theme were put together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from photoroll.core.models import Certainty, Reason
from photoroll.core.themes.model import USER_REASON, ThemeDefinition, ThemeMember

_FIELD = re.compile(r"\{\w+\}")


@dataclass(slots=True)
class _Sort:
    """One sort of reason, and what its figures are among the members."""

    code: str
    template: str
    photos: int = 0
    figures: list[tuple[str, ...]] = field(default_factory=list)


def theme_reasons(definition: ThemeDefinition, found: Sequence[ThemeMember]) -> tuple[Reason, ...]:
    """Give what most members share, then how sure they are.

    The first counts the members among whose strongest reasons the commonest one is: "Looks like blossoms: 18
    of 24 photos"; figures become ranges. The second counts certainties. Without members there is none.
    """
    if not found:
        return ()
    return (*_commonest(definition, found), _certainties(found))


def _commonest(definition: ThemeDefinition, found: Sequence[ThemeMember]) -> tuple[Reason, ...]:
    sorts = [_Sort(term.kind, term.reason) for term in definition.requires + definition.evidence]
    together = [term.together for term in definition.requires + definition.evidence]
    sorts.append(_Sort("head", definition.head_reason))
    sorts.append(_Sort(USER_REASON.code, USER_REASON.text))
    together += ["", "you put them here" if len(found) > 1 else ""]
    for member in found:
        for reason in member.reasons:
            for sort in sorts:
                figures = _figures(sort, reason)
                if figures is not None:
                    sort.photos += 1
                    sort.figures.append(figures)
                    break
    sort = max(sorts, key=lambda one: one.photos)
    if not sort.photos:
        return ()
    said = next((text for one, text in zip(sorts, together, strict=True) if one is sort and text), "")
    text = said or _with_ranges(sort)
    share = round(sort.photos / len(found), 2)
    of = _count(sort.photos, len(found))
    return (Reason(code=sort.code, text=f"{text[:1].upper()}{text[1:]}: {of}", weight=share),)


def _count(some: int, every: int) -> str:
    if every == 1:
        return "the only photo"
    return f"all {every:,} photos" if some == every else f"{some:,} of {every:,} photos"


def _figures(sort: _Sort, reason: Reason) -> tuple[str, ...] | None:
    """Give what fills the fields of a sort's sentence in a reason; ``None`` if it is of another sort."""
    if not sort.template or sort.code != reason.code:
        return None
    pattern = "(.+?)".join(re.escape(part) for part in _FIELD.split(sort.template))
    match = re.fullmatch(pattern, reason.text, re.DOTALL)
    return match.groups() if match else None


def _with_ranges(sort: _Sort) -> str:
    seen: dict[int, list[str]] = defaultdict(list)
    for figures in sort.figures:
        for place, figure in enumerate(figures):
            seen[place].append(figure)
    ranges = iter(_range(values) for _, values in sorted(seen.items()))
    return _FIELD.sub(lambda _: next(ranges), sort.template)


def _range(values: Sequence[str]) -> str:
    """Say "31-88" of numbers, and the commonest of words."""
    try:
        numbers = sorted(set(values), key=float)
    except ValueError:
        return max(sorted(set(values)), key=values.count)
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def _certainties(found: Sequence[ThemeMember]) -> Reason:
    number = {level: sum(1 for one in found if one.certainty is level) for level in Certainty}
    words = {Certainty.SURE: "sure", Certainty.FAIRLY_SURE: "fairly sure", Certainty.PLEASE_CHECK: "to check"}
    said = [f"{number[level]:,} {word}" for level, word in words.items() if number[level]]
    share = round(number[Certainty.SURE] / len(found), 2)
    return Reason(code="certainty", text=", ".join(said), weight=share)

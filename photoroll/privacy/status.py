"""What PhotoRoll is allowed, in words that are true on this computer."""

from __future__ import annotations

from dataclasses import dataclass

from photoroll import seal
from photoroll.seal import SealState


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One optional step that would send something; each is a switch of its own."""

    name: str
    sends: str
    """What would leave this computer."""
    allowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyStatus:
    """The seal of this process, and every purpose for which something could ever leave."""

    seal: SealState
    purposes: tuple[Purpose, ...]
    courier_built: bool = False
    """Whether this PhotoRoll contains the part that could open a connection at all."""

    @property
    def summary(self) -> str:
        """Give the badge's words."""
        return self.seal.describe()


_PURPOSES = (
    Purpose(name="restyle", sends="a smaller copy of one photo"),
    Purpose(name="caption", sends="a smaller copy of one photo"),
    Purpose(name="recognisers", sends="nothing but this computer's address (a model file is fetched)"),
)


def status() -> PrivacyStatus:
    """Give the seal as it is in force now, and the purposes, which are all off: nothing can send yet."""
    return PrivacyStatus(seal=seal.current() or seal.seal_app(), purposes=_PURPOSES)

"""What the seal of one process amounts to, in words that are true on this computer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["sealed", "app_rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealState:
    """Which locks are in force in this process, and why not all of them when some are missing."""

    role: str
    """``app``, ``decoder``, ``maker`` or ``compute``."""
    level: Level
    """``sealed`` only when the operating system itself refuses and a probe has just shown it."""
    seccomp: bool = False
    """The kernel refuses system calls (sockets; in workers also writing, starting programs)."""
    landlock: bool = False
    """The kernel refuses files outside the folders that were named."""
    limits: bool = False
    """The kernel limits memory, file size and open files."""
    landlock_abi: int = 0
    """The kernel's Landlock version; 0 where there is none."""
    reason: str = ""
    """Why the level is not ``sealed``; empty when it is."""

    def describe(self) -> str:
        """Give the badge's words, with the reason where the system does not help."""
        if self.level == "sealed":
            return "Sealed by your system"
        return f"App rules only: {self.reason or 'this system offers no seal'}"

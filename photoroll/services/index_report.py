"""What one run of indexing did."""

from __future__ import annotations

from dataclasses import dataclass, field

from photoroll.library.records import FileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that was not indexed, and why."""

    path: bytes
    """Absolute, as the system has it."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What one run did; every file found is in one of indexed, unchanged, moved, unsupported, unreadable."""

    found: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    unsupported: tuple[Refused, ...] = ()
    unreadable: tuple[Refused, ...] = ()
    left_out: tuple[Refused, ...] = ()
    """Links, pipes, hidden folders: seen, not taken."""
    unlisted: tuple[Refused, ...] = ()
    """Folders that could not be looked into: photos may be missed there."""
    held_back: str = ""
    """A question for the user, where so many files are gone that nothing was marked missing."""
    seconds: float = 0.0

    @property
    def listed(self) -> tuple[Refused, ...]:
        """All that was seen and is no photo."""
        return self.unsupported + self.left_out


@dataclass(slots=True)
class Tally:
    """Counts of a run while it runs."""

    found: int = 0
    moved: int = 0
    missing: int = 0
    unlisted: list[Refused] = field(default_factory=list)
    left_out: list[Refused] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    indexed: set[FileId] = field(default_factory=set)

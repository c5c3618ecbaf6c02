"""PhotoRoll: a local-first photo organizer. Photos are read in sealed workers; nothing is uploaded."""

__version__ = "0.1.0"

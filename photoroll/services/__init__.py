"""Use cases as generators with progress and a cancel token; no Qt."""

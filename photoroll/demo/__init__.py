"""Draws photo libraries with known truth."""

"""The catalogue: the only SQL in PhotoRoll."""

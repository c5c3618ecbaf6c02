"""Pixels and tags; runs inside sealed workers: a path in, values or arrays out."""

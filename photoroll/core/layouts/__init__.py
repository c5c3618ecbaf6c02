"""Collage templates, one module each: photos' aspect ratios in, rectangles on a page out."""

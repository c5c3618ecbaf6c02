"""The sealed processes: decoders, maker and compute."""

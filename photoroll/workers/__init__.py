"""The sealed processes: decoders (many), the maker and compute (one each).

Each child has its own pair of channel ends and shares nothing with its siblings, so that what one of them
does, dies of or is made to do by a hostile file can neither stop nor blame another.
"""

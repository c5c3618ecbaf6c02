"""Look-alike stacks: bursts, edited copies and repeated takes, each with its best shot and the reasons.

Identical files are one photo with several paths and never reach this module.
"""

from photoroll.core.similar.best import StackQuality, rank
from photoroll.core.similar.copies import Files, read_files
from photoroll.core.similar.pairs import close_pairs, hamming
from photoroll.core.similar.stacks import LookalikeParams, Stack, find_lookalikes

__all__ = [
    "Files",
    "LookalikeParams",
    "Stack",
    "StackQuality",
    "close_pairs",
    "find_lookalikes",
    "hamming",
    "rank",
    "read_files",
]

"""One process of each sealed role, to run any function in: for the proof and for `privacy status`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from photoroll.errors import PhotoRollError
from photoroll.workers.compute import Compute
from photoroll.workers.maker import Maker
from photoroll.workers.pool import DecoderPool

Run = Callable[[Callable[[Any], Any], Any], Any]


@contextmanager
def every_role(*, roots: Sequence[Path], modules: Sequence[str] = ()) -> Iterator[dict[str, Run]]:
    """Give, for ``decoder``, ``maker`` and ``compute``, a call that runs a function in such a process.

    ``modules`` are imported in compute before it is sealed, where nothing can be imported any more. The
    processes are the real ones, sealed as they always are.
    """
    with (
        DecoderPool(roots=roots, workers=1, time_limit_s=30.0) as pool,
        Maker(roots=roots) as maker,
        Compute(modules=modules) as compute,
    ):
        maker.start()
        compute.start()

        def decoder(function: Callable[[Any], Any], argument: Any) -> Any:
            (outcome,) = pool.run(function, [argument])
            if outcome.failure is not None:
                raise PhotoRollError(outcome.failure.reason)
            return outcome.value

        def make(function: Callable[[Any], Any], argument: Any) -> Any:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            try:
                return maker.make(_in_maker, (function, argument), nowhere)
            finally:
                os.close(nowhere)

        yield {"decoder": decoder, "maker": make, "compute": compute.run}


def _in_maker(
    document: tuple[Callable[[Any], Any], Any], _out: BinaryIO, _report: Callable[[float], None]
) -> Any:
    function, argument = document
    return function(argument)

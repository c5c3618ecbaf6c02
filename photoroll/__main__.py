"""The way in: seals the process against the network before anything else is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Seal, then run the command line; give the exit code.

    Every child process imports this module again, so nothing heavy may stand at its head.
    """
    from photoroll import seal

    seal.prepare_environment()
    if sys.argv[1:3] == ["privacy", "prove"]:
        # The witness must be able to receive, so it starts before the seal that this process cannot undo.
        from photoroll.privacy.witness import start_witness_before_sealing

        start_witness_before_sealing()
    seal.seal_app()
    from photoroll.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

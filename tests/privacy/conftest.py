"""Runs the proof in a program of its own, as the entry point does: the suite itself is never sealed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from photoroll.privacy.proof import Attempt

PROGRAM = """
import json, sys, tempfile
from dataclasses import asdict
from pathlib import Path

def main():
    from photoroll.privacy import witness
    {before}
    from photoroll import seal
    {seal}
    from photoroll.privacy.proof import passed, prove
    from photoroll.workers.roles import every_role
    with tempfile.TemporaryDirectory() as folder:
        roots = [Path(folder)]
        with every_role(roots=roots, modules=["photoroll.privacy.ways"]) as roles:
            attempts = prove({{r: roles[r] for r in {roles!r}}}, folder=Path(folder), sealed={sealed})
    print(json.dumps([passed(attempts), [asdict(attempt) for attempt in attempts]]))

if __name__ == "__main__":
    main()
"""


class Proof(NamedTuple):
    """Whether it passed, and its table."""

    passed: bool
    attempts: list[Attempt]

    def of(self, role: str) -> dict[str, str]:
        """The outcome of each way in one role."""
        return {a.way: a.outcome for a in self.attempts if a.role == role}


@pytest.fixture(scope="session")
def prove_in_a_program(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Callable[..., Proof]:
    """Run the proof and give its result."""

    def run(
        *,
        before: str = "witness.start_witness_before_sealing()",
        sealed: bool = True,
        roles: tuple[str, ...] = (),
        wrapper: tuple[str, ...] = (),
    ) -> Proof:
        folder = tmp_path_factory.mktemp("proof")
        path = folder / "proving.py"
        seal = "seal.seal_app()" if sealed else ""
        path.write_text(textwrap.dedent(PROGRAM).format(before=before, seal=seal, sealed=sealed, roles=roles))
        done = subprocess.run(
            [*wrapper, sys.executable, str(path)],
            env={**os.environ, "PYTHONPATH": str(checkout)},
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        passed, attempts = json.loads(done.stdout)
        return Proof(passed, [Attempt(**attempt) for attempt in attempts])

    return run

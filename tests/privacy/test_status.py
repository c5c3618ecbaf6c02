"""What is allowed is said, and everything is off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
from photoroll import seal
seal.seal_app()
from photoroll.privacy.status import status
found = status()
print(found.summary, found.seal.role, [p.allowed for p in found.purposes], found.courier_built, sep="|")
"""


def test_all_purposes_are_off_and_the_seal_is_named(checkout: Path):
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=checkout, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "Sealed by your system|app|[False, False, False]|False\n"

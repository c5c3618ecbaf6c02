"""The helper that plays an ordinary user really has no privileges."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_permissions_bind_an_ordinary_user(ordinary_user: Any, tmp_path: Path):
    closed = tmp_path / "closed"
    closed.write_text("secret")
    closed.chmod(0)
    assert ordinary_user.run(["cat", closed]).returncode == 1


def test_an_ordinary_user_may_write_its_own_folder(ordinary_user: Any):
    done = ordinary_user.run(["sh", "-c", "echo x > own && cat own"])
    assert done.stdout == "x\n", done.stderr

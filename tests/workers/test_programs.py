"""Workers in real programs: how they are started, interrupted and left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Script = Callable[..., Any]

HEAD = """
import signal
from photoroll import seal

def main():
    # As on a terminal, even where this suite runs in the background with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    seal.seal_app()
    from pathlib import Path
    import worker_jobs as jobs
    from photoroll.workers.compute import Compute
    from photoroll.workers.maker import Maker
    from photoroll.workers.pool import DecoderPool
    roots = [Path(jobs.__file__).parent]
"""
USE = """
    import os
    compute = Compute(modules=["worker_jobs"])
    with DecoderPool(roots=roots) as pool, Maker(roots=roots) as maker, compute:
        values = sorted(o.value for o in pool.run(jobs.double, range(4)))
        with open("made", "wb") as out:
            maker.make(jobs.write, {"bytes": b"x", "times": 1}, out.fileno())
        levels = {*(s.level for s in pool.seals()), maker.seal().level, compute.seal().level}
        print(values, compute.run(jobs.double, 4), Path("made").read_bytes(), levels)
"""
WAIT = """
    pool = DecoderPool(roots=roots, time_limit_s=60)
    with Maker(roots=roots) as maker, Compute(modules=["worker_jobs"]) as compute, pool:
        pids = sorted({o.value for o in pool.run(jobs.process_id, range(20))})
        maker.seal(), compute.seal()
        print(*pids, maker._child.pid, compute._child.pid, flush=True)
        for _ in pool.run(jobs.do, ["spin", "hang"]):
            pass
"""
TAIL = """
if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize("how", ["script", "module", "package", "console script"])
def test_every_way_to_start_the_program_works(script: Script, tmp_path: Path, how: str):
    code = HEAD + USE + TAIL
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "__init__.py").touch()
    (tmp_path / "tool" / "__main__.py").write_text(code)
    console = "import sys\nfrom tool.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    (tmp_path / "console").write_text(console)
    argv = {
        "script": [],
        "module": ["-m", "script"],
        "package": ["-m", "tool"],
        "console script": [str(tmp_path / "console")],
    }[how]
    with script(code, *argv) as program:
        words, errors = program.communicate(timeout=60)
    assert words == "[0, 2, 4, 6] 8 b'x' {'sealed'}\n", errors
    assert errors == ""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(pids: list[int], *, limit_s: float = 10) -> list[int]:
    until = time.monotonic() + limit_s
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def test_no_child_outlives_a_killed_program_not_even_a_spinning_one(script: Script):
    with script(HEAD + WAIT + TAIL) as program:
        pids = [int(word) for word in program.stdout.readline().split()]
        assert len(pids) == 4
        assert all(alive(pid) for pid in pids)
        time.sleep(0.2)  # by now both decoders are stuck
        os.kill(program.pid, signal.SIGKILL)
        assert wait_until_gone(pids) == []


def test_control_c_ends_all_and_no_child_prints_a_traceback(script: Script):
    with script(HEAD + WAIT + TAIL) as program:
        pids = [int(word) for word in program.stdout.readline().split()]
        time.sleep(0.2)
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to the whole group
        _, errors = program.communicate(timeout=30)
        assert wait_until_gone(pids) == []
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert errors.count("Traceback") == 1, errors


FORGETS = """
    pool = DecoderPool(roots=roots)
    print(*(outcome.value for outcome in pool.run(jobs.process_id, [1])))
"""


def test_a_program_that_forgets_to_close_leaves_nothing_behind(script: Script):
    code = HEAD + FORGETS + TAIL
    with script(code) as program:
        words, errors = program.communicate(timeout=30)
        assert wait_until_gone([int(word) for word in words.split()]) == []
    assert program.returncode == 0
    assert errors == ""


def test_what_native_code_prints_reaches_no_terminal(script: Script):
    code = (
        HEAD
        + "    with DecoderPool(roots=roots) as pool:\n        list(pool.run(jobs.shout, ['a', 'b']))\n"
        + TAIL
    )
    with script(code) as program:
        words, errors = program.communicate(timeout=30)
    assert (words, errors) == ("", "")

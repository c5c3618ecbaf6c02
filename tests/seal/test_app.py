"""The seal of the app: no socket but AF_UNIX, for every thread and child, for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from photoroll.seal import SealState

InAProcess = Callable[..., dict[str, Any]]


def test_every_family_but_unix_is_refused_by_the_system(in_a_process: InAProcess):
    found = in_a_process("""
        found["before"] = native_socket()
        state = seal.seal_app()
        found["level"] = state.level
        found["families"] = {str(f): native_socket(f) for f in range(46) if f != 1}
        found["unix"] = native_socket(1)
    """)
    assert found["before"] == "done"
    assert found["level"] == "sealed"
    assert set(found["families"].values()) == {"EACCES"}
    assert found["unix"] == "done"


def test_a_thread_started_before_the_seal_is_sealed_too(in_a_process: InAProcess):
    found = in_a_process("""
        go = threading.Event()
        def early():
            found["early, before"] = native_socket()
            ready.set()
            go.wait()
            found["early"] = native_socket()
        ready = threading.Event()
        thread = threading.Thread(target=early)
        thread.start()
        ready.wait()
        seal.seal_app()
        go.set()
        thread.join()
    """)
    assert found == {"early, before": "done", "early": "EACCES"}


def test_the_seal_cannot_be_taken_back(in_a_process: InAProcess):
    found = in_a_process("""
        seal.seal_app()
        lib = ctypes.CDLL("libseccomp.so.2")
        lib.seccomp_init.restype = ctypes.c_void_p
        allow_all = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(0x7FFF0000)))
        found["second filter loaded"] = lib.seccomp_load(allow_all)
        zero = ctypes.c_ulong(0)
        found["prctl"] = libc.prctl(22, zero, zero, zero, zero)
        found["socket"] = native_socket()
        found["privileges"] = libc.prctl(39, zero, zero, zero, zero)
    """)
    assert found["prctl"] == -1
    assert found["socket"] == "EACCES"
    assert found["privileges"] == 1, "no program started from here may gain rights"


def test_children_inherit_it_and_still_work(in_a_process: InAProcess):
    found = in_a_process("""
        import multiprocessing, subprocess
        from multiprocessing.shared_memory import SharedMemory
        seal.seal_app()
        code = "import ctypes; print(ctypes.CDLL(None).socket(2, 1, 0))"
        found["child"] = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=print, args=("spawned",))
        process.start()
        process.join()
        found["spawned"] = process.exitcode
        memory = SharedMemory(create=True, size=16)
        memory.close()
        memory.unlink()
        import socket
        a, b = socket.socketpair()
        a.send(b"x")
        found["pair"] = b.recv(1).decode()
    """)
    assert found == {"child": "-1\n", "spawned": 0, "pair": "x"}


@pytest.mark.parametrize(
    ("name", "number"),
    [("unshare", 0x10000000), ("setns", 0), ("ptrace", 0)],
)
def test_ways_around_are_refused(in_a_process: InAProcess, name: str, number: int):
    found = in_a_process(f"""
        seal.seal_app()
        answer = libc.{name}({number}, 0, 0, 0)
        found["answer"] = errno.errorcode[ctypes.get_errno()] if answer < 0 else "done"
    """)
    assert found == {"answer": "EPERM"}


def test_io_uring_is_refused(in_a_process: InAProcess):
    found = in_a_process("""
        room = ctypes.create_string_buffer(120)
        before = libc.syscall(ctypes.c_long(425), ctypes.c_uint(1), room)
        found["before"] = "done" if before >= 0 else errno.errorcode[ctypes.get_errno()]
        seal.seal_app()
        after = libc.syscall(ctypes.c_long(425), ctypes.c_uint(1), room)
        found["after"] = "done" if after >= 0 else errno.errorcode[ctypes.get_errno()]
    """)
    assert found["after"] == "EPERM"


def test_a_family_hidden_in_the_upper_half_of_the_word_is_refused(in_a_process: InAProcess):
    found = in_a_process("""
        number = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
        def raw(family):
            words = [ctypes.c_long(word) for word in (number, family, 1, 0)]
            made = libc.syscall(*words)
            return "done" if made >= 0 else errno.errorcode[ctypes.get_errno()]
        found["before"] = raw((1 << 32) | 2)
        seal.seal_app()
        found["after"] = raw((1 << 32) | 2)
    """)
    assert found == {"before": "done", "after": "EACCES"}


def test_python_code_gets_a_readable_error(in_a_process: InAProcess):
    found = in_a_process("""
        seal.seal_app()
        import socket
        for name, action in {
            "socket": lambda: socket.socket(),
            "lookup": lambda: socket.getaddrinfo("localhost", 80),
        }.items():
            try:
                action()
            except PermissionError as exc:
                found[name] = exc.strerror
    """)
    assert found["socket"] == "PhotoRoll opens no network connection"
    assert found["lookup"] == "PhotoRoll looks up no network names"


def test_sealing_twice_gives_the_same_state(in_a_process: InAProcess):
    found = in_a_process("""
        first = seal.seal_app()
        found["same"] = seal.seal_app() is first and seal.current() is first
        found["words"] = first.describe()
    """)
    assert found == {"same": True, "words": "Sealed by your system"}


def test_without_libseccomp_it_says_app_rules_and_why(in_a_process: InAProcess, tmp_path):
    (tmp_path / "libseccomp.so.2").write_bytes(b"this is no library")
    found = in_a_process(
        """
        state = seal.seal_app()
        found["level"], found["words"], found["native"] = state.level, state.describe(), native_socket()
        import socket
        found["python"] = outcome(socket.socket)
        """,
        LD_LIBRARY_PATH=str(tmp_path),
    )
    assert found["level"] == "app_rules"
    assert found["words"] == "App rules only: libseccomp is not installed"
    assert found["native"] == "done", "the system does not refuse: that is why the words are what they are"
    assert found["python"] == "EACCES"


def test_a_library_that_lies_is_found_out(in_a_process: InAProcess):
    found = in_a_process("""
        from photoroll.seal import filters
        filters.Filter.load = lambda self: None
        state = seal.seal_app()
        found["level"], found["reason"] = state.level, state.reason
    """)
    assert found["level"] == "app_rules"
    assert "a probe was not refused by it" in found["reason"]


def test_importing_the_seal_pulls_in_nothing_heavy(in_a_process: InAProcess):
    found = in_a_process("""
        heavy = {"socket", "_socket", "subprocess", "multiprocessing", "logging", "asyncio", "numpy", "PIL"}
        found["loaded"] = sorted(heavy & set(sys.modules))
    """)
    assert found == {"loaded": []}


def test_numeric_libraries_are_kept_on_one_thread(in_a_process: InAProcess):
    found = in_a_process(
        """
        seal.prepare_environment()
        found["threads"] = [os.environ[name] for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")]
        """,
        OPENBLAS_NUM_THREADS="8",
    )
    assert found == {"threads": ["1", "1"]}


def test_the_words_never_claim_more_than_is_true():
    rules = SealState(role="app", level="app_rules", reason="sealing is built for Linux only so far")
    assert rules.describe() == "App rules only: sealing is built for Linux only so far"
    assert "Sealed" not in SealState(role="app", level="app_rules").describe()

"""The seals of the workers: what each role may, and everything else refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photoroll import seal

InAProcess = Callable[..., dict[str, Any]]

ROLES = ("decoder", "maker", "compute")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a photo to read, a link out of it, and a secret beside it."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"photo")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    return folder


@pytest.mark.parametrize("role", ROLES)
def test_all_three_locks_are_in_force(in_a_process: InAProcess, role: str):
    found = in_a_process(f"""
        state = seal_worker("{role}", address_space=1 << 31)
        found.update(level=state.level, locks=[state.seccomp, state.landlock, state.limits], role=state.role)
        found["abi"] = state.landlock_abi
        found["sockets"] = sorted({{native_socket(family) for family in range(46)}})
    """)
    assert found["level"] == "sealed", found
    assert found["locks"] == [True, True, True]
    assert found["role"] == role
    assert found["abi"] >= 1
    assert found["sockets"] == ["EACCES"]


@pytest.mark.parametrize(("role", "may"), [("decoder", "done"), ("maker", "done"), ("compute", "EACCES")])
def test_reading_is_for_the_named_folders_only(in_a_process: InAProcess, place: Path, role: str, may: str):
    found = in_a_process(f"""
        place = {str(place)!r}
        seal_worker("{role}", read=[Path(place)], address_space=None)
        def read(path):
            os.close(os.open(path, os.O_RDONLY))
        found["inside"] = outcome(read, place + "/a.jpg")
        found["list"] = outcome(os.listdir, place)
        found["outside"] = outcome(read, place + "/../secret")
        found["through a link"] = outcome(read, place + "/link")
        found["passwords"] = outcome(read, "/etc/passwd")
        found["list outside"] = outcome(os.listdir, place + "/..")
        found["memory of others"] = outcome(read, f"/proc/{{os.getppid()}}/environ")
    """)
    assert found.pop("inside") == may
    assert found.pop("list") == may
    assert set(found.values()) == {"EACCES"}


@pytest.mark.parametrize("role", ROLES)
def test_nothing_on_disk_can_be_changed(in_a_process: InAProcess, place: Path, role: str):
    before = (place / "a.jpg").stat()
    found = in_a_process(f"""
        place = {str(place)!r}
        photo = place + "/a.jpg"
        seal_worker("{role}", read=[Path(place)], address_space=None)
        def opened(path, flags):
            os.close(os.open(path, flags, 0o600))
        for name, action in {{
            "write": lambda: opened(photo, os.O_WRONLY),
            "both": lambda: opened(photo, os.O_RDWR),
            "truncating": lambda: opened(photo, os.O_RDONLY | os.O_TRUNC),
            "create": lambda: opened(place + "/new", os.O_WRONLY | os.O_CREAT),
            "nameless": lambda: opened(place, os.O_TMPFILE | os.O_RDWR),
            "truncate": lambda: os.truncate(photo, 0),
            "unlink": lambda: os.unlink(photo),
            "rmdir": lambda: os.rmdir(place),
            "rename": lambda: os.rename(photo, place + "/b.jpg"),
            "link": lambda: os.link(photo, place + "/b.jpg"),
            "symlink": lambda: os.symlink(photo, place + "/b.jpg"),
            "mkdir": lambda: os.mkdir(place + "/new"),
            "mkfifo": lambda: os.mkfifo(place + "/new"),
            "chmod": lambda: os.chmod(photo, 0o600),
            "chown": lambda: os.chown(photo, os.getuid(), os.getgid()),
            "utime": lambda: os.utime(photo, (1, 1)),
            "setxattr": lambda: os.setxattr(photo, "user.x", b"x"),
            "removexattr": lambda: os.removexattr(photo, "user.x"),
        }}.items():
            found[name] = outcome(action)
    """)
    assert set(found.values()) == {"EACCES"}, found
    assert (place / "a.jpg").stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in sorted(place.iterdir())] == ["a.jpg", "link"]


@pytest.mark.parametrize("role", ROLES)
def test_no_new_process_and_no_reach_to_others(in_a_process: InAProcess, role: str):
    found = in_a_process(f"""
        import resource, signal
        seal_worker("{role}", address_space=None)
        for name, action in {{
            "fork": os.fork,
            "exec": lambda: os.execv("/bin/true", ["true"]),
            "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {{}}),
            "signal the parent": lambda: os.kill(os.getppid(), 0),
            "signal everybody": lambda: os.kill(-1, 0),
            "signal the group": lambda: os.killpg(0, 0),
        }}.items():
            found[name] = outcome(action)
        found["itself"] = outcome(os.kill, os.getpid(), 0)
        made = libc.syscall(ctypes.c_long(435), None, ctypes.c_size_t(0))
        found["clone3"] = errno.errorcode[ctypes.get_errno()] if made < 0 else "done"
    """)
    assert found.pop("itself") == "done"
    assert found.pop("clone3") == "ENOSYS", "so that threads fall back to clone"
    assert set(found.values()) == {"EPERM"}, found


def test_limits_hold_and_cannot_be_raised(in_a_process: InAProcess):
    found = in_a_process("""
        import resource
        seal_worker("decoder", address_space=1 << 30, open_files=40)
        for name in ("AS", "FSIZE", "NOFILE", "CORE"):
            found[name] = resource.getrlimit(getattr(resource, "RLIMIT_" + name))
        try:
            bytearray(2 << 30)
        except MemoryError:
            found["bomb"] = "MemoryError"
        one = (ctypes.c_ulong * 2)(64, 64)
        raised = libc.prlimit(0, resource.RLIMIT_NOFILE, one, None)
        found["raise"] = errno.errorcode[ctypes.get_errno()] if raised < 0 else "done"
    """)
    assert found["AS"] == [1 << 30, 1 << 30]
    assert found["FSIZE"] == found["CORE"] == [0, 0]
    assert found["NOFILE"] == [40, 40]
    assert found["bomb"] == "MemoryError"
    assert found["raise"] == "EPERM"


@pytest.mark.parametrize(("role", "size", "may"), [("decoder", 0, "EFBIG"), ("maker", 100, "done")])
def test_only_the_maker_writes_into_what_is_open(
    in_a_process: InAProcess, tmp_path: Path, role: str, size: int, may: str
):
    target = tmp_path / "out.jpg"
    found = in_a_process(f"""
        out = os.open({str(target)!r}, os.O_WRONLY | os.O_CREAT)
        seal_worker("{role}", address_space=None, file_size={size}, keep=[out])
        found["write"] = outcome(os.write, out, b"made")
        found["cut"] = outcome(os.ftruncate, out, 2)
        found["too much"] = outcome(lambda: [os.write(out, bytes(60)) for _ in range(3)])
    """)
    assert found["write"] == may
    assert found["cut"] == ("done" if role == "maker" else "EACCES")
    assert found["too much"] == "EFBIG"
    assert target.read_bytes()[:2] == (b"ma" if role == "maker" else b"")


def test_inherited_descriptors_are_closed_but_channels_stay(in_a_process: InAProcess, tmp_path: Path):
    found = in_a_process(f"""
        import socket
        online = socket.socket()
        left, right = socket.socketpair()
        out = os.open({str(tmp_path / "open")!r}, os.O_RDWR | os.O_CREAT)
        pipe, _ = os.pipe()
        seal_worker("decoder", address_space=None, keep=[right.fileno()])
        found["online"] = outcome(os.fstat, online.fileno())
        found["file"] = outcome(os.fstat, out)
        found["pipe"] = outcome(os.fstat, pipe)
        found["stranger"] = outcome(os.fstat, left.fileno())
        found["channel"] = outcome(os.fstat, right.fileno())
        online.detach(), left.detach()
    """)
    assert found == {
        "online": "EBADF",
        "file": "EBADF",
        "pipe": "EBADF",
        "stranger": "EBADF",
        "channel": "done",
    }


@pytest.mark.parametrize("role", ROLES)
def test_threads_still_work(in_a_process: InAProcess, role: str):
    found = in_a_process(f"""
        seal_worker("{role}", address_space=1 << 31)
        def work():
            found["thread"] = native_socket()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """)
    assert found == {"thread": "EACCES"}


def test_libraries_load_and_decode_after_the_seal(in_a_process: InAProcess, place: Path):
    from PIL import Image

    Image.new("RGB", (64, 48), "red").save(place / "real.jpg")
    found = in_a_process(f"""
        seal.prepare_environment()
        seal_worker("decoder", read=[Path({str(place)!r})], address_space=3 << 29)
        import av, cv2, numpy, pillow_heif, sklearn.cluster
        from PIL import Image
        with Image.open({str(place / "real.jpg")!r}) as photo:
            found["size"] = numpy.asarray(photo).shape
        found["resized"] = cv2.resize(numpy.zeros((8, 8, 3), "uint8"), (4, 4)).shape
    """)
    assert found == {"size": [48, 64, 3], "resized": [4, 4, 3]}


def test_a_thread_that_landlock_cannot_reach_is_said(in_a_process: InAProcess):
    found = in_a_process("""
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait)
        thread.start()
        state = seal_worker("decoder", address_space=None)
        found.update(level=state.level, seccomp=state.seccomp, landlock=state.landlock, reason=state.reason)
        stop.set()
        thread.join()
    """)
    assert (found["level"], found["seccomp"], found["landlock"]) == ("app_rules", True, False)
    assert "a thread was started before the seal" in found["reason"]


def test_without_landlock_it_says_app_rules_and_writing_is_refused_all_the_same(
    in_a_process: InAProcess, tmp_path: Path
):
    found = in_a_process(f"""
        from photoroll.seal import landlock
        landlock.abi = lambda: 0
        state = seal_worker("decoder", address_space=None)
        found.update(level=state.level, seccomp=state.seccomp, words=state.describe())
        found["write"] = outcome(open, {str(tmp_path / "new")!r}, "w")
    """)
    assert found["level"] == "app_rules"
    assert found["seccomp"] is True
    assert found["words"] == "App rules only: this kernel has no Landlock"
    assert found["write"] == "EACCES"


def test_without_libseccomp_the_rules_in_python_still_refuse(in_a_process: InAProcess, tmp_path: Path):
    (tmp_path / "libseccomp.so.2").write_bytes(b"this is no library")
    found = in_a_process(
        """
        state = seal_worker("compute", address_space=None)
        found.update(level=state.level, seccomp=state.seccomp, reason=state.reason)
        found["system"] = outcome(os.system, "true")
        found["read"] = outcome(open, "/etc/hostname")
        """,
        LD_LIBRARY_PATH=str(tmp_path),
    )
    assert found == {
        "level": "app_rules",
        "seccomp": False,
        "reason": "libseccomp is not installed",
        "system": "EACCES",
        "read": "EACCES",
    }


def test_an_unknown_role_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="role must be one of"):
        seal.seal_worker("painter", address_space=None)

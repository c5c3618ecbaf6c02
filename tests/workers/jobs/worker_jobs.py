"""What tests let workers do; its folder is among the roots, so that sealed children can import it."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import stat
import struct
import sys
import time
from pathlib import Path

from photoroll.errors import NotFound, UnreadablePhoto, UnsupportedFile


def double(number):
    return number * 2


def process_id(_):
    return os.getpid()


def read(path):
    return Path(path).read_bytes()


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def large(size):
    return bytes(size)


def channel():
    """The descriptor by which this child talks."""
    return next(fd for fd in range(3, 64) if _is_socket(fd))


def _is_socket(fd):
    try:
        return stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError:
        return False


class Trap:
    """A pickle that would run a program in whoever opens it."""

    def __reduce__(self):
        return (os.system, (f"touch {TRAP}",))


TRAP = "/var/tmp/photoroll-trap"


def framed(message):
    return struct.pack("!i", len(message)) + message


def half_an_answer():
    os.write(channel(), struct.pack("!i", 1000) + b"x" * 10)
    os.kill(os.getpid(), signal.SIGKILL)


def half_an_answer_and_silence():
    os.write(channel(), struct.pack("!i", 1000) + b"x" * 10)
    time.sleep(60)


DEEDS = {
    "segv": lambda: ctypes.string_at(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "abort": os.abort,
    "exit 0": lambda: os._exit(0),
    "exit 3": lambda: os._exit(3),
    "garbage": lambda: os.write(channel(), b"\xff" * 64),
    "no pickle": lambda: os.write(channel(), framed(b"no pickle at all")),
    "a trap": lambda: os.write(channel(), framed(pickle.dumps(("answers", Trap())))),
    "wrong id": lambda: os.write(channel(), framed(pickle.dumps(("answers", 999_999, 0, [("ok", b"")])))),
    "too long": lambda: os.write(channel(), struct.pack("!i", 0x7FFFFFFF)),
    "half an answer": half_an_answer,
    "hang": lambda: time.sleep(60),
    "spin": lambda: [None for _ in iter(int, 1)],
    "silence": half_an_answer_and_silence,
    "bomb": lambda: bytearray(64 << 30),
    "damaged": lambda: fail(UnreadablePhoto("Not a picture we can read", code="damaged")),
    "unsupported": lambda: fail(UnsupportedFile("A kind of file that PhotoRoll does not read")),
    "bug": lambda: {}["missing"],
    "lambda": lambda: DEEDS["segv"],
    "not found": lambda: fail(NotFound("Nothing answers to this", path=Path("/x/y"))),
}


def fail(error):
    raise error


def do(deed):
    """Do a deed by name; give back what is no deed."""
    return DEEDS[deed]() if deed in DEEDS else deed


def crash_in(pid):
    """Crash in the process with this number only."""
    if os.getpid() == pid:
        os.kill(pid, signal.SIGKILL)
    return "survived"


def crash_at_start():
    os._exit(1)


# ---------------------------------------------------------------- for the maker
def write(document, out, report):
    for index in range(document["times"]):
        out.write(document["bytes"])
        report((index + 1) / document["times"])
        time.sleep(document.get("pause_s", 0))
    return {"written": len(document["bytes"]) * document["times"]}


def patch(document, out, report):
    out.write(b"0123456789")
    out.seek(2)
    out.write(document)
    out.truncate(6)


def make(deed, out, report):
    return do(deed)


def write_elsewhere(path, out, report):
    Path(path).write_bytes(b"x")


def write_for_ever(document, out, report):
    while True:
        out.write(b"x")
        report(0.5)
        time.sleep(0.01)


# ---------------------------------------------------------------- for compute
def load_names():
    return {"place": Path("/etc/hostname").read_text(), "many": "x" * 1_000_000}


def never_loaded():
    return None


def length_of(names, *, key):
    return len(names[key])


def clusters(seed):
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial import cKDTree
    from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import NearestNeighbors

    points = np.random.default_rng(seed).normal(size=(60, 4))
    points[30:] += 20
    labels = KMeans(2, n_init=1, random_state=0).fit_predict(points)
    others = [
        DBSCAN(eps=4).fit_predict(points),
        AgglomerativeClustering(2).fit_predict(points),
        fcluster(linkage(points), 2, "maxclust"),
        LogisticRegression().fit(points, labels).predict(points),
    ]
    near = NearestNeighbors(n_neighbors=2).fit(points).kneighbors(points, return_distance=False)
    cKDTree(points).query(points, k=2)
    return labels, [len(set(other.tolist())) for other in others], near


def not_loaded(names):
    return [name for name in names if name not in sys.modules]


def shout(words):
    os.write(1, words.encode())
    os.write(2, words.encode())
    print(words, flush=True)

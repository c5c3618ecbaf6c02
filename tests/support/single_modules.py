"""The table of single modules: who may import or call what reaches out of a room, and the checker of it.

Rooms are kept apart by import-linter. It cannot see names inside other packages (`PySide6.QtNetwork`,
`os.system`), nor imports made by hand (`__import__`, `importlib`, `getattr(os, "system")`): this one does.
"""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass

from tests.support.source import Module, imports, is_within

EVERYWHERE = ("photoroll",)


@dataclass(frozen=True, slots=True)
class Rule:
    """Names (with all that is inside them) which only some modules may touch.

    Attributes:
        what: what they are, for the sentence.
        names: dotted names; a trailing `*` stands for any ending (`os.exec*`).
        allowed: modules or rooms that may.
        within: where the rule holds at all.
        but: names among them that anybody may touch.
    """

    what: str
    names: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    within: tuple[str, ...] = EVERYWHERE
    but: tuple[str, ...] = ()

    def forbids(self, name: str, module: str) -> bool:
        """Whether `module` may not touch `name`."""
        if not is_within(module, self.within) or is_within(module, self.allowed) or name in self.but:
            return False
        return any(_matches(name, pattern) for pattern in self.names)


def _matches(name: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        stem = pattern[:-1]
        return name.startswith(stem) and name.count(".") >= stem.count(".")
    return name == pattern or name.startswith(f"{pattern}.")


COURIER = "photoroll.privacy.courier"  # the only code that may open a connection
PROOF = (
    "photoroll.privacy.proof",
    "photoroll.privacy.ways",
    "photoroll.privacy.witness",
)  # they try the ways out
STARTERS = ("photoroll.workers", "photoroll.launcher")  # they may start programs

RULES = (
    Rule("the window's library", ("PySide6", "shiboken6"), ("photoroll.ui", "photoroll.app")),
    Rule(
        "parts of Qt that reach the network, start programs or bring SQL",
        (
            "PySide6.QtNetwork*",
            "PySide6.QtWeb*",
            "PySide6.QtHttpServer",
            "PySide6.QtQml",
            "PySide6.QtQuick*",
            "PySide6.QtMultimedia*",
            "PySide6.QtPdf*",
            "PySide6.QtRemoteObjects",
            "PySide6.QtSql",
            "PySide6.QtDBus",
            "PySide6.QtCore.QProcess",
            "PySide6.QtGui.QDesktopServices",
        ),
    ),
    Rule("SQL", ("sqlite3", "_sqlite3", "sqlite_utils"), ("photoroll.library",)),
    Rule("sockets", ("socket", "_socket"), (COURIER, *PROOF)),
    Rule("connections", ("ssl", "_ssl", "http.client"), (COURIER, *PROOF)),
    Rule(
        "ways to the network",
        (
            *(
                "http.server",
                "http.cookiejar",
                "urllib.request",
                "urllib.robotparser",
                "webbrowser",
                "wsgiref",
            ),
            *("ftplib", "smtplib", "poplib", "imaplib", "nntplib", "telnetlib", "xmlrpc", "socketserver"),
            *("asyncio", "asyncore", "asynchat", "logging.handlers", "logging.config"),
            *("requests", "urllib3", "httpx", "aiohttp", "websockets", "pycurl", "paramiko", "grpc", "boto3"),
        ),
        PROOF,
    ),
    Rule(
        "ways to start a program",
        (
            *("subprocess", "_posixsubprocess", "pty", "os.system", "os.popen", "os.exec*", "os.spawn*"),
            *("os.posix_spawn*", "os.fork*", "os.startfile", "posix", "runpy"),
        ),
        (*STARTERS, *PROOF),
    ),
    Rule(
        "processes of our own",
        ("multiprocessing", "_multiprocessing", "pebble", "concurrent.futures.ProcessPoolExecutor"),
        ("photoroll.workers", *PROOF, "photoroll.demo.write"),  # drawing is trusted, and wants all cores
    ),
    Rule("functions of C", ("ctypes", "_ctypes", "cffi"), ("photoroll.seal", "photoroll.workers", *PROOF)),
    Rule(
        "code from data", ("pickle", "_pickle", "marshal", "shelve", "dill", "joblib"), ("photoroll.workers",)
    ),
    Rule("code made by hand", ("eval", "exec", "compile", "__import__", "__builtins__", "builtins")),
    Rule(
        "a file, a clock or unseeded chance (the core is pure)",
        (
            *("open", "io.open", "os.*", "shutil", "tempfile", "glob", "fileinput", "mmap", "time"),
            *(
                "datetime.datetime.now",
                "datetime.datetime.utcnow",
                "datetime.datetime.today",
                "datetime.date.today",
            ),
            *("secrets", "uuid.uuid1", "uuid.uuid4", "random.random", "random.choice", "random.choices"),
            *(
                "random.shuffle",
                "random.sample",
                "random.randint",
                "random.uniform",
                "random.gauss",
                "random.seed",
            ),
            *("numpy.random.rand*", "numpy.random.seed", "numpy.random.choice", "numpy.random.shuffle"),
            *(
                "photoroll.resources",
                "photoroll.seal",
                "PIL.Image.open",
                "cv2.imread",
                "numpy.load",
                "numpy.save",
            ),
        ),
        within=("photoroll.core",),
        but=("os.fsencode", "os.fsdecode", "os.PathLike"),
    ),
)

# Methods of paths that touch the disk, whatever the path is called.
DISK = frozenset(
    [
        *("read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir", "iterdir"),
        *("rglob", "stat", "lstat", "unlink", "mkdir", "rmdir", "touch", "rename", "symlink_to", "chmod"),
    ]
)

# Heavy libraries: the window must start without them, so nobody imports them before a function needs them.
HEAVY = (
    "numpy",
    "scipy",
    "sklearn",
    "cv2",
    "av",
    "PIL",
    "sqlite_utils",
    "pillow_heif",
    "exifread",
    "holidays",
    "pandas",
)

# These must start in milliseconds and owe nothing to anybody.
STANDARD_LIBRARY_ONLY = ("photoroll.launcher", "photoroll.seal", COURIER)

# Where a broad `except` is right: the boundary to a worker, the runner of tasks, and the outermost hook.
BROAD_EXCEPTS = (
    *("photoroll.workers", "photoroll.ui.tasks", "photoroll.app", "photoroll.launcher", "photoroll.cli.main"),
    *PROOF,
    # decoders and tag readers raise a dozen kinds on broken files; all become one of ours
    *("photoroll.imaging.decode", "photoroll.imaging.exif"),
)

# Modules whose attributes may not be reached by a computed name.
WATCHED = ("os", "sys", "builtins", "importlib", "socket", "posix", "subprocess", "ctypes")
IMPORTERS = (
    "importlib.import_module",
    "importlib.__import__",
    "importlib.util.find_spec",
    "importlib.reload",
)
REGISTRIES = (  # they import what a table or a folder of theirs names
    *("photoroll.core.layouts", "photoroll.imaging.looks", "photoroll.cli.main"),
    "photoroll.workers",  # names travel between processes: looked up in a short list
)


class _Reader(ast.NodeVisitor):
    """Finds every dotted name that a module touches, however it spells it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.found: set[tuple[int, str]] = set()
        self.names: dict[str, str] = {}  # local name -> dotted name
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self.names[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    self.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def dotted(self, node: ast.AST) -> str:
        """The full name of `a.b.c`, through aliases and through `getattr` with literal names."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id) or (node.id if hasattr(builtins, node.id) else "")
        if isinstance(node, ast.Attribute):
            return f"{base}.{node.attr}" if (base := self.dotted(node.value)) else ""
        if isinstance(node, ast.Call) and self.dotted(node.func) == "getattr" and len(node.args) >= 2:
            inner = _text(node.args[1])
            return f"{base}.{inner}" if inner and (base := self.dotted(node.args[0])) else ""
        if isinstance(node, ast.Call) and self.dotted(node.func) in (*IMPORTERS, "__import__") and node.args:
            return _text(node.args[0])
        return ""

    def touch(self, node: ast.expr, name: str) -> None:
        """Note a name, and complain where some rule forbids it."""
        for rule in RULES:
            if rule.forbids(name, self.module.name):
                self.say(node, f"`{name}`: {rule.what}")

    def say(self, node: ast.expr | ast.stmt, sentence: str) -> None:
        """Complain."""
        self.found.add((node.lineno, sentence))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and (name := self.dotted(node)):
            self.touch(node, name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self.dotted(node)
        if name:
            self.touch(node, name)
        if node.attr == "__dict__" and self.dotted(node.value) in WATCHED:
            self.say(node, f"`{name}` reaches around the table")
        if node.attr in DISK and is_within(self.module.name, ("photoroll.core",)):
            self.say(node, f"`.{node.attr}`: a file (the core is pure)")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self.dotted(node.value) == "sys.modules" and isinstance(node.ctx, ast.Load):
            name = _text(node.slice)
            self.touch(node, name) if name else self.say(node, "`sys.modules[…]` with a computed name")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = self.dotted(node.func)
        if called in ("__import__", "builtins.__import__"):
            self.say(node, "`__import__`: imports stand where they can be read")
        if called in IMPORTERS and not _text(node.args[0] if node.args else None):
            if not is_within(self.module.name, REGISTRIES):
                self.say(node, f"`{called}` with a computed name")
        elif called == "getattr" and node.args and self.dotted(node.args[0]) in WATCHED:
            if not _text(node.args[1]):
                self.say(node, f"`getattr({self.dotted(node.args[0])}, …)` with a computed name")
        elif called == "vars" and node.args and self.dotted(node.args[0]) in WATCHED:
            self.say(node, f"`vars({self.dotted(node.args[0])})` reaches around the table")
        for word in node.keywords:
            if word.arg == "allow_pickle" and not (
                isinstance(word.value, ast.Constant) and word.value.value is False
            ):
                self.say(node, "`allow_pickle`: code from data")
        if name := self.dotted(node):
            self.touch(node, name)
        self.generic_visit(node)


def _text(node: ast.expr | None) -> str:
    """The literal text of a node; of an f-string, the packages that stand before its first computed part."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return _text(node.values[0]).rpartition(".")[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _cleans_up(handler: ast.ExceptHandler) -> bool:
    """Whether a handler hides nothing: it ends by raising what it caught again."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _wrong_imports(module: Module) -> set[tuple[int, str]]:
    found = set()
    for one in imports(module):
        for rule in RULES:
            if rule.forbids(one.name, module.name):
                found.add((one.line, f"`{one.name}`: {rule.what}"))
        top = one.name.partition(".")[0]
        if one.star:
            found.add((one.line, f"`from {one.name} import *` hides what it brings"))
        if top in HEAVY and not one.is_lazy and not one.for_types:
            found.add((one.line, f"`{top}` at module level: import it in the function that needs it"))
        if is_within(module.name, STANDARD_LIBRARY_ONLY):
            own = next(room for room in STANDARD_LIBRARY_ONLY if is_within(module.name, (room,)))
            if top not in sys.stdlib_module_names and not is_within(one.name, (own,)):
                found.add((one.line, f"`{one.name}`: {own} imports the standard library only"))
    return found


def _broad_excepts(module: Module) -> set[tuple[int, str]]:
    if is_within(module.name, BROAD_EXCEPTS):
        return set()
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and not _cleans_up(node):
            caught = ast.unparse(node.type) if node.type else "everything"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("suppress", "contextlib.suppress"):
            caught = " ".join(ast.unparse(one) for one in node.args)
        else:
            continue
        words = caught.replace("(", " ").replace(")", " ").replace(",", " ").split()
        if {"everything", "Exception", "BaseException"} & set(words):
            found.add((node.lineno, "a broad `except` outside the modules that may have one"))
    return found


def complaints(module: Module) -> list[str]:
    """Everything in a module that the table forbids, as `path:line: sentence`."""
    reader = _Reader(module)
    reader.visit(module.tree)
    found = reader.found | _wrong_imports(module) | _broad_excepts(module)
    return [f"{module.path}:{line}: {sentence}" for line, sentence in sorted(found)]

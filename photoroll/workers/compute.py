"""Compute: one sealed process for grouping, clustering and selection; it can open no file and no socket.

What it needs from files is loaded before it seals itself: the modules of core with everything that they
import inside functions, and the resources whose loaders are named in ``preload``.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import logging
import pickle
import pkgutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from photoroll.core.progress import CancelToken
from photoroll.errors import Cancelled, PhotoRollError
from photoroll.seal import SealState, prepare_environment
from photoroll.workers.answers import BadAnswer, pack, unpack
from photoroll.workers.child import answer_to, begin
from photoroll.workers.process import Child, Gone

R = TypeVar("R")

_log = logging.getLogger(__name__)
_TURN_S = 0.1
_ALWAYS = ("numpy",)  # arguments and results are arrays, whatever the function itself imports


@dataclass(frozen=True, slots=True)
class Loaded:
    """Stands for what a preloaded loader gave, in the arguments of :meth:`Compute.run`.

    So core's functions stay pure (a gazetteer is an argument) and nothing large travels at each call.
    """

    loader: Callable[[], object]


class Compute:
    """One long-lived process that runs pure functions on values; the first call starts it.

    ``preload`` names picklable functions without arguments, called once in the child before it is sealed.
    ``modules`` names further packages whose modules are imported before the seal.
    """

    def __init__(
        self,
        *,
        preload: Sequence[Callable[[], object]] = (),
        modules: Sequence[str] = ("photoroll.core",),
        memory_limit: int | None = None,
    ) -> None:
        self._preload = tuple(preload)
        self._arguments = (self._preload, tuple(modules), memory_limit)
        self._child: Child | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, also in the middle of its work; a later call starts a new one."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def start(self) -> None:
        """Start the process ahead of its first work; it gets ready in the background."""
        if self._child is None:
            prepare_environment()
            self._child = Child(_serve, *self._arguments, name="photoroll-compute")

    def seal(self) -> SealState:
        """Start the process if need be, wait for it, and give how it is sealed."""
        with self._turn:
            return self._ready()

    def _ready(self) -> SealState:
        self.start()
        assert self._child is not None
        try:
            return self._child.wait_until_ready()
        except Gone as exc:
            self.close()
            raise PhotoRollError(
                "The helper that groups photos could not be started", "Close other programs and try again."
            ) from exc

    def run(self, function: Callable[..., R], /, *args: Any, **kwargs: Any) -> R:
        """Call ``function`` in the process and give its result; arguments may be :class:`Loaded`.

        Raises
        ------
        PhotoRollError
            Whatever of that family ``function`` raises, or that the process crashed (the next call starts a
            new one).
        RuntimeError
            A bug: the traceback from the process is in the text.
        """
        return self.run_until(None, function, *args, **kwargs)

    def run_until(
        self, token: CancelToken | None, function: Callable[..., R], /, *args: Any, **kwargs: Any
    ) -> R:
        """Do as :meth:`run` does, but end the process and raise ``Cancelled`` once ``token`` is cancelled."""
        for value in (*args, *kwargs.values()):
            if isinstance(value, Loaded) and value.loader not in self._preload:
                raise ValueError(f"{value.loader} is not among the preloaded")
        with self._turn:
            self._ready()
            assert self._child is not None
            child = self._child
            try:
                child.send((function, args, kwargs))
                answer = _await(child, token)
            except Gone as exc:
                self.close()
                raise _crashed(exc) from exc
            except BaseException:
                self.close()  # cancelled or Ctrl-C: the answer to come must not meet the next question
                raise
        return _value_of(answer)  # type: ignore[no-any-return]


def _await(child: Child, token: CancelToken | None) -> tuple[Any, ...]:
    while True:
        message = child.receive(_TURN_S if token is not None else None)
        if message is not None:
            return message
        if token is not None and token.is_cancelled:
            raise Cancelled


def _value_of(answer: tuple[Any, ...]) -> Any:
    try:
        match answer:
            case ("ok", bytes(value)):
                return unpack(value)
            case ("error", bytes(value)) if isinstance(error := unpack(value), PhotoRollError):
                raise error
            case ("unreadable", _, str(reason)) | ("unsupported", str(reason)):
                raise PhotoRollError(f"Grouping stopped: {reason}", "Close other programs and try again.")
    except BadAnswer as exc:
        raise RuntimeError(f"the answer of compute cannot be used: {exc}") from exc
    raise RuntimeError(f"compute met a bug: {answer[-1]}")


def _crashed(why: Gone) -> PhotoRollError:
    code = f" (exit code {why.code})" if why.code is not None else ""
    return PhotoRollError(
        f"The helper that groups photos crashed{code}", "Your photos are untouched. Try again."
    )


def _serve(
    channel: Connection,
    preload: Sequence[Callable[[], object]],
    modules: Sequence[str],
    memory_limit: int | None,
) -> None:
    for package in (*_ALWAYS, *modules):
        _import_all(package)
    _rehearse()
    loaded = {loader: loader() for loader in preload}
    state = begin("compute", channel, address_space=memory_limit)
    channel.send_bytes(pack(("ready", state)))
    while True:
        try:
            call = channel.recv_bytes()
        except (EOFError, OSError):
            return
        channel.send_bytes(pack(answer_to(_call, call, loaded)))


def _call(call: bytes, loaded: dict[Callable[[], object], object]) -> Any:
    function, args, kwargs = pickle.loads(call)  # noqa: S301 - from the app, which is trusted
    given = [loaded[value.loader] if isinstance(value, Loaded) else value for value in args]
    named = {name: loaded[v.loader] if isinstance(v, Loaded) else v for name, v in kwargs.items()}
    return function(*given, **named)


def _import_all(package: str) -> None:
    """Import a package's modules and whatever their functions import: after the seal it would be too late."""
    root = importlib.import_module(package)
    if not package.startswith("photoroll"):
        return  # a library is imported as it is, not with its tests
    names = [info.name for info in pkgutil.walk_packages(getattr(root, "__path__", ()), f"{package}.")]
    for name in (package, *names):
        for inner in _imports_in_functions(importlib.import_module(name)):
            try:
                importlib.import_module(inner)
            except ImportError:  # a name in a module rather than a module, or an extra that is not installed
                _log.debug("%s, which %s imports, is no module", inner, name)


def _rehearse() -> None:
    """Let scikit-learn look up once what it keeps for good, such as which libraries are loaded."""
    if "sklearn" in sys.modules:
        from sklearn.cluster import KMeans

        KMeans(n_clusters=2, n_init=1, random_state=0).fit([[0.0], [1.0]])


def _imports_in_functions(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)

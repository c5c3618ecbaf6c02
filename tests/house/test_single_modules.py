"""Single modules stay where the table says, and the checker finds every planted breach."""

from __future__ import annotations

import pytest

from tests.support.single_modules import complaints
from tests.support.source import modules, parse


def test_no_module_reaches_out_of_its_room():
    found = [line for module in modules().values() for line in complaints(module)]
    assert not found, "\n" + "\n".join(found)


SERVICE = "photoroll.services.planted"
BREACHES = {
    # ways to the network
    "import socket": SERVICE,
    "import _socket as quiet": SERVICE,
    "from socket import create_connection": "photoroll.imaging.planted",
    "def f():\n    import ssl": "photoroll.library.planted",
    "import http.client": SERVICE,
    "from http import client": SERVICE,
    "import urllib.request as get": SERVICE,
    "from urllib import request": SERVICE,
    "import webbrowser\nwebbrowser.open('x')": SERVICE,
    "import asyncio": SERVICE,
    "import ftplib": "photoroll.privacy.courier.planted",
    "from logging.handlers import HTTPHandler": SERVICE,
    "import multiprocessing.connection": SERVICE,
    "if True:\n    try:\n        import requests\n    except ImportError:\n        pass": SERVICE,
    # imports made by hand
    "__import__('ssl')": SERVICE,
    "imp = __import__\nimp('so' + 'cket')": SERVICE,
    "import builtins\nbuiltins.__import__('ssl')": SERVICE,
    "import importlib\nimportlib.import_module('socket')": SERVICE,
    "from importlib import import_module as load\nload('subprocess')": SERVICE,
    "import importlib\nimportlib.import_module('sock' + 'et')": SERVICE,
    "import importlib\ndef f(name):\n    return importlib.import_module(name)": SERVICE,
    "import importlib\nimportlib.import_module(f'subprocess.{1}')": SERVICE,
    "import importlib\nimportlib.import_module(f'{1}.socket')": SERVICE,
    "import sys\nsys.modules['socket'].socket()": SERVICE,
    "import sys\ndef f(name):\n    return sys.modules[name]": SERVICE,
    "exec('import socket')": SERVICE,
    "eval('1')": SERVICE,
    # starting programs
    "import subprocess": SERVICE,
    "from subprocess import run as go": "photoroll.cli.planted",
    "import os\nos.system('true')": SERVICE,
    "import os as o\no.popen('true')": SERVICE,
    "from os import execv": SERVICE,
    "from os import *": SERVICE,
    "import os\nos.posix_spawn('a', [], {})": SERVICE,
    "import os\nif os.fork():\n    pass": SERVICE,
    "import os\nstart = os.spawnlp": SERVICE,
    "import os\ngetattr(os, 'system')('true')": SERVICE,
    "import os\ngetattr(os, 'sys' + 'tem')('true')": SERVICE,
    "import os\nos.__dict__['system']('true')": SERVICE,
    "import os\nvars(os)['system']('true')": SERVICE,
    "import pty": SERVICE,
    "from concurrent.futures import ProcessPoolExecutor": SERVICE,
    "from pebble import ProcessPool": SERVICE,
    # the window's library, SQL, C, code from data
    "from PySide6.QtCore import QObject": SERVICE,
    "import PySide6.QtNetwork": "photoroll.ui.planted",
    "from PySide6.QtCore import QProcess": "photoroll.ui.planted",
    "from PySide6.QtGui import QDesktopServices": "photoroll.ui.planted",
    "from PySide6 import QtWebEngineCore": "photoroll.ui.planted",
    "from PySide6 import QtCore\nQtCore.QProcess.startDetached('true')": "photoroll.ui.planted",
    "def f():\n    import sqlite3": SERVICE,
    "from sqlite_utils import Database": SERVICE,
    "from ctypes import CDLL": SERVICE,
    "import pickle": SERVICE,
    "def f(np, file):\n    return np.load(file, allow_pickle=True)": SERVICE,
    # heavy libraries before they are needed
    "import numpy as np": "photoroll.imaging.planted",
    "class A:\n    from PIL import Image": "photoroll.imaging.planted",
    "try:\n    import cv2\nexcept ImportError:\n    cv2 = None": "photoroll.imaging.planted",
    # rooms that owe nothing to anybody
    "import numpy": "photoroll.seal.planted",
    "def f():\n    from photoroll.errors import PhotoRollError": "photoroll.seal.planted",
    "import click": "photoroll.launcher",
    "import certifi": "photoroll.privacy.courier.planted",
    # the pure core
    "open('x')": "photoroll.core.planted",
    "from pathlib import Path\nPath('x').read_text()": "photoroll.core.planted",
    "import os\nos.listdir('.')": "photoroll.core.planted",
    "import time": "photoroll.core.planted",
    "from datetime import datetime\ndatetime.now()": "photoroll.core.planted",
    "import datetime as dt\ndt.date.today()": "photoroll.core.planted",
    "import random\nrandom.random()": "photoroll.core.planted",
    "def f():\n    import numpy as np\n    return np.random.rand(3)": "photoroll.core.planted",
    "from photoroll.resources import path": "photoroll.core.planted",
    # broad excepts
    "try:\n    pass\nexcept Exception:\n    pass": SERVICE,
    "try:\n    pass\nexcept:\n    pass": SERVICE,
    "try:\n    pass\nexcept (ValueError, BaseException) as error:\n    raise ValueError from error": SERVICE,
    "from contextlib import suppress\nwith suppress(Exception):\n    pass": SERVICE,
}


@pytest.mark.parametrize(("text", "name"), BREACHES.items(), ids=range(len(BREACHES)))
def test_a_planted_breach_is_found(text: str, name: str):
    assert complaints(parse(name, text)), f"nobody noticed in {name}:\n{text}"


ALLOWED = {
    "import socket": "photoroll.privacy.proof",
    "import http.client, ssl, socket": "photoroll.privacy.courier.planted",
    "import subprocess, ctypes": "photoroll.workers.planted",
    "import ctypes, os": "photoroll.seal.planted",
    "import sqlite3": "photoroll.library.planted",
    "from PySide6.QtCore import QObject": "photoroll.ui.planted",
    "def f():\n    import numpy as np\n    return np.random.default_rng(3)": "photoroll.core.planted",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy as np": "photoroll.core.planted",
    "import os\nos.fsencode('x')": "photoroll.core.planted",
    "from datetime import datetime\ndef f(time: datetime):\n    return time.date()": "photoroll.core.planted",
    "import os, sys, pathlib\nos.stat('x')\nsys.modules\ngetattr(os, 'name')": SERVICE,
    "def f(requests):\n    return requests.get('x')": SERVICE,
    "try:\n    pass\nexcept BaseException:\n    raise": SERVICE,
    "from urllib.parse import quote": SERVICE,
    "import importlib\nimportlib.import_module('json')": SERVICE,
}


@pytest.mark.parametrize(("text", "name"), ALLOWED.items(), ids=range(len(ALLOWED)))
def test_what_is_allowed_passes(text: str, name: str):
    assert not complaints(parse(name, text))

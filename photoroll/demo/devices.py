"""Cameras and phones of a demo household: what they write into files and how they name them."""

from __future__ import annotations

import random
from datetime import datetime

from photoroll.demo.models import CameraTruth

WRONG_CLOCKS_S = (-3600, 3600, 7200, -2220, 1147, -437, 86_400 + 3600)


def _device(id: str, make: str, model: str, lens: str, owner: str, names: str, **more: object) -> CameraTruth:
    usual: dict[str, object] = {
        "has_gps": True, "writes_offset": True, "writes_subsec": True, "clock_error_s": 0, "aspect": 4 / 3,
        "f_number": 1.8, "focal_mm": 5.4, "focal_35mm": 26,
    }  # fmt: skip
    return CameraTruth(id=id, make=make, model=model, lens=lens, owner=owner, names=names, **(usual | more))  # type: ignore[arg-type]


def household_devices(rng: random.Random, *, wrong_clock: bool) -> tuple[CameraTruth, ...]:
    """Give the devices: two phones, a big camera whose clock is wrong, an old one without position."""
    error = rng.choice(WRONG_CLOCKS_S)
    return (
        _device("anna-phone", "Google", "Pixel 7", "Pixel 7 back camera 6.81mm f/1.85", "Anna", "pxl",
                f_number=1.85, focal_mm=6.81, focal_35mm=24),
        _device("ben-phone", "Apple", "iPhone 13", "iPhone 13 back dual wide camera 5.1mm f/1.6", "Ben",
                "iphone", f_number=1.6, focal_mm=5.1),
        _device("ben-camera", "NIKON CORPORATION", "NIKON D5600", "18.0-140.0 mm f/3.5-5.6", "Ben", "dsc",
                has_gps=False, writes_offset=False, clock_error_s=error if wrong_clock else 0, aspect=1.5,
                f_number=5.6, focal_mm=35.0, focal_35mm=52),
        _device("old-camera", "Canon", "Canon PowerShot A570 IS", "", "Anna", "canon", has_gps=False,
                writes_offset=False, writes_subsec=False, f_number=2.8, focal_mm=5.8, focal_35mm=35),
        _device("anna-old-phone", "samsung", "SM-A525F", "", "Anna", "img", writes_subsec=False),
    )  # fmt: skip


class Names:
    """Names files as devices do; every name in a folder is given once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"iphone": 1, "dsc": 1, "canon": 1}
        self._used: set[str] = set()

    def of_camera(self, camera: CameraTruth, wall: datetime, utc: datetime, suffix: str) -> str:
        """Give the name that a camera would choose."""
        if camera.names in self._numbers:
            number = self._numbers[camera.names]
            self._numbers[camera.names] = number % 9999 + 1
            pattern = {"iphone": "IMG_{:04d}", "dsc": "DSC_{:04d}", "canon": "IMG_{:04d}"}[camera.names]
            upper = ".JPG" if suffix == ".jpg" else suffix.upper()
            return pattern.format(number) + upper
        if camera.names == "pxl":  # Pixel phones name files by UTC, a trap for those who read names
            return f"PXL_{utc:%Y%m%d_%H%M%S}{utc.microsecond // 1000:03d}{suffix}"
        return f"IMG_{wall:%Y%m%d_%H%M%S}{suffix}"

    def unique(self, folder: str, name: str) -> str:
        """Give the path, with a number added as a computer does where the name is taken."""
        stem, dot, suffix = name.rpartition(".")
        path, count = f"{folder}/{name}", 0
        while path.lower() in self._used:
            count += 1
            path = f"{folder}/{stem} ({count}){dot}{suffix}"
        self._used.add(path.lower())
        return path

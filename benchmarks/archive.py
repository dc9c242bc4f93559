"""The labeled series that come with the aeon package, so that nothing is downloaded."""

import importlib.util
from pathlib import Path

from glasscell.data import Sequences, read

SETS = (
    "ItalyPowerDemand",
    "JapaneseVowels",
    "BasicMotions",
    "GunPoint",
    "OSULeaf",
    "ArrowHead",
    "PickupGestureWiimoteZ",
)


def folder() -> Path:
    """Return the folder of aeon's data."""
    spec = importlib.util.find_spec("aeon")
    if spec is None or spec.origin is None:
        raise SystemExit("aeon is not installed, whose data this needs: pip install aeon")
    return Path(spec.origin).parent / "datasets/data"


def path(name: str, part: str) -> Path:
    """Return the file of a part, "TRAIN" or "TEST"."""
    return folder() / name / f"{name}_{part}.ts"


def load(name: str, part: str = "TRAIN") -> Sequences:
    """Return the series of a part."""
    return read(path(name, part))

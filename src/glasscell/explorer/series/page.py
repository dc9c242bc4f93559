"""The files of the page of a network of series."""

from pathlib import Path

from glasscell.explorer.bundle import Assembly

SERIES = Assembly(Path(__file__).parent / "web")
